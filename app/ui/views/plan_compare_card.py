"""Two plans side by side: the one that was kept as A, and the one on the screen."""

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from app.risk.plan_result import Difference, Plan
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.models.plan_compare import ComparedRow, compared_model, compared_rows, compared_sentence
from app.ui.views.rows_card import RowsCard
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel


class CompareCard(Card):
    """Hidden until a plan is kept."""

    def __init__(self, memory: LayoutMemory) -> None:
        super().__init__("Two plans side by side")
        self.setAccessibleName("Two plans side by side")
        self._kept: Plan | None = None
        self.sentence = PlainLabel("", wraps=True)
        self.sentence.set_selectable()
        self.forget = Button("Forget plan A", lambda: self.keep(None))
        self.rows: RowsCard[ComparedRow] = RowsCard(
            "Differences",
            "plan_compare",
            compared_model(),
            memory,
            widths=(170, 170, 150, 130, 150, 170),
            empty="The two plans do the same.",
            wide=0,
        )
        self.rows.setObjectName("bare")
        self.rows.body.setContentsMargins(0, 0, 0, 0)
        self.rows.title.hide()
        self.rows.note.hide()
        head = QHBoxLayout()
        head.addWidget(self.sentence, 1)
        head.addWidget(self.forget)
        self.body.addLayout(head)
        self.body.addWidget(self.rows)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    @property
    def kept(self) -> Plan | None:
        """Plan A."""
        return self._kept

    def keep(self, plan: Plan | None) -> None:
        """Keep a plan as A, or none."""
        self._kept = plan
        self.setVisible(plan is not None)

    def show_plans(self, current: Plan | None, display: Display) -> None:
        """Show what differs between A and the plan on the screen."""
        kept = self._kept
        self.setVisible(kept is not None and current is not None)
        if kept is None or current is None:
            return
        self.rows.show_rows(compared_rows(kept, current, _differences(kept, current), display), display)
        self.rows.fit_rows(1, 6)
        self.sentence.setText(compared_sentence(kept, current, display))


def _differences(first: Plan, second: Plan) -> tuple[Difference, ...]:
    from app.risk.plan import compare  # noqa: PLC0415 - numpy comes with it; there are plans only after it was imported

    return compare(first, second)
