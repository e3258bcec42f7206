"""What the buttons about watched wallets do: watch, scan, stop, remove, choose a server.

A scan asks on the network lane and stores on the store's; nothing is stored of one that was stopped.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtWidgets import QWidget

from app.domain.errors import PlimsollError
from app.services.desk import Edited
from app.services.wallet_asking import ScanAnswers
from app.services.wallet_desk import ScanOutcome, ScanPlan
from app.services.wallet_holdings import WalletView
from app.ui.dialogs.wallet_form import WalletForm
from app.ui.dialogs.wallet_server import WalletServerForm
from app.ui.messages import Message
from app.ui.models.wallets import outcome_words
from app.ui.tasks import Progress, Reported, Ticket
from app.ui.view import Workbench


class ScanView(Protocol):
    """Who shows a scan."""

    def scan_began(self) -> None:
        """A scan is under way."""
        ...

    def scan_told(self, words: str) -> None:
        """How far it is."""
        ...

    def scan_ended(self, outcome: ScanOutcome | None, failure: str) -> None:
        """It is over: stored, failed, or stopped (neither)."""
        ...


class Scanner:
    """One scan at a time, shown by one card."""

    def __init__(self, bench: Workbench, view: ScanView) -> None:
        self._bench = bench
        self._view = view
        self._ticket: Ticket | None = None
        self._storing = False
        self._desk = bench.wallets()
        bench.tasks.progressed.connect(self._tell)

    @property
    def busy(self) -> bool:
        """Whether a scan is under way."""
        return self._ticket is not None or self._storing

    def start(self, names: Sequence[str] = ()) -> None:
        """Scan these wallets, or all; does nothing while a scan is under way."""
        if self.busy:
            return
        desk = self._desk
        self._ticket = self._bench.tasks.on_store(
            lambda _ticket: desk.plan(names), label="Scan wallets", done=self._ask, failed=self._fail
        )
        self._view.scan_began()

    def stop(self) -> None:
        """Stop asking; what is being stored already is stored."""
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
            self._desk.hang_up()
            self._view.scan_ended(None, "")

    def _ask(self, plan: ScanPlan) -> None:
        if self._ticket is None:  # stopped meanwhile
            return
        desk = self._desk

        def work(ticket: Ticket) -> ScanAnswers:
            def told(done: int, name: str) -> None:
                ticket.report(f"{name}: {done:,} addresses asked", done)

            return desk.ask(plan, progress=told, cancelled=lambda: ticket.cancelled)

        self._ticket = self._bench.tasks.on_network(
            work, label="Ask about wallets", done=self._store, failed=self._fail
        )

    def _store(self, answers: ScanAnswers) -> None:
        self._ticket = None
        self._storing = True
        desk, outcomes = self._desk, list[ScanOutcome]()

        def work() -> Edited | None:
            outcomes.append(desk.take(answers))
            return outcomes[-1].edited

        self._bench.edits.take(
            "Store what the chain tells", work, done=lambda: self._end(outcomes[0]), failed=self._fail
        )

    def _end(self, outcome: ScanOutcome) -> None:
        self._storing = False
        words = outcome_words(outcome)
        if words:
            act = self._bench.edits.undo if outcome.edited is not None else None
            message = Message(words, " ".join(outcome.notes), "Undo" if act else "", act, "note", 10, "wallets")
            self._bench.messages.tell(message)
        self._view.scan_ended(outcome, " ".join(f"{name}: {sentence}" for name, sentence in outcome.failures))

    def _fail(self, error: PlimsollError) -> None:
        self._ticket, self._storing = None, False
        self._view.scan_ended(None, str(error))

    def _tell(self, reported: Reported) -> None:
        progress: Progress = reported.progress
        if reported.ticket is self._ticket:
            self._view.scan_told(progress.words)


def watch_wallet(*, bench: Workbench, parent: QWidget, watched: Callable[[str], None]) -> WalletForm:
    """Open the form for a new wallet; ``watched`` gets its name when it is stored."""
    form = WalletForm(bench, parent, choose_server=lambda: choose_server(bench=bench, parent=form))
    form.watched.connect(watched)
    form.begin()
    return form


def choose_server(*, bench: Workbench, parent: QWidget, chosen: Callable[[], None] | None = None) -> WalletServerForm:
    """Open the form that says who may be asked; ``chosen`` is called when it is stored."""
    form = WalletServerForm(bench, parent)
    if chosen is not None:
        form.accepted.connect(chosen)
    form.begin()
    return form


def remove_wallet(*, bench: Workbench, name: str) -> Ticket:
    """Watch a wallet no longer; a bar offers to undo it."""
    desk = bench.wallets()

    def tell() -> None:
        text = f"“{name}” is watched no longer; its transactions stay."
        bench.messages.tell(Message(text, "", "Undo", bench.edits.undo, "note", 10, "undo"))

    return bench.edits.take(f"Remove wallet “{name}”", lambda: desk.remove(name), done=tell)


def look(*, bench: Workbench, done: Callable[[tuple[WalletView, ...]], None]) -> Ticket:
    """Read what the last scans found."""
    desk = bench.wallets()
    return bench.tasks.on_store(lambda _ticket: desk.overview(), label="Look at wallets", done=done)
