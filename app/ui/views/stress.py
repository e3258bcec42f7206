"""The Stress screen: what a fall of the price would call and sell, reckoned while a line is dragged."""

from decimal import ROUND_HALF_EVEN, Decimal
from functools import partial
from importlib import import_module
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QSplitter, QStackedLayout, QVBoxLayout

from app.domain.errors import InputError
from app.domain.money import EXACT
from app.domain.scenario import ScenarioKind
from app.risk.episodes import EPISODES_RESOURCE, Episodes, parse_episodes
from app.risk.positions import Positions, Unanswerable
from app.risk.stress_path import PricePath
from app.services.desk import DeskSnapshot
from app.services.scenario_edits import save_scenario
from app.ui.charts.pointed import PointedPrice
from app.ui.formats import NOT_KNOWN, price_text
from app.ui.live import Topic
from app.ui.messages import Message
from app.ui.models.stress_asked import Asked, presets, typed_fall
from app.ui.models.stress_saved import asked_of, name_of, scenario_of
from app.ui.models.stress_says import (
    NOW_WORDS,
    RECKONING,
    WHAT_IF,
    Said,
    interest_words,
    nothing_to_fall,
    said,
    unanswered,
)
from app.ui.plain_tips import plain_tip
from app.ui.shortcuts import scoped_key
from app.ui.view import View, Workbench
from app.ui.views.page import Page
from app.ui.views.plan_frame import WhatIfFrame
from app.ui.views.stress_controls import StressControls
from app.ui.views.stress_own_path import OwnPathCard
from app.ui.views.stress_pictures import StressPictures
from app.ui.views.stress_reckoner import Answer, StressReckoner
from app.ui.views.stress_tables import StressTables
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import EmptyState
from app.ui.widgets.labels import PlainLabel
from app.ui.words import READ_ONLY

_DRAGGED: Final = Decimal("0.001")
_BORDER: Final = 11


