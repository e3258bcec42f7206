"""The ledger for another program, from the window."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.services.ledger_export.targets import TARGETS
from app.ui.messages import Message
from app.ui.operations.ledger_export import choose_export, write_export
from tests.fakes.desk_edits import EditedDesk


@pytest.fixture
def told(treasury_desk: EditedDesk) -> list[Message]:
    heard: list[Message] = []
    treasury_desk.messages.told.connect(heard.append)
    return heard


@pytest.mark.parametrize("key", ["koinly", "beancount", "plimsoll-loans"])
def test_a_file_is_written_beside_the_window(
    treasury_desk: EditedDesk, qtbot: QtBot, tmp_path: Path, told: list[Message], key: str
) -> None:
    path = tmp_path / "ledger.csv"
    write_export(treasury_desk.bench, TARGETS[key], path)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].text.startswith(f"The ledger was written to ledger.csv ({TARGETS[key].name}).")
    assert path.stat().st_size > 100


def test_what_cannot_be_written_leaves_what_was_there(
    treasury_desk: EditedDesk, qtbot: QtBot, tmp_path: Path, told: list[Message]
) -> None:
    with qtbot.waitSignal(treasury_desk.tasks.failed) as failed:
        write_export(treasury_desk.bench, TARGETS["koinly"], tmp_path / "nowhere" / "ledger.csv")
    assert "cannot be written there" in str(failed.args)
    assert told == []


def test_the_kind_of_file_tells_the_program(treasury_desk: EditedDesk, qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = choose_export(bench=treasury_desk.bench, parent=parent)
    assert len(dialog.nameFilters()) == len(TARGETS)
    chosen = next(each for each in dialog.nameFilters() if each.startswith("hledger"))
    dialog.filterSelected.emit(chosen)
    assert dialog.defaultSuffix() == "journal"
    dialog.selectNameFilter(chosen)
    path = tmp_path / "ledger.journal"
    dialog.fileSelected.emit(str(path))
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: not treasury_desk.tasks.under_way)
    assert "decimal-mark ." in path.read_text("utf-8")
    dialog.reject()
