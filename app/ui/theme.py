"""Light and dark: two sets of colour roles, followed live from the desktop or chosen by the user.

Qt's own ``setColorScheme`` does nothing on platforms without a theme, so both palettes are carried here. Widgets that
paint themselves ask ``Theme.colours`` while painting; those that hold coloured things listen to ``Theme.changed``.
"""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.services.settings import Theme as Choice
from app.ui.colours import DARK, LIGHT, Colours
from app.ui.style import style_sheet

FONT_FAMILY: Final = "Inter"
_LEAST_POINTS: Final = 10.0


def palette_of(colours: Colours) -> QPalette:
    """Return a Fusion palette in those colours."""
    palette = QPalette()
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    for name, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.field),
        (role.AlternateBase, colours.hover),
        (role.Text, colours.text),
        (role.Button, colours.panel),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.on_accent),
        (role.ToolTipBase, colours.panel),
        (role.ToolTipText, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Accent, colours.accent),
        (role.Link, colours.accent),
        (role.Light, colours.panel),
        (role.Midlight, colours.border),
        (role.Mid, colours.border),
        (role.Dark, colours.strong_border),
        (role.Shadow, colours.strong_border),
    ):
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, name, QColor(colours.muted))
    return palette


def load_fonts(directory: Path) -> bool:
    """Register the bundled font; return whether it is there (else the desktop's font is kept)."""
    found = [QFontDatabase.addApplicationFont(str(path)) for path in sorted(directory.glob("*.ttf"))]
    return bool(found) and all(number >= 0 for number in found)


def application_font(family: str | None, points: float) -> QFont:
    """Return the body font, at the desktop's own size."""
    font = QFont(family) if family else QFont()
    font.setPointSizeF(max(points, _LEAST_POINTS))
    return font


class Theme(QObject):
    """Holds the colours in force and repaints everything when they change.

    Args:
        dressed: whether the style sheet is put on at once. Widgets that are built under one are matched against it
            each time they are put into another; ``dress`` after building and before showing does it once.

    Signals:
        changed: the new ``Colours``.
    """

    changed = Signal(object)

    def __init__(
        self, application: QApplication, resources: Path, choice: Choice = Choice.SYSTEM, *, dressed: bool = True
    ) -> None:
        super().__init__(application)
        self._dressed = dressed
        self._application = application
        self._choice = choice
        self._resources = resources
        self._hints = application.styleHints()
        family = FONT_FAMILY if load_fonts(resources / "fonts") else None
        self._font = application_font(family, application.font().pointSizeF())
        application.setStyle("Fusion")
        application.setFont(self._font)
        self.colours = self._wanted()
        self._apply()
        self._hints.colorSchemeChanged.connect(self._follow)

    @property
    def choice(self) -> Choice:
        """What the user asked for."""
        return self._choice

    @property
    def points(self) -> float:
        """Size of the body text."""
        return self._font.pointSizeF()

    def dress(self, window: QWidget) -> None:
        """Put the style sheet on a window that is about to be shown, where that was left for later.

        What measures itself before it is shown, as columns do, measures with the sheet's sizes.
        """
        if not self._dressed:
            self._dressed = True
            self._put_sheet()
            for widget in window.findChildren(QWidget):
                widget.ensurePolished()

    def choose(self, choice: Choice) -> None:
        """Take another choice, at once."""
        self._choice = choice
        self._follow()

    def _wanted(self) -> Colours:
        if self._choice is Choice.SYSTEM:
            return DARK if self._hints.colorScheme() is Qt.ColorScheme.Dark else LIGHT
        return DARK if self._choice is Choice.DARK else LIGHT

    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted is self.colours:
            return
        self.colours = wanted
        self._apply()
        self.changed.emit(wanted)

    def _apply(self) -> None:
        self._application.setPalette(palette_of(self.colours))
        if self._dressed:
            self._put_sheet()

    def _put_sheet(self) -> None:
        self._application.setStyleSheet(style_sheet(self.colours, self.points, self._resources / "icons"))
