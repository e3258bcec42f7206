"""Copies of a book: made by SQLite's own backup, checked, and only then given their name."""

import sqlite3
from contextlib import closing
from pathlib import Path

from app.domain.errors import BookError, BookExistsError, BookNotWritableError
from app.store import placing, sqlite_file
from app.store.alarm_check import check_alarm
from app.store.failures import damaged, sqlite_failure
from app.store.file_backend import FileBackend
from app.store.location import parse_location
from app.store.schema import SCHEMA_NUMBER

_PAGES_AT_ONCE = 1024
_MOST_FINDINGS = 20


def backup(place: str | Path, target: Path, *, overwrite: bool = False) -> None:
    """Copy the book at ``place`` to ``target`` as of one moment, also while it is being written.

    Raises:
        BookExistsError: ``target`` is there.
        NotABookError: the book, and so its copy, is damaged.
        BookError: it cannot be read, or not written there; nothing is left behind.
    """
    source = _file_of(place)
    sqlite_file.check_header(source)
    _copy(source, target, overwrite=overwrite)


def restore(backup_file: Path, target: Path, *, overwrite: bool = False) -> None:
    """Put the backup in the place of a book.

    Args:
        backup_file: checked before anything is touched.
        target: where the book shall be.
        overwrite: take the place of a book that is there.

    Raises:
        BookExistsError: ``target`` is there, or an unfinished change (a journal) lies beside it.
        BookError: as ``backup``; the target is as it was.
    """
    sqlite_file.check_file(backup_file, thorough=True)
    placing.check_target(target, overwrite=overwrite)
    for ending in ("-wal", "-journal", "-shm"):
        leftover = target.with_name(target.name + ending)
        if leftover.exists():
            msg = (
                f"{leftover} holds an unfinished change that would spoil the restored book; nothing was changed."
                " Open the book once to finish it, or move that file away, and try again."
            )
            raise BookExistsError(msg)
    _copy(backup_file, target, overwrite=overwrite)


def verify(place: str | Path) -> list[str]:
    """Return what is wrong with a book, one sentence each; empty for a sound one.

    Looks at every page and every reference, at the schema, reads the whole book, and its alarm.

    Raises:
        BookError: it is no book of ours, or cannot be read at all.
    """
    path = _file_of(place)
    number = sqlite_file.check_header(path)
    findings: list[str] = []
    if number < SCHEMA_NUMBER:
        return [f"The book has the older format {number}; opening it brings it to {SCHEMA_NUMBER}."]
    with closing(sqlite_file.connect(path)) as connection:
        try:
            pages = connection.execute(f"PRAGMA integrity_check({_MOST_FINDINGS})").fetchall()
            findings += [f"Damaged page: {row[0]}." for row in pages if row[0] != "ok"]
            references = connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_FINDINGS)
            findings += [f"Row {row[1]} of table {row[0]} belongs to no row of table {row[2]}." for row in references]
        except sqlite3.Error as error:
            findings.append(str(sqlite_failure(error, path)))
    try:
        backend = FileBackend(path)
        backend.read_book()
        findings += check_alarm(backend)
    except BookError as error:
        findings.append(str(error))
    return findings


def _file_of(place: str | Path) -> Path:
    location = parse_location(place)
    if location.path is None:
        msg = f"{location} is on a server; use the server's own backup, and plimsoll book export for a copy."
        raise BookError(msg)
    return location.path


def _copy(source: Path, target: Path, *, overwrite: bool) -> None:
    placing.check_target(target, overwrite=overwrite)
    temporary = placing.temporary_beside(target)
    try:
        placing.claim(temporary)
        with closing(sqlite_file.connect(source)) as reading, closing(sqlite3.connect(temporary)) as writing:
            reading.backup(writing, pages=_PAGES_AT_ONCE)
            found = writing.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise damaged(source)
        placing.place(temporary, target, overwrite=overwrite)
    except sqlite3.Error as error:
        failure = sqlite_failure(error, target, writing=True)
        # No room and no permission concern the new file; damage and another writer the one that is read.
        if not isinstance(failure, BookNotWritableError):
            failure = sqlite_failure(error, source, writing=True)
        raise failure from error
    finally:
        placing.discard(temporary)
