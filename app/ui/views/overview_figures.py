"""The overview's five figures as text: each with its formula, and its price's source and age (pure)."""

from decimal import Decimal
from typing import NamedTuple

from app.domain.money import EXACT
from app.domain.portfolio import Totals
from app.domain.quotes import NoQuote
from app.domain.terms import TriggerKind
from app.services.danger import Danger
from app.services.desk import DeskSnapshot
from app.services.headline import quote_words
from app.ui.formats import (
    DOWN,
    MINUS,
    NOT_KNOWN,
    UP,
    Display,
    btc_text,
    danger_price_text,
    headroom_text,
    ltv_text,
    money_text,
    percent_text,
    short_money_text,
)
from app.ui.widgets.labels import Tone

_NEAR = Decimal("0.20")


class FigureText(NamedTuple):
    """One figure: its name, what it is now, what it is made of, and how it was computed."""

    key: str
    name: str
    figure: str
    note: str
    detail: str
    tone: Tone = "text"


def five_figures(snapshot: DeskSnapshot, danger: Danger, display: Display) -> tuple[FigureText, ...]:
    """Return net value, LTV, free bitcoin, the nearest call, and the cure after the drop test's fall."""
    totals = snapshot.figures.totals
    base = snapshot.figures.prices[totals.currency]
    origin = quote_words(base, snapshot.judged_at)
    why = _why_not(snapshot)
    return (
        _net_value(totals, origin, why, display),
        _ltv(totals, origin, why, display),
        _free(snapshot, origin, display),
        _nearest(snapshot, danger, why),
        _cure(snapshot, danger, why, display),
    )


def _why_not(snapshot: DeskSnapshot) -> str:
    """Return why the totals cannot be trusted, or nothing."""
    silent = next((lookup for lookup in snapshot.figures.prices.values() if isinstance(lookup, NoQuote)), None)
    return "" if silent is None else f"no price in {silent.currency}: {silent.reason}"


def _net_value(totals: Totals, origin: str, why: str, display: Display) -> FigureText:
    detail = f"All bitcoin at today's price, less all debts. {origin}."
    if totals.net_value is None:
        return FigureText("net_value", "Net value", NOT_KNOWN, why or "no price", detail, "muted")
    debt = short_money_text(totals.debt, totals.currency, display, UP)
    amount = _amount(totals.btc_sats, display, DOWN)
    return FigureText(
        "net_value",
        "Net value",
        short_money_text(totals.net_value, totals.currency, display, DOWN),
        f"{amount} {MINUS} {debt} debt",
        f"{detail} Value {money_text(totals.btc_value, totals.currency, display, DOWN)}, "
        f"debts {money_text(totals.debt, totals.currency, display, UP)}.",
        "sale" if totals.net_value < 0 else "text",
    )


def _ltv(totals: Totals, origin: str, why: str, display: Display) -> FigureText:
    detail = f"All debts ÷ value of the pledged bitcoin. {origin}."
    note = f"{_amount(totals.encumbered_sats, display, DOWN)} pledged"
    if totals.ltv is None:
        nothing = "nothing is pledged" if not totals.encumbered_sats else why or "no price"
        return FigureText("ltv", "LTV on pledged BTC", NOT_KNOWN, nothing, detail, "muted")
    return FigureText("ltv", "LTV on pledged BTC", ltv_text(totals.ltv), note, detail)


def _free(snapshot: DeskSnapshot, origin: str, display: Display) -> FigureText:
    totals = snapshot.figures.totals
    free = totals.unencumbered_sats
    price = None
    if totals.btc_value is not None and totals.btc_sats:
        price = EXACT.divide(EXACT.multiply(totals.btc_value, Decimal(free)), Decimal(totals.btc_sats))
    worth = (
        f"{short_money_text(price, totals.currency, display, DOWN)} unencumbered"
        if price is not None
        else "unencumbered"
    )
    places = len([sats for sats in snapshot.figures.free_sats.values() if sats])
    detail = f"Bitcoin in {places} account{'' if places == 1 else 's'} that no loan holds. {origin}."
    return FigureText("free_btc", "Free BTC", _amount(free, display, DOWN), worth, detail)


def _nearest(snapshot: DeskSnapshot, danger: Danger, why: str) -> FigureText:
    name = "Nearest call"
    passed = (*danger.sold, *danger.called)
    if passed:
        loan = passed[0]
        word = "forced sale" if danger.sold else "margin call"
        detail = f"{loan.loan.name} is at or past its {word} level now."
        return FigureText("nearest", name, "now", f"{loan.loan.name} · {word}", detail, "sale")
    nearest = snapshot.figures.nearest
    if nearest is None or nearest.trigger.headroom is None:
        reason = why if danger.unjudged else "no call or forced sale ahead"
        return FigureText(
            "nearest", name, NOT_KNOWN, reason, "How far the price may fall before the first call.", "muted"
        )
    loan_currency = snapshot.book.loan(nearest.loan).currency
    price = danger_price_text(nearest.trigger.price, loan_currency)
    sale = nearest.trigger.trigger.kind is TriggerKind.LIQUIDATION
    lookup = snapshot.figures.prices[loan_currency]
    detail = (
        f"1 − {'forced-sale' if sale else 'margin-call'} price ÷ price: {nearest.loan} is "
        f"{'sold' if sale else 'called'} at {price}. {quote_words(lookup, snapshot.judged_at)}."
    )
    if danger.unjudged:
        detail += f" {danger.unjudged:,} not judged: {why}."
    return FigureText(
        "nearest",
        "Nearest forced sale" if sale else name,
        f"{MINUS}{headroom_text(nearest.trigger.headroom)}",
        f"{nearest.loan} · {price}",
        detail,
        "call" if nearest.trigger.headroom <= max(snapshot.figures.drop, _NEAR / 2) else "text",
    )


def _cure(snapshot: DeskSnapshot, danger: Danger, why: str, display: Display) -> FigureText:
    fall = percent_text(snapshot.figures.drop)
    name = f"Cure after {MINUS}{fall}"
    free = max(snapshot.figures.totals.unencumbered_sats, 0)
    detail = (
        f"Bitcoin to post so that every loan called after a fall of {fall} is back at its cure LTV, "
        f"against {btc_text(free, display, DOWN, 8)} free."
    )
    if danger.unjudged:
        return FigureText("cure", name, NOT_KNOWN, why or "not all loans are judged", detail, "muted")
    if not danger.cured:
        return FigureText("cure", name, _amount(0, display, UP), "no loan would be called", detail)
    detail += f" Exactly {btc_text(danger.cure_sats, display, UP, 8)} for {danger.cured:,} of {danger.owing:,} loans."
    left = free - danger.cure_sats
    lacking = left < 0
    note = (
        f"lacks {_amount(-left, display, UP)} of free BTC" if lacking else f"leaves {_amount(left, display, DOWN)} free"
    )
    return FigureText("cure", name, _amount(danger.cure_sats, display, UP), note, detail, "sale" if lacking else "text")


def _amount(sats: int, display: Display, rounding: str) -> str:
    """Return an amount with about four figures; satoshis always in full."""
    size = abs(sats) // 100_000_000
    digits = 0 if size >= 10_000 else 1 if size >= 100 else 2 if size >= 1 else 4  # noqa: PLR2004 - about four figures
    return btc_text(sats, display, rounding, digits)
