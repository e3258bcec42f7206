"""Labels from a file into a book and back: counted, replaced, told as notes."""

import io
import json

import pytest

from app.domain.book import Book
from app.domain.errors import InputError
from app.domain.labels import Label, LabelKind
from app.services import label_file
from app.services.book_file import parse_book, render_book
from app.services.labels import (
    LabelPreview,
    label_document,
    label_edit,
    label_obstacle,
    label_text,
    labels_text,
    preview_labels,
)
from tests.fakes.lots import book_of, row
from tests.unit.domain.test_private_keys import SEED, WIF, XPRV

TXID = "f91d0a8a78462bc59398f2c5d7a84fcff491c26ba54c4833478b202796c8aafd"
FILE = f"""\
{{"type": "tx", "ref": "{TXID}", "label": "Transaction", "origin": "wpkh([d34db33f/84'/0'/0'])"}}
{{"type": "addr", "ref": "bc1q34aq5drpuwy3wgl9lhup9892qp6svr8ldzyy7c", "label": "Address"}}
{{"type": "pubkey", "ref": "0283409659355b6d1cc3c32decd5d561abaac86c37a353b52895a5e6c196d6f448", "label": "Public key"}}
{{"type": "input", "ref": "{TXID}:0", "label": "Input"}}
{{"type": "output", "ref": "{TXID}:1", "label": "Output", "spendable": false}}
{{"type": "xpub", "ref": "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8Nq", "label": "Extended public key"}}
{{"type": "tx", "ref": "{"ab" * 32}", "label": "Paid", "height": 800000, "rate": {{"USD": 43500.25}}, "fee": null}}
"""
CHAIN = (
    row("deposit", "2024-01-01", "2")._replace(external_id=f"kraken:W1 chain:{TXID}:200000000"),
    row("withdrawal", "2024-02-01", "1")._replace(external_id=f"chain:{'ab' * 32}:-100000500"),
    row("fee", "2024-02-01", "0.000005")._replace(external_id=f"chain:{'ab' * 32}:-100000500/fee"),
    row("spend", "2024-03-01", "0.1")._replace(external_id=f"chain:{TXID}:-10000000", note="mine"),
    row("spend", "2024-03-02", "0.1"),
)


def brought(book: Book, text: str, *, leave_out: bool = False) -> LabelPreview:
    """Return what a file of this text would bring."""
    return preview_labels(book, io.StringIO(text), "labels.jsonl", leave_out_refused=leave_out)


def imported(book: Book, text: str) -> Book:
    """Return the book with a file's labels."""
    return label_edit(brought(book, text)).change(book)


def plain(text: str) -> list[object]:
    """Return the objects of a file."""
    return [json.loads(line) for line in text.splitlines()]


def test_what_was_imported_is_exported_as_it_was() -> None:
    book = imported(Book("Test"), FILE)
    assert len(book.labels) == 7
    assert book.labels[4] == Label(LabelKind.OUTPUT, f"{TXID}:1", "Output", spendable=False)
    assert plain(labels_text(book)) == plain(FILE)
    assert imported(Book("Other"), labels_text(book)).labels == book.labels
    assert parse_book(render_book(book)) == book


def test_a_label_of_a_transaction_becomes_the_note_where_there_is_none() -> None:
    book = book_of(*CHAIN)
    found = brought(book, FILE)
    (account,) = found.after.accounts
    assert [entry.note for entry in account.transactions] == ["Transaction", "Paid", "", "mine", ""]
    assert found.notes == 2
    again = brought(found.after, FILE)
    assert (again.known, again.new, again.changed, again.notes) == (7, 0, 0, 0)
    assert again.after is found.after


