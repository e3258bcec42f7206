"""The book's saved plans: opened again they are reckoned at today's price."""

from PySide6.QtCore import Signal

from app.domain.errors import InputError
from app.services.desk import DeskSnapshot
from app.services.scenario_file import plan_request_of
from app.ui.formats import Display
from app.ui.messages import Message
from app.ui.models.plan_saved import SavedRow, saved_model, saved_rows
from app.ui.operations.scenarios import delete_scenario
from app.ui.view import Workbench
from app.ui.views.rows_card import RowsCard
from app.ui.words import READ_ONLY

NONE_YET = "None yet. “Save as scenario” keeps what is asked here, to be reckoned again another day."


class SavedPlansCard(RowsCard[SavedRow]):
    """The list.

    Signals:
        chosen: the ``PlanRequest`` of a saved plan that was opened.
    """

    chosen = Signal(object)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(
            "Saved plans",
            "plan_saved",
            saved_model(),
            bench.memory,
            widths=(160, 110, 240),
            empty=NONE_YET,
            edit=self._open_saved,
            delete=self._delete_saved,
        )
        self._bench = bench
        if self.edit is not None:
            self.edit.setText("Open")
            self.edit.setAccessibleName("Open the saved plan")

    def show_snapshot(self, snapshot: DeskSnapshot, display: Display) -> None:
        """Show what the book holds."""
        self.show_rows(saved_rows(snapshot.book), display)
        self.fit_rows(1, 5)

    def _open_saved(self, row: SavedRow) -> None:
        try:
            request = plan_request_of(row.scenario)
        except InputError as error:
            self._bench.messages.fail(error)
        else:
            self.chosen.emit(request)

    def _delete_saved(self, rows: tuple[SavedRow, ...]) -> None:
        if self._bench.live.snapshot.read_only:
            self._bench.messages.tell(Message(READ_ONLY, tone="note", seconds=8, key="read_only"))
        else:
            delete_scenario(bench=self._bench, name=rows[0].scenario.name)
