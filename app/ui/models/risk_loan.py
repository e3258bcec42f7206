"""One loan's chances as a grid, and whether the reserve ends at it, for the loan's page (pure)."""

from typing import TYPE_CHECKING

from app.domain.money import ceil_sats, floor_sats
from app.risk.positions import Unanswerable
from app.risk.results import STANDARD_HORIZONS, BookRisk, HorizonRisk, LoanRisk
from app.services.chance_words import band_words, chance_words, horizon_words
from app.services.reserve_table import PROMISES
from app.services.risk_words import chance_sentence, maturity_of, uncured_sentence
from app.ui.formats import DOWN, UP, Display, btc_text, danger_price_text
from app.ui.models.reserve_rows import shown_currency
from app.ui.models.risk_book import BookCell, BookGrid, BookLine
from app.ui.models.risk_rows import thin

if TYPE_CHECKING:
    from app.services.risk_room import RiskAnswer

_NO_LINE = "This loan has no line that a fall of the price could reach."


def loan_grid(loan: LoanRisk) -> BookGrid:
    """Return when the loan is called and sold, by horizon and until it matures."""
    end = maturity_of(loan)
    horizons = (*(loan.within(days) for days in STANDARD_HORIZONS), end)
    checked = end is None or not end.scenario or end.reason
    last = "until it matures" if checked else "until it matures (scenario)"
    headings = (*(horizon_words(days) for days in STANDARD_HORIZONS), last)
    return BookGrid(
        headings,
        (
            BookLine("Called", "within", "call", tuple(_cell(loan, each, sale=False) for each in horizons)),
            BookLine("Sold", "within", "sale", tuple(_cell(loan, each, sale=True) for each in horizons)),
        ),
    )


def no_grid_reason(answer: "RiskAnswer", index: int) -> str:
    """Return why a loan has no chances."""
    risk = answer.risk
    if isinstance(risk, Unanswerable) or risk.model is None:
        return risk.reason
    return "" if risk.loan(index) is not None else _NO_LINE


def loan_of(answer: "RiskAnswer", index: int) -> LoanRisk | None:
    """Return what the answer says of the loan at that place of the book."""
    return answer.risk.loan(index) if isinstance(answer.risk, BookRisk) else None


def loan_notes(answer: "RiskAnswer", index: int, display: Display) -> str:
    """Return what an unanswered call leads to, and which promises of the free bitcoin end at this loan."""
    loan = loan_of(answer, index)
    parts = [] if loan is None or loan.uncured is None else [uncured_sentence(loan)]
    ends = reserve_end(answer, index, display)
    return thin(" ".join([*parts, ends] if ends else parts))


def reserve_end(answer: "RiskAnswer", index: int, display: Display) -> str:
    """Return that the free bitcoin ends at this loan, where, and what it lacks; empty where it ends elsewhere."""
    positions, reserve = answer.positions, answer.reserve
    if isinstance(positions, Unanswerable) or reserve is None:
        return ""
    found = [p for p in reserve if p.price is not None and p.place is not None and _index(p.place, answer) == index]
    if not found:
        return ""
    currency = shown_currency(positions, display)
    first = next((promise for promise in found if promise.name == "cure_each_call"), found[0])
    assert first.price is not None  # noqa: S101 - those without were left out above
    at = danger_price_text(positions.price_in(currency, first.price), currency)
    told = f"The free bitcoin ends at this loan ({PROMISES[first.name].lower()}: holds to {at})."
    if first.needs is None:
        return told
    needs = btc_text(ceil_sats(first.needs), display, UP)
    return f"{told} There it asks for {needs}, and {btc_text(floor_sats(first.left), display, DOWN)} is left for it."


def _index(place: int, answer: "RiskAnswer") -> int:
    positions = answer.positions
    return -1 if isinstance(positions, Unanswerable) else positions.items[place].index


def _cell(loan: LoanRisk, horizon: HorizonRisk | None, *, sale: bool) -> BookCell:
    word = "sold" if sale else "called"
    if horizon is None:
        return BookCell("—", "", f"{loan.loan} has no day on which it matures.")
    chance = horizon.liquidation if sale else horizon.margin_call
    name = f"{loan.loan} is {word}"
    why = horizon.reason or f"Its terms name no {'forced sale' if sale else 'margin call'}."
    words = chance_sentence(name, horizon.days, chance, why=why, maturity=horizon.maturity)
    band = "" if chance is None or chance.value >= 1 else thin(band_words(chance))
    return BookCell(thin(chance_words(chance)), band, words)
