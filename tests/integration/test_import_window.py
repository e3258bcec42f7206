"""Files through the real window into a real book: seen first, stored as one change, taken back by one undo."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bootstrap.books import create_book, read_book
from app.bootstrap.imports import import_files
from app.bootstrap.window import WindowHouse
from app.domain.book import Book
from app.services.import_ports import Answers
from app.services.pricing_settings import DEFAULT_BASE_URLS
from app.ui.application import Program
from app.ui.dialogs.import_files import ImportDialog
from app.ui.session import Session
from app.ui.views.holdings import HoldingsView

SAMPLES = Path(__file__).parents[1] / "data" / "imports"
WAIT_MS = 20_000


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "own.plimsoll"
    create_book(path, Book("My treasury"))
    return path


@pytest.fixture
def session(place: Path, tmp_path: Path, qapp: QApplication) -> Iterator[Session]:
    config = tmp_path / "config.toml"
    tables = (f"[prices.sources.{key}]\nenabled = false\n" for key in DEFAULT_BASE_URLS)
    config.write_text("".join(tables), "utf-8")
    program = Program(qapp, WindowHouse(place, config))
    program.start()
    assert program.session is not None
    yield program.session
    program.shut_down()


def test_files_come_into_the_book_and_go_again(session: Session, place: Path, tmp_path: Path, qtbot: QtBot) -> None:
    files = [SAMPLES / "swan_withdrawals_2022.csv", SAMPLES / "swan_2024.csv"]
    window = session.window
    window.go("holdings")
    window.actions_by_name["import"].trigger()
    dialog = window.findChildren(ImportDialog)[-1]
    dialog.add_files(files)
    qtbot.waitUntil(lambda: dialog.looked is not None, timeout=WAIT_MS)
    assert read_book(place).accounts == ()
    assert dialog.ok.isEnabled(), dialog.reason.text()
    with qtbot.waitSignal(dialog.accepted, timeout=WAIT_MS):
        dialog.submit()
    stored = read_book(place)
    assert len(stored.account("Swan").transactions) == 3
    # The command line brings the same.
    other = tmp_path / "other.plimsoll"
    create_book(other, Book("My treasury"))
    import_files(other, files, Answers())
    assert read_book(other).accounts == stored.accounts
    with qtbot.waitSignal(session.live.changed, timeout=WAIT_MS):
        session.edits.undo()
    assert read_book(place).accounts == ()


def test_the_holdings_page_offers_it_and_takes_files_that_are_dropped(session: Session, qtbot: QtBot) -> None:
    window = session.window
    window.go("holdings")
    page = window.views["holdings"]
    assert isinstance(page, HoldingsView)
    page.import_files.click()
    first = window.findChildren(ImportDialog)[-1]
    assert first.empty.isVisible()
    first.reject()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(SAMPLES / "swan_2024.csv"))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(page, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))
    second = window.findChildren(ImportDialog)[-1]
    qtbot.waitUntil(lambda: second.looked is not None, timeout=WAIT_MS)
    assert second.ok.isEnabled()
    second.reject()
