"""The bar below every screen: each cell says how one thing stands and opens what can change it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.quotes import NoQuote
from app.services.desk import DeskSnapshot
from app.services.ports import Clock
from app.ui.formats import age_text, clock_text, seconds_between
from app.ui.live import Live
from app.ui.models.watch_words import channels_cell, judge_cell
from app.ui.operations import Edits
from app.ui.shell.sentences import price_detail, waiting
from app.ui.tasks import Reported, Tasks, Ticket
from app.ui.widgets.buttons import Button, StatusCell
from app.ui.widgets.labels import PlainLabel

BLINK_MS = 400


class StatusBar(QWidget):
    """Price and sources, the watch, work under way, what was saved, units and hidden amounts."""

    def __init__(
        self,
        live: Live,
        tasks: Tasks,
        edits: Edits,
        clock: Clock,
        *,
        go: Callable[[str, str | None], None],
        toggle_units: Callable[[], None],
        toggle_hidden: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setObjectName("statusBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Status")
        self._live = live
        self._clock = clock
        self._ticket: Ticket | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 2, 10, 2)
        layout.setSpacing(2)
        self.sources = StatusCell("Price sources", lambda: go("settings", "general"))
        self.loans = StatusCell("Loans watched", lambda: go("loans", None))
        self.warnings = StatusCell("Warnings", lambda: go("warnings", None))
        self.watch = StatusCell("Watch", lambda: go("settings", "watching"))
        self.channels = StatusCell("Channels", lambda: go("settings", "channels"))
        self.saved = StatusCell("Book", lambda: go("settings", "general"))
        self.units = StatusCell("Units", toggle_units)
        self.hidden = StatusCell("Amounts", toggle_hidden)
        for cell in (self.sources, self.watch, self.channels, self.loans, self.warnings):
            layout.addWidget(cell)
        layout.addStretch(1)
        self.work = PlainLabel("", size="small", tone="muted")
        self.cancel = Button("Cancel", self._cancel, kind="cell", name="Cancel what is under way")
        layout.addWidget(self.work)
        layout.addWidget(self.cancel)
        for cell in (self.saved, self.units, self.hidden):
            layout.addWidget(cell)
        self._blink = QTimer(self)
        self._blink.setSingleShot(True)
        self._blink.setInterval(BLINK_MS)
        self._blink.timeout.connect(self._show_work)
        self._hide_work()
        tasks.busy_changed.connect(self._busy)
        tasks.progressed.connect(self._progress)
        edits.changed.connect(self._show_saved)
        self._was_busy = False
        self.show_snapshot(live.snapshot)
        self._say_saved("Saved", "Every change is saved at once.")

    def show_snapshot(self, snapshot: DeskSnapshot) -> None:
        """Show a new snapshot."""
        count = len(snapshot.book.loans)
        self.loans.show_state(f"{count} loan{'' if count == 1 else 's'} watched" if count else "No loans yet")
        now = snapshot.judged_at if snapshot.asking_off else self._clock.now()
        open_now = len(waiting(snapshot.warnings, now))
        self.warnings.show_state(
            f"{open_now} open warning{'' if open_now == 1 else 's'}" if open_now else "No open warnings",
            trouble=bool(open_now),
        )
        display = self._live.display
        self.units.show_state("sats" if display.sats else "BTC", detail="Show BTC or satoshis (Ctrl+B)")
        self.hidden.show_state(
            "Amounts hidden" if display.hidden else "Amounts shown", detail="Hide or show amounts (Ctrl+Shift+H)"
        )
        if snapshot.read_only:
            self.saved.show_state("Viewing only", trouble=True, detail="The file is read-only; changes are off.")
        self.tick()

    def tick(self) -> None:
        """Tell ages anew."""
        snapshot = self._live.snapshot
        code = snapshot.settings.display_currency
        lookup = snapshot.figures.prices.get(code) or next(iter(snapshot.figures.prices.values()))
        detail = price_detail(snapshot.consensus.get(code)) or "Open the price sources"
        if isinstance(lookup, NoQuote):
            text, trouble = f"{lookup.currency}: {lookup.reason}", True
        elif lookup.origin == "demo":
            text, trouble = "Recorded demo prices", False
        else:
            age = age_text(seconds_between(lookup.at, self._clock.now()))
            text, trouble = f"Price {age} · {lookup.sources_used} of {lookup.sources_asked} sources", False
        self.sources.show_state(text, trouble=trouble, detail=detail)
        for cell, state in (
            (self.watch, judge_cell(snapshot, self._clock.now())),
            (self.channels, channels_cell(snapshot, self._clock.now())),
        ):
            cell.show_state(state[0], trouble=state[1], detail=state[2])

    def _show_saved(self, edits: Edits) -> None:
        if edits.busy:
            self._was_busy = True
            self._say_saved("Saving", "A change is being saved.")
        elif self._was_busy:
            self._was_busy = False
            self._say_saved(f"Saved {clock_text(self._clock.now())}", "Every change is saved at once.")

    def _say_saved(self, text: str, detail: str) -> None:
        if not self._live.snapshot.read_only:
            self.saved.show_state(text, detail=detail)

    def _busy(self, under_way: tuple[Ticket, ...]) -> None:
        self._ticket = under_way[0] if under_way else None
        if self._ticket is None:
            self._hide_work()
        elif not self._blink.isActive() and self.work.isHidden():
            self._blink.start()

    def _progress(self, reported: Reported) -> None:
        if reported.ticket is self._ticket and not self.work.isHidden():
            part = f" {reported.progress.part} of {reported.progress.whole}" if reported.progress.whole else ""
            self.work.setText(f"{reported.progress.words}{part}")

    def _show_work(self) -> None:
        if self._ticket is not None:
            self.work.setText(f"{self._ticket.label} …")
            self.work.show()
            self.cancel.show()

    def _hide_work(self) -> None:
        self._blink.stop()
        self.work.hide()
        self.cancel.hide()

    def _cancel(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
            self.work.setText("Cancelling …")
