"""The ``status --json`` document: every figure as text with its own number of digits, rounded half-even."""

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import Any, Final

from app.domain.figures import LoanFigures, LoanState, TriggerFigures
from app.domain.ltv import Cure
from app.domain.money import EXACT, btc_text, minor_digits
from app.domain.portfolio import BookFigures, Nearest, Totals
from app.domain.quotes import PriceLookup, Quote

_RATIO: Final = Decimal("0.000001")


def status_report(figures: BookFigures) -> dict[str, Any]:
    """Return the book at a price as a JSON document; a figure that is not known is None, never zero."""
    return {
        "as_of": time_text(figures.as_of),
        "prices": {currency: _price(lookup, figures.as_of) for currency, lookup in figures.prices.items()},
        "totals": _totals(figures.totals),
        "nearest": _nearest(figures.nearest, figures),
        "loans": [loan_report(loan) for loan in figures.loans],
        "problems": list(figures.problems),
    }


def is_trustworthy(figures: BookFigures) -> bool:
    """Return whether the totals and every loan that owes something rest on a price."""
    return figures.totals.btc_value is not None and all(loan.state is not LoanState.UNKNOWN for loan in figures.loans)


def loan_report(figures: LoanFigures) -> dict[str, Any]:
    """Return one loan's part of the document."""
    loan, balance, test = figures.loan, figures.balance, figures.drop_test
    money = _money_of(loan.currency)
    return {
        "name": loan.name,
        "lender": loan.lender,
        "currency": loan.currency,
        "state": figures.state.value,
        "principal": money.text(balance.principal),
        "accrued_interest": money.text(balance.accrued_interest),
        "fees": money.text(balance.fees),
        "exposure": money.text(balance.exposure),
        "collateral_btc": btc_text(balance.collateral_sats),
        "collateral_value": money.optional(figures.collateral_value),
        "ltv": _ratio(figures.ltv),
        "triggers": [_trigger(trigger, money) for trigger in figures.triggers],
        "drop_test": None
        if test is None
        else {
            "drop": plain(test.drop),
            "price": money.text(test.price),
            "ltv": _ratio(test.ltv),
            "state": test.state.value,
            "cure": _cure(test.cure, money),
        },
        "cure_now": _cure(figures.cure_now, money),
    }


def time_text(at: datetime) -> str:
    """Return a UTC time as ``2026-02-10T00:00:00Z``."""
    return at.isoformat().removesuffix("+00:00") + "Z"


def plain(value: Decimal) -> str:
    """Return a decimal without an exponent, digit for digit."""
    return f"{value:f}"


class _Money:
    """Writes amounts of one currency; made once for each currency because rounding is most of the work."""

    __slots__ = ("_quantum",)

    def __init__(self, currency: str) -> None:
        self._quantum = Decimal(1).scaleb(-minor_digits(currency))

    def text(self, amount: Decimal) -> str:
        return str(amount.quantize(self._quantum, ROUND_HALF_EVEN, EXACT))

    def optional(self, amount: Decimal | None) -> str | None:
        return None if amount is None else self.text(amount)


@cache
def _money_of(currency: str) -> _Money:
    return _Money(currency)


def _ratio(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.quantize(_RATIO, ROUND_HALF_EVEN, EXACT):f}"


def _price(lookup: PriceLookup, as_of: datetime) -> dict[str, Any]:
    quote = lookup if isinstance(lookup, Quote) else None
    money = _Money(lookup.currency)
    if quote is not None:
        return {
            "value": money.text(quote.value),
            "origin": quote.origin,
            "age_seconds": _age(quote, as_of),
            "sources_used": quote.sources_used,
            "sources_asked": quote.sources_asked,
        }
    last = None if isinstance(lookup, Quote) else lookup.last
    return {
        "value": None,
        "origin": None,
        "age_seconds": None,
        "sources_used": 0,
        "sources_asked": 0,
        "reason": "" if isinstance(lookup, Quote) else lookup.reason,
        "last": None if last is None else {"value": money.text(last.value), "age_seconds": _age(last, as_of)},
    }


def _age(quote: Quote, as_of: datetime) -> int:
    return max(int((as_of - quote.at).total_seconds()), 0)


def _totals(totals: Totals) -> dict[str, Any]:
    money = _Money(totals.currency)
    return {
        "currency": totals.currency,
        "btc": btc_text(totals.btc_sats),
        "encumbered_btc": btc_text(totals.encumbered_sats),
        "unencumbered_btc": btc_text(totals.unencumbered_sats),
        "btc_value": money.optional(totals.btc_value),
        "debt": money.optional(totals.debt),
        "net_value": money.optional(totals.net_value),
        "ltv": _ratio(totals.ltv),
    }


def _nearest(nearest: Nearest | None, figures: BookFigures) -> dict[str, Any] | None:
    if nearest is None:
        return None
    currency = next(loan.loan.currency for loan in figures.loans if loan.loan.name == nearest.loan)
    trigger = nearest.trigger
    return {
        "loan": nearest.loan,
        "kind": trigger.trigger.kind.value,
        "price": _Money(currency).optional(trigger.price),
        "headroom": _ratio(trigger.headroom),
    }


def _trigger(figures: TriggerFigures, money: _Money) -> dict[str, Any]:
    return {
        "kind": figures.trigger.kind.value,
        "ltv": plain(figures.trigger.ltv),
        "price": money.optional(figures.price),
        "headroom": _ratio(figures.headroom),
    }


def _cure(cure: Cure | None, money: _Money) -> dict[str, Any] | None:
    if cure is None:
        return None
    return {
        "cure_ltv": plain(cure.cure_ltv),
        "top_up_btc": btc_text(cure.top_up_sats),
        "repay": money.text(cure.repay),
        "sell_btc": None if cure.sell_sats is None else btc_text(cure.sell_sats),
        "deadline_hours": cure.deadline_hours,
    }
