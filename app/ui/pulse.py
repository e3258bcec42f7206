"""The heartbeat: asks for prices, has them judged, waits, asks again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.quotes import Consensus
from app.services.desk import Desk, DeskSnapshot
from app.services.ports import Clock
from app.ui.live import Live
from app.ui.tasks import Tasks, Ticket

if TYPE_CHECKING:
    from random import Random


class PulseState(NamedTuple):
    """What the heartbeat is doing.

    Attributes:
        asking: prices are being asked for.
        due: when they will be asked for next, by the monotonic clock, or None.
    """

    asking: bool = False
    due: float | None = None


class Pulse(QObject):
    """Runs rounds as long as it is started; a round never overlaps the one before.

    Signals:
        changed: the new ``PulseState``.
    """

    changed = Signal(object)

    def __init__(self, desk: Desk, tasks: Tasks, live: Live, clock: Clock) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = tasks
        self._live = live
        self._clock = clock
        self._random: Random | None = None
        self._started = False
        self._history_known = False
        self.state = PulseState()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.ask_now)

    def start(self) -> None:
        """Begin with a round at once."""
        self._started = True
        self.ask_now()

    def stop(self) -> None:
        """Ask no more."""
        self._started = False
        self._timer.stop()

    def ask_now(self) -> None:
        """Ask at once, unless a round is under way."""
        if self.state.asking or not self._started:
            return
        self._timer.stop()
        self._set(PulseState(asking=True))
        self._tasks.on_network(
            lambda _ticket: self._desk.ask_prices(),
            label="Asking for prices",
            done=self._judge,
            lost=self._rest,
        )

    def restart(self) -> None:
        """Wait anew, by settings that have changed."""
        if self._started and not self.state.asking:
            self._rest()

    def _judge(self, answers: Mapping[str, Consensus]) -> None:
        def work(_ticket: Ticket) -> DeskSnapshot:
            return self._desk.judge(answers)

        self._tasks.on_store(work, label="Judging", done=self._show, lost=self._rest)

    def _show(self, snapshot: DeskSnapshot) -> None:
        self._live.take(snapshot)
        self._rest()
        if not self._history_known and not snapshot.asking_off:
            self._history_known = True
            self._tasks.on_network(
                lambda _ticket: self._desk.update_history(),
                label="Fetching price history",
                done=lambda _candles: self._look_again(),
                failed=lambda _error: self._forget_history(),
            )

    def _look_again(self) -> None:
        self._tasks.on_store(lambda _ticket: self._desk.snapshot(), label="Reading", done=self._live.take)

    def _forget_history(self) -> None:
        """Try again after the next round; charts say what they miss."""
        self._history_known = False

    def _rest(self) -> None:
        snapshot = self._live.snapshot
        if not self._started or snapshot.asking_off:
            self._set(PulseState())
            return
        from app.services.rhythm import wait_seconds  # noqa: PLC0415 - not needed before the first paint

        if self._random is None:
            from random import Random  # noqa: PLC0415 - as above

            self._random = Random()  # noqa: S311 - jitter, no secret
        seconds = wait_seconds(snapshot, self._random)
        self._timer.start(int(seconds * 1000))
        self._desk.expect(seconds)
        self._set(PulseState(due=self._clock.monotonic() + seconds))

    def _set(self, state: PulseState) -> None:
        self.state = state
        self.changed.emit(state)
