"""How each loan ends after a fall, beside how it would end if nobody did anything."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, NamedTuple

from app.domain.figures import LoanState
from app.domain.money import EXACT
from app.domain.money import btc_text as exact_btc
from app.risk.positions import Positions
from app.risk.stress_result import LoanEnd, StressComparison
from app.services.stress_words import end_sentence
from app.ui.formats import NOT_KNOWN, UP, Display, ltv_text, money_text
from app.ui.models.rows import RowColumn, RowsModel
from app.ui.models.stress_events import short_btc_text

_STATES: Final = {
    LoanState.CLOSED: (0, "○ Repaid by sale"),
    LoanState.UNDRAWN: (0, "○ Undrawn"),
    LoanState.UNKNOWN: (1, "◇ Not known"),
    LoanState.WARNING: (3, "▲ Watch"),
    LoanState.MARGIN_CALL: (4, "◆ Called, not cured"),
    LoanState.LIQUIDATION: (5, "■ At its forced sale"),
    LoanState.UNCOVERED: (6, "■ Uncovered"),
}
_HOLDS: Final = (2, "● Holds")


class EndRow(NamedTuple):
    """A loan's end by what was asked, its end without any action, and its LTV now."""

    end: LoanEnd
    idle: LoanEnd
    ltv_now: Decimal


def end_rows(comparison: StressComparison, positions: Positions) -> tuple[EndRow, ...]:
    """Return a row for each loan that has a line to fall to, in the book's order."""
    idle: Mapping[int, LoanEnd] = {end.index: end for end in comparison.baseline.loans}
    now = {
        item.index: EXACT.divide(item.exposure_now, EXACT.multiply(item.collateral_btc, positions.price))
        for item in positions.items
    }
    return tuple(EndRow(end, idle[end.index], now[end.index]) for end in comparison.chosen.loans)


def ends_model() -> RowsModel[EndRow]:
    """Return the model of how loans end, the worst first."""
    return RowsModel(
        (
            RowColumn("loan", "Loan", lambda row, _d: row.end.loan, lambda row: row.end.loan.casefold()),
            RowColumn("state", "Ends", lambda row, _d: _state(row.end), lambda row: (_rank(row.end), row.end.ltv or 0)),
            _ltv("ltv", "LTV then", lambda row: row.end.ltv),
            _btc("posted", "Posted", lambda row: row.end.posted_sats),
            _btc("sold", "Sold", lambda row: row.end.sold_sats),
            RowColumn(
                "idle", "No action: ends", lambda row, _d: _state(row.idle), lambda r: (_rank(r.idle), r.idle.ltv or 0)
            ),
            _btc("idle_sold", "No action: sold", lambda row: row.idle.sold_sats),
            _ltv("idle_ltv", "No action: LTV", lambda row: row.idle.ltv),
            _ltv("now", "LTV now", lambda row: row.ltv_now),
            RowColumn("debt", "Debt left", _debt, lambda r: r.end.debt, lambda r: f"{r.end.debt:.2f}", True, True),
        ),
        end_words,
        sort_key="state",
        descending=True,
    )


def end_words(row: EndRow, display: Display) -> str:
    """Return a loan's end as sentences, with the one without any action."""
    now = f"{row.end.loan} is at {ltv_text(row.ltv_now)} LTV now."
    return f"{now} Then: {end_sentence(row.end, display)} With no action: {end_sentence(row.idle, display)}"


def _state(end: LoanEnd) -> str:
    return _STATES.get(end.state, _HOLDS)[1]


def _rank(end: LoanEnd) -> int:
    return _STATES.get(end.state, _HOLDS)[0]


def _ltv(key: str, title: str, of: Callable[[EndRow], Decimal | None]) -> RowColumn[EndRow]:
    return RowColumn(
        key, title, lambda row, _d: ltv_text(of(row)), lambda row: of(row) or 0, lambda r: _raw(of(r)), True
    )


def _btc(key: str, title: str, of: Callable[[EndRow], int]) -> RowColumn[EndRow]:
    def text(row: EndRow, display: Display) -> str:
        return short_btc_text(of(row), display, UP) if of(row) else NOT_KNOWN

    return RowColumn(key, title, text, of, lambda row: exact_btc(of(row)), True, True)


def _raw(ltv: Decimal | None) -> str:
    return NOT_KNOWN if ltv is None else f"{ltv.quantize(Decimal('0.000001'), ROUND_HALF_EVEN, EXACT):f}"


def _debt(row: EndRow, display: Display) -> str:
    return money_text(row.end.debt, row.end.currency, display, UP)
