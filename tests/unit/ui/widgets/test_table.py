from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.ui.layout_memory import LayoutMemory
from app.ui.roles import Role
from app.ui.widgets.table import Table, cell_text

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (("name", "Loan"), ("debt", "Debt"), ("ltv", "LTV"))
ROWS = (("Coin revolver", "$9,600,000", "69.3 %"), ("Tab\tloan", "$1", "1.0 %"))
EXACT = {(0, 1): "9600000.00", (0, 2): "0.692516"}


class Rows(QAbstractTableModel):
    def __init__(self, columns: tuple[tuple[str, str], ...] = COLUMNS) -> None:
        super().__init__()
        self.columns = columns

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return len(ROWS)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return len(self.columns)

    def data(self, index: Index, role: int = 0) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return ROWS[index.row()][[key for key, _ in COLUMNS].index(self.columns[index.column()][0])]
        return EXACT.get((index.row(), index.column())) if role == Role.RAW else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        return self.columns[section][0 if role == Role.KEY else 1]


@pytest.fixture
def memory(tmp_path: Path) -> LayoutMemory:
    return LayoutMemory(tmp_path / "window.ini")


def make(qtbot: QtBot, memory: LayoutMemory, model: Rows | None = None) -> Table:
    table = Table("loans", "Loans", memory)
    qtbot.addWidget(table)
    model = model or Rows()
    model.setParent(table)
    table.setModel(model)
    return table


def test_rows_are_copied_for_a_spreadsheet(qtbot: QtBot, memory: LayoutMemory) -> None:
    table = make(qtbot, memory)
    table.selectAll()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Coin revolver\t9600000.00\t0.692516\nTab loan\t$1\t1.0 %"


def test_headings_are_copied_when_asked_for(qtbot: QtBot, memory: LayoutMemory) -> None:
    table = make(qtbot, memory)
    table.setColumnHidden(1, True)
    table.selectRow(0)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(table, Qt.Key.Key_C, both)
    assert QGuiApplication.clipboard().text() == "Loan\tLTV\nCoin revolver\t0.692516"


def test_columns_stay_where_they_were_put(qtbot: QtBot, memory: LayoutMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    table = make(qtbot, memory)
    table.horizontalHeader().moveSection(2, 0)
    monkeypatch.setattr(QGuiApplication, "mouseButtons", lambda: Qt.MouseButton.LeftButton)
    table.setColumnWidth(1, 177)
    table.column_menu().actions()[0].trigger()
    again = make(qtbot, memory)
    assert again.horizontalHeader().logicalIndex(0) == 2
    assert again.columnWidth(1) == 177
    assert again.isColumnHidden(0)
    assert not again.isColumnHidden(2)


def test_a_new_column_hides_no_other(qtbot: QtBot, memory: LayoutMemory) -> None:
    table = make(qtbot, memory)
    table.column_menu().actions()[1].trigger()
    model = Rows((("ltv", "LTV"), ("name", "Loan"), ("debt", "Debt")))
    again = make(qtbot, memory, model)
    assert [again.isColumnHidden(column) for column in range(3)] == [False, False, True]


def test_the_last_column_cannot_be_hidden(qtbot: QtBot, memory: LayoutMemory) -> None:
    table = make(qtbot, memory)
    for column in (0, 1):
        table.column_menu().actions()[column].trigger()
    assert [action.isEnabled() for action in table.column_menu().actions()] == [True, True, False]


def test_enter_opens_the_row(qtbot: QtBot, memory: LayoutMemory) -> None:
    table = make(qtbot, memory)
    opened: list[int] = []
    table.opened.connect(lambda index: opened.append(index.row()))
    table.selectRow(1)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened == [1]


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\uff1d1", "-", "-1 BTC"])
def test_a_name_never_becomes_a_formula(text: str) -> None:
    assert cell_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.50", "+3", "9600000.00", "-1E-8", "Coin revolver", ""])
def test_numbers_and_plain_words_are_copied_as_they_are(text: str) -> None:
    assert cell_text(text) == text


def test_a_leading_tab_hides_no_formula() -> None:
    assert cell_text("\t=1+1") == "' =1+1"


def test_widths_that_nobody_dragged_are_not_remembered(qtbot: QtBot, memory: LayoutMemory) -> None:
    table = make(qtbot, memory)
    table.setColumnWidth(1, 177)
    table.fit_columns()
    assert table.is_left_to_us
    assert table.columnWidth(0) >= table.asked_width(0) > table.fontMetrics().horizontalAdvance("Coin revolver")


def test_fitted_columns_only_grow_and_a_chosen_width_stays(
    qtbot: QtBot, memory: LayoutMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = make(qtbot, memory)
    table.fit_columns()
    wide = table.columnWidth(0)
    table.fit_columns(most=50)
    assert table.columnWidth(0) == wide
    monkeypatch.setattr(QGuiApplication, "mouseButtons", lambda: Qt.MouseButton.LeftButton)
    table.setColumnWidth(0, 60)
    table.fit_columns()
    assert table.columnWidth(0) == 60
    assert not table.is_left_to_us


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_copy_without_amounts_says_so(qtbot: QtBot, memory: LayoutMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("app.ui.widgets.table.announce", lambda _table, text: said.append(text))
    table = make(qtbot, memory)
    table.selectAll()
    table.copy_rows(headings=False)
    assert said == []
    monkeypatch.setitem(EXACT, (0, 1), "$•••")
    table.copy_rows(headings=False)
    assert said == ["Copied without amounts, because they are hidden. Ctrl+Shift+H shows them."]
