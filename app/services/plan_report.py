"""What ``plimsoll plan`` answers: what to post, repay or sell at each loan, what comes of it, and what it costs."""

from collections.abc import Sequence
from typing import Any

from app.domain.money import btc_text
from app.domain.portfolio import BookFigures
from app.risk.plan_request import PlanRequest
from app.risk.plan_result import Plan, PlanLine, Waiting
from app.risk.positions import Positions
from app.risk.reserve_result import Reserve
from app.services.report_figures import money_of, plain, price_reports, ratio_text, time_text


def plan_report(figures: BookFigures, positions: Positions, plan: Plan, problems: Sequence[str] = ()) -> dict[str, Any]:
    """Return the document.

    Amounts of a loan are in its currency, prices too; totals and the first forced sale are in the base currency.
    ``repay`` is cash of the budget; ``repaid`` is that and what sold bitcoin brings, less the fee.
    """
    totals, base = plan.totals, money_of(plan.currency)
    return _head(figures) | {
        "currency": plan.currency,
        "price": base.text(plan.price),
        "target_price": base.text(plan.target_price),
        "objective": plan.objective.value,
        "horizon_days": positions.horizon_days,
        "request": _request(plan.request, plan.currency),
        "unencumbered_btc": btc_text(positions.free_sats),
        "loans": [_line(line) for line in plan.lines],
        "totals": {
            "post_btc": btc_text(totals.posted_sats),
            "repay": {currency: money_of(currency).text(amount) for currency, amount in totals.cash_used.items()},
            "sell_btc": btc_text(totals.sold_free_sats + totals.sold_collateral_sats),
            "sell_free_btc": btc_text(totals.sold_free_sats),
            "sell_collateral_btc": btc_text(totals.sold_collateral_sats),
            "unencumbered_left_btc": btc_text(totals.free_left_sats),
        },
        "cost": {
            "cash": base.text(totals.cash_used_base),
            "sale_fees": base.text(totals.sale_fees),
            "locked_value": base.text(totals.locked_value),
        },
        "waiting": {"post_btc": btc_text(totals.waiting_sats), "value": base.text(totals.waiting_money)},
        "first_forced_sale": {
            "before": base.optional(plan.first_sale_before),
            "after": base.optional(plan.first_sale_after),
        },
        "reserve": {"before": _reserve(plan.reserve_before), "after": _reserve(plan.reserve_after)},
        "feasible": plan.feasible,
        "in_time": plan.in_time,
        "missing": None
        if totals.missing_sats is None
        else {"btc": btc_text(totals.missing_sats), "value": base.optional(totals.missing_money)},
        "explanation": plan.sentence,
        "notes": list(plan.notes),
        "left_out": list(positions.left_out),
        "problems": list(dict.fromkeys((*problems, *figures.problems))),
    }


def no_plan_report(figures: BookFigures, reason: str) -> dict[str, Any]:
    """Return the document without a plan: nothing is planned, and ``problems`` says why."""
    nothing = dict.fromkeys(("totals", "cost", "waiting", "first_forced_sale", "reserve", "explanation"))
    return (
        _head(figures)
        | {"loans": []}
        | nothing
        | {"feasible": False, "notes": [], "left_out": [], "problems": [reason, *figures.problems]}
    )


def _head(figures: BookFigures) -> dict[str, Any]:
    return {"as_of": time_text(figures.as_of), "prices": price_reports(figures.prices, figures.as_of)}


def _request(request: PlanRequest, currency: str) -> dict[str, Any]:
    base = money_of(currency)
    return {
        "budget_btc": None if request.budget_sats is None else btc_text(request.budget_sats),
        "budget_cash": {code: money_of(code).text(amount) for code, amount in request.budget_cash.items()},
        "to_ltv": ratio_text(request.to_ltv),
        "sell_from": request.sell_from.value,
        "sell_fee": plain(request.sell_fee),
        "sale_price": base.optional(request.sale_price),
        "annual_volatility": ratio_text(request.sigma),
        "horizon_days": request.days,
    }


def _line(line: PlanLine) -> dict[str, Any]:
    money = money_of(line.currency)
    return {
        "name": line.loan,
        "lender": line.lender,
        "currency": line.currency,
        "post_btc": btc_text(line.post_sats),
        "repay": money.text(line.repay),
        "sell_btc": btc_text(line.sell_sats),
        "sell_free_btc": btc_text(line.sell_free_sats),
        "sell_collateral_btc": btc_text(line.sell_collateral_sats),
        "sale_proceeds": money.text(line.sale_repay),
        "sale_fee": money.text(line.sale_fee),
        "repaid": money.text(line.repaid),
        "debt_before": money.text(line.debt_before),
        "debt_after": money.text(line.debt_after),
        "collateral_before_btc": btc_text(line.collateral_before_sats),
        "collateral_after_btc": btc_text(line.collateral_after_sats),
        "ltv_before": ratio_text(line.ltv_before),
        "ltv_after": ratio_text(line.ltv_after),
        "ltv_at_target_price": ratio_text(line.ltv_at_target),
        "margin_call_price_before": money.optional(line.margin_call_price_before),
        "margin_call_price_after": money.optional(line.margin_call_price_after),
        "liquidation_price_before": money.optional(line.liquidation_price_before),
        "liquidation_price_after": money.optional(line.liquidation_price_after),
        "deadline_hours": line.arrival.deadline_hours,
        "delivery_hours": line.arrival.hours,
        "delivery_days": line.arrival.days,
        "in_time": line.arrival.in_time,
        "late": line.arrival.reason or None,
        "target_met": line.met,
        "waiting": None if line.waiting is None else _waiting(line.waiting, line.currency),
    }


def _waiting(waiting: Waiting, currency: str) -> dict[str, Any]:
    money = money_of(currency)
    return {
        "call_price": money.text(waiting.call_price),
        "already_due": waiting.due,
        "post_btc": btc_text(waiting.top_up_sats),
        "value": money.text(waiting.money),
    }


def _reserve(reserve: Reserve) -> dict[str, Any]:
    money = money_of(reserve.currency)
    return {
        answer.name: {"price": money.optional(answer.price), "already_due": answer.already, "loan": answer.loan}
        for answer in reserve
    }
