"""How exact values are kept in columns: the same text or integer on every database, never a float.

Decimals are text because databases' own decimal types differ (SQLite's goes through float). Instants and days are
ISO text: exact to the microsecond, readable in any tool, and the fastest form for Python to read back.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Dialect, Text, TypeDecorator

from app.store.instants import instant_text

_E = TypeVar("_E", bound=StrEnum)


class DecimalText(TypeDecorator[Decimal]):
    """A ``Decimal``, digit for digit, as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Return the digits."""
        del dialect
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Return the same decimal."""
        del dialect
        return None if value is None else Decimal(value)


class InstantText(TypeDecorator[datetime]):
    """An aware UTC ``datetime`` as ISO text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Return the text."""
        del dialect
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Return the same instant."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


class DayText(TypeDecorator[date]):
    """A ``date`` as ISO text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Return the text."""
        del dialect
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """Return the same day."""
        del dialect
        return None if value is None else date.fromisoformat(value)


class WordText(TypeDecorator[_E]):
    """A member of a ``StrEnum`` as its word."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[_E]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: _E | None, dialect: Dialect) -> str | None:
        """Return the word."""
        del dialect
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> _E | None:
        """Return the member."""
        del dialect
        return None if value is None else self.words(value)
