"""Moments of a stress test: now, what is planned, a loan just before something happens, a call that waits."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple, Required, TypedDict

from app.risk.stress_state import LoanRun, OpenCall, Rank

_ZERO: Final = Decimal(0)


@dataclass(slots=True)
class WaitingCall:
    """A call that the free bitcoin could not cure, and what it needed at which price when that was last reckoned."""

    call: OpenCall
    needs: int = 0
    price: Decimal = _ZERO


class Now(NamedTuple):
    """A moment on a stretch."""

    part: Decimal
    price: Decimal
    day: Decimal


class Planned(NamedTuple):
    """A planned happening, in the order in which it comes."""

    tie: Decimal
    rank: Rank
    place: int
    version: int
    part: Decimal


class Before(NamedTuple):
    """A loan just before something happens to it; the exposure as in ``LoanRun``."""

    ltv: Decimal | None
    exposure: Decimal
    sats: int

    @classmethod
    def of(cls, run: LoanRun, now: Now) -> "Before":
        """Return a loan as it stands."""
        value, exposure = run.collateral * now.price, run.exposure(now.part)
        return cls(exposure / value if value else None, exposure, run.sats)


class Details(TypedDict, total=False):
    """What an event of one kind or another has beyond what all have."""

    sats: Required[int]
    amount: Required[Decimal]
    line: Required[Decimal]
    to_ltv: Decimal | None
    cure_hours: int | None
    deadline_day: Decimal | None
    arrives_day: Decimal | None
    in_time: bool | None
    uncured: bool
    short_sats: int
    fee: Decimal
    repaid: Decimal
