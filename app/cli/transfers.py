"""``plimsoll transfers``: withdrawals and deposits that are one movement between two accounts."""

from argparse import Namespace

from app.bootstrap import books
from app.cli.outcome import SUCCESS, write_json, write_text
from app.services.transfer_report import transfers_document, transfers_page


def start(arguments: Namespace) -> int:
    """Say what was found, store it where that was asked; return the exit code."""
    from app.bootstrap.transfers import join_transfers, look_for_transfers  # noqa: PLC0415 - brings the store

    place = books.book_place(arguments.book)
    found = join_transfers(place) if arguments.apply else look_for_transfers(place)
    stored = arguments.apply and bool(found.pairs)
    if arguments.json:
        write_json(transfers_document(found, stored=stored))
    else:
        write_text(transfers_page(found, stored=stored))
    return SUCCESS
