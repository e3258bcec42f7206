"""Encumbrance, counterparties, gains and the roll-forward as reports: exact, tied, and silent about nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.book import Account, AccountKind, Book, EventKind, LoanEvent, Transaction, TransactionKind
from app.domain.candles import DailyCandle
from app.domain.disposals import LotRules, Method, Scope
from app.domain.errors import InputError
from app.domain.portfolio import book_figures
from app.domain.quotes import NoQuote, PriceLookup, Quote
from app.domain.terms import Evidence
from app.domain.wallets import Wallet, WalletKind
from app.services.day_prices import closes_of
from app.services.report_ports import Figures, Missing, Money, Report, Section, Table, Value
from app.services.reports import ReportAsk, ReportFacts, report_kind
from tests.fakes.lots import BTC, at, book_of, buy, loan_of, row, sell

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
DAYS = [date(2023, 12, 31) + timedelta(days=number) for number in range(500)]
PRICES = {day: Decimal(40_000 + 37 * number) for number, day in enumerate(DAYS)}


def quote(currency: str, value: str) -> Quote:
    return Quote(currency, Decimal(value), NOW, "manual", 1, 1)


def facts(book: Book, price: str | None = "60000", rules: LotRules | None = None) -> ReportFacts:
    prices: dict[str, PriceLookup] = {"EUR": quote("EUR", "50000")}
    prices["USD"] = quote("USD", price) if price else NoQuote("USD", "no source answers")
    closes = closes_of("USD", {"USD": tuple(DailyCandle.closing(day, close) for day, close in PRICES.items())})
    chosen = rules or LotRules(scope=Scope.BOOK)
    return ReportFacts(
        book,
        book_figures(book, prices, NOW),
        closes,
        replace(chosen, price_on=closes.price_on, rate_on=closes.rate_on),
    )


def made(key: str, given_facts: ReportFacts, **asked: int) -> Report:
    return report_kind(key).build(given_facts, ReportAsk(**asked))  # type: ignore[arg-type] # years alone


def tables(report: Report) -> Iterator[tuple[Section, Table]]:
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                yield section, block


def table(report: Report, heading: str) -> Table:
    return next(one for section, one in tables(report) if section.heading.startswith(heading))


def cell(of: Table, key: str, column: str) -> Value:
    place = [one.heading for one in of.columns].index(column)
    return next(each for each in (*of.rows, *of.totals) if each[0] == key)[place]


def lent(sats: int, debt: str) -> tuple[LoanEvent, ...]:
    return (
        LoanEvent(at("2024-02-01"), EventKind.POST, sats=sats, account="Main"),
        LoanEvent(at("2024-02-01"), EventKind.DRAW, Decimal(debt)),
    )


def treasury() -> Book:
    book = book_of(buy("2024-01-01", "10", "400000"), Cold=(buy("2024-01-05", "2", "90000"),))
    book = replace(
        book,
        accounts=(*book.accounts, Account("Bitex", AccountKind.EXCHANGE, (buy("2024-01-06", "1", "45000"),))),
    )
    flat = replace(loan_of().terms[0], rate=Decimal(0), start=date(2024, 1, 1))
    proven = replace(flat, evidence=Evidence("Agreement, clause 4", date(2025, 1, 30)))
    first = replace(loan_of(*lent(4 * BTC, "100000")), name="A", lender="North", terms=(proven,))
    second = replace(loan_of(*lent(2 * BTC, "60000"), currency="EUR"), name="B", lender="North", terms=(flat,))
    third = replace(loan_of(*lent(BTC, "70000")), name="C", lender="South", terms=(flat,))
    escrow = Wallet("w", "Escrow", WalletKind.ADDRESSES, ("bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",), loan="A")
    return replace(book, loans=(first, second, third), wallets=(escrow,))


def test_what_is_pledged_lies_somewhere_and_has_terms() -> None:
    report = made("encumbrance", facts(treasury()))
    pledged = table(report, "Pledged")
    assert [each[:2] for each in pledged.rows] == [("A", "North"), ("B", "North"), ("C", "South")]
    assert cell(pledged, "A", "Lies at") == "watched wallet Escrow"
    assert cell(pledged, "C", "Lies at") == "South, unseen"
    assert (cell(pledged, "All pledged", "BTC"), cell(pledged, "All pledged", "Value")) == (7 * BTC, 420000)
    secured = table(report, "What it secures")
    assert cell(secured, "B", "Debt") == Money(Decimal(60000), "EUR")
    assert cell(secured, "All", "Debt") == Money(Decimal(100000 + 72000 + 70000), "USD")
    evidence = table(report, "What the contracts say")
    assert evidence.rows[0][2:5] == ("Agreement, clause 4", date(2025, 1, 30), 30)
    assert isinstance(evidence.rows[1][2], Missing)
    free = table(report, "Unencumbered")
    assert [(each[0], each[2]) for each in free.rows] == [("Main", 3 * BTC), ("Cold", 2 * BTC), ("Bitex", BTC)]
    assert cell(free, "All unencumbered", "BTC") == 6 * BTC


def test_what_a_failed_lender_would_owe_back() -> None:
    report = made("counterparties", facts(treasury()))
    lenders = table(report, "Lenders")
    # North: 6 BTC are $360,000, against $100,000 and €60,000, which are $72,000. South: $60,000 against $70,000.
    assert cell(lenders, "North", "Beyond the debt") == 188000
    assert cell(lenders, "North", "Beyond, BTC") == 313333334
    assert cell(lenders, "South", "Beyond the debt") == 0
    assert cell(lenders, "All lenders", "Beyond the debt") == 188000
    assert cell(table(report, "Exchanges"), "Bitex", "BTC held") == BTC
    figures = report.sections[0].blocks[0]
    assert isinstance(figures, Figures)
    largest = figures.items[2]
    assert largest.note == "North"
    assert isinstance(largest.value, Decimal)
    assert largest.value.quantize(Decimal("1e-9")) == Decimal("0.461538462")


@pytest.mark.parametrize("key", ["encumbrance", "counterparties"])
def test_without_a_price_nothing_is_worth_nothing(key: str) -> None:
    report = made(key, facts(treasury(), None))
    assert "No price to rely on in USD" in report.warning
    values = [
        each[place]
        for _, one in tables(report)
        for place, column in enumerate(one.columns)
        if column.heading in ("Value", "Beyond the debt")
        for each in (*one.rows, *one.totals)
    ]
    assert values
    assert all(isinstance(value, Missing) for value in values)


@pytest.mark.parametrize("key", ["encumbrance", "counterparties", "gains"])
def test_an_empty_book_has_a_report(key: str) -> None:
    assert all(not one.rows for _, one in tables(made(key, facts(Book("Empty")))))


def test_gains_lead_to_lots_and_add_up() -> None:
    book = book_of(buy("2024-01-01", "1", "40000"), buy("2024-02-01", "1", "43000"), sell("2025-02-02", "1.5", "90000"))
    report = made("gains", facts(book))
    disposals = table(report, "Disposals")
    assert [(each[3], each[6], each[10]) for each in disposals.rows] == [
        (BTC, Decimal(20000), "yes"),
        (BTC // 2, Decimal(8500), "yes"),
    ]
    assert disposals.totals[0][6] == 28500
    assert cell(table(report, "By year"), "2025", "Net gain") == 28500
    assert [each[4:6] for each in table(report, "Held").rows] == [(BTC // 2, Decimal(21500))]
    assert table(report, "Held").totals[0][4:6] == (BTC // 2, Decimal(21500))
    assert made("gains", facts(book), year=2024).sections[3].blocks[0] != disposals
    chosen = made("gains", facts(book, rules=LotRules(Method.SPECIFIC)))
    assert "lots as chosen, the oldest where none was" in chosen.sources[0]


def test_what_is_not_known_is_named_and_in_no_sum() -> None:
    book = book_of(row("deposit", "2024-01-01", "1"), sell("2024-06-01", "1", "50000"))
    report = made("gains", facts(book))
    (disposal,) = table(report, "Disposals").rows
    assert isinstance(disposal[5], Missing)
    assert isinstance(table(report, "Disposals").totals[0][6], Missing)
    roll = made("rollforward", facts(book), year=2024)
    assert any("cannot be said" in str(block) for section in roll.sections for block in section.blocks)
    assert isinstance(cell(table(roll, "How it ties"), "of it gains", "USD"), Missing)
    assert isinstance(cell(table(report, "By year"), "2024", "Proceeds"), Missing)
    assert isinstance(table(report, "Disposals").totals[0][4], Missing)


@pytest.mark.parametrize(("year", "told"), [(None, "names no year"), (2025, "is not over")])
def test_a_year_that_cannot_be_told(year: int | None, told: str) -> None:
    with pytest.raises(InputError, match=told):
        report_kind("rollforward").build(facts(treasury()), ReportAsk(year=year))


def test_restricted_bitcoin_is_told_loan_by_loan() -> None:
    roll = made("rollforward", facts(treasury()), year=2024)
    restricted = table(roll, "Restricted")
    assert [each[1:3] for each in restricted.rows] == [("A", 4 * BTC), ("B", 2 * BTC), ("C", BTC)]
    assert cell(table(roll, "Holding"), "of it pledged", "Units") == restricted.totals[0][2] == 7 * BTC


KINDS = st.sampled_from([
    TransactionKind.BUY, TransactionKind.SELL, TransactionKind.INCOME, TransactionKind.SPEND, TransactionKind.FEE,
    TransactionKind.WITHDRAWAL,
])  # fmt: skip
ENTRIES = st.lists(
    st.tuples(st.integers(1, 420), KINDS, st.integers(1, BTC), st.integers(1, 10**9), st.integers(0, 10**4)),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(entries=ENTRIES, method=st.sampled_from(list(Method)), scope=st.sampled_from(list(Scope)))
def test_the_roll_forward_ties_to_the_gains_to_the_penny(
    entries: list[tuple[int, TransactionKind, int, int, int]], method: Method, scope: Scope
) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    fund = Transaction(start, TransactionKind.BUY, 100 * BTC, Decimal(4_000_000))
    moved = tuple(
        Transaction(
            start + timedelta(days=day), kind, sats, Decimal(cents).scaleb(-2), None, Decimal(fee).scaleb(-2) or None
        )
        for day, kind, sats, cents, fee in entries
    )
    book = Book("Desk", accounts=(Account("Main", transactions=(fund, *moved)),))
    known = facts(book, rules=LotRules(method=method, scope=scope))
    roll = made("rollforward", known, year=2024)
    tie = table(roll, "How it ties")
    assert cell(tie, "Difference", "USD") == 0
    sums = table(made("gains", known, year=2024), "Disposals").totals
    realised = cell(tie, "Realised gain, as in the report of realised gains", "USD")
    assert realised == (sums[0][6] if sums else 0)
