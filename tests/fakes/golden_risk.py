"""The reference figures of the risk room's closed forms."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "data" / "golden_risk.json"


def golden(group: str) -> list[Mapping[str, Any]]:
    """Return a group's rows, each by column; figures are texts or whole numbers."""
    table = json.loads(_FILE.read_text(encoding="utf-8"))[group]
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def golden_number(name: str) -> float:
    """Return a single figure."""
    return float(json.loads(_FILE.read_text(encoding="utf-8"))[name])
