"""How a loan ends after a stress test: the toll it took on the way, and the state it is left in."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from app.domain.figures import LoanState
from app.domain.terms import SEVERITY, TriggerKind
from app.risk.positions import Position
from app.risk.stress_result import LoanEnd
from app.risk.stress_state import LoanRun

_ZERO: Final = Decimal(0)
_STATES: Final = {
    TriggerKind.WARNING: LoanState.WARNING,
    TriggerKind.MARGIN_CALL: LoanState.MARGIN_CALL,
    TriggerKind.LIQUIDATION: LoanState.LIQUIDATION,
}


@dataclass(slots=True)
class Toll:
    """What a loan has gone through so far; money as in ``LoanRun``."""

    called: int = 0
    posted: int = 0
    sold: int = 0
    returned: int = 0
    fees: Decimal = _ZERO
    shortfall: Decimal = _ZERO
    sales: list[tuple[int, Decimal]] = field(default_factory=list)


def in_base(position: Position) -> Decimal:
    """Return what turns the position's money into the base currency's."""
    return position.base_per_unit / position.exposure_per_unit


def loan_end(run: LoanRun, end: Toll, price: Decimal, days: Decimal) -> LoanEnd:
    """Return the loan at the path's last ``price``, with interest to its last day."""
    position = run.position
    exposure, debt = run.at_end(days)
    value = run.collateral * price
    return LoanEnd(
        position.index,
        position.loan,
        position.lender,
        position.currency,
        _state(run, exposure, debt, value),
        debt / position.exposure_per_unit,
        exposure / position.exposure_per_unit,
        run.sats,
        exposure / value if value and debt else None,
        end.posted,
        end.sold,
        end.returned,
        end.fees / position.exposure_per_unit,
        end.shortfall / position.exposure_per_unit,
        end.called,
    )


def _state(run: LoanRun, exposure: Decimal, debt: Decimal, value: Decimal) -> LoanState:
    if not debt:
        return LoanState.CLOSED
    if not value:
        return LoanState.UNCOVERED
    reached = [t.kind for t in run.position.balance.terms.triggers if exposure >= t.ltv * value]
    return _STATES[max(reached, key=SEVERITY.__getitem__)] if reached else LoanState.OK