def test_a_label_replaces_that_of_the_same_thing_and_wallet() -> None:
    book = imported(Book("Test"), FILE)
    changed = FILE.replace('"Transaction"', '"Salary"').replace('"origin": "wpkh', '"origin": "tr')
    found = brought(book, changed + FILE.replace('"Address"', '"Shop"'))
    assert (found.lines, found.again, found.new, found.changed, found.known) == (14, 6, 1, 1, 6)
    texts = {(label.kind.value, label.origin[:2]): label.text for label in found.after.labels}
    assert texts["tx", "wp"] == "Transaction"
    assert texts["tx", "tr"] == "Salary"
    assert texts["addr", ""] == "Shop"
    assert [label.ref for label in found.after.labels[:7]] == [label.ref for label in book.labels]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not json", "is no JSON;"),
        ("[1]", "is no JSON object"),
        ("[" * 60_000, "is no JSON;"),
        ('{"ref": "ab"}', "is no label"),
        ('{"type": "tx", "ref": 5}', "is no label"),
        ('{"type": "tx", "ref": "ab", "label": ["x"]}', "is no label"),
        ('{"type": ["tx"], "ref": "ab"}', "is no label"),
        ('{"type": "tx", "ref": "", "label": "x"}', "ref: "),
        ('{"type": "tx", "ref": "ab", "label": "\\ud800"}', "text: "),
        ('{"type": "output", "ref": "ab:0", "spendable": "maybe"}', "has a “spendable”"),
        ('{"type": "tx", "ref": "ab", "fee": NaN}', "is no JSON;"),
        (
            '{"type": "tx", "ref": "ab", "x": {"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":1}}}}}}}}}}',
            "has further fields",
        ),
        ('{"type": "tx", "ref": "' + "a" * 70_000 + '"}', "is far longer"),
    ],
)
def test_a_line_that_is_no_label_stops_everything_unless_it_is_left_out(line: str, reason: str) -> None:
    book = Book("Test")
    found = brought(book, f"{FILE}\n{line}\n")
    assert found.stuck
    assert found.after is book
    assert [each.line for each in found.refused] == [9]
    assert found.refused[0].reason.startswith(reason)
    assert label_obstacle(found).startswith("Nothing was stored: labels.jsonl, line 9: ")
    with pytest.raises(InputError, match="as long as lines are refused"):
        label_edit(found)
    rest = brought(book, f"{FILE}\n{line}\n", leave_out=True)
    assert len(label_edit(rest).change(book).labels) == 7


def test_a_long_label_is_cut_and_told_and_an_unknown_kind_is_left_out() -> None:
    lines = ['{"type":"addr","ref":"a","label":"' + "é" * 300 + '"}', '{"type":"psbt","ref":"b","label":"x"}']
    found = brought(Book("Test"), "\ufeff" + "\r\n".join(lines))
    assert found.after.labels == (Label(LabelKind.ADDR, "a", "é" * 255),)
    assert (found.shortened, found.other, found.lines) == ([1], {"psbt": 1}, 2)
    assert "cut to 255 characters: 1 (line 1)" in label_text(found, stored=False)
    assert label_document(found, stored=True)["other_kinds"] == {"psbt": 1}


def test_null_and_texts_of_flags_are_understood_as_some_wallets_write_them() -> None:
    line = f'{{"type":"output","ref":"{TXID}:0","label":null,"origin":null,"spendable":"false"}}'
    assert imported(Book("Test"), line).labels == (Label(LabelKind.OUTPUT, f"{TXID}:0", spendable=False),)
    odd = '{"type":"addr","ref":"a","label":"x","spendable":true}'
    (label,) = imported(Book("Test"), odd).labels
    assert plain(labels_text(Book("Test", labels=(label,)))) == plain(odd)


def test_what_is_no_file_of_labels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="holds no label"):
        brought(Book("Test"), "Date,Label\n2024-01-01,x\n")
    assert brought(Book("Test"), "").lines == 0
    monkeypatch.setattr(label_file, "MAX_LABELS", 1)
    with pytest.raises(InputError, match="has more than 2 lines"):
        brought(Book("Test"), FILE)


def test_a_book_that_changed_since_is_looked_at_again() -> None:
    found = brought(Book("Test"), FILE)
    with pytest.raises(InputError, match="has changed since"):
        label_edit(found).change(Book("Test"))


@pytest.mark.parametrize("place", ["ref", "label", "origin", "note"])
@pytest.mark.parametrize("secret", [SEED, WIF, XPRV])
def test_a_label_with_a_private_key_is_refused_and_nothing_of_it_is_kept(place: str, secret: str) -> None:
    fields = {"type": "xpub", "ref": "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8Nq", "label": "a"}
    text = json.dumps({**fields, place: secret})
    book = book_of()
    found = brought(book, f"{FILE}{text}\n")
    assert found.stuck
    assert [one.line for one in found.refused] == [8]
    assert "private key" in found.refused[0].reason
    assert secret not in label_text(found, stored=False)
    after = label_edit(brought(book, f"{FILE}{text}\n", leave_out=True)).change(book)
    assert secret not in render_book(after)
