"""``plimsoll rollforward``: a year's bitcoin from opening to closing fair value."""

from argparse import Namespace

from app.bootstrap import books
from app.cli.gains import rules_asked
from app.cli.outcome import SUCCESS, write_json, write_text
from app.domain.errors import InputError
from app.services.roll_forward import roll_forward
from app.services.roll_forward_report import roll_forward_document, roll_forward_page


def start(arguments: Namespace) -> int:
    """Reckon and say; return the exit code."""
    from app.bootstrap.gains import read_book_and_closes  # noqa: PLC0415 - brings the store with it

    book, prices = read_book_and_closes(books.book_place(arguments.book))
    if arguments.year >= books.moment_of(book).year:
        msg = f"{arguments.year} is not over; name a year that is"
        raise InputError(msg, "--year")
    roll = roll_forward(book, rules_asked(arguments, prices), prices, arguments.year)
    if arguments.json:
        write_json(roll_forward_document(roll))
    else:
        write_text(roll_forward_page(roll))
    return SUCCESS
