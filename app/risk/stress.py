"""What happens when the price falls: margin calls, top-ups and forced sales in their true order, exactly.

The price walks along a path (``stress_path``). Along each straight stretch everything is linear, so that the moment at
which a line is reached, a clock runs out or bitcoin arrives is solved for, not searched. Of things that happen at one
price a forced sale comes before a call, then the book's order decides.

Rules:

- A call asks for ``E/(q·P) − C`` at the price at which it is made. When that has arrived the call is met, however far
  the price has fallen by then; a loan that is still at its line is called anew.
- A call that the free bitcoin cannot cure in full gets nothing: a part would not cure it. What is left may cure the
  next. Bitcoin that comes back from a forced sale goes to calls that wait, in the order in which they were made.
- A call that latches stands until the LTV is down at the cure LTV; another lapses as soon as it is below its line.
- A call that is not met within its hours leads to a forced sale, as far as the contract says; without a forced sale in
  the contract, of all that is owed. A call without hours never does.
- Where a path leaves time out, every top-up is there at once and no call runs out.
- After the path's end its last price stays, without more interest, until every clock and every delivery has ended.
- A lender sells at its own index, where its basis says how that differs from ours.
- Where a contract cures to the very line that calls, or a sale restores the very line that sells, one per cent below it
  is taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from heapq import heapify, heappop, heappush
from typing import Final, Unpack

from app.domain.money import EXACT, btc_of
from app.domain.terms import ExtentMode
from app.risk.liquidation import liquidate
from app.risk.positions import Positions
from app.risk.stress_end import Toll, in_base, loan_end
from app.risk.stress_moment import Before, Details, Now, Planned, WaitingCall
from app.risk.stress_path import Leg, PathKind, PathPoint, PricePath
from app.risk.stress_result import (
    Policy,
    StressComparison,
    StressEvent,
    StressKind,
    StressResult,
)
from app.risk.stress_state import Due, LoanRun, Rank

_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_TIE: Final = Decimal("1E-30")
# Nothing is worth a millionth of itself and still has lenders who ask for more of it.
_BOTTOM: Final = Decimal("0.000001")


def stress(
    positions: Positions, path: PricePath, policy: Policy = Policy.CURE, *, interest: bool = True
) -> StressResult:
    """Return what happens to the book along ``path`` under a policy.

    Args:
        positions: with a horizon of at least one day where interest is to accrue.
        path: ratios to the positions' price.
        policy: cure each call from the free bitcoin, or nothing.
        interest: accrues along the way.
    """
    with localcontext(EXACT):
        return _Course(positions, path, policy, interest=interest).result()


def compare(
    positions: Positions, path: PricePath, policy: Policy = Policy.CURE, *, interest: bool = True
) -> StressComparison:
    """Return the course under a policy with the one without any action beside it."""
    baseline = stress(positions, path, Policy.NONE, interest=interest)
    chosen = baseline if policy is Policy.NONE else stress(positions, path, policy, interest=interest)
    return StressComparison(path, positions.currency, positions.price, chosen, baseline, positions.left_out)


def sale_begins(positions: Positions, policy: Policy) -> StressEvent | None:
    """Return the first forced sale of a fall that has no end, if every call is met at once or none ever is.

    Time is left out; interest to the positions' horizon is owed already. None where nothing is ever sold.
    """
    points = PathPoint(_ZERO, _ONE), PathPoint(_ZERO, _BOTTOM, _BOTTOM)
    fall = PricePath(PathKind.DROP, "a fall without end", points, timeless=True)
    with localcontext(EXACT):
        return _Course(positions, fall, policy, interest=True, first_sale_only=True).result().first_sale


class _Course:
    """One walk along a path; only this module uses it, under the exact context."""

    def __init__(
        self,
        positions: Positions,
        path: PricePath,
        policy: Policy,
        *,
        interest: bool,
        first_sale_only: bool = False,
    ) -> None:
        self._positions, self._path, self._policy = positions, path, policy
        self._first_sale_only = first_sale_only
        days, timeless = positions.horizon_days, path.timeless
        self._runs = [LoanRun(item, days, interest=interest, timeless=timeless) for item in positions.items]
        self._interest = sum((run.interest(path.days) * in_base(run.position) for run in self._runs), _ZERO)
        self._ends = [Toll() for _ in self._runs]
        self._free = positions.free_sats
        self._events: list[StressEvent] = []
        self._sent: dict[int, list[int]] = {}
        self._waiting: dict[int, WaitingCall] = {}
        self._heap: list[Planned] = []
        self._leg = Leg(_ZERO, _ZERO, positions.price, positions.price)
        self._done = False

    def result(self) -> StressResult:
        """Walk, and return what happened."""
        price = self._positions.price
        days = self._path.days
        # Only loans whose line may be reached on a stretch, or that wait for something, are looked at on it.
        asleep = [(-run.highest_price(days), index) for index, run in enumerate(self._runs)]
        heapify(asleep)
        awake: list[int] = []
        end_day = days
        for leg in self._legs(price):
            lowest = -min(leg.start_price, leg.end_price)
            while asleep and asleep[0][0] <= lowest:
                awake.append(heappop(asleep)[1])
            self._walk(leg, awake)
            end_day = leg.end_day
            if self._done:
                break
            waiting = [index for index in awake if self._runs[index].waits]
            for index in set(awake).difference(waiting):
                heappush(asleep, (-self._runs[index].highest_price(days), index))
            awake = waiting
        return self._summed(EXACT.multiply(self._path.end, price), end_day)

    def _legs(self, price: Decimal) -> Iterator[Leg]:
        """Yield the path's stretches, then the time that clocks and deliveries still take."""
        yield from self._path.legs(price)
        last = EXACT.multiply(self._path.end, price)
        day = self._path.days
        while (until := max(self._open_days(), default=None)) is not None:
            until = max(until, day)
            yield Leg(day, until, last, last)
            day = until

    def _open_days(self) -> Iterator[Decimal]:
        """Yield when each clock runs out and when the last of each delivery is there."""
        for run in self._runs:
            if run.deadline is not None:
                yield run.deadline
            if run.under_way:
                yield run.under_way[-1].day

    def _walk(self, leg: Leg, awake: Sequence[int]) -> None:
        """Let everything happen on one stretch, in its order."""
        self._leg = leg
        days = self._path.days
        heap = self._heap = []
        for index in awake:
            run = self._runs[index]
            run.enter(leg, days)
            due = run.due(_ZERO)
            if due is not None:
                heap.append(self._entry(index, due))
        heapify(heap)
        while heap and not self._done:
            entry = heappop(heap)
            if self._runs[entry.place].version == entry.version:
                self._happen(entry.place, entry.rank, entry.part)
                self._plan(entry.place, entry.part)

    def _entry(self, index: int, due: Due) -> Planned:
        return Planned(due.part.quantize(_TIE), due.rank, index, self._runs[index].version, due.part)

    def _plan(self, index: int, part: Decimal) -> None:
        """Put the loan's next thing into the order; what was planned for it before counts no more."""
        run = self._runs[index]
        run.version += 1
        due = run.due(part)
        if due is not None:
            heappush(self._heap, self._entry(index, due))

    def _happen(self, index: int, rank: Rank, part: Decimal) -> None:
        run, leg = self._runs[index], self._leg
        price = leg.start_price + (leg.end_price - leg.start_price) * part
        day = leg.start_day + (leg.end_day - leg.start_day) * part
        now = Now(part, price, day)
        if rank is Rank.CALL:
            self._call(index, now)
        elif rank is Rank.ARRIVAL:
            self._arrive(index, now)
        elif rank is Rank.RECOVERY:
            run.recover(part, price)
        else:
            self._sell(index, now, uncured=rank is Rank.DEADLINE)

    def _call(self, index: int, now: Now) -> None:
        run = self._runs[index]
        before = run.exposure(now.part)
        call = run.open_reached(now.part, now.price, now.day)
        needs = run.needs(now.part, now.price)
        short = max(needs - self._free, 0) if self._policy is Policy.CURE else 0
        repay = max(before - run.cure_ltv * run.collateral * now.price, _ZERO)
        self._ends[index].called += 1
        self._events.append(
            self._event(
                StressKind.MARGIN_CALL,
                index,
                now,
                sats=needs,
                amount=repay / run.position.exposure_per_unit,
                line=call.trigger.ltv,
                to_ltv=run.cure_ltv,
                cure_hours=call.trigger.cure_hours,
                deadline_day=call.deadline,
                short_sats=short,
            )
        )
        if self._policy is Policy.CURE:
            self._serve(index, WaitingCall(call), now)

    def _serve(self, index: int, waiting: WaitingCall, now: Now) -> bool:
        """Send what a call needs, or let it wait; return whether anything was sent."""
        run = self._runs[index]
        needs = waiting.needs = run.needs(now.part, now.price)
        waiting.price = now.price
        if needs > self._free:
            self._waiting[index] = waiting
            return False
        if needs:
            arrives = run.send(needs, now.day, now.price)
            if arrives is None:  # a cap of nothing a day: the call cannot be met
                return False
            self._free -= needs
            self._ends[index].posted += needs
            hours, deadline = waiting.call.trigger.cure_hours, run.deadline
            last = now.day + Decimal(hours) / 24 if run.timeless and hours is not None else deadline
            event = self._event(
                StressKind.TOP_UP,
                index,
                now,
                sats=needs,
                amount=btc_of(needs) * now.price / run.position.base_per_unit,
                line=waiting.call.trigger.ltv,
                to_ltv=run.cure_ltv,
                cure_hours=hours,
                deadline_day=deadline,
                arrives_day=arrives,
                in_time=last is None or arrives <= last,
            )
            self._sent.setdefault(index, []).append(len(self._events))
            self._events.append(event)
        for call in run.open_calls:
            call.served = True
        return bool(needs)

    def _arrive(self, index: int, now: Now) -> None:
        run = self._runs[index]
        run.receive()
        if not run.under_way:
            self._sent.pop(index, None)
        if not run.debt(now.part):
            self._give_back(index, run.return_everything(), now)

    def _sell(self, index: int, now: Now, *, uncured: bool) -> None:
        run = self._runs[index]
        trigger, line = run.sale_trigger(now.part, now.price, uncured=uncured)
        restored = run.restored_ltv(trigger, uncured=uncured)
        terms = trigger
        if restored is not None and restored != trigger.extent_ltv:
            terms = replace(trigger, extent=ExtentMode.TO_LTV, extent_ltv=restored)
        before = Before.of(run, now)
        unit = run.position.exposure_per_unit
        outcome = liquidate(run.debt(now.part), run.sats, now.price, terms, exposure=run.exposure(now.part))
        back = run.take_sale(outcome, now.part)
        self._waiting.pop(index, None)
        end = self._ends[index]
        end.sold += outcome.sold_sats
        end.fees += outcome.fee
        end.shortfall = outcome.shortfall
        end.sales.append((outcome.sold_sats, now.price))
        if outcome.sold_sats:
            self._events.append(
                self._event(
                    StressKind.LIQUIDATION,
                    index,
                    now,
                    before,
                    sats=outcome.sold_sats,
                    amount=outcome.proceeds / unit,
                    line=line,
                    to_ltv=restored,
                    fee=outcome.fee / unit,
                    repaid=outcome.repaid / unit,
                    uncured=uncured,
                    back=back,
                )
            )
            for number in self._sent.pop(index, []):
                self._events[number] = replace(self._events[number], in_time=False)
            self._done = self._first_sale_only
        self._give_back(index, back, now)

    def _give_back(self, index: int, sats: int, now: Now) -> None:
        """Put bitcoin back among the free, and send it where a call waits."""
        if not sats:
            return
        self._free += sats
        self._ends[index].returned += sats
        still, self._waiting = self._waiting, {}
        for place, waiting in still.items():
            if waiting.call not in self._runs[place].open_calls:
                continue
            if waiting.needs > self._free and now.price <= waiting.price:
                self._waiting[place] = waiting  # a falling price only raises what it needs
            elif self._serve(place, waiting, now):
                self._plan(place, now.part)

    def _event(
        self,
        kind: StressKind,
        index: int,
        now: Now,
        before: Before | None = None,
        *,
        back: int = 0,
        **more: Unpack[Details],
    ) -> StressEvent:
        run = self._runs[index]
        position = run.position
        state = before or Before.of(run, now)
        return StressEvent(
            kind,
            now.price,
            now.day,
            position.index,
            position.loan,
            position.currency,
            ltv=state.ltv,
            exposure=state.exposure / position.exposure_per_unit,
            collateral_sats=state.sats,
            free_sats=self._free + back,
            **more,
        )

    def _summed(self, price: Decimal, end_day: Decimal) -> StressResult:
        lost = fees = short = _ZERO
        for run, end in zip(self._runs, self._ends, strict=True):
            basis = in_base(run.position)
            fees += end.fees * basis
            short += end.shortfall * basis
            lost += sum((btc_of(sats) * max(price - at, _ZERO) for sats, at in end.sales), _ZERO)
        return StressResult(
            self._policy,
            tuple(self._events),
            tuple(loan_end(run, end, price, self._path.days) for run, end in zip(self._runs, self._ends, strict=True)),
            price,
            end_day,
            self._positions.free_sats,
            self._free,
            sum(end.posted for end in self._ends),
            sum(end.sold for end in self._ends),
            fees,
            lost,
            short,
            self._interest,
        )
