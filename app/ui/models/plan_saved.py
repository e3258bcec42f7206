"""Saved plans as rows (pure)."""

from typing import NamedTuple

from app.domain.book import Book
from app.domain.errors import InputError
from app.domain.scenario import Scenario, ScenarioKind
from app.services.scenario_file import plan_request_of
from app.ui.formats import Display, day_text
from app.ui.models.plan_words import request_words
from app.ui.models.rows import RowColumn, RowsModel


class SavedRow(NamedTuple):
    """A saved plan and the currency that its prices are in."""

    scenario: Scenario
    currency: str


def saved_rows(book: Book) -> tuple[SavedRow, ...]:
    """Return the book's saved plans."""
    return tuple(SavedRow(one, book.base_currency) for one in book.scenarios if one.kind is ScenarioKind.PLAN)


def saved_model() -> RowsModel[SavedRow]:
    """Return the model of the list, newest first."""
    return RowsModel(
        (
            RowColumn("name", "Name", lambda row, _d: row.scenario.name, lambda row: row.scenario.name.casefold()),
            RowColumn(
                "saved",
                "Saved",
                lambda row, _d: day_text(row.scenario.created_at.date()),
                lambda row: row.scenario.created_at,
                lambda row: row.scenario.created_at.isoformat(),
            ),
            RowColumn("asks", "Asks for", asked, lambda row: row.scenario.request, None),
        ),
        lambda row, display: (
            f"{row.scenario.name}, saved {day_text(row.scenario.created_at.date())}: {asked(row, display)}"
        ),
        sort_key="saved",
        descending=True,
    )


def asked(row: SavedRow, display: Display) -> str:
    """Return what a saved plan asks, or that it cannot be read."""
    try:
        return request_words(plan_request_of(row.scenario), row.currency, display)
    except InputError:
        return "cannot be read; save it again"
