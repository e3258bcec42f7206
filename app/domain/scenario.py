"""A question about the book that somebody wants to ask again: what was asked, never what was answered.

Answers change with the price and the book; a scenario keeps the request as plain data, so that it is answered anew.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from app.domain.errors import HistoryError

MAX_REQUEST: Final = 20_000
_MAX_DEPTH: Final = 8
_PLAIN: Final = (str, int, type(None))


class ScenarioKind(StrEnum):
    """Which question."""

    PLAN = "plan"
    STRESS = "stress"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named request.

    Attributes:
        name: unique in the book.
        created_at: UTC.
        kind: which question it is.
        request: canonical JSON text of an object, see ``request_text``.
    """

    name: str
    created_at: datetime
    kind: ScenarioKind
    request: str

    @property
    def fields(self) -> dict[str, Any]:
        """The request as plain data."""
        import json  # noqa: PLC0415 - every start passes here, and hardly any book has scenarios

        fields: dict[str, Any] = json.loads(self.request)
        return fields


def request_text(fields: Mapping[str, Any]) -> str:
    """Return a request as canonical JSON: sorted keys, no spaces; equal requests give equal text.

    Raises:
        HistoryError: it holds something else than text, whole numbers, yes and no, nothing, lists and objects (money
            is text, so that no digit is lost), or it is too large.
    """
    import json  # noqa: PLC0415 - as above

    _check_plain(dict(fields), 0)
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    if len(text) > MAX_REQUEST:
        msg = f"a scenario of more than {MAX_REQUEST:,} characters is too large to keep; make it simpler"
        raise HistoryError(msg, "request")
    return text


def check_scenario(scenario: Scenario) -> None:
    """Refuse a scenario whose request is not what ``request_text`` gives.

    Raises:
        HistoryError: with its place below the scenario.
    """
    fields: Any = None
    with suppress(ValueError):
        fields = scenario.fields
    if not isinstance(fields, dict) or request_text(fields) != scenario.request:
        msg = "is not the canonical JSON text of an object; save the scenario again"
        raise HistoryError(msg, "request")


def _check_plain(value: Any, depth: int) -> None:
    if depth > _MAX_DEPTH:
        msg = "is nested too deeply to be a request"
        raise HistoryError(msg, "request")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            msg = "holds a key that is not text"
            raise HistoryError(msg, "request")
        for item in value.values():
            _check_plain(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_plain(item, depth + 1)
    elif not isinstance(value, _PLAIN):
        msg = f"holds {value!r:.40}; write numbers with a point in quotes"
        raise HistoryError(msg, "request")
