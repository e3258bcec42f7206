"""What the overview tells of the risk room's answer; imported with the first answer, after the first paint (pure)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from app.domain.money import EXACT
from app.risk.positions import Unanswerable
from app.risk.results import BookRisk
from app.services.chance_words import chance_text
from app.services.reserve_table import PROMISES
from app.services.risk_words import short_week, weekly_sigmas
from app.ui.formats import MINUS, THIN, Display, danger_price_text, headroom_text, number_text
from app.ui.models.reserve_rows import ReserveRow, promise_words, shown_currency
from app.ui.views.overview_figures import FigureText

if TYPE_CHECKING:
    from app.risk.reserve_result import ReservePrice
    from app.services.desk import DeskSnapshot
    from app.services.risk_room import RiskAnswer
    from app.ui.widgets.labels import Tone

_NAME = "Free BTC holds to"
_CLOSE: Final = Decimal("0.10")
_NEAR: Final = Decimal("0.20")


class ReserveLine(NamedTuple):
    """The line of the load-line chart at which the free bitcoin ends, in the book's base currency."""

    price: float
    label: str


def told_figures(
    figures: Mapping[str, FigureText], answer: "RiskAnswer", snapshot: "DeskSnapshot", display: Display
) -> dict[str, FigureText]:
    """Return the figures of the overview that the answer changes, by key."""
    changed = {}
    note, nearest = nearest_note(answer, snapshot), figures["nearest"]
    if note and nearest.tone != "muted" and nearest.figure.startswith(MINUS):
        detail = f"{nearest.detail} {sigma_words(answer)}"
        changed["nearest"] = nearest._replace(note=note, detail=detail)
    held = reserve_figure(answer, display)
    if held is not None:
        changed["cure"] = held
    return changed


def reserve_figure(answer: "RiskAnswer", display: Display) -> FigureText | None:
    """Return down to which price every call can be cured; None where there is no such price to tell."""
    positions, reserve = answer.positions, answer.reserve
    if isinstance(positions, Unanswerable) or reserve is None or not positions.items:
        return None
    held, last = reserve.cure_each_call, reserve.last_stand
    currency = shown_currency(positions, display)
    rows = [ReserveRow(price, positions, currency, number) for number, price in enumerate(reserve)]
    detail = " ".join(promise_words(row, display) for row in rows)
    told = f"{PROMISES[held.name]} is the figure. {detail}"
    if held.price is None:
        return FigureText("cure", _NAME, "any price", "no fall uses the free BTC up", told)
    stand = "" if last.price is None else danger_price_text(positions.price_in(currency, last.price), currency)
    ends = f" · last stand {stand}" if stand else ""
    room = EXACT.subtract(Decimal(1), EXACT.divide(held.price, positions.price))
    fall = "due now" if held.already else f"{MINUS}{headroom_text(room)}"
    figure = danger_price_text(positions.price_in(currency, held.price), currency)
    return FigureText("cure", _NAME, figure, f"{fall}{ends}", told, _tone(held, room))


def nearest_note(answer: "RiskAnswer", snapshot: "DeskSnapshot") -> str:
    """Return how many usual weeks' moves away the nearest line lies, and whose it is; empty where not known."""
    nearest, risk = snapshot.figures.nearest, answer.risk
    if nearest is None or not isinstance(risk, BookRisk):
        return ""
    sigmas = weekly_sigmas(nearest.trigger.headroom, risk.model)
    return "" if sigmas is None else f"{number_text(sigmas, 1)} weekly σ · {nearest.loan}"


def sigma_words(answer: "RiskAnswer") -> str:
    """Return what a weekly σ is now, for the figure's tooltip."""
    risk = answer.risk
    if not isinstance(risk, BookRisk) or risk.model is None:
        return ""
    week = chance_text(risk.model.weekly_sigma).replace(" %", f"{THIN}%")
    return f"One weekly σ, the size of a usual week's move, is {week} now: the distance is −ln(1 − fall) ÷ σ."


def week_words(answer: "RiskAnswer") -> str:
    """Return how likely a call is within a week."""
    return short_week(answer.risk).replace(" %", f"{THIN}%")


def reserve_line(answer: "RiskAnswer") -> ReserveLine | None:
    """Return where the free bitcoin ends, for the chart; None where it does not, or is spent already."""
    positions, reserve = answer.positions, answer.reserve
    if isinstance(positions, Unanswerable) or reserve is None:
        return None
    held = reserve.cure_each_call
    if held.price is None or held.already:
        return None
    return ReserveLine(float(held.price), f"free BTC ends {danger_price_text(held.price, positions.currency)}")


def _tone(held: "ReservePrice", room: Decimal) -> "Tone":
    if held.already or room <= _CLOSE:
        return "sale"
    return "call" if room <= _NEAR else "text"
