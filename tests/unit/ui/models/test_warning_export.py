"""Warnings as files for spreadsheets and programs."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.warning_records import WarningRecord
from app.ui.formats import Display
from app.ui.models.delivery_words import ChannelNames
from app.ui.models.warning_export import Exported, ExportKind, export_bytes
from tests.fakes.desk import NOW, warning_record
from tests.fakes.inbox import called, full_story, inbox_records

NAMES = ChannelNames({"mail": ("=Desk mail", "Anna"), "hook": ("Pager hook", ""), "desktop": ("Desktop", "")})


def exported(*records: WarningRecord, hidden: bool = False) -> Exported:
    stories = {record.id: full_story(record.id) for record in records}
    return Exported(records, stories, NAMES, Display(hidden=hidden))


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_spreadsheet_gets_every_warning_with_its_deliveries() -> None:
    found = rows(export_bytes(ExportKind.CSV, exported(*inbox_records()), NOW))
    assert len(found) == len(inbox_records())
    first = found[0]
    assert (first["level"], first["about"], first["kind"]) == ("Called", "Coin revolver", "call")
    assert "Pager hook waiting" in first["deliveries"]
    assert "ben note" in first["actions"]


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\uff1dcmd", "\uff0bcmd"])
def test_no_text_becomes_a_formula(text: str) -> None:
    record = warning_record(text, sentence=text)
    (row,) = rows(export_bytes(ExportKind.CSV, exported(record), NOW))
    assert row["about"].startswith("'")
    assert row["sentence"].startswith("'")


@given(st.text(min_size=1, max_size=40))
def test_no_cell_of_any_name_starts_a_formula(text: str) -> None:
    data = export_bytes(ExportKind.CSV, exported(warning_record(text, sentence=text)), NOW)
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        for cell in row:
            number = cell.lstrip("+-").replace(".", "", 1).replace("E", "", 1).replace("+", "", 1).replace("-", "", 1)
            assert not cell.startswith(("=", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
            assert not cell.startswith(("+", "-")) or number.isdigit()


def test_json_holds_what_happened() -> None:
    document = json.loads(export_bytes(ExportKind.JSON, exported(called()), NOW))
    assert document["plimsoll_warnings"] == 1
    (warning,) = document["warnings"]
    assert warning["opened_at"] == "2026-02-05T13:30:00+00:00"
    assert [one["state"] for one in warning["deliveries"]] == ["sent", "sent", "waiting"]
    assert warning["deliveries"][2]["fault"] == "timeout"
    assert [one["what"] for one in warning["actions"]] == ["snooze", "note"]


@pytest.mark.parametrize("kind", ExportKind)
def test_hidden_amounts_stay_hidden_in_a_file(kind: ExportKind) -> None:
    text = export_bytes(kind, exported(called(), hidden=True), NOW).decode()
    assert "•••" in text
    for amount in ("250,000", "1,490,442", "36.02251489", " BTC or repay $1"):
        assert amount not in text
