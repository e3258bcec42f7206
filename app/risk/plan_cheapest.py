"""Bringing every loan to its target at the least cost.

Posting costs nothing but locks bitcoin; repaying costs cash; selling costs its fee. So bitcoin is posted first, where
a bitcoin covers most (the highest target), then cash repays, and only what is then missing is sold: free bitcoin before
pledged, because sold out of the collateral it takes its own cover away. Where free bitcoin is short, part of what would
be posted is sold instead, where posting covers least: sold, a bitcoin covers ``P·(1 − f)``, posted ``t·P_target``.
Where collateral has to be sold as well, a post is only sold for its own loan: posting to one and selling out of its
collateral comes to the same as selling free bitcoin for it, so every other post saves a sale.

Amounts are whole satoshis and minor units, rounded up where a target has to hold; budgets are never exceeded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from typing import Final

from app.domain.money import EXACT, btc_of, ceil_fiat, floor_fiat, minor_digits
from app.risk.allocation import sats_up, unseen_debt
from app.risk.deleverage import percent, too_dear
from app.risk.plan_after import payoff, selling_price
from app.risk.plan_request import PlanRequest
from app.risk.plan_result import Action
from app.risk.positions import Position, Positions

_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_DUST: Final = Decimal("1e-30")


@dataclass(frozen=True, slots=True)
class Cheapest:
    """What to do.

    Attributes:
        actions: one for each loan that needs something and gets it.
        targets: LTV to reach at the target price, by place, of the loans that lie above it.
        missing: exposure by place that stays uncovered, in the base currency through the lender's basis.
        notes: sentences about what could not be done.
    """

    actions: tuple[Action, ...]
    targets: Mapping[int, Decimal]
    missing: Mapping[int, Decimal]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Need:
    """A loan on its way to its target; everything under the exact context.

    Attributes:
        lacks: exposure above the target, in the base currency through the lender's basis.
        posted_covers, sold_covers: exposure that one BTC covers, posted, or sold from outside the collateral.
        per_money: exposure that a unit of the loan's currency covers.
        unseen: debt that is paid before a repayment lowers the exposure; 0 once it is.
    """

    place: int
    item: Position
    target: Decimal
    lacks: Decimal
    posted_covers: Decimal
    sold_covers: Decimal
    per_money: Decimal
    price: Decimal
    fee: Decimal
    unseen: Decimal
    action: Action = field(default_factory=lambda: Action(0))
    repaid: Decimal = _ZERO

    @property
    def is_open(self) -> bool:
        """Whether anything is missing beyond the rounding of the fiftieth digit."""
        return self.lacks > _DUST

    def post(self, sats: int) -> None:
        """Post (or, below zero, take back) satoshis."""
        self.action = replace(self.action, post_sats=self.action.post_sats + sats)
        self.lacks -= btc_of(sats) * self.posted_covers

    def sats_to_post(self) -> int:
        return max(sats_up(self.lacks / self.posted_covers), 0)

    def money_to_repay(self) -> Decimal:
        """Return what repays the rest, in whole minor units."""
        if not self.is_open:
            return _ZERO
        exact = (self.lacks / self.per_money + self.unseen).quantize(_DUST, context=EXACT)
        wanted = ceil_fiat(exact, self.item.currency)
        return min(wanted, payoff(self.item) - self.repaid)

    def repay(self, money: Decimal) -> None:
        """Count a repayment, whatever pays it."""
        self.lacks -= max(money - self.unseen, _ZERO) * self.per_money
        self.unseen = max(self.unseen - money, _ZERO)
        self.repaid += money
        if self.repaid >= payoff(self.item):
            self.lacks = min(self.lacks, _ZERO)

    def sats_to_sell(self, money: Decimal) -> int:
        """Return the satoshis whose sale brings at least ``money`` after the fee."""
        return sats_up(money / (self.price * (_ONE - self.fee)))

    def sold_for(self, sats: int) -> Decimal:
        """Return what a sale repays, in whole minor units."""
        return floor_fiat(btc_of(sats) * self.price * (_ONE - self.fee), self.item.currency)


def cheapest(positions: Positions, request: PlanRequest, budget_sats: int) -> Cheapest:
    """Return the cheapest way to the request's targets, or as far towards them as the means go.

    Where the means do not go all the way, the loans whose margin call is nearest come first.
    """
    with localcontext(EXACT):
        targets = _targets(positions, request)
        needs, notes = _served(positions, request, targets, budget_sats, _covers_most)
        if request.sell_from.free and request.sell_from.collateral:
            other = _served(positions, request, targets, budget_sats, _covers_most, keep_posts=True)
            if not any(need.is_open for need in other[0]) and _rank(other[0]) < _rank(needs):
                needs, notes = other
        if any(need.is_open for need in needs):
            needs, notes = _served(positions, request, targets, budget_sats, _is_nearest)
        missing = {need.place: need.lacks for need in needs if need.is_open}
        actions = tuple(need.action for need in sorted(needs, key=lambda need: need.place))
        return Cheapest(tuple(one for one in actions if one != Action(one.place)), targets, missing, tuple(notes))


_Order = Callable[[_Need], tuple[Decimal, ...]]


def _rank(needs: Sequence[_Need]) -> tuple[bool, int]:
    """Return what makes one way worse than another: a target that is missed, then how much is sold (at one price)."""
    sold = sum(need.action.sell_free_sats + need.action.sell_collateral_sats for need in needs)
    return any(need.is_open for need in needs), sold


def _served(
    positions: Positions,
    request: PlanRequest,
    targets: Mapping[int, Decimal],
    budget_sats: int,
    order: _Order,
    *,
    keep_posts: bool = False,
) -> tuple[list[_Need], list[str]]:
    """Serve every need in an order; ``keep_posts`` sells what was posted for its own loan only."""
    needs = sorted((_need(positions, request, place, ltv) for place, ltv in targets.items()), key=order)
    return needs, _cover(needs, request, budget_sats, keep_posts=keep_posts)


def _covers_most(need: _Need) -> tuple[Decimal, ...]:
    return -need.target, *_is_nearest(need)


def _is_nearest(need: _Need) -> tuple[Decimal, ...]:
    return (-need.item.price_at(need.item.danger_ltv),)


def _targets(positions: Positions, request: PlanRequest) -> dict[int, Decimal]:
    price = request.target_price or positions.price
    targets = {}
    for place, item in enumerate(positions.items):
        target = request.to_ltv
        if target is None:
            called = item.exposure >= item.danger_ltv * item.collateral_btc * price
            target = item.cure_target if called else None
        if target is not None and item.exposure > target * item.collateral_btc * price:
            targets[place] = target
    return targets


def _need(positions: Positions, request: PlanRequest, place: int, target: Decimal) -> _Need:
    item = positions.items[place]
    price = request.target_price or positions.price
    sale_price = selling_price(item, request.sale_price or positions.price)
    posted = target * price
    return _Need(
        place,
        item,
        target,
        item.exposure - item.collateral_btc * posted,
        posted,
        sale_price * (_ONE - request.sell_fee) * item.exposure_per_unit,
        item.exposure_per_unit,
        sale_price,
        request.sell_fee,
        unseen_debt(item),
        Action(place),
    )


def _cover(needs: Sequence[_Need], request: PlanRequest, budget_sats: int, *, keep_posts: bool) -> list[str]:
    left = budget_sats
    for need in needs:
        sats = min(need.sats_to_post(), left)
        need.post(sats)
        left -= sats
    for currency, budget in request.budget_cash.items():
        money = floor_fiat(budget, currency)
        for need in needs:
            paid = min(need.money_to_repay(), money) if need.item.currency == currency else _ZERO
            if paid > need.unseen:  # less would not lower the LTV at all
                need.repay(paid)
                need.action = replace(need.action, repay=paid)
                money -= paid
    if request.sell_from.free and any(need.is_open for need in needs):
        for group in [[need] for need in needs if need.is_open] if keep_posts else [needs]:
            left += _take_back(group, left)
            left = _sell_free(group, left)
    notes = []
    if request.sell_from.collateral:
        for need in needs:
            if need.is_open:
                notes += _sell_collateral(need)
    return notes


def _take_back(needs: Sequence[_Need], spare: int) -> int:
    """Take back posts that are better sold, as few as the missing cover asks for; return the satoshis."""
    wanted = -spare
    for need in needs:
        if need.is_open:
            wanted += sats_up((need.lacks / need.per_money + need.unseen) / need.price / (_ONE - need.fee))
        wanted += _slack(need)
    taken = 0
    for need in sorted(needs, key=lambda need: need.posted_covers / need.sold_covers):
        posted = need.action.post_sats
        saved = _ONE - need.posted_covers / need.sold_covers  # bitcoin that selling one instead of posting it saves
        if wanted <= 0 or not posted or saved <= 0:
            continue
        first = 0 if need.is_open or not need.unseen else need.sats_to_sell(need.unseen)
        back = min(posted, sats_up((btc_of(wanted) + btc_of(first)) / saved))
        gained = int(back * saved) - first
        if gained <= 0:
            continue
        need.post(-back)
        taken += back
        wanted -= gained
    return taken


def _slack(need: _Need) -> int:
    """Return the satoshis that rounding to whole minor units may cost a loan."""
    return sats_up(Decimal(1).scaleb(-minor_digits(need.item.currency)) / (need.price * (_ONE - need.fee))) + 2


def _sell_free(needs: Sequence[_Need], left: int) -> int:
    """Sell free satoshis for the needs that are open; return what is left of them."""
    for need in needs:
        money = need.money_to_repay()
        sats = need.sats_to_sell(money)
        if sats > left:
            sats = left
            money = need.sold_for(sats)
        if not sats or money <= need.unseen:
            continue
        need.repay(money)
        need.action = replace(need.action, sell_free_sats=sats)
        left -= sats
    return left


def _sell_collateral(need: _Need) -> list[str]:
    pledged = need.item.collateral_sats + need.action.post_sats
    gain = need.sold_covers - need.posted_covers
    if gain <= 0:
        return [f"{need.item.loan}: {too_dear(need.target, need.fee)}"]
    sats = sats_up((need.lacks + need.unseen * need.per_money) / gain)
    for _ in range(3):
        if sats >= pledged:
            break
        money = min(need.sold_for(sats), payoff(need.item) - need.repaid)
        rest = need.lacks - max(money - need.unseen, _ZERO) * need.per_money + btc_of(sats) * need.posted_covers
        if rest <= _DUST or need.repaid + money >= payoff(need.item):
            need.repay(money)
            need.lacks += btc_of(sats) * need.posted_covers if need.repaid < payoff(need.item) else _ZERO
            need.action = replace(need.action, sell_collateral_sats=sats)
            return []
        sats += _slack(need) + sats_up(rest / gain)
    return [f"{need.item.loan}: even selling all collateral does not bring the LTV to {percent(need.target)}."]
