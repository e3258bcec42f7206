"""The numbers that tell a Plimsoll book from any other file. Cheap to import."""

from typing import Final

APPLICATION_ID: Final = 0x504C494D
"""``PLIM``, kept in every SQLite file's header."""

SCHEMA_NUMBER: Final = 1
"""The newest migration; ``user_version`` of an SQLite file, ``version_num`` on a server."""


def revision_name(number: int) -> str:
    """Return a schema number as Alembic's revision name (1 is ``0001``)."""
    return f"{number:04d}"
