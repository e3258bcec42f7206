"""The four reserve prices, and the top-ups on the way down, as rows (pure)."""

from decimal import Decimal
from typing import Final, NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from app.domain.money import EXACT, SATS_PER_BTC, ceil_sats, floor_sats
from app.domain.money import btc_text as exact_btc
from app.risk.positions import Positions
from app.risk.reserve_result import Reserve, ReservePrice, TopUp
from app.services.reserve_table import PROMISES
from app.ui.formats import (
    DOWN,
    MINUS,
    NOT_KNOWN,
    UP,
    Display,
    btc_text,
    danger_price_text,
    headroom_text,
    hours_text,
)
from app.ui.models.rows import RowColumn, RowsModel
from app.ui.plain_tips import plain_tip

_TIP: Final = int(Qt.ItemDataRole.ToolTipRole)
STEPS_SHOWN: Final = 200
MEANINGS: Final = {
    "no_margin_call": "Posting in advance keeps every loan below its call line down to here.",
    "cure_each_call": "Every call is cured when it comes, back to the contract's cure LTV, one after the other.",
    "cure_at_once": "The same, if all calls had to be cured in a single step at the lowest price.",
    "last_stand": "All free bitcoin spread so that every forced-sale line is the same. Below it nothing helps.",
}
Index = QModelIndex | QPersistentModelIndex


class ReserveRow(NamedTuple):
    """One promise; prices are told in ``currency``."""

    answer: ReservePrice
    positions: Positions
    currency: str
    place: int

    @property
    def price(self) -> Decimal | None:
        """Down to where it holds."""
        return None if self.answer.price is None else self.positions.price_in(self.currency, self.answer.price)

    @property
    def room(self) -> Decimal | None:
        """The fall to it, a fraction."""
        price = self.answer.price
        return None if price is None else EXACT.subtract(Decimal(1), EXACT.divide(price, self.positions.price))


class StepRow(NamedTuple):
    """One top-up on the way down, with its number."""

    step: TopUp
    loan: str
    positions: Positions
    currency: str
    place: int


def shown_currency(positions: Positions, display: Display) -> str:
    """Return the currency that prices are told in: the one chosen where it has a price, else the book's."""
    return display.currency if display.currency in positions.prices else positions.currency


def reserve_rows(reserve: Reserve, positions: Positions, currency: str) -> tuple[ReserveRow, ...]:
    """Return the four promises in their order."""
    return tuple(ReserveRow(answer, positions, currency, place) for place, answer in enumerate(reserve))


def step_rows(reserve: Reserve, positions: Positions, currency: str) -> tuple[StepRow, ...]:
    """Return the top-ups that cure each call, highest price first."""
    return tuple(
        StepRow(step, positions.items[step.place].loan, positions, currency, number)
        for number, step in enumerate(reserve.cure_each_call.steps[:STEPS_SHOWN], start=1)
    )


