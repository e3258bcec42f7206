"""Hidden amounts are nowhere: not in a text, a tooltip, a spoken word, a copied row, a title, the tray or a picture.

Two books whose amounts differ and whose ratios and prices do not must then look and sound the same to the last word
and pixel; each amount of the book is looked for by name, too.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QCoreApplication, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.domain.book import Book, EventKind, LoanEvent, Transaction, TransactionKind
from app.domain.candles import DailyCandle
from app.ui.application import Program
from app.ui.models.loans import SECOND
from app.ui.roles import Role
from app.ui.screens import KEYS
from app.ui.session import Session
from app.ui.view import View
from app.ui.views.holdings import TABS, HoldingsView
from app.ui.views.loans import LoansView
from app.ui.views.warnings import WarningsView
from app.ui.widgets.cards import FigureCard
from app.ui.widgets.labels import ElidedLabel
from app.ui.widgets.table import Table
from tests.fakes.desk import NOW, OPENED, treasury
from tests.fakes.ui_book import MemoryHouse

CANARIES = ("118,400,000", "118400000", "9,600,000", "9600000", "5,200,000", "2,640", "2640", "1,310", "1310",
            "1,025", "77.125", "2,618,033", "2618033", "4,321", "4321", "5,321", "5321")  # fmt: skip
_ROLES = (
    Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.StatusTipRole,
    Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole, Role.RAW, SECOND,
)  # fmt: skip
_SPOKEN = (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value, QAccessible.Text.Help)


def rich(factor: int) -> Book:
    """Return the treasury with transactions and a fee, every amount ``factor`` times as large."""
    book = treasury()
    account = book.accounts[0]
    bought = Transaction(
        NOW - timedelta(days=1), TransactionKind.BUY, 7_712_500_000, value=Decimal(2_618_033), fee=Decimal("4321.07")
    )
    fee = LoanEvent(NOW - timedelta(hours=5), EventKind.FEE, amount=Decimal("5321.50"))

    def event(one: LoanEvent) -> LoanEvent:
        return one._replace(
            sats=None if one.sats is None else one.sats * factor,
            amount=None if one.amount is None else one.amount * factor,
        )

    def transaction(one: Transaction) -> Transaction:
        return one._replace(
            sats=one.sats * factor,
            value=None if one.value is None else one.value * factor,
            fee=None if one.fee is None else one.fee * factor,
        )

    loans = tuple(replace(loan, events=tuple(map(event, (*loan.events, fee)))) for loan in book.loans)
    moved = tuple(map(transaction, (*account.transactions, bought)))
    return replace(book, loans=loans, accounts=(replace(account, transactions=moved),))


@pytest.fixture
def open_hidden(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[int], Session]]:
    made: list[Program] = []

    def opened(factor: int, *, hidden: bool = True) -> Session:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        house = MemoryHouse(folder, books={"b.plimsoll": rich(factor)}, first="b.plimsoll")
        program = Program(qapp, house)
        made.append(program)
        program.memory.keep_flag("privacy/hidden", on=hidden)
        program.start()
        session = program.session
        assert session is not None
        house.opened[0].prices.candles = tuple(
            DailyCandle(OPENED + timedelta(days=number), *[Decimal(70_000)] * 4) for number in range(2)
        )
        session.window.resize(1280, 900)
        qtbot.waitExposed(session.window)
        qtbot.waitUntil(lambda: session.live.snapshot.asked_at is not None and not session.tasks.under_way)
        return session

    yield opened
    for program in made:
        program.shut_down()
        qapp.aboutToQuit.disconnect(program.shut_down)
        program.theme.deleteLater()
    qapp.setStyleSheet("")


def of_model(model: QAbstractItemModel) -> Iterator[str]:
    for column in range(model.columnCount()):
        for role in _ROLES:
            yield str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")
        for row in range(model.rowCount()):
            for role in _ROLES:
                yield str(model.index(row, column).data(role) or "")


def of_widget(widget: QWidget) -> Iterator[str]:
    yield from (widget.toolTip(), widget.statusTip(), widget.whatsThis(), widget.windowTitle())
    yield from (widget.accessibleName(), widget.accessibleDescription())
    interface = QAccessible.queryAccessibleInterface(widget)
    if interface is not None:
        yield from (interface.text(kind) for kind in _SPOKEN)
    text = getattr(widget, "text", None)
    if callable(text):
        yield str(text())
    if isinstance(widget, ElidedLabel):
        yield widget.whole
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(number) for number in range(widget.count()))
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from of_model(widget.model())
    if isinstance(widget, Table) and widget.model() is not None:
        widget.selectAll()
        yield widget.rows_text(headings=True)
        widget.clearSelection()


def walk(qtbot: QtBot, session: Session) -> Iterator[tuple[str, View]]:
    """Go to each page, each loan's page and each account, and say where we are."""

    def settle() -> None:
        QCoreApplication.processEvents()
        qtbot.waitUntil(lambda: not session.tasks.under_way)
        QCoreApplication.processEvents()

    window = session.window
    for key in KEYS:
        window.go(key)
        settle()
        view = window.views[key]
        # What a screen looks up for the rows that are seen is asked for by its first painting.
        view.grab()
        settle()
        yield key, view
        if isinstance(view, HoldingsView):
            table = view.accounts.table
            for row in range(table.model().rowCount()):
                table.selectRow(row)
                settle()
                yield f"holdings {row}", view
            for tab in TABS:
                view.show_tab(tab)
                settle()
                yield f"holdings {tab}", view
        if isinstance(view, LoansView):
            for loan in session.live.snapshot.book.loans:
                window.go("loans", loan.name)
                settle()
                yield loan.name, view


