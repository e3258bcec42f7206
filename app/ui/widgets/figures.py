"""Figures of one width, so that columns and ticking prices stand still."""

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget


def steady_figures(widget: QWidget) -> None:
    """Give ``widget`` figures of one width; words elsewhere keep their natural hyphens and points."""
    font = QFont(widget.font())
    font.setFeature(QFont.Tag("tnum"), 1)
    widget.setFont(font)
