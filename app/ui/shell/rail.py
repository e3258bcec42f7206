"""The rail at the left: the screens with icon, word and count, and the book's name."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.ui.icons import Icons
from app.ui.plain_tips import plain_tip
from app.ui.theme import Theme
from app.ui.widgets.labels import ElidedLabel, PlainLabel

KEY_REASONS: Final = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class RailItem(NamedTuple):
    """A screen as the rail shows it; ``shortcut`` is told in its tooltip."""

    key: str
    title: str
    icon: str
    shortcut: str
    at_bottom: bool = False


class RailButton(QAbstractButton):
    """One screen: icon, word and, where something waits there, a count."""

    def __init__(self, item: RailItem, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self.item = item
        self._theme = theme
        self._icons = icons
        self._count = 0
        self._by_key = False
        self.setCheckable(True)
        self.setText(item.title)
        self.setToolTip(plain_tip(f"{item.title} ({item.shortcut})"))
        self.setAccessibleName(item.title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._recolour)

    def show_count(self, count: int) -> None:
        """Show how many things wait; 0 shows nothing."""
        self._count = count
        self.setAccessibleName(f"{self.item.title}, {count} open" if count else self.item.title)
        self.update()

    def _recolour(self, _colours: object) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        """A line of text with room around it."""
        metrics = QFontMetricsF(self.font())
        return QSize(int(metrics.horizontalAdvance(self.text())) + 90, int(metrics.height()) + 18)

    def minimumSizeHint(self) -> QSize:
        """No word is ever cut."""
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember whether the keyboard brought the focus; a click shows no ring."""
        self._by_key = event.reason() in KEY_REASONS
        super().focusInEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, icon, word, count and the focus."""
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.hasFocus() and self._by_key:
            painter.setPen(QPen(QColor(colours.accent), 2))
        elif self.isChecked():
            painter.setPen(QPen(QColor(colours.border), 1))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        ground = colours.panel if self.isChecked() else colours.hover if self.underMouse() else None
        painter.setBrush(QColor(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 6, 6)
        role = "text" if self.isChecked() else "muted"
        icon = self._icons.icon(self.item.icon, "accent" if self.isChecked() else "muted")
        icon.paint(painter, 10, (self.height() - 20) // 2, 20, 20)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(getattr(colours, role)))
        painter.drawText(box.adjusted(37, 0, -6, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._count:
            self._paint_count(painter, box)
        painter.end()

    def _paint_count(self, painter: QPainter, box: QRectF) -> None:
        look = self._theme.colours.demo, self._theme.colours.on_demo
        font = QFont(self.font())
        font.setPointSizeF(self.font().pointSizeF() * 0.88)
        font.setWeight(QFont.Weight.Bold)
        metrics = QFontMetricsF(font)
        text = str(self._count)
        width = max(metrics.horizontalAdvance(text) + 12, metrics.height() + 2)
        pill = QRectF(box.right() - width - 8, box.center().y() - metrics.height() / 2 - 1, width, metrics.height() + 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look[0]))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setFont(font)
        painter.setPen(QColor(look[1]))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)


class Rail(QWidget):
    """All screens, top and bottom, and which book this is."""

    def __init__(self, items: Sequence[RailItem], theme: Theme, icons: Icons, go: Callable[[str], None]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Screens")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._theme = theme
        self._icons = icons
        self._group = QButtonGroup(self)
        self.buttons: dict[str, RailButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 12, 10, 12)
        layout.setSpacing(2)
        layout.addLayout(self._brand())
        layout.addSpacing(10)
        for item in items:
            if not item.at_bottom:
                layout.addWidget(self._button(item, go))
        layout.addStretch(1)
        for item in items:
            if item.at_bottom:
                layout.addWidget(self._button(item, go))
        self.book = ElidedLabel("", size="small", tone="muted")
        self.book.setContentsMargins(10, 4, 4, 0)
        layout.addWidget(self.book)
        theme.changed.connect(self._recolour)

    def show_current(self, key: str) -> None:
        """Mark the screen that is shown."""
        if key in self.buttons:
            self.buttons[key].setChecked(True)

    def _brand(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(8)
        self._mark = PlainLabel("")
        self._mark.setAccessibleName("Plimsoll")
        name = PlainLabel("Plimsoll", size="brand")
        row.addWidget(self._mark)
        row.addWidget(name)
        row.addStretch(1)
        self._recolour(None)
        return row

    def _recolour(self, _colours: object) -> None:
        icon = self._icons.icon("mark", "text", 22)
        mark: QLabel = self._mark
        mark.setPixmap(icon.pixmap(QSize(22, 22), self.devicePixelRatioF()))

    def _button(self, item: RailItem, go: Callable[[str], None]) -> RailButton:
        button = RailButton(item, self._theme, self._icons)
        button.clicked.connect(lambda _checked=False, key=item.key: go(key))
        self._group.addButton(button)
        self.buttons[item.key] = button
        return button
