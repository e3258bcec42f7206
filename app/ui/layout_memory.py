"""How a person left the window: sizes, columns and sort order, kept by key in a file of their own.

Columns are kept by their key and never by their number, so that a new column cannot hide another one.
"""

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QSettings


class ColumnLayout(NamedTuple):
    """One column of a table: its place from the left, its width in pixels, and whether it is hidden."""

    key: str
    width: int
    hidden: bool = False


class TableLayout(NamedTuple):
    """A table's columns from left to right, and what it is sorted by."""

    columns: tuple[ColumnLayout, ...] = ()
    sort_key: str = ""
    descending: bool = False


class LayoutMemory:
    """Reads and writes the file; what cannot be read counts as never stored."""

    def __init__(self, path: Path) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    def table(self, name: str) -> TableLayout:
        """Return how the table of that name was left."""
        keys = self._words(f"tables/{name}/columns")
        hidden = set(self._words(f"tables/{name}/hidden"))
        columns = []
        for entry in keys:
            key, _, width = entry.rpartition(":")
            if key and width.isdecimal():
                columns.append(ColumnLayout(key, int(width), key in hidden))
        sort = str(self._settings.value(f"tables/{name}/sort", "") or "")
        return TableLayout(tuple(columns), sort.removeprefix("-"), sort.startswith("-"))

    def keep_table(self, name: str, layout: TableLayout) -> None:
        """Store how a table is left."""
        columns = [f"{column.key}:{column.width}" for column in layout.columns]
        self._settings.setValue(f"tables/{name}/columns", columns)
        self._settings.setValue(f"tables/{name}/hidden", [c.key for c in layout.columns if c.hidden])
        self._settings.setValue(f"tables/{name}/sort", f"{'-' if layout.descending else ''}{layout.sort_key}")

    def bytes_of(self, key: str) -> QByteArray:
        """Return a stored geometry, or nothing."""
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_bytes(self, key: str, value: QByteArray) -> None:
        """Store a geometry."""
        self._settings.setValue(key, value)

    def flag(self, key: str) -> bool:
        """Return whether ``key`` has been set."""
        return str(self._settings.value(key, "false")).lower() == "true"

    def keep_flag(self, key: str, *, on: bool) -> None:
        """Set or clear ``key``."""
        self._settings.setValue(key, "true" if on else "false")

    def flush(self) -> None:
        """Write what is not yet on disk."""
        self._settings.sync()

    def _words(self, key: str) -> list[str]:
        value = self._settings.value(key)
        if isinstance(value, str):
            return [value] if value else []
        return [str(entry) for entry in value] if isinstance(value, (list, tuple)) else []
