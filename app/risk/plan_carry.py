"""Carrying out actions on paper: every loan before and after, the sums, and what waiting would cost instead."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Final

from app.domain.money import EXACT, btc_of, btc_text, ceil_sats
from app.domain.terms import TriggerKind
from app.risk.plan_after import Sale, after_action, after_all, ltv_at, payoff, sale_of, selling_price
from app.risk.plan_delivery import arrival
from app.risk.plan_request import PlanRequest
from app.risk.plan_result import Action, Plan, PlanLine, PlanTotals, Waiting
from app.risk.positions import Position, Positions
from app.risk.reserve import reserve

_ZERO: Final = Decimal(0)
# A target is reached though the fiftieth digit of a quotient says otherwise.
_DUST: Final = Decimal("1e-30")


def carried_out(
    positions: Positions,
    actions: Sequence[Action],
    request: PlanRequest,
    *,
    targets: Mapping[int, Decimal],
    missing: Mapping[int, Decimal],
    notes: Sequence[str],
) -> Plan:
    """Return what actions, which must be possible, come to.

    Args:
        positions: before.
        actions: at most one for each loan.
        request: prices, fee and objective.
        targets: LTV that the target price must not exceed, by place.
        missing: exposure that stays uncovered, by place.
        notes: sentences to keep.
    """
    by_place = {action.place: action for action in actions}
    target_price = request.target_price or positions.price
    sale_price = request.sale_price or positions.price
    lines, left = [], []
    with localcontext(EXACT):
        for place, item in enumerate(positions.items):
            action = by_place.get(place, Action(place))
            free = sale_of(item, action.sell_free_sats, sale_price, request.sell_fee)
            pledged = sale_of(item, action.sell_collateral_sats, sale_price, request.sell_fee)
            net = min(free.net + pledged.net, payoff(item) - action.repay)
            sold = Sale(net, free.fee + pledged.fee)
            after = after_action(item, action, action.repay + sold.net)
            left.append(after)
            lines.append(_line(positions, item, action, sold, after, target_price, targets.get(place)))
        totals = _totals(positions, lines, target_price, targets, missing)
        after_positions = after_all(positions, left, totals.free_left_sats)
        before, after_reserve = reserve(positions), reserve(after_positions)
        late = [line.arrival.reason for line in lines if line.arrival.reason]
        feasible = not missing
        return Plan(
            positions.currency,
            positions.as_of,
            positions.price,
            target_price,
            request,
            request.aim,
            tuple(lines),
            totals,
            _first_sale(positions),
            _first_sale(after_positions),
            before,
            after_reserve,
            feasible,
            _sentence(positions, totals, feasible=feasible),
            tuple(dict.fromkeys((*notes, *late, *positions.left_out))),
        )


def waiting_of(positions: Positions, item: Position) -> Waiting | None:
    """Return what curing takes if nothing is done until the margin call; None where the contract makes no call."""
    if item.call is None:
        return None
    with localcontext(EXACT):
        at = item.price_at(item.danger_ltv)
        due = at >= positions.price
        price = min(at, positions.price)
        lacks = max(item.exposure / (item.cure_target * price) - item.collateral_btc, _ZERO)
        sats = ceil_sats(lacks.quantize(Decimal("1e-30"), context=EXACT))
        call_price = selling_price(item, price)
        return Waiting(call_price, due, sats, btc_of(sats) * call_price)


def _line(
    positions: Positions,
    item: Position,
    action: Action,
    sold: Sale,
    after: Position | None,
    target_price: Decimal,
    target: Decimal | None,
) -> PlanLine:
    repaid = action.repay + sold.net
    at_target = None if after is None else ltv_at(after, target_price)
    met = None if target is None else (at_target is None or at_target <= target + _DUST)
    return PlanLine(
        action.place,
        item.index,
        item.loan,
        item.lender,
        item.currency,
        action.post_sats,
        action.repay,
        action.sell_free_sats,
        action.sell_collateral_sats,
        sold.net,
        sold.fee,
        item.balance.debt,
        _ZERO if after is None else after.balance.debt,
        item.collateral_sats,
        item.collateral_sats + action.post_sats - action.sell_collateral_sats,
        ltv_at(item, positions.price, now=True),
        None if after is None else ltv_at(after, positions.price, now=True),
        at_target,
        _line_price(item, TriggerKind.MARGIN_CALL),
        _line_price(after, TriggerKind.MARGIN_CALL),
        _line_price(item, TriggerKind.LIQUIDATION),
        _line_price(after, TriggerKind.LIQUIDATION),
        arrival(
            item.loan,
            item.balance.terms.delivery,
            deadline(item, target_price),
            sats=action.post_sats,
            worth=btc_of(action.post_sats) * selling_price(item, positions.price),
            money=repaid,
        ),
        waiting_of(positions, item),
        met,
    )


def deadline(item: Position, price: Decimal) -> int | None:
    """Return the hours of the highest margin call that ``price`` reaches, else of the first one; None for no clock."""
    calls = [each for each in item.balance.terms.triggers if each.kind is TriggerKind.MARGIN_CALL]
    if not calls:
        return None
    ltv = ltv_at(item, price, now=True)
    reached = [each for each in calls if ltv >= each.ltv]
    return (reached[-1] if reached else calls[0]).cure_hours


def _line_price(item: Position | None, kind: TriggerKind) -> Decimal | None:
    trigger = None if item is None else (item.call if kind is TriggerKind.MARGIN_CALL else item.sale)
    if item is None or trigger is None:
        return None
    return selling_price(item, item.exposure_now / (trigger.ltv * item.collateral_btc))


def _totals(
    positions: Positions,
    lines: Sequence[PlanLine],
    target_price: Decimal,
    targets: Mapping[int, Decimal],
    missing: Mapping[int, Decimal],
) -> PlanTotals:
    cash: dict[str, Decimal] = {}
    cash_base = fees = waiting_money = _ZERO
    for line in lines:
        worth = positions.items[line.place].base_per_unit
        if line.repay:
            cash[line.currency] = cash.get(line.currency, _ZERO) + line.repay
        cash_base += line.repay * worth
        fees += line.sale_fee * worth
        waiting_money += line.waiting.money * worth if line.waiting else _ZERO
    posted = sum(line.post_sats for line in lines)
    sold_free = sum(line.sell_free_sats for line in lines)
    short_btc = sum((gap / (targets[place] * target_price) for place, gap in missing.items()), _ZERO)
    short_money = _ZERO
    for place, gap in missing.items():
        item = positions.items[place]
        short_money += gap / item.exposure_per_unit * item.base_per_unit
    return PlanTotals(
        posted,
        sold_free,
        sum(line.sell_collateral_sats for line in lines),
        cash,
        cash_base,
        fees,
        btc_of(posted) * positions.price,
        sum(line.waiting.top_up_sats for line in lines if line.waiting),
        waiting_money,
        max(positions.free_sats - posted - sold_free, 0),
        ceil_sats(short_btc) if missing else None,
        short_money if missing else None,
    )


def _first_sale(positions: Positions) -> Decimal | None:
    return max((item.price_at(item.sale_ltv) for item in positions.items), default=None)


def _sentence(positions: Positions, totals: PlanTotals, *, feasible: bool) -> str:
    parts = []
    if totals.posted_sats:
        parts.append(f"posts {btc_text(totals.posted_sats)} BTC, which is then locked but not spent")
    if totals.cash_used:
        money = " and ".join(f"{amount:,.2f} {currency}" for currency, amount in totals.cash_used.items())
        parts.append(f"repays {money} from cash")
    sold = totals.sold_free_sats + totals.sold_collateral_sats
    if sold:
        parts.append(f"sells {btc_text(sold)} BTC to repay, at a cost of {totals.sale_fees:,.2f} {positions.currency}")
    what = "; it ".join(parts) if parts else "does nothing"
    if feasible:
        return f"The plan {what}."
    assert totals.missing_sats is not None  # noqa: S101 - told wherever a target is missed
    short = f"{btc_text(totals.missing_sats)} BTC or {totals.missing_money:,.2f} {positions.currency}"
    return f"The plan {what}. It does not reach every target: {short} more is needed."
