"""Reckons plans on the lane: the newest question overtakes older ones; the risk room is imported there."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.portfolio import BookFigures
from app.risk.plan_request import PlanRequest
from app.risk.plan_result import Action, Plan
from app.risk.positions import Unanswerable
from app.ui.tasks import Tasks, Ticket

SLOW_MS: Final = 250


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a plan for a request, or what ``actions`` chosen by hand come to."""

    figures: BookFigures
    request: PlanRequest
    actions: tuple[Action, ...] | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its plan, or why there is none."""

    question: Question
    plan: Plan | Unanswerable


class PlanReckoner(QObject):
    """Asks one question at a time.

    Signals:
        answered: an ``Answered``.
        slow: a question has been under way for a while; told once for each.
    """

    answered = Signal(object)
    slow = Signal()

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._tasks = tasks
        self._ticket: Ticket | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SLOW_MS)
        self._timer.timeout.connect(self.slow)

    @property
    def pending(self) -> bool:
        """Whether an answer is under way."""
        return self._ticket is not None and not self._ticket.ended and not self._ticket.cancelled

    def ask(self, question: Question) -> None:
        """Reckon ``question``; an older one is dropped."""
        self.drop()
        self._timer.start()
        self._ticket = self._tasks.on_reckoning(
            lambda _ticket: Answered(question, answer(question)),
            label="Reckoning the plan",
            done=self._tell,
        )

    def drop(self) -> None:
        """Take back what is under way."""
        self._timer.stop()
        if self._ticket is not None:
            self._ticket.cancel()

    def _tell(self, answered: Answered) -> None:
        self._timer.stop()
        self.answered.emit(answered)


def answer(question: Question) -> Plan | Unanswerable:
    """Return the plan, or why there is none; slow for large books, so for a lane."""
    from app.risk.plan import carry_out, plan  # noqa: PLC0415 - numpy, after the first paint
    from app.risk.positions import positions_of  # noqa: PLC0415 - as above

    positions = positions_of(question.figures)
    if isinstance(positions, Unanswerable):
        return positions
    if question.actions is not None:
        return carry_out(positions, question.actions, question.request)
    return plan(positions, question.request)
