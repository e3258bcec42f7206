"""What the ledger keeps, in a book file: out and in with no loss, and one clear sentence for what cannot be."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from app.domain.attachments import Attachment
from app.domain.book import Book
from app.domain.errors import BookFileError
from app.services.book_file import parse_book, parse_book_and_papers, render_book
from tests.contract.store.ledger_samples import ledger_book


def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render_book(ledger_book()))
    return document


def test_everything_goes_out_and_in_again() -> None:
    book = ledger_book()
    assert repr(parse_book(render_book(book))) == repr(book)


def test_papers_go_along_with_their_bytes() -> None:
    content = b"%PDF-1.7 \x00\xff"
    paper = Attachment(sha256(content).hexdigest(), "Kaufvertrag.pdf", len(content))
    book = Book("Desk", attachments=(paper, replace(paper, key="0" * 64)))
    text = render_book(book, {paper.key: content}.get)
    assert parse_book_and_papers(text) == (book, {paper.key: content})
    assert parse_book_and_papers(render_book(book)) == (book, {})


@pytest.mark.parametrize("content", ["bm90IHRoZSBwYXBlcg==", "not base64", 5])
def test_other_bytes_than_the_paper_s_are_refused(content: object) -> None:
    document = _document()
    document["attachments"][0]["content"] = content
    with pytest.raises(BookFileError) as refused:
        parse_book(json.dumps(document))
    assert refused.value.place == "attachments[0].content"


def test_a_book_without_it_says_nothing_of_it() -> None:
    assert not {"limits", "wallets", "labels", "profiles", "attachments"} & set(json.loads(render_book(Book("Desk"))))


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("limits", 0, "bound"), "50 %", "limits[0].bound"),
        (("limits", 0, "colour"), "red", "limits[0].colour"),
        (("wallets", 0, "sources"), "zpub", "wallets[0].sources"),
        (("wallets", 0, "scripts"), ["p2pk"], "wallets[0].scripts[0]"),
        (("labels", 0, "kind"), "colour", "labels[0].kind"),
        (("labels", 0, "spendable"), "yes", "labels[0].spendable"),
        (("profiles", 0, "mapping"), [], "profiles[0].mapping"),
        (("profiles", 0, "mapping", "x"), 0.5, "profiles[0].mapping"),
        (("attachments", 0, "key"), "AB" * 32, "attachments[0].key"),
        (("attachments", 0, "name"), "../secret", "attachments[0].name"),
        (("attachments", 0, "size"), -1, "attachments[0].size"),
        (("attachments",), [], "accounts[0].transactions[1].attachments"),
        (("accounts", 0, "transactions", 1, "picks", 0, "btc"), "11", "accounts[0].transactions[1].picks"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(path: tuple[str | int, ...], value: object, told: str) -> None:
    document = _document()
    inner: Any = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(BookFileError) as refused:
        parse_book(json.dumps(document))
    assert refused.value.place == told
