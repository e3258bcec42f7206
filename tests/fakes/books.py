"""Books for tests: whatever hypothesis can think of that could be true, and big ones for measuring.

>>> from tests.fakes.books import big_book, books
"""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from itertools import groupby
from operator import attrgetter
from typing import Literal

from hypothesis import strategies as st

from app.domain.book import (
    INFLOWS,
    Account,
    AccountKind,
    Book,
    EventKind,
    Loan,
    LoanEvent,
    Transaction,
    TransactionKind,
)
from app.domain.money import EXACT, btc_of, floor_fiat
from app.domain.scenario import Scenario, ScenarioKind, request_text
from app.domain.terms import (
    Accrual,
    DayCount,
    Delivery,
    Evidence,
    Exposure,
    ExtentMode,
    FeeBase,
    Payment,
    Terms,
    Trigger,
    TriggerKind,
)

CURRENCIES = ("USD", "EUR", "JPY", "CHF", "USDT")
_START = datetime(2010, 1, 1, tzinfo=UTC)
_MOST_SATS = 10**12
_HALVES: tuple[Literal["Cs"]] = ("Cs",)
_UNPRINTABLE: tuple[Literal["C"], Literal["Z"]] = ("C", "Z")


def decimals(most: int = 10**13, places: int = 8) -> st.SearchStrategy[Decimal]:
    """Return positive decimals below 10¹⁴ with up to ``places`` decimals, trailing zeros included."""
    return st.builds(lambda digits, scale: Decimal(digits).scaleb(-scale), st.integers(1, most), st.integers(0, places))


def names() -> st.SearchStrategy[str]:
    """Return names as a book takes them: printable, no space at either end."""
    letters: st.SearchStrategy[str] = st.characters(exclude_categories=_UNPRINTABLE) | st.just(" ")
    return st.text(letters, min_size=1, max_size=12).map(str.strip).filter(bool)


def notes() -> st.SearchStrategy[str]:
    """Return free text; no NUL, which PostgreSQL cannot keep."""
    letters = st.characters(exclude_categories=_HALVES, exclude_characters="\0")
    return st.just("") | st.text(letters, max_size=20)


def instants(earliest: datetime = _START, days: int = 5000) -> st.SearchStrategy[datetime]:
    """Return UTC instants, many on the hour, some with microseconds."""
    span = timedelta(days=days)
    coarse = st.integers(0, days * 24).map(lambda hours: earliest + timedelta(hours=hours))
    return coarse | st.timedeltas(timedelta(0), span).map(lambda after: earliest + after)


def ltvs(most: str = "2") -> st.SearchStrategy[Decimal]:
    """Return loan-to-value ratios above 0 and up to ``most``."""
    return st.builds(
        lambda share, scale: max((share * Decimal(most)).quantize(Decimal(1).scaleb(-scale)), Decimal("0.01")),
        st.decimals("0.01", 1, places=4),
        st.integers(2, 6),
    ).map(lambda ltv: min(ltv, Decimal(most)))


@st.composite
def triggers(draw: st.DrawFn) -> Trigger:
    """Return one trigger with what belongs to its kind."""
    kind = draw(st.sampled_from(TriggerKind))
    ltv = draw(ltvs())
    if kind is TriggerKind.WARNING:
        return Trigger(kind, ltv)
    if kind is TriggerKind.MARGIN_CALL:
        cure = draw(st.none() | st.just(ltv) | ltvs("0.01"))
        return Trigger(kind, ltv, draw(st.none() | st.integers(0, 500)), cure, draw(st.booleans()))
    extent = draw(st.sampled_from(ExtentMode))
    return Trigger(
        kind,
        ltv,
        extent=extent,
        extent_ltv=ltv if extent is ExtentMode.TO_LTV else None,
        fee_rate=draw(st.sampled_from([Decimal(0), Decimal("0.02"), Decimal("0.010")])),
        fee_base=draw(st.sampled_from(FeeBase)),
    )


@st.composite
def terms_lists(draw: st.DrawFn, opened_on: date, matures_on: date | None) -> tuple[Terms, ...]:
    """Return a loan's terms in rising order, the first holding from its opening."""
    steps = draw(st.lists(st.integers(1, 400), max_size=2))
    start = opened_on - timedelta(days=draw(st.integers(0, 30)))
    found = []
    for step in (0, *steps):
        start += timedelta(days=step)
        accrual = draw(st.sampled_from(Accrual))
        day_counts = [d for d in DayCount if accrual is not Accrual.COMPOUND_DAILY or d is not DayCount.THIRTY_360]
        exposures = [
            e for e in Exposure if matures_on is not None or e is not Exposure.PRINCIPAL_AND_FULL_TERM_INTEREST
        ]
        found.append(
            Terms(
                start,
                draw(st.sampled_from([Decimal(0), Decimal("0.105"), Decimal("0.1050"), Decimal("0.0899")])),
                draw(st.sampled_from(day_counts)),
                accrual,
                draw(st.sampled_from(Payment)),
                draw(st.sampled_from(exposures)),
                tuple(sorted(draw(st.lists(triggers(), max_size=3)), key=attrgetter("ltv"))),
                draw(st.sampled_from(["consensus", "kraken", "bitstamp"])),
                draw(st.integers(-200, 200)),
                draw(
                    st.builds(
                        Delivery, st.integers(0, 48), st.none() | st.integers(1, _MOST_SATS), st.none() | decimals()
                    )
                ),
                draw(st.builds(Evidence, notes(), st.none() | st.just(opened_on))),
            )
        )
    return tuple(found)


