"""The inbox of warnings."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLineEdit, QMenu, QPlainTextEdit, QTabBar, QTableView
from pytestqt.qtbot import QtBot

from app.domain.warning_records import WarningKind, WarningStatus
from app.services.desk import DeskSnapshot
from app.services.settings import Theme as Choice
from app.ui.messages import Message
from app.ui.models.warning_words import Shelf
from app.ui.models.warnings import COLUMN_KEYS
from app.ui.theme import Theme
from app.ui.view import Workbench
from app.ui.views.warnings import WarningsView
from app.ui.views.warnings_dialogs import ExplainDialog, NoteDialog, SnoozeDialog
from app.ui.views.watch_bar import WatchBar
from app.ui.widgets.labels import PlainLabel
from tests.fakes.bench import make_bench
from tests.fakes.desk import NOW, FakeDesk, offline, warning_record
from tests.fakes.inbox import HOSTILE, called, full_story, inbox_records, inbox_snapshot, many_records, sold
from tests.unit.ui.conftest import unnamed

QUIET_LOG = pytest.mark.qt_log_ignore("This plugin does not support")
pytestmark = QUIET_LOG
Made = Callable[..., WarningsView]


class Surroundings:
    """What the view under test was given."""

    def __init__(self, bench: Workbench, desk: FakeDesk) -> None:
        self.bench, self.desk = bench, desk
        self.went: list[tuple[str, str | None]] = []
        self.told: list[Message] = []
        bench.messages.told.connect(self.told.append)


@pytest.fixture
def around() -> list[Surroundings]:
    return []


@pytest.fixture
def made(qtbot: QtBot, theme: Theme, around: list[Surroundings]) -> Iterator[Made]:
    def make(snapshot: DeskSnapshot, *, hidden: bool = False, width: int = 1236) -> WarningsView:
        desk = FakeDesk(snapshot, {record.id: full_story(record.id) for record in snapshot.warnings})
        went: list[tuple[str, str | None]] = []
        bench = make_bench(snapshot, theme, desk=desk, went=lambda key, item: went.append((key, item)))
        place = Surroundings(bench, desk)
        place.went = went
        around.append(place)
        if hidden:
            bench.live.hide_amounts(hidden=True)
        view = WarningsView(bench)
        qtbot.addWidget(view)
        view.resize(width, 720)
        view.show()
        qtbot.waitUntil(lambda: not bench.tasks.under_way)
        return view

    yield make
    for place in around:
        assert place.bench.tasks.stop() == []


def shown(view: WarningsView, key: str) -> list[str]:
    column = COLUMN_KEYS.index(key)
    return [str(view.model.index(row, column).data()) for row in range(view.model.rowCount())]


def choose(view: WarningsView, warning_id: str) -> None:
    view.table.setCurrentIndex(view.model.index(view.model.row_of(warning_id), 0))


def test_every_shelf_has_its_own_gravest_first(made: Made) -> None:
    view = made(inbox_snapshot())
    assert [view.tabs.tabText(place) for place in range(4)] == ["Needs you · 5", "Snoozed · 1", "Seen · 1", "Done · 2"]
    assert shown(view, "level") == ["Forced sale", "Called", "Call near", "Channel broken", "Notice", "Waiting"]
    view.tabs.setCurrentIndex(2)
    assert view.shelf is Shelf.SEEN
    assert shown(view, "subject") == ["Term loan B"]
    view.tabs.setCurrentIndex(3)
    assert shown(view, "subject") == ["Price in USD", "Coin revolver"]


def test_what_waits_to_fire_is_muted_uncounted_and_what_was_skipped_is_nowhere(made: Made, theme: Theme) -> None:
    view = made(inbox_snapshot())
    last = view.model.rowCount() - 1
    record = view.model.record_at(last)
    assert record is not None
    assert record.status is WarningStatus.PENDING
    assert shown(view, "status")[last] == "waiting 3 of 5 min"
    ink = view.model.index(last, 1).data(Qt.ItemDataRole.ForegroundRole)
    assert ink.color().name() == theme.colours.muted
    choose(view, record.id)
    assert view.panel.ack_button.isHidden()
    assert all("skipped" not in str(view.model.record_at(row)) for row in range(view.model.rowCount()))


def test_another_theme_colours_what_waits_anew(made: Made, theme: Theme) -> None:
    view = made(inbox_snapshot())
    theme.choose(Choice.DARK)
    ink = view.model.index(view.model.rowCount() - 1, 1).data(Qt.ItemDataRole.ForegroundRole)
    assert ink.color().name() == theme.colours.muted


def test_a_row_tells_price_deliveries_and_deadline(made: Made) -> None:
    view = made(inbox_snapshot())
    row = view.model.row_of(called().id)
    assert shown(view, "price")[row] == "$65,203 → $64,800"
    assert shown(view, "told")[row].startswith("Pager hook retry ")
    assert shown(view, "due")[row].endswith("11\u202fh left")
    assert shown(view, "subject")[3] == "Channel Pager hook"


def test_lesser_columns_give_way_and_empty_ones_are_left_out(made: Made, qtbot: QtBot) -> None:
    view = made(inbox_snapshot(many_records(3)), width=1800)
    hidden = {key for column, key in enumerate(COLUMN_KEYS) if view.table.isColumnHidden(column)}
    assert hidden == {"due", "status"}
    view.resize(760, 600)
    qtbot.waitUntil(lambda: view.table.isColumnHidden(COLUMN_KEYS.index("price")))
    assert not view.table.isColumnHidden(COLUMN_KEYS.index("sentence"))
    assert view.table.columnWidth(COLUMN_KEYS.index("sentence")) >= 200


def test_the_page_below_tells_call_deliveries_and_people(made: Made) -> None:
    view = made(inbox_snapshot())
    choose(view, called().id)
    panel = view.panel
    assert panel.sentence.text() == called().sentence
    assert panel.call.lines.text().splitlines()[-1] == "State: runs."
    assert panel.told.lines.text().splitlines()[0].startswith("↻ Pager hook: tried 3 times, the server did not")
    assert "ben: “Rang the lender" in panel.done.lines.text()
    assert "told 2 times" in panel.times.text()


def test_keys_answer_the_chosen_warnings(made: Made, around: list[Surroundings], qtbot: QtBot) -> None:
    view = made(inbox_snapshot())
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.table.setFocus()
    qtbot.waitUntil(view.table.hasFocus)
    QTest.keyClick(view.table, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: around[0].desk.asked == [("acknowledge", sold().id)])
    view.table.selectRow(0)
    view.table.selectionModel().select(
        view.model.index(1, 0),
        view.table.selectionModel().SelectionFlag.Select | view.table.selectionModel().SelectionFlag.Rows,
    )
    assert view.panel.ack_button.text() == "Acknowledge 2 (A)"
    view.acknowledge()
    qtbot.waitUntil(lambda: len(around[0].desk.asked) == 3)
    assert [entry[1] for entry in around[0].desk.asked[1:]] == [sold().id, called().id]


def test_snoozing_offers_ends_and_asks_for_another(made: Made, around: list[Surroundings], qtbot: QtBot) -> None:
    view = made(inbox_snapshot())
    view.snooze()
    menu = view.findChild(QMenu)
    assert menu is not None
    assert [action.text() for action in menu.actions()] == ["1 hour", "4 hours", "until 09:00", "", "Another end …"]
    menu.actions()[1].trigger()
    qtbot.waitUntil(lambda: bool(around[0].desk.asked))
    assert around[0].desk.asked == [("snooze", sold().id, (NOW + timedelta(hours=4)).isoformat())]
    menu.actions()[4].trigger()
    dialog = view.findChild(SnoozeDialog)
    assert dialog is not None
    assert not dialog.ok.isEnabled()
    field = dialog.until.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "never")
    assert not dialog.ok.isEnabled()
    field.clear()
    QTest.keyClicks(field, "6 h")
    assert dialog.ok.isEnabled()
    dialog.submit()
    qtbot.waitUntil(lambda: len(around[0].desk.asked) == 2)
    assert around[0].desk.asked[1] == ("snooze", sold().id, (NOW + timedelta(hours=6)).isoformat())


def test_a_note_is_one_line_of_bounded_length(made: Made, around: list[Surroundings], qtbot: QtBot) -> None:
    view = made(inbox_snapshot())
    view.note()
    dialog = view.findChild(NoteDialog)
    assert dialog is not None
    field = dialog.findChild(QPlainTextEdit)
    assert field is not None
    assert not dialog.ok.isEnabled()
    field.setPlainText("x" * 501)
    assert not dialog.ok.isEnabled()
    assert "1 letters too many" in dialog.left.text()
    field.setPlainText("  Rang\nthe bank ")
    dialog.submit()
    qtbot.waitUntil(lambda: around[0].desk.asked == [("note", sold().id, "Rang the bank")])


def test_e_explains_with_numbers_sources_and_ages(made: Made) -> None:
    view = made(inbox_snapshot())
    choose(view, called().id)
    view.explain()
    dialog = view.findChild(ExplainDialog)
    assert dialog is not None
    words = [label.text() for label in dialog.findChildren(PlainLabel)]
    assert "Price sources" in words
    assert any(word.endswith("8\u202fs ago · used") for word in words)
    assert "kraken" in dialog.accessibleDescription()
    dialog.accept()


@pytest.mark.parametrize(
    ("kind", "went"),
    [
        (WarningKind.CALL, ("loans", "Coin revolver")),
        (WarningKind.BLIND, ("settings", "general")),
        (WarningKind.CHANNEL, ("settings", "channels")),
    ],
)
def test_enter_goes_where_it_can_be_answered(
    made: Made, around: list[Surroundings], kind: WarningKind, went: tuple[str, str | None]
) -> None:
    view = made(inbox_snapshot((warning_record("Coin revolver", kind, sentence="x"),)))
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    assert around[0].went == [went]


def test_a_rule_about_the_book_leads_to_the_plan(made: Made, around: list[Surroundings]) -> None:
    view = made(inbox_snapshot())
    choose(view, "free-btc-")
    assert view.panel.open_button.text() == "Plan"
    view.open_loan()
    assert around[0].went == [("plan", None)]


def test_the_filter_holds_for_every_shelf_and_can_be_cleared(made: Made) -> None:
    view = made(inbox_snapshot())
    view.filter.setText("loan:revolver")
    assert [view.tabs.tabText(place) for place in range(4)] == ["Needs you · 1", "Snoozed", "Seen", "Done · 1"]
    view.filter.setText("loan:revolver since:rubbish")
    assert not view.wrong.isHidden()
    view.filter.setText("nobody")
    assert view._states.currentIndex() == 1
    view._clear_filter()
    assert view.wrong.isHidden()
    assert view.model.rowCount() == 6


def test_an_answered_warning_hands_the_choice_to_the_next(made: Made) -> None:
    view = made(inbox_snapshot())
    choose(view, called().id)
    rest = tuple(record for record in inbox_records() if record.id != called().id)
    seen = called()._replace(status=WarningStatus.ACKNOWLEDGED)
    view.refresh(inbox_snapshot((*rest, seen)))
    record = view.current()
    assert record is not None
    assert record.subject == "Equipment facility"


def test_a_tick_keeps_what_is_chosen(made: Made) -> None:
    view = made(inbox_snapshot())
    view.table.selectAll()
    before = len(view.table.chosen())
    view.refresh(inbox_snapshot(price="64700"))
    assert len(view.table.chosen()) == before


def test_a_warning_is_opened_by_id_or_loan_wherever_it_lies(made: Made) -> None:
    view = made(inbox_snapshot())
    view.filter.setText("nobody")
    view.open_item("Term loan B")
    assert view.shelf is Shelf.SEEN
    view.open_item(called().id)
    current = view.current()
    assert current is not None
    assert (view.shelf, current.id) == (Shelf.OPEN, called().id)
    view.open_item("no such thing")
    assert view.current() == current


def test_quiet_and_blind_say_so(made: Made, around: list[Surroundings]) -> None:
    view = made(inbox_snapshot(()))
    quiet = view._empty[Shelf.OPEN]
    assert (quiet.title.text(), quiet.text.text()) == (
        "Quiet.",
        "Last check 12\u202fs ago. Last fire drill 9 days ago.",
    )
    assert view.panel.isHidden()
    assert not view.export_button.isEnabled()
    around[0].bench.clock.advance(48)  # type: ignore[attr-defined] # the bench's clock is a fake one
    view._tick()
    assert quiet.text.text().startswith("Last check 60\u202fs ago.")
    view.refresh(offline())
    assert quiet.title.text() == "Blind: price alarms cannot fire."


def test_a_book_that_is_only_read_can_be_looked_at(made: Made, around: list[Surroundings]) -> None:
    view = made(replace(inbox_snapshot(), read_only=True))
    assert not view.panel.ack_button.isEnabled()
    assert "reading only" in view.panel.note_button.accessibleDescription()
    view.acknowledge()
    view.snooze()
    view.note()
    assert around[0].desk.asked == []
    assert view.findChild(NoteDialog) is None
    assert view.panel.explain_button.isEnabled()


def test_markup_in_a_name_is_shown_letter_for_letter(made: Made) -> None:
    record = warning_record(HOSTILE, sentence=f"{HOSTILE} is called at $64,070.")
    view = made(inbox_snapshot((record,), hostile=True))
    assert view.panel.heading.whole == HOSTILE
    assert view.panel.sentence.textFormat() == Qt.TextFormat.PlainText
    tip = view.model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img src=x&gt;" in tip
    view.explain()
    dialog = view.findChild(ExplainDialog)
    assert dialog is not None
    assert {label.textFormat() for label in dialog.findChildren(PlainLabel)} == {Qt.TextFormat.PlainText}


def test_hidden_amounts_are_nowhere(made: Made) -> None:
    view = made(inbox_snapshot(), hidden=True)
    choose(view, called().id)
    view.explain()
    words = [label.text() for label in view.findChildren(PlainLabel)]
    words += [text for key in COLUMN_KEYS for text in shown(view, key)]
    view.copy()
    words.append(QGuiApplication.clipboard().text())
    text = "\n".join(words)
    for amount in ("36.0", "1,490,4", "250,000", "9,600,000", "1,025", "12.5 BTC"):
        assert amount not in text
    assert "••• BTC" in text


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_what_is_shown_is_exported_beside_the_window(
    made: Made, around: list[Surroundings], qtbot: QtBot, tmp_path: Path, suffix: str
) -> None:
    view = made(inbox_snapshot())
    view.tabs.setCurrentIndex(3)
    path = tmp_path / f"done.{suffix}"
    view.export_to(path)
    qtbot.waitUntil(lambda: bool(around[0].told))
    assert around[0].told[0].what == f"2 warnings written to done.{suffix}."
    if suffix == "json":
        assert len(json.loads(path.read_text("utf-8"))["warnings"]) == 2
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert [row["about"] for row in csv.DictReader(file)] == ["Price in USD", "Coin revolver"]


def test_the_file_dialog_takes_the_kind_that_was_chosen(made: Made) -> None:
    view = made(inbox_snapshot())
    view.export()
    dialog = view.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.defaultSuffix() == "csv"
    dialog.filterSelected.emit("JSON (*.json)")
    assert dialog.defaultSuffix() == "json"
    dialog.close()


def test_a_file_that_cannot_be_written_is_told(
    made: Made, around: list[Surroundings], qtbot: QtBot, tmp_path: Path
) -> None:
    view = made(inbox_snapshot())
    failed: list[object] = []
    around[0].bench.tasks.failed.connect(failed.append)
    view.export_to(tmp_path / "no such folder" / "x.csv")
    qtbot.waitUntil(lambda: bool(failed))
    assert str(failed[0]) == "x.csv cannot be written there; choose another folder or make room."


def test_ctrl_c_copies_rows_no_spreadsheet_runs(made: Made) -> None:
    view = made(inbox_snapshot((warning_record("=cmd|x", sentence="=1+1"),)))
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    cells = QGuiApplication.clipboard().text().split("\t")
    assert cells[1:3] == ["'=cmd|x", "'=1+1"]


def test_a_thousand_warnings_read_only_what_is_in_sight(made: Made, around: list[Surroundings], qtbot: QtBot) -> None:
    view = made(inbox_snapshot(many_records(1000)))
    assert view.model.rowCount() == 1000
    qtbot.waitUntil(lambda: not around[0].bench.tasks.under_way)
    assert 0 < len(view.stories.known) < 100
    view.table.scrollToBottom()
    qtbot.waitUntil(lambda: "w999" in view.stories.known)


def test_everything_has_a_name(made: Made) -> None:
    view = made(inbox_snapshot())
    assert unnamed(view, (QAbstractButton, QLineEdit, QTabBar, QTableView)) == []


def test_what_to_do_has_the_most_room_and_two_lines(made: Made) -> None:
    view = made(inbox_snapshot())
    widths = {key: view.table.columnWidth(column) for column, key in enumerate(COLUMN_KEYS)}
    assert max(widths, key=widths.__getitem__) == "sentence"
    assert widths["sentence"] >= 0.4 * view.table.viewport().width()
    assert view.table.wordWrap()
    assert view.table.rowHeight(0) >= 2 * view.table.fontMetrics().lineSpacing()


def test_what_the_forced_sale_mutes_is_not_counted(made: Made) -> None:
    base = next(record for record in inbox_records() if record.kind is WarningKind.RULE)
    muted = base._replace(id="muted", told=0)
    assert muted.is_muted
    view = made(inbox_snapshot((sold(), muted)))
    assert view.tabs.tabText(0) == "Needs you · 1"
    assert view.model.rowCount() == 2


def test_the_watch_is_one_line_above_the_list(made: Made, qtbot: QtBot) -> None:
    view = made(inbox_snapshot())
    view.when_painted()
    bar = view.watch.card
    assert isinstance(bar, WatchBar)
    assert bar.isVisible()
    qtbot.waitUntil(lambda: not view.bench.tasks.under_way)
    assert bar.price.text().startswith("✓ Price ")
    assert view.watch.height() < 60
    assert view.table.viewport().width() > view.width() - 80
