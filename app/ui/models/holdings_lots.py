"""Lots that are held and lots that left, as rows; one year's sums in words."""

from array import array
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple, overload

from app.domain.book import Book
from app.domain.disposals import LotRules, Method, OutKind, Scope, Source, amount_of, days_held, over_a_year
from app.domain.money import EXACT, btc_of
from app.domain.money import btc_text as exact_btc
from app.services.day_prices import DayPrices
from app.services.gains import Gains, gains_of
from app.ui.formats import DOWN, NOT_KNOWN, Display, btc_text, day_text, money_text
from app.ui.models.holdings_lazy import LazyModel
from app.ui.models.rows import RowColumn

METHOD_WORDS: Final = {
    Method.FIFO: "First in, first out",
    Method.LIFO: "Last in, first out",
    Method.HIFO: "Highest cost first",
    Method.AVERAGE: "Average cost",
    Method.SPECIFIC: "Chosen lots, then first in",
}
SCOPE_WORDS: Final = {Scope.BOOK: "All accounts together", Scope.ACCOUNT: "Each account by itself"}
OUT_WORDS: Final = {
    OutKind.SELL: "Sell",
    OutKind.SPEND: "Spend",
    OutKind.FEE: "Fee",
    OutKind.LIQUIDATION: "Forced sale",
    OutKind.WITHDRAWAL: "Withdrawal",
    OutKind.RELEASE_OUTSIDE: "Release outside",
}
HELD_WIDTHS: Final = (110, 150, 150, 130, 120, 130, 120, 120, 90, 110)
GONE_WIDTHS: Final = (110, 100, 150, 150, 110, 120, 120, 120, 110)


class HeldRow(NamedTuple):
    """A lot that is left.

    Attributes:
        age: UTC calendar days.
        long: held for more than a year.
        value, gain: None where price or basis is not known.
    """

    at: datetime
    account: str
    pledged_to: str
    sats: int
    basis: Decimal | None
    unit_basis: Decimal | None
    value: Decimal | None
    gain: Decimal | None
    age: int
    long: bool
    currency: str
    reason: str
    source: Source


class GoneRow(NamedTuple):
    """The part of a lot that one disposal took."""

    at: datetime
    kind: str
    account: str
    acquired_at: datetime
    sats: int
    basis: Decimal | None
    proceeds: Decimal | None
    gain: Decimal | None
    long: bool
    currency: str
    reason: str
    source: Source
    lot: Source


class HeldRows(Sequence[HeldRow]):
    """Rows of lots that are left, made when they are looked at."""

    def __init__(self, gains: Gains, end: datetime) -> None:
        self._gains = gains
        self._end = end

    def __len__(self) -> int:
        return len(self._gains.held)

    @overload
    def __getitem__(self, number: int) -> HeldRow: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[HeldRow]: ...

    def __getitem__(self, number: int | slice) -> HeldRow | Sequence[HeldRow]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        one, end = self._gains.held[number], self._end
        lot = one.lot
        return HeldRow(
            lot.acquired_at,
            lot.account,
            lot.pledged_to or "",
            lot.sats,
            lot.basis,
            _each(lot.basis, lot.sats),
            one.value,
            one.gain,
            max(days_held(lot.acquired_at, end), 0),
            over_a_year(lot.acquired_at, end),
            self._gains.history.currency,
            lot.reason,
            lot.source,
        )


class GoneRows(Sequence[GoneRow]):
    """Rows of parts of lots that left, made when they are looked at."""

    def __init__(self, gains: Gains) -> None:
        self._left = (*gains.disposals, *gains.departures)
        self._currency = gains.history.currency
        self._which, self._part = array("l"), array("l")
        for place, one in enumerate(self._left):
            self._which.extend([place] * len(one.uses))
            self._part.extend(range(len(one.uses)))

    def __len__(self) -> int:
        return len(self._which)

    @overload
    def __getitem__(self, number: int) -> GoneRow: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[GoneRow]: ...

    def __getitem__(self, number: int | slice) -> GoneRow | Sequence[GoneRow]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        one = self._left[self._which[number]]
        use = one.uses[self._part[number]]
        return GoneRow(
            one.at,
            OUT_WORDS[one.kind],
            one.account,
            use.acquired_at,
            use.sats,
            use.basis,
            use.proceeds,
            use.gain,
            over_a_year(use.acquired_at, one.at),
            self._currency,
            one.reason or ("" if use.basis_units is not None else "the lot's cost is not known"),
            one.source,
            use.source,
        )


