"""Fixtures for tests of screens that edit: import them into a conftest."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.book import Book
from app.services.settings import Theme as Choice
from app.ui.theme import Theme
from tests.fakes.desk_edits import RESOURCES, EditedDesk

MakeDesk = Callable[..., EditedDesk]


@pytest.fixture(scope="session")
def light_theme(qapp: QApplication) -> Theme:
    """Return the light theme, one for all tests."""
    return Theme(qapp, RESOURCES, Choice.LIGHT)


@pytest.fixture
def make_desk(light_theme: Theme, tmp_path: Path) -> Iterator[MakeDesk]:
    """Return a maker of desks; their lanes are ended after the test."""
    made: list[EditedDesk] = []

    def make(book: Book | None = None, *, readonly: bool = False) -> EditedDesk:
        made.append(EditedDesk(light_theme, tmp_path, book, readonly=readonly))
        return made[-1]

    yield make
    for desk in made:
        desk.stop()


@pytest.fixture
def treasury_desk(make_desk: MakeDesk) -> EditedDesk:
    """Return a desk on the treasury of four loans."""
    return make_desk()
