"""``plimsoll history …``: the daily prices beside the book."""

from argparse import Namespace
from pathlib import Path

from app.bootstrap import books
from app.cli.outcome import SUCCESS, write_json, write_text
from app.services.history_report import history_document, history_text, import_document, import_text


def start(arguments: Namespace) -> int:
    """Do what the verb says; return the exit code."""
    verbs = {"import": _import, "show": _show}
    return verbs[arguments.verb](arguments)


def _import(arguments: Namespace) -> int:
    from app.bootstrap.histories import load_history  # noqa: PLC0415 - brings the store with it

    done = load_history(books.book_place(arguments.book), Path(arguments.file), arguments.currency)
    if arguments.json:
        write_json(import_document(done))
    else:
        write_text(import_text(done))
    return SUCCESS


def _show(arguments: Namespace) -> int:
    from app.bootstrap.histories import show_history  # noqa: PLC0415 - as above

    shown = show_history(books.book_place(arguments.book), arguments.currency)
    if arguments.json:
        write_json(history_document(arguments.currency, shown))
    else:
        write_text(history_text(arguments.currency, shown))
    return SUCCESS
