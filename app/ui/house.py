"""What the window is handed by whoever starts it: where things lie, and how a book is opened."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.services.alarm_desk import AlarmDesk
from app.services.desk import Desk
from app.services.ports import Clock
from app.services.settings import Settings

if TYPE_CHECKING:
    from app.services.import_ports import ImportReader
    from app.services.report_ports import ReportWriter
    from app.services.wallet_desk import WalletDesk


class OpenedBook(Protocol):
    """An open book."""

    @property
    def desk(self) -> Desk:
        """The desk on it."""
        ...

    @property
    def alarm(self) -> AlarmDesk:
        """What is slow about its alarm."""
        ...

    @property
    def wallets(self) -> "WalletDesk":
        """Its watched wallets; made when they are first looked at."""
        ...

    @property
    def close(self) -> Callable[[], None]:
        """Gives the book back; a second call does nothing."""
        ...


class House(Protocol):
    """Everything outside the window's room that it needs to start. Methods raise ``PlimsollError``."""

    @property
    def clock(self) -> Clock:
        """Tells the time."""
        ...

    @property
    def resources(self) -> Path:
        """The folder with icons and fonts."""
        ...

    @property
    def layout_file(self) -> Path:
        """Where sizes and columns are remembered (an INI file)."""
        ...

    @property
    def log_file(self) -> Path:
        """Where details of faults are written."""
        ...

    @property
    def imports(self) -> "ImportReader":
        """Reads files that somebody chose."""
        ...

    @property
    def reports(self) -> "ReportWriter":
        """Turns reports into files and pictures."""
        ...

    def start_log(self) -> None:
        """Begin to write the log file; where it cannot be written nothing is."""
        ...

    def stop_log(self) -> None:
        """Close the log file."""
        ...

    def settings(self) -> Settings:
        """Return the settings in force, before any book is open."""
        ...

    def first_book(self) -> str | None:
        """Return the book to open at start: the one named, or the one of the last time; None at a first start."""
        ...

    def own_place(self) -> str:
        """Return where the user's own book lies if they do not choose another place."""
        ...

    def open_book(self, place: str) -> OpenedBook:
        """Open a book and remember it."""
        ...

    def open_demo(self) -> OpenedBook:
        """Open the demo book, in a file of its own."""
        ...

    def new_book(self, place: str, name: str, currency: str) -> OpenedBook:
        """Make a new book and open it."""
        ...
