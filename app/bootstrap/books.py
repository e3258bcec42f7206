"""Books as files, settings, resources, the log: what a command is handed that needs neither desk nor network."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.book import Book
from app.domain.errors import BookError, BookExistsError, NotABookError
from app.services.settings import Settings
from app.system.paths import named_book, named_config, user_paths

if TYPE_CHECKING:
    from app.store.book_store import BookStore
    from app.system.config_file import ConfigFile

Place = str | Path


def book_place(given: str | None) -> str:
    """Return the book to use: the one named, the one that the environment names, or the user's own."""
    return given or named_book() or str(user_paths().book)


def book_is_named(given: str | None) -> bool:
    """Return whether somebody said which book to use."""
    return bool(given or named_book())


def config_file(given: str | Path | None = None) -> "ConfigFile":
    """Return the configuration file; one that was named has to exist."""
    from app.system.config_file import ConfigFile  # noqa: PLC0415 - often there is none

    named = Path(given) if given else named_config()
    return ConfigFile(named or user_paths().config, required=named is not None)


def load_settings(given: str | None) -> Settings:
    """Return the settings in force.

    Raises:
        ConfigError: the file has a fault, or was named and is not there.
    """
    if not given and named_config() is None and not user_paths().config.exists():
        return Settings()
    return config_file(given).load()


def read_book(place: Place) -> Book:
    """Return the whole book at ``place``, opened for reading only.

    Raises:
        BookError: it cannot be opened or read.
    """
    from app.store.book_store import BookStore  # noqa: PLC0415 - price needs no book

    store = BookStore.open(place, readonly=True)
    try:
        return store.read()
    finally:
        store.close()


def read_papers(place: Place, book: Book) -> dict[str, bytes]:
    """Return the bytes of the book's papers by their keys, of those that are there.

    Raises:
        BookError: they cannot be read.
    """
    if not book.attachments:
        return {}
    from app.store.attachments import BookPapers  # noqa: PLC0415 - few books have papers
    from app.store.book_store import BookStore  # noqa: PLC0415 - as above

    store = BookStore.open(place, readonly=True)
    try:
        papers = BookPapers(store.backend)
        found = {one.key: papers.read(one.key) for one in book.attachments}
    finally:
        store.close()
    return {key: content for key, content in found.items() if content}


def create_book(place: Place, book: Book, papers: Mapping[str, bytes] | None = None) -> None:
    """Make a new book; the folder of the user's own one is made, too.

    Args:
        place: where.
        book: what it holds.
        papers: the bytes of its papers by their keys.

    Raises:
        BookError: there is one already, or it cannot be written there.
    """
    from app.store.book_store import BookStore  # noqa: PLC0415 - as above

    if str(place) == str(user_paths().book):
        try:
            Path(place).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            folder = Path(place).parent
            raise BookError(f"{folder} cannot be made ({error.strerror}); name a place with --book.") from None
    store = BookStore.create(place, book)
    try:
        _keep_papers(store, papers or {})
    except BookError:
        # A book without its papers is half a book.
        if store.location.path is not None:
            store.location.path.unlink(missing_ok=True)
        raise
    finally:
        store.close()


def _keep_papers(store: "BookStore", papers: Mapping[str, bytes]) -> None:
    if not papers:
        return
    from app.store.attachments import BookPapers  # noqa: PLC0415 - few books have papers

    kept = BookPapers(store.backend)
    for key, content in papers.items():
        kept.keep(key, content)


def refuse_existing(place: str) -> None:
    """Refuse before long work what ``create_book`` would refuse after it.

    Raises:
        BookExistsError: there is a file.
    """
    if "://" not in place and os.path.lexists(place):
        raise BookExistsError(f"{place} is there already; name another place with --book.")


def verify_book(place: str) -> list[str]:
    """Return what is wrong with the book, one sentence each."""
    from app.store.backup import verify  # noqa: PLC0415 - of one command

    return verify(place)


def backup_book(place: str, target: Path) -> None:
    """Copy the book as of one moment."""
    from app.store.backup import backup  # noqa: PLC0415 - of one command

    backup(place, target)


def restore_book(source: Path, place: str) -> None:
    """Put a backup where there is no book.

    Raises:
        BookError: it is no sound book, or something is there already.
    """
    from app.store.backup import restore  # noqa: PLC0415 - of one command

    if "://" in place and not place.startswith("sqlite"):
        raise NotABookError("A backup is a file; restore it to a file, or use the server's own tools.")
    restore(source, Path(place.removeprefix("sqlite:///")))


def read_file(path: Path, most_bytes: int) -> bytes:
    """Return a file's bytes (``app.system.files``)."""
    from app.system.files import read_file as read  # noqa: PLC0415 - of one command

    return read(path, most_bytes)


def read_head(path: Path, size: int) -> bytes:
    """Return the first bytes of a file (``app.system.files``)."""
    from app.system.files import read_head as read  # noqa: PLC0415 - of one command

    return read(path, size)


def write_file(path: Path, data: bytes) -> None:
    """Put data at a path as a whole (``app.system.files``)."""
    from app.system.files import write_file as write  # noqa: PLC0415 - of one command

    write(path, data)


def new_demo_book() -> Book:
    """Return the demo book."""
    from app.services.demo import BOOK_RESOURCE, demo_book  # noqa: PLC0415 - of demo books alone
    from app.system.resources import resource_path  # noqa: PLC0415 - of demo books alone

    return demo_book(resource_path(BOOK_RESOURCE).read_bytes())


def read_resource(name: str) -> bytes:
    """Return the contents of a file below ``resources/``."""
    from app.system.resources import resource_path  # noqa: PLC0415 - few commands need one

    return resource_path(name).read_bytes()


def moment_of(book: Book) -> datetime:
    """Return now; for a demo book the recorded moment."""
    if book.demo:
        from app.services.demo import DEMO_AS_OF  # noqa: PLC0415 - of demo books alone

        return DEMO_AS_OF
    return datetime.now(UTC)


def log_fault(error: BaseException) -> Path | None:
    """Write a fault of ours into the log, secrets taken out; return where it is, or None where it cannot be written."""
    import logging  # noqa: PLC0415 - only a fault needs it

    from app.system.logs import start_log, stop_log  # noqa: PLC0415 - only a fault needs it

    file = start_log(user_paths().log, stderr_level=None)
    try:
        logging.getLogger("plimsoll").error("fault", exc_info=error)
    finally:
        stop_log()
    return file


def screen_problem() -> str | None:
    """Return what a window would need that is missing here, or None."""
    from app.system.screen import screen_problem as problem  # noqa: PLC0415 - of the window alone

    return problem()
