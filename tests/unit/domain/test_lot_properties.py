"""What holds of lots for any history and any method."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.domain.book import Account, Book, EventKind, Transaction, TransactionKind
from app.domain.disposals import LotHistory, LotRules, Method, Scope
from app.domain.holdings import balances
from app.domain.lots import lots_of
from tests.fakes.books import books
from tests.fakes.lots import at

MOVES = frozenset((EventKind.POST, EventKind.RELEASE, EventKind.LIQUIDATION))
RULES = st.builds(
    LotRules,
    st.sampled_from(Method),
    st.sampled_from(Scope),
    st.booleans(),
    st.booleans(),
    price_on=st.sampled_from([lambda _day: Decimal("70727.12345678"), lambda _day: None]),
    rate_on=st.sampled_from([lambda _code, _day: Decimal("1.0837"), lambda _code, _day: None]),
)


def pledged(book: Book) -> dict[str, int]:
    """Return each loan's collateral at the end."""
    signs = {EventKind.POST: 1, EventKind.RELEASE: -1, EventKind.LIQUIDATION: -1}
    return {
        loan.name: sum(signs[one.kind] * (one.sats or 0) for one in loan.events if one.kind in MOVES)
        for loan in book.loans
    }


def gone(history: LotHistory) -> list[tuple[object, int, int | None]]:
    """Return every part of a lot that left."""
    return [
        (use.source, use.sats, use.basis_units) for one in (*history.disposals, *history.departures) for use in one.uses
    ]


@given(books(), RULES)
def test_lots_in_are_lots_out_and_lots_held(book: Book, rules: LotRules) -> None:
    history = lots_of(book, rules)
    came = Counter({lot.source: lot.sats for lot in history.acquired})
    left: Counter[object] = Counter()
    for source, sats, _ in gone(history):
        left[source] += sats
    for lot in history.held:
        assert lot.sats > 0
        left[lot.source] += lot.sats
    assert came == left


@given(books(), RULES)
def test_held_lots_are_the_balances(book: Book, rules: LotRules) -> None:
    by_account: dict[str, int] = dict.fromkeys(balances(book), 0)
    by_loan: dict[str, int] = dict.fromkeys(pledged(book), 0)
    for lot in lots_of(book, rules).held:
        if lot.pledged_to is None:
            by_account[lot.account] += lot.sats
        else:
            by_loan[lot.pledged_to] += lot.sats
    assert by_loan == pledged(book)
    if rules.scope is Scope.ACCOUNT:
        assert by_account == balances(book)
    assert sum(by_account.values()) == sum(balances(book).values())


@given(books(), RULES)
def test_no_part_of_a_basis_is_lost_or_made(book: Book, rules: LotRules) -> None:
    history = lots_of(book, rules)
    came = sum(lot.basis_units or 0 for lot in history.acquired)
    left = sum(units or 0 for _, _, units in gone(history)) + sum(lot.basis_units or 0 for lot in history.held)
    assert came == left
    unknown = sum(lot.sats for lot in history.acquired if lot.basis_units is None)
    still = sum(sats for _, sats, units in gone(history) if units is None)
    assert unknown == still + sum(lot.sats for lot in history.held if lot.basis_units is None)


@given(books(), RULES)
def test_parts_of_a_disposal_are_the_whole(book: Book, rules: LotRules) -> None:
    for one in lots_of(book, rules).disposals:
        assert sum(use.sats for use in one.uses) == one.sats
        if one.proceeds_units is not None:
            assert sum(use.proceeds_units or 0 for use in one.uses) == one.proceeds_units


@st.composite
def trades(draw: st.DrawFn) -> tuple[Transaction, ...]:
    """Return purchases and sales of one account, an hour apart, never below zero, every row with a value."""
    found, stock = [], 0
    for hour, (number, cents, buying) in enumerate(
        draw(st.lists(st.tuples(st.integers(2, 10**9), st.integers(0, 10**9), st.booleans()), min_size=1, max_size=30))
    ):
        kind = TransactionKind.BUY if buying or stock < 2 else TransactionKind.SELL
        sats = number if kind is TransactionKind.BUY else min(number, stock)
        stock += sats if kind is TransactionKind.BUY else -sats
        moment = at("2020-01-01") + timedelta(hours=hour)
        found.append(Transaction(moment, kind, sats, Decimal(cents).scaleb(-2), fee=Decimal("0.31")))
    return tuple(found)


