"""The plan as rows and words: figures of the treasury at $70,727, amounts hidden where they are hidden."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.portfolio import book_figures
from app.domain.scenario import Scenario, ScenarioKind
from app.risk.plan import compare, plan
from app.risk.plan_request import Objective, PlanRequest
from app.risk.plan_result import Action, Plan
from app.risk.positions import Positions, positions_of
from app.services.plan_events import enter_plan
from app.services.scenario_file import plan_scenario
from app.ui.dialogs.typed_values import typed_btc, typed_fiat
from app.ui.formats import Display
from app.ui.models.plan_compare import compared_rows, compared_sentence
from app.ui.models.plan_entries import entry_rows
from app.ui.models.plan_rows import (
    EDITABLE,
    PlanModel,
    actions_of,
    plan_rows,
    row_words,
    waiting_words,
    with_action,
)
from app.ui.models.plan_saved import asked, saved_rows
from app.ui.models.plan_words import no_sigma_saying, nothing_saying, plan_saying, request_words, sigma_words, told
from app.ui.roles import Role
from tests.fakes.desk import NOW, PRICES, quote, silence, snapshot_of, treasury

SHOWN, HIDDEN, SATS = Display(), Display(hidden=True), Display(sats=True)
CURE = PlanRequest(objective=Objective.CHEAPEST, target_price=Decimal("63654.3"))


def held() -> Positions:
    figures = book_figures(treasury(), {code: quote(code) for code in PRICES}, NOW, drop=Decimal("0.1"))
    found = positions_of(figures)
    assert isinstance(found, Positions)
    return found


def made(request: PlanRequest = CURE) -> Plan:
    found = plan(held(), request)
    assert isinstance(found, Plan)
    return found


def model_of(found: Plan, display: Display = SHOWN) -> PlanModel:
    model = PlanModel(typed_btc, typed_fiat)
    model.show_rows(plan_rows(found), display)
    return model


def column(model: PlanModel, key: str) -> int:
    return next(n for n in range(model.columnCount()) if model.key_of(n) == key)


def texts(model: PlanModel, key: str) -> list[str]:
    place = column(model, key)
    return [str(model.index(row, place).data()).replace("\u202f", " ") for row in range(model.rowCount())]


def test_each_loan_has_a_row_and_the_sums_stand_last_whatever_the_order() -> None:
    model = model_of(made())
    names = texts(model, "loan")
    assert names == ["Equipment facility", "Term loan B", "Coin revolver", "EUR bridge", "All loans"]
    model.sort(column(model, "post"), Qt.SortOrder.DescendingOrder)
    assert texts(model, "loan")[0] == "Equipment facility"
    assert texts(model, "loan")[-1] == "All loans"


def test_the_rows_say_before_and_after() -> None:
    model = model_of(made())
    # 118.4 M ÷ (0.60 · 63,654.30) − 2,640, and 9.6 M ÷ (0.65 · 63,654.30) − 196, rounded up.
    assert texts(model, "post") == ["460.0787 BTC", "–", "36.0226 BTC", "–", "496.1012 BTC"]
    assert texts(model, "ltv") == ["63.5 % → 54.0 %", "45.4 %", "69.3 % → 58.5 %", "57.8 %", ""]
    assert texts(model, "call")[2] == "$65,307 → $55,168"
    assert texts(model, "sale")[4] == "$57,624 → $51,012"
    assert texts(model, "waiting") == ["440 BTC", "238.1819 BTC", "30.1539 BTC", "25 BTC", "733.3357 BTC"]


def test_a_row_is_a_sentence_and_its_exact_figure_can_be_copied() -> None:
    found = made()
    model = model_of(found)
    row = model.row_at(2)
    assert row is not None
    assert row_words(row, SHOWN).replace("\u202f", " ") == (
        "Coin revolver: post 36.0226 BTC. LTV 69.3 % → 58.5 %; called at $65,307 → $55,168; "
        "sold at $57,624 → $48,677; in time: yes, 12 h to do it"
    )
    assert model.index(2, column(model, "post")).data(Role.RAW) == f"{Decimal(found.lines[2].post_sats).scaleb(-8):.8f}"
    assert "Waiting with Coin revolver: at its call, $65,307, curing it takes" in waiting_words(row, SHOWN)


def test_hidden_amounts_are_in_no_role() -> None:
    model = model_of(made(), HIDDEN)
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole, Role.RAW)
    for row in range(model.rowCount()):
        for place in range(model.columnCount()):
            for role in roles:
                text = str(model.index(row, place).data(role) or "")
                assert not [amount for amount in ("460", "36.0", "496", "733", "440") if amount in text], text
            assert not model.flags(model.index(row, place)) & Qt.ItemFlag.ItemIsEditable


def test_actions_of_loans_can_be_edited_and_nothing_else() -> None:
    model = model_of(made())
    editable = {
        (row, model.key_of(place))
        for row in range(model.rowCount())
        for place in range(model.columnCount())
        if model.flags(model.index(row, place)) & Qt.ItemFlag.ItemIsEditable
    }
    assert editable == {(row, key) for row in range(4) for key in EDITABLE}


@pytest.mark.parametrize(
    ("key", "typed", "display", "amount"),
    [
        ("post", "1.5", SHOWN, 150_000_000),
        ("post", "1 500", SATS, 1_500),
        ("post", "", SHOWN, 0),
        ("repay", "1.2m", SHOWN, Decimal("1200000.00")),
        ("sell_free", "=1+1", SHOWN, 200_000_000),
    ],
)
def test_what_is_typed_is_told(qtbot: QtBot, key: str, typed: str, display: Display, amount: object) -> None:
    model = model_of(made(), display)
    with qtbot.waitSignal(model.amended) as told:
        assert model.setData(model.index(0, column(model, key)), typed)
    assert told.args == [(0, key, amount)]


def test_what_is_no_amount_is_refused_and_the_same_amount_is_no_edit(qtbot: QtBot) -> None:
    model = model_of(made())
    post = model.index(0, column(model, "post"))
    with qtbot.waitSignal(model.refused) as told:
        assert not model.setData(post, "much")
    assert told.args[0].startswith("Equipment facility: “much” is not an amount")
    with qtbot.assertNotEmitted(model.amended):
        assert not model.setData(post, post.data(Qt.ItemDataRole.EditRole))


def test_one_amount_changes_and_the_others_stay() -> None:
    actions = actions_of(made())
    assert [action.place for action in actions] == [0, 2]
    more = with_action(actions, 1, "repay", Decimal(5))
    assert [action.place for action in more] == [0, 1, 2]
    assert more[1] == Action(1, repay=Decimal(5))
    less = with_action(more, 0, "post", 7)
    assert less[0] == Action(0, post_sats=7)
    assert less[1:] == more[1:]


def test_two_plans_side_by_side_tell_what_differs() -> None:
    first, second = made(), made(PlanRequest(objective=Objective.LAST_STAND))
    rows = compared_rows(first, second, compare(first, second), SHOWN)
    assert [row.name for row in rows] == [
        "All loans", "Equipment facility", "Term loan B", "Coin revolver", "EUR bridge",
    ]  # fmt: skip
    assert rows[0].post.replace("\u202f", " ") == "496.1012 BTC → 1,025 BTC"
    assert rows[0].sale == "$51,012 → $41,900"
    assert "plan A then plan B: post" in rows[0].words
    assert compared_sentence(first, second, SHOWN).startswith(
        "Plan B holds longer: its first forced sale is at $41,900"
    )
    same = compared_rows(first, first, compare(first, first), SHOWN)
    assert [row.name for row in same] == ["All loans"]
    assert compared_sentence(first, first, SHOWN) == "Both leave the first forced sale at $51,012."


def test_entries_are_what_the_book_would_hold_more() -> None:
    book = treasury()
    rows = entry_rows(book, enter_plan(made(), NOW).change(book), SHOWN)
    assert [(row.where, row.what, row.account) for row in rows] == [
        ("Equipment facility", "Top-up", "Cold storage"),
        ("Coin revolver", "Top-up", "Cold storage"),
    ]
    assert rows[0].amount.startswith("460.0786")
    assert entry_rows(book, book, SHOWN) == ()
    assert "•••" in entry_rows(book, enter_plan(made(), NOW).change(book), HIDDEN)[0].amount


def test_saved_plans_tell_what_they_ask() -> None:
    when = datetime(2026, 2, 1, tzinfo=UTC)
    kept = plan_scenario("Minus ten", when, CURE)
    other = Scenario("Fall", when, ScenarioKind.STRESS, "{}")
    (row,) = saved_rows(replace(treasury(), scenarios=(kept, other)))
    assert asked(row, SHOWN) == "Cheapest, at $63,654, all free BTC"
    broken = row._replace(scenario=replace(kept, request='{"to_ltv":"much"}'))
    assert asked(broken, SHOWN) == "cannot be read; save it again"


def test_requests_in_words() -> None:
    request = PlanRequest(budget_sats=50_000_000, budget_cash={"USD": Decimal(5)}, to_ltv=Decimal("0.5"))
    assert request_words(request, "USD", SHOWN).replace("\u202f", " ") == "Cheapest, to 50.0 %, 0.5 BTC, $5"
    assert request_words(request, "USD", HIDDEN).replace("\u202f", " ") == "Cheapest, to 50.0 %, ••• BTC, $•••"


def test_why_there_is_no_plan() -> None:
    assert nothing_saying(snapshot_of(treasury(()))) is not None
    blind = nothing_saying(snapshot_of(treasury(), {code: silence(code) for code in PRICES}))
    assert blind is not None
    assert blind.headline == "No plan without a price in USD."
    assert nothing_saying(snapshot_of(treasury())) is None
    assert no_sigma_saying(None).headline == "Reckoning…"
    assert "There is no price history" in no_sigma_saying("There is no price history.").detail
    assert sigma_words(Decimal("0.45"), 30).replace("\u202f", " ") == "Weighs 30 days at a volatility of 45 % a year."


def test_notes_hide_amounts_and_keep_prices() -> None:
    note = "A: 20,000.50 USD is more than is owed; enter at most 9,600.00."
    assert told(note, HIDDEN) == "A: ••• USD is more than is owed; enter at most •••."
    assert told(note, SHOWN) == note
    assert told("The plan uses 12.50000000 BTC and takes 30 hours.", HIDDEN) == (
        "The plan uses ••• BTC and takes 30 hours."
    )


def test_the_screen_hides_what_a_plan_moves() -> None:
    saying = plan_saying(made(), HIDDEN)
    assert saying.headline.replace("\u202f", " ") == (
        "Posting ••• BTC to two loans moves the first forced sale from $57,624 to $51,012."
    )
    assert "•••" in saying.detail
    assert plan_saying(made(), SHOWN, by_hand=True).detail.startswith("Your own numbers")
    # What is moved is rounded up, what stays free is rounded down.
    assert "; 528.8988 BTC stays free." in plan_saying(made(), SHOWN).detail.replace("\u202f", " ")
    assert plan_saying(made(PlanRequest(to_ltv=Decimal("0.2"))), SHOWN).tone == "call"
