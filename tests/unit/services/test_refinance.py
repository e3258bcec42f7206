"""One loan under another lender's terms."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.domain.figures import LoanState
from app.domain.quotes import NoQuote
from app.domain.terms import Exposure
from app.services.presets import Confidence, Preset
from app.services.refinance import refinance
from tests.fakes.loans import at, call, draw, loan, pledged, post, quote, repay, sale, terms

NOW = at("2026-06-01")
LOAN = pledged("1000000", "20", with_terms=terms("0.12"))
OTHER = Preset(
    "other",
    "Other",
    "term loan",
    "USD",
    "2026-01",
    Confidence.HIGH,
    "its page",
    "",
    rate_known=True,
    terms=terms("0.08", triggers=(call("0.80", "0.70", 48), sale("0.90"))),
)


def test_the_same_debt_and_collateral_stand_under_other_lines() -> None:
    found = refinance(LOAN, OTHER, quote("70000"), NOW)
    assert found is not None
    debt = Decimal(1_120_000)
    assert (found.now.state, found.then.state) == (LoanState.MARGIN_CALL, LoanState.MARGIN_CALL)
    assert found.now.ltv == found.then.ltv == Decimal("0.8")
    assert found.now.margin_call_price is not None
    assert abs(found.now.margin_call_price - debt / Decimal(15)) < Decimal("1e-15")
    assert found.then.margin_call_price == Decimal(70_000)
    assert (found.then.cure_hours, found.then.cure_ltv) == (48, Decimal("0.70"))
    assert (found.now.cost_a_year, found.then.cost_a_year) == (Decimal("134400.00"), Decimal("89600.00"))
    assert found.saved_a_year == Decimal("44800.00")
    assert found.then.top_up_sats == 285_714_286
    assert found.now.top_up_sats is not None
    assert found.now.top_up_sats > found.then.top_up_sats
    assert found.notes == (OTHER.caution,)


def test_an_unknown_rate_and_another_currency_are_told() -> None:
    odd = replace(OTHER, rate_known=False, currency="EUR")
    found = refinance(LOAN, odd, NoQuote("USD", "all sources are silent"), NOW)
    assert found is not None
    assert found.then.rate == Decimal("0.12")
    assert (found.then.ltv, found.then.top_up_sats, found.then.state) == (None, None, LoanState.UNKNOWN)
    assert found.notes[1:] == (
        "Other’s rate was not published; this loan's own is used.",
        "Other lends in EUR; the figures keep USD.",
    )


def test_interest_of_the_whole_term_counts_from_the_first_day() -> None:
    whole = replace(OTHER, terms=replace(OTHER.terms, exposure=Exposure.PRINCIPAL_AND_FULL_TERM_INTEREST))
    found = refinance(LOAN, whole, quote("70000"), NOW)
    assert found is not None
    assert found.then.ltv == Decimal("0.8")
    assert "no maturity" in found.notes[-1]
    a_year = replace(LOAN, matures_on=date(2027, 6, 1))
    dated = refinance(a_year, whole, quote("70000"), NOW)
    assert dated is not None
    assert dated.then.ltv == Decimal("0.8") * Decimal("1.08")


def test_a_loan_that_owes_nothing_cannot_be_refinanced() -> None:
    paid = loan(post("2025-06-01", "1"), draw("2025-06-01", "1000"), repay("2025-06-02", "1000"))
    assert refinance(paid, OTHER, quote("70000"), NOW) is None


def test_terms_without_a_call_or_a_sale_leave_blanks() -> None:
    bare = replace(OTHER, terms=terms("0.08", triggers=()))
    found = refinance(LOAN, bare, quote("70000"), NOW)
    assert found is not None
    assert (found.then.margin_call_price, found.then.liquidation_price, found.then.cure_ltv) == (None, None, None)
    assert found.then.top_up_sats is None
