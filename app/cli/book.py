"""``plimsoll book …``: the book itself."""

import os
from argparse import Namespace
from pathlib import Path

from app.bootstrap import books
from app.cli.outcome import SUCCESS, write_bytes, write_json, write_text
from app.domain.book import Book
from app.domain.check import check_book
from app.domain.errors import BookExistsError, BookFileError, InputError, NotABookError
from app.services.book_file import FORMAT, MAX_BYTES, parse_book_and_papers, render_book

_HEAD = 4096


def start(arguments: Namespace) -> int:
    """Do what the verb says; return the exit code."""
    verbs = {
        "new": _new,
        "import": _import,
        "export": _export,
        "demo": _demo,
        "verify": _verify,
        "backup": _backup,
        "restore": _restore,
    }
    return verbs[arguments.verb](arguments)


def _new(arguments: Namespace) -> int:
    from app.services.new_book import new_book  # noqa: PLC0415 - of this alone

    book = new_book(arguments.name, arguments.currency)
    check_book(book)
    place = books.book_place(arguments.book)
    books.create_book(place, book)
    write_text(f"Made an empty book in {place}.")
    return SUCCESS


def _import(arguments: Namespace) -> int:
    place = books.book_place(arguments.book)
    books.refuse_existing(place)
    data = books.read_file(Path(arguments.file), MAX_BYTES)
    try:
        book, papers = parse_book_and_papers(data)
    except InputError as error:
        raise BookFileError(str(error), arguments.file) from None
    books.create_book(place, book, papers)
    missing = len(book.attachments) - len(papers)
    lacks = f" The file names {missing} paper{'' if missing == 1 else 's'} without their content." if missing else ""
    write_text(f"Imported {_told(book)} into {place}.{lacks}")
    return SUCCESS


def _export(arguments: Namespace) -> int:
    place = books.book_place(arguments.book)
    book = books.read_book(place)
    text = render_book(book, books.read_papers(place, book).get)
    if arguments.file == "-":
        write_bytes(text.encode())
        return SUCCESS
    target = Path(arguments.file)
    _refuse_foreign(target)
    books.write_file(target, text.encode())
    write_text(f"Exported {_told(book)} to {target}.")
    return SUCCESS


def _demo(arguments: Namespace) -> int:
    place = books.book_place(arguments.book)
    books.refuse_existing(place)
    books.create_book(place, books.new_demo_book())
    write_text(f"Made the demo book in {place}. Look at it with: plimsoll --book {place} status")
    return SUCCESS


def _verify(arguments: Namespace) -> int:
    place = books.book_place(arguments.book)
    findings = books.verify_book(place)
    if arguments.json:
        write_json({"book": place, "sound": not findings, "findings": findings})
    elif not findings:
        write_text(f"{place} is sound: {_told(books.read_book(place))}.")
    if findings:
        raise NotABookError(f"{place} is not sound: {' '.join(findings)}")
    return SUCCESS


def _backup(arguments: Namespace) -> int:
    place = books.book_place(arguments.book)
    books.backup_book(place, Path(arguments.file))
    write_text(f"Backed up {place} to {arguments.file}.")
    return SUCCESS


def _restore(arguments: Namespace) -> int:
    place = books.book_place(arguments.book)
    books.restore_book(Path(arguments.file), place)
    write_text(f"Restored {arguments.file} to {place}.")
    return SUCCESS


def _refuse_foreign(target: Path) -> None:
    """Refuse to replace a file that is no former export: it may be a book, or anything else that is dear."""
    if not target.name or not os.path.lexists(target) or target.is_dir():
        return
    if target.exists() and not target.is_file():
        raise BookExistsError(f"{target} is not a file but a pipe or a device; name a file, or - for stdout.")
    head = books.read_head(target, _HEAD)
    if head.strip() and f'"{FORMAT}"'.encode() not in head:
        raise BookExistsError(f"{target} is there and is no former export; choose another name.")


def _counts(book: Book) -> dict[str, int]:
    return {
        "accounts": len(book.accounts),
        "transactions": sum(len(account.transactions) for account in book.accounts),
        "loans": len(book.loans),
        "events": sum(len(loan.events) for loan in book.loans),
    }


def _told(book: Book) -> str:
    words = {"accounts": "account", "transactions": "transaction", "loans": "loan", "events": "event"}
    parts = [f"{count:,} {name if count != 1 else words[name]}" for name, count in _counts(book).items()]
    return f"“{book.name}”, {', '.join(parts)}"
