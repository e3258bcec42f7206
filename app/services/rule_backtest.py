"""How often each rule would have fired in the last year: today's book at the prices of every past day.

Each day counts twice, at its low and then at its close; a low counts as held for as long as the rule asks, since daily
history does not tell how long it stood. Debts, collateral and contracts are today's. Prices in other currencies than
the history's fall with it, at today's rates. That a loan began beyond a level, or is being sold, silences no rule here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from app.domain.book import Book
from app.domain.candles import DailyCandle
from app.domain.errors import CancelledError
from app.domain.ledger import Ledger, build_ledger
from app.domain.money import EXACT
from app.domain.portfolio import book_figures, currencies_of
from app.domain.quotes import PriceLookup, Quote
from app.domain.rule_machine import judge_rules
from app.domain.rules import Rule, RuleKind
from app.domain.terms import CONSENSUS
from app.domain.warning_records import WarningRecord, WarningStatus
from app.services.drop_test import price_moves
from app.services.rule_context import RuleContext
from app.services.rule_readings import RuleReader

if TYPE_CHECKING:
    from app.risk.reserve_result import Reserve

YEAR: Final = 365
_BEFORE: Final = 400
_LOW_AT: Final = time(12, tzinfo=UTC)
_CLOSE_AT: Final = time(23, 59, tzinfo=UTC)
_PRICED: Final = frozenset((RuleKind.LTV, RuleKind.HEADROOM, RuleKind.DROP, RuleKind.WEEK_MOVE, RuleKind.BOOK_LTV))
NO_HISTORY: Final = "there is no stored history of that time"
_NOT_BY_PRICE: Final = "it does not depend on the price"
_NOT_KEPT: Final = "what it needs is reckoned for today alone, and not kept for past days"
_REASONS: Final = {RuleKind.PROBABILITY: _NOT_KEPT, RuleKind.RESERVE: _NOT_KEPT}


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """What one rule would have done.

    Attributes:
        rule: which.
        fired: how many warnings it would have opened, over all loans; None where ``reason`` says why nobody knows.
        on: the days on which it would have, each once.
        first, last: the stretch of history that was looked at.
        intraday: whether every one of its days told a low; else lows within a day were missed.
        reason: one clause, or empty.
    """

    rule: Rule
    fired: int | None
    on: tuple[date, ...] = ()
    first: date | None = None
    last: date | None = None
    intraday: bool = True
    reason: str = ""


class _Moment(NamedTuple):
    at: datetime
    price: Decimal


def backtest(
    rules: Sequence[Rule],
    book: Book,
    candles: Sequence[DailyCandle],
    lookups: Mapping[str, PriceLookup],
    now: datetime,
    *,
    currency: str = "USD",
    days: int = YEAR,
    reserve: "Reserve | None" = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[RuleRecord, ...]:
    """Return what each rule would have done over the last ``days`` days, switched on or not, in their order.

    Safe on any thread: it looks only at what it is given, which nothing changes. A rule that was not asked for makes no
    difference to the others.

    Args:
        rules: checked.
        book: as it stands.
        candles: daily history in ``currency``, oldest first.
        lookups: today's price by currency, for books with more than one.
        now: UTC.
        currency: of ``candles``.
        days: how far back.
        reserve: today's, or None; the price at which it is used up stands for that of each past day.
        should_stop: asked between days.

    Raises:
        CancelledError: ``should_stop`` said so.
    """
    start = now.date() - timedelta(days=days)
    places = [place for place, candle in enumerate(candles) if start <= candle.day < now.date()]
    told = [candles[place] for place in places]
    rates, missing = _rates(book, lookups, currency)
    reason = NO_HISTORY if not told else missing
    asked = [replace(rule, enabled=True, hold_minutes=0) for rule in rules]
    fired: dict[str, list[date]] = defaultdict(list)
    priced = _PRICED if reserve is None else _PRICED | {RuleKind.RESERVE}
    if not reason and any(rule.kind in priced for rule in rules):
        kept = [rule for rule in asked if rule.kind in priced]
        run = _Run(kept, book, build_ledger(book, now), rates, currency, reserve)
        for place in places:
            if should_stop():
                raise CancelledError
            for key in run.day(candles, place):
                fired[key].append(candles[place].day)
    intraday = all(candle.low is not None for candle in told)
    return tuple(
        _record(rule, fired[rule.key], told, reason if rule.kind in priced else _why_not(rule), intraday=intraday)
        for rule in rules
    )


def record_sentence(record: RuleRecord) -> str:
    """Return a record in words (``In the last year it would have fired 6 times, on 4 days.``)."""
    if record.reason == _NOT_BY_PRICE:
        return "It does not depend on the price, so past prices say nothing of it."
    if record.fired is None or record.first is None or record.last is None:
        return f"How often it would have fired is not known: {record.reason}."
    span = (record.last - record.first).days + 1
    when = "In the last year" if span >= YEAR - 5 else f"Since {record.first:%d %b %Y}"
    lows = "" if record.intraday else " The history lacks lows within a day, so it may have been more often."
    if not record.fired:
        return f"{when} it would not have fired.{lows}"
    times = "once" if record.fired == 1 else f"{record.fired:,} times"
    days = "" if record.fired == 1 or len(record.on) == record.fired else f", on {_days(len(record.on))}"
    return f"{when} it would have fired {times}{days}.{lows}"


class _Run:
    """Today's book, judged from day to day by the very rules and the very state machine that judge it now."""

    def __init__(
        self,
        rules: Sequence[Rule],
        book: Book,
        ledger: Ledger,
        rates: Mapping[str, Decimal],
        currency: str,
        reserve: "Reserve | None",
    ) -> None:
        self._rules, self._book, self._ledger = rules, book, ledger
        self._rates, self._currency, self._reserve = rates, currency, reserve
        self._reader = RuleReader(starts=False)
        self._records: dict[str, WarningRecord] = {}
        self._numbers = count()

    def day(self, candles: Sequence[DailyCandle], index: int) -> Iterator[str]:
        """Yield the key of a rule for each warning that opens on that day."""
        known = candles[max(index - _BEFORE, 0) : index]
        for at, price in _moments(candles[index]):
            quotes = {
                currency: Quote(currency, EXACT.multiply(price, rate), at, CONSENSUS, 1, 1)
                for currency, rate in self._rates.items()
            }
            named = {key: quotes[key.currency] for key in self._ledger.price_keys}
            figures = book_figures(self._book, quotes, at, named=named, ledger=self._ledger)
            moves = price_moves(known, quotes[self._currency], at.date())
            context = RuleContext(at, moves=moves, candles={self._currency: known}, reserve=self._reserve)
            said = self._reader.readings(self._rules, figures, context)
            done = judge_rules(self._records.values(), said, at, self._new_id, edited=False)
            for record in done.changed:
                if record.status is WarningStatus.CLOSED:
                    self._records.pop(record.id, None)
                else:
                    self._records[record.id] = record
            yield from [record.rule for record in done.announced if record.status is WarningStatus.OPEN]

    def _new_id(self) -> str:
        return str(next(self._numbers))


