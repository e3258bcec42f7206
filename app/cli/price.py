"""``plimsoll price``: what the sources say now; needs no book."""

from argparse import Namespace
from decimal import Decimal

from app.bootstrap import books
from app.cli.outcome import NO_PRICE, SUCCESS, write_json, write_text
from app.domain.quotes import Consensus, SourceVerdict
from app.services.price_report import has_trustworthy_price, price_report
from app.services.wording import age, money


def start(arguments: Namespace) -> int:
    """Ask, print the consensus and every source's verdict; return the exit code."""
    from app.bootstrap.desk import ask_once  # noqa: PLC0415 - brings the sources with it

    settings = books.load_settings(arguments.config)
    named = tuple(dict.fromkeys(arguments.currency or ()))
    currencies = named or (_base_currency(arguments.book),)
    answers = ask_once(settings, currencies)
    found = [answers[currency] for currency in currencies]
    if arguments.json:
        reports = [price_report(consensus) for consensus in found]
        write_json(reports[0] if len(reports) == 1 else reports)
    else:
        write_text("\n\n".join(_told(consensus) for consensus in found))
    return SUCCESS if all(map(has_trustworthy_price, found)) else NO_PRICE


def _base_currency(place: str | None) -> str:
    return books.read_book(books.book_place(place)).base_currency if books.book_is_named(place) else "USD"


def _told(consensus: Consensus) -> str:
    width = max((len(source.name) for source in consensus.sources), default=0)
    lines = [_head(consensus)]
    lines += [f"  {source.name:<{width}}  {_verdict(source, consensus.currency)}" for source in consensus.sources]
    if consensus.note:
        lines.append(consensus.note)
    return "\n".join(lines)


def _head(consensus: Consensus) -> str:
    currency = consensus.currency
    if has_trustworthy_price(consensus) and consensus.value is not None:
        return f"BTC {money(consensus.value, currency)} ({consensus.status})"
    return f"No trustworthy price in {currency} ({consensus.status})"


def _verdict(source: SourceVerdict, currency: str) -> str:
    price = "–" if source.price is None else money(Decimal(source.price), currency)
    old = "" if source.age_seconds is None else f"{age(source.age_seconds)} old"
    return f"{source.verdict:<8}  {price:>16}  {old:<10} {source.reason}".rstrip()
