"""What ``plimsoll reserve`` answers: the four prices down to which the free bitcoin holds the loans."""

from decimal import Decimal
from typing import Any, Final

from app.domain.money import EXACT, btc_text, ceil_sats, floor_sats
from app.domain.portfolio import BookFigures
from app.risk.positions import Positions, Unanswerable
from app.risk.reserve_result import NAMES, Reserve, ReservePrice, TopUp
from app.services.report_figures import money_of, price_reports, ratio_text, time_text

_MOST_NAMES: Final = 3


def reserve_report(figures: BookFigures, positions: Positions, found: Reserve) -> dict[str, Any]:
    """Return the document: each of the four prices with the loan that ends it and what happens on the way."""
    return (
        _head(figures)
        | {
            "currency": found.currency,
            "horizon_days": positions.horizon_days,
            "unencumbered_btc": btc_text(found.free_sats),
        }
        | {price.name: _price(price, positions) for price in found}
        | {"notes": list(unasked_notes(positions)), "left_out": list(positions.left_out), "problems": []}
    )


def no_reserve_report(figures: BookFigures, nothing: Unanswerable) -> dict[str, Any]:
    """Return the document without an answer: the four are None, and ``problems`` says why."""
    return _head(figures) | dict.fromkeys(NAMES) | {"notes": [], "left_out": [], "problems": [nothing.reason]}


def unasked_notes(positions: Positions) -> tuple[str, ...]:
    """Return a sentence where forced sale comes without a call before it: nobody will ask, so the reserve must act."""
    names = [
        item.loan
        for item in positions.items
        if item.sale is not None and (item.call is None or item.sale.ltv <= item.call.ltv)
    ]
    if not names:
        return ()
    shown = ", ".join(names[:_MOST_NAMES])
    more = f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else ""
    return (f"Forced sale comes without a margin call before it: {shown}{more}. Top up before that line; nobody asks.",)


def _head(figures: BookFigures) -> dict[str, Any]:
    return {"as_of": time_text(figures.as_of), "prices": price_reports(figures.prices, figures.as_of)}


def _price(answer: ReservePrice, positions: Positions) -> dict[str, Any]:
    price = answer.price
    needs, left = None if answer.needs is None else ceil_sats(answer.needs), floor_sats(answer.left)
    return {
        "price": None if price is None else money_of(positions.currency).text(price),
        "prices": {}
        if price is None
        else {c: money_of(c).text(positions.price_in(c, price)) for c in positions.prices},
        "headroom": None
        if price is None
        else ratio_text(EXACT.subtract(Decimal(1), EXACT.divide(price, positions.price))),
        "already_due": answer.already,
        "loan": answer.loan,
        "needs_btc": None if needs is None else btc_text(needs),
        "left_btc": btc_text(left),
        "lacks_btc": None if needs is None else btc_text(needs - left),
        "posted": [
            {"loan": positions.items[place].loan, "btc": btc_text(ceil_sats(btc))} for place, btc in answer.posted
        ],
        "steps": [_step(step, positions) for step in answer.steps],
        "more_steps": answer.more_steps,
        "in_time": answer.in_time,
        "late": list(answer.late),
        "explanation": answer.sentence,
    }


def _step(step: TopUp, positions: Positions) -> dict[str, Any]:
    return {
        "loan": positions.items[step.place].loan,
        "price": money_of(positions.currency).text(step.price),
        "btc": btc_text(ceil_sats(step.btc)),
        "left_btc": btc_text(floor_sats(step.left)),
    }
