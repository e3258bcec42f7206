"""The ledger for another program, written where the user says; which program the kind of file tells."""

from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog, QWidget

from app.services.ledger_export.slice import slice_of
from app.services.ledger_export.targets import TARGETS, Target
from app.services.ledger_export.told import told
from app.ui.messages import Message
from app.ui.tasks import Ticket
from app.ui.view import Workbench
from app.ui.whole_file import write_whole

ENDINGS: Final = {"beancount": "beancount", "hledger": "journal"}
_NOTE_SECONDS: Final = 12


def choose_export(*, bench: Workbench, parent: QWidget) -> QFileDialog:
    """Ask for the program and the file; the dialog is open when this returns."""
    kinds = {f"{target.name} (*.{_ending(key)})": key for key, target in TARGETS.items()}
    dialog = QFileDialog(parent, "Export the ledger", f"{bench.live.snapshot.book.name}.csv", ";;".join(kinds))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("csv")
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_ending(kinds[chosen])))
    dialog.fileSelected.connect(
        lambda name: write_export(bench, TARGETS[kinds[dialog.selectedNameFilter()]], Path(name))
    )
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def write_export(bench: Workbench, target: Target, path: Path) -> Ticket:
    """Write the whole ledger beside the window, and tell what the program has no place for."""
    book = bench.live.snapshot.book

    def work(_ticket: Ticket) -> str:
        part = slice_of(book)
        write_whole(path, "".join(target.lines(part)).encode())
        return told(part.left_out)

    def tell(left: str) -> None:
        hidden = " Amounts stand in it, though they are hidden here." if bench.display.hidden else ""
        lines = " ".join(left.splitlines())
        text = f"The ledger was written to {path.name} ({target.name}).{hidden} {lines}".rstrip()
        bench.messages.tell(Message(text, tone="note", seconds=_NOTE_SECONDS, key="export"))

    return bench.tasks.on_reckoning(work, label="Export the ledger", done=tell)


def _ending(key: str) -> str:
    return ENDINGS.get(key, "csv")
