"""Prices for the desk: asks all sources at once, judges what they said, remembers the last good price."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from app.domain.candles import DailyCandle
from app.domain.consensus import AGGREGATES, Failure, Memory, Round, judge
from app.domain.errors import PlimsollError, PriceError
from app.domain.feeds import FxRate, RawQuote, Tier
from app.domain.fx_cross import choose_rate, crossed, has_own_market
from app.domain.price_gates import clock_skew
from app.domain.quotes import Consensus, LastGood, PriceLookup
from app.services.asking import Answer, Question
from app.services.ports import Clock, PriceStore
from app.services.price_history import PriceHistory, stored_history
from app.services.price_lookup import last_good_of, lookup_of, source_lookup_of
from app.services.price_sources import PriceSources
from app.services.pricing_settings import PriceSettings
from app.services.rounds import Rounds

log = logging.getLogger(__name__)

DOLLAR: Final = "USD"
ROUND_SECONDS: Final = 16.0
TRY_NOW_SECONDS: Final = 10.0
MIN_FRESH_SECONDS: Final = 180.0


@dataclass(frozen=True, slots=True)
class _Judged:
    """A consensus, and the wall and monotonic time of its judging."""

    consensus: Consensus
    at: datetime
    mono: float


class PricingService:
    """Implements ``ports.Prices`` on live sources; ``ask`` may run on any thread, one round at a time.

    Attributes:
        settings: in force.
    """

    def __init__(
        self,
        clock: Clock,
        build: Callable[[PriceSettings], PriceSources],
        store: PriceStore,
        settings: PriceSettings,
        *,
        rng: Random | None = None,
        round_seconds: float = ROUND_SECONDS,
    ) -> None:
        """Make a service.

        Args:
            clock: tells the time.
            build: makes the sources that settings switch on; called when they are first needed.
            store: where prices outlive a restart.
            settings: what is asked.
            rng: the source of jitter.
            round_seconds: after so long a round is judged with what has arrived.
        """
        self.settings = settings
        self._clock = clock
        self._build = build
        self._store = store
        self._rounds = Rounds(clock, rng or Random(), round_seconds)  # noqa: S311 - jitter, no secret
        self._asking = threading.Lock()
        self._state = threading.Lock()
        self._sources: PriceSources | None = None
        self._memory: dict[str, Memory] = {}
        self._judged: dict[str, _Judged] = {}
        self._last_good: dict[str, LastGood | None] = {}
        self._last_round: tuple[datetime, float] | None = None
        self._candles: dict[str, tuple[DailyCandle, ...]] = {}
        self._tried_at: float | None = None

    @property
    def recorded_at(self) -> datetime | None:
        """None: these prices are live."""
        return None

    def ask(self, currencies: tuple[str, ...]) -> Mapping[str, Consensus]:
        """Ask all enabled sources and judge the answers; slow; never raises for a source's fault."""
        wanted = tuple(dict.fromkeys(currencies))
        # Other currencies may have to be reached by way of the dollar.
        priced = wanted if set(wanted) <= {DOLLAR} else tuple(dict.fromkeys((*wanted, DOLLAR)))
        with self._asking:
            self._notice_sleep()
            sources = self._ready_sources()
            answers = self._rounds.run(_questions(sources, priced))
            return self._judge(sources, wanted, priced, answers)

    def lookup(self, currency: str) -> PriceLookup:
        """Return the price known now, or why there is none; asks nobody."""
        with self._state:
            judged = self._judged.get(currency)
        now, last = self._clock.now(), self._last(currency)
        fresh = max(MIN_FRESH_SECONDS, 3.0 * self.settings.interval_seconds)
        if judged is None:
            return lookup_of(currency, None, 0.0, last, now, fresh)
        age = max(self._clock.monotonic() - judged.mono, (now - judged.at).total_seconds())
        return lookup_of(currency, judged.consensus, age, last, now, fresh)

    def source_lookup(self, source: str, currency: str) -> PriceLookup:
        """Return one named source's price, for loans whose contract names it."""
        with self._state:
            judged = self._judged.get(currency)
        consensus = None if judged is None else judged.consensus
        return source_lookup_of(source.lower(), currency, consensus, self.lookup(currency))

    def history(self, currency: str) -> tuple[DailyCandle, ...]:
        """Return the stored daily history, oldest first; read once, then kept."""
        with self._state:
            known = self._candles.get(currency)
        if known is None:
            known = stored_history(self._store, currency).candles
            with self._state:
                known = self._candles.setdefault(currency, known)
        return known

    def update_history(self, currency: str) -> tuple[DailyCandle, ...]:
        """Fetch what history is missing; slow; returns what is then known, also where no source answers."""
        report = PriceHistory(self._ready_sources().history, self._store, self._clock).refresh(currency)
        for problem in report.problems:
            log.info("price history in %s: %s", currency, problem)
        with self._state:
            self._candles[currency] = report.candles or self._candles.get(currency, ())
            return self._candles[currency]

    def configure(self, settings: PriceSettings) -> None:
        """Use these sources and intervals from the next round on; what was agreed on stays known."""
        with self._state:
            if settings == self.settings:
                return
            old, self._sources = self._sources, None
            self.settings = settings
        self._rounds.forget()
        if old is not None:
            old.close()

    def try_now(self) -> bool:
        """Let paused sources be asked in the next round; at most once in ten seconds, else return False."""
        mono = self._clock.monotonic()
        with self._state:
            if self._tried_at is not None and mono - self._tried_at < TRY_NOW_SECONDS:
                return False
            self._tried_at = mono
        self._rounds.try_now()
        return True

    def resume(self) -> None:
        """Forget kept connections, passing faults and prices: the computer slept, or the network changed."""
        self._rounds.network_changed()
        with self._state:
            self._memory = {currency: Memory(memory.sources) for currency, memory in self._memory.items()}
            self._judged.clear()
            sources = self._sources
        if sources is not None:
            sources.forget_connections()

    def close(self) -> None:
        """Abort what is in flight and end the threads."""
        with self._state:
            sources = self._sources
        if sources is not None:
            sources.close()
        self._rounds.close()

    def _notice_sleep(self) -> None:
        """Drop what was known before a sleep: the wall clock went on while the monotonic one stood still."""
        now, mono = self._clock.now(), self._clock.monotonic()
        if self._last_round is not None:
            then, then_mono = self._last_round
            asleep = (now - then).total_seconds() - (mono - then_mono)
            if asleep > 2 * self.settings.interval_seconds:
                self.resume()
        self._last_round = (now, mono)

    def _judge(
        self,
        sources: PriceSources,
        wanted: tuple[str, ...],
        priced: tuple[str, ...],
        answers: Mapping[str, Answer],
    ) -> dict[str, Consensus]:
        now, mono = self._clock.now(), self._clock.monotonic()
        skew = clock_skew(_dates(answers))
        direct: dict[str, Consensus] = {}
        for currency in priced:
            quotes, failures = _sorted_answers(sources, currency, answers)
            asked = Round(currency, now, mono, quotes, failures, skew)
            memory = self._memory.get(currency, Memory())
            direct[currency], self._memory[currency] = judge(asked, memory, self._last(currency))
        results = {}
        for currency in wanted:
            results[currency] = _with_rates(direct[currency], direct.get(DOLLAR), sources, answers, now + skew)
            self._keep(_Judged(results[currency], now, mono))
        return results

    def _keep(self, judged: _Judged) -> None:
        good = last_good_of(judged.consensus)
        with self._state:
            self._judged[judged.consensus.currency] = judged
            if good is None:
                return
            self._last_good[good.currency] = good
        try:
            self._store.save_last_good(good)
        except (PlimsollError, OSError) as error:
            log.warning("the last good price could not be kept: %s", type(error).__name__)

    def _last(self, currency: str) -> LastGood | None:
        with self._state:
            if currency in self._last_good:
                return self._last_good[currency]
        try:
            last = self._store.load_last_good(currency)
        except (PlimsollError, OSError) as error:
            log.warning("the last good price could not be read: %s", type(error).__name__)
            last = None
        with self._state:
            return self._last_good.setdefault(currency, last)

    def _ready_sources(self) -> PriceSources:
        with self._state:
            if self._sources is None:
                self._sources = self._build(self.settings)
            return self._sources


