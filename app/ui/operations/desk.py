"""What buttons ask of the desk that is no edit of the book: warnings, settings, prices."""

from collections.abc import Callable
from datetime import datetime

from app.services.desk import Desk, DeskSnapshot
from app.services.settings import Settings
from app.ui.live import Live
from app.ui.operations import judged_again
from app.ui.tasks import Tasks, Ticket


class Requests:
    """Runs what the user asks of the desk on the store's lane and shows the outcome."""

    def __init__(self, desk: Desk, tasks: Tasks, live: Live) -> None:
        self._desk = desk
        self._tasks = tasks
        self._live = live

    def acknowledge(self, *, warning_id: str) -> Ticket:
        """Mark a warning as seen."""
        return self._run("Acknowledge", lambda: self._desk.acknowledge(warning_id), self._desk.snapshot)

    def snooze(self, *, warning_id: str, until: datetime) -> Ticket:
        """Hide a warning until then."""
        return self._run("Snooze", lambda: self._desk.snooze(warning_id, until), self._desk.snapshot)

    def acknowledge_all(self, *, warning_ids: tuple[str, ...]) -> Ticket:
        """Mark several warnings as seen, with one new snapshot."""

        def ask() -> None:
            for warning_id in warning_ids:
                self._desk.acknowledge(warning_id)

        return self._run("Acknowledge", ask, self._desk.snapshot)

    def snooze_all(self, *, warning_ids: tuple[str, ...], until: datetime) -> Ticket:
        """Hide several warnings until then, with one new snapshot."""

        def ask() -> None:
            for warning_id in warning_ids:
                self._desk.snooze(warning_id, until)

        return self._run("Snooze", ask, self._desk.snapshot)

    def note(self, *, warning_id: str, text: str) -> Ticket:
        """Keep somebody's words with a warning."""
        return self._run("Keep the note", lambda: self._desk.note(warning_id, text), self._desk.snapshot)

    def change_settings(self, *, settings: Settings, done: Callable[[], None] | None = None) -> Ticket:
        """Store settings and judge by them."""
        return self._run(
            "Save settings",
            lambda: self._desk.change_settings(settings),
            lambda: judged_again(self._desk),
            done,
        )

    def use_live_prices(self, *, done: Callable[[], None] | None = None) -> Ticket:
        """Judge the demo book by real prices from now on."""
        return self._run("Use real prices", self._desk.use_live_prices, self._desk.snapshot, done)

    def _run(
        self,
        label: str,
        ask: Callable[[], None],
        look: Callable[[], DeskSnapshot],
        done: Callable[[], None] | None = None,
    ) -> Ticket:
        def work(_ticket: Ticket) -> DeskSnapshot:
            ask()
            return look()

        def finish(snapshot: DeskSnapshot) -> None:
            self._live.take(snapshot)
            if done is not None:
                done()

        return self._tasks.on_store(work, label=label, done=finish)
