"""Hands the desk the newest answer of the risk room, where a rule of the book asks for probabilities or reserves."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.services.desk import Desk
from app.ui.live import Live
from app.ui.risk_live import RiskLive
from app.ui.tasks import Tasks, Ticket

if TYPE_CHECKING:
    from app.services.risk_history import History
    from app.services.risk_room import RiskAnswer, RiskRoom


class RuleRisk(QObject):
    """Listens to the risk room; a horizon that only a rule asks for is reckoned beside the window."""

    def __init__(self, desk: Desk, tasks: Tasks, live: Live, risk: RiskLive) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = tasks
        self._live = live
        self._risk = risk
        risk.changed.connect(self._hear)

    def _hear(self, answer: "RiskAnswer") -> None:
        from app.risk.results import STANDARD_HORIZONS  # noqa: PLC0415 - the answer has brought numpy along
        from app.services.rule_readings import needs_reserve, needs_risk, wanted_horizons  # noqa: PLC0415

        rules = self._live.snapshot.book.rules
        if not answer.final or not (needs_risk(rules) or needs_reserve(rules)):
            return
        horizons = wanted_horizons(rules)
        if set(horizons) <= set(STANDARD_HORIZONS):
            self._note(answer)
            return

        def reckon(room: "RiskRoom", known: "RiskAnswer", history: "History", ticket: Ticket) -> "RiskAnswer":
            return room.answer(known.figures, history, horizons=horizons, should_stop=lambda: ticket.cancelled)

        self._risk.reckon(reckon, label="Reckoning what rules ask for", done=self._note)

    def _note(self, answer: "RiskAnswer") -> None:
        self._tasks.on_store(
            lambda _ticket: self._desk.note_risk(answer), label="Noting probabilities", done=lambda _none: None
        )
