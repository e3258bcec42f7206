"""How much bitcoin a book held on each day, and what it was worth by the stored closes (pure)."""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from app.domain.book import Book, EventKind
from app.domain.money import EXACT, btc_of
from app.services.day_prices import DayPrices
from app.services.transaction_lines import Lines
from app.services.transaction_order import nothing

Step = tuple[datetime, int]


class HoldingsDay(NamedTuple):
    """A UTC day's end.

    Attributes:
        free, pledged: satoshis.
        value: of both at the day's close in the book's currency, or None where no close is stored: never zero.
    """

    day: date
    free: int
    pledged: int
    value: Decimal | None


def pledged_changes(book: Book, loans: Collection[str] | None = None) -> list[Step]:
    """Return when loans took bitcoin (positive) and gave it back or sold it (negative); None: all loans."""
    signs = {EventKind.POST: 1, EventKind.RELEASE: -1, EventKind.LIQUIDATION: -1}
    return [
        (event.at, signs[event.kind] * event.sats)
        for loan in book.loans
        if loans is None or loan.name in loans
        for event in loan.events
        if event.sats is not None and event.kind in signs
    ]


def balance_steps(
    lines: Lines,
    accounts: Collection[str],
    loans: Collection[str],
    check: Callable[[], None] = nothing,
) -> tuple[Step, ...]:
    """Return when the bitcoin of these accounts and loans changed, and to what; one figure for each moment."""
    if len(accounts) == 1 and not loans:
        return lines.balances_over_time(next(iter(accounts)))
    places = {place for place, name in enumerate(lines.names) if name in accounts}
    changes = [(lines.at(number), lines.sats(number)) for number in range(len(lines)) if lines.owner(number) in places]
    check()
    return _added_up(sorted([*changes, *pledged_changes(lines.book, loans)], key=itemgetter(0)))


def holdings_days(
    lines: Lines, prices: DayPrices, until: date, check: Callable[[], None] = nothing
) -> tuple[HoldingsDay, ...]:
    """Return each day from the first movement to ``until``; empty where nothing has moved."""
    free: dict[date, int] = {}
    pledged: dict[date, int] = {}
    for number in range(len(lines)):
        day = lines.at(number).astimezone(UTC).date()
        free[day] = free.get(day, 0) + lines.sats(number)
    check()
    for at, sats in pledged_changes(lines.book):
        day = at.astimezone(UTC).date()
        pledged[day] = pledged.get(day, 0) + sats
    if not free and not pledged:
        return ()
    day = min((*free, *pledged))
    days, unpledged, held = [], 0, 0
    while day <= until:
        unpledged += free.get(day, 0)
        held += pledged.get(day, 0)
        price = prices.price_on(day)
        value = None if price is None else EXACT.multiply(btc_of(unpledged + held), price)
        days.append(HoldingsDay(day, unpledged, held, value))
        day += timedelta(days=1)
    return tuple(days)


def _added_up(changes: Iterable[Step]) -> tuple[Step, ...]:
    found: list[Step] = []
    total = 0
    for at, sats in changes:
        total += sats
        if found and found[-1][0] == at:
            found.pop()
        found.append((at, total))
    return tuple(found)
