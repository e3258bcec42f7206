"""What a screen reader is made to say."""

from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say ``text``."""
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent  # noqa: PLC0415 - many names, for a rare need

    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
