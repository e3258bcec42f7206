"""Down to which price the free bitcoin can hold every loan: four questions, four prices.

With R free bitcoin, every loan's line at the price ``p = E / (u·C)`` and the level g it is lifted to there, the need at
a price P is ``N(P) = Σ_{P <= p} (E / (g·P) − C)``. The lines are walked from the highest down; between two lines
``N(P) = S/P − K``, so the reserve is used up at ``P* = S / (R + K)``, or at a line itself where the newly called loan
asks for more than is left.

- ``no_margin_call`` (u = g = call): so much is posted that no loan is ever called.
- ``cure_at_once`` (u = call, g = cure): the price falls in one go, then every called loan is cured.
- ``last_stand`` (u = g = forced sale): below it no way of using the reserve avoids a forced sale.
- ``cure_each_call`` (``reserve_staircase``): the price glides, and each call is cured when it is made.

Every price is in the base currency; lines above today's price are due already and are met at today's price first.
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Final

from app.domain.money import EXACT, btc_of, btc_text, ceil_sats
from app.risk.plan_delivery import Arrival, arrival
from app.risk.positions import Positions
from app.risk.reserve_lines import Line, Promise, lines_of, make_line
from app.risk.reserve_result import Reserve, ReservePrice, Segment, TopUp
from app.risk.reserve_staircase import staircase
from app.risk.reserve_walk import walk

_PROMISES: Final = {
    "no_margin_call": Promise.NO_CALL,
    "cure_at_once": Promise.CURE,
    "last_stand": Promise.NO_SALE,
}
_ZERO: Final = Decimal(0)


def reserve(positions: Positions, free_sats: int | None = None) -> Reserve:
    """Return the four reserve prices.

    Args:
        positions: with interest to the horizon in their exposures.
        free_sats: the reserve; the book's free bitcoin where it is not given.
    """
    sats = positions.free_sats if free_sats is None else free_sats
    if sats < 0:
        raise ValueError("a reserve cannot be negative")
    return Reserve(
        positions.currency,
        positions.price,
        sats,
        exhaustion(positions, "no_margin_call", sats),
        glide(positions, sats),
        exhaustion(positions, "cure_at_once", sats),
        exhaustion(positions, "last_stand", sats),
    )


def exhaustion(positions: Positions, name: str, free_sats: int) -> ReservePrice:
    """Return one of the three prices at which everything is met at once: all names but ``cure_each_call``."""
    with localcontext(EXACT):
        lines = lines_of(positions.items, _PROMISES[name])
        free = btc_of(free_sats)
        end = walk(lines, free, positions.price)
        if end.price is None:
            return _endless(name, free)
        called = lines[: end.called]
        if end.jump:
            posted, failing, left = _serve(called, end.price, free)
            place, needs = failing.place, failing.need(end.price)
        else:
            posted = [(line.place, line.need(end.price)) for line in called]
            place, needs, left = max(posted, key=lambda pair: pair[1])[0], None, _ZERO
        kept = tuple(sorted((number, btc) for number, btc in posted if btc > 0))
        sent = [(number, btc, end.price) for number, btc in kept]
        arrivals = _arrivals(positions, sent, clock=name != "no_margin_call")
        return _priced(
            positions, name, end.price, place, needs, left, kept, arrivals, already=end.already, segments=end.segments
        )


def glide(positions: Positions, free_sats: int) -> ReservePrice:
    """Return the price at which a call can no longer be cured while the price falls slowly: ``cure_each_call``."""
    name = "cure_each_call"
    with localcontext(EXACT):
        free = btc_of(free_sats)
        end = staircase(lines_of(positions.items, Promise.CURE), free, positions.price)
        if end.price is None or end.place is None:
            return _endless(name, free)
        sent = [(step.place, step.btc, step.price) for step in end.steps if step.btc]
        return _priced(
            positions,
            name,
            end.price,
            end.place,
            end.needs,
            end.left,
            end.posted,
            _arrivals(positions, sent, clock=True),
            already=end.already,
            steps=end.steps,
            more_steps=end.more_steps,
        )


def sale_after(positions: Positions, end: ReservePrice) -> Decimal | None:
    """Return the base-currency price of the first forced sale after a defence has ended there.

    What is left of the reserve then levels the forced sales' prices (last stand), from the collateral posted by then;
    no call is answered any more. None where nothing ends the defence.
    """
    if end.price is None:
        return None
    with localcontext(EXACT):
        posted = dict(end.posted)
        lines = [
            make_line(n, item.exposure, item.collateral_btc + posted.get(n, _ZERO), item.sale_ltv, item.sale_ltv)
            for n, item in enumerate(positions.items)
        ]
        lines.sort(key=lambda line: -line.price)
        return walk(lines, end.left, end.price).price


def _serve(called: Sequence[Line], price: Decimal, free: Decimal) -> tuple[list[tuple[int, Decimal]], Line, Decimal]:
    """Serve loan after loan at ``price``; return what was posted, the loan that is left short, and what was left."""
    posted: list[tuple[int, Decimal]] = []
    for line in called:
        needs = line.need(price)
        if needs > free:
            return posted, line, free
        free -= needs
        posted.append((line.place, needs))
    return posted[:-1], called[-1], free + posted[-1][1]  # short by rounding beyond the fiftieth digit


def _arrivals(
    positions: Positions, sent: Sequence[tuple[int, Decimal, Decimal]], *, clock: bool
) -> tuple[Arrival, ...]:
    """Return when each of ``sent`` (place, BTC, price then) arrives."""
    found = []
    for place, btc, price in sent:
        item = positions.items[place]
        deadline = item.call.cure_hours if clock and item.call is not None else None
        worth = btc * price / item.base_per_unit
        found.append(arrival(item.loan, item.balance.terms.delivery, deadline, sats=ceil_sats(btc), worth=worth))
    return tuple(found)


def _endless(name: str, free: Decimal) -> ReservePrice:
    sentence = "No loan has a line that a fall of the price could reach; nothing uses the reserve up."
    return ReservePrice(
        name,
        None,
        None,
        None,
        None,
        free,
        already=False,
        jump=False,
        posted=(),
        steps=(),
        more_steps=False,
        segments=(),
        arrivals=(),
        sentence=sentence,
    )


def _priced(
    positions: Positions,
    name: str,
    price: Decimal,
    place: int,
    needs: Decimal | None,
    left: Decimal,
    posted: tuple[tuple[int, Decimal], ...],
    arrivals: tuple[Arrival, ...],
    *,
    already: bool,
    segments: tuple[Segment, ...] = (),
    steps: tuple[TopUp, ...] = (),
    more_steps: bool = False,
) -> ReservePrice:
    loan = positions.items[place].loan
    return ReservePrice(
        name,
        price,
        place,
        loan,
        needs,
        left,
        already,
        needs is not None,
        posted,
        steps,
        more_steps,
        segments,
        arrivals,
        _sentence(loan, needs, left, already=already),
    )


def _sentence(loan: str, needs: Decimal | None, left: Decimal, *, already: bool) -> str:
    if needs is None:
        return f"The last bitcoin is posted here, most of them to {loan}; any further fall asks for more."
    asks, has = btc_text(ceil_sats(needs)), btc_text(int(left.scaleb(8)))
    if already:
        return f"Due already at today's price: {loan} asks for {asks} BTC, and {has} BTC is left for it."
    return f"Here {loan} asks for {asks} BTC, and {has} BTC is left for it."
