"""The whole book at a price: totals in one currency, the nearest danger, and what is said where a price is missing."""

from dataclasses import replace
from decimal import Decimal

from app.domain.figures import LoanState
from app.domain.ledger import PriceKey
from app.domain.money import round_ratio
from app.domain.portfolio import book_figures, currencies_of
from app.domain.quotes import NoQuote, PriceLookup
from app.domain.terms import Exposure, TriggerKind
from tests.fakes.loans import account, at, book, draw, fee, loan, pledged, post, quote, repay, sale, terms

NOW = at("2026-02-10")
PRICE = quote("70727")
NONE = NoQuote("EUR", "all sources are silent")


def test_totals_count_free_and_pledged_bitcoin_and_every_debt() -> None:
    one = book(pledged("9600000", "196"), pledged("166520000", "4100", name="Other"), accounts=(account(btc="1025"),))
    found = book_figures(one, {"USD": PRICE}, NOW)
    totals = found.totals
    assert (totals.btc_sats, totals.encumbered_sats, totals.unencumbered_sats) == (
        5321 * 10**8, 4296 * 10**8, 1025 * 10**8
    )  # fmt: skip
    assert (totals.btc_value, totals.debt) == (Decimal(376_338_367), Decimal(176_120_000))
    assert totals.net_value == Decimal(200_218_367)
    assert totals.ltv is not None
    assert str(round_ratio(totals.ltv)) == "0.579641"
    assert found.nearest is not None
    assert (found.nearest.loan, found.nearest.trigger.trigger.kind) == ("Coin revolver", TriggerKind.MARGIN_CALL)
    assert found.problems == ()


def test_another_currency_is_brought_into_the_base_by_the_two_prices() -> None:
    one = book(replace(pledged("60000", "2"), currency="EUR"))
    prices: dict[str, PriceLookup] = {"USD": quote("70000"), "EUR": quote("60000", "EUR")}
    assert currencies_of(one) == ("USD", "EUR")
    assert book_figures(one, prices, NOW).totals.debt == 70_000


def test_a_missing_price_leaves_the_money_open_and_says_why() -> None:
    one = book(pledged("9600000", "196"), replace(pledged("1", "1", name="Euro loan"), currency="EUR"))
    found = book_figures(one, {"USD": PRICE, "EUR": NONE}, NOW)
    assert [f.state for f in found.loans] == [LoanState.OK, LoanState.UNKNOWN]
    totals = found.totals
    assert [totals.btc_value, totals.debt, totals.net_value, totals.ltv] == [None] * 4
    assert totals.encumbered_sats == 197 * 10**8
    assert found.problems
    assert all("No price in EUR: all sources are silent" in problem for problem in found.problems)
    nothing = book_figures(one, {}, NOW)
    assert nothing.totals.btc_value is None
    assert nothing.nearest is None
    assert any("USD" in problem for problem in nothing.problems)


def test_a_closed_loan_needs_no_price() -> None:
    paid = loan(post("2025-06-01", "1"), draw("2025-06-01", "1.004"), repay("2025-06-02", "1"))
    one = book(pledged("9600000", "196"), replace(paid, currency="EUR", name="Paid"))
    found = book_figures(one, {"USD": PRICE}, NOW)
    assert found.totals.debt == 9_600_000
    assert found.problems == ()


def test_without_debt_the_book_has_no_ltv() -> None:
    found = book_figures(book(loan(post("2025-06-01", "1")), accounts=(account(),)), {"USD": PRICE}, NOW)
    assert (found.totals.debt, found.totals.ltv) == (Decimal(0), None)


def test_a_contracts_own_source_is_used_and_a_price_by_hand_stands_for_all() -> None:
    one = book(pledged("50000", "1", with_terms=terms(price_source="kraken")))
    named = {PriceKey("kraken", "USD"): quote("66666", origin="kraken")}
    assert book_figures(one, {"USD": PRICE}, NOW, named=named).loans[0].state is LoanState.MARGIN_CALL
    missing = book_figures(one, {"USD": PRICE}, NOW)
    assert missing.loans[0].state is LoanState.UNKNOWN
    assert "the contract prices on kraken" in missing.problems[0]
    assert book_figures(one, {"USD": quote("72000", origin="manual")}, NOW).loans[0].state is LoanState.OK


def test_the_nearest_danger_is_over_all_loans_and_passes_what_is_reached() -> None:
    far = pledged("10000", "1", name="Far")
    called = pledged("55000", "1", name="Called")
    close = pledged("50000", "1", name="Close", with_terms=terms(triggers=(sale("0.706"),)))
    fees_only = loan(
        post("2025-06-01", "1"), fee("2025-06-01", "5"), name="Fees", with_terms=terms(exposure=Exposure.PRINCIPAL)
    )
    found = book_figures(book(far, called, close, fees_only), {"USD": quote("71000")}, NOW)
    assert found.nearest is not None
    assert found.nearest.loan == "Close"
    assert found.loans[3].state is LoanState.OK
    alone = book_figures(book(fees_only), {"USD": quote("71000")}, NOW)
    assert alone.nearest is None
    assert alone.problems == ()
