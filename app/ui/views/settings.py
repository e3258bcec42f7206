"""Settings: what the window shows and asks, and beside it how people are reached, the rules, and the watch.

Every field is saved when it is left, and says in words what it does now.
"""

from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from typing import Any, ClassVar, Final, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.domain.errors import AmountError
from app.domain.money import EXACT, parse_decimal
from app.services.desk import DeskSnapshot
from app.services.pricing_settings import SourceSetting
from app.services.settings import DropMode, Settings, Theme, Units
from app.ui.dialogs.fields import CheckField, ChoiceField, TypedField
from app.ui.formats import THIN, percent_text
from app.ui.live import ALL_TOPICS, Topic
from app.ui.view import View, Workbench
from app.ui.views.source_rows import setting_of, source_rows, source_text
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel

_MOST_WIDTH = 980
# Each is made when its tab is first opened.
_PANELS: Final = {
    "channels": ("Channels", "app.ui.views.alarm_setup_channels", "ChannelsPanel"),
    "rules": ("Rules", "app.ui.views.alarm_setup_rules", "RulesPanel"),
    "watching": ("Watching", "app.ui.views.alarm_setup_watching", "WatchingPanel"),
}
_TABS: Final = ("general", *_PANELS)
_DROP_WORDS = {
    DropMode.FIXED: "A fixed fall",
    DropMode.LAST_WEEK: "Last week's own fall",
    DropMode.SIGMAS: "A number of usual weeks",
}
_UNIT_WORDS = {Units.BTC: "BTC", Units.SATS: "sats"}
_THEME_WORDS = {Theme.SYSTEM: "As the desktop", Theme.LIGHT: "Light", Theme.DARK: "Dark"}


def read_percent(text: str, least: Decimal, most: Decimal) -> Decimal:
    """Return per cent as a fraction.

    Raises:
        AmountError: no number, or outside the bounds (fractions, too).
    """
    value = EXACT.divide(parse_decimal(text.replace("%", "").replace(",", ".").strip()), Decimal(100))
    if not least <= value <= most:
        msg = f"write per cent from {percent_text(least)} to {percent_text(most)}"
        raise AmountError(msg)
    return value


def read_whole(text: str, least: int, most: int) -> int:
    """Return a whole number.

    Raises:
        AmountError: it is none, or outside the bounds.
    """
    if not text.isdecimal() or not least <= int(text) <= most:
        msg = f"write a whole number from {least} to {most}"
        raise AmountError(msg)
    return int(text)


def read_number(text: str, least: Decimal, most: Decimal) -> Decimal:
    """Return a plain number.

    Raises:
        AmountError: it is none, or outside the bounds.
    """
    value = parse_decimal(text.replace(",", "."))
    if not least <= value <= most:
        msg = f"write a number from {least} to {most}"
        raise AmountError(msg)
    return value


