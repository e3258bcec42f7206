"""What the window is handed when it starts."""

from contextlib import suppress
from pathlib import Path

from app.bootstrap.books import Place, config_file, create_book, new_demo_book
from app.bootstrap.desk import OpenDesk, open_desk
from app.bootstrap.late_reader import LateReader
from app.bootstrap.late_writer import LateWriter
from app.domain.errors import BookError, BookNotWritableError
from app.services.alert_ports import JudgeRole
from app.services.import_ports import ImportReader
from app.services.ports import Clock
from app.services.settings import Settings
from app.system.clock import SystemClock
from app.system.paths import named_book, user_paths
from app.system.resources import resource_path


class WindowHouse:
    """What the window is handed: where things lie, and how a book is opened; implements ``ui.house.House``."""

    def __init__(self, book: Place | None = None, config: Path | None = None, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or SystemClock()
        self._paths = user_paths()
        self._named = book or named_book()
        self._config = config_file(config)
        self._logging = False

    @property
    def resources(self) -> Path:
        """The folder with icons and fonts."""
        return resource_path("")

    @property
    def layout_file(self) -> Path:
        """Where sizes and columns are remembered."""
        return self._paths.config.with_name("layout.ini")

    @property
    def log_file(self) -> Path:
        """Where details of faults are written."""
        return self._paths.log

    @property
    def imports(self) -> ImportReader:
        """Reads files that somebody chose; made of what is imported when the first is."""
        return LateReader()

    @property
    def reports(self) -> LateWriter:
        """Turns reports into files and pictures; made of what is imported when the first is."""
        return LateWriter()

    def start_log(self) -> None:
        """Begin to write the log file, once; a window tells its faults itself, so stderr gets none of it."""
        if not self._logging:
            from app.system.logs import start_log  # noqa: PLC0415 - after the first paint

            start_log(self._paths.log, stderr_level=None)
            self._logging = True

    def stop_log(self) -> None:
        """Close the log file; does nothing where none was begun."""
        if self._logging:
            from app.system.logs import stop_log  # noqa: PLC0415 - as above

            stop_log()
            self._logging = False

    def settings(self) -> Settings:
        """Return the settings in force.

        Raises:
            ConfigError: the file has a fault.
        """
        return self._config.load()

    def first_book(self) -> str | None:
        """Return the book named, the one of the last time, the user's own, or at a first start the demo."""
        if self._named is not None:
            return str(self._named)
        last = self._last_book()
        if last is not None:
            return last
        if self._paths.book.exists():
            return str(self._paths.book)
        try:
            return str(self._demo_place())
        except BookError:
            return None

    def own_place(self) -> str:
        """Return where the user's own book lies."""
        return str(self._paths.book)

    def open_book(self, place: str) -> OpenDesk:
        """Open a book and remember it.

        Raises:
            BookError: it cannot be opened.
        """
        opened = open_desk(place, self._config, clock=self.clock, role=JudgeRole.WINDOW)
        self._remember(place)
        return opened

    def open_demo(self) -> OpenDesk:
        """Open the demo book, which lies in a file of its own.

        Raises:
            BookError: it cannot be made or opened.
        """
        return self.open_book(str(self._demo_place()))

    def new_book(self, place: str, name: str, currency: str) -> OpenDesk:
        """Make an empty book and open it.

        Raises:
            BookError: it cannot be made.
        """
        from app.services.new_book import new_book  # noqa: PLC0415 - of new books alone

        _make_folder(Path(place).parent)
        create_book(place, new_book(name, currency))
        return self.open_book(place)

    def _demo_place(self) -> Path:
        place = self._paths.book.with_name("demo.plimsoll")
        if not place.exists():
            _make_folder(place.parent)
            create_book(place, new_demo_book())
        return place

    def _last_book(self) -> str | None:
        try:
            place = self._last_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return place if place and Path(place).exists() else None

    def _remember(self, place: str) -> None:
        # A database URL may hold a password; what is not a file is not remembered.
        if self._named is None and "://" not in place:
            with suppress(OSError):
                self._last_file.write_text(str(Path(place).resolve()), "utf-8")

    @property
    def _last_file(self) -> Path:
        return self._paths.book.with_name("last-book.txt")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BookNotWritableError(f"{folder} cannot be made ({error.strerror}); name a book with --book.") from None
