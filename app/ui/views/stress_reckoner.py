"""Reckons falls: small books at once, large ones beside the window, where the newest question overtakes older ones."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QObject, Signal

from app.domain.errors import InputError
from app.domain.portfolio import BookFigures
from app.risk.positions import Positions, Unanswerable, positions_of
from app.risk.stress import sale_begins
from app.risk.stress_result import Policy, StressComparison
from app.services.stress_question import answer_on, horizon_of, path_of
from app.services.stress_words import begins_sentence
from app.ui.charts.ltv_curves_plan import CurveBasis, curve_basis
from app.ui.models.stress_asked import Asked
from app.ui.tasks import Tasks, Ticket

FEW_LOANS: Final = 150
LIGHT: Final = Decimal(45)  # loans × depth; about ten milliseconds for what a person's own machine has to do
_TINY: Final = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a question.

    Attributes:
        figures: what it was reckoned from.
        positions: the book as the risk room sees it, or why there is no answer.
        comparison: the answer, or None where there is none.
        basis: what is drawn of the book, or None where there is nothing to draw.
    """

    asked: Asked
    figures: BookFigures
    positions: Positions | Unanswerable
    comparison: StressComparison | None
    basis: CurveBasis | None = None


class Held:
    """A book as the risk room and the pictures see it; slow to make for large books, so for a lane then.

    Attributes:
        today: its positions with the debts of today, or why there are none.
        basis: what is drawn of it, or None where there is nothing to draw.
    """

    def __init__(self, figures: BookFigures) -> None:
        self._figures = figures
        self._by_days: dict[int, Positions | Unanswerable] = {}
        self.today = self.positions(0)
        self.basis: CurveBasis | None = None
        if isinstance(self.today, Positions) and self.today.items:
            self.basis = curve_basis(self.today)

    def positions(self, days: int) -> Positions | Unanswerable:
        """Return the positions with interest for so many days; reckoned once for each number of days."""
        found = self._by_days.get(days)
        if found is None:
            found = self._by_days[days] = positions_of(self._figures, days)
        return found


class StressReckoner(QObject):
    """Asks one question at a time. While one is under way only the newest of those that came later is kept.

    Signals:
        answered: an ``Answer``.
        begun: the sentence that says where forced sale begins.
        pending_changed: whether an answer is under way (bool).
    """

    answered = Signal(object)
    begun = Signal(str)
    pending_changed = Signal(bool)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._tasks = tasks
        self._figures: BookFigures | None = None
        self._held: Held | None = None
        self._ticket: Ticket | None = None
        self._begins: Ticket | None = None
        self._next: Asked | None = None

    @property
    def pending(self) -> bool:
        """Whether an answer is under way."""
        return self._ticket is not None

    def ask(self, figures: BookFigures, asked: Asked) -> None:
        """Reckon a question; the answer comes before this returns where it is quick."""
        if figures is not self._figures:
            self._forget()
            self._figures = figures
            if len(figures.ledger.balances) <= FEW_LOANS:
                self._take(Held(figures))
        if self._held is not None and is_light(self._held.today, asked):
            self._next = None
            self._tell(answer(figures, self._held, asked))
        elif self._ticket is not None:
            self._next = asked
        else:
            self._start(figures, asked)

    def _start(self, figures: BookFigures, asked: Asked) -> None:
        known = self._held

        def work(_ticket: Ticket) -> tuple[Held, Answer]:
            held = Held(figures) if known is None else known
            return held, answer(figures, held, asked)

        self._next = None
        self._ticket = self._tasks.on_reckoning(
            work,
            label="Reckoning a fall",
            done=lambda found: self._arrived(*found),
            failed=lambda error: self._arrived(None, Answer(asked, figures, Unanswerable(f"{error}."), None)),
        )
        self.pending_changed.emit(True)

    def _arrived(self, held: Held | None, told: Answer) -> None:
        self._ticket = None
        if self._held is None and held is not None:
            self._take(held)
        self._tell(told)
        if self._next is not None and self._figures is not None:
            self.ask(self._figures, self._next)

    def _tell(self, told: Answer) -> None:
        self.answered.emit(told)
        if self._ticket is None:
            self.pending_changed.emit(False)

    def _take(self, held: Held) -> None:
        """Keep the book, and find where forced sale begins; that rests on nothing else."""
        self._held, positions = held, held.today
        if isinstance(positions, Unanswerable) or not positions.items:
            self.begun.emit("")
        elif len(positions.items) <= _TINY:
            self.begun.emit(begins(positions))
        else:
            self._begins = self._tasks.on_reckoning(
                lambda _ticket: begins(positions), label="Reckoning where forced sale begins", done=self.begun.emit
            )

    def _forget(self) -> None:
        for ticket in (self._ticket, self._begins):
            if ticket is not None:
                ticket.cancel()
        self._ticket = self._begins = self._held = self._next = None


def is_light(positions: Positions | Unanswerable, asked: Asked) -> bool:
    """Return whether an answer is reckoned well within the time of a picture."""
    if isinstance(positions, Unanswerable):
        return True
    return len(positions.items) <= FEW_LOANS and len(positions.items) * asked.depth <= LIGHT


def answer(figures: BookFigures, held: Held, asked: Asked) -> Answer:
    """Return the answer to a question; slow for large books, so for a lane then."""
    today = held.today
    if isinstance(today, Unanswerable) or not today.items:
        return Answer(asked, figures, today, None)
    question = asked.question(today.price)
    try:
        positions = held.positions(horizon_of(path_of(question, today.price)))
        if isinstance(positions, Unanswerable):
            return Answer(asked, figures, positions, None)
        comparison = answer_on(question, positions)
    except InputError as error:
        return Answer(asked, figures, Unanswerable(f"{error}."), None)
    return Answer(asked, figures, today, comparison, held.basis)


def begins(positions: Positions) -> str:
    """Return where forced sale begins, in a sentence."""
    cured, idle = (sale_begins(positions, policy) for policy in (Policy.CURE, Policy.NONE))
    return begins_sentence(cured, idle, positions.currency)
