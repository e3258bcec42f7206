from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.errors import InputError
from app.domain.figures import LoanFigures, figures_of
from app.domain.ltv import ltv
from app.domain.money import btc_of
from app.domain.terms import Delivery
from app.services.ways_out import Moment, after_top_up, check_target, ways_out
from tests.fakes.desk import offline, quote, snapshot_of, treasury

COST = Decimal("0.0025")


def figures(name: str = "Coin revolver") -> LoanFigures:
    return next(one for one in snapshot_of().figures.loans if one.loan.name == name)


def test_the_three_moments_of_the_worked_example() -> None:
    found = ways_out(figures(), COST)
    assert [way.moment for way in found] == [Moment.NOW, Moment.AT_CALL, Moment.AFTER_DROP]
    assert [way.deadline_hours for way in found] == [None, 12, 12]
    after = found[-1]
    assert after.price == Decimal("63654.30")
    assert after.cure.repay == Decimal("1490442.18")
    assert after.cure.top_up_sats == 36_02251489
    assert after.target_ltv == Decimal("0.65")


def test_waiting_never_makes_it_cheaper() -> None:
    found = ways_out(figures(), COST)
    assert [way.cure.repay for way in found] == sorted(way.cure.repay for way in found)
    assert found[0].cure.top_up_sats < found[1].cure.top_up_sats < found[2].cure.top_up_sats


def test_each_way_restores_its_target_and_no_satoshi_less_does() -> None:
    one = figures()
    for way in ways_out(one, COST, Decimal("0.60")):
        held = one.balance.collateral_sats + way.cure.top_up_sats
        restored = ltv(one.balance.exposure, held, way.price)
        short = ltv(one.balance.exposure, held - 1, way.price)
        assert restored is not None
        assert short is not None
        assert restored <= way.target_ltv < short
        paid = (one.balance.exposure - way.cure.repay) / (btc_of(one.balance.collateral_sats) * way.price)
        assert paid <= way.target_ltv


def test_a_typed_target_stands_behind_the_contracts() -> None:
    found = ways_out(figures(), COST, Decimal("0.60"))
    assert [(way.target_ltv, way.typed) for way in found] == [(Decimal("0.65"), False)] * 3 + [
        (Decimal("0.60"), True)
    ] * 3


def test_nothing_is_needed_where_the_loan_is_below_its_target() -> None:
    found = ways_out(figures("Term loan B"), COST)
    assert [way.needed for way in found] == [False, False, True]
    assert [way.price for way in found] == sorted((way.price for way in found), reverse=True)


def test_a_call_that_is_passed_is_not_offered_again() -> None:
    one = figures()
    lookup = quote("USD", Decimal(60_000))
    called = figures_of(one.loan, one.balance, lookup, Decimal("0.10"), COST)
    assert [way.moment for way in ways_out(called, COST)] == [Moment.NOW, Moment.AFTER_DROP]


def test_without_a_price_there_are_no_ways() -> None:
    assert ways_out(offline().figures.loans[2], COST, Decimal("0.60")) == ()


def test_a_lender_without_levels_needs_a_typed_target() -> None:
    one = figures()
    bare = replace(one.balance, terms=replace(one.balance.terms, triggers=(), delivery=Delivery(4)))
    loose = figures_of(one.loan, bare, one.lookup, Decimal("0.10"), COST)
    assert ways_out(loose, COST) == ()
    assert [way.typed for way in ways_out(loose, COST, Decimal("0.5"))] == [True, True]


@pytest.mark.parametrize("ltv_typed", ["0", "1", "1.2"])
def test_a_target_beyond_all_sense_is_refused(ltv_typed: str) -> None:
    with pytest.raises(InputError, match="write 60 for 60 %"):
        check_target(Decimal(ltv_typed))
    assert check_target(Decimal("0.6")) == Decimal("0.6")


def test_what_lies_with_one_lender_counts_all_of_its_loans() -> None:
    book, snapshot = treasury(), snapshot_of()
    held = after_top_up(book, snapshot.figures.ledger.balances, "Harbour Credit", 5321 * 10**8, 10**8)
    assert held.sats == 3951 * 10**8
    assert held.share.quantize(Decimal("0.0001")) == Decimal("0.7425")
    assert after_top_up(treasury(()), (), "Nobody", 0, 0).share == 0
