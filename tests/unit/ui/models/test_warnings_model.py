from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.rules import Urgency
from app.domain.warning_records import WarningKind, WarningStatus
from app.ui.dialogs.typed_snooze import snooze_choices
from app.ui.formats import Display
from app.ui.levels import Standing
from app.ui.models.warning_context import WarningContext
from app.ui.models.warning_words import Shelf, copied, deadline_words, shelf_of, standing_of_warning, status_words
from app.ui.models.warnings import COLUMN_KEYS, WarningTableModel
from app.ui.roles import Role
from tests.fakes.desk import NOW, snapshot_of, treasury_warnings, warning_record
from tests.fakes.inbox import HOLD


def context(now: datetime = NOW) -> WarningContext:
    return WarningContext(snapshot_of(warnings=treasury_warnings()), now, Display())


def test_a_warning_lies_where_it_belongs() -> None:
    assert [shelf_of(record, NOW) for record in treasury_warnings()] == [
        Shelf.OPEN,
        Shelf.OPEN,
        Shelf.SNOOZED,
        Shelf.HISTORY,
    ]
    assert shelf_of(treasury_warnings()[2], NOW + timedelta(hours=3)) is Shelf.OPEN
    assert shelf_of(warning_record(status=WarningStatus.ACKNOWLEDGED), NOW) is Shelf.SEEN


def test_what_nobody_was_told_of_lies_nowhere_and_what_waits_to_fire_does_not_fire() -> None:
    assert shelf_of(warning_record(status=WarningStatus.PENDING), NOW) is Shelf.PENDING
    assert shelf_of(warning_record(status=WarningStatus.SKIPPED), NOW) is Shelf.NOWHERE
    untold = warning_record(status=WarningStatus.CLOSED)._replace(announced=False, told=0)
    assert shelf_of(untold, NOW) is Shelf.NOWHERE
    assert shelf_of(untold._replace(told=1), NOW) is Shelf.HISTORY


def test_every_kind_has_a_chip_of_its_own() -> None:
    chips = [standing_of_warning(warning_record(kind=kind, sentence="x")) for kind in WarningKind]
    assert len({(chip.word, chip.level) for chip in chips}) == len(WarningKind)
    assert [chip.rank for chip in chips] == sorted(chip.rank for chip in chips)


def test_a_rule_s_chip_tells_how_soon_somebody_has_to_know() -> None:
    record = warning_record(kind=WarningKind.RULE, sentence="x")
    chips = [standing_of_warning(record._replace(urgency=urgency)) for urgency in Urgency]
    assert [chip.rank for chip in chips] == sorted({chip.rank for chip in chips})
    assert standing_of_warning(record._replace(status=WarningStatus.PENDING)).word == "Waiting"


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
    assert status_words(snoozed, NOW, UTC) == "snoozed until 16:30"
    assert status_words(over, NOW, UTC) == "over since 13:30"
    assert status_words(over, NOW + timedelta(days=1), UTC) == "over since 5\u202fFeb 13:30"
    easing = open_one._replace(resolving_since=NOW - timedelta(minutes=4))
    assert status_words(easing, NOW, UTC) == "easing since 14:26"
    waiting = open_one._replace(status=WarningStatus.PENDING, opened_at=NOW - timedelta(minutes=3))
    assert status_words(waiting, NOW, UTC, HOLD) == "waiting 3 of 5 min"
    assert status_words(waiting, NOW, UTC) == "waiting 3 min"
    assert copied(open_one, NOW, UTC).startswith("Call near: Coin revolver is called at $65,307")


def test_the_table_shows_chips_speaks_rows_and_copies_exactly(qtbot: QtBot) -> None:
    model = WarningTableModel()
    model.show(treasury_warnings(), context())
    first = model.index(0, 0)
    assert isinstance(first.data(Role.CHIP), Standing)
    assert str(first.data(Qt.ItemDataRole.AccessibleTextRole)).startswith("Call near: Coin revolver")
    assert model.index(0, COLUMN_KEYS.index("since")).data(Role.RAW) == "2026-02-05T11:30:00+00:00"
    assert model.row_of(treasury_warnings()[1].id) == 1
    assert model.row_of("gone") == -1
    assert model.record_at(9) is None


def test_the_same_warnings_again_do_not_reset(qtbot: QtBot) -> None:
    model = WarningTableModel()
    model.show(treasury_warnings(), context())
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    model.show(treasury_warnings(), context(NOW + timedelta(minutes=1)))
    assert resets == []
    model.show(treasury_warnings()[:1], context())
    assert len(resets) == 1
