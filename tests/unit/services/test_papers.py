from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from app.domain.attachments import MAX_ATTACHMENT_BYTES, Attachment
from app.domain.book import Account, Book, Transaction, TransactionKind
from app.domain.check import check_book
from app.domain.errors import BookError, InputError
from app.services.papers import (
    Papers,
    attach_to_loan,
    attach_to_transaction,
    detach_from_loan,
    detach_from_transaction,
    papers_of,
    plain_name,
    size_words,
)
from tests.fakes.loans import account, book, pledged
from tests.fakes.papers import MemoryPapers

ROW = Transaction(datetime(2025, 3, 1, tzinfo=UTC), TransactionKind.BUY, 5)
PAPER = Attachment(sha256(b"paper").hexdigest(), "receipt.pdf", 5)


def one_row() -> Book:
    return Book("Test", accounts=(Account("Vault", transactions=(ROW,)),))


def test_a_paper_is_taken_and_read_again() -> None:
    store = MemoryPapers()
    papers = Papers(store, ())
    taken = papers.take("receipt.pdf", b"paper")
    assert taken == PAPER
    assert papers.content(taken) == b"paper"


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "is empty"), (bytes(MAX_ATTACHMENT_BYTES + 1), "is larger than 20 MB")]
)
def test_what_is_no_paper_is_refused(content: bytes, told: str) -> None:
    store = MemoryPapers()
    with pytest.raises(InputError, match=told):
        Papers(store, ()).take("a.pdf", content)
    assert store.content == {}


def test_missing_and_damaged_content_is_told() -> None:
    store = MemoryPapers()
    papers = Papers(store, ())
    with pytest.raises(BookError, match="is not in this book"):
        papers.content(PAPER)
    store.content[PAPER.key] = b"other"
    with pytest.raises(BookError, match="is damaged"):
        papers.content(PAPER)


def test_a_transaction_gets_and_loses_a_paper() -> None:
    after = attach_to_transaction("Vault", ROW, PAPER).change(one_row())
    check_book(after)
    (row,) = after.account("Vault").transactions
    assert papers_of(after, row.attachments) == (PAPER,)
    with pytest.raises(InputError, match="is attached here already"):
        attach_to_transaction("Vault", row, PAPER)
    again = detach_from_transaction("Vault", row, PAPER).change(after)
    assert again == one_row()


def test_a_paper_of_two_stays_until_both_let_go() -> None:
    loan = pledged("1000", "1")
    before = book(loan, accounts=(replace(account(), transactions=(*account().transactions, ROW)),))
    both = attach_to_transaction("Cold storage", ROW, PAPER).change(attach_to_loan(loan, PAPER).change(before))
    assert both.attachments == (PAPER,)
    left = detach_from_loan(both.loans[0], PAPER).change(both)
    assert left.attachments == (PAPER,)
    assert left.loans[0].attachments == ()


def test_bytes_that_nothing_names_go_at_the_end() -> None:
    store = MemoryPapers()
    papers = Papers(store, (PAPER,))
    store.content = {PAPER.key: b"paper"}
    papers.close(replace(one_row(), attachments=(PAPER,)))
    assert store.swept == []
    papers.close(one_row())
    assert store.content == {}


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("C:\\papers\\a.pdf", "a.pdf"), ("../../etc/passwd", "passwd"), ("a\u202egnp.exe", "agnp.exe"),
        ('x<y>:"z".txt', "xyz.txt"), ("...", "paper"), (" a.pdf ", "a.pdf"),
    ],
)  # fmt: skip
def test_names_are_plain(name: str, plain: str) -> None:
    assert plain_name(name) == plain
    check_book(replace(one_row(), attachments=(replace(PAPER, name=plain),)))


def test_sizes_are_told() -> None:
    assert [size_words(size) for size in (12, 2048, 3 * 1024 * 1024)] == ["12 bytes", "2.0 kB", "3.0 MB"]
