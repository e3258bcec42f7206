"""Whatever a valid book holds: reserve and plan give numbers that hold together, or a sentence; never a fault."""

from datetime import date
from decimal import Decimal

from hypothesis import event, given, settings
from hypothesis import strategies as st

from app.domain.book import Book, EventKind, Loan, LoanEvent
from app.domain.check import check_book
from app.domain.figures import LoanState
from app.domain.ledger import PriceKey
from app.domain.portfolio import book_figures
from app.domain.quotes import PriceLookup
from app.risk.plan import plan
from app.risk.plan_request import Objective, PlanRequest, SellFrom
from app.risk.plan_result import Plan
from app.risk.positions import Positions, Unanswerable, positions_of
from app.risk.reserve import reserve, sale_after
from app.services.plan_events import enter_plan
from tests.fakes.books import CURRENCIES, terms_lists
from tests.fakes.loans import OPENED, account, at, book, quote
from tests.fakes.plan_books import NOW

DUST = Decimal("1e-15")


def prices() -> st.SearchStrategy[dict[str, PriceLookup]]:
    values = st.integers(1, 10**8).map(str)
    return st.fixed_dictionaries(dict.fromkeys(CURRENCIES, values)).map(
        lambda found: {currency: quote(value, currency) for currency, value in found.items()}
    )


@st.composite
def indebted(draw: st.DrawFn, name: str) -> Loan:
    """Return a loan with debt and collateral under whatever terms a contract may have."""
    matures_on = draw(st.none() | st.just(date(2027, 1, 1)))
    said = draw(terms_lists(OPENED, matures_on))
    cents, pledged = draw(st.integers(1, 10**12)), draw(st.integers(1, 10**11))
    events = (
        LoanEvent(at("2025-06-01T12:00"), EventKind.POST, sats=pledged),
        LoanEvent(at("2025-06-01T13:00"), EventKind.DRAW, amount=Decimal(cents).scaleb(-2)),
        LoanEvent(at("2025-07-01"), EventKind.FEE, amount=Decimal(draw(st.integers(1, 10**6))).scaleb(-2)),
    )
    return Loan(name, "", draw(st.sampled_from(CURRENCIES)), OPENED, matures_on, said, events)


@st.composite
def indebted_books(draw: st.DrawFn) -> Book:
    loans = tuple(draw(indebted(f"Loan {n}")) for n in range(draw(st.integers(1, 4))))
    return book(*loans, accounts=(account(btc=str(Decimal(draw(st.integers(1, 10**11))).scaleb(-8))),))


def requests() -> st.SearchStrategy[PlanRequest]:
    return st.builds(
        PlanRequest,
        st.none() | st.integers(0, 10**13),
        st.dictionaries(st.sampled_from(CURRENCIES), st.decimals(0, 10**9, places=2), max_size=3),
        st.none() | st.decimals("0.01", 2, places=2),
        st.none(),
        st.sampled_from(Objective),
        st.sampled_from([Decimal(0), Decimal("0.0025"), Decimal("0.99")]),
        st.sampled_from(SellFrom),
        sigma=st.sampled_from([Decimal("0.0001"), Decimal("0.6"), Decimal(5)]),
    )


@settings(max_examples=120)
@given(indebted_books(), prices(), requests(), st.sampled_from([0, 90]))
def test_reserve_and_plan_answer_for_any_book(
    one: Book, found_prices: dict[str, PriceLookup], request: PlanRequest, horizon: int
) -> None:
    named = {PriceKey(loan.terms[0].price_source, loan.currency): found_prices[loan.currency] for loan in one.loans}
    found = positions_of(book_figures(one, found_prices, NOW, named=named), horizon)
    if isinstance(found, Unanswerable):
        assert found.reason.endswith(".")
        return
    event(f"{min(len(found.items), 2)} loans")
    _reserves_hold_together(found)
    answer = plan(found, request)
    if isinstance(answer, Unanswerable):
        assert answer.reason.endswith(".")
        return
    _plan_holds_together(found, answer)
    after = enter_plan(answer, NOW).change(one)
    check_book(after)
    judged = book_figures(after, found_prices, NOW, named=named)
    for line in answer.lines:
        again = judged.loans[line.index]
        assert again.balance.collateral_sats == line.collateral_after_sats
        assert (again.state is LoanState.CLOSED) is (line.ltv_after is None)


def _reserves_hold_together(one: Positions) -> None:
    answers = reserve(one)
    for answer in answers:
        if answer.price is None:
            assert not one.items
            continue
        assert 0 < answer.price <= one.price
        assert answer.left >= 0
        last = sale_after(one, answer)
        assert last is not None
        assert 0 < last <= answer.price * (1 + DUST)
        assert answers.last_stand.price is not None
        assert answers.last_stand.price <= last * (1 + DUST)


def _plan_holds_together(one: Positions, answer: Plan) -> None:
    request = answer.request
    budget = one.free_sats if request.budget_sats is None else request.budget_sats
    assert answer.totals.posted_sats + answer.totals.sold_free_sats <= budget
    for currency, money in answer.totals.cash_used.items():
        assert money <= request.budget_cash[currency]
    for line in answer.lines:
        assert min(line.post_sats, line.sell_sats, line.collateral_after_sats) >= 0
        assert min(line.repaid, line.debt_after) >= 0
        assert line.ltv_after is None or line.ltv_after > 0
