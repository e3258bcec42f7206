from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.risk.episodes import EPISODES_RESOURCE, parse_episodes
from app.risk.positions import Positions, positions_of
from app.risk.stress_path import straight_fall
from app.services.desk import DeskSnapshot
from app.ui.charts.ltv_curves import LtvCurvesChart
from app.ui.charts.ltv_curves_plan import STRONG, CurveBasis, axis_end, curve_basis, ltv_curves
from app.ui.charts.replay import ReplayChart
from app.ui.charts.replay_plan import FIRST_SHOWN, falls_of, replay, short_label
from app.ui.charts.stress_axes import round_ticks
from app.ui.levels import Level
from app.ui.theme import Theme
from tests.fakes.bench import ICONS
from tests.fakes.desk import loan, many_loans, snapshot_of, treasury, triggers

EPISODES = parse_episodes((ICONS.parent / EPISODES_RESOURCE).read_bytes())
PRICE = Decimal(70_727)


def drawn(snapshot: DeskSnapshot | None = None) -> CurveBasis:
    positions = positions_of((snapshot or snapshot_of()).figures, 90)
    assert isinstance(positions, Positions)
    return curve_basis(positions)


def test_curves_stand_in_order_and_pass_through_their_marks() -> None:
    plan = ltv_curves(drawn(), Decimal("0.2"))
    assert [curve.name for curve in plan.strong] == ["Coin revolver", "Equipment facility", "EUR bridge", "Term loan B"]
    for curve in plan.strong:
        for mark in curve.marks:
            assert curve.ltv(mark.price) == pytest.approx(mark.ltv)
    revolver = plan.strong[0]
    assert revolver.now == pytest.approx(9_600_000 / (196 * 70_727))
    assert [mark.level for mark in revolver.marks] == [Level.CALL, Level.SALE]
    assert "Called at 75.0" in revolver.words
    assert "$65,307" in plan.description


def test_of_many_loans_the_nearest_have_names() -> None:
    plan = ltv_curves(drawn(snapshot_of(treasury(many_loans(1_000)))), Decimal("0.2"))
    assert len(plan.strong) == STRONG
    assert 0 < len(plan.thin) <= 250
    assert plan.subtitle == "8 nearest of 1,000 named"


def test_the_axis_grows_in_steps_and_reaches_thresholds_above_the_whole() -> None:
    assert axis_end(Decimal("0.2")) == axis_end(Decimal("0.3")) == Decimal("0.5")
    assert axis_end(Decimal("0.5")) == Decimal("0.25")
    assert axis_end(Decimal("0.9")) == Decimal("0.09")
    high = loan("High", "1500000", "30", triggers("0.9", "1.10", "1.25", 24, "0.95"))
    plan = ltv_curves(drawn(snapshot_of(treasury((high,)))), Decimal(0))
    assert plan.high > 1.25


def test_ticks_are_round_and_few() -> None:
    assert round_ticks(35_363, 74_970, 5) == (40_000, 50_000, 60_000, 70_000)
    assert round_ticks(1, 1, 5) == ()
    assert round_ticks(0, float("nan"), 5) == ()


@pytest.fixture
def chart(qtbot: QtBot, theme: Theme) -> LtvCurvesChart:
    made = LtvCurvesChart(theme)
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.show_curves(ltv_curves(drawn(), Decimal("0.2")))
    made.show_price(56_581.6, "−20 % → $56,582")
    made.show()
    return made


def test_the_line_is_dragged_to_a_price_within_the_axis(qtbot: QtBot, chart: LtvCurvesChart) -> None:
    moved: list[float] = []
    chart.moved.connect(lambda price: moved.append(float(price.value)))
    axes = chart.axes()
    y = int(axes.area.center().y())
    QTest.mousePress(chart, Qt.MouseButton.LeftButton, pos=QPoint(int(axes.x(60_000)), y))
    assert (chart.dragging, len(moved)) == (True, 1)
    QTest.mouseMove(chart, QPoint(int(axes.x(50_000)), y))
    QTest.mouseMove(chart, QPoint(5_000, y))
    with qtbot.waitSignal(chart.released):
        QTest.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=QPoint(5_000, y))
    assert not chart.dragging
    assert moved[0] == pytest.approx(60_000, rel=0.01)
    assert moved[1] == pytest.approx(50_000, rel=0.01)
    assert min(moved) == pytest.approx(float(PRICE) / 2)
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(2, y))
    assert moved[-1] == float(PRICE)


