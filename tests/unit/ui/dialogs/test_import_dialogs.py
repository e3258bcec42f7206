"""Importing files in the window: what is shown, asked, mapped, stopped and stored."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.domain.book import TransactionKind
from app.domain.column_map import parse_mapping
from app.ui.dialogs.column_sheet import ColumnSheet
from app.ui.dialogs.import_columns import ColumnsDialog
from app.ui.dialogs.import_files import ImportDialog
from app.ui.models.import_questions import WHOLE
from app.ui.operations.imports import import_files
from tests.fakes.desk_edits import EditedDesk
from tests.unit.ui.conftest import unnamed

RIVER = "Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,Tag\n"
BUY = "2024-09-26 19:59:41,100.00,USD,0.00150000,BTC,1.00,USD,Buy\n"
DOUBT = "2024-09-27 19:59:41,100,USD,1.205,BTC,1,USD,Buy\n"
WRONG = "2024-09-28 19:59:41,100.00,USD,x,BTC,1.00,USD,Buy\n"
OWN = "Nr;Datum;Zeit;Typ;Menge;Betrag\n1;03.05.2024;12:00:01;Kauf;0,5;30.000,00\n2;04.05.2024;12:00:01;Gabe;0,1;\n"
Opened = Callable[..., ImportDialog]


@pytest.fixture
def opened(treasury_desk: EditedDesk, qtbot: QtBot, tmp_path: Path) -> Iterator[Opened]:
    """Return a maker of dialogs that have looked at files of these texts."""
    made: list[ImportDialog] = []

    def make(**texts: str) -> ImportDialog:
        paths = []
        for name, text in texts.items():
            paths.append(tmp_path / f"{name}.csv")
            paths[-1].write_text(text, encoding="utf-8")
        dialog = ImportDialog(treasury_desk.bench)
        made.append(dialog)
        dialog.begin()
        if paths:
            dialog.add_files(paths)
            looked(dialog, qtbot)
        return dialog

    yield make
    for dialog in made:
        if isValid(dialog):
            dialog.reject()
            dialog.deleteLater()


def looked(dialog: ImportDialog, qtbot: QtBot) -> None:
    """Wait until the files were looked at."""
    qtbot.waitUntil(lambda: dialog.looked is not None)


def is_busy(dialog: ImportDialog) -> bool:
    """Return whether it is reading."""
    return dialog.looking.busy


def states(dialog: ImportDialog) -> list[str]:
    """Return the state of each file."""
    return [row.state for row in dialog.files_model.all_rows]


def whats(dialog: ImportDialog) -> list[str]:
    """Return what there is to look at."""
    return [row.what for row in dialog.lines_model.all_rows]


def test_nothing_chosen_says_what_to_do(opened: Opened) -> None:
    dialog = opened()
    assert dialog.empty.isVisible()
    assert not dialog.files.isVisible()
    assert not dialog.leave_out.isVisible()
    assert not dialog.ok.isEnabled()
    assert dialog.reason.text() == "Choose files, or drop them here."


def test_a_file_is_imported_as_one_edit_that_can_be_undone(
    opened: Opened, treasury_desk: EditedDesk, qtbot: QtBot
) -> None:
    before = treasury_desk.book
    dialog = opened(river=RIVER + BUY)
    assert states(dialog) == ["● ready"]
    assert dialog.reason.text() == "New: 1 transaction into River (a new account)."
    assert treasury_desk.book is before
    with qtbot.waitSignal(dialog.accepted):
        dialog.submit()
    (entry,) = treasury_desk.book.account("River").transactions
    assert (entry.kind, entry.sats) == (TransactionKind.BUY, 150_000)
    assert treasury_desk.edits.undo_text == "Import “river.csv”"
    with qtbot.waitSignal(treasury_desk.live.changed):
        treasury_desk.edits.undo()
    assert treasury_desk.book.accounts == before.accounts


def test_a_second_import_brings_nothing(opened: Opened, qtbot: QtBot) -> None:
    with qtbot.waitSignal((first := opened(river=RIVER + BUY)).accepted):
        first.submit()
    again = opened(river=RIVER + BUY)
    assert states(again) == ["● nothing new"]
    assert not again.ok.isEnabled()
    assert "Nothing new" in again.reason.text()


def test_what_is_asked_is_answered_in_place(opened: Opened, qtbot: QtBot) -> None:
    dialog = opened(river=RIVER + DOUBT)
    assert states(dialog) == ["▲ 1 question"]
    assert not dialog.ok.isEnabled()
    field = dialog.answers.fields[0, "decimal"]
    assert field.note.text() == "“1.205” is 1.205 or 1205"
    field.choose("point")
    assert is_busy(dialog)
    assert whats(dialog) == ["▲ Asked"]  # what was seen stays meanwhile
    assert not dialog.ok.isEnabled()
    looked(dialog, qtbot)
    assert states(dialog) == ["● ready"]
    assert dialog.ok.isEnabled()
    assert dialog.answers.fields[0, "decimal"] is field
    field.choose("comma")
    looked(dialog, qtbot)
    assert dialog.looked is not None
    assert dialog.looked.found is not None
    assert dialog.looked.found.after.account("River").transactions[0].sats == 120_500_000_000


def test_refused_rows_are_told_and_can_be_left_out(opened: Opened, qtbot: QtBot) -> None:
    dialog = opened(river=RIVER + BUY + WRONG)
    assert states(dialog) == ["■ 1 row refused"]
    (row,) = dialog.lines_model.all_rows
    assert (row.line, row.what, row.why) == (3, "■ Refused", "“x” is not a number; check the row")
    assert "leave it out" in dialog.reason.text()
    dialog.leave_out.setChecked(True)
    looked(dialog, qtbot)
    assert dialog.ok.isEnabled()
    assert "○ Left out" in whats(dialog)


def test_everything_can_go_into_one_account(opened: Opened, qtbot: QtBot) -> None:
    dialog = opened(river=RIVER + BUY)
    dialog.answers.fields[WHOLE, "account"].choose("Cold storage")
    looked(dialog, qtbot)
    assert dialog.reason.text() == "New: 1 transaction into Cold storage."


def test_a_file_that_cannot_be_read_stops_the_import_until_it_is_taken_out(opened: Opened, qtbot: QtBot) -> None:
    dialog = opened(river=RIVER + BUY, nothing="\0")
    assert states(dialog) == ["● ready", "■ cannot be read"]
    assert not dialog.ok.isEnabled()
    dialog.files.selectRow(1)
    dialog.take_out.click()
    looked(dialog, qtbot)
    assert states(dialog) == ["● ready"]
    assert dialog.ok.isEnabled()


def test_a_history_that_cannot_be_is_told_with_its_line(opened: Opened) -> None:
    sell = "2024-09-26 19:59:41,0.5,BTC,100,USD,,,Sell\n"
    dialog = opened(river=RIVER + sell)
    assert states(dialog) == ["■ does not fit the history"]
    assert whats(dialog)[0] == "■ Cannot be"
    assert dialog.reason.text().startswith("▲ The history cannot be: river.csv, line 2: “River” would hold")
    assert not dialog.ok.isEnabled()


def test_files_can_be_dropped(opened: Opened, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened()
    path = tmp_path / "dropped.csv"
    path.write_text(RIVER + BUY, encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)), QUrl("https://example.com/x"), QUrl.fromLocalFile(str(tmp_path))])
    left = Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, left, keys)
    QApplication.sendEvent(dialog, entering)
    assert entering.isAccepted()
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, keys)
    QApplication.sendEvent(dialog, drop)
    looked(dialog, qtbot)
    assert [each.path for each in dialog.chosen] == [path]
    dialog.add_files([path])
    assert len(dialog.chosen) == 1


def test_reading_can_be_stopped(opened: Opened, qtbot: QtBot) -> None:
    dialog = opened(river=RIVER + BUY)
    dialog.look()
    assert is_busy(dialog)
    assert dialog.reason.text() == "Reading the files …"
    dialog.stop.click()
    assert not is_busy(dialog)
    assert dialog.looked is None
    assert "Stopped" in dialog.reason.text()
    dialog.look()
    looked(dialog, qtbot)
    assert dialog.ok.isEnabled()


def test_a_book_that_changed_meanwhile_is_looked_at_again(
    opened: Opened, treasury_desk: EditedDesk, qtbot: QtBot
) -> None:
    dialog = opened(river=RIVER + BUY)
    other = opened(second=RIVER + BUY.replace("19:59", "20:00"))
    with qtbot.waitSignal(other.accepted):
        other.submit()
    dialog.submit()
    qtbot.waitUntil(lambda: "changed since" in dialog.reason.text())
    dialog.look()
    looked(dialog, qtbot)
    with qtbot.waitSignal(dialog.accepted):
        dialog.submit()
    assert len(treasury_desk.book.account("River").transactions) == 2


def test_a_book_for_reading_only_is_left_alone(
    make_desk: Callable[..., EditedDesk], qtbot: QtBot, tmp_path: Path
) -> None:
    desk = make_desk(readonly=True)
    (tmp_path / "a.csv").write_text(RIVER + BUY, encoding="utf-8")
    dialog = ImportDialog(desk.bench)
    qtbot.addWidget(dialog)
    dialog.begin()
    dialog.add_files([tmp_path / "a.csv"])
    looked(dialog, qtbot)
    assert not dialog.ok.isEnabled()
    assert "reading only" in dialog.reason.text()


def columns_of(dialog: ImportDialog, qtbot: QtBot) -> ColumnsDialog:
    """Return the dialog of columns, its file read."""
    dialog.open_columns()
    found = dialog.findChildren(ColumnsDialog)[-1]
    qtbot.waitUntil(lambda: found.draft is not None)
    return found


def choose(sheet: ColumnSheet, roles: Sequence[str]) -> None:
    """Give the columns these roles."""
    for place, role in enumerate(roles):
        sheet.choose(place, role)


def test_an_unknown_file_is_mapped_seen_and_kept_as_a_profile(
    opened: Opened, treasury_desk: EditedDesk, qtbot: QtBot
) -> None:
    dialog = opened(own=OWN)
    assert states(dialog) == ["▲ say what its columns mean"]
    columns = columns_of(dialog, qtbot)
    assert not columns.ok.isEnabled()
    choose(columns.columns, ["id", "date", "time", "kind", "btc", "value"])
    columns.refresh()
    columns.words["kauf"].choose("buy")
    columns.refresh()
    assert columns.reason.text() == "▲ Currency is not said; name its column, or the currency of the whole file."
    columns.currency.set_text("eur")
    columns.reads["unit"].choose("btc")
    columns.zone.choose("UTC")
    columns.place.set_text("Bank")
    columns.refresh()
    assert set(columns.words) == {"kauf", "gabe"}
    assert [row.what for row in columns.sample.all_rows] == ["● Buy", "○ Kept aside"]
    assert columns.sample.all_rows[0].money == "€30,000.00"
    columns.profile.set_text("My bank")
    columns.submit()
    looked(dialog, qtbot)
    assert states(dialog) == ["● ready"]
    with qtbot.waitSignal(dialog.accepted):
        dialog.submit()
    (profile,) = treasury_desk.book.profiles
    assert profile.name == "My bank"
    assert parse_mapping(profile.mapping).fixed == {"currency": "EUR"}
    again = opened(own=OWN)
    assert [row.found_as for row in again.files_model.all_rows] == ["profile “My bank”"]
    assert states(again) == ["● nothing new"]
    corrected = columns_of(again, qtbot)
    assert (corrected.profile.text, corrected.words["kauf"].value) == ("My bank", "buy")
    corrected.reject()


def test_two_columns_cannot_mean_the_same(opened: Opened, qtbot: QtBot) -> None:
    columns = columns_of(opened(own=OWN), qtbot)
    choose(columns.columns, ["date", "date"])
    columns.refresh()
    assert columns.reason.text() == "▲ Two columns are “Date”; keep one."
    assert columns.sample.rowCount() == 0
    columns.reject()


def test_another_line_can_name_the_columns(opened: Opened, qtbot: QtBot) -> None:
    columns = columns_of(opened(own="a;b;c;d;e;f\n" + OWN), qtbot)
    columns.header.choose(1)
    assert columns.draft is not None
    assert columns.draft.names[:2] == ("Nr", "Datum")
    columns.reject()


def test_amounts_that_are_hidden_stay_hidden(opened: Opened, treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    treasury_desk.live.hide_amounts(hidden=True)
    dialog = opened(river=RIVER + DOUBT)
    model = dialog.lines_model
    shown = " ".join(str(model.index(0, column).data()) for column in range(model.columnCount()))
    assert "1.205" not in shown
    below = opened(river=RIVER + "2024-09-26 19:59:41,0.5,BTC,100,USD,,,Sell\n")
    assert "0.5" not in below.reason.text()
    columns = columns_of(opened(own=OWN), qtbot)
    item = columns.columns.table.item(1, 4)
    assert item is not None
    assert item.text() == "•,•"
    columns.reject()


def test_every_widget_has_a_name(opened: Opened, qtbot: QtBot) -> None:
    dialog = opened(river=RIVER + DOUBT, own=OWN)
    columns = columns_of(dialog, qtbot)
    for window in (dialog, columns):
        assert unnamed(window, (QPushButton, QComboBox, QLineEdit)) == []
    columns.reject()


def test_the_button_opens_the_dialog(treasury_desk: EditedDesk, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(RIVER + BUY, encoding="utf-8")
    page = QPushButton("page")
    qtbot.addWidget(page)
    dialog = import_files(bench=treasury_desk.bench, parent=page, paths=[tmp_path / "a.csv"])
    looked(dialog, qtbot)
    assert dialog.ok.isEnabled()
    dialog.reject()
