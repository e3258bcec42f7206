"""Makes reports off the window's thread: histories from the store, the rest by reckoning; an older wish is dropped."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.domain.errors import PlimsollError
from app.services.desk import DeskSnapshot
from app.services.report_facts import report_facts
from app.services.report_ports import Format, Paper, Report
from app.services.reports import ReportAsk, ReportFacts, ReportKind
from app.ui.tasks import Ticket
from app.ui.view import Workbench
from app.ui.whole_file import write_whole

_BROKEN = "The report could not be made; the log file tells why."


@dataclass(frozen=True, slots=True)
class Wish:
    """A report that is wanted, of which snapshot, and how wide its picture is to be, in pixels."""

    snapshot: DeskSnapshot
    kind: ReportKind
    ask: ReportAsk
    paper: Paper
    width: int


@dataclass(frozen=True, slots=True)
class Made:
    """A report with the picture of its first page (PNG)."""

    wish: Wish
    report: Report
    picture: bytes


class ReportMaker(QObject):
    """Makes one report at a time.

    Signals:
        made: a ``Made``.
        refused: the ``PlimsollError`` that says why there is none.
    """

    made = Signal(object)
    refused = Signal(object)

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._ticket: Ticket | None = None
        self._wish: Wish | None = None

    @property
    def busy(self) -> bool:
        """Whether a report is being made."""
        return self._ticket is not None and not self._ticket.ended

    def make(self, wish: Wish) -> None:
        """Make a report and its picture."""
        self.drop()
        self._wish = wish
        desk, wallets = self._bench.desk, self._bench.wallets

        def read(_ticket: Ticket) -> ReportFacts:
            watched = wallets().overview() if wish.snapshot.book.wallets else ()
            return report_facts(wish.snapshot, desk.history, {one.wallet.name: one.scanned_at for one in watched})

        self._ticket = self._bench.tasks.on_store(
            read,
            label="Read for a report",
            done=lambda facts: self._reckon(wish, facts),
            failed=lambda error: self._fail(wish, error),
            lost=lambda: self._fail(wish, PlimsollError(_BROKEN)),
        )

    def draw(self, made: Made, paper: Paper, width: int) -> None:
        """Draw the picture of a report that is made already, for other paper or another width."""
        self.drop()
        wish = Wish(made.wish.snapshot, made.wish.kind, made.wish.ask, paper, width)
        self._wish = wish
        self._run(wish, lambda: made.report)

    def drop(self) -> None:
        """Let go of what is being made."""
        self._wish = None
        if self._ticket is not None:
            self._ticket.cancel()

    def save(self, made: Made, form: Format, path: Path, done: Callable[[Path], None]) -> None:
        """Write the report that is shown to ``path``."""
        bench, paper = self._bench, made.wish.paper

        def work(_ticket: Ticket) -> bytes:
            return bench.reports.write(made.report, form, paper)

        def keep(data: bytes) -> None:
            def put(_ticket: Ticket) -> Path:
                write_whole(path, data)
                return path

            # On the store's lane: what is handed in there is finished even where the window closes.
            bench.tasks.on_store(put, label="Save a report", done=done)

        bench.tasks.on_reckoning(work, label="Write a report", done=keep)

    def _reckon(self, wish: Wish, facts: ReportFacts) -> None:
        # What the store's lane has begun comes back even where it is no longer wanted.
        if self._wish is wish:
            self._run(wish, lambda: wish.kind.build(facts, wish.ask))

    def _run(self, wish: Wish, build: Callable[[], Report]) -> None:
        writer = self._bench.reports

        def work(ticket: Ticket) -> Made:
            report = build()
            ticket.check()
            return Made(wish, report, writer.picture(report, wish.paper, wish.width))

        self._ticket = self._bench.tasks.on_reckoning(
            work,
            label="Make a report",
            done=self.made.emit,
            failed=lambda error: self._fail(wish, error),
            lost=lambda: self._fail(wish, PlimsollError(_BROKEN)),
        )

    def _fail(self, wish: Wish, error: PlimsollError) -> None:
        if self._wish is wish:
            self.refused.emit(error)
