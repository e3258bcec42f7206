"""The ``status --json`` document: every figure as text with its own number of digits, rounded half-even."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from app.domain.figures import LoanFigures, LoanState, TriggerFigures
from app.domain.ltv import Cure
from app.domain.money import btc_text
from app.domain.portfolio import BookFigures, Nearest, Totals
from app.domain.terms import TriggerKind
from app.services.report_figures import money_of, plain, price_reports, ratio_text, time_text

if TYPE_CHECKING:
    from app.services.policy_state import LimitState

_WORDS: Final = {member: member.value for member in (*LoanState, *TriggerKind)}


def status_report(figures: BookFigures, policy: Sequence["LimitState"] = ()) -> dict[str, Any]:
    """Return the book at a price as a JSON document; a figure that is not known is None, never zero.

    Args:
        figures: of the book.
        policy: how the book stands to its limits; a book without any has no ``policy`` in its document.
    """
    document = lazy_status_report(figures, policy)
    return {**document, "loans": list(document["loans"])}


def lazy_status_report(figures: BookFigures, policy: Sequence["LimitState"] = ()) -> dict[str, Any]:
    """Return the same document with its loans as an iterator, for writing them piece by piece."""
    limits: dict[str, Any] = {}
    if policy:
        from app.services.policy_report import limit_documents  # noqa: PLC0415 - most books have no policy

        limits = {"policy": limit_documents(policy)}
    return {
        "as_of": time_text(figures.as_of),
        "prices": price_reports(figures.prices, figures.as_of),
        "totals": _totals(figures.totals),
        "nearest": _nearest(figures.nearest, figures),
        "loans": map(loan_report, figures.loans),
        **limits,
        "problems": list(figures.problems),
    }


def is_trustworthy(figures: BookFigures) -> bool:
    """Return whether the totals and every loan that owes something rest on a price."""
    return figures.totals.btc_value is not None and not figures.unjudged


def loan_report(figures: LoanFigures) -> dict[str, Any]:
    """Return one loan's part of the document."""
    loan, balance, test = figures.loan, figures.balance, figures.drop_test
    money = money_of(loan.currency).optional
    return {
        "name": loan.name,
        "lender": loan.lender,
        "currency": loan.currency,
        "state": _WORDS[figures.state],
        "principal": money(balance.principal),
        "accrued_interest": money(balance.accrued_interest),
        "fees": money(balance.fees),
        "exposure": money(balance.exposure),
        "collateral_btc": btc_text(balance.collateral_sats),
        "collateral_value": money(figures.collateral_value),
        "ltv": ratio_text(figures.ltv),
        "triggers": [_trigger(trigger, money) for trigger in figures.triggers],
        "drop_test": None
        if test is None
        else {
            "drop": plain(test.drop),
            "price": money(test.price),
            "ltv": ratio_text(test.ltv),
            "state": _WORDS[test.state],
            "cure": _cure(test.cure, money),
        },
        "cure_now": _cure(figures.cure_now, money),
    }


def _totals(totals: Totals) -> dict[str, Any]:
    money = money_of(totals.currency).optional
    return {
        "currency": totals.currency,
        "btc": btc_text(totals.btc_sats),
        "encumbered_btc": btc_text(totals.encumbered_sats),
        "unencumbered_btc": btc_text(totals.unencumbered_sats),
        "btc_value": money(totals.btc_value),
        "debt": money(totals.debt),
        "net_value": money(totals.net_value),
        "ltv": ratio_text(totals.ltv),
    }


def _nearest(nearest: Nearest | None, figures: BookFigures) -> dict[str, Any] | None:
    if nearest is None:
        return None
    currency = next(loan.loan.currency for loan in figures.loans if loan.loan.name == nearest.loan)
    trigger = nearest.trigger
    return {
        "loan": nearest.loan,
        "kind": trigger.trigger.kind.value,
        "price": money_of(currency).optional(trigger.price),
        "headroom": ratio_text(trigger.headroom),
    }


def _trigger(figures: TriggerFigures, money: Callable[[Decimal | None], str | None]) -> dict[str, Any]:
    return {
        "kind": _WORDS[figures.trigger.kind],
        "ltv": plain(figures.trigger.ltv),
        "price": money(figures.price),
        "headroom": ratio_text(figures.headroom),
    }


def _cure(cure: Cure | None, money: Callable[[Decimal | None], str | None]) -> dict[str, Any] | None:
    if cure is None:
        return None
    return {
        "cure_ltv": plain(cure.cure_ltv),
        "top_up_btc": btc_text(cure.top_up_sats),
        "repay": money(cure.repay),
        "sell_btc": None if cure.sell_sats is None else btc_text(cure.sell_sats),
        "deadline_hours": cure.deadline_hours,
    }
