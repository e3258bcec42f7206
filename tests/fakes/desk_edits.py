"""A workbench on a real desk whose book lies in memory, for screens and dialogs that edit."""

from dataclasses import replace
from pathlib import Path

from app.bootstrap.late_reader import LateReader
from app.bootstrap.late_writer import LateWriter
from app.domain.book import Book
from app.services.alarm import Alarm
from app.services.desk import Desk
from app.ui.icons import Icons
from app.ui.layout_memory import LayoutMemory
from app.ui.live import Live
from app.ui.messages import Messages
from app.ui.operations import Edits
from app.ui.operations.desk import Requests
from app.ui.risk_live import RiskLive
from app.ui.tasks import Tasks
from app.ui.theme import Theme
from app.ui.view import Workbench
from tests.fakes.alarm_desks import AlarmParts
from tests.fakes.alarm_keeper import MemoryAlarm
from tests.fakes.desk import NOW, PRICES, treasury
from tests.fakes.keepers import MemoryBook, MemorySettings, SetClock, SetPrices
from tests.fakes.papers import MemoryPapers
from tests.fakes.wallet_desks import MemoryScans, wallet_desk

RESOURCES = Path(__file__).parents[2] / "resources"


class EditedDesk:
    """A desk with what stands behind it.

    Attributes:
        keeper: what is stored; ``full`` makes it refuse.
        went: the screens that were asked for.
    """

    def __init__(self, theme: Theme, folder: Path, book: Book | None = None, *, readonly: bool = False) -> None:
        self.clock = SetClock(NOW)
        self.keeper = MemoryBook(treasury() if book is None else book, readonly=readonly)
        self.papers = MemoryPapers()
        self.prices = SetPrices(self.clock)
        for currency, value in PRICES.items():
            self.prices.say(currency, *[str(value)] * 5)
        self.desk = Desk(
            clock=self.clock,
            contents=self.keeper.book,
            keeper=self.keeper,
            alarm=Alarm(MemoryAlarm()),
            prices=self.prices,
            settings=MemorySettings(),
            label="treasury.plimsoll",
            papers=lambda: self.papers,
        )
        self.desk.judge(self.prices.ask(tuple(PRICES)))
        self.tasks, self.messages = Tasks(), Messages()
        self.live = Live(self.desk.snapshot())
        self.edits = Edits(self.desk, self.tasks, self.live, self.messages)
        self.went: list[tuple[str, str | None]] = []
        self.scans = MemoryScans()
        self.wallets = wallet_desk(self.desk, self.scans)
        self.bench = Workbench(
            desk=self.desk,
            live=self.live,
            risk=RiskLive(self.desk, self.tasks, self.live),
            tasks=self.tasks,
            edits=self.edits,
            requests=Requests(self.desk, self.tasks, self.live),
            messages=self.messages,
            theme=theme,
            icons=Icons(RESOURCES / "icons", theme),
            memory=LayoutMemory(folder / "window.ini"),
            clock=self.clock,
            resources=RESOURCES,
            ask_now=lambda: None,
            go=lambda key, name: self.went.append((key, name)),
            alarm=AlarmParts(self.clock).desk(self.desk),
            imports=LateReader(),
            reports=LateWriter(),
            wallets=lambda: self.wallets,
        )

    @property
    def book(self) -> Book:
        """The book as it is stored."""
        return self.keeper.book

    def lose_prices(self) -> None:
        """Let every source fall silent, and show it."""
        snapshot = self.live.snapshot
        silent = SetPrices(self.clock)
        self.desk._prices = silent
        self.live.take(replace(self.desk.snapshot(), settings=snapshot.settings))

    def stop(self) -> None:
        """End the lanes."""
        self.tasks.stop()
