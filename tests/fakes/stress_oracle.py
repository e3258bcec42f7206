"""A stress test the slow way: the price goes down a little, then every loan is looked at, over and over, in doubles.

It knows loans with one call and one sale, and straight falls; nothing in it is shared with what it checks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.domain.terms import ExtentMode, FeeBase, TriggerKind
from app.risk.positions import Position, Positions


@dataclass
class Walked:
    """One loan on the way."""

    position: Position
    debt: float
    btc: float
    called: bool = False
    served: bool = False
    deadline: float | None = None
    coming: list[tuple[float, float]] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    sold: float = 0.0


def walk(positions: Positions, drop: float, days: float, *, cure: bool, steps: int) -> tuple[Sequence[Walked], float]:
    """Return the loans and the free bitcoin after a straight fall over ``days`` and the time that clocks still take."""
    start = float(positions.price)
    free = positions.free_sats / 1e8
    loans = [Walked(p, float(p.exposure_now), p.collateral_sats / 1e8) for p in positions.items]
    for number in range(1, steps * 3):
        part = number / steps
        price = start * (1 - drop * min(part, 1.0))
        day = days * part
        for loan in loans:
            free += _arrived(loan, day)
        for loan in sorted(loans, key=lambda each: -_ratio(each, price)):
            free += _judged(loan, price, day)
        for loan in loans:
            free -= _called(loan, price, day, free if cure else -1.0)
    return loans, free


def _ratio(loan: Walked, price: float) -> float:
    return loan.debt / (loan.btc * price) if loan.btc else 0.0


def _arrived(loan: Walked, day: float) -> float:
    came = sum(btc for at, btc in loan.coming if at <= day)
    loan.coming = [part for part in loan.coming if part[0] > day]
    if not loan.debt:
        return came
    loan.btc += came
    if came and loan.served and not loan.coming:
        loan.called = loan.served = False
        loan.deadline = None
    return 0.0


def _judged(loan: Walked, price: float, day: float) -> float:
    """Sell where a line is reached or a clock has run out; let calls lapse; return what comes back."""
    sale = loan.position.sale
    assert sale is not None
    if not loan.debt or not loan.btc:
        return 0.0
    if _ratio(loan, price) >= float(sale.ltv) or (loan.deadline is not None and day >= loan.deadline):
        return _sold(loan, price)
    call = loan.position.call
    assert call is not None
    lapses = _ratio(loan, price) < float(call.ltv) and not call.latching
    if loan.called and (lapses or _ratio(loan, price) <= float(loan.position.cure_ltv)):
        loan.called = loan.served = False
        loan.deadline = None
    return 0.0


def _sold(loan: Walked, price: float) -> float:
    sale = loan.position.sale
    assert sale is not None
    fee = float(sale.fee_rate)
    on_debt = sale.fee_base is FeeBase.DEBT
    gross = 1 + fee if on_debt else 1 / (1 - fee)
    repay = loan.debt
    if sale.extent is ExtentMode.TO_LTV and sale.extent_ltv is not None:
        goal = float(sale.extent_ltv)
        if 1 - goal * gross > 0:
            repay = min((loan.debt - goal * loan.btc * price) / (1 - goal * gross), loan.debt)
    sold = min(repay * gross / price, loan.btc)
    repay = min(repay, sold * price / gross)
    loan.sold += sold
    loan.debt = 0.0 if loan.debt - repay < 1e-6 else loan.debt - repay
    loan.btc -= sold
    loan.called = loan.served = False
    loan.deadline = None
    loan.happened.append(TriggerKind.LIQUIDATION.value)
    if loan.debt:
        return 0.0
    back, loan.btc = loan.btc, 0.0
    return back


def _called(loan: Walked, price: float, day: float, free: float) -> float:
    """Call a loan that is at its line, and send what cures it; return what is sent."""
    call = loan.position.call
    assert call is not None
    if not loan.debt or not loan.btc:
        return 0.0
    if not loan.called and _ratio(loan, price) >= float(call.ltv):
        loan.called = True
        loan.deadline = None if call.cure_hours is None else day + call.cure_hours / 24
        loan.happened.append(TriggerKind.MARGIN_CALL.value)
    if not loan.called or loan.served:
        return 0.0
    needs = max(
        loan.debt / (float(loan.position.cure_ltv) * price) - loan.btc - sum(btc for _, btc in loan.coming), 0.0
    )
    if needs > free:
        return 0.0
    loan.served = True
    if needs:
        loan.coming.append((day + loan.position.balance.terms.delivery.hours / 24, needs))
        loan.happened.append("top_up")
    return needs
