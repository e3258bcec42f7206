"""What exactly to post, repay or sell, where: a plan for a request, or the sentence why there is none.

What "cheapest" counts stands in ``plan_result.COSTS``.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext

from app.domain.money import EXACT, btc_text
from app.risk.allocation import apportion_cash, apportion_sats, last_stand, unseen_debt
from app.risk.plan_after import payoff, sale_of
from app.risk.plan_carry import carried_out
from app.risk.plan_cheapest import cheapest
from app.risk.plan_notes import request_notes
from app.risk.plan_odds import Odds, least_total_btc, least_total_cash
from app.risk.plan_request import Objective, PlanRequest, refusal
from app.risk.plan_result import Action, Difference, Plan
from app.risk.positions import Positions, Unanswerable


def plan(positions: Positions, request: PlanRequest) -> Plan | Unanswerable:
    """Return the plan for ``request``, or why there is none.

    Budgets are never exceeded; what they do not reach is told by ``Plan.feasible``, its sentence and its totals.
    """
    reason = refusal(positions, request)
    if reason is not None:
        return Unanswerable(reason)
    sats = positions.free_sats if request.budget_sats is None else request.budget_sats
    notes = request_notes(positions, request, sats)
    if request.aim is Objective.CHEAPEST:
        found = cheapest(positions, request, sats)
        return carried_out(
            positions,
            found.actions,
            request,
            targets=found.targets,
            missing=found.missing,
            notes=(*notes, *found.notes, *_nothing_due(found.targets, request)),
        )
    actions = _spread(positions, request, sats)
    return carried_out(positions, actions, request, targets={}, missing={}, notes=notes)


def carry_out(positions: Positions, actions: Sequence[Action], request: PlanRequest) -> Plan | Unanswerable:
    """Return what actions chosen by hand come to, or why they are not possible; the request's budgets do not bind."""
    reason = refusal(positions, request) or next(
        filter(None, (_impossible(positions, one, request) for one in actions)), None
    )
    if reason is not None:
        return Unanswerable(reason)
    used = sum(one.post_sats + one.sell_free_sats for one in actions)
    notes = [_beyond_free(positions, used)] if used > positions.free_sats else []
    return carried_out(positions, actions, request, targets={}, missing={}, notes=notes)


def compare(first: Plan, second: Plan) -> tuple[Difference, ...]:
    """Return two plans of the same book side by side: every loan that either names, in the first one's order."""
    others = {line.loan: line for line in second.lines}
    return tuple(
        Difference(
            line.loan,
            line.currency,
            (line.post_sats, other.post_sats),
            (line.repaid, other.repaid),
            (line.sell_sats, other.sell_sats),
            (line.ltv_after, other.ltv_after),
            (line.liquidation_price_after, other.liquidation_price_after),
        )
        for line in first.lines
        if (other := others.get(line.loan)) is not None
    )


def _spread(positions: Positions, request: PlanRequest, sats: int) -> list[Action]:
    """Spread the budgets by the objective, in whole satoshis and minor units."""
    items, cash = positions.items, dict(request.budget_cash)
    with localcontext(EXACT):
        btc = Decimal(sats).scaleb(-8)
        if request.aim is Objective.MIN_TOTAL and request.sigma is not None:
            odds = Odds(request.sigma, request.days)
            posts: Mapping[int, Decimal] = least_total_btc(items, positions.price, odds, btc)
            repays: dict[int, Decimal] = {}
            for currency, budget in cash.items():
                unseen = sum((unseen_debt(item) for item in items if item.currency == currency), Decimal(0))
                spread = least_total_cash(
                    items, positions.price, odds, currency, max(budget - unseen, Decimal(0)), posts
                )
                repays |= {n: min(money + unseen_debt(items[n]), payoff(items[n])) for n, money in spread.items()}
        else:
            fill = last_stand(items, btc, cash)
            posts, repays = fill.posts, dict(fill.repays)
        whole_posts = apportion_sats(posts, sats)
        whole_repays: dict[int, Decimal] = {}
        for currency, budget in cash.items():
            mine = {place: money for place, money in repays.items() if items[place].currency == currency}
            whole_repays |= apportion_cash(mine, currency, budget)
    return [
        Action(n, whole_posts.get(n, 0), whole_repays.get(n, Decimal(0)))
        for n in sorted(whole_posts.keys() | whole_repays.keys())
    ]


def _nothing_due(targets: Mapping[int, Decimal], request: PlanRequest) -> tuple[str, ...]:
    if targets:
        return ()
    if request.to_ltv is not None:
        return ("Every loan stands at or below the LTV asked for; nothing has to be done.",)
    return ("No loan is called at that price; nothing has to be done.",)


def _impossible(positions: Positions, action: Action, request: PlanRequest) -> str | None:
    if not 0 <= action.place < len(positions.items):
        return "One of the actions names no loan of this book."
    item = positions.items[action.place]
    amounts = (action.post_sats, action.sell_free_sats, action.sell_collateral_sats)
    if min(amounts) < 0 or not action.repay.is_finite() or action.repay < 0:
        return f"{item.loan}: amounts must be 0 or more."
    if action.repay > payoff(item):
        return f"{item.loan}: {action.repay:,f} {item.currency} is more than is owed; enter at most {payoff(item):,f}."
    pledged = item.collateral_sats + action.post_sats
    if action.sell_collateral_sats > pledged:
        return f"{item.loan}: more is to be sold than is pledged; enter at most {btc_text(pledged)} BTC."
    if action.sell_collateral_sats == pledged:
        sold = sale_of(item, pledged, request.sale_price or positions.price, request.sell_fee)
        if EXACT.add(sold.net, action.repay) < item.balance.debt:
            return f"{item.loan}: selling all collateral does not repay the debt and leaves it uncovered; sell less."
    return None


def _beyond_free(positions: Positions, used: int) -> str:
    return f"The plan uses {btc_text(used)} BTC and the book has {btc_text(positions.free_sats)} BTC free."
