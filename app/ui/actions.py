"""Every command of the window in one place: its words, its keys, what it does."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


class Command(NamedTuple):
    """A command: ``keys`` in Qt's notation, the first of which is shown; ``group`` parts the menu."""

    name: str
    words: str
    keys: tuple[str, ...]
    act: Callable[[], object]
    group: int = 0


# Keys that belong to lists and forms; they are told with the others.
LOCAL_KEYS: tuple[tuple[str, str], ...] = (
    ("Enter", "Open the chosen row"),
    ("Esc", "Back, or close a form"),
    ("F2", "Edit the chosen row"),
    ("Del", "Delete the chosen row (can be undone)"),
    ("Ctrl+C", "Copy rows for a spreadsheet"),
    ("Ctrl+Shift+C", "Copy rows with headings"),
    ("A / S", "Acknowledge or snooze the chosen warnings"),
    ("E / N", "Explain the chosen warning, or write a note on it"),
    ("Ctrl+F or /", "Filter a list"),
    ("Ctrl+E", "Export the warnings that are shown"),
    ("Ctrl+P", "Save the report that is shown"),
)


def make_actions(window: QWidget, commands: Sequence[Command]) -> dict[str, QAction]:
    """Return an action for each command, alive in the whole window."""
    actions = {}
    for command in commands:
        action = QAction(command.words, window)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda _checked=False, act=command.act: act())
        window.addAction(action)
        actions[command.name] = action
    return actions


def key_rows(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """Return every key with what it does, for the key list."""
    rows = []
    for command in commands:
        if command.keys:
            native = QKeySequence.SequenceFormat.NativeText
            shown = " or ".join(QKeySequence(key).toString(native) for key in command.keys)
            rows.append((shown, command.words))
    return rows + list(LOCAL_KEYS)
