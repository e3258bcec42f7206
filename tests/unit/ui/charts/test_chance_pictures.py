"""Probability over the horizon, and stated against happened: what is drawn, and what keys and pointer tell."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.risk.results import Probability
from app.services.risk_curve import Curve, CurvePoint
from app.services.risk_record import RecordBin
from app.ui.charts.chance_curve import ChanceChart
from app.ui.charts.chance_plan import axis_top, chance_picture, grid_of, percent_tick
from app.ui.charts.reliability_chart import ReliabilityChart
from app.ui.charts.reliability_plan import bin_words, dots_of, group_words, record_model
from app.ui.formats import Display
from app.ui.theme import Theme


def point(days: int, value: str) -> CurvePoint:
    number = Decimal(value)
    return CurvePoint(days, Probability(number, number / 2, min(number * 2, Decimal(1)), number))


CURVES = (
    Curve("call", (point(1, "0.01"), point(30, "0.2"), point(90, "0.4"), point(365, "0.6"))),
    Curve("sale", (point(1, "0.001"), point(30, "0.05"), point(90, "0.1"))),
)
BINS = (
    RecordBin(0.0, 0.01, 900, 0.004, 0.005, 0.001, 0.01),
    RecordBin(0.2, 0.3, 80, 0.25, 0.6, 0.4, 0.7),
)


def test_the_picture_runs_by_the_root_of_days_and_marks_the_scenario() -> None:
    picture = chance_picture(CURVES, "book", "The whole book")
    assert picture is not None
    assert [line.name for line in picture.lines] == ["any call", "any forced sale"]
    assert picture.lines[0].xs[-1] == 1
    assert picture.scenario == pytest.approx((90 / 365) ** 0.5)
    assert [days for days, _place in picture.stops] == [1, 30, 90, 365]
    assert picture.top == 1.0
    assert picture.sentences[1] == (
        "Within 30 days: any call 20 % (models 10 to 40 %, GBM-90d 20 %); "
        "any forced sale 5.0 % (models 2.5 to 10 %, GBM-90d 5.0 %)"
    )
    assert picture.sentences[3].startswith("Within 365 days (scenario): any call 60 %")
    assert "forced sale" not in picture.sentences[3]
    assert picture.description.startswith("The whole book. Within 1 day: any call 1.0 %")


def test_without_a_curve_there_is_no_picture() -> None:
    assert chance_picture((), "loan", "A") is None


def test_a_short_curve_has_no_scenario_and_the_axis_is_never_a_magnifying_glass() -> None:
    picture = chance_picture((Curve("call", (point(1, "0.0001"), point(7, "0.0002"))),), "loan", "A")
    assert picture is not None
    assert picture.scenario is None
    assert picture.top == 0.05
    assert [words for _place, words in picture.ticks] == ["1 day", "7"]


@pytest.mark.parametrize(("highest", "top"), [(0.0, 0.05), (0.09, 0.1), (0.3, 0.4), (0.99, 1.0), (1.0, 1.0)])
def test_the_axis_ends_at_a_round_value(highest: float, top: float) -> None:
    assert axis_top(highest) == top
    assert grid_of(top)[-1] == pytest.approx(top)
    assert percent_tick(0.25) == "25\u202f%"
    assert percent_tick(0.0125) == "1.25\u202f%"


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)")  # tooltips, offscreen
def test_keys_and_pointer_tell_a_horizon(qtbot: QtBot, theme: Theme) -> None:
    chart = ChanceChart(theme)
    qtbot.addWidget(chart)
    chart.resize(700, 260)
    chart.show()
    chart.show_picture(None, "No line to draw.")
    assert chart.accessibleDescription() == "No line to draw."
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.told == ""
    chart.grab()
    chart.show_picture(chance_picture(CURVES, "book", "The whole book"))
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.told.startswith("Within 30 days: ") or chart.told.startswith("Within 90 days: ")
    assert chart.accessibleDescription() == chart.told
    QTest.mouseMove(chart, QPoint(60, 100))
    qtbot.waitUntil(lambda: chart.told.startswith("Within 1 day: "))
    assert not chart.grab().isNull()


def test_stated_against_happened_in_words_and_in_a_table() -> None:
    assert group_words(BINS[1]) == "20–30\u202f%"
    assert bin_words(BINS[0]).endswith("by chance alone 0.1\u202f% to 1.0\u202f%")
    assert "outside what chance alone explains" in bin_words(BINS[1])
    model = record_model()
    model.show_rows(BINS, Display())
    assert model.index(1, 3).data() == "60.0\u202f%"
    assert [model.index(row, 5).data() for row in (0, 1)] == ["", "▲ outside"]


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)")  # tooltips, offscreen
def test_the_groups_can_be_walked_by_keys(qtbot: QtBot, theme: Theme) -> None:
    chart = ReliabilityChart(theme)
    qtbot.addWidget(chart)
    chart.resize(400, 330)
    chart.show()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    chart.show_dots(dots_of(BINS))
    assert "Stated 0–1" in chart.accessibleDescription()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.accessibleDescription() == bin_words(BINS[1])
    assert not chart.grab().isNull()
