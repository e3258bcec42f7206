"""The numbers that tell a Plimsoll book from any other file. Cheap to import."""

from typing import Final

APPLICATION_ID: Final = 0x504C494D
"""``PLIM``, kept in every SQLite file's header."""

SCHEMA_NUMBER: Final = 5
"""The newest migration; ``user_version`` of an SQLite file, ``version_num`` on a server."""

READABLE_SINCE: Final = 1
"""The oldest schema that is read without being brought up to date first: later steps took nothing away from it."""


SCENARIOS_SINCE: Final = 3
"""The first schema with a table of scenarios; an older book that is only read has none."""


ALARM_SINCE: Final = 4
"""The first schema with rules, channels and an outbox; an older book that is only read has none of them."""


LEDGER_SINCE: Final = 5
"""The first schema with chosen lots, papers, policy, watched wallets, labels and mapping profiles."""


def revision_name(number: int) -> str:
    """Return a schema number as Alembic's revision name (1 is ``0001``)."""
    return f"{number:04d}"