@pytest.mark.parametrize(
    ("key", "part"),
    [
        (Qt.Key.Key_Right, 0.79),
        (Qt.Key.Key_Left, 0.81),
        (Qt.Key.Key_PageDown, 0.75),
        (Qt.Key.Key_PageUp, 0.85),
        (Qt.Key.Key_Home, 1.0),
    ],
)
def test_keys_move_the_line(chart: LtvCurvesChart, key: Qt.Key, part: float) -> None:
    moved: list[float] = []
    chart.moved.connect(lambda price: moved.append(float(price.value)))
    QTest.keyClick(chart, key)
    assert moved == [pytest.approx(float(PRICE) * part, rel=1e-4)]


def test_a_curve_tells_its_lines_and_its_ltv_there(chart: LtvCurvesChart) -> None:
    axes = chart.axes()
    price = 60_000.0
    words = chart.words_at(QPointF(axes.x(price), axes.y(9_600_000 / (196 * price))))
    assert words.startswith("Coin revolver")
    assert "$60k its LTV is 81.6 %" in words
    assert chart.words_at(QPointF(axes.area.left() + 1, axes.area.top() + 1)) == ""
    assert "Stressed price −20 %" in chart.accessibleDescription()


def test_falls_start_at_todays_price_with_their_lows() -> None:
    falls = falls_of(EPISODES, FIRST_SHOWN, PRICE, "USD")
    assert [fall.label for fall in falls] == ["Mar 2020", "May 2021", "Nov 2022", "Aug 2024"]
    assert all(fall.points[0] == (0.0, float(PRICE)) for fall in falls)
    march = EPISODES.find("covid-2020-03")
    assert min(price for _, price in falls[0].points) == pytest.approx(float(march.lowest * PRICE))
    closes = falls_of(EPISODES, ("cyprus-2013-04",), PRICE, "USD")[0]
    assert "Closes only" in closes.words


def test_every_fall_has_a_label_of_its_own_year() -> None:
    for item in EPISODES.items:
        assert str(item.trough.year)[-2:] in short_label(item)


def test_a_straight_fall_is_drawn_with_the_past_ones_and_levels_within_reach() -> None:
    falls = falls_of(EPISODES, FIRST_SHOWN, PRICE, "USD")
    asked = straight_fall(Decimal("0.2"), Decimal(7))
    plan = replay(falls, 24, PRICE, "USD", asked=asked, first_call=drawn().first_call, exhausted=Decimal(4_000))
    assert plan.falls[-1].own
    assert plan.subtitle == "4 of 24 shown"
    assert plan.low > 20_000
    assert plan.levels[0].label == "first call $65,307"
    chosen = replay(falls, 24, PRICE, "USD", asked=EPISODES.find("may-2021").path)
    assert chosen.chosen == "may-2021"
    assert not any(fall.own for fall in chosen.falls)
    assert replay((), 24, PRICE, "USD").falls == ()


def test_a_click_and_enter_choose_a_fall(qtbot: QtBot, theme: Theme) -> None:
    chart = ReplayChart(theme)
    qtbot.addWidget(chart)
    chart.resize(500, 300)
    chart.show_replay(replay(falls_of(EPISODES, FIRST_SHOWN, PRICE, "USD"), 24, PRICE, "USD"))
    keys: list[str] = []
    chart.chosen.connect(keys.append)
    axes = chart.axes()
    march = next(fall for fall in falls_of(EPISODES, FIRST_SHOWN, PRICE, "USD") if fall.key == "covid-2020-03")
    day, price = min(march.points, key=lambda point: point[1])
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(int(axes.x(day)), int(axes.y(price))))
    QTest.keyClick(chart, Qt.Key.Key_Up)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert keys == ["covid-2020-03", "yen-2024-08"]
    assert "August 2024" in chart.accessibleDescription()