class ReserveModel(RowsModel[ReserveRow]):
    """The four promises; a tooltip says what each means and how it ends."""

    def __init__(self) -> None:
        super().__init__(_RESERVE, promise_words, sort_key="promise")

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return what rows give, and the explanation."""
        if index.isValid() and role == _TIP:
            return plain_tip(promise_words(self._rows[index.row()], self._display))
        return super().data(index, role)


def steps_model() -> RowsModel[StepRow]:
    """Return the model of the top-ups."""
    return RowsModel(_STEPS, step_words, sort_key="number")


def promise_words(row: ReserveRow, display: Display) -> str:
    """Return a promise with its price, its end and what it means, in sentences."""
    answer = row.answer
    name = f"{PROMISES[answer.name]}: {MEANINGS[answer.name]}"
    if answer.price is None:
        return f"{name} {_masked(answer.sentence, display)}"
    at = danger_price_text(row.price, row.currency)
    holds = f"Due now already, at {at}." if answer.already else f"Holds to {at}, a fall of {headroom_text(row.room)}."
    late = " ".join(answer.late)
    return " ".join(part for part in (name, holds, _end_words(row, display), late) if part)


def _end_words(row: ReserveRow, display: Display) -> str:
    answer = row.answer
    if answer.loan is None:
        return ""
    if answer.needs is None:
        return f"There the last bitcoin is posted, most of it to {answer.loan}; any further fall asks for more."
    needs = btc_text(ceil_sats(answer.needs), display, UP)
    left = btc_text(floor_sats(answer.left), display, DOWN)
    return f"There {answer.loan} asks for {needs}, and {left} is left for it."


def step_words(row: StepRow, display: Display) -> str:
    """Return a top-up as a sentence."""
    return (
        f"{row.place}. At {_step_price(row, display)} post {_step_btc(row, display)} to {row.loan}; "
        f"{_step_left(row, display)} left"
    )


def free_words(reserve: Reserve, display: Display) -> str:
    """Return how much may be posted."""
    return f"{btc_text(reserve.free_sats, display, DOWN)} free"


def time_words(answer: ReservePrice) -> str:
    """Return whether every top-up arrives before its deadline."""
    if not answer.arrivals:
        return NOT_KNOWN
    deadlines = [each for each in answer.arrivals if each.deadline_hours is not None]
    if not answer.in_time:
        return "▲ too late"
    if not deadlines:
        return "no clock runs"
    return f"yes, within {hours_text(max(each.hours for each in deadlines))}"


def _masked(sentence: str, display: Display) -> str:
    """Return the sentence without its amounts where they are hidden."""
    return "Amounts are hidden." if display.hidden and any(sign.isdigit() for sign in sentence) else sentence


def _needs(row: ReserveRow, display: Display) -> str:
    if row.answer.price is None:
        return NOT_KNOWN
    if row.answer.needs is None:
        return "all that is left"
    return short_btc(ceil_sats(row.answer.needs), display, UP)


def short_btc(sats: int, display: Display, rounding: str) -> str:
    """Return an amount with about four figures; satoshis always in full."""
    size = abs(sats) // SATS_PER_BTC
    digits = 0 if size >= 10_000 else 1 if size >= 100 else 2 if size >= 1 else 4  # noqa: PLR2004 - about four figures
    return btc_text(sats, display, rounding, digits)


def _left(row: ReserveRow, display: Display) -> str:
    return short_btc(floor_sats(row.answer.left), display, DOWN)


def _fall(row: ReserveRow) -> str:
    if row.answer.price is None:
        return NOT_KNOWN
    return "due now" if row.answer.already else f"{MINUS}{headroom_text(row.room)}"


def _step_price(row: StepRow, _display: Display) -> str:
    return danger_price_text(row.positions.price_in(row.currency, row.step.price), row.currency)


def _step_btc(row: StepRow, display: Display) -> str:
    return short_btc(ceil_sats(row.step.btc), display, UP)


def _step_left(row: StepRow, display: Display) -> str:
    return short_btc(floor_sats(row.step.left), display, DOWN)


def _step_fall(row: StepRow) -> str:
    room = EXACT.subtract(Decimal(1), EXACT.divide(row.step.price, row.positions.price))
    return f"{MINUS}{headroom_text(room)}" if room > 0 else "due now"


_ZERO: Final = Decimal(0)
_RESERVE: Final[tuple[RowColumn[ReserveRow], ...]] = (
    RowColumn("promise", "Promise", lambda row, _d: PROMISES[row.answer.name], lambda row: row.place),
    RowColumn(
        "price",
        "Holds to",
        lambda row, _d: danger_price_text(row.price, row.currency),
        lambda row: row.answer.price or _ZERO,
        lambda row: "" if row.price is None else f"{row.price:.2f}",
        right=True,
    ),
    RowColumn("fall", "Fall", lambda row, _d: _fall(row), lambda row: row.room or _ZERO, None, right=True),
    RowColumn("loan", "Ends at", lambda row, _d: row.answer.loan or NOT_KNOWN, lambda row: row.answer.loan or ""),
    RowColumn(
        "needs",
        "It asks for",
        _needs,
        lambda row: row.answer.needs or _ZERO,
        lambda row: "" if row.answer.needs is None else exact_btc(ceil_sats(row.answer.needs)),
        right=True,
        private=True,
    ),
    RowColumn(
        "left",
        "Left for it",
        _left,
        lambda row: row.answer.left,
        lambda row: exact_btc(floor_sats(row.answer.left)),
        right=True,
        private=True,
    ),
    RowColumn("time", "In time?", lambda row, _d: time_words(row.answer), lambda row: row.answer.in_time),
)
_STEPS: Final[tuple[RowColumn[StepRow], ...]] = (
    RowColumn("number", "Nº", lambda row, _d: f"{row.place}", lambda row: row.place, None, right=True),
    RowColumn(
        "price",
        "At",
        _step_price,
        lambda row: -row.step.price,
        lambda row: f"{row.positions.price_in(row.currency, row.step.price):.2f}",
        right=True,
    ),
    RowColumn("fall", "Fall", lambda row, _d: _step_fall(row), lambda row: -row.step.price, None, right=True),
    RowColumn(
        "btc",
        "Post",
        _step_btc,
        lambda row: row.step.btc,
        lambda row: exact_btc(ceil_sats(row.step.btc)),
        right=True,
        private=True,
    ),
    RowColumn("loan", "To", lambda row, _d: row.loan, lambda row: row.loan.casefold()),
    RowColumn(
        "left",
        "Left then",
        _step_left,
        lambda row: row.step.left,
        lambda row: exact_btc(floor_sats(row.step.left)),
        right=True,
        private=True,
    ),
)
