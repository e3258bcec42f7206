"""``plimsoll gains``: what was made by selling, spending and forced sales, and what is unrealised."""

from argparse import Namespace

from app.bootstrap import books
from app.cli.outcome import SUCCESS, write_json, write_text
from app.domain.disposals import LotRules, Method, Scope
from app.services.day_prices import DayPrices
from app.services.gains import gains_of
from app.services.gains_report import gains_csv, gains_document
from app.services.gains_table import gains_page


def start(arguments: Namespace) -> int:
    """Reckon and say; return the exit code."""
    from app.bootstrap.gains import read_book_and_closes  # noqa: PLC0415 - brings the store with it

    book, prices = read_book_and_closes(books.book_place(arguments.book))
    today = books.moment_of(book).date()
    gains = gains_of(book, rules_asked(arguments, prices), prices, arguments.year, today)
    if arguments.json:
        write_json(gains_document(gains))
    elif arguments.csv:
        write_text(gains_csv(gains).removesuffix("\n"))
    else:
        write_text(gains_page(gains))
    return SUCCESS


def rules_asked(arguments: Namespace, prices: DayPrices) -> LotRules:
    """Return how lots are to be reckoned."""
    return LotRules(
        method=Method(arguments.method),
        scope=Scope(arguments.per),
        fees_in_basis=arguments.fees == "in",
        fee_is_disposal=arguments.network_fees == "disposal",
        price_on=prices.price_on,
        rate_on=prices.rate_on,
    )