class LotTables(NamedTuple):
    """Everything that the lots screen shows.

    Attributes:
        years: in which bitcoin moved, newest first.
        unrealised: of all lots with a known cost, or None where no price is known.
        without_cost: how many held lots have no known cost.
    """

    held: HeldRows
    gone: GoneRows
    gains: Gains
    years: tuple[int, ...]
    unrealised: Decimal | None
    without_cost: int


def lot_tables(
    book: Book, method: Method, scope: Scope, year: int | None, prices: DayPrices, now: datetime
) -> LotTables:
    """Reckon lots and make their rows.

    Raises:
        HistoryError: picked lots do not fit, or more leaves than there is.
    """
    rules = LotRules(method, scope, price_on=prices.price_on, rate_on=prices.rate_on)
    gains = gains_of(book, rules, prices, year, now.date())
    end = now if year is None else min(now, datetime(year + 1, 1, 1, tzinfo=UTC) - timedelta(microseconds=1))
    unrealised = None
    if gains.price is not None:
        unrealised = sum((one.gain for one in gains.held if one.gain is not None), Decimal(0))
    unknown = sum(one.lot.basis_units is None for one in gains.held)
    return LotTables(HeldRows(gains, end), GoneRows(gains), gains, years_of(book), unrealised, unknown)


def sums_words(tables: LotTables, display: Display) -> tuple[str, str]:
    """Return what is held and what was realised, a sentence each."""
    gains = tables.gains
    code = gains.history.currency
    if tables.unrealised is None:
        held = "Held lots cannot be valued: no price is stored for the day."
    else:
        gain = _signed(tables.unrealised, code, display)
        held = f"Unrealised {gain} at the close of {day_text(gains.price_day)}."
    if tables.without_cost:
        held += f" {tables.without_cost:,} lots without a known cost are in no sum."
    total = gains.total
    when = "in all years" if gains.year is None else f"in {gains.year}"
    gone = (
        f"Realised {_signed(amount_of(total.gain), code, display)} {when}, "
        f"{_signed(amount_of(total.long_gain), code, display)} of it after more than a year."
    )
    if total.unknown:
        gone += f" {total.unknown:,} disposals miss a cost or a price and are in no sum."
    return held, gone


def years_of(book: Book) -> tuple[int, ...]:
    """Return the years in which bitcoin moved, newest first."""
    years = {entry.at.year for account in book.accounts for entry in account.transactions}
    years |= {event.at.year for loan in book.loans for event in loan.events if event.sats is not None}
    return tuple(sorted(years, reverse=True))


def held_model() -> LazyModel[HeldRow]:
    """Return the model of held lots, the oldest first."""
    return LazyModel(HELD, _held_words, sort_key="at")


def gone_model() -> LazyModel[GoneRow]:
    """Return the model of lots that left, the newest first."""
    return LazyModel(GONE, _gone_words, sort_key="at", descending=True)


def _each(basis: Decimal | None, sats: int) -> Decimal | None:
    return None if basis is None or not sats else EXACT.divide(basis, btc_of(sats))


def _signed(amount: Decimal, code: str, display: Display) -> str:
    text = money_text(amount, code, display, DOWN)
    return f"+{text}" if amount > 0 and not display.hidden else text


def _held_words(row: HeldRow, display: Display) -> str:
    where = f"pledged to {row.pledged_to}" if row.pledged_to else f"in {row.account}"
    return (
        f"Lot of {day_text(row.at.date())} {where}, {_btc(row.sats, display)}, "
        f"basis {_money(row.basis, row, display)}, "
        f"gain {_money(row.gain, row, display)}, {row.age} days{', over a year' if row.long else ''}"
    )


