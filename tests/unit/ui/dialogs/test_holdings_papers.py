from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.attachments import MAX_ATTACHMENT_BYTES
from app.domain.book import Book
from app.services import papers
from app.ui.dialogs.holdings_papers import Choosers, Holder, PapersDialog
from tests.fakes.desk_edits import EditedDesk
from tests.fakes.desk_fixtures import MakeDesk

LOAN = "Coin revolver"


@dataclass
class Hand:
    """What a person chooses, and what was opened for them."""

    file: str = ""
    target: str = ""
    shown: list[Path] = field(default_factory=list)
    opens: bool = True

    def choosers(self) -> Choosers:
        def show(path: Path) -> bool:
            self.shown.append(path)
            return self.opens

        def save(_parent: QWidget, _name: str) -> str:
            return self.target

        return Choosers(lambda _parent: self.file, save, show)


def keys(book: Book) -> tuple[str, ...]:
    return book.loan(LOAN).attachments


HOLDER = Holder(
    "Papers of Coin revolver",
    keys,
    lambda book, paper: papers.attach_to_loan(book.loan(LOAN), paper),
    lambda book, paper: papers.detach_from_loan(book.loan(LOAN), paper),
)


@pytest.fixture
def hand(tmp_path: Path) -> Hand:
    paper = tmp_path / "contract.pdf"
    paper.write_bytes(b"%PDF contract")
    return Hand(str(paper), str(tmp_path / "copy.pdf"))


def dialog(desk: EditedDesk, hand: Hand, qtbot: QtBot) -> PapersDialog:
    made = PapersDialog(desk.bench, HOLDER, choosers=hand.choosers())
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_file_is_added_opened_saved_and_removed(treasury_desk: EditedDesk, hand: Hand, qtbot: QtBot) -> None:
    shown = dialog(treasury_desk, hand, qtbot)
    assert shown.empty.isVisible()
    assert not shown.remove.isEnabled()
    with qtbot.waitSignal(treasury_desk.live.changed):
        shown.add.click()
    assert shown.list.count() == 1
    assert shown.list.item(0).text() == "contract.pdf   13 bytes"
    assert treasury_desk.book.loan(LOAN).attachments == (treasury_desk.book.attachments[0].key,)
    shown.show_paper.click()
    qtbot.waitUntil(lambda: bool(hand.shown))
    assert hand.shown[0].read_bytes() == b"%PDF contract"
    shown.save.click()
    qtbot.waitUntil(lambda: shown.told.text().startswith("Saved as"))
    assert Path(hand.target).read_bytes() == b"%PDF contract"
    with qtbot.waitSignal(treasury_desk.live.changed):
        shown.remove.click()
    assert shown.empty.isVisible()
    assert treasury_desk.book.attachments == ()
    with qtbot.waitSignal(treasury_desk.live.changed):
        treasury_desk.edits.undo()
    assert shown.list.count() == 1


def test_a_file_that_is_too_large_is_refused_in_words(treasury_desk: EditedDesk, hand: Hand, qtbot: QtBot) -> None:
    with Path(hand.file).open("wb") as file:
        file.truncate(MAX_ATTACHMENT_BYTES + 1)
    shown = dialog(treasury_desk, hand, qtbot)
    shown.add.click()
    qtbot.waitUntil(lambda: "larger than 20 MB" in shown.told.text())
    assert treasury_desk.book.attachments == ()
    assert treasury_desk.papers.content == {}


def test_a_file_that_is_gone_is_told(treasury_desk: EditedDesk, hand: Hand, qtbot: QtBot) -> None:
    Path(hand.file).unlink()
    shown = dialog(treasury_desk, hand, qtbot)
    shown.add.click()
    qtbot.waitUntil(lambda: "cannot be read" in shown.told.text())


def test_what_could_be_a_program_is_only_saved(treasury_desk: EditedDesk, hand: Hand, qtbot: QtBot) -> None:
    hand.file = str(Path(hand.file).rename(Path(hand.file).with_suffix(".desktop")))
    shown = dialog(treasury_desk, hand, qtbot)
    with qtbot.waitSignal(treasury_desk.live.changed):
        shown.add.click()
    shown.show_paper.click()
    assert "could be a program" in shown.told.text()
    assert hand.shown == []


def test_a_store_that_refuses_keeps_the_book_as_it_was(treasury_desk: EditedDesk, hand: Hand, qtbot: QtBot) -> None:
    treasury_desk.papers.full = True
    shown = dialog(treasury_desk, hand, qtbot)
    shown.add.click()
    qtbot.waitUntil(lambda: shown.told.text() == "▲ The disk is full; nothing was changed.")
    assert treasury_desk.book.attachments == ()


def test_a_book_for_reading_only_shows_papers_and_adds_none(make_desk: MakeDesk, hand: Hand, qtbot: QtBot) -> None:
    shown = dialog(make_desk(readonly=True), hand, qtbot)
    assert not shown.add.isEnabled()
    assert "reading only" in shown.add.accessibleDescription()
