"""Papers of a real book: stored, undone, kept through a backup, let go of when the book is closed."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.bootstrap.desk import OpenDesk, open_desk
from app.domain.attachments import Attachment
from app.domain.book import Book
from app.services.papers import Papers, attach_to_loan, attach_to_transaction, detach_from_loan
from app.store.attachments import BookPapers
from app.store.backup import backup
from app.store.book_store import BookStore
from app.system.config_file import ConfigFile
from tests.fakes.desk import treasury

CONTENT = bytes(range(256)) * 300


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "book.plimsoll"
    BookStore.create(path, replace(treasury(), demo=True)).close()
    return path


def opened(place: Path) -> OpenDesk:
    return open_desk(place, ConfigFile(place.with_name("config.toml")))


def papers_in(desk: OpenDesk) -> Papers:
    papers = desk.desk.papers
    assert papers is not None
    return papers


def attach(desk: OpenDesk, content: bytes = CONTENT) -> Attachment:
    paper = papers_in(desk).take("contract.pdf", content)
    edit = attach_to_loan(desk.desk.book.loans[0], paper)
    desk.desk.edit(edit.label, edit.change)
    return paper


def content_of(place: Path, key: str) -> bytes | None:
    store = BookStore.open(place)
    try:
        return BookPapers(store.backend).read(key)
    finally:
        store.close()


def test_a_paper_outlives_the_session_and_a_backup(place: Path, tmp_path: Path) -> None:
    desk = opened(place)
    paper = attach(desk)
    desk.close()
    copy = tmp_path / "copy.plimsoll"
    backup(place, copy)
    for where in (place, copy):
        assert content_of(where, paper.key) == CONTENT
        again = opened(where)
        assert again.desk.book.loans[0].attachments == (paper.key,)
        assert papers_in(again).content(again.desk.book.attachments[0]) == CONTENT
        again.close()


def test_an_undone_paper_can_be_done_again_and_goes_at_the_end(place: Path) -> None:
    desk = opened(place)
    paper = papers_in(desk).take("contract.pdf", CONTENT)
    edit = attach_to_loan(desk.desk.book.loans[0], paper)
    undone = desk.desk.revert(desk.desk.edit(edit.label, edit.change))
    assert desk.desk.book.attachments == ()
    desk.desk.revert(undone)
    assert papers_in(desk).content(paper) == CONTENT
    edit = detach_from_loan(desk.desk.book.loans[0], paper)
    desk.desk.edit(edit.label, edit.change)
    assert papers_in(desk).content(paper) == CONTENT
    desk.close()
    assert content_of(place, paper.key) is None


def test_a_deletion_without_looking_at_papers_lets_go_of_them(place: Path) -> None:
    desk = opened(place)
    paper = attach(desk)
    desk.close()
    desk = opened(place)
    edit = detach_from_loan(desk.desk.book.loans[0], paper)
    desk.desk.edit(edit.label, edit.change)
    desk.close()
    assert content_of(place, paper.key) is None


def test_the_same_file_twice_is_one_paper(place: Path) -> None:
    desk = opened(place)
    paper = attach(desk)
    same = papers_in(desk).take("again.pdf", CONTENT)
    account = desk.desk.book.accounts[0]
    edit = attach_to_transaction(account.name, account.transactions[0], same)
    desk.desk.edit(edit.label, edit.change)
    book: Book = desk.desk.book
    assert [one.key for one in book.attachments] == [paper.key]
    desk.close()
    assert content_of(place, paper.key) == CONTENT
