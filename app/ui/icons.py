"""Line icons from the resources, drawn in the colours in force and drawn again when they change."""

from math import ceil
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton

from app.ui.theme import Theme


class _Worn(NamedTuple):
    name: str
    role: str


class Icons(QObject):
    """Hands out icons by name (``overview``); the files draw with ``currentColor``."""

    def __init__(self, directory: Path, theme: Theme) -> None:
        super().__init__(theme)
        self._directory = directory
        self._theme = theme
        self._worn: WeakKeyDictionary[QAbstractButton, _Worn] = WeakKeyDictionary()
        theme.changed.connect(self._redraw)

    def icon(self, name: str, role: str = "text", points: int = 20) -> QIcon:
        """Return the icon in the colour of ``role`` (a field of ``Colours``)."""
        return self.tinted(name, getattr(self._theme.colours, role), points)

    def tinted(self, name: str, colour: str, points: int = 20) -> QIcon:
        """Return the icon in a colour of its own."""
        path = self._directory / f"{name}.svg"
        drawing = path.read_text(encoding="utf-8").replace("currentColor", colour)
        # For the finest screen there is; Qt makes it smaller on the others.
        finest = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
        return QIcon(draw_svg(drawing, points, ceil(finest)))

    def put(self, button: QAbstractButton, name: str, role: str = "text") -> None:
        """Give ``button`` an icon that follows the theme."""
        self._worn[button] = _Worn(name, role)
        button.setIcon(self.icon(name, role))

    def _redraw(self, _colours: object) -> None:
        for button, worn in list(self._worn.items()):
            button.setIcon(self.icon(worn.name, worn.role))


def draw_svg(drawing: str, points: int, scale: int) -> QPixmap:
    """Return an SVG as a square of ``points``, with ``scale`` pixels to the point."""
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415 - a library of its own, not needed to import this room

    pixmap = QPixmap(points * scale, points * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, points * scale, points * scale))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap
