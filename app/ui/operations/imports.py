"""What the buttons about importing files do."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.ui.dialogs.import_files import ImportDialog
from app.ui.view import Workbench


def import_files(*, bench: Workbench, parent: QWidget, paths: Sequence[Path] = ()) -> ImportDialog:
    """Open the dialog that imports files; with ``paths`` it looks at these at once."""
    dialog = ImportDialog(bench, parent)
    dialog.begin()
    if paths:
        dialog.add_files(paths)
    return dialog
