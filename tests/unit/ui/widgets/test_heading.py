import pytest
from PySide6.QtCore import QRectF

from app.ui.widgets.heading import arrow_place

CELL = QRectF(100, 0, 90, 30)


@pytest.mark.parametrize("right", [True, False])
def test_the_arrow_stands_beside_the_words_and_in_the_middle(*, right: bool) -> None:
    box = arrow_place(CELL, 50, right=right)
    words = (CELL.right() - 8 - 50, CELL.right() - 8) if right else (CELL.left() + 8, CELL.left() + 8 + 50)
    assert box.right() < words[0] if right else box.left() > words[1]
    assert box.center().y() == CELL.center().y()


@pytest.mark.parametrize("right", [True, False])
def test_the_arrow_stays_in_its_column(*, right: bool) -> None:
    assert CELL.contains(arrow_place(CELL, 500, right=right))
