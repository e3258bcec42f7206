from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.services.settings import Theme as Choice
from app.ui.colours import DARK, LIGHT
from app.ui.icons import Icons
from app.ui.theme import FONT_FAMILY, Theme, load_fonts
from app.ui.widgets.buttons import IconButton
from app.ui.widgets.figures import steady_figures
from tests.fakes.ui_book import RESOURCES


def test_a_choice_is_worn_at_once(theme: Theme, qapp: QApplication) -> None:
    told: list[object] = []
    theme.changed.connect(told.append)
    theme.choose(Choice.DARK)
    assert theme.colours is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    theme.choose(Choice.LIGHT)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == LIGHT.window
    assert told == [DARK, LIGHT]
    theme.choose(Choice.LIGHT)
    assert len(told) == 2


def test_the_desktop_is_followed_live(theme: Theme, qapp: QApplication) -> None:
    theme.choose(Choice.SYSTEM)

    class Hints:
        scheme = Qt.ColorScheme.Dark

        def colorScheme(self) -> Qt.ColorScheme:
            return self.scheme

    hints = Hints()
    theme._hints = hints  # type: ignore[assignment] # the offscreen platform never reports a scheme
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.colours is DARK
    hints.scheme = Qt.ColorScheme.Unknown
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Unknown)
    assert theme.colours is LIGHT


def test_a_choice_stands_against_the_desktop(theme: Theme, qapp: QApplication) -> None:
    theme.choose(Choice.LIGHT)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.colours is LIGHT


def test_the_bundled_font_has_the_signs_of_the_field(qapp: QApplication) -> None:
    assert load_fonts(RESOURCES / "fonts")
    font = QFont(FONT_FAMILY)
    metrics = QFontMetricsF(font)
    for sign in "₿⚠✓→≤▲▼◆●■◇○−·…\u202f":
        assert metrics.inFontUcs4(ord(sign)), sign


def test_a_missing_font_is_no_failure(qapp: QApplication) -> None:
    assert not load_fonts(RESOURCES / "icons")


def test_steady_figures_have_one_width(qtbot: QtBot, theme: Theme) -> None:
    label = QLabel("1")
    qtbot.addWidget(label)
    steady_figures(label)
    metrics = QFontMetricsF(label.font())
    assert metrics.horizontalAdvance("1,111,111") == metrics.horizontalAdvance("8,888,888")


def test_icons_are_drawn_in_the_colour_of_the_theme(qtbot: QtBot, theme: Theme, icons: Icons) -> None:
    theme.choose(Choice.LIGHT)
    button = IconButton(icons, "add", "Add")
    qtbot.addWidget(button)
    light = button.icon().pixmap(20).toImage()
    theme.choose(Choice.DARK)
    dark = button.icon().pixmap(20).toImage()
    assert light.pixelColor(10, 10).lightness() < 100 < dark.pixelColor(10, 10).lightness()


def test_every_icon_can_be_drawn(icons: Icons) -> None:
    names = [path.stem for path in (RESOURCES / "icons").glob("*.svg")]
    assert len(names) > 20
    for name in names:
        image = icons.icon(name).pixmap(20).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height())), name
