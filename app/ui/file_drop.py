"""Files dragged onto a part of the window and dropped there."""

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent


def let_in(event: QDragEnterEvent) -> None:
    """Accept a drag that brings files; of other drags nothing is taken."""
    if dropped_files(event):
        event.acceptProposedAction()


def dropped_files(event: QDropEvent) -> list[Path]:
    """Return the files that somebody drags or drops."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]
