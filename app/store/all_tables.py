"""Every table of a book, for making and comparing whole schemas."""

from app.store import alarm_tables, tables  # noqa: F401 - each declares its tables
from app.store.metadata import metadata

__all__ = ["metadata"]
