"""A loan's terms as rows: from when, at what rate, with which levels, and where that stands."""

from datetime import date
from typing import NamedTuple

from app.domain.book import Loan
from app.domain.terms import Terms, Trigger, TriggerKind
from app.ui.formats import Display, day_text, hours_text, percent_text
from app.ui.models.rows import RowColumn, RowsModel
from app.ui.words import ACCRUAL_WORDS, EXPOSURE_WORDS

_SHORT = {TriggerKind.WARNING: "▲", TriggerKind.MARGIN_CALL: "◆", TriggerKind.LIQUIDATION: "■"}
_SPOKEN = {TriggerKind.WARNING: "warning", TriggerKind.MARGIN_CALL: "called", TriggerKind.LIQUIDATION: "sold"}


class TermsRow(NamedTuple):
    """Terms, and whether they hold today."""

    terms: Terms
    state: str


def terms_rows(loan: Loan, today: date) -> tuple[TermsRow, ...]:
    """Return a loan's terms, the first ones first."""
    current = loan.terms_on(today)
    return tuple(
        TermsRow(terms, "In force" if terms is current else "To come" if terms.start > today else "Past")
        for terms in loan.terms
    )


def terms_model() -> RowsModel[TermsRow]:
    """Return the model of the terms table, the newest first."""
    return RowsModel(
        (
            RowColumn("from", "From", lambda row, _d: day_text(row.terms.start), lambda row: row.terms.start, _iso),
            RowColumn("state", "State", lambda row, _d: row.state, lambda row: row.state),
            RowColumn("levels", "Levels", lambda row, _d: levels_text(row.terms), lambda row: row.terms.start),
            RowColumn("rate", "Rate", _rate, lambda row: row.terms.rate, lambda row: f"{row.terms.rate:f}"),
            RowColumn("exposure", "LTV counts", _exposure, _exposure),
            RowColumn("source", "Priced on", _source, lambda row: row.terms.price_source),
            RowColumn("evidence", "Evidence", _evidence, lambda row: row.terms.evidence.source.casefold()),
            RowColumn("confirmed", "Confirmed", _confirmed, lambda row: row.terms.evidence.confirmed_on or date.min),
        ),
        terms_words,
        sort_key="from",
        descending=True,
    )


def levels_text(terms: Terms) -> str:
    """Return the levels in few characters, a shape for each kind (``▲ 70 %  ◆ 75 % → 65 % in 12 h  ■ 85 %``)."""
    return "   ".join(f"{_SHORT[t.kind]} {_level(t)}" for t in terms.triggers) or "none"


def terms_words(row: TermsRow, _display: Display) -> str:
    """Return terms as a sentence."""
    levels = ", ".join(f"{_SPOKEN[t.kind]} at {_level(t)}" for t in row.terms.triggers) or "no levels"
    return (
        f"Terms from {day_text(row.terms.start)}, {row.state.lower()}: {levels}; {percent_text(row.terms.rate)} a year"
    )


def _level(trigger: Trigger) -> str:
    text = percent_text(trigger.ltv)
    if trigger.cure_ltv is not None:
        text += f" → {percent_text(trigger.cure_ltv)}"
    if trigger.cure_hours is not None:
        text += f" in {hours_text(trigger.cure_hours)}"
    if trigger.extent_ltv is not None:
        text += f" → {percent_text(trigger.extent_ltv)}"
    return text


def _iso(row: TermsRow) -> str:
    return row.terms.start.isoformat()


def _rate(row: TermsRow, _display: Display) -> str:
    return f"{percent_text(row.terms.rate)} {ACCRUAL_WORDS[row.terms.accrual].lower()}, {row.terms.day_count.value}"


def _exposure(row: TermsRow, _display: Display | None = None) -> str:
    return EXPOSURE_WORDS[row.terms.exposure]


def _source(row: TermsRow, _display: Display) -> str:
    basis = f" {row.terms.basis_bps:+d} bps" if row.terms.basis_bps else ""
    return f"{row.terms.price_source}{basis}"


def _evidence(row: TermsRow, _display: Display) -> str:
    return row.terms.evidence.source or "▲ none given"


def _confirmed(row: TermsRow, _display: Display) -> str:
    day = row.terms.evidence.confirmed_on
    return "▲ never" if day is None else day_text(day)
