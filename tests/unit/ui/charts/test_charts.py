from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.candles import DailyCandle
from app.domain.errors import CancelledError
from app.domain.quotes import NoQuote
from app.services.ltv_history import ltv_history
from app.services.settings import Theme as Choice
from app.ui.charts.load_lines import LoadLineChart
from app.ui.charts.load_lines_canvas import room_for
from app.ui.charts.load_lines_plan import load_lines
from app.ui.charts.ltv_history import LtvHistoryChart
from app.ui.charts.ltv_reckoning import reckon_history
from app.ui.charts.ltv_series import series_of, words_at
from app.ui.levels import Level
from app.ui.theme import Theme
from tests.fakes.desk import OPENED, snapshot_of, treasury_loans

CANDLES = tuple(
    DailyCandle(
        OPENED + timedelta(days=number), *(Decimal(price) for price in (70_000, 71_000, 60_000, 69_000 - number))
    )
    for number in range(60)
)


def drawn(qtbot: QtBot, theme: Theme) -> LoadLineChart:
    chart = LoadLineChart(theme)
    qtbot.addWidget(chart)
    chart.resize(900, 400)
    chart.show_plan(load_lines(snapshot_of()))
    with qtbot.waitExposed(chart):
        chart.show()
    return chart


def test_zones_are_painted_in_the_colours_of_the_theme(qtbot: QtBot, theme: Theme) -> None:
    theme.choose(Choice.LIGHT)
    chart = drawn(qtbot, theme)
    light = chart.grab().toImage()
    seen = {light.pixelColor(QPoint(x, y)).name() for x in range(60, 880, 4) for y in range(4, 370, 3)}
    for level in (Level.SAFE, Level.WATCH, Level.CALL, Level.SALE):
        assert QColor(theme.colours.zone(level)).name() in seen
    theme.choose(Choice.DARK)
    dark = chart.grab().toImage()
    seen = {dark.pixelColor(QPoint(x, y)).name() for x in range(60, 880, 4) for y in range(4, 370, 3)}
    assert QColor(theme.colours.zone(Level.SALE)).name() in seen


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)")  # tooltips and menus, offscreen
def test_the_chart_speaks_and_walks_by_keys(qtbot: QtBot, theme: Theme) -> None:
    chart = drawn(qtbot, theme)
    assert "Coin revolver" in chart.accessibleDescription()
    assert chart.accessibleName() == "Load lines"
    QTest.keyClick(chart, Qt.Key.Key_Left)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    QTest.keyClick(chart, Qt.Key.Key_Right)
    with qtbot.waitSignal(chart.opened) as told:
        QTest.keyClick(chart, Qt.Key.Key_Return)
    assert told.args is not None
    assert told.args[0].loan.name == "Equipment facility"


def test_the_pointer_finds_its_column(qtbot: QtBot, theme: Theme) -> None:
    chart = drawn(qtbot, theme)
    assert chart.column_at(100) == 0
    assert chart.column_at(899) == -1
    assert [chart.column_at(x) for x in range(100, 700, 190)] == sorted(
        chart.column_at(x) for x in range(100, 700, 190)
    )


def test_a_narrow_chart_has_room_for_few(qtbot: QtBot, theme: Theme) -> None:
    chart = drawn(qtbot, theme)
    wide = chart.room
    with qtbot.waitSignal(chart.room_changed):
        chart.resize(420, 300)
    assert 3 <= chart.room < wide
    from PySide6.QtGui import QFontMetricsF

    assert room_for(0, QFontMetricsF(chart.font())) == 3


def test_the_history_chart_pans_and_zooms_by_keys(qtbot: QtBot, theme: Theme) -> None:
    chart = LtvHistoryChart(theme)
    qtbot.addWidget(chart)
    chart.resize(700, 300)
    chart.show_history(reckon_history(snapshot_of().figures.loans[2], CANDLES))
    with qtbot.waitExposed(chart):
        chart.show()
    (low, high), _ = chart.view_box.viewRange()
    QTest.keyClick(chart, Qt.Key.Key_Plus)
    (closer, nearer), _ = chart.view_box.viewRange()
    assert nearer - closer < (high - low) * 0.8
    QTest.keyClick(chart, Qt.Key.Key_Home)
    assert chart.view_box.viewRange()[0] == [low, high]
    assert "highest close" in chart.accessibleDescription()


def test_a_loan_in_euros_is_scaled(qtbot: QtBot, theme: Theme) -> None:
    chart = LtvHistoryChart(theme)
    qtbot.addWidget(chart)
    figures = snapshot_of().figures
    chart.show_history(reckon_history(figures.loans[3], CANDLES, figures.prices["USD"]))
    assert "scaled by today's ratio" in chart.accessibleDescription()


def test_series_follow_the_levels() -> None:
    history = ltv_history(treasury_loans()[2], CANDLES)
    series = series_of(history)
    assert len(series.times) == len(CANDLES) == len(series.ltvs)
    assert {(segment.level, segment.ltv) for segment in series.segments} == {
        (Level.WATCH, 0.7),
        (Level.CALL, 0.75),
        (Level.SALE, 0.85),
    }
    assert "called at 75.0\u202f%" in words_at(history.days[0])
    assert series.top > 0.85


def test_stretches_make_the_same_history_and_can_be_given_up() -> None:
    figures = snapshot_of().figures.loans[2]
    long = tuple(replace(CANDLES[0], day=OPENED + timedelta(days=number)) for number in range(450))
    asked: list[int] = []
    assert reckon_history(figures, long, check=lambda: asked.append(1)) == ltv_history(figures.loan, long)
    assert len(asked) == 5

    def given_up() -> None:
        asked.append(1)
        if len(asked) == 8:
            raise CancelledError

    with pytest.raises(CancelledError):
        reckon_history(figures, long, check=given_up)
    assert len(asked) == 8


def test_a_loan_in_another_money_without_any_price_has_no_history() -> None:
    euros = replace(snapshot_of().figures.loans[3], lookup=NoQuote("EUR", "no source offers it"))
    assert reckon_history(euros, CANDLES).days == ()


def test_the_line_of_todays_price_is_dragged_down_to_a_price(qtbot: QtBot, theme: Theme) -> None:
    chart, plan = drawn(qtbot, theme), load_lines(snapshot_of())
    prices: list[float] = []
    chart.price_dragged.connect(lambda price: prices.append(float(price.value)))
    area = chart._area()
    assert plan.price is not None

    def at(price: float) -> QPoint:
        y = area.bottom() - (price - plan.low) / (plan.high - plan.low) * area.height()
        return QPoint(int(area.center().x()), round(y))

    QTest.mousePress(chart, Qt.MouseButton.LeftButton, pos=at(plan.price))
    QTest.mouseMove(chart, at(56_000))
    QTest.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=at(56_000))
    assert prices == [pytest.approx(56_000, rel=0.01)]
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=at(50_000))
    QTest.mousePress(chart, Qt.MouseButton.LeftButton, pos=at(plan.price))
    QTest.mouseMove(chart, QPoint(int(area.center().x()), 0))
    QTest.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=QPoint(int(area.center().x()), 0))
    assert len(prices) == 1
