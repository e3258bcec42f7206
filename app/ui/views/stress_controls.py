"""What a fall is asked for with: sliders, a typed fall, buttons for known falls, past episodes, a path of one's own."""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QHBoxLayout, QLineEdit, QMenu, QSlider, QVBoxLayout, QWidget

from app.domain.errors import InputError
from app.risk.episodes import Episodes
from app.risk.stress_result import Policy
from app.ui.charts.replay_plan import menu_words
from app.ui.formats import NOT_KNOWN
from app.ui.models.stress_asked import (
    DEEPEST,
    LONGEST,
    TIMELESS,
    Asked,
    Preset,
    days_words,
    fall_text,
    move_words,
    slider_place,
    typed_fall,
)
from app.ui.plain_tips import plain_tip
from app.ui.views.plan_frame import FlowGrid
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel, repolish

_TENTHS: Final = Decimal("0.001")
_GROUP_WIDTH: Final = 236
TYPED_HINT: Final = "−20 % or 56k"


class TypedFall(QLineEdit):
    """A field that is read when it is left or Enter is pressed.

    Signals:
        left: the keyboard went elsewhere.
    """

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that it is left."""
        super().focusOutEvent(event)
        self.left.emit()


class TwoRows(QWidget):
    """Two rows of buttons in one line where they fit beside each other, else one below the other."""

    def __init__(self, first: QHBoxLayout, second: QHBoxLayout) -> None:
        super().__init__()
        self._rows = (first, second)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(6)
        for row in self._rows:
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
        self._line.addLayout(first, 1)
        self._line.addLayout(second)

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of the wider row only."""
        widest = max(row.sizeHint().width() for row in self._rows)
        return QSize(widest, self._line.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the width that there is."""
        super().resizeEvent(event)
        self.arrange()

    def event(self, event: QEvent) -> bool:
        """Buttons that want another width may want another line."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.arrange()
        return super().event(event)

    def arrange(self) -> None:
        """Stand beside each other, or below."""
        asked = sum(row.sizeHint().width() for row in self._rows) + self._line.spacing()
        beside = asked <= self.width()
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if way is not self._line.direction():
            self._line.setDirection(way)
            self.updateGeometry()


class StressControls(Card):
    """The controls.

    Signals:
        asked_changed: the ``Asked`` that a person has set.
        own_wanted: a path of one's own is to be typed.
    """

    asked_changed = Signal(object)
    own_wanted = Signal()

    def __init__(self, episodes: Episodes) -> None:
        super().__init__()
        self.body.setContentsMargins(14, 8, 14, 8)
        self.setAccessibleName("What falls, how far, how fast")
        self.asked = Asked()
        self._price: Decimal | None = None
        self._currency = "USD"
        self._presets: tuple[Preset, ...] = ()
        self.preset_buttons: list[Button] = []
        self.comes_to = PlainLabel("", tone="muted")
        self.fall = _slider("Price move", 0, int(DEEPEST * 1000), 10, 50)
        self.typed = TypedFall()
        self.wrong = PlainLabel("", size="small", tone="sale", wraps=True)
        self.over = PlainLabel("", tone="muted")
        self.days = _slider("Over how many days", TIMELESS, LONGEST, 1, 7)
        self.cure = Button("Every call", partial(self._policy, Policy.CURE), name="Top-ups: every call")
        self.idle = Button("None", partial(self._policy, Policy.NONE), name="Top-ups: none")
        self.interest = QCheckBox("Interest accrues")
        self.accrued = PlainLabel("", tone="muted")
        self.replay = Button("Replay a past fall …")
        self.own = Button("Own path …", self.own_wanted.emit)
        self._offer(episodes)
        self._lay_out()
        self._wire()

    def show_market(self, price: Decimal, currency: str, offered: tuple[Preset, ...]) -> None:
        """Show another price of today, and the falls that are offered."""
        self._price, self._currency = price, currency
        if offered != self._presets:
            self._presets = offered
            for button in self.preset_buttons:
                self._falls.removeWidget(button)
                button.setParent(None)
                button.deleteLater()
            self.preset_buttons = [self._preset(preset) for preset in offered]
            for place, button in enumerate(self.preset_buttons):
                self._falls.insertWidget(place, button)
            self._rows.arrange()
        self.show_asked(self.asked)

    def show_asked(self, asked: Asked) -> None:
        """Show what is asked, without asking again."""
        self.asked = asked
        days = TIMELESS if asked.days is None else asked.days
        for slider, value in ((self.fall, slider_place(asked)), (self.days, days)):
            with QSignalBlocker(slider):
                slider.setValue(value)
        with QSignalBlocker(self.interest):
            self.interest.setChecked(asked.interest)
        words = NOT_KNOWN if self._price is None else move_words(asked, self._price, self._currency)
        self.comes_to.setText(words)
        self.fall.setAccessibleDescription(words)
        along = asked.path is not None
        self.over.setText(f"{days_words(int(asked.path.days))}, its own" if asked.path else days_words(asked.days))
        self.days.setAccessibleDescription(self.over.text())
        self.days.setEnabled(not along)
        self.cure.setChecked(asked.policy is Policy.CURE)
        self.idle.setChecked(asked.policy is Policy.NONE)
        for preset, button in zip(self._presets, self.preset_buttons, strict=True):
            button.setChecked(not along and asked.to_price is None and preset.drop == asked.drop)
        if not self.typed.hasFocus():
            self._show_typed()

    def show_interest(self, words: str) -> None:
        """Show what the interest comes to."""
        self.accrued.setText(words)

    def set_answerable(self, *, on: bool) -> None:
        """Let everything be set, or nothing where there is no price to fall from."""
        for widget in (self.fall, self.typed, self.days, self.cure, self.idle, self.interest, self.replay, self.own):
            widget.setEnabled(on)
        for button in self.preset_buttons:
            button.setEnabled(on)
        if on:
            self.days.setEnabled(self.asked.path is None)

    def show_unknown(self) -> None:
        """Show no price where there is none to fall from."""
        self.comes_to.setText(NOT_KNOWN)
        self.fall.setAccessibleDescription("no price")
        self.accrued.setText("")

    def ask(self, asked: Asked) -> None:
        """Show and ask."""
        self._complain("")
        self.show_asked(asked)
        self.asked_changed.emit(asked)

    def _wire(self) -> None:
        self.fall.valueChanged.connect(lambda value: self.ask(self.asked.fall(value * _TENTHS)))
        self.days.valueChanged.connect(
            lambda value: self.ask(replace(self.asked, days=None if value == TIMELESS else value))
        )
        self.interest.toggled.connect(lambda on: self.ask(replace(self.asked, interest=on)))
        self.typed.returnPressed.connect(self._read)
        self.typed.left.connect(self._leave)

    def _policy(self, policy: Policy) -> None:
        self.ask(replace(self.asked, policy=policy))

    def _read(self) -> None:
        if self._price is None:
            return
        try:
            asked = typed_fall(self.typed.text(), self.asked, self._price, self._currency)
        except InputError as error:
            self._complain(f"{error}.")
            return
        self.ask(asked)
        self._show_typed()
        self.typed.selectAll()

    def _leave(self) -> None:
        """Read what was typed; what cannot be read stays, with its sentence."""
        if self.typed.isModified():
            self._read()
        if not self.wrong.text():
            self._show_typed()

    def _complain(self, words: str) -> None:
        self.wrong.setText(words[:1].upper() + words[1:])
        self.wrong.setVisible(bool(words))
        self.typed.setAccessibleDescription(words)
        if self.typed.property("wrong") != bool(words):
            self.typed.setProperty("wrong", bool(words))
            repolish(self.typed)

    def _show_typed(self) -> None:
        self.typed.setText(fall_text(self.asked.drop) if self.asked.drop and self.asked.to_price is None else "")
        if self.asked.to_price is not None:
            self.typed.setText(f"{self.asked.to_price.normalize():f}")
        self.typed.setModified(False)

    def _preset(self, preset: Preset) -> Button:
        button = Button(preset.words, lambda: self.ask(self.asked.fall(preset.drop)))
        button.setCheckable(True)
        return button

    def _offer(self, episodes: Episodes) -> None:
        menu = QMenu(self.replay)
        menu.setAccessibleName("Past falls")
        for item in reversed(episodes.items):
            action = QAction(menu_words(item).replace("&", "&&"), menu)
            action.triggered.connect(lambda _on=False, path=item.path: self.ask(self.asked.along(path)))
            menu.addAction(action)
        self.replay.setMenu(menu)
        self.replay.setToolTip(plain_tip("A fall of the past, from today's price, with its lows within the day"))

    def _lay_out(self) -> None:
        self.typed.setPlaceholderText(TYPED_HINT)
        self.typed.setAccessibleName("Fall in per cent, or the price it ends at")
        self.typed.setToolTip(plain_tip(f"Type a fall or a price, like {TYPED_HINT}, and press Enter"))
        self.typed.setFixedWidth(self.fontMetrics().horizontalAdvance("−88.8 % or 888k") + 18)
        self.wrong.hide()
        for button in (self.cure, self.idle):  # no group: in one, Tab reaches the chosen button alone
            button.setCheckable(True)
        move = QHBoxLayout()
        move.setSpacing(10)
        move.addWidget(self.fall, 1)
        move.addWidget(self.typed)
        top_ups = QHBoxLayout()
        top_ups.setSpacing(6)
        top_ups.addWidget(self.cure)
        top_ups.addWidget(self.idle)
        top_ups.addStretch(1)
        over = QHBoxLayout()
        over.addWidget(self.days)
        interest = QHBoxLayout()
        interest.addWidget(self.interest)
        interest.addStretch(1)
        aside = PlainLabel("from free BTC", tone="muted")
        grid = FlowGrid(_GROUP_WIDTH)
        grid.show_items(
            (
                _group("Price move", self.comes_to, move),
                _group("Over", self.over, over),
                _group("Top-ups", aside, top_ups),
                _group("Interest", self.accrued, interest),
            )
        )
        self.body.addWidget(grid)
        self.body.addWidget(self.wrong)
        self._falls = QHBoxLayout()
        self._falls.addStretch(1)
        others = QHBoxLayout()
        for button in (self.replay, self.own):
            others.addWidget(button)
        others.addStretch(1)
        self._rows = TwoRows(self._falls, others)
        self.body.addWidget(self._rows)


def _slider(name: str, least: int, most: int, step: int, page: int) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(least, most)
    slider.setSingleStep(step)
    slider.setPageStep(page)
    slider.setAccessibleName(name)
    slider.setMinimumWidth(90)
    return slider


def _group(title: str, aside: PlainLabel, below: QHBoxLayout) -> QWidget:
    """Return a heading with a figure at its right, and a control below."""
    group = QWidget()
    layout = QVBoxLayout(group)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(3)
    head = QHBoxLayout()
    head.addWidget(PlainLabel(title, size="title"))
    head.addStretch(1)
    aside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    head.addWidget(aside)
    layout.addLayout(head)
    below.setContentsMargins(0, 0, 0, 0)
    below.addStrut(30)
    layout.addLayout(below)
    return group
