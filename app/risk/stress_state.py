"""One loan in the course of a stress test: what it owes and holds, which calls stand, what is under way to it.

Money is in the base currency divided by the lender's basis, as in ``Position``: ``ltv = exposure ÷ (C · P)`` with our
price. Everything here runs under the exact context.

Interest accrues evenly from today's exposure to the one at the horizon, and as the same share of what is left after a
forced sale. Where the exposure is not all that is owed, the debt grows by simple interest on the principal.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Final, NamedTuple

from app.domain.accrual import YEAR_DAYS
from app.domain.money import SATS_PER_BTC, btc_of, ceil_sats, round_fiat
from app.domain.terms import Accrual, Exposure, ExtentMode, Trigger, TriggerKind
from app.risk.liquidation import LiquidationOutcome
from app.risk.positions import Position
from app.risk.stress_path import Leg

_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_DAY_HOURS: Final = Decimal(24)
# Where a contract cures a call, or a sale, to the line itself, the next cent would reach it again.
_BELOW_LINE: Final = Decimal("0.99")
# What a daily cap spreads over more days than this arrives too late for any call.
_MOST_PARTS: Final = 1_000
_TIE: Final = Decimal("1E-30")


class Rank(IntEnum):
    """What comes first of things that happen at one price."""

    SALE = 0
    ARRIVAL = 1
    RECOVERY = 2
    DEADLINE = 3
    CALL = 4


class Due(NamedTuple):
    """When the next thing happens to a loan on a leg: the part of the leg that is over by then, and what."""

    part: Decimal
    rank: Rank


@dataclass(slots=True, eq=False)
class OpenCall:
    """A margin call that stands; ``served`` when what it asked for is under way."""

    trigger: Trigger
    deadline: Decimal | None
    served: bool = False


class Part(NamedTuple):
    """Bitcoin under way to a lender."""

    day: Decimal
    sats: int


class LoanRun:
    """A loan while the price moves. Only ``app.risk.stress`` uses it."""

    __slots__ = (
        "_debt", "_debt_slope", "_end_debt", "_end_exposure", "_exposure", "_exposure_slope", "_leg", "_quiet",
        "_start_debt", "_start_exposure", "calls", "collateral", "cure_ltv", "lines", "open_calls", "position",
        "sales", "sats", "timeless", "under_way", "version",
    )  # fmt: skip

    def __init__(self, position: Position, horizon_days: int, *, interest: bool, timeless: bool) -> None:
        self.position = position
        self.timeless = timeless
        triggers = position.balance.terms.triggers
        self.calls = tuple(t for t in triggers if t.kind is TriggerKind.MARGIN_CALL)
        self.sales = tuple(t for t in triggers if t.kind is TriggerKind.LIQUIDATION)
        lowest = self.calls[0].ltv if self.calls else position.cure_ltv
        self.cure_ltv = min(position.cure_ltv, lowest * _BELOW_LINE) if self.calls else position.cure_ltv
        self.sats = position.collateral_sats
        self.collateral = btc_of(self.sats)
        self._exposure = position.exposure_now
        self._debt = position.balance.debt * position.exposure_per_unit
        self._exposure_slope = self._debt_slope = _ZERO
        if interest and horizon_days:
            self._exposure_slope = (position.exposure - position.exposure_now) / horizon_days
            self._debt_slope = _debt_slope(position, self._exposure_slope)
            if timeless:
                self._exposure, self._debt = self.at_end(Decimal(horizon_days))
                self._exposure_slope = self._debt_slope = _ZERO
        self.open_calls: list[OpenCall] = []
        self.under_way: list[Part] = []
        self.version = 0
        self._quiet = False
        self._leg: Leg | None = None

    @property
    def first_line(self) -> Decimal:
        """The LTV of the first line that a falling price reaches."""
        return self.position.danger_ltv

    def highest_price(self, days: Decimal) -> Decimal:
        """Return a price above which no line of this loan is reached within ``days``, as it stands."""
        if not self.sats:
            return _ZERO
        most = max(self._exposure, self._exposure + self._exposure_slope * days)
        return most / (self.first_line * self.collateral)

    @property
    def waits(self) -> bool:
        """Whether a call stands or bitcoin is under way."""
        return bool(self.open_calls or self.under_way)

    def interest(self, days: Decimal) -> Decimal:
        """Return what will accrue within ``days``, if nothing is repaid."""
        return self._debt_slope * days

    def at_end(self, days: Decimal) -> tuple[Decimal, Decimal]:
        """Return exposure and debt on the path's last day."""
        return self._exposure + self._exposure_slope * days, self._debt + self._debt_slope * days

    def enter(self, leg: Leg, last_day: Decimal) -> None:
        """Take the stretch that comes now; interest stops at the path's ``last_day``."""
        start, end = min(leg.start_day, last_day), min(leg.end_day, last_day)
        self._leg = leg
        self._start_exposure = self._exposure + self._exposure_slope * start
        self._end_exposure = self._exposure + self._exposure_slope * end
        self._start_debt = self._debt + self._debt_slope * start
        self._end_debt = self._debt + self._debt_slope * end
        self._quiet = False

    def exposure(self, part: Decimal) -> Decimal:
        """Return the exposure when ``part`` of the leg is over."""
        return self._start_exposure + (self._end_exposure - self._start_exposure) * part

    def debt(self, part: Decimal) -> Decimal:
        """Return the debt when ``part`` of the leg is over."""
        return self._start_debt + (self._end_debt - self._start_debt) * part

    def due(self, part: Decimal) -> Due | None:
        """Return the next thing that happens at or after ``part`` of the leg, or None."""
        best = self._line_due(part)
        if self.open_calls:
            for found in (self._recovery_due(part), self._clock_due(part, self.deadline, Rank.DEADLINE)):
                if found is not None and (best is None or found < best):
                    best = found
        if self.under_way:
            found = self._clock_due(part, self.under_way[0].day, Rank.ARRIVAL)
            if found is not None and (best is None or found < best):
                best = found
        return best

    @property
    def deadline(self) -> Decimal | None:
        """When the first of the open calls runs out, in days; None where no clock runs."""
        return min((call.deadline for call in self.open_calls if call.deadline is not None), default=None)

    def open_reached(self, part: Decimal, price: Decimal, day: Decimal) -> OpenCall:
        """Let every call that is reached stand, and return the highest, which sets the clock."""
        self._quiet = False
        value = self.collateral * price
        exposure = self.exposure(part) * (_ONE + _TIE)
        above = self.open_calls[-1].trigger.ltv if self.open_calls else _ZERO
        ahead = [t for t in self.calls if t.ltv > above]
        for trigger in [t for t in ahead if exposure >= t.ltv * value] or ahead[:1]:
            hours = None if self.timeless else trigger.cure_hours
            self.open_calls.append(OpenCall(trigger, None if hours is None else day + hours / _DAY_HOURS))
        return self.open_calls[-1]

    def needs(self, part: Decimal, price: Decimal) -> int:
        """Return what cures the loan at this price beyond what is under way, in satoshis, rounded up."""
        wanted = ceil_sats(self.exposure(part) / (self.cure_ltv * price) * (_ONE - _TIE))
        return max(wanted - self.sats - sum(p.sats for p in self.under_way), 0)

    def send(self, sats: int, day: Decimal, price: Decimal) -> Decimal | None:
        """Send a top-up; return when the last of it arrives, or None where the lender takes none.

        Where time is left out, everything is there at once; the answer tells how long it would take all the same.
        """
        delivery = self.position.balance.terms.delivery
        cap = self._daily_cap(price)
        first = day + delivery.hours / _DAY_HOURS
        if cap is not None and cap <= 0:
            return None
        count = 1 if cap is None else min(-(-sats // cap), _MOST_PARTS)
        if self.timeless:
            self.under_way.append(Part(day, sats))
            return first + count - 1
        if cap is None:
            self.under_way.append(Part(first, sats))
            self.under_way.sort()
            return first
        if self.under_way:
            first = max(first, self.under_way[-1].day + 1)
        parts = [Part(first + number, cap) for number in range(count - 1)]
        parts.append(Part(first + count - 1, sats - cap * (count - 1)))
        self.under_way.extend(parts)
        return parts[-1].day

    def receive(self) -> Part:
        """Take the next part that is under way."""
        part = self.under_way.pop(0)
        self.sats += part.sats
        self.collateral = btc_of(self.sats)
        if not self.under_way:
            self.open_calls = [call for call in self.open_calls if not call.served]
        return part

    def recover(self, part: Decimal, price: Decimal) -> None:
        """Let go of the calls that a rising price has ended: all at the cure LTV, below its line one that lapses."""
        exposure, value = self.exposure(part), self.collateral * price
        if exposure <= self.cure_ltv * value * (_ONE + _TIE):
            self.open_calls = []
        else:
            highest = max((c.trigger.ltv for c in self.open_calls if not c.trigger.latching), default=_ZERO)
            self.open_calls = [c for c in self.open_calls if c.trigger.latching or c.trigger.ltv < highest]
        leg = self._leg
        assert leg is not None  # noqa: S101 - it is entered before
        # At the very line a call is reached and let go at once; while the price goes on rising it is not reached again.
        self._quiet = leg.end_price > leg.start_price

    def sale_trigger(self, part: Decimal, price: Decimal, *, uncured: bool) -> tuple[Trigger, Decimal]:
        """Return the terms of the sale that is due, and the LTV of the line that was reached."""
        if uncured:
            call = next(c.trigger for c in self.open_calls if c.deadline == self.deadline)
            # Without a sale line in the contract, everything that is owed is sold, without a fee.
            return (self.sales[0], call.ltv) if self.sales else (call, call.ltv)
        value = self.collateral * price
        exposure = self.exposure(part) * (_ONE + _TIE)
        reached = [t for t in self.sales if exposure >= t.ltv * value] or [self.sales[0]]
        return reached[-1], reached[-1].ltv

    def restored_ltv(self, trigger: Trigger, *, uncured: bool) -> Decimal | None:
        """Return the LTV that a partial sale restores; None for a full one.

        A sale for an uncured call restores the cure LTV where the contract's own target lies above the call.
        """
        target = trigger.extent_ltv
        if trigger.extent is not ExtentMode.TO_LTV or target is None:
            return None
        line = trigger.ltv
        if uncured:
            line = self.open_calls[0].trigger.ltv
            if target >= line:
                target = self.cure_ltv
        return min(target, line * _BELOW_LINE)

    def take_sale(self, outcome: LiquidationOutcome, part: Decimal) -> int:
        """Take what a forced sale left; return the satoshis that come back."""
        before, owed = self.exposure(part), self.debt(part)
        # As everywhere, less than half a minor unit is no debt.
        repaid = not round_fiat(outcome.debt_after / self.position.exposure_per_unit, self.position.currency)
        back = outcome.collateral_after_sats if repaid else 0
        if repaid:
            self._scale(_ZERO, _ZERO)
        else:
            self._scale(outcome.exposure_after / before if before else _ZERO, outcome.debt_after / owed)
        self.sats = outcome.collateral_after_sats - back
        self.collateral = btc_of(self.sats)
        self.open_calls = []
        self._quiet = False
        return back

    def return_everything(self) -> int:
        """Return the satoshis that a lender has no claim to any more."""
        back, self.sats, self.collateral = self.sats, 0, _ZERO
        return back

    def _scale(self, exposure: Decimal, debt: Decimal) -> None:
        self._exposure *= exposure
        self._exposure_slope *= exposure
        self._start_exposure *= exposure
        self._end_exposure *= exposure
        self._debt *= debt
        self._debt_slope *= debt
        self._start_debt *= debt
        self._end_debt *= debt

    def _next_call(self) -> Trigger | None:
        """Return the lowest call that does not stand yet, above those that do."""
        if not self.open_calls:
            return self.calls[0] if self.calls else None
        above = self.open_calls[-1].trigger.ltv
        return next((t for t in self.calls if t.ltv > above), None)

    def _line_due(self, part: Decimal) -> Due | None:
        """Return when the next line is reached."""
        if not self.sats or not self._end_exposure:
            return None
        best: Due | None = None
        if self.sales:
            at = self._reached(self.sales[0].ltv, part)
            if at is not None:
                best = Due(at, Rank.SALE)
        call = None if self._quiet else self._next_call()
        if call is not None:
            at = self._reached(call.ltv, part)
            if at is not None and (best is None or at < best.part):
                best = Due(at, Rank.CALL)
        return best

    def _reached(self, ltv: Decimal, part: Decimal) -> Decimal | None:
        """Return the first part of the leg, from ``part`` on, at which the LTV is at or above a line."""
        leg = self._leg
        assert leg is not None  # noqa: S101 - it is entered before
        bar = ltv * self.collateral
        if self._end_exposure < bar * leg.end_price and self._start_exposure < bar * leg.start_price:
            return None
        start = self._start_exposure - bar * leg.start_price
        slope = self._end_exposure - bar * leg.end_price - start
        if start + slope * part >= 0:
            return part
        return max(-start / slope, part) if start + slope >= 0 else None

    def _fallen_below(self, ltv: Decimal, part: Decimal) -> Decimal | None:
        """Return the first part of the leg, from ``part`` on, at which the LTV is below a line."""
        leg = self._leg
        assert leg is not None  # noqa: S101 - it is entered before
        bar = ltv * self.collateral
        start = self._start_exposure - bar * leg.start_price
        slope = self._end_exposure - bar * leg.end_price - start
        if start + slope * part < -bar * leg.start_price * _TIE:
            return part
        if slope >= 0 or start + slope >= 0:
            return None
        return max(-start / slope, part)

    def _recovery_due(self, part: Decimal) -> Due | None:
        lapsing = [call.trigger.ltv for call in self.open_calls if not call.trigger.latching]
        at = self._fallen_below(max(lapsing) if lapsing else self.cure_ltv, part)
        return None if at is None else Due(at, Rank.RECOVERY)

    def _clock_due(self, part: Decimal, day: Decimal | None, rank: Rank) -> Due | None:
        leg = self._leg
        assert leg is not None  # noqa: S101 - it is entered before
        if day is None or day > leg.end_day:
            return None
        span = leg.end_day - leg.start_day
        at = (day - leg.start_day) / span if span else part
        return Due(max(at, part), rank)

    def _daily_cap(self, price: Decimal) -> int | None:
        """Return what the lender takes a day, in satoshis, or None for no limit."""
        delivery = self.position.balance.terms.delivery
        caps = [] if delivery.daily_cap_btc_sats is None else [delivery.daily_cap_btc_sats]
        if delivery.daily_cap is not None:
            caps.append(int(delivery.daily_cap * self.position.base_per_unit / price * SATS_PER_BTC))
        return min(caps, default=None)


def _debt_slope(position: Position, exposure_slope: Decimal) -> Decimal:
    """Return what the debt grows by in a day."""
    terms = position.balance.terms
    if terms.exposure is Exposure.PRINCIPAL_AND_ACCRUED:
        return exposure_slope
    if terms.accrual is Accrual.FLAT_TERM:
        return _ZERO
    yearly = position.balance.principal * position.balance.rate * position.exposure_per_unit
    return yearly / YEAR_DAYS[terms.day_count]
