"""The rows of a stored book, of any schema that is still read, over any DB-API cursor."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

from app.store.schema import LEDGER_SINCE

Row = tuple[Any, ...]
_CHUNK: Final = 500

QUERIES: Final = {
    "book": "SELECT name, base_currency, demo, revision FROM book",
    "account": "SELECT id, name, kind FROM account ORDER BY position, id",
    "txn": "SELECT account_id, at, kind, sats, value, currency, fee, note, external_id, to_account_id,"
    " picks, attachments FROM txn ORDER BY id",
    "loan": "SELECT id, name, lender, currency, opened_on, matures_on, attachments FROM loan ORDER BY position, id",
    "loan_terms": "SELECT loan_id, id, start, rate, day_count, accrual, payment, exposure, price_source, basis_bps,"
    " delivery_hours, daily_cap_sats, daily_cap, evidence_source, confirmed_on FROM loan_terms ORDER BY id",
    "loan_trigger": "SELECT loan_terms_id, kind, ltv, cure_hours, cure_ltv, latching, extent, extent_ltv, fee_rate,"
    " fee_base FROM loan_trigger ORDER BY id",
    "loan_event": "SELECT loan_id, at, kind, amount, sats, account_id, rate, price, fee, note, external_id"
    " FROM loan_event ORDER BY id",
    "alembic_version": "SELECT version_num FROM alembic_version",
    "rule": "SELECT code, kind, threshold, line, fall, due, horizon_days, loans, urgency, hold_minutes, keep_minutes,"
    " channels, enabled FROM rule ORDER BY id",
    "channel": "SELECT code, name, kind, person, after_minutes, quiet_start, quiet_end, quiet_zone, internal, enabled"
    " FROM channel ORDER BY id",
    "scenario": "SELECT name, created_at, kind, request FROM scenario ORDER BY id",
    "policy_limit": "SELECT kind, bound FROM policy_limit ORDER BY id",
    "wallet": "SELECT code, name, kind, sources, scripts, gap_limit, account_id, loan_id FROM wallet ORDER BY id",
    "label": "SELECT kind, ref, text, origin, spendable, extra FROM label ORDER BY id",
    "import_profile": "SELECT name, mapping FROM import_profile ORDER BY id",
    "attachment": "SELECT code, name, size FROM attachment ORDER BY id",
}
# The same of a book that is older than these columns.
OLDER_QUERIES: Final = {
    **QUERIES,
    "txn": QUERIES["txn"].replace(" picks, attachments ", " NULL, NULL "),
    "loan": QUERIES["loan"].replace(" attachments ", " NULL "),
}


class Cursor(Protocol):
    """What is needed of a DB-API cursor."""

    def execute(self, operation: str, /) -> object:
        """Run a query."""
        ...

    def fetchall(self) -> Sequence[Any]:
        """Return its rows."""
        ...

    def fetchmany(self, size: int = ..., /) -> Sequence[Any]:
        """Return at most ``size`` more of its rows."""
        ...


class Stored:
    """A database's rows, table by table.

    Attributes:
        version: its schema; what came later is not asked for.
        table: which one was asked for last, for an error's words.
    """

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self.version = 0
        self.table = ""

    def rows(self, table: str, since: int = 0) -> Sequence[Row]:
        """Return a table's rows; none of a table that came with a later schema."""
        if self.version < since:
            return ()
        self._ask(table)
        return self._cursor.fetchall()

    def chunks(self, table: str) -> Iterator[Sequence[Row]]:
        """Yield the rows in pieces that stay in the processor's cache until they are decoded."""
        self._ask(table)
        while rows := self._cursor.fetchmany(_CHUNK):
            yield rows

    def _ask(self, table: str) -> None:
        self.table = table
        self._cursor.execute((QUERIES if self.version >= LEDGER_SINCE else OLDER_QUERIES)[table])
