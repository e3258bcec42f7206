"""``plimsoll labels …``: what wallets call their transactions and addresses, as they exchange it (BIP 329)."""

import os
from argparse import Namespace
from pathlib import Path
from typing import Final

from app.bootstrap import books
from app.cli.outcome import FAILED, SUCCESS, complain, write_bytes, write_json, write_text
from app.domain.errors import BookExistsError
from app.services.labels import label_document, label_obstacle, label_text, labels_text

_HEAD: Final = 4096


def start(arguments: Namespace) -> int:
    """Do what the verb says; return the exit code."""
    return {"import": _import, "export": _export}[arguments.verb](arguments)


def _import(arguments: Namespace) -> int:
    from app.bootstrap.labels import import_label_file, preview_label_file  # noqa: PLC0415 - brings the store

    place, path = books.book_place(arguments.book), Path(arguments.file)
    take = preview_label_file if arguments.dry_run else import_label_file
    found = take(place, path, leave_out_refused=arguments.leave_out_refused)
    stored = not arguments.dry_run and not found.stuck and found.after is not found.before
    if arguments.json:
        write_json(label_document(found, stored=stored))
    else:
        write_text(label_text(found, stored=stored))
    if found.stuck:
        complain(label_obstacle(found))
        return FAILED
    return SUCCESS


def _export(arguments: Namespace) -> int:
    book = books.read_book(books.book_place(arguments.book))
    data = labels_text(book).encode()
    if arguments.file == "-":
        write_bytes(data)
        return SUCCESS
    target = Path(arguments.file)
    _refuse_foreign(target)
    books.write_file(target, data)
    if arguments.json:
        write_json({"file": str(target), "labels": len(book.labels)})
    else:
        count = len(book.labels)
        write_text(f"Exported {count:,} {'label' if count == 1 else 'labels'} to {target}.")
    return SUCCESS


def _refuse_foreign(target: Path) -> None:
    """Refuse to replace a file that holds no labels: it may be a book, or anything else that is dear."""
    if not target.name or not os.path.lexists(target) or target.is_dir():
        return
    if target.exists() and not target.is_file():
        raise BookExistsError(f"{target} is not a file but a pipe or a device; name a file, or - for stdout.")
    head = books.read_head(target, _HEAD)
    if head.strip() and not (head.startswith(b"{") and b'"type"' in head and b'"ref"' in head):
        raise BookExistsError(f"{target} is there and holds no labels; choose another name.")
