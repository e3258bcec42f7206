"""The two pictures of the Stress screen in their cards: made after the first paint, told what to show."""

from collections.abc import Collection
from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSplitter, QStackedLayout, QWidget

from app.risk.episodes import Episodes
from app.ui.charts.ltv_curves import LtvCurvesChart
from app.ui.charts.ltv_curves_plan import CurveBasis, Curves, axis_end, ltv_curves
from app.ui.charts.replay import ReplayChart
from app.ui.charts.replay_plan import FIRST_SHOWN, Fall, falls_of, menu_words, replay
from app.ui.levels import SHAPES, Level
from app.ui.models.stress_asked import Asked, move_words
from app.ui.theme import Theme
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel

MOST_SHOWN: Final = 8
_LEAST_HEIGHT: Final = 196


class StressPictures(QSplitter):
    """The pictures, side by side.

    Signals:
        price_moved: the ``PointedPrice`` that the line was dragged to.
        released: the line was let go.
        episode_chosen: the key of a past fall that is to be reckoned.
    """

    price_moved = Signal(object)
    released = Signal()
    episode_chosen = Signal(str)

    def __init__(self, theme: Theme, episodes: Episodes) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._episodes = episodes
        self._shown: set[str] = set(FIRST_SHOWN)
        self._falls: tuple[tuple[object, ...], tuple[Fall, ...]] = ((), ())
        self._curves: tuple[object, Decimal, Curves] | None = None
        self._now: tuple[Asked, CurveBasis, Decimal | None] | None = None
        self.curves = LtvCurvesChart(theme)
        self.replay = ReplayChart(theme)
        self.which = Button("", kind="normal", name="Which past falls are shown")
        self._left, left_stack = _card("LTV as the price falls", self.curves)
        self._right, right_stack = _card("Past falls replayed on today's book", self.replay)
        self._stacks = (left_stack, right_stack)
        self.empty = (self._left.findChild(PlainLabel, "empty"), self._right.findChild(PlainLabel, "empty"))
        self._right.head.addWidget(self.which)
        self._offer()
        self.setChildrenCollapsible(False)
        self.setHandleWidth(12)
        self.addWidget(self._left)
        self.addWidget(self._right)
        self.setStretchFactor(0, 5)
        self.setStretchFactor(1, 4)
        self.setSizes([560, 440])
        self.curves.moved.connect(self.price_moved)
        self.curves.released.connect(self._let_go)
        self.replay.chosen.connect(self.episode_chosen)

    def show_asked(self, asked: Asked, basis: CurveBasis, exhausted: Decimal | None) -> None:
        """Show what is asked; nothing is reckoned for it. ``exhausted`` is where the free bitcoin ends, if known."""
        self._now = (asked, basis, exhausted)
        positions = basis.positions
        plan = self._plan_of(basis, asked)
        self.curves.show_curves(plan)
        words = move_words(asked, positions.price, positions.currency)
        stressed = float(asked.stressed(positions.price))
        self.curves.show_price(stressed, words)
        self._left.aside.set_whole(f"{SHAPES[Level.CALL]} called   {SHAPES[Level.SALE]} forced sale   {plan.subtitle}")
        for stack in self._stacks:
            stack.setCurrentIndex(1)
        self._draw_falls(asked, basis, exhausted)

    def show_nothing(self, words: str) -> None:
        """Show why there is nothing to draw."""
        self._now = self._curves = None
        self._left.aside.set_whole("")
        self.which.hide()
        for label, stack in zip(self.empty, self._stacks, strict=True):
            if isinstance(label, PlainLabel):
                label.setText(words)
            stack.setCurrentIndex(0)

    def show_falls(self, keys: Collection[str]) -> None:
        """Show these past falls."""
        self._shown = set(keys)
        for action in self._actions:
            action.setChecked(action.data() in self._shown)
        self._draw_again()

    def _plan_of(self, basis: CurveBasis, asked: Asked) -> Curves:
        """Return the left picture; its axis stands still while the line is dragged."""
        kept, end = self._curves, axis_end(asked.depth)
        if kept is not None and kept[0] is basis and (self.curves.dragging or kept[1] == end):
            return kept[2]
        plan = ltv_curves(basis, asked.depth)
        self._curves = (basis, end, plan)
        return plan

    def _draw_falls(self, asked: Asked, basis: CurveBasis, exhausted: Decimal | None) -> None:
        positions = basis.positions
        keys = frozenset(self._shown | ({asked.path.key} if asked.path is not None else set()))
        held = (keys, positions.price, positions.currency)
        if self._falls[0] != held:
            self._falls = (held, falls_of(self._episodes, keys, positions.price, positions.currency))
        plan = replay(
            self._falls[1],
            len(self._episodes.items),
            positions.price,
            positions.currency,
            asked=asked.straight(positions.price),
            first_call=basis.first_call,
            exhausted=exhausted,
        )
        self.replay.show_replay(plan)
        self.which.setText(plan.subtitle)
        self.which.show()

    def _let_go(self) -> None:
        self._draw_again()
        self.released.emit()

    def _draw_again(self) -> None:
        if self._now is not None:
            self.show_asked(*self._now)

    def _offer(self) -> None:
        menu = QMenu(self.which)
        menu.setAccessibleName("Past falls that are shown")
        self._actions: list[QAction] = []
        for item in reversed(self._episodes.items):
            action = QAction(menu_words(item).replace("&", "&&"), menu)
            action.setData(item.key)
            action.setCheckable(True)
            action.setChecked(item.key in self._shown)
            action.toggled.connect(lambda on, key=item.key: self._toggle(key, on=on))
            menu.addAction(action)
            self._actions.append(action)
        self.which.setMenu(menu)

    def _toggle(self, key: str, *, on: bool) -> None:
        if on:
            self._shown.add(key)
        else:
            self._shown.discard(key)
        full = len(self._shown) >= MOST_SHOWN
        for action in self._actions:
            action.setEnabled(action.isChecked() or not full)
        self._draw_again()


def _card(title: str, chart: QWidget) -> tuple[Card, QStackedLayout]:
    card = Card(title, " ")
    empty = PlainLabel("", tone="muted", wraps=True)
    empty.setObjectName("empty")
    empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
    holder = QWidget()
    stack = QStackedLayout(holder)
    stack.addWidget(empty)
    stack.addWidget(chart)
    card.body.setContentsMargins(14, 8, 10, 6)
    holder.setMinimumHeight(_LEAST_HEIGHT)
    card.body.addWidget(holder, 1)
    return card, stack
