"""The breach log: every breach of the policy, when it began and ended, and how far it went."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.services.desk import DeskSnapshot
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.models.policy import breaches_model
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.table import Table

ABOUT = (
    "A breach opens when a confirmed price, or an entry, breaks a limit, and closes when the limit is kept again."
    " Broken again within 24 hours it is the same breach. Ctrl+C copies the chosen rows."
)
NONE = "No breach is on record."


class PolicyLog(QDialog):
    """Lists the breaches, newest first."""

    def __init__(
        self, snapshot: DeskSnapshot, display: Display, memory: LayoutMemory, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle("Breach log")
        self.setAccessibleName("Breach log")
        self.rows = breaches_model()
        self.rows.show_rows(snapshot.breaches, display)
        self.table = Table("policy_breaches", "Breaches", memory)
        self.table.setModel(self.rows)
        with self.table.arranging():
            self.table.horizontalHeader().setSortIndicator(*self.rows.sorted_by)
            self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.fit_columns()
        self.empty = PlainLabel(NONE, wraps=True)
        self.empty.setVisible(not snapshot.breaches)
        self.table.setVisible(bool(snapshot.breaches))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(PlainLabel("Breach log", size="headline"))
        layout.addWidget(PlainLabel(ABOUT, size="small", tone="muted", wraps=True))
        layout.addWidget(self.empty)
        layout.addWidget(self.table, 1)
        if not snapshot.breaches:
            layout.addStretch(1)
        self.close_button = Button("Close", self.accept, kind="primary")
        layout.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(1_000, 420 if snapshot.breaches else 220)
