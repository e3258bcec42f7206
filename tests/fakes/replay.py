"""Prices of the past as several sources would have told them, through consensus and judging, poll by poll."""

import json
import lzma
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, count
from pathlib import Path
from typing import Final, NamedTuple

from app.domain.book import Book, EventKind, Loan, LoanEvent
from app.domain.consensus import Failure, Memory, Round, judge
from app.domain.feeds import RawQuote, Tier
from app.domain.ledger import build_ledger
from app.domain.portfolio import book_figures
from app.domain.quotes import Consensus, LastGood, NoQuote, PriceLookup, PriceStatus, Quote
from app.domain.terms import Terms, Trigger, TriggerKind
from app.domain.warning_records import WarningRecord
from app.services.watching import Round as Judged
from app.services.watching import loan_warnings

PRICES: Final = Path(__file__).parent.parent / "data" / "prices"
VENUES: Final = ("kraken", "coinbase", "bitstamp", "bitfinex", "gemini")
SERIES_START: Final = datetime(2021, 4, 3, tzinfo=UTC)
_FIRST_CLOSE: Final = 59_387
_USABLE: Final = (PriceStatus.OK, PriceStatus.THIN, PriceStatus.SINGLE)


def hourly_closes() -> list[int]:
    """Return five years of hourly closing prices in whole dollars, from ``SERIES_START`` on, without a gap.

    The file holds the changes from hour to hour as 16-bit little-endian numbers, packed with xz.
    """
    changes = array("h")
    changes.frombytes(lzma.decompress((PRICES / "five_years_hourly.xz").read_bytes()))
    return list(accumulate(changes, initial=_FIRST_CLOSE))[1:]


class Crash(NamedTuple):
    """A fall as it was: a true price for each poll."""

    name: str
    start: datetime
    poll: timedelta
    prices: tuple[int, ...]


def crashes(poll_minutes: int = 1) -> tuple[Crash, ...]:
    """Return the stored crashes, each step walked from its opening over its high and low to its close."""
    stored = json.loads((PRICES / "crashes.json").read_text(encoding="utf-8"))["crashes"]
    return tuple(
        Crash(
            one["name"],
            datetime.fromisoformat(one["from"]),
            timedelta(minutes=poll_minutes),
            tuple(price for ohlc in one["ohlc"] for price in _walk(*ohlc, polls=one["step_minutes"] // poll_minutes)),
        )
        for one in stored
    )


def _walk(opened: int, high: int, low: int, closed: int, *, polls: int) -> Iterator[int]:
    corners = (opened, low, high, closed) if closed > opened else (opened, high, low, closed)
    for poll in range(1, polls + 1):
        leg, part = divmod(3 * poll, polls)
        yield (
            corners[leg]
            if leg == len(corners) - 1
            else corners[leg] + (corners[leg + 1] - corners[leg]) * part // polls
        )


def spread_book(lines: Iterable[int], opened: date) -> Book:
    """Return a book with one loan on 1 BTC for each of these prices, called there at 75 % and sold at 80 %."""
    triggers = (
        Trigger(TriggerKind.MARGIN_CALL, Decimal("0.75"), 24, Decimal("0.60")),
        Trigger(TriggerKind.LIQUIDATION, Decimal("0.80")),
    )
    at = datetime(opened.year, opened.month, opened.day, tzinfo=UTC)
    loans = tuple(
        Loan(
            f"Called at {line}",
            "A lender",
            "USD",
            opened,
            None,
            (Terms(opened, Decimal(0), triggers=triggers),),
            (
                LoanEvent(at, EventKind.POST, sats=100_000_000),
                LoanEvent(at, EventKind.DRAW, amount=Decimal(line * 3) / 4),
            ),
        )
        for line in lines
    )
    return Book("Replay", loans=loans)


class Replay:
    """A book that is watched through answers of the past; nothing in it is slower than one poll.

    Attributes:
        warnings: all that were ever made, by id.
        told: every announcement: (when, the warning as it was told).
    """

    def __init__(self, book: Book, start: datetime) -> None:
        self._book = book
        self._ledger = build_ledger(book, start)
        self._memory = Memory()
        self._last_good: LastGood | None = None
        self._start = start
        self._ids = count()
        self.warnings: dict[str, WarningRecord] = {}
        self.told: list[tuple[datetime, WarningRecord]] = []

    def poll(self, now: datetime, answers: Mapping[str, Decimal | None], *, currency_echo: str = "USD") -> Consensus:
        """Take one poll's answers (None: the source failed) and judge by them."""
        mono = (now - self._start).total_seconds()
        quotes = [
            _quote(source, price, now, mono, currency_echo) for source, price in answers.items() if price is not None
        ]
        failed = [Failure(source, source, "timeout") for source, price in answers.items() if price is None]
        consensus, self._memory = judge(Round("USD", now, mono, quotes, failed), self._memory, self._last_good)
        if consensus.status in (PriceStatus.OK, PriceStatus.THIN) and consensus.value is not None:
            value, used = consensus.value, len(consensus.representatives)
            self._last_good = LastGood("USD", value, value, value, (), used, now)
        self.judge(now, consensus)
        return consensus

    def judge(self, now: datetime, consensus: Consensus) -> Judged:
        """Judge by what the sources said together."""
        lookup: PriceLookup = NoQuote("USD", "the sources disagree")
        if consensus.status in _USABLE and consensus.value is not None:
            lookup = Quote("USD", consensus.value, now, "consensus", 3, 3)
        figures = book_figures(self._book, {"USD": lookup}, now, ledger=self._ledger)
        standing = [warning for warning in self.warnings.values() if not warning.is_over]
        judged = loan_warnings(
            figures,
            standing,
            {"USD": consensus}.get,
            now=now,
            new_id=lambda: f"w{next(self._ids)}",
            edited=False,
        )
        self.warnings.update({warning.id: warning for warning in judged.changed})
        self.told.extend((now, warning) for warning in judged.announcements)
        return judged


def _quote(source: str, price: Decimal, now: datetime, mono: float, echo: str) -> RawQuote:
    tier = Tier.AGGREGATE if source in ("coingecko", "mempool") else Tier.VENUE
    return RawQuote(source, source, tier, "USD", echo, price, None, None, now, now, mono)


def venues_at(price: int, poll: int, sources: Sequence[str] = VENUES) -> dict[str, Decimal | None]:
    """Return what honest venues say: the true price within 0.2 %, each a little off in its own way, in turn."""
    return {
        source: Decimal(price) * (1000 + (poll * 7 + place * 3) % 5 - 2) / 1000 for place, source in enumerate(sources)
    }
