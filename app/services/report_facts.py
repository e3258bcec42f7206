"""What reports are made of, gathered from a desk's newest snapshot and the price histories beside the book."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from app.domain.book import Book
from app.domain.candles import DailyCandle
from app.domain.disposals import LotRules, Scope
from app.domain.margin_calls import MarginCall
from app.domain.portfolio import BookFigures, currencies_of
from app.services.day_prices import DayPrices, closes_of
from app.services.desk import DeskSnapshot
from app.services.policy_report import policy_lines
from app.services.policy_state import limit_states
from app.services.reports import DataAge, ReportFacts


def report_facts(
    snapshot: DeskSnapshot,
    history: Callable[[str], tuple[DailyCandle, ...]],
    scans: Mapping[str, datetime | None] | None = None,
) -> ReportFacts:
    """Return what the reports of a snapshot are made of.

    ``history`` may read the store, so call this on its lane; ``scans`` as for ``facts_of``.
    """
    book = snapshot.book
    closes = closes_of(book.base_currency, {code: history(code) for code in sorted(currencies_used(book))})
    facts = facts_of(book, snapshot.figures, closes, usual_rules(closes), snapshot.calls, scans)
    # The desk knows by how many sources a breach is borne out; its word counts before ours.
    return replace(facts, policy=policy_lines(snapshot.policy)) if snapshot.policy else facts


def facts_of(
    book: Book,
    figures: BookFigures,
    closes: DayPrices,
    rules: LotRules,
    calls: tuple[MarginCall, ...],
    scans: Mapping[str, datetime | None] | None = None,
) -> ReportFacts:
    """Return the facts; ``scans`` says when each watched wallet was last looked at, by its name."""
    ages = tuple(
        DataAge(f"Wallet {name}", at, f"the wallet {name} was never scanned") for name, at in (scans or {}).items()
    )
    return ReportFacts(book, figures, closes, rules, calls, policy_lines(limit_states(book.limits, figures)), ages)


def currencies_used(book: Book) -> frozenset[str]:
    """Return every currency that a book's loans or transactions are in, its own among them."""
    used = {row.currency for account in book.accounts for row in account.transactions if row.currency is not None}
    return frozenset({*currencies_of(book), *used})


def usual_rules(closes: DayPrices) -> LotRules:
    """Return how lots are reckoned where nobody says otherwise: first in, first out, over the whole book."""
    return LotRules(scope=Scope.BOOK, price_on=closes.price_on, rate_on=closes.rate_on)
