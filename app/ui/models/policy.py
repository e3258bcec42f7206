"""A policy as the window shows it: each limit's cell, and the breach log as rows (pure)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.domain.policy import AT_MOST, LimitKind
from app.domain.policy_breaches import Breach
from app.services.policy_state import LimitState, Stand
from app.services.policy_words import NAMES, STANDS, bound_sign, breach_words, state_sentence, value_words
from app.ui.formats import HIDDEN, Display, moment_text
from app.ui.levels import Level, Standing
from app.ui.models.rows import RowColumn, RowsModel
from app.ui.widgets.limit_bar import LimitBarFigures

STANDINGS: Final = {
    Stand.KEPT: Standing(1, Level.SAFE, STANDS[Stand.KEPT], "the limit is kept"),
    Stand.NEAR: Standing(2, Level.WATCH, STANDS[Stand.NEAR], "kept, but within a tenth of the bound"),
    Stand.BREACHED: Standing(3, Level.CALL, STANDS[Stand.BREACHED], "the limit is breached"),
    Stand.UNKNOWN: Standing(0, Level.UNKNOWN, STANDS[Stand.UNKNOWN], "it cannot be judged now"),
}
# Where the bound's mark stands on a bar: what may not be exceeded leaves a third of the bar for going beyond it.
_MARK_AT_MOST: Final = Fraction(2, 3)
_MARK_AT_LEAST: Final = Fraction(1, 2)
NO_END: Final = "–"


@dataclass(frozen=True, slots=True)
class LimitText:
    """One limit as a cell shows it."""

    kind: LimitKind
    name: str
    figure: str
    note: str
    bound: str
    standing: Standing
    bar: LimitBarFigures
    sentence: str


def limit_text(state: LimitState, display: Display) -> LimitText:
    """Return what a cell shows of a limit."""
    worst = state.worst
    note = worst.subject or worst.why
    sentence = state_sentence(state, display)
    if display.hidden and state.limit.kind is LimitKind.FREE_BTC:
        sentence = sentence.replace(bound_sign(state.limit)[2:], HIDDEN)
    bound = HIDDEN if display.hidden and state.limit.kind is LimitKind.FREE_BTC else bound_sign(state.limit)
    return LimitText(
        state.limit.kind,
        NAMES[state.limit.kind],
        value_words(state.limit.kind, worst.value, display),
        note,
        bound,
        STANDINGS[state.stand],
        bar_figures(state, sentence),
        sentence,
    )


def bar_figures(state: LimitState, sentence: str) -> LimitBarFigures:
    """Return a limit's bar; what goes far beyond the bound fills it whole."""
    mark = _MARK_AT_MOST if state.limit.kind in AT_MOST else _MARK_AT_LEAST
    value = state.worst.value
    level = STANDINGS[state.stand].level
    if value is None:
        return LimitBarFigures(0.0, float(mark), level, sentence)
    if not value.is_finite():
        return LimitBarFigures(1.0, float(mark), level, sentence)
    filled = Fraction(value) / Fraction(state.limit.bound) * mark
    return LimitBarFigures(float(min(max(filled, Fraction(0)), Fraction(1))), float(mark), level, sentence)


def breaches_model() -> RowsModel[Breach]:
    """Return the model of the breach log."""
    return RowsModel(
        (
            RowColumn("limit", "Limit", lambda row, _d: breach_words(row)[0], lambda row: breach_words(row)[0]),
            RowColumn("since", "Since (UTC)", lambda row, _d: _moment(row.opened_at), lambda row: row.opened_at),
            RowColumn("until", "Until (UTC)", lambda row, _d: _moment(row.closed_at), _end),
            RowColumn("bound", "Policy", _bound, lambda row: row.bound),
            RowColumn("first", "At first", _first, _first_order, None, True, False),
            RowColumn("worst", "At worst", _worst, _worst_order, None, True, False),
            RowColumn("ended", "How it ended", lambda row, _d: breach_words(row)[3], lambda row: breach_words(row)[3]),
        ),
        _words,
        sort_key="since",
        descending=True,
    )


def _bound(row: Breach, display: Display) -> str:
    return HIDDEN if display.hidden and row.kind is LimitKind.FREE_BTC else breach_words(row)[1]


def _first(row: Breach, display: Display) -> str:
    return value_words(row.kind, row.first_value, display)


def _worst(row: Breach, display: Display) -> str:
    return value_words(row.kind, row.worst_value, display)


def _first_order(row: Breach) -> tuple[str, Decimal]:
    return row.kind.value, row.first_value


def _worst_order(row: Breach) -> tuple[str, Decimal]:
    return row.kind.value, row.worst_value


def _end(row: Breach) -> tuple[bool, datetime]:
    return row.closed_at is None, row.closed_at or row.opened_at


def _moment(at: datetime | None) -> str:
    return NO_END if at is None else moment_text(at, UTC)


def _words(row: Breach, display: Display) -> str:
    name, _, _, ended = breach_words(row)
    until = f" until {_moment(row.closed_at)}" if row.closed_at is not None else ""
    told = f"{name}, {_bound(row, display)}, at worst {_worst(row, display)}"
    return f"{told}, since {_moment(row.opened_at)}{until}, {ended}"