class StressFrame(WhatIfFrame):
    """The frame, tinted only while figures are hypothetical."""

    tinted = False

    def show_hypothetical(self, *, on: bool) -> None:
        """Tint it, or let it be."""
        if on == self.tinted and self.explained.text() == (WHAT_IF if on else NOW_WORDS):
            return
        self.word.setText("WHAT-IF" if on else "NOW")
        self.explained.setText(WHAT_IF if on else NOW_WORDS)
        self.setAccessibleName(f"{self.word.text()}. {self.explained.text()}")
        self.word.set_tone("accent" if on else "muted")
        self.tinted = on
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw tint and border, or nothing; away from the border the tint alone, which a drag repaints all the time."""
        if not self.tinted:
            return
        if not self.rect().adjusted(_BORDER, _BORDER, -_BORDER, -_BORDER).contains(event.rect()):
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.colours.note))
        painter.end()


class StressView(View):
    """A fall, and everything that follows from it."""

    key: ClassVar[str] = "stress"
    title: ClassVar[str] = "Stress"
    icon: ClassVar[str] = "stress"
    concerns: ClassVar[frozenset[Topic]] = frozenset((Topic.BOOK, Topic.PRICES, Topic.SETTINGS, Topic.DISPLAY))

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._episodes: Episodes = parse_episodes((bench.resources / EPISODES_RESOURCE).read_bytes())
        self._answer: Answer | None = None
        self._begins = ""
        self._started = False
        self._wanted = ""
        self.headline = PlainLabel("", size="headline", wraps=True)
        self.detail = PlainLabel("", tone="muted", wraps=True)
        self.reckoning = PlainLabel("", tone="accent")
        self.controls = StressControls(self._episodes)
        self.own = OwnPathCard()
        self.pictures = StressPictures(bench.theme, self._episodes)
        self.tables = StressTables(bench.memory)
        self.now = Button("Back to now", self.back_to_now, kind="quiet")
        self.save = Button("Save as scenario", self._save)
        self.saved = Button("Saved")
        self.frame = StressFrame(bench.theme, "NOW", NOW_WORDS)
        self._reckoner = StressReckoner(bench.tasks)
        self._lay_out()
        self._wire()

    @property
    def asked(self) -> Asked:
        """What is asked now."""
        return self.controls.asked

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Reckon the same fall on another snapshot; words alone where only the display differs."""
        if not self._started:
            self._started = True
            self.controls.show_asked(self.asked.fall(snapshot.figures.drop))
        self._pages.setCurrentIndex(1 if snapshot.book.loans else 0)
        self._show_saved(snapshot)
        if self._answer is not None and self._answer.figures is snapshot.figures:
            self._say()
            return
        self._reckoner.ask(snapshot.figures, self.asked)

    def open_item(self, name: str) -> None:
        """Show a fall that is given as text: per cent or a price (``-20 %``, ``56k``)."""
        positions = self._positions
        self._wanted = name if positions is None else ""
        if positions is None:  # the book is still being read; asked again when it is
            return
        try:
            self.controls.ask(typed_fall(name, self.asked, positions.price, positions.currency))
        except InputError as error:
            self.bench.messages.tell(Message(f"{error}.", key="stress"))

    def back_to_now(self) -> None:
        """Leave what is hypothetical."""
        if not self.own.isHidden():
            self._show_own(on=False)
            return
        self.controls.ask(self.asked.fall(Decimal(0)))

    @property
    def _positions(self) -> Positions | None:
        answer = self._answer
        return answer.positions if answer is not None and isinstance(answer.positions, Positions) else None

    def _wire(self) -> None:
        controls = self.controls
        controls.asked_changed.connect(self._ask)
        controls.own_wanted.connect(lambda: self._show_own(on=self.own.isHidden()))
        self.own.chosen.connect(self._follow)
        self.own.closed.connect(lambda: self._show_own(on=False))
        self.pictures.price_moved.connect(self._drag)
        self.pictures.episode_chosen.connect(lambda key: self._follow(self._episodes.find(key).path))
        self.tables.loan_opened.connect(lambda name: self.bench.go("loans", name))
        self._reckoner.answered.connect(self._take)
        self._reckoner.begun.connect(self._begin)
        self._reckoner.pending_changed.connect(self._show_pending)
        self.bench.risk.changed.connect(self._risk_changed)
        scoped_key("Esc", self, self.back_to_now)

    def _ask(self, asked: Asked) -> None:
        self._show_frame(asked)
        self._draw(asked)
        self._reckoner.ask(self.bench.live.snapshot.figures, asked)

    def _draw(self, asked: Asked) -> None:
        if self._answer is not None and self._answer.basis is not None:
            self.pictures.show_asked(asked, self._answer.basis, self._exhausted())

    def _drag(self, price: PointedPrice) -> None:
        positions = self._positions
        if positions is not None:
            part = EXACT.divide(price.value, positions.price)
            drop = EXACT.subtract(Decimal(1), part).quantize(_DRAGGED, ROUND_HALF_EVEN)
            self.controls.ask(self.asked.fall(drop))

    def _follow(self, path: PricePath) -> None:
        self.controls.ask(self.asked.along(path))

    def _take(self, answer: Answer) -> None:
        fresh = self._answer is None or self._answer.positions is not answer.positions
        self._answer = answer
        positions = answer.positions
        if isinstance(positions, Positions) and fresh:
            snapshot = self.bench.live.snapshot
            self.controls.show_market(
                positions.price, positions.currency, presets(snapshot.figures.drop, snapshot.moves.week)
            )
            self.own.show_market(positions.price, positions.currency)
        if fresh:
            self._draw(self.asked)
        self._show_frame(self.asked)
        self._say()
        if self._wanted and isinstance(positions, Positions):
            self.open_item(self._wanted)

    def _begin(self, begins: str) -> None:
        self._begins = begins
        if self._answer is not None:
            self._say()

    def _say(self) -> None:
        answer, display = self._answer, self.bench.display
        if answer is None:
            return
        comparison, positions = answer.comparison, answer.positions
        self.controls.set_answerable(on=comparison is not None)
        self.controls.show_interest(interest_words(answer.asked, comparison, display))
        self.tables.setVisible(comparison is not None)
        self.save.setEnabled(comparison is not None and answer.asked.hypothetical and not self._read_only)
        if comparison is not None and isinstance(positions, Positions):
            words = said(answer.asked, comparison, self._begins, display)
            self.tables.show_comparison(comparison, positions, display)
            self.tables.show_words(words.baseline, words.rests_on)
        else:
            words = self._why_nothing(positions)
            self.pictures.show_nothing(words.sub or words.headline)
            self.controls.show_unknown()
            self.frame.show_hypothetical(on=False)
        self.headline.setText(words.headline)
        self.headline.set_tone("sale" if comparison is not None and comparison.chosen.first_sale else "text")
        self.detail.setText(words.sub)
        self.detail.setVisible(bool(words.sub))

    def _why_nothing(self, positions: Positions | Unanswerable) -> Said:
        if isinstance(positions, Positions):
            return nothing_to_fall(positions)
        return unanswered(self.bench.live.snapshot, positions)

    def _show_frame(self, asked: Asked) -> None:
        self.frame.show_hypothetical(on=asked.hypothetical)
        self.now.setEnabled(asked.hypothetical)

    def _show_pending(self, pending: object) -> None:
        self.reckoning.setText(RECKONING if pending else "")
        if pending and self._answer is None:
            self.headline.setText("Reckoning…")

    def _exhausted(self) -> Decimal | None:
        """Return the price at which the free bitcoin ends, as the overview tells it."""
        risk = self.bench.risk.answer
        if risk is None or risk.reserve is None or risk.figures is not self.bench.live.snapshot.figures:
            return None
        return risk.reserve.cure_each_call.price

    def _risk_changed(self, _answer: object) -> None:
        if self.isVisible():
            self._draw(self.asked)

    @property
    def _read_only(self) -> bool:
        return self.bench.live.snapshot.read_only

    def _show_own(self, *, on: bool) -> None:
        self.own.setVisible(on)
        if on:
            self.own.text.setFocus()
        else:
            self.controls.own.setFocus()

    def _save(self) -> None:
        asked, snapshot = self.asked, self.bench.live.snapshot
        price = NOT_KNOWN if asked.to_price is None else price_text(asked.to_price, snapshot.book.base_currency)
        name = name_of(asked, [one.name for one in snapshot.book.scenarios], price)
        try:
            scenario = scenario_of(asked, name, self.bench.clock.now())
        except InputError as error:
            self.bench.messages.fail(error)
            return
        self.bench.edits.run(save_scenario(scenario), offer_undo=True)

    def _show_saved(self, snapshot: DeskSnapshot) -> None:
        kept = [one for one in snapshot.book.scenarios if one.kind is ScenarioKind.STRESS]
        self.saved.setVisible(bool(kept))
        self.saved.setText(f"Saved ({len(kept)})")
        self.save.setToolTip(plain_tip(READ_ONLY if snapshot.read_only else "Keep what is asked in this book"))
        old, menu = self.saved.menu(), QMenu(self.saved)
        menu.setAccessibleName("Saved falls")
        for one in kept:
            menu.addAction(one.name.replace("&", "&&")).triggered.connect(partial(self._open_saved, one.name))
        self.saved.setMenu(menu)
        if old is not None:
            old.deleteLater()

    def _open_saved(self, name: str, *_checked: object) -> None:
        found = next((one for one in self.bench.live.snapshot.book.scenarios if one.name == name), None)
        if found is None:
            return
        try:
            asked = asked_of(found, self._episodes)
        except InputError as error:
            self.bench.messages.fail(error)
            return
        self.controls.ask(asked)

    def _add_loan(self) -> None:
        import_module("app.ui.operations.loans").add_loan(bench=self.bench, parent=self)

    def _lay_out(self) -> None:
        page = Page()
        page.column.setContentsMargins(12, 10, 12, 10)
        page.column.addWidget(self.frame)
        for label in (self.headline, self.detail):
            label.set_selectable()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.headline, 1)
        head.addWidget(self.reckoning, 0, Qt.AlignmentFlag.AlignTop)
        for button in (self.saved, self.save, self.now):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.saved.hide()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        words.addWidget(self.detail)
        body = self.frame.body
        body.addLayout(words)
        body.addWidget(self.controls)
        body.addWidget(self.own)
        self.own.hide()
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(10)
        halves.addWidget(self.pictures)
        halves.addWidget(self.tables)
        halves.setStretchFactor(0, 1)
        halves.setStretchFactor(1, 1)
        halves.setSizes([360, 250])
        body.addWidget(halves, 1)
        self.controls.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(
            EmptyState(
                "No loan to stress.",
                "With a loan and its levels, this page shows what each fall of the price would call and sell.",
                [Button("Add a loan", self._add_loan, kind="primary")],
            )
        )
        self._pages.addWidget(page.in_scroll_area(self.title))
