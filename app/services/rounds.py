"""A round of asking: every source on its own thread, judged at a deadline with what has arrived."""

import logging
import queue
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Final

from app.domain.errors import PriceError
from app.domain.feeds import FeedError, RawQuote
from app.services.asking import LASTING_PAIR_FAULTS, Answer, Question, ask_source
from app.services.breaker import Breaker, after_failure, after_network_change, after_success, after_try_now, may_ask
from app.services.lanes import Lane
from app.services.ports import Clock

log = logging.getLogger(__name__)

PAIR_PAUSE_SECONDS: Final = 3600.0
_Inbox = queue.SimpleQueue[Answer | None]


@dataclass(frozen=True, slots=True)
class _Pause:
    """A pair that a source does not have: asked again after ``until`` (monotonic)."""

    until: float
    error: FeedError


class Rounds:
    """Runs rounds, one at a time; keeps each source's thread, breaker and last good answer."""

    def __init__(self, clock: Clock, rng: Random, seconds: float) -> None:
        """Make it.

        Args:
            clock: tells the time.
            rng: the source of jitter.
            seconds: a round's deadline.
        """
        self._clock = clock
        self._rng = rng
        self._seconds = seconds
        self._state = threading.Lock()
        self._lanes: dict[str, Lane] = {}
        self._breakers: dict[str, Breaker] = {}
        self._pauses: dict[tuple[str, str], _Pause] = {}
        self._kept: dict[str, tuple[float, Answer]] = {}
        self._told: dict[str, str] = {}
        self._round_id = 0
        self._closed = False

    def run(self, questions: Iterable[Question]) -> dict[str, Answer]:
        """Return an answer for each question, by source key; late and paused sources answer with a failure."""
        self._round_id += 1
        inbox: _Inbox = queue.SimpleQueue()
        answers: dict[str, Answer] = {}
        waiting: dict[str, Question] = {}
        pauses: dict[str, dict[str, PriceError]] = {}
        for whole in questions:
            question, pauses[whole.key] = self._without_paused_pairs(whole)
            known = self._known_answer(question)
            if known is not None:
                answers[question.key] = known
            elif self._lane(question.key).submit(partial(_deliver, question, self._round_id, inbox)):
                waiting[question.key] = question
            else:
                # The lane is still busy with an older round: never two questions in flight to one source.
                answers[question.key] = failed(question, self._round_id, FeedError("timeout", "still unanswered"))
        for answer in self._arrivals(inbox, waiting):
            answers[answer.key] = answer
            self._note(answer)
        for question in waiting.values():
            late = failed(question, self._round_id, FeedError("timeout", "no answer before the round was judged"))
            answers[question.key] = late
            self._note(late)
        return {key: replace(one, quotes={**one.quotes, **pauses[key]}) for key, one in answers.items()}

    def try_now(self) -> None:
        """Let paused sources and pairs be asked in the next round."""
        with self._state:
            self._breakers = {key: after_try_now(one) for key, one in self._breakers.items()}
            self._pauses.clear()

    def network_changed(self) -> None:
        """Forget passing faults and kept answers."""
        with self._state:
            self._breakers = {key: after_network_change(one) for key, one in self._breakers.items()}
            self._kept.clear()

    def forget(self) -> None:
        """Forget everything but the threads: the sources are others now."""
        with self._state:
            self._breakers.clear()
            self._pauses.clear()
            self._kept.clear()

    def close(self) -> None:
        """End the threads, and wait a little for them."""
        with self._state:
            self._closed = True
            lanes = list(self._lanes.values())
        for lane in lanes:
            lane.finish()
        for lane in lanes:
            lane.join()

    def _arrivals(self, inbox: _Inbox, waiting: dict[str, Question]) -> Iterator[Answer]:
        """Yield answers as they come, taking them out of ``waiting``, until the deadline puts None into the box."""
        if not waiting:
            return
        deadline = threading.Timer(self._seconds, inbox.put, (None,))
        deadline.name = "price-round"
        deadline.daemon = True
        deadline.start()
        try:
            while waiting and (answer := inbox.get()) is not None:
                del waiting[answer.key]
                yield answer
        finally:
            deadline.cancel()
            deadline.join()

    def _without_paused_pairs(self, question: Question) -> tuple[Question, dict[str, PriceError]]:
        mono = self._clock.monotonic()
        with self._state:
            paused: dict[str, PriceError] = {
                currency: self._pauses[question.key, currency].error
                for currency in question.currencies
                if (question.key, currency) in self._pauses and mono < self._pauses[question.key, currency].until
            }
        left = tuple(currency for currency in question.currencies if currency not in paused)
        return replace(question, currencies=left), paused

    def _known_answer(self, question: Question) -> Answer | None:
        """Return an answer without asking: nothing is to ask, the last answer is new enough, or asking is paused."""
        mono = self._clock.monotonic()
        with self._state:
            breaker = self._breakers.get(question.key, Breaker())
            kept = self._kept.get(question.key)
            closed = self._closed
        if not question.currencies and not question.fx_currencies:
            return Answer(question.key, self._round_id)
        if closed:
            return failed(question, self._round_id, FeedError("closed", "Plimsoll is shutting down"))
        if kept is not None and mono - kept[0] < question.keep_seconds and _covers(kept[1], question):
            return kept[1]
        if not may_ask(breaker, mono):
            return failed(question, self._round_id, FeedError("paused", f"after {breaker.reason}"))
        return None

    def _note(self, answer: Answer) -> None:
        mono, failure = self._clock.monotonic(), answer.failure
        with self._state:
            if failure is None:
                self._breakers[answer.key] = after_success()
                self._kept[answer.key] = (mono, answer)
            else:
                old = self._breakers.get(answer.key, Breaker())
                wait = failure.retry_after if isinstance(failure, FeedError) else None
                self._breakers[answer.key] = after_failure(old, failure.reason, wait, mono, self._rng)
            for currency, quote in answer.quotes.items():
                if isinstance(quote, PriceError) and quote.reason in LASTING_PAIR_FAULTS:
                    error = FeedError(quote.reason, "not asked again for an hour")
                    self._pauses[answer.key, currency] = _Pause(mono + PAIR_PAUSE_SECONDS, error)
        word = "" if failure is None else failure.reason
        if self._told.get(answer.key, "") != word:
            self._told[answer.key] = word
            log.info("price source %s: %s", answer.key, word or "answers again")

    def _lane(self, key: str) -> Lane:
        with self._state:
            return self._lanes.setdefault(key, Lane(key))


def failed(question: Question, round_id: int, error: PriceError) -> Answer:
    """Return an answer that is ``error`` for everything that was asked."""
    quotes = dict.fromkeys(question.currencies, error)
    return Answer(question.key, round_id, quotes, dict.fromkeys(question.fx_currencies, error))


def _deliver(question: Question, round_id: int, inbox: _Inbox) -> None:
    """Ask, on a lane's thread. Nobody reads the box of a round that is over: late answers count for nothing."""
    inbox.put(ask_source(question, round_id))


def _covers(answer: Answer, question: Question) -> bool:
    quoted = {currency for currency, quote in answer.quotes.items() if isinstance(quote, RawQuote)}
    return set(question.currencies) <= quoted and set(question.fx_currencies) <= set(answer.rates)
