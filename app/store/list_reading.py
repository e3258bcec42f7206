"""The lists of a stored book: questions, rules, channels, policy, wallets, labels, profiles, papers.

Most books have few of them; what decodes a row is imported when there is one.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from app.domain.book import Book
from app.domain.scenario import Scenario, ScenarioKind
from app.store.schema import ALARM_SINCE, LEDGER_SINCE, SCENARIOS_SINCE
from app.store.stored_rows import Row, Stored

Names = dict[int | None, str | None]
_LEDGER: Final = ("policy_limit", "wallet", "label", "import_profile", "attachment")


def with_lists(book: Book, stored: Stored, accounts: Names, loans: Names) -> Book:
    """Return the book with its lists.

    Args:
        book: with accounts and loans.
        stored: where the rows are.
        accounts: their names by id.
        loans: their names by id.

    Raises:
        ValueError, TypeError, KeyError, ArithmeticError: a row cannot be what its table holds.
    """
    scenarios = stored.rows("scenario", SCENARIOS_SINCE)
    if scenarios:
        book = replace(book, scenarios=tuple(map(_scenario, scenarios)))
    rules, channels = stored.rows("rule", ALARM_SINCE), stored.rows("channel", ALARM_SINCE)
    if rules or channels:
        from app.store.alarm_rows import channel_of, rule_of  # noqa: PLC0415 - see above

        book = replace(book, rules=tuple(map(rule_of, rules)), channels=tuple(map(channel_of, channels)))
    for table in _LEDGER:
        rows = stored.rows(table, LEDGER_SINCE)
        if rows:
            book = _with_ledger_list(book, table, rows, accounts, loans)
    return book


def _scenario(row: Row) -> Scenario:
    name, created_at, kind, request = row
    at = datetime.fromisoformat(created_at)
    if not created_at.endswith("Z"):
        msg = "an instant that is not in UTC"
        raise ValueError(msg)
    return Scenario(name, at, ScenarioKind(kind), request)


def _with_ledger_list(book: Book, table: str, rows: Sequence[Row], accounts: Names, loans: Names) -> Book:
    from app.store import ledger_rows  # noqa: PLC0415 - see above

    match table:
        case "policy_limit":
            return replace(book, limits=tuple(map(ledger_rows.limit_of, rows)))
        case "wallet":
            return replace(book, wallets=tuple(ledger_rows.wallet_of(row, accounts, loans) for row in rows))
        case "label":
            return replace(book, labels=tuple(map(ledger_rows.label_of, rows)))
        case "import_profile":
            return replace(book, profiles=tuple(map(ledger_rows.profile_of, rows)))
        case _:
            return replace(book, attachments=tuple(map(ledger_rows.attachment_of, rows)))
