"""The columns of the transactions table over a book's lines, and one line in words."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from app.domain.money import btc_text as exact_btc
from app.services.transaction_lines import PLEDGE, RELEASE, TRANSFER_IN, Line, Lines
from app.ui.formats import MINUS, Display, btc_text, day_text, fiat_text, money_text
from app.ui.models.holdings_lazy import LazyModel
from app.ui.models.rows import RowColumn
from app.ui.words import TRANSACTION_WORDS

KIND_WORDS: Final = {
    **{kind.value: words for kind, words in TRANSACTION_WORDS.items()},
    TRANSFER_IN: "Transfer in",
    PLEDGE: "Pledged",
    RELEASE: "Released",
}
WIDTHS: Final = (140, 130, 95, 150, 140, 110, 85, 140, 60, 120)


def transactions_model() -> LazyModel[Line]:
    """Return the model of the transactions table, the newest first."""
    return LazyModel(COLUMNS, line_words, sort_key="at", descending=True)


def order_key(lines: Lines, key: str) -> Callable[[int], Any] | None:
    """Return what lines are ordered by for a column; None for the order of time, in which they are already."""
    if key == "at":
        return None
    if key == "btc":
        return lines.sats
    if key == "after":
        return lines.after
    column = next(column for column in COLUMNS if column.key == key)
    return lambda number: column.order(lines.line(number))


def kind_words(line: Line) -> str:
    """Return what a line is called."""
    return KIND_WORDS[line.kind]


def with_words(line: Line) -> str:
    """Return who is on the other side."""
    if line.loan is not None or not line.other:
        return line.other
    return f"from {line.other}" if line.kind == TRANSFER_IN else f"to {line.other}"


def line_words(line: Line, display: Display) -> str:
    """Return a line as a sentence."""
    parts = [
        f"{kind_words(line)} of {day_text(line.at.date())}", line.account, _btc(line, display), with_words(line),
        _value(line, display), line.note,
    ]  # fmt: skip
    return ", ".join(part for part in parts if part)


def when_text(line: Line) -> str:
    """Return when a line was, UTC, to the minute."""
    return f"{day_text(line.at.date())} {line.at:%H:%M}"


def _btc(line: Line, display: Display) -> str:
    return f"{MINUS if line.sats < 0 else '+'}{btc_text(abs(line.sats), display, digits=8)}"


def _value(line: Line, display: Display) -> str:
    return "" if line.value is None else money_text(line.value, line.currency, display)


def _fee(line: Line, display: Display) -> str:
    if line.fee is None:
        return ""
    if display.hidden:
        return money_text(line.fee, line.currency, display)
    return fiat_text(line.fee, line.currency, cents=True)


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


COLUMNS: Final[tuple[RowColumn[Line], ...]] = (
    RowColumn("at", "When (UTC)", lambda line, _d: when_text(line), lambda line: line.number,
              lambda line: line.at.isoformat()),
    RowColumn("account", "Account", lambda line, _d: line.account, lambda line: line.account.casefold()),
    RowColumn("kind", "What", lambda line, _d: kind_words(line), kind_words),
    RowColumn("btc", "Bitcoin", _btc, lambda line: line.sats, lambda line: exact_btc(line.sats), True, True),
    RowColumn("after", "Free after", lambda line, display: btc_text(line.after, display, digits=8),
              lambda line: line.after, lambda line: exact_btc(line.after), True, True),
    RowColumn("value", "Value", _value, lambda line: line.value or Decimal(0), lambda line: _plain(line.value),
              True, True),
    RowColumn("fee", "Fee", _fee, lambda line: line.fee or Decimal(0), lambda line: _plain(line.fee), True, True),
    RowColumn("other", "With", lambda line, _d: with_words(line), lambda line: with_words(line).casefold()),
    RowColumn("papers", "Papers", lambda line, _d: str(line.papers or ""), lambda line: line.papers, None, True),
    RowColumn("note", "Note", lambda line, _d: line.note, lambda line: line.note.casefold()),
)  # fmt: skip
