"""The book's chances and its shortfall as a small grid: each cell with its band and its explanation (pure)."""

from typing import NamedTuple

from app.risk.results import BookHorizonRisk, BookRisk, Probability
from app.services.chance_words import NOT_KNOWN, band_words, chance_words, horizon_words
from app.services.risk_words import book_sentence, shortfall_sentence
from app.services.wording import plain_percent
from app.ui.formats import UP, Display, short_money_text
from app.ui.models.risk_rows import thin


class BookCell(NamedTuple):
    """A figure, what stands below it, and where it comes from."""

    figure: str
    note: str
    words: str


class BookLine(NamedTuple):
    """A row of the grid."""

    name: str
    note: str
    tone: str
    cells: tuple[BookCell, ...]


class BookGrid(NamedTuple):
    """Horizons as headings, and the rows."""

    headings: tuple[str, ...]
    lines: tuple[BookLine, ...]


def book_grid(risk: BookRisk, currency: str, display: Display) -> BookGrid:
    """Return the grid of a book with a model."""
    headings = tuple(horizon_words(each.days) + (" (scenario)" if each.scenario else "") for each in risk.horizons)
    lines = [
        BookLine(
            "Any call",
            "a loan reaches its line",
            "call",
            tuple(_cell(each, each.any_call, "call") for each in risk.horizons),
        ),
        BookLine(
            "Any forced sale",
            "nobody acts",
            "sale",
            tuple(_cell(each, each.any_sale_no_action, "sale") for each in risk.horizons),
        ),
        BookLine(
            "Any forced sale",
            "best use of the free BTC",
            "safe",
            tuple(_cell(each, each.any_sale_best_use, "best") for each in risk.horizons),
        ),
    ]
    by_days = {each.days: each for each in risk.shortfalls}
    if by_days:
        cells = []
        for horizon in risk.horizons:
            found = by_days.get(horizon.days)
            if found is None:
                cells.append(BookCell(NOT_KNOWN, "", horizon.reason or "No shortfall could be reckoned."))
                continue
            lost = short_money_text(found.expected_shortfall, currency, display, UP)
            words = shortfall_sentence(found, currency, hidden=display.hidden)
            cells.append(BookCell(lost, f"over {short_money_text(found.value_at_risk, currency, display)}", words))
        lines.append(BookLine("Net value loses", f"on average, in the worst {_tail(risk)}", "text", tuple(cells)))
    return BookGrid(headings, tuple(lines))


def _tail(risk: BookRisk) -> str:
    return thin(plain_percent(1 - risk.shortfalls[0].level))


def _cell(horizon: BookHorizonRisk, chance: Probability | None, kind: str) -> BookCell:
    band = "" if chance is None or chance.value >= 1 else thin(band_words(chance))
    return BookCell(thin(chance_words(chance)), band, book_sentence(horizon, kind))
