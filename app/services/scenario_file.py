"""Requests for a plan as the plain data that a scenario keeps, and back; amounts are text, so that no digit is lost."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from app.domain.errors import AmountError, BookFileError, InputError
from app.domain.money import check_currency, parse_btc
from app.domain.scenario import Scenario, ScenarioKind, request_text
from app.risk.plan_request import DEFAULT_DAYS, DEFAULT_SELL_FEE, Objective, PlanRequest, SellFrom
from app.services.json_values import (
    as_amount_text,
    as_fiat,
    as_object,
    as_ratio,
    as_whole,
    as_word,
    nullable,
    optional,
    read_field,
)

_OBJECTIVE: Final = as_word(Objective)
_SELL_FROM: Final = as_word(SellFrom)
_PLAN_KEYS: Final = frozenset(
    (
        "budget_btc", "budget_cash", "to_ltv", "target_price", "objective", "sell_fee", "sell_from", "sale_price",
        "sigma", "days",
    )
)  # fmt: skip


def plan_scenario(name: str, created_at: datetime, request: PlanRequest) -> Scenario:
    """Return a request for a plan as a scenario.

    Raises:
        HistoryError: it is too large to keep.
    """
    return Scenario(name, created_at, ScenarioKind.PLAN, request_text(plan_fields(request)))


def plan_fields(request: PlanRequest) -> dict[str, Any]:
    """Return a request for a plan as plain data; what is not asked is left out."""
    sats = request.budget_sats
    fields = {
        "budget_btc": None if sats is None else f"{Decimal(sats).scaleb(-8):f}",
        "budget_cash": {currency: f"{money:f}" for currency, money in request.budget_cash.items()} or None,
        "to_ltv": _text(request.to_ltv),
        "target_price": _text(request.target_price),
        "objective": None if request.objective is None else request.objective.value,
        "sell_fee": _text(request.sell_fee),
        "sell_from": request.sell_from.value,
        "sale_price": _text(request.sale_price),
        "sigma": _text(request.sigma),
        "days": request.days,
    }
    return {key: value for key, value in fields.items() if value is not None}


def plan_request_of(scenario: Scenario) -> PlanRequest:
    """Return the request that a scenario keeps.

    Raises:
        InputError: it keeps another question, or one that this Plimsoll does not understand.
    """
    if scenario.kind is not ScenarioKind.PLAN:
        msg = f"“{scenario.name}” is no plan; open it where it was saved"
        raise InputError(msg)
    try:
        return _plan_request(scenario.fields)
    except BookFileError as error:
        msg = f"“{scenario.name}” holds what no plan asks ({error.place}: {error.problem}); save it again"
        raise InputError(msg) from None


def _plan_request(value: Any) -> PlanRequest:
    fields = as_object(value, _PLAN_KEYS)
    return PlanRequest(
        nullable(fields, "budget_btc", _btc),
        optional(fields, "budget_cash", _cash, {}),
        nullable(fields, "to_ltv", as_ratio),
        nullable(fields, "target_price", as_fiat),
        nullable(fields, "objective", _OBJECTIVE),
        optional(fields, "sell_fee", as_ratio, DEFAULT_SELL_FEE),
        optional(fields, "sell_from", _SELL_FROM, SellFrom.NOTHING),
        nullable(fields, "sale_price", as_fiat),
        nullable(fields, "sigma", as_ratio),
        optional(fields, "days", as_whole, DEFAULT_DAYS),
    )


def _btc(value: Any) -> int:
    return parse_btc(as_amount_text(value))


def _cash(value: Any) -> dict[str, Decimal]:
    cash = {}
    for currency, money in as_object(value, None).items():
        try:
            check_currency(currency)
        except AmountError as error:
            raise BookFileError(error.problem, currency) from None
        cash[currency] = read_field(money, currency, as_fiat)
    return cash


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
