"""The overview's card of the policy, its form and its log."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.policy import LimitKind, PolicyLimit
from app.domain.policy_breaches import Breach, Ended
from app.services.desk import DeskSnapshot
from app.services.policy_state import limit_states
from app.ui.dialogs.policy_log import PolicyLog
from app.ui.formats import Display
from app.ui.levels import Level
from app.ui.models.policy import limit_text
from app.ui.operations import policy as buttons
from app.ui.theme import Theme
from app.ui.view import Workbench
from app.ui.views.overview import OverviewView
from app.ui.views.policy_card import PolicyCard
from tests.fakes.bench import make_bench
from tests.fakes.desk import NOW, offline, snapshot_of
from tests.fakes.desk_edits import EditedDesk
from tests.fakes.desk_fixtures import MakeDesk
from tests.fakes.lots import book_of, buy

LIMITS = (
    PolicyLimit(LimitKind.BOOK_LTV, Decimal("0.5")),
    PolicyLimit(LimitKind.FREE_BTC, Decimal(100)),
    PolicyLimit(LimitKind.FREE_SHARE, Decimal("0.18")),
)
BREACH = Breach(
    "b1", LimitKind.BOOK_LTV, "", Decimal("0.5"), NOW - timedelta(days=2), None, Decimal("0.52"), Decimal("0.58")
)
OVER = Breach(
    "b0",
    LimitKind.LENDER_SHARE,
    "Example lender",
    Decimal("0.4"),
    NOW - timedelta(days=9),
    NOW - timedelta(days=8),
    Decimal("0.41"),
    Decimal("0.45"),
    Ended.CHANGED,
)


def with_policy(snapshot: DeskSnapshot, *breaches: Breach) -> DeskSnapshot:
    return replace(snapshot, policy=limit_states(LIMITS, snapshot.figures), breaches=breaches)


@pytest.fixture
def bench_of(theme: Theme) -> Iterator[Callable[[DeskSnapshot], Workbench]]:
    benches: list[Workbench] = []

    def make(snapshot: DeskSnapshot) -> Workbench:
        benches.append(make_bench(snapshot, theme))
        return benches[-1]

    yield make
    for bench in benches:
        assert bench.tasks.stop() == []


def shown(qtbot: QtBot, bench: Workbench) -> PolicyCard:
    card = PolicyCard(bench)
    qtbot.addWidget(card)
    card.refresh(bench.live.snapshot)
    card.show()
    return card


def test_each_limit_tells_name_measure_bound_and_state_in_words(
    qtbot: QtBot, bench_of: Callable[[DeskSnapshot], Workbench]
) -> None:
    card = shown(qtbot, bench_of(with_policy(snapshot_of(), BREACH, OVER)))
    told = [(cell.name.whole, cell.figure.text(), cell.note.whole) for cell in card.cells]
    assert told == [
        ("Book LTV", "58.0 %", "≤ 50 %"),
        ("Free BTC", "1,025 BTC", "≥ 100 BTC"),
        ("Free share", "19.2 %", "≥ 18 %"),
    ]
    states = [cell.accessibleName().rsplit(", ", 1)[1] for cell in card.cells]
    assert states == ["Breached", "Kept", "Near"]
    assert (card.aside.whole, card.log.text()) == ("1 breached", "Breach log (1 open)")
    assert not card.empty.isVisible()
    assert "all debts ÷ the value of all pledged bitcoin" in card.cells[0].accessibleDescription()


def test_without_a_price_nothing_looks_kept(qtbot: QtBot, bench_of: Callable[[DeskSnapshot], Workbench]) -> None:
    card = shown(qtbot, bench_of(with_policy(offline())))
    ltv, free, _ = card.cells
    assert (ltv.figure.text(), ltv.accessibleName()) == ("—", "Book LTV: —, Not known")
    assert free.accessibleName().endswith("Kept")
    assert "min old" in ltv.note.whole


def test_an_empty_policy_offers_to_begin_and_a_limit_that_goes_takes_its_cell_along(
    qtbot: QtBot, bench_of: Callable[[DeskSnapshot], Workbench]
) -> None:
    full = with_policy(snapshot_of())
    card = shown(qtbot, bench_of(full))
    card.refresh(replace(full, policy=full.policy[:1]))
    assert len(card.cells) == 1
    card.refresh(snapshot_of())
    assert (card.cells, card.empty.isVisible(), card.log.isVisible()) == ([], True, False)
    assert card.set_limits.isEnabled()
    card.refresh(replace(snapshot_of(), read_only=True))
    assert not card.set_limits.isEnabled()


def test_hidden_amounts_are_hidden_in_every_word() -> None:
    snapshot = with_policy(snapshot_of())
    text = limit_text(snapshot.policy[1], Display(hidden=True))
    assert "100" not in f"{text.bound}{text.sentence}"
    assert "1,025" not in f"{text.figure}{text.sentence}{text.bar.sentence}"


def test_a_bar_is_filled_up_to_its_mark_at_the_bound_and_never_beyond_itself() -> None:
    ltv, free, part = (limit_text(state, Display()).bar for state in with_policy(snapshot_of()).policy)
    assert (ltv.level, ltv.filled > ltv.mark) == (Level.CALL, True)
    assert (free.level, free.filled) == (Level.SAFE, 1.0)
    assert (part.level, part.mark) == (Level.WATCH, 0.5)
    assert part.mark < part.filled < 0.6


def test_the_overview_shows_the_card_after_its_first_paint(
    qtbot: QtBot, bench_of: Callable[[DeskSnapshot], Workbench]
) -> None:
    view = OverviewView(bench_of(with_policy(snapshot_of())))
    qtbot.addWidget(view)
    view.refresh(view.bench.live.snapshot)
    assert view.policy.card is None
    view.resize(1280, 900)
    view.show()
    qtbot.waitUntil(lambda: isinstance(view.policy.card, PolicyCard))


def test_the_log_lists_breaches_newest_first(qtbot: QtBot, bench_of: Callable[[DeskSnapshot], Workbench]) -> None:
    bench = bench_of(with_policy(snapshot_of(), BREACH, OVER))
    log = PolicyLog(bench.live.snapshot, bench.display, bench.memory)
    qtbot.addWidget(log)
    assert [row.id for row in map(log.rows.row_at, range(2)) if row is not None] == ["b1", "b0"]
    log.table.selectAll()
    first, second = log.table.rows_text(headings=False).splitlines()
    assert first.split("\t")[0] == "Book LTV"
    assert first.split("\t")[-3:] == ["52.0 %", "58.0 %", "still breached"]
    assert (second.split("\t")[0], second.split("\t")[-1]) == (
        "One lender's share, Example lender",
        "the limit was changed",
    )
    empty = PolicyLog(snapshot_of(), bench.display, bench.memory)
    qtbot.addWidget(empty)
    assert empty.empty.isVisibleTo(empty)


@pytest.fixture
def desk(make_desk: MakeDesk) -> EditedDesk:
    return make_desk(book_of(buy("2024-01-01", "5", "200000")))


def test_the_form_sets_all_limits_with_one_undo(qtbot: QtBot, desk: EditedDesk) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    form = buttons.set_limits(bench=desk.bench, parent=parent)
    form.bounds[LimitKind.BOOK_LTV].set_text("50")
    form.bounds[LimitKind.FREE_BTC].set_text("2")
    form.bounds[LimitKind.INTEREST_MONTHS].set_text("6 months")
    assert form.bounds[LimitKind.BOOK_LTV].note.text() == "at most 50 %"
    with qtbot.waitSignal(form.accepted):
        form.submit()
    assert [(limit.kind.value, limit.bound) for limit in desk.book.limits] == [
        ("book_ltv", Decimal("0.5")),
        ("free_btc", Decimal(2)),
        ("interest_months", Decimal(6)),
    ]
    again = buttons.set_limits(bench=desk.bench, parent=parent)
    texts = {kind.value: field.text for kind, field in again.bounds.items()}
    assert texts == {
        "book_ltv": "50 %",
        "lender_share": "",
        "free_btc": "2",
        "free_share": "",
        "interest_months": "6",
    }
    again.reject()
    with qtbot.waitSignal(desk.live.changed):
        desk.edits.undo()
    assert desk.book.limits == ()


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (LimitKind.LENDER_SHARE, "100 %", "no lender can hold more"),
        (LimitKind.FREE_BTC, "0", "outside 0"),
        (LimitKind.INTEREST_MONTHS, "soon", "no bound"),
    ],
)
def test_a_bound_that_makes_no_sense_is_told_at_its_field(
    qtbot: QtBot, desk: EditedDesk, kind: LimitKind, text: str, said: str
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    form = buttons.set_limits(bench=desk.bench, parent=parent)
    form.bounds[kind].set_text(text)
    form.refresh()
    assert not form.ok.isEnabled()
    assert said in form.bounds[kind].note.text()
    form.reject()
