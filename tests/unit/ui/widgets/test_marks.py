from decimal import Decimal

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.domain.terms import TriggerKind
from app.services.settings import Theme as Choice
from app.ui.colours import LIGHT
from app.ui.formats import THIN
from app.ui.levels import Level, Standing
from app.ui.theme import Theme
from app.ui.widgets.marks import Chip, LtvBar, bar_figures, chip_text, paint_bar

TRIGGERS = ((TriggerKind.MARGIN_CALL, Decimal("0.75")), (TriggerKind.LIQUIDATION, Decimal("0.85")))


def drawn(ltv: str | None) -> QImage:
    image = QImage(200, 20, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.panel))
    painter = QPainter(image)
    figures = bar_figures(None if ltv is None else Decimal(ltv), Level.SAFE, TRIGGERS)
    paint_bar(painter, QRectF(0, 0, 200, 20), figures, LIGHT)
    painter.end()
    return image


@pytest.mark.parametrize(
    ("ltv", "x", "filled"), [("0.5", 90, True), ("0.5", 115, False), ("9", 190, True), (None, 9, False)]
)
def test_the_bar_is_as_long_as_the_ltv(ltv: str | None, x: int, filled: bool) -> None:
    wanted = LIGHT.safe if filled else LIGHT.track
    assert QColor(drawn(ltv).pixel(x, 10)).name() == wanted


def test_a_graver_mark_reaches_further() -> None:
    image = drawn("0.1")
    ground = LIGHT.panel

    def height(x: int) -> int:
        return sum(QColor(image.pixel(x, y)).name() != ground for y in range(20))

    assert height(170) > height(150) > height(60)


def test_a_bar_says_its_figures(qtbot: QtBot, theme: Theme) -> None:
    bar = LtvBar(theme)
    qtbot.addWidget(bar)
    bar.show_figures(bar_figures(Decimal("0.6925"), Level.CALL, TRIGGERS))
    assert bar.accessibleName() == f"LTV 69.3{THIN}%; called at 75.0{THIN}%, sold at 85.0{THIN}%"


def test_a_chip_has_a_shape_a_word_and_a_sentence(qtbot: QtBot, theme: Theme) -> None:
    standing = Standing(6, Level.CALL, "Called", "margin call level reached")
    chip = Chip(theme, standing)
    qtbot.addWidget(chip)
    assert chip_text(standing) == "◆ Called"
    assert chip.accessibleName() == "Called"
    assert chip.accessibleDescription() == standing.sentence


def test_a_chip_follows_the_theme(qtbot: QtBot, theme: Theme) -> None:
    chip = Chip(theme, Standing(2, Level.SAFE, "Holds", "holds"))
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    theme.choose(Choice.LIGHT)
    light = chip.grab().toImage().pixelColor(12, 6)
    theme.choose(Choice.DARK)
    assert chip.grab().toImage().pixelColor(12, 6) != light
