"""The risk screen's rows, grids and the chance column: text, exact figure, order, explanation."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt

from app.risk.positions import Positions
from app.risk.results import BookRisk, HorizonRisk
from app.ui.formats import Display
from app.ui.models.loan_columns import COMPACT, FULL
from app.ui.models.loans import LoanTableModel
from app.ui.models.reserve_rows import (
    ReserveModel,
    free_words,
    promise_words,
    reserve_rows,
    short_btc,
    step_rows,
    step_words,
    steps_model,
    time_words,
)
from app.ui.models.risk_book import book_grid
from app.ui.models.risk_chances import LoanChances
from app.ui.models.risk_loan import loan_grid, loan_notes, loan_of, no_grid_reason, reserve_end
from app.ui.models.risk_pending import PENDING
from app.ui.models.risk_rows import SECOND, RiskModel, explain, risk_rows, row_words, second
from app.ui.roles import Role
from tests.fakes.desk import snapshot_of
from tests.fakes.risk_answers import blind_answer, short_answer, treasury_answer

SHOWN, HIDDEN = Display(), Display(hidden=True)
AMOUNTS = ("513", "495", "1,025", "440", "30.1")


def known() -> tuple[BookRisk, Positions]:
    answer = treasury_answer()
    assert isinstance(answer.risk, BookRisk)
    assert isinstance(answer.positions, Positions)
    return answer.risk, answer.positions


def test_each_line_of_each_loan_is_a_row_in_the_order_in_which_a_fall_reaches_them() -> None:
    model = RiskModel()
    model.show_rows(risk_rows(*known()), SHOWN)
    lines = [(model.index(row, 0).data(), model.index(row, 1).data()) for row in range(model.rowCount())]
    assert lines[:2] == [
        ("Coin revolver", "Margin call at $65,307"),
        ("Equipment facility", "Margin call at $64,070"),
    ]
    assert len(lines) == 8


def test_a_cell_has_its_band_below_and_its_explanation_as_tooltip() -> None:
    rows = risk_rows(*known())
    row = rows[0]
    assert row.loan.loan == "Coin revolver"
    assert second(row, "line").endswith("below")
    assert " to " in second(row, "90") or second(row, "90").endswith("%")
    told = explain(row, "30")
    assert told.startswith("Coin revolver, margin call within 30 days: ")
    assert "GBM-90d says" in told
    assert "exposure ÷ (75.0 % × collateral)" in told
    assert explain(row, "maturity") == "Coin revolver, margin call: the loan has no day on which it matures."
    assert "order of magnitude" in explain(row, "uncured")
    model = RiskModel()
    model.show_rows(rows, SHOWN)
    cell = model.index(0, 4)
    assert "GBM-90d" in cell.data(Qt.ItemDataRole.ToolTipRole)
    assert cell.data(SECOND) == second(rows[0], "30")
    assert Decimal(cell.data(Role.RAW)) == rows[0].loan.horizons[2].margin_call.value  # type: ignore[union-attr] # it has one
    assert row_words(row, SHOWN).startswith("Coin revolver, margin call: ")
    assert model.explanation(0, 4) == told
    assert model.explanation(99, 0) == ""


def test_a_maturity_beyond_the_history_has_a_dash_and_says_why() -> None:
    row = risk_rows(*known())[0]
    end = HorizonRisk(759, None, None, maturity=True, reason="759 days ahead need 2337 days; there are 500.")
    far = row._replace(loan=replace(row.loan, horizons=(*row.loan.horizons, end)))
    assert "no number. 759 days ahead need" in explain(far, "maturity")
    assert second(far, "maturity") == "in 759 days"
    told = replace(end, margin_call=row.loan.horizons[3].margin_call, reason="")
    known_end = row._replace(loan=replace(row.loan, horizons=(*row.loan.horizons, told)))
    assert second(known_end, "maturity") == "in 759 days · scenario"


def test_the_books_grid_tells_chances_and_what_the_worst_cases_cost() -> None:
    risk, _positions = known()
    grid = book_grid(risk, "USD", SHOWN)
    assert grid.headings == ("a day", "a week", "30 days", "90 days")
    assert [line.name for line in grid.lines] == ["Any call", "Any forced sale", "Any forced sale", "Net value loses"]
    assert grid.lines[3].note == "on average, in the worst 2.5\u202f%"
    assert "touching the highest call line" in grid.lines[0].cells[2].words
    assert grid.lines[3].cells[0].figure.startswith("$")
    hidden = book_grid(risk, "USD", HIDDEN).lines[3]
    assert all("•••" in cell.figure and "•••" in cell.note for cell in hidden.cells)


def test_the_grid_keeps_a_dash_where_a_shortfall_is_missing() -> None:
    risk, _positions = known()
    some = replace(risk, shortfalls=risk.shortfalls[:1])
    cells = book_grid(some, "USD", SHOWN).lines[3].cells
    assert [cell.figure == "—" for cell in cells] == [False, True, True, True]


def test_the_four_promises_and_the_way_down() -> None:
    answer = treasury_answer()
    assert answer.reserve is not None
    _risk, positions = known()
    rows = reserve_rows(answer.reserve, positions, "USD")
    model = ReserveModel()
    model.show_rows(rows, SHOWN)
    names = [model.index(row, 0).data() for row in range(4)]
    assert names == ["No margin call", "Cure each call", "Cure at once", "Last stand"]
    cells = [model.index(1, column).data() for column in range(7)]
    assert cells[1:4] == ["$54,917", "−22.3\u202f%", "Equipment facility"]
    assert cells[4] == "513.4\u202fBTC"
    told = promise_words(rows[1], SHOWN)
    assert "Holds to $54,917, a fall of 22.3\u202f%. There Equipment facility asks for 513.3334\u202fBTC" in told
    assert "any further fall asks for more" in promise_words(rows[3], SHOWN)
    steps = step_rows(answer.reserve, positions, "USD")
    assert len(steps) == 4
    assert step_words(steps[0], SHOWN) == "1. At $65,307 post 30.16\u202fBTC to Coin revolver; 994.8\u202fBTC left"
    assert time_words(answer.reserve.no_margin_call) == "no clock runs"
    assert time_words(answer.reserve.cure_each_call).startswith("yes")
    assert free_words(answer.reserve, SHOWN) == "1,025\u202fBTC free"


def test_hidden_amounts_are_in_no_cell_copy_or_word_of_the_reserve() -> None:
    answer = treasury_answer()
    assert answer.reserve is not None
    _risk, positions = known()
    promises, steps = ReserveModel(), steps_model()
    promises.show_rows(reserve_rows(answer.reserve, positions, "USD"), HIDDEN)
    steps.show_rows(step_rows(answer.reserve, positions, "USD"), HIDDEN)
    told = free_words(answer.reserve, HIDDEN)
    for model in (promises, steps):
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                index = model.index(row, column)
                roles = (Qt.ItemDataRole.DisplayRole, Role.RAW, Qt.ItemDataRole.ToolTipRole)
                told += " ".join(str(index.data(role)) for role in (*roles, Qt.ItemDataRole.AccessibleTextRole))
    for amount in AMOUNTS:
        assert amount not in told, amount


def test_an_amount_has_about_four_figures() -> None:
    assert short_btc(51_333_333_334, SHOWN, "ROUND_CEILING") == "513.4\u202fBTC"
    assert short_btc(3_015_384_616, SHOWN, "ROUND_FLOOR") == "30.15\u202fBTC"
    assert short_btc(12_345, SHOWN, "ROUND_CEILING") == "0.0002\u202fBTC"


def test_the_chance_column_waits_then_tells() -> None:
    model = LoanTableModel(FULL)
    model.show(snapshot_of(), SHOWN)
    column = FULL.index("chance")
    assert COMPACT.index("chance") == COMPACT.index("after") + 1 == COMPACT.index("cure") - 1
    assert model.index(0, column).data() == PENDING
    assert "Being reckoned" in model.index(0, column).data(Qt.ItemDataRole.ToolTipRole)
    assert model.index(0, column).data(Role.RAW) == ""
    heard: list[object] = []
    model.dataChanged.connect(lambda *what: heard.append(what))
    model.show_chances(LoanChances(treasury_answer()))
    assert heard
    risk, _positions = known()
    chance = risk.loans[2].horizons[2].margin_call
    assert chance is not None
    index = model.index(model.row_of("Coin revolver"), column)
    assert index.data(Role.RAW) == f"{chance.value:f}"
    assert index.data().endswith("\u202f%")
    assert "Coin revolver is called within 30 days" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("P(call) 30 d: ")


def test_the_chance_column_sorts_by_value_and_keeps_the_order_with_a_new_answer() -> None:
    model = LoanTableModel(FULL)
    model.show(snapshot_of(), SHOWN)
    model.sort(FULL.index("chance"), Qt.SortOrder.DescendingOrder)
    model.show_chances(LoanChances(treasury_answer()))
    names = [model.index(row, 0).data() for row in range(4)]
    assert names == ["Coin revolver", "Equipment facility", "EUR bridge", "Term loan B"]
    model.sort(FULL.index("chance"))
    assert model.index(0, 0).data() == "Term loan B"
    model.show_chances(LoanChances(short_answer()))
    assert [model.index(row, FULL.index("chance")).data() for row in range(4)] == ["—"] * 4


@pytest.mark.parametrize(("answer", "why"), [(short_answer, "needs"), (blind_answer, "no price in USD")])
def test_no_chance_says_why(answer: object, why: str) -> None:
    chances = LoanChances(answer())  # type: ignore[operator] # a function of the fakes
    assert chances.text(0) == "—"
    assert chances.raw(0) == ""
    assert why in chances.words(0)
    assert chances.order(0) < 0


def test_a_loans_page_tells_chances_and_where_the_reserve_ends() -> None:
    answer = treasury_answer()
    loan = loan_of(answer, 0)
    assert loan is not None
    grid = loan_grid(loan)
    assert grid.headings[-1] == "until it matures"
    assert [line.name for line in grid.lines] == ["Called", "Sold"]
    assert grid.lines[0].cells[4].figure == "—"
    end = HorizonRisk(759, None, None, maturity=True, reason="759 days ahead need 2337 days; there are 500.")
    refused = loan_grid(replace(loan, horizons=(*loan.horizons, end)))
    assert refused.headings[-1] == "until it matures"
    assert "759 days ahead need" in refused.lines[0].cells[4].words
    reached = replace(end, margin_call=loan.horizons[3].margin_call, reason="")
    assert loan_grid(replace(loan, horizons=(*loan.horizons, reached))).headings[-1] == "until it matures (scenario)"
    assert "The free bitcoin ends at this loan (cure each call: holds to $54,917)" in loan_notes(answer, 0, SHOWN)
    assert reserve_end(answer, 2, SHOWN) == ""
    hidden = loan_notes(answer, 0, HIDDEN)
    assert all(amount not in hidden for amount in AMOUNTS)
    assert no_grid_reason(answer, 0) == ""
    assert "no line" in no_grid_reason(answer, 99)
    assert "needs" in no_grid_reason(short_answer(), 0)
    assert "no price" in no_grid_reason(blind_answer(), 0)
    open_loan = loan_of(answer, 2)
    assert open_loan is not None
    assert "no day on which it matures" in loan_grid(open_loan).lines[0].cells[4].words
