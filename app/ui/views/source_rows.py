"""The price sources on the settings screen: each with what it says now, whether it is asked, and where."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from app.domain.errors import InputError
from app.domain.quotes import Consensus, SourceVerdict, Verdict
from app.services.base_urls import check_base_url
from app.services.pricing_settings import SOURCE_KEYS, PriceSettings, SourceSetting
from app.services.settings import source_default
from app.ui.formats import age_text, price_text
from app.ui.plain_tips import plain_tip
from app.ui.widgets.labels import ElidedLabel, PlainLabel, Tone, repolish

TITLES: Final = {
    "kraken": "Kraken",
    "coinbase": "Coinbase Exchange",
    "bitstamp": "Bitstamp",
    "bitfinex": "Bitfinex",
    "gemini": "Gemini",
    "coingecko": "CoinGecko",
    "mempool": "mempool.space",
    "frankfurter": "Frankfurter (currencies)",
}
_WORDS: Final[dict[Verdict, tuple[str, Tone]]] = {
    Verdict.USED: ("● used", "safe"),
    Verdict.OUTLIER: ("▲ far from the others", "call"),
    Verdict.REJECTED: ("◆ not taken", "call"),
    Verdict.FAILED: ("◆ no answer", "call"),
    Verdict.OFF: ("○ off", "muted"),
}


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source's part in the newest round, in words."""

    verdict: str
    tone: Tone
    price: str
    detail: str


def source_text(name: str, setting: SourceSetting, consensus: Consensus | None) -> SourceText:
    """Return what a source says now."""
    if not setting.enabled:
        return SourceText("○ off", "muted", "", "This source is not asked.")
    found = next((s for s in consensus.sources if s.name == name), None) if consensus is not None else None
    if found is None:
        reason = (
            "Asked only for currencies that have no pair of their own." if name == "frankfurter" else "Not asked yet."
        )
        return SourceText("○ not needed" if name == "frankfurter" else "○ not asked yet", "muted", "", reason)
    words, tone = _WORDS[found.verdict]
    reason = found.reason.replace("_", " ")
    return SourceText(words, tone, _price(found, consensus), f"{words[2:].capitalize()}: {reason}." if reason else "")


def _price(source: SourceVerdict, consensus: Consensus | None) -> str:
    if source.price is None or consensus is None:
        return ""
    age = f" · {age_text(source.age_seconds)}" if source.age_seconds is not None else ""
    return f"{price_text(source.price, consensus.currency)}{age}"


class SourceRow:
    """The widgets of one source, put into a grid that others share."""

    def __init__(self, name: str, grid: QGridLayout, line: int, changed: Callable[[str, SourceSetting], None]) -> None:
        self.name = name
        self._changed = changed
        self._shown = source_default(name)
        title = TITLES[name]
        self.enabled = QCheckBox(title)
        self.enabled.setAccessibleName(f"Ask {title}")
        self.verdict = PlainLabel("")
        self.price = ElidedLabel("", tone="muted")
        self.address = QLineEdit()
        self.address.setAccessibleName(f"Address of {title}")
        self.address.setPlaceholderText(self._shown.base_url)
        self.address.setMinimumWidth(220)
        cells: tuple[QWidget, ...] = (self.enabled, self.verdict, self.price, self.address)
        for column, widget in enumerate(cells):
            grid.addWidget(widget, line, column)
        self.enabled.clicked.connect(self._take)
        self.address.editingFinished.connect(self._take)

    def show_setting(self, setting: SourceSetting, text: SourceText) -> None:
        """Show a source as it is set and what it says."""
        self._shown = setting
        self.enabled.setChecked(setting.enabled)
        if not self.address.hasFocus():
            self.address.setText(setting.base_url)
            self._mark("")
        self.verdict.setText(text.verdict)
        self.verdict.set_tone(text.tone)
        self.verdict.setToolTip(plain_tip(text.detail))
        self.verdict.setAccessibleDescription(text.detail)
        self.price.set_whole(text.price)

    def _take(self) -> None:
        typed = self.address.text().strip() or source_default(self.name).base_url
        try:
            address = check_base_url(typed, TITLES[self.name])
        except InputError as error:
            self._mark(str(error))
            return
        self._mark("")
        setting = SourceSetting(enabled=self.enabled.isChecked(), base_url=address)
        if setting != self._shown:
            self._shown = setting
            self._changed(self.name, setting)

    def _mark(self, fault: str) -> None:
        self.address.setToolTip(plain_tip(fault or "What stands before the documented path; empty is the usual one."))
        self.address.setAccessibleDescription(fault)
        if bool(self.address.property("wrong")) != bool(fault):
            self.address.setProperty("wrong", bool(fault))
            repolish(self.address)


def source_rows(grid: QGridLayout, changed: Callable[[str, SourceSetting], None]) -> list[SourceRow]:
    """Return a row for each source, under a line of headings."""
    for column, heading in enumerate(("Source", "Now", "Its price", "Address")):
        grid.addWidget(PlainLabel(heading, size="small", tone="muted"), 0, column)
    grid.setColumnStretch(2, 1)
    grid.setColumnStretch(3, 2)
    return [SourceRow(name, grid, line, changed) for line, name in enumerate(SOURCE_KEYS, start=1)]


def setting_of(settings: PriceSettings, name: str) -> SourceSetting:
    """Return a source's setting; one that is missing is not asked."""
    return settings.sources.get(name) or SourceSetting(enabled=False, base_url=source_default(name).base_url)
