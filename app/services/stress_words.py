"""A stress test in words: the headline, what it rests on, each event as a sentence, and how its figures come about.

Rounded against the user's risk: prices, LTVs and what is needed up, what is left down.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Final

from app.domain.figures import LoanState
from app.domain.money import EXACT, btc_of
from app.risk.episodes import Episodes
from app.risk.stress_path import PathKind, PricePath
from app.risk.stress_result import LoanEnd, StressComparison, StressEvent, StressKind, StressResult
from app.services.headline import PLAIN, Shown, short_btc, shown_money
from app.services.wording import danger_price, percent_up, plain_percent

_HUNDRED: Final = Decimal(100)
_COUNTS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_HOURS: Final = Decimal(24)
_TWELFTH: Final = Decimal("1E-12")
_MICRO: Final = Decimal("0.000001")


def headline(comparison: StressComparison, shown: Shown = PLAIN) -> str:
    """Return what happens in one sentence: what is called, what cures it, what is sold."""
    result = comparison.chosen
    where = _where(comparison)
    calls = len({event.index for event in result.of(StressKind.MARGIN_CALL)})
    sales = result.of(StressKind.LIQUIDATION)
    if not calls and not sales:
        return f"{where} no loan is called."
    if not result.posted_sats:
        return f"{where} {_called(calls)}{_sold(result, sales, shown, calls)}."
    posted, free = short_btc(result.posted_sats, shown), short_btc(result.free_start_sats, shown, ROUND_FLOOR)
    of_free = f"{posted.removesuffix(' BTC')} of your {free.removesuffix(' BTC')} free BTC"
    if shown.sats:
        of_free = f"{posted} of your {free} that are free"
    if result.posted_sats > result.free_start_sats:
        of_free = f"{posted}, some of which came back from sales,"
    if not sales:
        left = _uncured(result)
        if left:
            return f"{where} {_called(calls)} and {of_free} {_go(left, calls)}."
        return f"{where} {_called(calls)} and {of_free} cure {'it' if calls == 1 else 'them'}; nothing is sold."
    return f"{where} {_called(calls)}, {of_free} are posted{_sold(result, sales, shown, calls)}."


def begins_sentence(cured: StressEvent | None, uncured: StressEvent | None, currency: str) -> str:
    """Return where forced sale begins if every call is topped up and if none is (``sale_begins`` of both policies)."""
    if uncured is None:
        return "No contract names a forced sale ahead."
    without = danger_price(_settled(uncured.price), currency)
    if cured is None:
        return f"Deadlines aside, forced sale begins at {without} if no call is topped up; topped up, at no price."
    if cured.price >= uncured.price:
        return f"Deadlines aside, forced sale begins at {without}; no free bitcoin moves that."
    topped_up = danger_price(_settled(cured.price), currency)
    return f"Deadlines aside, forced sale begins at {topped_up} if every call is topped up, at {without} if none is."


def baseline_sentence(comparison: StressComparison, shown: Shown = PLAIN) -> str:
    """Return what happens if nobody does anything."""
    result = comparison.baseline
    sales = result.of(StressKind.LIQUIDATION)
    if not sales:
        waiting = _uncured(result)
        if not waiting:
            return "If nobody does anything, nothing is sold."
        stand = "one call stands" if waiting == 1 else f"{_count(waiting)} calls stand"
        return f"If nobody does anything, {stand} uncured, and nothing is sold at a line of its own."
    loss = shown_money(_settled(result.loss), comparison.currency, shown, ROUND_CEILING)
    cost = f" at a loss of {loss}" if result.loss else ""
    return (
        f"If nobody does anything, {short_btc(result.sold_sats, shown)} of {_loans(_of(sales))} are sold{cost}, "
        f"the first at {danger_price(_settled(sales[0].price), comparison.currency)}."
    )


def conditions(path: PricePath) -> tuple[str, ...]:
    """Return what the figures rest on and leave out, one sentence each."""
    told = []
    if path.timeless:
        told.append("How long the fall takes is left out: top-ups are there at once and no call runs out.")
    else:
        told.append("After the last day the price stays, until every clock and every delivery has ended.")
    if path.kind is PathKind.EPISODE and not path.lows:
        told.append("Closes only: lows within the day are not known for this fall, and they fall deeper.")
    if path.kind is PathKind.EPISODE and path.lows:
        told.append("Lows are of many exchanges together; a single lender's index may have fallen deeper.")
    return tuple(told)


def event_sentence(event: StressEvent, base: str, shown: Shown = PLAIN) -> str:
    """Return one event as a person would tell it."""
    at = f"{_day(event.day)}at {danger_price(_settled(event.price), base)}"
    rounding = ROUND_FLOOR if event.kind is StressKind.LIQUIDATION else ROUND_CEILING
    amount = shown_money(_settled(event.amount), event.currency, shown, rounding)
    sats = short_btc(event.sats, shown)
    ltv = "" if event.ltv is None else f" at {percent_up(_settled(event.ltv))} LTV"
    if event.kind is StressKind.MARGIN_CALL:
        clock = "" if event.cure_hours is None else f" within {event.cure_hours} h"
        cure = f"{sats} or {amount}{clock} cure it" if event.sats else "what is under way to it cures that"
        text = f"{event.loan} is called {at}{ltv}: {cure}."
        if event.short_sats:
            text += f" {short_btc(event.short_sats, shown)} are missing for that."
        return text
    if event.kind is StressKind.TOP_UP:
        left = short_btc(event.free_sats, shown, ROUND_FLOOR)
        return f"{event.loan} gets {sats} {at}{_arrival(event)}; {left} are left."
    if event.uncured:
        cause = f"its call at {plain_percent(event.line)} was not cured in time"
    else:
        cause = f"the forced-sale line is {plain_percent(event.line)}"
    return f"{sats} of {event.loan} are sold {at}{ltv} for {amount}, as {cause}."


def why(event: StressEvent, base: str) -> tuple[str, ...]:
    """Return how an event's figures come about: each formula with its values put in; not masked.

    ``E`` is the exposure and ``C`` the pledged bitcoin before the event, ``P`` the price in the loan's currency through
    the lender's basis, so that ``P = E ÷ (LTV · C)``.
    """
    exposure = shown_money(_settled(event.exposure), event.currency, PLAIN, ROUND_CEILING)
    held = short_btc(event.collateral_sats)
    lines = []
    price = _lender_price(event)
    if event.ltv is not None and price is not None:
        at = danger_price(_settled(price), event.currency)
        lines.append(f"LTV = E ÷ (C · P) = {exposure} ÷ ({held} · {at}) = {percent_up(_settled(event.ltv), 2)}")
        if event.kind is StressKind.MARGIN_CALL:
            lines.append(
                f"Called, as {percent_up(_settled(event.ltv), 2)} is at or above {plain_percent(event.line)}, its line."
            )
        if event.kind is not StressKind.LIQUIDATION and event.to_ltv is not None:
            goal = percent_up(_settled(event.to_ltv), 2)
            need = f"{exposure} ÷ ({goal} · {at}) − {held}"
            lines.append(f"To cure to {goal}: E ÷ (q · P) − C = {need} = {short_btc(event.sats)}")
    if event.kind is StressKind.LIQUIDATION:
        lines += _why_sold(event)
    if event.kind is StressKind.TOP_UP and event.in_time is False:
        lines.append(_late(event))
    if event.kind is not StressKind.LIQUIDATION:
        lines.append(f"In {base} that is at {danger_price(_settled(event.price), base)} for one bitcoin.")
    return tuple(lines)


def end_sentence(loan: LoanEnd, shown: Shown = PLAIN) -> str:
    """Return how a loan ends."""
    debt = shown_money(_settled(loan.debt), loan.currency, shown, ROUND_CEILING)
    held = short_btc(loan.collateral_sats, shown, ROUND_FLOOR)
    if loan.state is LoanState.CLOSED:
        return (
            f"{loan.loan} is repaid by the forced sale; {short_btc(loan.returned_sats, shown, ROUND_FLOOR)} come back."
        )
    if loan.state is LoanState.UNCOVERED:
        return f"{loan.loan} still owes {debt} and has nothing pledged any more."
    ltv = "" if loan.ltv is None else f" at {percent_up(_settled(loan.ltv))} LTV"
    return f"{loan.loan} owes {debt} against {held}{ltv}."


def episode_rows(episodes: Episodes) -> tuple[tuple[str, str, str, str, str], ...]:
    """Return a row for each episode: id, name, first day, days, and how deep it fell."""
    return tuple(
        (
            item.key,
            item.name,
            item.peak.isoformat(),
            str(item.days),
            f"−{percent_up(EXACT.subtract(Decimal(1), item.lowest))}{'' if item.lows else ' (closes)'}",
        )
        for item in episodes.items
    )


def _where(comparison: StressComparison) -> str:
    path = comparison.path
    if path.kind is PathKind.TO_PRICE:
        return f"At {danger_price(_settled(comparison.chosen.end_price), comparison.currency)}"
    if path.kind is PathKind.DROP and path.end == 1:
        return "At today's price"
    if path.kind is PathKind.DROP:
        return f"At −{plain_percent(EXACT.subtract(Decimal(1), path.end))}"
    fall = percent_up(max(EXACT.subtract(Decimal(1), path.lowest), Decimal(0)))
    return f"If “{path.name}” came again (−{fall})," if path.kind is PathKind.EPISODE else f"On {path.name} (−{fall})"


def _called(calls: int) -> str:
    if not calls:
        return "no loan is called"
    return "one loan is called" if calls == 1 else f"{_count(calls)} loans are called"


def _sold(result: StressResult, sales: Sequence[StressEvent], shown: Shown, calls: int) -> str:
    if not sales:
        waiting = _uncured(result)
        it = "it" if calls == 1 else "them"
        return f" and nothing cures {it}; nothing is sold yet" if waiting else "; nothing is sold"
    text = f"{short_btc(result.sold_sats, shown)} of {_loans(_of(sales))} are sold"
    return f" and {text}"


def _go(left: int, calls: int) -> str:
    return f"cure {_count(calls - left)} of them; {_count(left)} {'stays' if left == 1 else 'stay'} uncured"


def _uncured(result: StressResult) -> int:
    """Return how many loans end at or past a margin call."""
    return sum(loan.state in (LoanState.MARGIN_CALL, LoanState.LIQUIDATION) for loan in result.loans)


def _why_sold(event: StressEvent) -> list[str]:
    fee = shown_money(_settled(event.fee), event.currency, PLAIN, ROUND_CEILING)
    repaid = shown_money(_settled(event.repaid), event.currency, PLAIN, ROUND_FLOOR)
    proceeds = shown_money(_settled(event.amount), event.currency, PLAIN, ROUND_FLOOR)
    cause = (
        "The call was not cured in time." if event.uncured else f"The line of {plain_percent(event.line)} was reached."
    )
    goal = (
        "until the debt is repaid"
        if event.to_ltv is None
        else f"until the LTV is {percent_up(_settled(event.to_ltv), 2)}"
    )
    return [cause, f"Sold {goal}: proceeds {proceeds} − fee {fee} = {repaid} repaid"]


def _arrival(event: StressEvent) -> str:
    if event.arrives_day is None:
        return ""
    hours = EXACT.multiply(EXACT.subtract(event.arrives_day, event.day), _HOURS).quantize(
        _MICRO, ROUND_HALF_EVEN, EXACT
    )
    late = "" if event.in_time else ": too late"
    return f", {hours.to_integral_value(ROUND_CEILING)} h on the way{late}" if hours else late


def _late(event: StressEvent) -> str:
    if event.cure_hours is None:
        return "Too late: the collateral is sold before it arrives."
    return f"Too late: the call gives {event.cure_hours} h, and a forced-sale line may be reached before."


def _lender_price(event: StressEvent) -> Decimal | None:
    """Return the price in the loan's currency through the lender's basis: ``E ÷ (LTV · C)``."""
    if not event.ltv or not event.collateral_sats:
        return None
    return EXACT.divide(event.exposure, EXACT.multiply(event.ltv, btc_of(event.collateral_sats)))


def _settled(value: Decimal) -> Decimal:
    """Return a quotient without its last digits, so that 75 % and 10⁻⁵⁸ more of it is not rounded up to 75.1 %."""
    return value.quantize(_TWELFTH, ROUND_HALF_EVEN, EXACT)


def _day(day: Decimal) -> str:
    if not day:
        return ""
    return f"on day {_settled(day).quantize(Decimal('0.1'), ROUND_FLOOR, EXACT).normalize(EXACT):f} "


def _of(events: Iterable[StressEvent]) -> int:
    return len({event.index for event in events})


def _loans(number: int) -> str:
    return "one loan" if number == 1 else f"{_count(number)} loans"


def _count(number: int) -> str:
    return _COUNTS[number] if number < len(_COUNTS) else f"{number:,}"