def everything(qtbot: QtBot, session: Session) -> dict[str, list[str]]:
    """Return every word that the window shows, speaks or copies, by page."""
    found = {}
    for place, _view in walk(qtbot, session):
        widgets = [session.window, *session.window.findChildren(QWidget)]
        found[place] = [
            text for widget in widgets for text in of_widget(widget) if text and "next check in" not in text
        ]
    assert session.tray is not None
    session.tray.announce(session.live.snapshot.warnings)
    found["tray"] = [session.tray.icon.toolTip(), *session.tray.told[-1:]]
    return found


def picture(view: View) -> QImage:
    """Return the screen as it looks where nothing has the focus: only one window has it, and its caret blinks."""
    focused = QApplication.focusWidget()
    if focused is not None:
        focused.clearFocus()
    return view.grab().toImage()


def steady_picture(qtbot: QtBot, view: View) -> QImage:
    """Return the screen's picture once it has stopped changing."""
    pictures = [picture(view)]

    def steady() -> bool:
        pictures.append(picture(view))
        return pictures[-1] == pictures[-2]

    qtbot.waitUntil(steady)
    return pictures[-1]


def comes_to(qtbot: QtBot, view: View, wanted: QImage) -> bool:
    """Return whether the screen comes to look like ``wanted``; an amount that shows never does."""

    def same() -> bool:
        return picture(view) == wanted

    try:
        qtbot.waitUntil(same)
    except qtbot.TimeoutError:
        return False
    return True


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_no_word_holds_a_hidden_amount(qtbot: QtBot, open_hidden: Callable[[int], Session]) -> None:
    for place, texts in everything(qtbot, open_hidden(1)).items():
        for text in texts:
            assert [canary for canary in CANARIES if canary in text] == [], f"{place}: {text}"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_walk_would_find_them_where_they_are_shown(qtbot: QtBot, open_hidden: Callable[..., Session]) -> None:
    words = " ".join(" ".join(texts) for texts in everything(qtbot, open_hidden(1, hidden=False)).values())
    missed = [canary for canary in CANARIES if canary not in words]
    assert missed == []


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_other_amounts_of_the_same_ratios_sound_the_same(qtbot: QtBot, open_hidden: Callable[[int], Session]) -> None:
    first, second = open_hidden(1), open_hidden(3)
    # What is reckoned beside the window may have come in one of the two and not yet in the other.
    for _ in range(4):
        if not told_apart(everything(qtbot, first), everything(qtbot, second)):
            return
    assert told_apart(everything(qtbot, first), everything(qtbot, second)) == {}


def told_apart(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, set[str]]:
    """Return by screen what only one of two windows says; marks without a letter or digit say nothing."""
    assert one.keys() == other.keys()
    said = {place: (spoken(texts), spoken(other[place])) for place, texts in one.items()}
    return {place: mine ^ theirs for place, (mine, theirs) in said.items() if mine != theirs}


def spoken(texts: Iterable[str]) -> set[str]:
    """Return the texts that say something."""
    return {text for text in texts if any(map(str.isalnum, text))}


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_other_amounts_of_the_same_ratios_look_the_same(qtbot: QtBot, open_hidden: Callable[[int], Session]) -> None:
    for _ in walk(qtbot, open_hidden(1)):  # the first program of a test run measures its letters before it has them all
        pass
    one = {place: steady_picture(qtbot, view) for place, view in walk(qtbot, open_hidden(1))}
    differ = [place for place, view in walk(qtbot, open_hidden(3)) if not comes_to(qtbot, view, one[place])]
    assert differ == []


def test_a_figure_s_detail_is_hidden_with_it(qtbot: QtBot, open_hidden: Callable[[int], Session]) -> None:
    session = open_hidden(1)
    cards = session.window.findChildren(FigureCard)
    assert len(cards) == 5
    assert any("•••" in card.accessibleName() for card in cards)


def test_a_copied_warning_has_no_amount_and_says_so(qtbot: QtBot, open_hidden: Callable[[int], Session]) -> None:
    session = open_hidden(1)
    session.window.go("warnings")
    view = session.window.views["warnings"]
    assert isinstance(view, WarningsView)
    view.copy()
    assert "••• BTC" in QGuiApplication.clipboard().text()
    assert session.window.messages.bars[0].words.text().startswith("Copied without amounts")
