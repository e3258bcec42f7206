"""A plan entered into the book: the book, judged again, says what the plan promised."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.book import Book, EventKind, TransactionKind
from app.domain.check import check_book
from app.domain.figures import LoanState
from app.domain.holdings import balances
from app.domain.loan_state import balance_at
from app.domain.money import EXACT, btc_of
from app.domain.portfolio import BookFigures, book_figures
from app.domain.terms import Exposure, TriggerKind
from app.risk.plan import carry_out, plan
from app.risk.plan_request import PlanRequest, SellFrom
from app.risk.plan_result import Action, Plan
from app.services.plan_events import enter_plan
from tests.fakes.loans import account, book, call, pledged, quote, sale, sats, terms
from tests.fakes.plan_books import NOW, positions, random_book, random_request, worked_book

PRICE = "70000"
DUST = Decimal("1e-9")


def judged(one: Book) -> BookFigures:
    return book_figures(one, {"USD": quote(PRICE)}, NOW)


def entered(one: Book, request: PlanRequest, sold_in: str | None = None) -> tuple[Plan, Book]:
    found = plan(positions(one, PRICE), request)
    assert isinstance(found, Plan)
    after = enter_plan(found, NOW, sold_in=sold_in, note="plan").change(one)
    check_book(after)
    return found, after


@pytest.mark.parametrize("rate", ["0", "0.12"])
@pytest.mark.parametrize("counted", Exposure)
def test_every_promise_holds_when_the_book_is_judged_again(counted: Exposure, rate: str) -> None:
    for seed in range(150):
        _promises_hold(random_book(seed, due=True), random_request(seed), counted, rate)


def _promises_hold(plain: Book, request: PlanRequest, counted: Exposure, rate: str) -> None:
    one = replace(
        plain,
        loans=tuple(
            replace(
                loan,
                matures_on=NOW.date().replace(year=2027),
                terms=(replace(loan.terms[0], rate=Decimal(rate), exposure=counted),),
            )
            for loan in plain.loans
        ),
    )
    found, after = entered(one, request, sold_in="Cold storage")
    figures = judged(after)
    target_price = found.target_price
    for line in found.lines:
        again = figures.loans[line.index]
        assert again.balance.collateral_sats == line.collateral_after_sats
        if line.ltv_after is None:
            assert again.state is LoanState.CLOSED
            assert again.balance.debt <= Decimal("0.005")
            continue
        assert abs(again.balance.debt - line.debt_after) <= DUST
        assert again.ltv is not None
        assert again.ltv <= line.ltv_after + DUST
        if counted is not Exposure.PRINCIPAL_AND_FULL_TERM_INTEREST:
            assert abs(again.ltv - line.ltv_after) <= DUST
        for kind, told in (
            (TriggerKind.MARGIN_CALL, line.margin_call_price_after),
            (TriggerKind.LIQUIDATION, line.liquidation_price_after),
        ):
            trigger = again.first(kind)
            assert (trigger is None) is (told is None)
            assert trigger is None or trigger.price is None or told is None or trigger.price <= told + DUST
        if line.met:
            value = EXACT.multiply(btc_of(again.balance.collateral_sats), target_price)
            wanted = request.to_ltv
            if wanted is None:
                named = [t.ltv for t in again.balance.terms.triggers if t.kind is not TriggerKind.WARNING]
                wanted = min(again.balance.terms.cure_ltv or named[0], *named)
            assert again.balance.exposure <= EXACT.multiply(wanted, value) + DUST


def test_posts_come_from_the_fullest_account_first_and_then_from_outside() -> None:
    one = worked_book("3")
    one = replace(one, accounts=(*one.accounts, account("Exchange", "5")))
    found, after = entered(one, PlanRequest(10 * 10**8))
    posted = [event for loan in after.loans for event in loan.events if event.note == "plan"]
    assert {event.kind for event in posted} == {EventKind.POST}
    assert sum(event.sats or 0 for event in posted) == found.totals.posted_sats == 10 * 10**8
    by_account = dict.fromkeys(("Exchange", "Cold storage", ""), 0)
    for event in posted:
        by_account[event.account or ""] += event.sats or 0
    assert by_account == {"Exchange": 5 * 10**8, "Cold storage": 3 * 10**8, "": 2 * 10**8}
    assert balances(after) == {"Cold storage": 0, "Exchange": 0}


@pytest.mark.parametrize("sold_in", [None, "Cold storage"])
def test_collateral_that_was_sold_is_released_and_repays(sold_in: str | None) -> None:
    said = terms(triggers=(call("0.75", "0.65"), sale("0.80")))
    one = book(pledged("400000000", "7474", with_terms=said), accounts=(account(btc="1"),))
    request = PlanRequest(sale_price=Decimal(68_000), sell_fee=Decimal("0.01"))
    found = carry_out(positions(one, PRICE), [Action(0, sell_collateral_sats=sats("4451"))], request)
    assert isinstance(found, Plan)
    after = enter_plan(found, NOW, sold_in=sold_in).change(one)
    check_book(after)
    state = balance_at(after.loans[0], NOW)
    assert state.collateral_sats == sats("3023")
    assert state.debt == 400_000_000 - Decimal(299641320)
    assert balances(after)["Cold storage"] == 10**8
    if sold_in is not None:
        entry = after.accounts[0].transactions[-1]
        assert (entry.kind, entry.sats) == (TransactionKind.SELL, sats("4451"))
        assert (entry.value, entry.fee, entry.currency) == (Decimal("302668000.00"), Decimal("3026680.00"), "USD")


def test_the_fullest_account_gives_first() -> None:
    one = worked_book("3")
    one = replace(one, accounts=(*one.accounts, account("Exchange", "5")))
    _, after = entered(one, PlanRequest(10**8))
    assert balances(after) == {"Cold storage": 3 * 10**8, "Exchange": 4 * 10**8}


def test_free_bitcoin_that_was_sold_leaves_its_account() -> None:
    request = PlanRequest(7 * 10**8, to_ltv=Decimal("0.5"), sell_from=SellFrom.FREE)
    one = book(pledged("1000000", "20"), accounts=(account(btc="9"),))
    found, after = entered(one, request)
    assert found.totals.sold_free_sats > 0
    used = found.totals.sold_free_sats + found.totals.posted_sats
    assert balances(after)["Cold storage"] == 9 * 10**8 - used == found.totals.free_left_sats


def test_named_accounts_give_in_their_order() -> None:
    one = replace(worked_book("30"), name="x")
    one = replace(one, accounts=(*one.accounts, account("Exchange", "1")))
    found = plan(positions(one, PRICE), PlanRequest(2 * 10**8))
    assert isinstance(found, Plan)
    edit = enter_plan(found, NOW, accounts=("Exchange", "Cold storage"))
    assert edit.label == "Enter plan"
    assert balances(edit.change(one)) == {"Cold storage": 29 * 10**8, "Exchange": 0}