def _gone_words(row: GoneRow, display: Display) -> str:
    return (
        f"{row.kind} of {day_text(row.at.date())} from {row.account}, {_btc(row.sats, display)} of the lot of "
        f"{day_text(row.acquired_at.date())}, gain {_money(row.gain, row, display)}"
    )


def _btc(sats: int, display: Display) -> str:
    return btc_text(sats, display, digits=8)


def _money(amount: Decimal | None, row: HeldRow | GoneRow, display: Display) -> str:
    return NOT_KNOWN if amount is None else money_text(amount, row.currency, display)


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


def _low(amount: Decimal | None) -> tuple[bool, Decimal]:
    """Order amounts; what is not known comes first."""
    return amount is not None, amount or Decimal(0)


_Key = Callable[[HeldRow], "Decimal | None"]


def _held_money(key: str, title: str, amount: _Key) -> RowColumn[HeldRow]:
    return RowColumn(
        key, title, lambda row, display: _money(amount(row), row, display), lambda row: _low(amount(row)),
        lambda row: _plain(amount(row)), True, True,
    )  # fmt: skip


def _gone_money(key: str, title: str, amount: "Callable[[GoneRow], Decimal | None]") -> RowColumn[GoneRow]:
    return RowColumn(
        key, title, lambda row, display: _money(amount(row), row, display), lambda row: _low(amount(row)),
        lambda row: _plain(amount(row)), True, True,
    )  # fmt: skip


HELD: Final[Sequence[RowColumn[HeldRow]]] = (
    RowColumn("at", "Acquired", lambda row, _d: day_text(row.at.date()), lambda row: row.at,
              lambda row: row.at.isoformat()),
    RowColumn("account", "Account", lambda row, _d: row.account or NOT_KNOWN, lambda row: row.account.casefold()),
    RowColumn("pledged", "Pledged to", lambda row, _d: row.pledged_to, lambda row: row.pledged_to.casefold()),
    RowColumn("btc", "Bitcoin", lambda row, display: _btc(row.sats, display), lambda row: row.sats,
              lambda row: exact_btc(row.sats), True, True),
    _held_money("basis", "Basis", lambda row: row.basis),
    _held_money("unit", "Basis per BTC", lambda row: row.unit_basis),
    _held_money("value", "Value", lambda row: row.value),
    _held_money("gain", "Gain", lambda row: row.gain),
    RowColumn("age", "Age (days)", lambda row, _d: f"{row.age:,}", lambda row: row.age,
              lambda row: str(row.age), True),
    RowColumn("long", "Over a year", lambda row, _d: "✓ yes" if row.long else "no", lambda row: row.long),
    RowColumn("reason", "Not known because", lambda row, _d: row.reason, lambda row: row.reason),
)  # fmt: skip
GONE: Final[Sequence[RowColumn[GoneRow]]] = (
    RowColumn("at", "Left", lambda row, _d: day_text(row.at.date()), lambda row: row.at,
              lambda row: row.at.isoformat()),
    RowColumn("kind", "How", lambda row, _d: row.kind, lambda row: row.kind),
    RowColumn("account", "From", lambda row, _d: row.account, lambda row: row.account.casefold()),
    RowColumn("btc", "Bitcoin", lambda row, display: _btc(row.sats, display), lambda row: row.sats,
              lambda row: exact_btc(row.sats), True, True),
    RowColumn("acquired", "Lot of", lambda row, _d: day_text(row.acquired_at.date()), lambda row: row.acquired_at,
              lambda row: row.acquired_at.isoformat()),
    _gone_money("basis", "Basis", lambda row: row.basis),
    _gone_money("proceeds", "Proceeds", lambda row: row.proceeds),
    _gone_money("gain", "Gain", lambda row: row.gain),
    RowColumn("long", "Over a year", lambda row, _d: "✓ yes" if row.long else "no", lambda row: row.long),
    RowColumn("reason", "Not known because", lambda row, _d: row.reason, lambda row: row.reason),
)  # fmt: skip