def _questions(sources: PriceSources, currencies: tuple[str, ...]) -> list[Question]:
    """Return what each source is to be asked; one that has nothing to say to these currencies is left out."""
    spot = {source.key: source for source in sources.spot}
    fx = {source.key: source for source in sources.fx}
    rates = tuple(currency for currency in currencies if currency != DOLLAR)
    questions = []
    for key in dict.fromkeys((*spot, *fx)):
        source = spot.get(key)
        quoted = () if source is None else tuple(one for one in currencies if one in source.currencies)
        question = Question(key, source, quoted, fx.get(key), rates if key in fx else ())
        if question.currencies or question.fx_currencies:
            questions.append(question)
    return questions


def _sorted_answers(
    sources: PriceSources,
    currency: str,
    answers: Mapping[str, Answer],
) -> tuple[list[RawQuote], list[Failure]]:
    """Return one currency's quotes, and the sources that gave none with the reason."""
    quotes: list[RawQuote] = []
    failures = [Failure(key, group, "switched off", off=True) for key, group in sources.off]
    for source in sources.spot:
        group = AGGREGATES if source.tier is Tier.AGGREGATE else source.group
        given = answers[source.key].quotes.get(currency) if source.key in answers else None
        if given is None and currency not in source.currencies:
            failures.append(Failure(source.key, group, f"does not quote {currency}", off=True))
        elif given is None:
            failures.append(Failure(source.key, group, "no_price"))
        elif isinstance(given, PriceError):
            failures.append(Failure(source.key, group, str(given)))
        else:
            quotes.append(given)
    return quotes, failures


def _with_rates(
    direct: Consensus,
    usd: Consensus | None,
    sources: PriceSources,
    answers: Mapping[str, Answer],
    now: datetime,
) -> Consensus:
    """Return ``direct``, or the crossed price where the currency has too few markets of its own."""
    if direct.currency == DOLLAR or usd is None or has_own_market(direct):
        return direct
    given = [answers[fx.key].rates.get(direct.currency) for fx in sources.fx if fx.key in answers]
    rate = choose_rate([one for one in given if isinstance(one, FxRate)], now)
    return direct if rate is None else crossed(direct, usd, rate)


def _dates(answers: Mapping[str, Answer]) -> list[tuple[datetime, datetime]]:
    """Return one pair of (server's date, own time of receipt) per source."""
    dates = []
    for answer in answers.values():
        quote = next((one for one in answer.quotes.values() if isinstance(one, RawQuote)), None)
        if quote is not None and quote.server_date is not None:
            dates.append((quote.server_date, quote.received_at))
    return dates