def one_account(rows: tuple[Transaction, ...]) -> Book:
    return Book("Trades", "USD", (Account("Main", transactions=rows),))


@given(trades(), st.sampled_from([Method.FIFO, Method.LIFO, Method.HIFO]))
def test_each_sale_takes_the_first_lots_of_its_order(rows: tuple[Transaction, ...], method: Method) -> None:
    history = lots_of(one_account(rows), LotRules(method))
    prices = {lot.source: Fraction(lot.basis_units or 0, lot.sats) for lot in history.acquired}
    left = {lot.source: lot.sats for lot in history.acquired}
    rank = {
        Method.FIFO: lambda source: source.entry,
        Method.LIFO: lambda source: -source.entry,
        Method.HIFO: lambda source: (-prices[source], source.entry),
    }[method]
    for one in history.disposals:
        there = sorted((s for s, sats in left.items() if sats and s.entry < one.source.entry), key=rank)
        assert [use.source for use in one.uses] == there[: len(one.uses)]
        for use in one.uses:
            left[use.source] -= use.sats


@given(trades())
def test_an_average_is_the_average(rows: tuple[Transaction, ...]) -> None:
    history = lots_of(one_account(rows), LotRules(Method.AVERAGE))
    sales = {one.source.entry: one for one in history.disposals}
    sats, basis = 0, 0
    for entry, one in enumerate(rows):
        if entry not in sales:
            sats += one.sats
            basis += int(((one.value or 0) + (one.fee or 0)) * 10**8)
            continue
        taken = sales[entry].basis_units or 0
        # Each lot's share is rounded down by less than one unit.
        assert 0 <= Fraction(basis * one.sats, sats) - taken < len(sales[entry].uses)
        sats, basis = sats - one.sats, basis - taken


@given(trades(), st.sampled_from([Method.FIFO, Method.LIFO, Method.HIFO, Method.AVERAGE]), st.data())
def test_splitting_a_purchase_changes_no_total(
    rows: tuple[Transaction, ...], method: Method, data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from([i for i, one in enumerate(rows) if one.kind is TransactionKind.BUY]))
    one = replace_value(rows[place])
    halves = [one._replace(sats=one.sats // 2, value=half(one.value), fee=half(one.fee))] * 2
    whole = one_account((*rows[:place], one._replace(sats=one.sats // 2 * 2), *rows[place + 1 :]))
    if one.sats % 2:
        extra = one._replace(sats=1, value=Decimal(0), fee=Decimal(0))
        whole = replace(
            whole, accounts=(replace(whole.accounts[0], transactions=(*whole.accounts[0].transactions, extra)),)
        )
        halves.append(extra)
    split = one_account((*rows[:place], *halves, *rows[place + 1 :]))
    before, after = (totals(lots_of(book, LotRules(method))) for book in (whole, split))
    assert before[:2] == after[:2]
    # A share of a lot is rounded down: two halves may round twice in each of at most 30 sales.
    assert abs(before[2] - after[2]) <= 60
    assert before[2] + before[3] == after[2] + after[3]


def replace_value(one: Transaction) -> Transaction:
    """Return a purchase whose money halves exactly."""
    return one._replace(value=(one.value or Decimal(0)) * 2, fee=(one.fee or Decimal(0)) * 2)


def half(amount: Decimal | None) -> Decimal:
    return (amount or Decimal(0)) / 2


def totals(history: LotHistory) -> tuple[int, int, int, int]:
    """Return satoshis and proceeds of all disposals, their basis, and the basis of what is held."""
    found: dict[str, int] = defaultdict(int)
    for one in history.disposals:
        found["sats"] += one.sats
        found["proceeds"] += one.proceeds_units or 0
        found["basis"] += one.basis_units or 0
    return found["sats"], found["proceeds"], found["basis"], sum(lot.basis_units or 0 for lot in history.held)
