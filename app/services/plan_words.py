"""What a plan is called, and the sentences that it is told in, for a terminal and for a screen alike."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.domain.money import EXACT
from app.risk.plan_request import Objective, SellFrom
from app.risk.plan_result import Plan, PlanLine

OBJECTIVE_WORDS: Final = {
    Objective.LAST_STAND: "Last stand",
    Objective.MIN_TOTAL: "Least total chance",
    Objective.CHEAPEST: "Cheapest",
}
OBJECTIVE_MEANS: Final = {
    Objective.LAST_STAND: "Spreads the budget so that the first forced sale comes at the lowest price.",
    Objective.MIN_TOTAL: "Spreads the budget so that the loans' chances of a forced sale add up to the least.",
    Objective.CHEAPEST: "Brings every loan to its target at the least cost; nothing more is used.",
}
SELL_WORDS: Final = {
    SellFrom.NOTHING: "Nothing",
    SellFrom.FREE: "Free BTC",
    SellFrom.COLLATERAL: "Collateral",
    SellFrom.BOTH: "Both",
}


@dataclass(frozen=True, slots=True)
class Tellers:
    """How amounts are written where the words are shown; a screen hides them, a terminal does not.

    Attributes:
        btc: of satoshis that are to be moved.
        left: of satoshis that stay free.
        money: of an amount and its currency.
        price: of a price at which something bad happens, and its currency.
        ratio: of a contract's or a plan's own ratio.
    """

    btc: Callable[[int], str]
    left: Callable[[int], str]
    money: Callable[[Decimal, str], str]
    price: Callable[[Decimal, str], str]
    ratio: Callable[[Decimal], str]


def deed_words(plan: Plan, tell: Tellers) -> str:
    """Return what a plan does (``Posting 491.8 BTC to two loans``); empty where it does nothing."""
    totals, parts = plan.totals, []
    if totals.posted_sats:
        parts.append(f"posting {tell.btc(totals.posted_sats)} to {_loans(sum(bool(x.post_sats) for x in plan.lines))}")
    if totals.cash_used:
        cash = " and ".join(tell.money(amount, currency) for currency, amount in totals.cash_used.items())
        parts.append(f"repaying {cash} of {_loans(sum(bool(x.repay) for x in plan.lines))}")
    if totals.sold_free_sats:
        parts.append(f"selling {tell.btc(totals.sold_free_sats)} of the free bitcoin to repay")
    if totals.sold_collateral_sats:
        parts.append(f"selling {tell.btc(totals.sold_collateral_sats)} of the collateral to repay")
    text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
    return text[:1].upper() + text[1:]


def headline_words(plan: Plan, tell: Tellers) -> str:
    """Return what a plan does and to which price it holds."""
    deed = deed_words(plan, tell)
    before, after = plan.first_sale_before, plan.first_sale_after
    if not deed:
        stays = "" if before is None else f": the first forced sale stays at {tell.price(before, plan.currency)}"
        return f"{_idle_words(plan)}{stays}. {shortage_words(plan, tell)}".strip()
    if after is None or before is None:
        return f"{deed} leaves no debt that a fall could reach."
    was, now = tell.price(before, plan.currency), tell.price(after, plan.currency)
    text = (
        f"{deed} leaves the first forced sale at {now}."
        if was == now
        else f"{deed} moves the first forced sale from {was} to {now}."
    )
    return text if plan.feasible else f"{text} {shortage_words(plan, tell)}"


def shortage_words(plan: Plan, tell: Tellers) -> str:
    """Return what a plan lacks for its targets; empty where it reaches them."""
    missing, money = plan.totals.missing_sats, plan.totals.missing_money
    if plan.feasible or missing is None or money is None:
        return ""
    short = sum(line.met is False for line in plan.lines)
    return f"It falls short at {_loans(short)} by {tell.btc(missing)} or {tell.money(money, plan.currency)}."


def cost_words(plan: Plan, tell: Tellers) -> str:
    """Return what a plan costs, what it locks, and what curing each call when it comes would take instead."""
    totals, parts = plan.totals, []
    if totals.posted_sats:
        parts.append(f"{tell.money(totals.locked_value, plan.currency)} of bitcoin is locked, not spent")
    if totals.cash_used:
        parts.append(f"{tell.money(totals.cash_used_base, plan.currency)} of cash is spent")
    if totals.sold_free_sats or totals.sold_collateral_sats:
        parts.append(f"selling costs {tell.money(totals.sale_fees, plan.currency)}")
    parts.append(f"{tell.left(totals.free_left_sats)} stays free")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}. {waiting_words(plan, tell)}".strip()


def waiting_words(plan: Plan, tell: Tellers) -> str:
    """Return what waiting until each loan's own call would take; empty where no contract makes one."""
    if not plan.totals.waiting_sats:
        return ""
    sats, money = tell.btc(plan.totals.waiting_sats), tell.money(plan.totals.waiting_money, plan.currency)
    return f"Waiting until every loan's own call would take {sats}, worth {money} at those prices."


def in_time_words(line: PlanLine) -> str:
    """Return whether what is sent gets there in time, and what that rests on."""
    if not line.acts:
        return ""
    hours, most = line.arrival.hours, line.arrival.deadline_hours
    spread = f" over {line.arrival.days} days" if line.arrival.days > 1 else ""
    if not line.arrival.in_time:
        return "▲ never: daily cap" if not hours else f"▲ too late: {hours} h of {most} h{spread}"
    if most is None:
        return f"no clock, takes {hours} h{spread}"
    return f"yes, {hours} h of {most} h{spread}" if hours else f"yes, {most} h to do it"


def unmet_fee(plan: Plan) -> str:
    """Return the sentence that selling costs more than a cure allows, where that is why a target is missed."""
    request = plan.request
    if plan.feasible or not request.sell_from.collateral:
        return ""
    spread = EXACT.subtract(Decimal(1), request.sell_fee)
    return next((note for note in plan.notes if "selling cost" in note), "") if spread < 1 else ""


def _idle_words(plan: Plan) -> str:
    """Return why a plan does nothing."""
    request = plan.request
    usable = plan.totals.free_left_sats if request.budget_sats is None else request.budget_sats
    if plan.objective is Objective.CHEAPEST and plan.feasible:
        return "Nothing has to be done"
    if not usable and not any(request.budget_cash.values()):
        return "There is nothing to post and no cash to repay with"
    return (
        "Nothing that may be used would change that" if plan.feasible else "Nothing can be done with what may be used"
    )


def _loans(count: int) -> str:
    names = ("no loan", "one loan", "two loans", "three loans", "four loans", "five loans")
    return names[count] if count < len(names) else f"{count:,} loans"
