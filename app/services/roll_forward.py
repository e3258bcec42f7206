"""The annual roll-forward of bitcoin at fair value, in the shape of ASC 350-60 (ASU 2023-08, paragraph 50-3).

Opening fair value, additions, dispositions, gains, losses, closing fair value. Additions stand at the basis that the
gains report uses, dispositions at their proceeds, and what left without a sale at its basis. The year's net gain is
then what is left over, and it must be the realised gain of the gains report plus the change in what is unrealised::

    closing − opening − additions + dispositions + departures = realised + Δ(fair value − basis)

Bitcoin is one asset, so the net gain stands in one line: gains or losses. A figure that needs a price or a basis that
is not known is left out, with its reason; the numbers of bitcoin are always there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.domain.book import Book
from app.domain.disposals import Lot, LotHistory, LotRules, amount_of
from app.domain.lots import lots_of
from app.domain.money import EXACT, btc_of, round_fiat
from app.services.day_prices import DayPrices
from app.services.gains import Sum, sum_of, year_start


@dataclass(frozen=True, slots=True)
class Stand:
    """The holding at one end of the year.

    Attributes:
        day: whose close values it: the last day of a year.
        sats: all of it; ``pledged_sats`` are pledged to loans.
        fair_value, pledged_value: rounded to the minor unit; None without a price of that day.
        basis, pledged_basis: exact; None where a lot's basis is not known.
    """

    day: date
    sats: int
    pledged_sats: int
    price: Decimal | None
    fair_value: Decimal | None
    pledged_value: Decimal | None
    basis: Decimal | None
    pledged_basis: Decimal | None


@dataclass(frozen=True, slots=True)
class RollForward:
    """A year from opening to closing; money in the book's currency, None where it is not known.

    Attributes:
        additions, added_sats: lots that came in.
        dispositions, disposed_sats: proceeds of what was disposed of.
        departures, departed_sats: the basis of what left otherwise.
        net: the net gain, rounded; negative for a net loss.
        realised: the year's sum, that of the gains report.
        unrealised: the change of fair value less basis over the year.
        difference: the unrounded net less realised and unrealised: exactly zero, or the two reports contradict.
        problems: what is not known, one sentence each.
    """

    book: str
    currency: str
    year: int
    rules: LotRules
    opening: Stand
    closing: Stand
    additions: Decimal | None
    added_sats: int
    dispositions: Decimal | None
    disposed_sats: int
    departures: Decimal | None
    departed_sats: int
    net: Decimal | None
    realised: Sum
    unrealised: Decimal | None
    difference: Decimal | None
    problems: tuple[str, ...]

    @property
    def gains(self) -> Decimal | None:
        """The gains line: the net gain, or zero."""
        return None if self.net is None else max(self.net, Decimal(0))

    @property
    def losses(self) -> Decimal | None:
        """The losses line: the net loss as a positive amount, or zero."""
        return None if self.net is None else max(-self.net, Decimal(0))


def roll_forward(book: Book, rules: LotRules, prices: DayPrices, year: int) -> RollForward:
    """Return a year's roll-forward.

    Args:
        book: checked.
        rules: how lots are reckoned.
        prices: closes of the days before the year's first and after its last instant.
        year: a UTC calendar year that is over.

    Raises:
        HistoryError: see ``lots_of``.
    """
    start, end = year_start(year), year_start(year + 1)
    before, after = lots_of(book, rules, start), lots_of(book, rules, end)
    code = book.base_currency
    opening = _stand(before, start.date() - timedelta(days=1), prices, code)
    closing = _stand(after, end.date() - timedelta(days=1), prices, code)
    added = [lot for lot in after.acquired if lot.acquired_at >= start]
    sold = [one for one in after.disposals if one.at >= start]
    gone = [one for one in after.departures if one.at >= start]
    realised = sum_of(sold)
    additions = _all(lot.basis_units for lot in added)
    dispositions = _all(one.proceeds_units for one in sold)
    departures = _all(one.basis_units for one in gone)
    net = _add(closing.fair_value, _less(opening.fair_value), _less(additions), dispositions, departures)
    unrealised = _add(closing.fair_value, _less(closing.basis), _less(opening.fair_value), opening.basis)
    known_gain = None if realised.unknown else amount_of(realised.gain)
    return RollForward(
        book=book.name,
        currency=code,
        year=year,
        rules=rules,
        opening=opening,
        closing=closing,
        additions=additions,
        added_sats=sum(lot.sats for lot in added),
        dispositions=dispositions,
        disposed_sats=realised.sats,
        departures=departures,
        departed_sats=sum(one.sats for one in gone),
        net=_rounded(net, code),
        realised=realised,
        unrealised=unrealised,
        difference=_add(net, _less(known_gain), _less(unrealised)),
        problems=_problems((opening, closing), code, after, realised),
    )


def _stand(history: LotHistory, day: date, prices: DayPrices, currency: str) -> Stand:
    held = history.held
    pledged = [lot for lot in held if lot.pledged_to is not None]
    price = prices.price_on(day)
    sats, pledged_sats = sum(lot.sats for lot in held), sum(lot.sats for lot in pledged)
    return Stand(
        day=day,
        sats=sats,
        pledged_sats=pledged_sats,
        price=price,
        fair_value=_value(sats, price, currency),
        pledged_value=_value(pledged_sats, price, currency),
        basis=_all(lot.basis_units for lot in held),
        pledged_basis=_all(lot.basis_units for lot in pledged),
    )


def _value(sats: int, price: Decimal | None, currency: str) -> Decimal | None:
    # Nothing is worth nothing, whatever the price was.
    if not sats:
        return Decimal(0)
    return None if price is None else round_fiat(EXACT.multiply(btc_of(sats), price), currency)


def _all(amounts: Iterable[int | None]) -> Decimal | None:
    """Return the sum of hundred-millionths, or None where one is not known."""
    total = 0
    for units in amounts:
        if units is None:
            return None
        total += units
    return amount_of(total)


def _add(*amounts: Decimal | None) -> Decimal | None:
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total = EXACT.add(total, amount)
    return total


def _less(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else EXACT.minus(amount)


def _rounded(amount: Decimal | None, currency: str) -> Decimal | None:
    return None if amount is None else round_fiat(amount, currency)


def _problems(stands: Iterable[Stand], currency: str, after: LotHistory, realised: Sum) -> tuple[str, ...]:
    found = [
        f"No price in {currency} is stored for {stand.day}; load it with plimsoll history import."
        for stand in stands
        if stand.fair_value is None
    ]
    unknown: list[Lot] = [lot for lot in after.acquired if lot.basis_units is None]
    if unknown:
        reasons = "; ".join(list(dict.fromkeys(lot.reason for lot in unknown))[:3])
        one = len(unknown) == 1
        found.append(f"The basis of {len(unknown):,} {'lot is' if one else 'lots are'} not known: {reasons}.")
    if realised.unknown:
        found.append(f"{realised.unknown:,} of the year's disposals have no gain; see plimsoll gains.")
    return tuple(found)
