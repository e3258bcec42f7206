from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.warnings import WarningKind, WarningStatus
from app.ui.levels import Standing
from app.ui.models.warning_words import (
    Shelf,
    copied,
    deadline_words,
    shelf_of,
    snooze_choices,
    standing_of_warning,
    status_words,
)
from app.ui.models.warnings import WarningTableModel
from app.ui.roles import Role
from tests.fakes.desk import NOW, treasury_warnings, warning_record


def test_a_warning_lies_where_it_belongs() -> None:
    assert [shelf_of(record, NOW) for record in treasury_warnings()] == [
        Shelf.OPEN,
        Shelf.OPEN,
        Shelf.SEEN,
        Shelf.HISTORY,
    ]
    assert shelf_of(treasury_warnings()[2], NOW + timedelta(hours=3)) is Shelf.OPEN
    assert shelf_of(warning_record(status=WarningStatus.ACKNOWLEDGED), NOW) is Shelf.SEEN


def test_every_kind_has_a_chip_of_its_own() -> None:
    chips = [standing_of_warning(warning_record(kind=kind, sentence="x")) for kind in WarningKind]
    assert len({(chip.word, chip.level) for chip in chips}) == len(WarningKind)
    assert [chip.rank for chip in chips] == sorted(chip.rank for chip in chips)


def test_times_left_are_rounded_down() -> None:
    record = warning_record(kind=WarningKind.CALL, sentence="x", due_in=timedelta(hours=11, minutes=59))
    assert deadline_words(record, NOW, UTC).endswith("· 11\u202fh left")
    assert deadline_words(record, NOW + timedelta(hours=12), UTC).endswith("· over")
    assert deadline_words(warning_record(), NOW, UTC) == "—"


def test_a_warning_can_be_put_aside_until_nine_in_the_morning_here() -> None:
    late = snooze_choices(datetime(2026, 2, 5, 23, 0, tzinfo=UTC), UTC)
    assert late[2] == ("until 09:00", datetime(2026, 2, 6, 9, 0, tzinfo=UTC))
    early = snooze_choices(datetime(2026, 2, 5, 8, 59, tzinfo=UTC), UTC)
    assert early[2][1] == datetime(2026, 2, 5, 9, 0, tzinfo=UTC)
    assert early[0][1] - datetime(2026, 2, 5, 8, 59, tzinfo=UTC) == timedelta(hours=1)


def test_what_was_done_is_told() -> None:
    open_one, _, snoozed, over = treasury_warnings()
    assert status_words(open_one, NOW, UTC) == "needs you"
    assert status_words(snoozed, NOW, UTC).startswith("snoozed until ")
    assert status_words(over, NOW, UTC).startswith("over since ")
    assert copied(open_one, NOW, UTC).startswith("Call near: Coin revolver is called at $65,307")


def test_the_table_shows_chips_speaks_rows_and_copies_exactly(qtbot: QtBot) -> None:
    model = WarningTableModel()
    model.show(treasury_warnings(), NOW)
    first = model.index(0, 0)
    assert isinstance(first.data(Role.CHIP), Standing)
    assert str(first.data(Qt.ItemDataRole.AccessibleTextRole)).startswith("Call near: Coin revolver")
    assert model.index(0, 3).data(Role.RAW) == "2026-02-05T11:30:00+00:00"
    assert model.row_of(treasury_warnings()[1].id) == 1
    assert model.row_of("gone") == -1
    assert model.record_at(9) is None


def test_the_same_warnings_again_do_not_reset(qtbot: QtBot) -> None:
    model = WarningTableModel()
    model.show(treasury_warnings(), NOW)
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    model.show(treasury_warnings(), NOW + timedelta(minutes=1))
    assert resets == []
    model.show(treasury_warnings()[:1], NOW)
    assert len(resets) == 1
