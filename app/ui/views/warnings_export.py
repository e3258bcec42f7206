"""Writing warnings to a file that the user chooses: what is shown, with its deliveries, beside the window."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.domain.warning_records import WarningRecord
from app.services.watch_state import WarningStory
from app.ui.messages import Message
from app.ui.models.warning_context import WarningContext
from app.ui.models.warning_export import Exported, ExportKind, export_bytes
from app.ui.tasks import Ticket
from app.ui.view import Workbench
from app.ui.whole_file import write_whole

FILES = "Spreadsheet (*.csv);;JSON (*.json)"
_NOTE_SECONDS = 8


def choose_export(parent: QWidget, shelf: str, write: Callable[[Path], object]) -> QFileDialog:
    """Ask where to put the file; its ending says which kind it is."""
    dialog = QFileDialog(parent, "Export warnings", f"Warnings {shelf.lower()}.csv", FILES)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("csv")
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("json" if "json" in chosen else "csv"))
    dialog.fileSelected.connect(lambda name: write(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def write_export(bench: Workbench, records: tuple[WarningRecord, ...], context: WarningContext, path: Path) -> Ticket:
    """Write these warnings to ``path`` on the store's lane, where their deliveries are read; tell the outcome."""
    kind = ExportKind.JSON if path.suffix.lower() == ".json" else ExportKind.CSV
    desk = bench.desk

    def work(ticket: Ticket) -> int:
        stories: dict[str, WarningStory] = {}
        for number, record in enumerate(records):
            ticket.check()
            stories[record.id] = desk.story_of(record.id)
            ticket.report("Exporting warnings", number + 1, len(records))
        exported = Exported(records, stories, context.channels, context.display)
        write_whole(path, export_bytes(kind, exported, context.now))
        return len(records)

    def tell(count: int) -> None:
        hidden = " Amounts are hidden in it." if context.display.hidden else ""
        what = f"{count:,} warning{'' if count == 1 else 's'} written to {path.name}.{hidden}"
        bench.messages.tell(Message(what, tone="note", seconds=_NOTE_SECONDS, key="export"))

    return bench.tasks.on_store(work, label="Export warnings", done=tell)
