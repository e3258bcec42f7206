"""Rules for tests: a round's figures and context in one line, and what the sources said of a price."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from app.domain.book import Book
from app.domain.candles import DailyCandle
from app.domain.ledger import Ledger, PriceKey
from app.domain.margin_calls import MarginCall
from app.domain.portfolio import BookFigures, book_figures
from app.domain.quotes import Consensus, NoQuote, PriceLookup, PriceStatus, Quote
from app.domain.rule_machine import Reading, Sign
from app.domain.rules import Rule
from app.services.drop_test import PriceMoves
from app.services.rule_context import RuleContext
from app.services.rule_readings import readings
from tests.fakes.loans import at

NOW = at("2026-02-10T12:00")
NO_MOVES = PriceMoves(None, None)


def quoted(value: str | Decimal, currency: str = "USD", now: datetime = NOW) -> Quote:
    """Return a quote of this moment that five sources agree on."""
    return Quote(currency, Decimal(value), now, "consensus", 5, 5)


def silent(currency: str = "USD") -> NoQuote:
    """Return that there is no price."""
    return NoQuote(currency, "no source answers")


def thin(value: str, *prices: str) -> Consensus:
    """Return a round in which few sources answered, and what each said."""
    said = tuple(sorted(Decimal(price) for price in prices))
    return Consensus("USD", PriceStatus.THIN, Decimal(value), said[0], said[-1], NOW, "consensus", (), said)


def figures_at(
    book: Book,
    price: str | Decimal | None,
    *,
    now: datetime = NOW,
    others: Mapping[str, PriceLookup] | None = None,
    named: Mapping[PriceKey, PriceLookup] | None = None,
    ledger: Ledger | None = None,
) -> BookFigures:
    """Return a book's figures at a price in dollars; None for no price."""
    usd: PriceLookup = silent() if price is None else quoted(price, now=now)
    return book_figures(book, {"USD": usd, **(others or {})}, now, named=named, ledger=ledger)


def context(
    *,
    now: datetime = NOW,
    consensus: Consensus | None = None,
    week: str | None = None,
    candles: Sequence[DailyCandle] = (),
    calls: Sequence[MarginCall] = (),
) -> RuleContext:
    """Return what a rule is judged by; history is in dollars."""
    moves = NO_MOVES if week is None else PriceMoves(None, Decimal(week))
    said = {} if consensus is None else {consensus.currency: consensus}
    return RuleContext(now, said, moves, {"USD": candles} if candles else {}, calls=calls)


def read(rule: Rule, figures: BookFigures, about: RuleContext | None = None) -> dict[str, Reading]:
    """Return what one rule says, by subject."""
    said = readings((rule,), figures, context(now=figures.as_of) if about is None else about)
    found = {reading.subject: reading for reading in said}
    assert len(found) == len(said)
    return found


def sign(rule: Rule, figures: BookFigures, about: RuleContext | None = None) -> Sign:
    """Return the sign of a rule that says one thing."""
    (reading,) = read(rule, figures, about).values()
    return reading.sign
