"""A loan in words and in name-and-figure pairs (pure)."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from app.domain.figures import LoanFigures, LoanState
from app.domain.quotes import NoQuote, Quote
from app.domain.terms import TriggerKind
from app.domain.warning_records import WarningKind, WarningRecord
from app.services.wording import warning_sentence
from app.ui.formats import (
    NOT_KNOWN,
    UP,
    Display,
    age_text,
    btc_text,
    day_text,
    fiat_text,
    ltv_text,
    money_text,
    percent_text,
    price_text,
    seconds_between,
)
from app.ui.words import ACCRUAL_WORDS, EXPOSURE_WORDS, PAYMENT_WORDS


class Pair(NamedTuple):
    """A figure with its name, and below it what it rests on."""

    name: str
    figure: str
    note: str = ""


def loan_sentence(figures: LoanFigures, warnings: tuple[WarningRecord, ...], now: datetime, display: Display) -> str:
    """Return what, when and how much for a loan, also for one that nothing is the matter with."""
    name = figures.loan.name
    if figures.state is LoanState.UNKNOWN:
        return f"{name} cannot be judged: {_no_price(figures)}."
    if figures.state is LoanState.UNDRAWN:
        return f"{name}: nothing is drawn, so nothing can be called."
    if figures.state is LoanState.CLOSED:
        return f"{name} is repaid; nothing can be called."
    shown = _without_amounts(figures) if display.hidden else figures
    return warning_sentence(shown, _level(figures), now, _due(figures, warnings))


def figure_pairs(figures: LoanFigures, display: Display, now: datetime) -> tuple[Pair, ...]:
    """Return what the page tells of a loan beside its LTV."""
    loan, balance = figures.loan, figures.balance
    terms, code = balance.terms, figures.loan.currency

    def owed(amount: Decimal) -> str:
        return money_text(amount, code, display) if display.hidden else fiat_text(amount, code, UP, cents=True)

    value = money_text(figures.collateral_value, code, display) if figures.collateral_value is not None else NOT_KNOWN
    days = ACCRUAL_WORDS[terms.accrual].lower()
    return (
        Pair("Principal", owed(balance.principal), f"in {code}"),
        Pair("Accrued interest", owed(balance.accrued_interest), "to 00:00 UTC today"),
        Pair("Fees", owed(balance.fees), "added to the debt"),
        Pair("Exposure", owed(balance.exposure), EXPOSURE_WORDS[terms.exposure].lower()),
        Pair("Collateral", btc_text(balance.collateral_sats, display, digits=8), f"worth {value}"),
        Pair("Rate", f"{percent_text(balance.rate)} a year", f"{days}, {terms.day_count.value}"),
        Pair("Matures", *_maturity(loan.matures_on, now.date(), PAYMENT_WORDS[terms.payment].lower())),
        Pair("Price", *_price(figures, now)),
    )


def _level(figures: LoanFigures) -> str:
    if figures.state is LoanState.LIQUIDATION:
        return "sale"
    if figures.state is LoanState.MARGIN_CALL:
        return "call"
    after = figures.drop_test.state if figures.drop_test else figures.state
    if after is LoanState.LIQUIDATION or figures.first(TriggerKind.MARGIN_CALL) is None:
        return WarningKind.DROP_SALE.value
    return WarningKind.DROP_CALL.value


def _due(figures: LoanFigures, warnings: tuple[WarningRecord, ...]) -> datetime | None:
    return next((w.due_at for w in warnings if w.subject == figures.loan.name and w.is_open and w.due_at), None)


def _without_amounts(figures: LoanFigures) -> LoanFigures:
    test = figures.drop_test
    return replace(figures, cure_now=None, drop_test=replace(test, cure=None) if test else None)


def _no_price(figures: LoanFigures) -> str:
    lookup = figures.lookup
    return lookup.reason if isinstance(lookup, NoQuote) else "its figures are not known"


def _maturity(day: date | None, today: date, payment: str) -> tuple[str, str]:
    if day is None:
        return "Open term", payment
    left = (day - today).days
    when = "today" if left == 0 else f"in {left} days" if left > 0 else f"▲ {-left} days ago"
    return day_text(day), f"{when}, {payment}"


def _price(figures: LoanFigures, now: datetime) -> tuple[str, str]:
    lookup, terms = figures.lookup, figures.balance.terms
    basis = f", index {terms.basis_bps:+d} bps" if terms.basis_bps else ""
    if isinstance(lookup, Quote):
        origin = {"demo": "recorded for the demo", "manual": "given by hand"}.get(lookup.origin)
        told = origin or f"{lookup.origin}, {age_text(seconds_between(lookup.at, now))}"
        return price_text(lookup.value, lookup.currency), f"{told}{basis}"
    if lookup.last is not None:
        return NOT_KNOWN, f"▲ last {price_text(lookup.last.value, lookup.currency)}, not used"
    return NOT_KNOWN, f"▲ {lookup.reason}"


def ltv_words(figures: LoanFigures) -> str:
    """Return the LTV now and after the drop test (``69.3 % now, 76.9 % after −10 %``)."""
    test = figures.drop_test
    if figures.ltv is None:
        return NOT_KNOWN
    after = f", {ltv_text(test.ltv)} after −{percent_text(test.drop)}" if test is not None else ""
    return f"{ltv_text(figures.ltv)} now{after}"
