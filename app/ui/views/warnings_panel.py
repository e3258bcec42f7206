"""The chosen warning: its sentence, what to do, its margin call, what was told to whom, and what people did."""

from collections.abc import Callable
from typing import Final, NamedTuple

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.warning_records import WarningRecord, WarningStatus
from app.services.watch_state import WarningStory
from app.ui.models.delivery_words import told_lines
from app.ui.models.warning_context import WarningContext
from app.ui.models.warning_detail import action_lines, call_lines, times_words, todo_words
from app.ui.models.warning_words import OWN_KINDS, standing_of_warning
from app.ui.plain_tips import plain_tip
from app.ui.theme import Theme
from app.ui.views.page import Page
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import ElidedLabel, PlainLabel
from app.ui.widgets.marks import Chip
from app.ui.words import READ_ONLY

_SIDE_BY_SIDE: Final = 640
_WAYS_OUT: Final = "Adding bitcoin, repaying and closing, each now and at the call (Enter)"
_UNTOLD: Final = "Nobody has been told yet."
_NO_CHANNEL: Final = "No channel is set up: only this window tells it."
_NO_PENDING: Final = "Nobody is told before its time is over."


class PanelActs(NamedTuple):
    """What the panel's buttons do."""

    open: Callable[[], object]
    acknowledge: Callable[[], object]
    snooze: Callable[[], object]
    explain: Callable[[], object]
    note: Callable[[], object]
    copy: Callable[[], object]


class Block(QWidget):
    """Lines below a heading; hidden where there are none."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.setAccessibleName(heading)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.lines = PlainLabel("", wraps=True)
        self.lines.set_selectable()
        layout.addWidget(PlainLabel(heading, size="title"))
        layout.addWidget(self.lines)

    def show_lines(self, lines: tuple[str, ...]) -> None:
        """Show these lines."""
        self.lines.setText("\n".join(lines))
        self.setVisible(bool(lines))


class WarningPanel(Card):
    """One warning in full, with its buttons always in sight."""

    def __init__(self, theme: Theme, acts: PanelActs) -> None:
        super().__init__()
        self.setAccessibleName("The chosen warning")
        self.chip = Chip(theme)
        self.heading = ElidedLabel("", size="title")
        self.sentence = PlainLabel("", wraps=True)
        self.todo = PlainLabel("", tone="muted", wraps=True)
        self.times = PlainLabel("", tone="muted", wraps=True)
        for label in (self.sentence, self.times):
            label.set_selectable()
        self.call = Block("Margin call on record")
        self.told = Block("Told")
        self.done = Block("Done with it")
        self.open_button = Button("Ways out", acts.open, kind="primary")
        self.ack_button = Button("Acknowledge (A)", acts.acknowledge)
        self.snooze_button = Button("Snooze (S)", acts.snooze)
        self.explain_button = Button("Explain (E)", acts.explain)
        self.note_button = Button("Note (N)", acts.note)
        self.copy_button = Button("Copy", acts.copy)
        self._lay_out()

    def show_record(self, record: WarningRecord, context: WarningContext) -> None:
        """Show a warning as it stands."""
        story = context.stories.get(record.id)
        title = context.title(record)
        self.chip.show_standing(standing_of_warning(record))
        self.heading.set_whole(title)
        self.sentence.setText(record.sentence)
        todo = todo_words(record, context)
        self.todo.setText(todo)
        self.todo.setVisible(bool(todo))
        self.times.setText(times_words(record, context))
        call, figures = context.call(record), context.figures(record)
        currency = figures.loan.currency if figures is not None else context.snapshot.book.base_currency
        self.call.show_lines(() if call is None else call_lines(call, currency, context.now, context.display))
        self.told.show_lines(_told(record, context, story))
        actions = () if story is None else action_lines(story.actions, context.now, context.display)
        self.done.show_lines(actions)
        self._show_buttons(record, context, title)

    def _show_buttons(self, record: WarningRecord, context: WarningContext, title: str) -> None:
        loan = context.figures(record) is not None
        self.open_button.setText("Ways out" if loan else "Settings" if record.kind in OWN_KINDS else "Plan")
        self.open_button.setToolTip(plain_tip(_WAYS_OUT if loan else ""))
        writable = not context.snapshot.read_only
        for button, verb, shown in (
            (self.open_button, "Ways out of" if loan else "Open what helps with", True),
            (self.ack_button, "Acknowledge", record.status is WarningStatus.OPEN),
            (self.snooze_button, "Snooze", record.status is WarningStatus.OPEN),
            (self.explain_button, "Explain", True),
            (self.note_button, "Write a note on", True),
            (self.copy_button, "Copy", True),
        ):
            button.setVisible(shown)
            button.setAccessibleName(f"{verb} {title}")
        for button in (self.ack_button, self.snooze_button, self.note_button):
            button.setEnabled(writable)
            button.setToolTip("" if writable else plain_tip(READ_ONLY))
            button.setAccessibleDescription("" if writable else READ_ONLY)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.chip)
        head.addWidget(self.heading, 1)
        left = QVBoxLayout()
        left.setSpacing(6)
        for widget in (self.sentence, self.todo, self.times):
            left.addWidget(widget)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.call)
        right.addWidget(self.told)
        right.addWidget(self.done)
        right.addStretch(1)
        page = Page()
        page.column.setContentsMargins(0, 0, 6, 0)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(24)
        self._sides.addLayout(left, 1)
        self._sides.addLayout(right, 1)
        page.column.addLayout(self._sides, 1)
        area = page.in_scroll_area("The chosen warning in full")
        area.setMinimumHeight(60)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (
            self.open_button,
            self.ack_button,
            self.snooze_button,
            self.explain_button,
            self.note_button,
            self.copy_button,
        ):
            row.addWidget(button)
        row.addStretch(1)
        self.body.addLayout(head)
        self.body.addWidget(area, 1)
        self.body.addLayout(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put both halves one below the other where they have no room side by side."""
        wide = event.size().width() >= _SIDE_BY_SIDE
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._sides.direction() != direction:
            self._sides.setDirection(direction)
        super().resizeEvent(event)


def _told(record: WarningRecord, context: WarningContext, story: WarningStory | None) -> tuple[str, ...]:
    if story is None:
        return ()
    lines = told_lines(story.deliveries, context.channels, context.now)
    if lines:
        return lines
    if record.status is WarningStatus.PENDING:
        return (_NO_PENDING,)
    return (_UNTOLD if context.snapshot.book.channels else _NO_CHANNEL,)