@st.composite
def event_lists(draw: st.DrawFn, opened_on: date, accounts: list[str]) -> tuple[LoanEvent, ...]:
    """Return events that can have happened: no more given back than pledged, no more repaid than drawn."""
    opening = datetime.combine(opened_on, datetime.min.time(), UTC)
    times = sorted(draw(st.lists(instants(opening, 900), max_size=8)))
    pledged, owed = 0, Decimal(0)
    events: list[LoanEvent] = []
    for at in times:
        possible = [EventKind.DRAW, EventKind.POST, EventKind.FEE, EventKind.RATE]
        if owed:
            possible.append(EventKind.REPAY)
        if pledged:
            possible += [EventKind.RELEASE, EventKind.LIQUIDATION]
        kind = draw(st.sampled_from(possible))
        event = LoanEvent(at, kind, note=draw(notes()), external_id=draw(st.none() | names()))
        if kind in (EventKind.DRAW, EventKind.FEE):
            event = event._replace(amount=draw(decimals()))
            owed = EXACT.add(owed, event.amount or 0) if kind is EventKind.DRAW else owed
        elif kind is EventKind.REPAY:
            event = event._replace(amount=min(owed, draw(st.just(owed) | decimals())))
            owed = EXACT.subtract(owed, event.amount or 0)
        elif kind is EventKind.RATE:
            event = event._replace(rate=draw(st.sampled_from([Decimal("0.08"), Decimal("0.0800"), Decimal(0)])))
        elif kind is EventKind.POST:
            event = event._replace(sats=draw(st.integers(1, _MOST_SATS)))
            pledged += event.sats or 0
        else:
            sats = draw(st.integers(1, pledged))
            pledged -= sats
            event = event._replace(sats=sats)
            if kind is EventKind.LIQUIDATION:
                price = draw(decimals(10**8, 2))
                gross = EXACT.multiply(btc_of(sats), price)
                # A fee of at most 8 decimals, whatever the sale came to.
                most = min(floor_fiat(gross, "USD"), Decimal("0.01"))
                event = event._replace(price=price, fee=draw(st.none() | st.just(most)))
                left = EXACT.subtract(owed, gross).quantize(Decimal("1E-8"), ROUND_FLOOR)
                owed = max(Decimal(0), left)  # with as many decimals as an amount may have
        if kind in (EventKind.POST, EventKind.RELEASE) and accounts:
            event = event._replace(account=draw(st.none() | st.sampled_from(accounts)))
        events.append(event)
    # Events may be entered late: any order of the moments, but not within one.
    moments = [tuple(group) for _, group in groupby(events, key=attrgetter("at"))]
    return tuple(event for moment in draw(st.permutations(moments)) for event in moment)


@st.composite
def loans(draw: st.DrawFn, name: str, accounts: list[str]) -> Loan:
    """Return a loan of that name that takes its collateral from ``accounts`` or from outside."""
    opened_on = draw(st.dates(date(2012, 1, 1), date(2026, 1, 1)))
    matures_on = draw(st.none() | st.integers(0, 2000).map(lambda days: opened_on + timedelta(days=days)))
    return Loan(
        name,
        draw(notes()),
        draw(st.sampled_from(CURRENCIES)),
        opened_on,
        matures_on,
        draw(terms_lists(opened_on, matures_on)),
        draw(event_lists(opened_on, accounts)),
    )


@st.composite
def transactions(draw: st.DrawFn, account: str, accounts: list[str]) -> tuple[Transaction, ...]:
    """Return an account's entries; nothing is done about its balance yet."""
    others = [name for name in accounts if name != account]
    kinds = [kind for kind in TransactionKind if others or kind is not TransactionKind.TRANSFER]
    externals = draw(st.lists(st.none() | names(), max_size=6, unique_by=lambda e: e if e is not None else object()))
    found = []
    for external in externals:
        kind = draw(st.sampled_from(kinds))
        value = draw(st.none() | st.just(Decimal(0)) | decimals())
        found.append(
            Transaction(
                draw(instants()),
                kind,
                draw(st.integers(1, _MOST_SATS)),
                value,
                draw(st.none() | st.sampled_from(CURRENCIES)),
                draw(st.none() | decimals()),
                draw(notes()),
                external,
                draw(st.sampled_from(others)) if kind is TransactionKind.TRANSFER else None,
            )
        )
    return tuple(found)


