"""The watcher: rounds of asking and judging for months, without a window. One failure never ends it."""

import logging
import threading
from collections.abc import Callable
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Final

from app.domain.errors import BookError, PlimsollError
from app.services.desk import Desk, DeskSnapshot
from app.services.ports import Clock
from app.services.rhythm import wait_seconds

if TYPE_CHECKING:
    from app.services.risk_room import RiskRoom

log = logging.getLogger(__name__)
RISK_SECONDS: Final = 600.0
FAULT_SECONDS: Final = 15.0
FETCH_JOIN_SECONDS: Final = 2.0


class Watcher:
    """Runs rounds on an open desk. Belongs to one thread."""

    def __init__(
        self,
        desk: Desk,
        clock: Clock,
        *,
        rng: Random,
        interval: float | None = None,
    ) -> None:
        """Make it.

        Args:
            desk: what is watched.
            clock: tells the time.
            rng: of jitter.
            interval: seconds between two rounds; None: by what the desk shows.
        """
        self._desk = desk
        self._clock = clock
        self._rng = rng
        self._interval = interval
        self._room_of_risk: RiskRoom | None = None
        self._risk_at: float | None = None
        self._history_day: date | None = None
        self._fetching: threading.Thread | None = None

    def run(self, pause: Callable[[float], bool], tell: Callable[[DeskSnapshot], None]) -> None:
        """Run rounds until ``pause`` says to stop.

        Args:
            pause: waits so many seconds; True: stop.
            tell: gets what each round came to.
        """
        self.begin()
        while True:
            seconds = FAULT_SECONDS
            try:
                snapshot = self.round()
                tell(snapshot)
                seconds = self._interval or wait_seconds(snapshot, self._rng)
                self._desk.expect(seconds)
                self._look_ahead(snapshot)
                self._keep_history()
            except PlimsollError as error:
                log.warning("a round failed: %s", error)
            except Exception:  # a watch for months survives a fault of ours; it is logged, and the pulse shows it
                log.exception("a round failed by a fault of Plimsoll")
            if pause(seconds):
                return

    def begin(self) -> None:
        """Fetch past prices where none are stored: without them nobody knows at which LTV a loan began."""
        book = self._desk.book
        if book.rules and not self._desk.history(book.base_currency):
            self._desk.update_history()

    def only_round(self) -> DeskSnapshot:
        """Judge once, with all that rules ask for; return what it came to.

        Raises:
            PlimsollError: nothing could be judged.
        """
        self.begin()
        first = self.round()
        return self.round() if self._look_ahead(first) else first

    def round(self) -> DeskSnapshot:
        """Ask, judge, and have what follows sent; return what it came to.

        Raises:
            PlimsollError: nothing could be judged.
        """
        try:
            self._desk.catch_up()
        except BookError as error:
            # What was known is judged on; the book may be back in the next round.
            log.warning("the book cannot be read: %s", error)
        answers = self._desk.ask_prices()
        return self._desk.judge(answers)

    def close(self) -> None:
        """Wait a little for what still runs."""
        if self._fetching is not None:
            self._fetching.join(FETCH_JOIN_SECONDS)

    def _look_ahead(self, snapshot: DeskSnapshot) -> bool:
        """Reckon, now and then, what rules about probabilities and reserves need for the next round; return whether."""
        rules = [rule for rule in snapshot.book.rules if rule.enabled]
        now = self._clock.monotonic()
        if not rules or (self._risk_at is not None and now - self._risk_at < RISK_SECONDS):
            return False
        from app.services.risk_history import history_for  # noqa: PLC0415 - as below
        from app.services.risk_room import RiskRoom  # noqa: PLC0415 - numpy, for these rules alone
        from app.services.rule_readings import needs_reserve, needs_risk, wanted_horizons  # noqa: PLC0415

        if not needs_risk(rules) and not needs_reserve(rules):
            return False
        self._risk_at = now
        self._room_of_risk = self._room_of_risk or RiskRoom()
        history = history_for(snapshot.book.base_currency, self._desk.history)[1]
        self._desk.note_risk(self._room_of_risk.answer(snapshot.figures, history, horizons=wanted_horizons(rules)))
        return True

    def _keep_history(self) -> None:
        """Fetch once a day what daily history is missing, beside the rounds: it may take long."""
        today = self._clock.now().date()
        busy = self._fetching is not None and self._fetching.is_alive()
        if today == self._history_day or busy:
            return
        self._history_day = today
        self._fetching = threading.Thread(target=self._desk.update_history, name="watch-history", daemon=True)
        self._fetching.start()
