"""Which warnings a typed filter lets through: ``loan:ledn level:call since:7d text`` (pure)."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from app.domain.warning_records import WarningRecord
from app.ui.models.warning_words import standing_of_warning, status_words

HINT: Final = "Filter: a word, loan:…, lender:…, level:call, since:7d"
KEYS: Final = "Words, or loan:, lender:, level:, rule:, status:, since:7d, since:2026-02-01, before:; a minus excludes"
_TERM: Final = re.compile(r'(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))', re.IGNORECASE)
_SPAN: Final = re.compile(r"(\d{1,4})(min|h|d|w)", re.ASCII | re.IGNORECASE)
_UNITS: Final = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_WORDS: Final = ("loan", "lender", "level", "rule", "status")
_TIMES: Final = ("since", "before")
_HALF: Final = frozenset(f"{key}:" for key in (*_WORDS, *_TIMES))


class Filterable(NamedTuple):
    """A warning as a filter sees it: what it is about, and the lender of its loan (or empty)."""

    record: WarningRecord
    title: str
    lender: str


class _Term(NamedTuple):
    negated: bool
    holds: Callable[[Filterable], bool]


class WarningFilter:
    """A filter that was read once and is asked for each warning.

    Attributes:
        wrong: why a part of it could not be read, or empty; that part lets everything through.
    """

    def __init__(self, text: str, now: datetime, zone: tzinfo | None = None) -> None:
        self.wrong = ""
        self._now, self._zone = now, zone
        terms = []
        for minus, key, quoted, word in _TERM.findall(text):
            value = (quoted or word).casefold()
            term = self._read(key.lower(), value, f"{key}:{value}" if key else value)
            if term is not None and value and value not in _HALF:
                terms.append(_Term(bool(minus), term))
        self._terms = tuple(terms)

    def __bool__(self) -> bool:
        """Tell whether there is anything to filter by."""
        return bool(self._terms)

    def lets(self, item: Filterable) -> bool:
        """Return whether every term holds."""
        return all(term.holds(item) is not term.negated for term in self._terms)

    def _read(self, key: str, value: str, whole: str) -> Callable[[Filterable], bool] | None:
        if key in _TIMES:
            return self._time(key, value)
        if key in _WORDS:
            if not value:
                return None
            read = _READERS.get(key, self._status)
            return lambda item: value in read(item).casefold()
        return lambda item: (
            whole in f"{item.title} {item.lender}".casefold() or whole in item.record.sentence.casefold()
        )

    def _time(self, key: str, value: str) -> Callable[[Filterable], bool] | None:
        if not value:
            return None
        try:
            at = self._moment(value)
        except (ValueError, OverflowError):
            self.wrong = f"{key}: takes 7d, 12h, 30min, 2w or a day like 2026-02-01; “{value[:20]}” is none of them"
            return None
        if key == "since":
            return lambda item: _last(item.record) >= at
        return lambda item: item.record.opened_at < at

    def _moment(self, value: str) -> datetime:
        span = _SPAN.fullmatch(value)
        if span is not None:
            return self._now - int(span[1]) * _UNITS[span[2].lower()]
        day = date.fromisoformat(value)
        return datetime(day.year, day.month, day.day, tzinfo=self._zone).astimezone(UTC)

    def _status(self, item: Filterable) -> str:
        return f"{item.record.status} {status_words(item.record, self._now, self._zone)}"


def _last(record: WarningRecord) -> datetime:
    """Return when a warning was last about: one that began earlier and ended since belongs to that time, too."""
    return record.closed_at or record.opened_at


def _level(item: Filterable) -> str:
    record = item.record
    return f"{standing_of_warning(record).word} {record.kind.replace('_', ' ')} {record.kind} {record.urgency}"


_READERS: Final[Mapping[str, Callable[[Filterable], str]]] = {
    "loan": lambda item: item.title if item.lender else "",
    "lender": lambda item: item.lender,
    "level": _level,
    "rule": lambda item: f"{item.record.rule} {item.record.kind}",
}
