"""Keys that hold for one part of a window."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def scoped_key(keys: str, owner: QWidget, act: Callable[[], object]) -> QShortcut:
    """Return a shortcut that works while ``owner`` or something in it has the focus.

    The scope is set after making it: given to the constructor as ``context=`` it is silently ignored, the key holds
    for the whole window, and two tables with the same key get neither.
    """
    shortcut = QShortcut(QKeySequence(keys), owner)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(act)
    return shortcut
