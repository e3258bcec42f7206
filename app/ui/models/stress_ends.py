"""How each loan ends after a fall, beside how it would end if nobody did anything."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Final, NamedTuple

from app.domain.figures import LoanState
from app.domain.money import EXACT
from app.domain.money import btc_text as exact_btc
from app.risk.positions import Positions
from app.risk.stress_result import LoanEnd, StressComparison
from app.services.stress_words import end_sentence
from app.ui.formats import NOT_KNOWN, UP, Display, btc_text, ltv_text, money_text
from app.ui.models.rows import RowColumn, RowsModel

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
            RowColumn("now", "LTV now", lambda r, _d: ltv_text(r.ltv_now), lambda r: r.ltv_now, lambda r: _raw(r.ltv_now), True),
            RowColumn("ltv", "LTV then", lambda r, _d: ltv_text(r.end.ltv), lambda r: r.end.ltv or 0, lambda r: _raw(r.end.ltv), True),
            RowColumn("posted", "Posted", _posted, lambda r: r.end.posted_sats, lambda r: exact_btc(r.end.posted_sats), True, True),
            RowColumn("sold", "Sold", _sold, lambda r: r.end.sold_sats, lambda r: exact_btc(r.end.sold_sats), True, True),
            RowColumn("debt", "Debt left", _debt, lambda r: r.end.debt, lambda r: f"{r.end.debt:.2f}", True, True),
            RowColumn("idle", "No action: ends", lambda r, _d: _state(r.idle), lambda r: (_rank(r.idle), r.idle.ltv or 0)),
            RowColumn("idle_ltv", "LTV", lambda r, _d: ltv_text(r.idle.ltv), lambda r: r.idle.ltv or 0, lambda r: _raw(r.idle.ltv), True),
            RowColumn("idle_sold", "Sold", _idle_sold, lambda r: r.idle.sold_sats, lambda r: exact_btc(r.idle.sold_sats), True, True),
        ),
        end_words,
        sort_key="state",
        descending=True,
    )  # fmt: skip


def end_words(row: EndRow, display: Display) -> str:
    """Return a loan's end as sentences, with the one without any action."""
    now = f"{row.end.loan} is at {ltv_text(row.ltv_now)} LTV now."
    return f"{now} Then: {end_sentence(row.end, display)} With no action: {end_sentence(row.idle, display)}"


def _state(end: LoanEnd) -> str:
    return _STATES.get(end.state, _HOLDS)[1]


def _rank(end: LoanEnd) -> int:
    return _STATES.get(end.state, _HOLDS)[0]


def _raw(ltv: Decimal | None) -> str:
    return NOT_KNOWN if ltv is None else f"{ltv.quantize(Decimal('0.000001'), ROUND_CEILING, EXACT):f}"


def _posted(row: EndRow, display: Display) -> str:
    return btc_text(row.end.posted_sats, display, UP) if row.end.posted_sats else NOT_KNOWN


def _sold(row: EndRow, display: Display) -> str:
    return btc_text(row.end.sold_sats, display, UP) if row.end.sold_sats else NOT_KNOWN


def _idle_sold(row: EndRow, display: Display) -> str:
    return btc_text(row.idle.sold_sats, display, UP) if row.idle.sold_sats else NOT_KNOWN


def _debt(row: EndRow, display: Display) -> str:
    return money_text(row.end.debt, row.end.currency, display, UP)
