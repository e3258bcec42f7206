"""Saving a question in the book, and taking it out again, as edits with an undo."""

from dataclasses import replace

from app.domain.book import Book
from app.domain.errors import InputError
from app.domain.scenario import Scenario
from app.services.edits import Edit


def save_scenario(scenario: Scenario) -> Edit:
    """Return the edit that keeps a scenario, in the place of one of the same name or at the end."""

    def change(book: Book) -> Book:
        names = [other.name for other in book.scenarios]
        if scenario.name not in names:
            return replace(book, scenarios=(*book.scenarios, scenario))
        kept = tuple(scenario if other.name == scenario.name else other for other in book.scenarios)
        return replace(book, scenarios=kept)

    return Edit(f"Save scenario “{scenario.name[:60]}”", change)


def remove_scenario(name: str) -> Edit:
    """Return the edit that takes a scenario out."""

    def change(book: Book) -> Book:
        kept = tuple(other for other in book.scenarios if other.name != name)
        if len(kept) == len(book.scenarios):
            msg = f"The scenario “{name[:60]}” was changed or deleted meanwhile; close this and look again"
            raise InputError(msg)
        return replace(book, scenarios=kept)

    return Edit(f"Delete scenario “{name[:60]}”", change)