class Panel(Protocol):
    """What a tab holds."""

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show another snapshot."""
        ...


class SettingsView(View):
    """Prices, drop test, display and loans on the first tab; channels, rules and the watch on their own.

    Its items are ``general``, ``channels``, ``rules`` and ``watching``.
    """

    key: ClassVar[str] = "settings"
    title: ClassVar[str] = "Settings"
    icon: ClassVar[str] = "settings"
    concerns: ClassVar[frozenset[Topic]] = ALL_TOPICS - {Topic.DISPLAY}

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.panels: dict[str, Panel] = {}
        page, self._page = _column()
        self._page.addWidget(PlainLabel("Every field is saved when you leave it.", tone="muted"))
        self._prices_card()
        self._drop_card()
        self._display_card()
        self._page.addStretch(1)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Parts of the settings")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self._stack = QStackedWidget()
        self.tabs.addTab("General")
        self._stack.addWidget(_scrolled(page, "General settings"))
        self._places: dict[str, QVBoxLayout] = {}
        for key, (words, _module, _class) in _PANELS.items():
            holder, self._places[key] = _column()
            self.tabs.addTab(words)
            self._stack.addWidget(_scrolled(holder, words))
        self.tabs.currentChanged.connect(self._turn)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 16, 0, 0)
        layout.setSpacing(6)
        heading = PlainLabel("Settings", size="headline")
        heading.setContentsMargins(22, 0, 22, 0)
        row = QHBoxLayout()
        row.setContentsMargins(10, 0, 22, 0)
        row.addWidget(self.tabs)
        row.addStretch(1)
        layout.addWidget(heading)
        layout.addLayout(row)
        layout.addWidget(self._stack, 1)

    def open_item(self, name: str) -> None:
        """Show the tab of that name."""
        if name in _TABS:
            self.tabs.setCurrentIndex(_TABS.index(name))

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show what is in force on the tab that is open."""
        self._show_general(snapshot)
        self._show_panel(snapshot)

    def _turn(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self._show_panel(self.bench.live.snapshot)

    def _show_panel(self, snapshot: DeskSnapshot) -> None:
        """Make the open tab's panel at its first visit, and show it."""
        key = _TABS[self.tabs.currentIndex()]
        if key not in _PANELS:
            return
        if key not in self.panels:
            _words, module, name = _PANELS[key]
            panel = getattr(import_module(module), name)(self.bench)
            self._places[key].addWidget(panel)
            panel.show()
            self.panels[key] = panel
        self.panels[key].refresh(snapshot)

    def _show_general(self, snapshot: DeskSnapshot) -> None:
        """Show the settings in force and what each source says now."""
        settings = snapshot.settings
        consensus = snapshot.consensus.get(settings.display_currency) or next(iter(snapshot.consensus.values()), None)
        self.asking.setText(
            f"Nobody is asked now: {snapshot.asking_off}." if snapshot.asking_off else "What each source says now:"
        )
        for row in self.rows:
            setting = setting_of(settings.prices, row.name)
            row.show_setting(setting, source_text(row.name, setting, consensus))
        self._set(self.interval, str(settings.prices.interval_seconds))
        self.mode.choose(settings.drop_mode)
        self._set(self.drop, percent_text(settings.drop).replace(f"{THIN}%", ""))
        self._set(self.sigmas, f"{settings.drop_sigmas.normalize():f}")
        self._set(self.sale_cost, percent_text(settings.sale_cost).replace(f"{THIN}%", ""))
        self._set(self.confirm, str(settings.confirm_age_days))
        self.currency.choose(settings.display_currency)
        self.units.choose(settings.units)
        self.theme_field.choose(settings.theme)
        self.tray.setChecked(settings.close_to_tray)
        self.drop.show_editor(shown=settings.drop_mode is not DropMode.SIGMAS)
        self.sigmas.show_editor(shown=settings.drop_mode is DropMode.SIGMAS)
        self.effect.setText(
            f"Now each loan is taken through a fall of {percent_text(snapshot.figures.drop, 1)}. "
            "Where history is too short, the fixed fall is used."
        )

    def _prices_card(self) -> None:
        card = Card("Prices", "several exchanges, one of which cannot mislead you")
        self.asking = PlainLabel("", tone="muted")
        card.body.addWidget(self.asking)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        self.rows = source_rows(grid, self._source_changed)
        card.body.addLayout(grid)
        card.body.addWidget(PlainLabel("Data provided by CoinGecko and the exchanges above.", tone="muted"))
        row = QHBoxLayout()
        self.interval = TypedField(
            "Seconds between checks",
            lambda text: read_whole(text, 1, 86_400),
            hint="Checked more often when a loan is close to a trigger.",
        )
        self.interval.setMaximumWidth(360)
        self._commit(self.interval, lambda value, s: replace(s, prices=replace(s.prices, interval_seconds=value)))
        row.addWidget(self.interval)
        row.addStretch(1)
        row.addWidget(Button("Ask now", self.bench.ask_now), 0, Qt.AlignmentFlag.AlignBottom)
        card.body.addSpacing(6)
        card.body.addLayout(row)
        self._page.addWidget(card)

    def _drop_card(self) -> None:
        card = Card("Weekly drop test", "the fall that each loan has to stand")
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        self.mode = ChoiceField("Which fall", _DROP_WORDS)
        self.mode.edited.connect(lambda: self._save(lambda s: replace(s, drop_mode=self.mode.value)))
        low, high = Decimal("0.01"), Decimal("0.90")
        self.drop = TypedField("Fixed fall, in %", lambda text: read_percent(text, low, high))
        self._commit(self.drop, lambda value, s: replace(s, drop=value))
        self.sigmas = TypedField(
            "Usual weeks (standard deviations)", lambda text: read_number(text, Decimal("0.5"), Decimal(6))
        )
        self._commit(self.sigmas, lambda value, s: replace(s, drop_sigmas=value))
        self.sale_cost = TypedField(
            "Cost of selling bitcoin, in %", lambda text: read_percent(text, Decimal(0), Decimal("0.2"))
        )
        self._commit(self.sale_cost, lambda value, s: replace(s, sale_cost=value))
        grid.addWidget(self.mode, 0, 0)
        grid.addWidget(self.drop, 0, 1)
        grid.addWidget(self.sigmas, 0, 1)
        grid.addWidget(self.sale_cost, 0, 2)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        card.body.addLayout(grid)
        self.effect = PlainLabel("", tone="muted", wraps=True)
        card.body.addWidget(self.effect)
        self._page.addWidget(card)

    def _display_card(self) -> None:
        card = Card("Display and window")
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        codes = {code: code for code in self.bench.live.snapshot.settings.prices.currencies}
        self.currency = ChoiceField("Prices are shown in", codes)
        self.units = ChoiceField("Bitcoin is shown in", _UNIT_WORDS)
        self.theme_field = ChoiceField("Colours", _THEME_WORDS)
        self.currency.edited.connect(lambda: self._save(lambda s: replace(s, display_currency=self.currency.value)))
        self.units.edited.connect(lambda: self._save(lambda s: replace(s, units=self.units.value)))
        self.theme_field.edited.connect(lambda: self._save(lambda s: replace(s, theme=self.theme_field.value)))
        self.confirm = TypedField(
            "Ask to confirm a contract's terms after days", lambda text: read_whole(text, 1, 3_650)
        )
        self._commit(self.confirm, lambda value, s: replace(s, confirm_age_days=value))
        self.tray = CheckField("Closing the window leaves Plimsoll watching in the tray")
        self.tray.clicked.connect(lambda: self._save(lambda s: replace(s, close_to_tray=self.tray.isChecked())))
        fields: tuple[QWidget, ...] = (self.currency, self.units, self.theme_field)
        for column, field in enumerate(fields):
            grid.addWidget(field, 0, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(self.confirm, 1, 0)
        grid.addWidget(self.tray, 1, 1, 1, 2, Qt.AlignmentFlag.AlignVCenter)
        card.body.addLayout(grid)
        self._page.addWidget(card)

    def _source_changed(self, name: str, setting: SourceSetting) -> None:
        def change(settings: Settings) -> Settings:
            sources = {**settings.prices.sources, name: setting}
            return replace(settings, prices=replace(settings.prices, sources=sources))

        self._save(change)

    def _commit(self, field: TypedField[Any], change: Any) -> None:
        """Save the field's value when it is left, if it can be read and differs."""
        line = field.editor
        if not isinstance(line, QLineEdit):
            return

        def leave() -> None:
            if not field.check() and (value := field.read()) is not None:
                self._save(lambda settings: change(value, settings))

        line.editingFinished.connect(leave)

    def _save(self, change: Any) -> None:
        before = self.bench.live.snapshot.settings
        after: Settings = change(before)
        if after != before:
            self.bench.requests.change_settings(settings=after)

    def _set(self, field: TypedField[Any], text: str) -> None:
        if not field.editor.hasFocus() and field.text != text:
            field.set_text(text)


def _column() -> tuple[QWidget, QVBoxLayout]:
    """Return a page of a readable width, and its column."""
    page = QWidget()
    page.setObjectName("page")
    page.setMaximumWidth(_MOST_WIDTH)
    column = QVBoxLayout(page)
    column.setContentsMargins(22, 14, 22, 16)
    column.setSpacing(12)
    return page, column


def _scrolled(page: QWidget, name: str) -> QScrollArea:
    holder = QScrollArea()
    holder.setWidgetResizable(True)
    holder.setFrameShape(QFrame.Shape.NoFrame)
    holder.setWidget(page)
    holder.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    holder.setAccessibleName(name)
    holder.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return holder
