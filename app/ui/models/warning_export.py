"""Warnings as a file: CSV that no spreadsheet takes for a formula, or JSON (pure)."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from app.domain.warning_records import WarningRecord
from app.services.watch_state import WarningStory
from app.ui.formats import Display
from app.ui.models.delivery_words import ChannelNames
from app.ui.models.warning_detail import action_lines
from app.ui.models.warning_words import masked, standing_of_warning, title_of
from app.ui.widgets.table import cell_text

VERSION: Final = 1
_BOM: Final = "\ufeff"  # without it spreadsheets read UTF-8 as something else


class ExportKind(StrEnum):
    """What kind of file."""

    CSV = "csv"
    JSON = "json"


class Exported(NamedTuple):
    """What an export is made of."""

    records: tuple[WarningRecord, ...]
    stories: Mapping[str, WarningStory]
    names: ChannelNames
    display: Display


def export_bytes(kind: ExportKind, exported: Exported, now: datetime) -> bytes:
    """Return the file's contents."""
    rows = [_row(record, exported) for record in exported.records]
    if kind is ExportKind.JSON:
        document = {"plimsoll_warnings": VERSION, "exported_at": now.isoformat(), "warnings": rows}
        return json.dumps(document, ensure_ascii=False, indent=1).encode()
    return (_BOM + _csv(rows)).encode()


def _csv(rows: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([cell_text(_flat(row[column])) for column in COLUMNS])
    return out.getvalue()


def _flat(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(" ".join(str(part) for part in entry.values() if part not in (None, "")) for entry in value)
    return str(value)


def _row(record: WarningRecord, exported: Exported) -> dict[str, Any]:
    story = exported.stories.get(record.id, WarningStory((), (), None))
    names, hidden = exported.names, exported.display.hidden
    return {
        "id": record.id,
        "level": standing_of_warning(record).word,
        "kind": record.kind.value,
        "about": title_of(record, names.by_key()),
        "rule": record.rule,
        "urgency": record.urgency.value,
        "status": record.status.value,
        "sentence": masked(record.sentence) if hidden else record.sentence,
        "opened_at": _iso(record.opened_at),
        "acknowledged_at": _iso(record.acknowledged_at),
        "snoozed_until": _iso(record.snoozed_until),
        "due_at": _iso(record.due_at),
        "closed_at": _iso(record.closed_at),
        "times_told": record.told,
        "deliveries": [
            {
                "channel": names.name(delivery.channel),
                "state": "queued" if message is None else message.state.value,
                "at": _iso(delivery.created_at if message is None else message.sent_at or message.created_at),
                "fault": None if message is None or message.fault is None else message.fault.value,
            }
            for delivery, message in story.deliveries
        ],
        "actions": [
            {
                "at": _iso(action.at),
                "who": action.who,
                "what": action.kind.value,
                "until": _iso(action.until),
                "text": _note(action_lines((action,), action.at, exported.display)[0]) if hidden else action.text,
            }
            for action in story.actions
        ],
    }


COLUMNS: Final = (
    "level",
    "about",
    "sentence",
    "opened_at",
    "closed_at",
    "status",
    "acknowledged_at",
    "snoozed_until",
    "due_at",
    "times_told",
    "deliveries",
    "actions",
    "rule",
    "kind",
    "urgency",
    "id",
)


def _note(line: str) -> str:
    return line.partition("“")[2].removesuffix("”")


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