def _moments(candle: DailyCandle) -> Iterator[_Moment]:
    """Yield a day's low, where it is known, and its close."""
    if candle.low is not None and candle.low < candle.close:
        yield _Moment(datetime.combine(candle.day, _LOW_AT), candle.low)
    yield _Moment(datetime.combine(candle.day, _CLOSE_AT), candle.close)


def _rates(book: Book, lookups: Mapping[str, PriceLookup], currency: str) -> tuple[dict[str, Decimal], str]:
    """Return what a price in ``currency`` is multiplied by for each of the book's; and why that is not known."""
    one = Decimal(1)
    rates = {currency: one}
    base = lookups.get(currency)
    for other in currencies_of(book):
        price = lookups.get(other)
        if other == currency:
            continue
        if not isinstance(price, Quote) or not isinstance(base, Quote):
            return rates, f"there is no price in {currency} and {other} now to carry the history over"
        rates[other] = EXACT.divide(price.value, base.value)
    return rates, ""


def _record(
    rule: Rule, days: Sequence[date], told: Sequence[DailyCandle], reason: str, *, intraday: bool
) -> RuleRecord:
    if reason:
        return RuleRecord(rule, None, reason=reason)
    unique = tuple(dict.fromkeys(days))
    return RuleRecord(rule, len(days), unique, told[0].day, told[-1].day, intraday)


def _why_not(rule: Rule) -> str:
    return _REASONS.get(rule.kind, _NOT_BY_PRICE)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number:,} days"
