"""A file that the user chose, written as a whole or not at all."""

from pathlib import Path

from PySide6.QtCore import QIODevice, QSaveFile

from app.domain.errors import BookNotWritableError


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` as a whole, or leave what was there.

    Raises:
        BookNotWritableError: no permission, no space, no such folder.
    """
    file = QSaveFile(str(path))
    if file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(data) == len(data) and file.commit():
        return
    file.cancelWriting()
    message = f"{path.name} cannot be written there; choose another folder or make room."
    raise BookNotWritableError(message)
