"""The bar above every screen: the price, how it moved, who says so, who watches, and in which money."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from app.domain.quotes import PriceLookup, Quote
from app.services.desk import DeskSnapshot
from app.services.ports import Clock
from app.ui.formats import NOT_KNOWN, THIN, move_text
from app.ui.icons import Icons
from app.ui.levels import SHAPES
from app.ui.plain_tips import plain_tip
from app.ui.pulse import PulseState
from app.ui.shell.sentences import agreement_text, price_detail, shown_price, watch_state
from app.ui.theme import Theme
from app.ui.widgets.buttons import IconButton
from app.ui.widgets.figures import steady_figures
from app.ui.widgets.labels import ElidedLabel, PlainLabel, Tone


class TopBar(QWidget):
    """Shows the price of the snapshot in the display currency; its age is told anew every second."""

    def __init__(
        self,
        theme: Theme,
        icons: Icons,
        clock: Clock,
        lookup: Callable[[str], PriceLookup],
        ask_now: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Price")
        self._theme = theme
        self._clock = clock
        self._lookup = lookup
        self._snapshot: DeskSnapshot | None = None
        self._state = PulseState()
        self._currency_actions: list[QAction] = []
        layout = QHBoxLayout(self)
        layout.setContentsMargins(22, 8, 14, 8)
        layout.setSpacing(16)
        self.price = PlainLabel("BTC —", size="figure")
        self.day = PlainLabel("")
        self.week = PlainLabel("")
        self.agreement = ElidedLabel("", tone="muted")
        self.watching = PlainLabel("", tone="muted")
        for label in (self.price, self.day, self.week, self.agreement, self.watching):
            steady_figures(label)
        for label in (self.price, self.day, self.week):
            layout.addWidget(label)
        layout.addWidget(self.agreement, 1)
        layout.addWidget(self.watching)
        row = QHBoxLayout()
        row.setSpacing(4)
        self.ask_button = IconButton(icons, "refresh", "Ask for prices now (F5)", ask_now)
        self.currency = QToolButton()
        self.currency.setToolTip(plain_tip("Money that prices are shown in"))
        self.menu_button = IconButton(icons, "menu", "Menu")
        for button in (self.currency, self.menu_button):
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row.addWidget(self.ask_button)
        row.addWidget(self.currency)
        row.addWidget(self.menu_button)
        layout.addLayout(row)

    def set_currencies(self, currencies: Sequence[str], choose: Callable[[str], None]) -> None:
        """Offer these currencies."""
        menu = QMenu(self.currency)
        menu.setAccessibleName("Money that prices are shown in")
        for code in currencies:
            action = QAction(code, menu)
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, code=code: choose(code))
            menu.addAction(action)
            self._currency_actions.append(action)
        self.currency.setMenu(menu)

    def show_snapshot(self, snapshot: DeskSnapshot) -> None:
        """Show a new snapshot."""
        self._snapshot = snapshot
        code = snapshot.settings.display_currency
        self.currency.setText(f"{code} ▼")
        self.currency.setAccessibleName(f"Prices are shown in {code}")
        for action in self._currency_actions:
            action.setChecked(action.text() == code)
        lookup = self._price_of(snapshot)
        self.price.setText(shown_price(snapshot, lookup))
        self.price.set_tone("text" if isinstance(lookup, Quote) else "muted")
        self.price.setToolTip(plain_tip(price_detail(snapshot.consensus.get(code))))
        for label, ratio, span in (
            (self.day, snapshot.moves.day, f"24{THIN}h"),
            (self.week, snapshot.moves.week, f"7{THIN}d"),
        ):
            text = move_text(ratio)
            label.setText("" if text == NOT_KNOWN else f"{text} {span}")
            label.setVisible(text != NOT_KNOWN)
            tone: Tone = "muted" if not ratio else "sale" if ratio < 0 else "safe"
            label.set_tone(tone)
            label.setAccessibleName(f"{'down' if (ratio or 0) < 0 else 'up'} {text[2:]} in {span}")
        self.tick()

    def show_pulse(self, state: PulseState) -> None:
        """Show what the heartbeat does."""
        self._state = state
        self.ask_button.setEnabled(not state.asking)
        self.tick()

    def tick(self) -> None:
        """Tell ages anew."""
        snapshot = self._snapshot
        if snapshot is None:
            return
        code = snapshot.settings.display_currency
        now = snapshot.judged_at if snapshot.asking_off else self._clock.now()
        text = agreement_text(snapshot.consensus.get(code), self._price_of(snapshot), now)
        if text != self.agreement.whole:
            self.agreement.set_whole(text)
        left = None if self._state.due is None else self._state.due - self._clock.monotonic()
        watch = watch_state(snapshot, left, asking=self._state.asking)
        words = f"{SHAPES[watch.level]} {watch.words}"
        if words != self.watching.text():
            self.watching.setText(words)
            self.watching.setToolTip(plain_tip(watch.detail))
            self.watching.set_tone("call" if watch.trouble else "muted")

    def _price_of(self, snapshot: DeskSnapshot) -> PriceLookup:
        code = snapshot.settings.display_currency
        return snapshot.figures.prices.get(code) or self._lookup(code)