def _covered(book: Book) -> Book:
    """Return the book with a first deposit in each account that something is taken from, as much as is taken."""
    taken: dict[str, int] = defaultdict(int)
    for account in book.accounts:
        taken[account.name] += sum(t.sats for t in account.transactions if t.kind not in INFLOWS)
    for loan in book.loans:
        for event in loan.events:
            if event.account is not None and event.kind is EventKind.POST:
                taken[event.account] += event.sats or 0
    first = datetime(2009, 6, 1, tzinfo=UTC)
    return replace(
        book,
        accounts=tuple(
            replace(
                account,
                transactions=(
                    Transaction(first, TransactionKind.DEPOSIT, taken[account.name]),
                    *account.transactions,
                ),
            )
            if taken[account.name]
            else account
            for account in book.accounts
        ),
    )


def scenarios() -> st.SearchStrategy[Scenario]:
    """Return saved questions with whatever plain data a request may hold."""
    plain: st.SearchStrategy[object] = st.recursive(
        st.none() | st.booleans() | st.integers(-(2**31), 2**31) | notes(),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(notes(), inner, max_size=2),
        max_leaves=4,
    )
    fields = st.dictionaries(notes(), plain, max_size=3)
    return st.builds(Scenario, names(), instants(), st.sampled_from(ScenarioKind), fields.map(request_text))


@st.composite
def books(draw: st.DrawFn, max_accounts: int = 3, max_loans: int = 3) -> Book:
    """Return books that pass every check: balances never below zero, terms in order, events that can have been."""
    account_names = draw(st.lists(names(), max_size=max_accounts, unique=True))
    loan_names = draw(st.lists(names(), max_size=max_loans, unique=True))
    accounts = tuple(
        Account(name, draw(st.sampled_from(AccountKind)), draw(transactions(name, account_names)))
        for name in account_names
    )
    return _covered(
        Book(
            draw(names()),
            draw(st.sampled_from(CURRENCIES)),
            accounts,
            tuple(draw(loans(name, account_names)) for name in loan_names),
            demo=draw(st.sampled_from([False, False, True])),
            scenarios=tuple(draw(st.lists(scenarios(), max_size=2, unique_by=lambda one: one.name))),
        )
    )


def big_book(loan_count: int = 10_000, events: int = 20) -> Book:
    """Return a valid book of many loans, every amount and hour different, for measuring.

    Each loan has four triggers; its collateral comes from one account that was funded beforehand.
    """
    start = datetime(2024, 1, 1, 9, tzinfo=UTC)
    funded = Transaction(start, TransactionKind.DEPOSIT, 10**11 * loan_count)
    return Book(
        "Big book",
        "USD",
        (Account("Vault", AccountKind.SELF_CUSTODY, (funded,)),),
        tuple(_big_loan(number, start, events) for number in range(loan_count)),
    )


def _big_loan(number: int, start: datetime, count: int) -> Loan:
    opened = start + timedelta(days=1 + number % 300)
    call = Decimal("0.75") - Decimal(number % 50) / 1000
    terms = Terms(
        opened.date(),
        Decimal("0.08") + Decimal(number % 400) / 10_000,
        triggers=(
            Trigger(TriggerKind.WARNING, call - Decimal("0.05")),
            Trigger(TriggerKind.MARGIN_CALL, call, 72, Decimal("0.60")),
            Trigger(TriggerKind.MARGIN_CALL, call + Decimal("0.05"), 12, Decimal("0.60"), latching=True),
            Trigger(TriggerKind.LIQUIDATION, call + Decimal("0.10"), fee_rate=Decimal("0.02")),
        ),
        evidence=Evidence(f"agreement {number}, clause 7", opened.date()),
    )
    events = [LoanEvent(opened, EventKind.POST, sats=2 * 10**9 + number, account="Vault")]
    for index in range(1, count):
        at = opened + timedelta(days=10 * index, seconds=number)
        if index % 4 == 3:
            event = LoanEvent(at, EventKind.POST, sats=10**7 + number * 17 + index, account="Vault")
        elif index % 4 == 2:
            event = LoanEvent(at, EventKind.REPAY, Decimal(900_000 + number * 7 + index).scaleb(-2))
        else:
            event = LoanEvent(at, EventKind.DRAW, Decimal(5_000_000 + number * 97 + index).scaleb(-2))
        events.append(event)
    return Loan(
        f"Facility {number:05d}", f"Lender {number % 40}", "USD", opened.date(), None, (terms,), tuple(events[:count])
    )
