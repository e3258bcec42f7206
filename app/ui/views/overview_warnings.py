"""The overview's card of open warnings: what, when, how much, and the two buttons that answer it."""

from collections.abc import Sequence
from datetime import datetime
from importlib import import_module

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.domain.warning_records import WarningRecord
from app.ui.models.warning_words import OWN_KINDS, Shelf, gravity, shelf_of, standing_of_warning, title_of
from app.ui.plain_tips import plain_tip
from app.ui.theme import Theme
from app.ui.view import Workbench
from app.ui.views.page import Page
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.marks import Chip
from app.ui.words import READ_ONLY

MOST = 4


class WarningItem(QWidget):
    """One warning with its buttons."""

    def __init__(self, bench: Workbench, theme: Theme, record: WarningRecord) -> None:
        super().__init__()
        self._bench = bench
        self.record = record
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 8)
        layout.setSpacing(5)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.chip = Chip(theme)
        self.title = PlainLabel("", size="title", wraps=True)
        head.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        layout.addLayout(head)
        self.words = PlainLabel("", wraps=True)
        self.words.set_selectable()
        layout.addWidget(self.words)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.plan_button = Button("Plan cure", self._plan, kind="primary")
        self.ack_button = Button("Acknowledge", self._acknowledge)
        self.snooze_button = Button("Snooze", self._snooze)
        for button in (self.plan_button, self.ack_button, self.snooze_button):
            row.addWidget(button)
        row.addStretch(1)
        layout.addLayout(row)
        self.show_record(record)

    def show_record(self, record: WarningRecord) -> None:
        """Show the same warning as it stands now."""
        self.record = record
        title = title_of(record)
        self.setAccessibleName(f"Warning: {title}")
        self.setAccessibleDescription(record.sentence)
        self.chip.show_standing(standing_of_warning(record))
        self.title.setText(title)
        self.words.setText(record.sentence)
        self.plan_button.setVisible(record.kind not in OWN_KINDS)
        writable = not self._bench.live.snapshot.read_only
        for button in (self.ack_button, self.snooze_button):
            button.setEnabled(writable)
            button.setToolTip("" if writable else plain_tip(READ_ONLY))
        for button, verb in (
            (self.plan_button, "Plan the cure of"),
            (self.ack_button, "Acknowledge"),
            (self.snooze_button, "Snooze"),
        ):
            button.setAccessibleName(f"{verb} {title}")

    def _plan(self) -> None:
        self._bench.go("plan", self.record.subject)

    def _acknowledge(self) -> None:
        self._bench.requests.acknowledge(warning_id=self.record.id)

    def _snooze(self) -> None:
        # The menu brings a dialog with it, which no start needs.
        menu = import_module("app.ui.views.warnings_dialogs").snooze_menu(
            self,
            self._bench.clock.now(),
            title_of(self.record),
            lambda until: self._bench.requests.snooze(warning_id=self.record.id, until=until),
        )
        menu.popup(self.snooze_button.mapToGlobal(self.snooze_button.rect().bottomLeft()))


class WarningsCard(Card):
    """The warnings that wait for the user, gravest first."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__("Warnings", " ")
        self._bench = bench
        self.items: list[WarningItem] = []
        self.quiet = PlainLabel("", tone="muted", wraps=True)
        self.more = Button("", self._show_all, kind="quiet")
        page = Page()
        self._list = page.column
        self._list.setContentsMargins(0, 0, 4, 0)
        self._list.setSpacing(4)
        self._list.addWidget(self.quiet)
        self._list.addWidget(self.more)
        self._list.addStretch(1)
        area = page.in_scroll_area("Open warnings")
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(165)
        self.body.addWidget(area, 1)
        self.setMinimumWidth(300)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def show_warnings(self, records: Sequence[WarningRecord], now: datetime, *, quiet: str) -> None:
        """Show the warnings that need the user; ``quiet`` is what stands there when none does."""
        shelves = [shelf_of(record, now) for record in records]
        waiting = [record for record, shelf in zip(records, shelves, strict=True) if shelf is Shelf.OPEN]
        waiting.sort(key=gravity)
        snoozed, seen = shelves.count(Shelf.SNOOZED), shelves.count(Shelf.SEEN)
        aside = ((snoozed, "snoozed"), (seen, "seen"))
        told = " · ".join(f"{count:,} {word}" for count, word in aside if count)
        self.aside.set_whole(f"{len(waiting):,} open" + (f" · {told}" if told else ""))
        shown = waiting[:MOST]
        if [record.id for record in shown] == [item.record.id for item in self.items]:
            for item, record in zip(self.items, shown, strict=True):
                item.show_record(record)
        else:
            self._rebuild(shown)
        self.quiet.setText(quiet)
        self.quiet.setVisible(not waiting)
        left = len(waiting) - len(shown)
        self.more.setText(f"{left:,} more" if left else "All warnings")
        self.more.setVisible(bool(left) or bool(records))

    def _rebuild(self, shown: Sequence[WarningRecord]) -> None:
        for item in self.items:
            self._list.removeWidget(item)
            item.hide()
            item.deleteLater()
        self.items = [WarningItem(self._bench, self._bench.theme, record) for record in shown]
        for place, item in enumerate(self.items):
            self._list.insertWidget(place, item)

    def _show_all(self) -> None:
        self._bench.go("warnings", None)
