from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.domain.errors import AmountError
from app.domain.quotes import Verdict
from app.services.pricing_settings import DEFAULT_BASE_URLS, SourceSetting
from app.services.settings import DropMode
from app.ui.application import Program
from app.ui.session import Session
from app.ui.views.settings import SettingsView, read_number, read_percent, read_whole
from app.ui.views.source_rows import source_text
from tests.fakes.desk import consensus_of, quote, silence


@pytest.fixture
def session(qtbot: QtBot, program: Program) -> Session:
    program.start()
    assert program.session is not None
    session = program.session
    session.window.go("settings")
    qtbot.waitUntil(lambda: session.live.snapshot.asked_at is not None and not session.tasks.under_way)
    return session


@pytest.fixture
def view(session: Session) -> SettingsView:
    found = session.window.views["settings"]
    assert isinstance(found, SettingsView)
    return found


def type_into(qtbot: QtBot, session: Session, line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not session.tasks.under_way)


def line_of(field: object) -> QLineEdit:
    editor = getattr(field, "editor", field)
    assert isinstance(editor, QLineEdit)
    return editor


def test_each_source_says_what_it_says_now(view: SettingsView) -> None:
    assert [row.name for row in view.rows] == list(DEFAULT_BASE_URLS)
    assert view.rows[0].verdict.text() == "● used"
    assert view.rows[0].price.whole.startswith("$70,727")
    assert view.rows[7].verdict.text() == "○ not needed"


def test_a_field_is_saved_when_it_is_left(qtbot: QtBot, session: Session, view: SettingsView) -> None:
    type_into(qtbot, session, line_of(view.interval), "30")
    assert session.live.snapshot.settings.prices.interval_seconds == 30
    type_into(qtbot, session, line_of(view.drop), "12.5")
    assert session.live.snapshot.settings.drop == Decimal("0.125")
    assert "12.5" in view.effect.text()


@pytest.mark.parametrize("text", ["0", "abc", "1e3", "-5", "99999999"])
def test_a_wrong_value_is_refused_at_its_field(qtbot: QtBot, session: Session, view: SettingsView, text: str) -> None:
    type_into(qtbot, session, line_of(view.interval), text)
    assert session.live.snapshot.settings.prices.interval_seconds == 60
    assert view.interval.note.text().startswith("▲ write a whole number")


def test_a_source_can_be_switched_off(qtbot: QtBot, session: Session, view: SettingsView) -> None:
    view.rows[0].enabled.click()
    qtbot.waitUntil(lambda: not session.tasks.under_way)
    assert not session.live.snapshot.settings.prices.sources["kraken"].enabled
    assert view.rows[0].verdict.text() == "○ off"


def test_an_address_can_be_replaced_and_a_wrong_one_is_refused(
    qtbot: QtBot, session: Session, view: SettingsView
) -> None:
    address = view.rows[6].address
    type_into(qtbot, session, address, "http://127.0.0.1:8999/mempool")
    assert session.live.snapshot.settings.prices.sources["mempool"].base_url == "http://127.0.0.1:8999/mempool"
    type_into(qtbot, session, address, "nonsense")
    assert session.live.snapshot.settings.prices.sources["mempool"].base_url == "http://127.0.0.1:8999/mempool"
    assert address.property("wrong") is True


def test_the_drop_test_shows_the_field_of_its_mode(qtbot: QtBot, session: Session, view: SettingsView) -> None:
    assert view.sigmas.isHidden()
    view.mode.choose(DropMode.SIGMAS)
    qtbot.waitUntil(lambda: not session.tasks.under_way)
    assert session.live.snapshot.settings.drop_mode is DropMode.SIGMAS
    assert not view.sigmas.isHidden()
    assert view.drop.isHidden()


def test_verdicts_have_a_shape_a_word_and_a_reason() -> None:
    asked = SourceSetting(enabled=True, base_url="https://example.test")
    failed = source_text("kraken", asked, consensus_of(silence()))
    assert (failed.verdict, failed.detail) == ("◆ no answer", "No answer: timeout.")
    off = source_text("kraken", SourceSetting(enabled=False, base_url=""), consensus_of(quote()))
    assert off.verdict == "○ off"
    shapes = {source_text("kraken", asked, consensus_of(quote())).verdict[0], failed.verdict[0], off.verdict[0]}
    assert len(shapes) == 3
    assert len(Verdict) == 5


def test_figures_are_read_strictly() -> None:
    assert read_percent("12,5 %", Decimal("0.01"), Decimal("0.9")) == Decimal("0.125")
    assert read_whole("60", 1, 100) == 60
    assert read_number("1,5", Decimal("0.5"), Decimal(6)) == Decimal("1.5")
    for wrong in ("91", "0.5", "nan", ""):
        with pytest.raises(AmountError):
            read_percent(wrong, Decimal("0.01"), Decimal("0.9"))
    with pytest.raises(AmountError):
        read_whole("٣", 1, 2)
    with pytest.raises(AmountError):
        read_number("7", Decimal("0.5"), Decimal(6))
