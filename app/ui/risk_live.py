"""What the risk room says now: reckoned beside the window whenever book or price changes, after its first paint."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.services.desk import Desk, DeskSnapshot
from app.ui.live import Change, Live, Topic
from app.ui.tasks import Tasks, Ticket

if TYPE_CHECKING:
    from app.services.risk_history import History
    from app.services.risk_room import RiskAnswer, RiskRoom

_CONCERNS = frozenset((Topic.BOOK, Topic.PRICES, Topic.SETTINGS))
_SHOWN_BY = ("app.ui.models.risk_chances", "app.ui.views.overview_risk")
T = TypeVar("T")


class RiskLive(QObject):
    """Holds the newest answer of the risk room; the risk room itself is imported on its lane.

    A first answer comes from fewer simulated futures, the full one follows. A newer question overtakes an older one.

    Signals:
        changed: the new ``RiskAnswer``.
    """

    changed = Signal(object)

    def __init__(self, desk: Desk, tasks: Tasks, live: Live) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = tasks
        self._live = live
        self._room: RiskRoom | None = None
        self._ticket: Ticket | None = None
        self._started = False
        self._turn = 0
        self._answer: RiskAnswer | None = None
        self._history: History = ()
        live.changed.connect(self._hear)

    @property
    def answer(self) -> "RiskAnswer | None":
        """The newest answer, or None while the first one is being reckoned."""
        return self._answer

    @property
    def pending(self) -> bool:
        """Whether a newer answer than ``answer`` is under way."""
        return self._ticket is not None and not self._ticket.ended

    @property
    def history(self) -> "History":
        """The price history that the newest answer was learned from."""
        return self._history

    def reckon(
        self,
        work: "Callable[[RiskRoom, RiskAnswer, History, Ticket], T]",
        *,
        label: str,
        done: Callable[[T], None],
        lost: Callable[[], None] | None = None,
    ) -> Ticket | None:
        """Ask the risk room something else about the newest answer, on its lane; None before there is one.

        Args:
            work: gets the room, the answer, its price history and the ticket; runs on another thread.
            label: what is being done, for the status bar.
            done: gets the result, on the window's thread.
            lost: called there whenever no result comes.
        """
        answer, history = self._answer, self._history
        if answer is None:
            return None

        def ask(ticket: Ticket) -> T:
            return work(self._made_room(), answer, history, ticket)

        return self._tasks.on_reckoning(ask, label=label, done=done, lost=lost)

    def start(self) -> None:
        """Begin; called when the window has been painted."""
        self._started = True
        # The libraries are there when the history has been read.
        self._tasks.on_reckoning(lambda _ticket: self._made_room(), label="Preparing probabilities")
        self._ask()

    def _hear(self, change: Change) -> None:
        if self._started and change.topics & _CONCERNS:
            self._ask()

    def _ask(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        self._turn += 1
        snapshot, turn = self._live.snapshot, self._turn

        def read(history: "History") -> None:
            # A store task that was under way tells its result although it was overtaken.
            if turn == self._turn:
                self._reckon(snapshot, history, first=True)

        self._ticket = self._tasks.on_store(
            lambda _ticket: _history(self._desk, snapshot), label="Reading the price history", done=read
        )

    def _reckon(self, snapshot: DeskSnapshot, history: "History", *, first: bool) -> None:
        def work(ticket: Ticket) -> "RiskAnswer":
            return self._answer_of(snapshot, history, ticket, first=first)

        def done(answer: "RiskAnswer") -> None:
            self._answer, self._history = answer, history
            self.changed.emit(answer)
            if not answer.final:
                self._reckon(snapshot, history, first=False)

        self._ticket = self._tasks.on_reckoning(work, label="Reckoning probabilities", done=done)

    def _answer_of(self, snapshot: DeskSnapshot, history: "History", ticket: Ticket, *, first: bool) -> "RiskAnswer":
        from app.services.risk_room import FIRST_PATHS, PATHS  # noqa: PLC0415 - numpy, after the first paint

        room = self._made_room()
        quick = first and not room.knows(snapshot.figures, history)
        return room.answer(
            snapshot.figures,
            history,
            paths=FIRST_PATHS if quick else PATHS,
            should_stop=lambda: ticket.cancelled,
        )

    def _made_room(self) -> "RiskRoom":
        """Return the risk room; on its lane only."""
        from app.services.risk_room import RiskRoom  # noqa: PLC0415 - numpy, after the first paint

        if self._room is None:
            self._room = RiskRoom()
            # What shows the first answer: imported here, it keeps the window waiting for nothing.
            for name in _SHOWN_BY:
                import_module(name)
        return self._room


def _history(desk: Desk, snapshot: DeskSnapshot) -> "History":
    from app.services.risk_history import history_for  # noqa: PLC0415 - not needed before the first paint

    return history_for(snapshot.book.base_currency, desk.history)[1]
