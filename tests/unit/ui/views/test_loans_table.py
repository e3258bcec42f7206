"""How the loans table paints its cells: the same ground, line and words that the style sheet gives other tables."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.ui.colours import LIGHT
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.models.loan_columns import FULL
from app.ui.theme import Theme
from app.ui.views.loans import HIDDEN_AT_FIRST, YIELDS
from app.ui.views.loans_table import LoansTable, shared_out
from tests.fakes.desk import at_price, snapshot_of

Made = Callable[[], LoansTable]


@pytest.fixture
def made(qtbot: QtBot, light_theme: Theme, tmp_path: Path) -> Made:
    def make() -> LoansTable:
        table = LoansTable("loans", FULL, light_theme, LayoutMemory(tmp_path / "window.ini"))
        qtbot.addWidget(table)
        table.resize(1700, 300)
        table.show_snapshot(snapshot_of(), Display())
        return table

    return make


def picture(table: LoansTable) -> QImage:
    return table.viewport().grab().toImage()


def cell_picture(table: LoansTable, key: str, row: int = 0) -> QImage:
    return picture(table).copy(table.visualRect(table.loans.index(row, FULL.index(key))))


def colours_of(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("key", ["loan", "debt", "ltv", "state"])
def test_a_cell_has_the_line_below_and_its_own_ground_when_chosen(made: Made, key: str) -> None:
    table = made()
    plain = cell_picture(table, key)
    assert plain.pixelColor(2, plain.height() - 1) == QColor(LIGHT.border)
    assert plain.pixelColor(2, 3) == QColor(LIGHT.panel)
    table.selectRow(0)
    chosen = cell_picture(table, key)
    assert chosen.pixelColor(2, 3) == QColor(LIGHT.selected)
    assert QColor(LIGHT.text).name() in colours_of(chosen) or key == "state"


def test_a_figure_ends_at_the_right_and_words_begin_at_the_left(made: Made) -> None:
    table = made()
    for key, ends in (("debt", True), ("lender", False)):
        image = cell_picture(table, key)
        inked = [
            x
            for x in range(image.width())
            if any(image.pixelColor(x, y) != QColor(LIGHT.panel) for y in range(image.height() - 1))
        ]
        edge = image.width() - 1 - inked[-1] if ends else inked[0]
        assert 7 <= edge <= 10, key


def test_a_text_without_room_is_shortened_inside_its_cell(made: Made) -> None:
    table = made()
    column = FULL.index("lender")
    table.setColumnWidth(column, 64)
    image = cell_picture(table, "lender")
    margin = image.copy(image.width() - 7, 0, 7, image.height() - 1)
    assert colours_of(margin) == {QColor(LIGHT.panel).name()}


def test_a_tick_paints_other_figures(made: Made) -> None:
    table = made()
    before, steady = cell_picture(table, "drop"), cell_picture(table, "debt")
    table.show_snapshot(at_price("69000"), Display())
    assert cell_picture(table, "drop") != before
    assert cell_picture(table, "debt") == steady


def test_another_font_is_painted_at_once(made: Made) -> None:
    table = made()
    before = cell_picture(table, "debt")
    font = table.font()
    font.setPointSizeF(font.pointSizeF() + 3)
    table.setFont(font)
    assert cell_picture(table, "debt") != before


def test_room_is_shared_out_and_no_figure_is_cut() -> None:
    asked = {"loan": 200, "lender": 220, "debt": 110, "ltv": 170, "state": 110}
    assert sum(shared_out(asked, 1000).values()) == 1000
    tight = shared_out(asked, 560)
    assert sum(tight.values()) == 560
    assert (tight["debt"], tight["state"]) == (110, 110)
    least = shared_out(asked, 100)
    assert (least["debt"], least["state"], least["lender"], least["ltv"]) == (110, 110, 90, 118)


def test_at_1280_every_first_column_is_in_sight(qtbot: QtBot, light_theme: Theme, tmp_path: Path) -> None:
    memory = LayoutMemory(tmp_path / "window.ini")
    table = LoansTable("loans", FULL, light_theme, memory, hidden=HIDDEN_AT_FIRST, yields=YIELDS)
    qtbot.addWidget(table)
    table.resize(1062, 400)
    table.show_snapshot(snapshot_of(), Display())
    with qtbot.waitExposed(table):
        table.show()
    assert table.horizontalHeader().length() <= table.viewport().width()
    table.resize(1500, 400)
    assert table.horizontalHeader().length() == table.viewport().width()
    assert table.is_left_to_us
