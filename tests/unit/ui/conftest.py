"""What the window's tests share: a theme, a house of memory, a program that is shut down again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QTabBar, QWidget

from app.ui.application import Program
from app.ui.icons import Icons
from app.ui.theme import Theme
from tests.fakes.desk import treasury
from tests.fakes.ui_book import RESOURCES, MemoryHouse

PLACE = "treasury.plimsoll"


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp, RESOURCES)
    yield made
    qapp.setStyleSheet("")
    made.deleteLater()


@pytest.fixture
def icons(theme: Theme) -> Icons:
    return Icons(RESOURCES / "icons", theme)


@pytest.fixture
def house(tmp_path: Path) -> MemoryHouse:
    return MemoryHouse(tmp_path, books={PLACE: treasury()}, first=PLACE)


@pytest.fixture
def program(qapp: QApplication, house: MemoryHouse) -> Iterator[Program]:
    made = Program(qapp, house)
    yield made
    made.shut_down()
    qapp.aboutToQuit.disconnect(made.shut_down)
    if made.first is not None:
        made.first.destroyed.disconnect()
        made.first.deleteLater()
    made.theme.deleteLater()
    qapp.setStyleSheet("")


def unnamed(root: QWidget, kinds: tuple[type[QWidget], ...]) -> list[str]:
    """Return the widgets of those kinds below ``root`` that a screen reader could not name."""

    def named(widget: QWidget) -> bool:
        text: Callable[[], str] | None = getattr(widget, "text", None)
        return bool(widget.accessibleName() or (text is not None and text()))

    found = [
        widget
        for kind in kinds
        for widget in root.findChildren(kind)
        if not isinstance(widget.parentWidget(), (QLineEdit, QTabBar))  # Qt's own: clear and scroll buttons
    ]
    return [f"{type(widget).__name__} {widget.objectName()}" for widget in found if not named(widget)]
