"""Writes a book, or what changed in it, over one SQLAlchemy connection inside the caller's transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.domain.book import Account, Book, Loan
from app.store import tables
from app.store.changes import ItemChanges, common_prefix, compare
from app.store.failures import changed_underneath
from app.store.rows import (
    TRANSACTION_COLUMNS,
    attachment_row,
    channel_row,
    event_row,
    label_row,
    limit_row,
    loan_row,
    profile_row,
    rule_row,
    scenario_row,
    terms_row,
    transaction_values,
    trigger_row,
    wallet_row,
)
from app.store.schema import SCHEMA_NUMBER, revision_name

Row = dict[str, Any]
_Item = TypeVar("_Item", Account, Loan)
BOOK_ID = 1
# Well below the number of parameters that any database takes in one statement.
_BATCH = 500
_PIECE = 5_000
# Lists that depend on nothing else: where one changed, it is written anew, in its order.
_LISTS: Final[tuple[tuple[Table, Callable[[Book], Sequence[Any]], Callable[[Any], Row]], ...]] = (
    (tables.scenario, attrgetter("scenarios"), scenario_row),
    (tables.rule, attrgetter("rules"), rule_row),
    (tables.channel, attrgetter("channels"), channel_row),
    (tables.policy_limit, attrgetter("limits"), limit_row),
    (tables.label, attrgetter("labels"), label_row),
    (tables.import_profile, attrgetter("profiles"), profile_row),
    (tables.attachment, attrgetter("attachments"), attachment_row),
)


class BookWriter:
    """Writes into the tables of one book; ids are given here, so that one statement carries many rows.

    Attributes:
        connection: in a transaction that the caller commits or rolls back.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._next: dict[str, int] = {}

    def revision(self) -> int:
        """Return how many times the stored book was written."""
        return int(self.connection.execute(select(tables.book.c.revision)).scalar_one())

    def create(self, book: Book) -> None:
        """Write a whole book into empty tables.

        Raises:
            BookError: an entry refers to an account that is not in the book.
        """
        self.connection.execute(insert(tables.alembic_version).values(version_num=revision_name(SCHEMA_NUMBER)))
        self.connection.execute(
            insert(tables.book).values(
                id=BOOK_ID, name=book.name, base_currency=book.base_currency, demo=book.demo, revision=1
            )
        )
        self._add_items(tables.account, book.accounts)
        self._add_items(tables.loan, book.loans)
        account_ids = self._ids(tables.account)
        self._add_transactions(((account_ids[a.name], a.transactions) for a in book.accounts), account_ids)
        self._add_loan_parts(book.loans, account_ids)
        self._add_wallets(book)
        for table, of, row in _LISTS:
            self._insert_numbered(table, map(row, of(book)))

    def apply(self, before: Book, after: Book, revision: int) -> int:
        """Write what changed from ``before`` to ``after`` and return the new revision.

        Raises:
            BookError: the stored book is not at ``revision`` any more, or as ``create``.
        """
        self._take_revision(revision, after)
        accounts = compare(before.accounts, after.accounts)
        loans = compare(before.loans, after.loans)
        account_ids, loan_ids = self._ids(tables.account), self._ids(tables.loan)
        kept_transactions = self._drop_transactions(accounts, account_ids)
        kept_events = self._drop_loan_parts(loans, loan_ids)
        wallets_changed = before.wallets is not after.wallets
        if wallets_changed:
            # Before the accounts that they name.
            self.connection.execute(delete(tables.wallet))
        self._remove(tables.loan, [loan_ids[name] for name in loans.removed])
        self._remove(tables.account, [account_ids[name] for name in accounts.removed])
        self._update_items(tables.account, accounts, account_ids)
        self._update_items(tables.loan, loans, loan_ids)
        self._add_items(tables.account, accounts.added)
        self._add_items(tables.loan, loans.added)
        if _order_changed(before.accounts, after.accounts, accounts):
            self._renumber(tables.account, [account.name for account in after.accounts])
        if _order_changed(before.loans, after.loans, loans):
            self._renumber(tables.loan, [loan.name for loan in after.loans])
        self._add_changed(accounts, loans, kept_transactions, kept_events)
        if wallets_changed:
            self._add_wallets(after)
        for table, of, row in _LISTS:
            if of(before) is not of(after):
                self.connection.execute(delete(table))
                self._next.pop(table.name, None)
                self._insert_numbered(table, map(row, of(after)))
        return revision + 1

    def _take_revision(self, revision: int, after: Book) -> None:
        taken = self.connection.execute(
            update(tables.book)
            .where(tables.book.c.id == BOOK_ID, tables.book.c.revision == revision)
            .values(revision=revision + 1, name=after.name, base_currency=after.base_currency, demo=after.demo)
        )
        if taken.rowcount != 1:
            raise changed_underneath()

    def _add_changed(
        self,
        accounts: ItemChanges[Account],
        loans: ItemChanges[Loan],
        kept_transactions: Mapping[str, int],
        kept_events: Mapping[str, int],
    ) -> None:
        account_ids = self._ids(tables.account)
        self._add_transactions(
            (
                *((account_ids[a.name], a.transactions[kept_transactions[a.name] :]) for _, a in accounts.changed),
                *((account_ids[a.name], a.transactions) for a in accounts.added),
            ),
            account_ids,
        )
        loan_ids = self._ids(tables.loan) if loans.changed else {}
        self._add_terms((loan_ids[loan.name], loan) for old, loan in loans.changed if old.terms is not loan.terms)
        self._add_events(
            ((loan_ids[loan.name], loan.events[kept_events[loan.name] :]) for _, loan in loans.changed), account_ids
        )
        self._add_loan_parts(loans.added, account_ids)

    def _drop_transactions(self, accounts: ItemChanges[Account], ids: Mapping[str, int]) -> dict[str, int]:
        """Delete what follows the first difference in each account; return how many entries stay."""
        kept = {}
        for old, new in accounts.changed:
            kept[new.name] = common_prefix(old.transactions, new.transactions)
            self._drop_tail(tables.txn, tables.txn.c.account_id == ids[old.name], kept[new.name], old.transactions)
        for name in accounts.removed:
            self.connection.execute(delete(tables.txn).where(tables.txn.c.account_id == ids[name]))
        return kept

    def _drop_loan_parts(self, loans: ItemChanges[Loan], ids: Mapping[str, int]) -> dict[str, int]:
        kept = {}
        for old, new in loans.changed:
            kept[new.name] = common_prefix(old.events, new.events)
            parent = tables.loan_event.c.loan_id == ids[old.name]
            self._drop_tail(tables.loan_event, parent, kept[new.name], old.events)
            if old.terms is not new.terms:
                # The triggers go with them.
                self.connection.execute(delete(tables.loan_terms).where(tables.loan_terms.c.loan_id == ids[old.name]))
        return kept

    def _drop_tail(self, table: Table, of_parent: ColumnElement[bool], kept: int, old: Sequence[object]) -> None:
        if kept == len(old):
            return
        first = self.connection.execute(
            select(table.c.id).where(of_parent).order_by(table.c.id).offset(kept).limit(1)
        ).scalar_one()
        self.connection.execute(delete(table).where(of_parent, table.c.id >= first))

    def _remove(self, table: Table, ids: Sequence[int]) -> None:
        for start in range(0, len(ids), _BATCH):
            self.connection.execute(delete(table).where(table.c.id.in_(ids[start : start + _BATCH])))

    def _update_items(self, table: Table, changes: ItemChanges[_Item], ids: Mapping[str, int]) -> None:
        # No new name can be taken: an item whose name was there before has been matched with its bearer.
        for old, new in changes.changed:
            values = _item_row(new)
            if values != _item_row(old):
                self.connection.execute(update(table).where(table.c.id == ids[old.name]).values(values))

    def _add_items(self, table: Table, items: Sequence[_Item]) -> None:
        if not items:
            return
        last: int | None = self.connection.execute(select(func.max(table.c.position))).scalar()
        position = -1 if last is None else last
        first = self._take_ids(table, len(items))
        self._insert(
            table,
            [
                {"id": first + index, "position": position + 1 + index, **_item_row(item)}
                for index, item in enumerate(items)
            ],
        )

    def _renumber(self, table: Table, names: Sequence[str]) -> None:
        """Give the rows of ``table`` the order of ``names``, touching only those out of place."""
        stored = {name: (key, position) for key, name, position in self._positions(table)}
        for index, name in enumerate(names):
            key, position = stored[name]
            if position != index:
                self.connection.execute(update(table).where(table.c.id == key).values(position=index))

    def _positions(self, table: Table) -> Iterable[Any]:
        return self.connection.execute(select(table.c.id, table.c.name, table.c.position))

    def _ids(self, table: Table) -> dict[str, int]:
        return {name: key for key, name in self.connection.execute(select(table.c.id, table.c.name))}

    def _add_loan_parts(self, loans: Sequence[Loan], account_ids: Mapping[str, int]) -> None:
        if not loans:
            return
        ids = self._ids(tables.loan)
        self._add_terms((ids[loan.name], loan) for loan in loans)
        self._add_events(((ids[loan.name], loan.events) for loan in loans), account_ids)

    def _add_terms(self, loans: Iterable[tuple[int, Loan]]) -> None:
        parts = [(key, terms) for key, loan in loans for terms in loan.terms]
        first = self._take_ids(tables.loan_terms, len(parts))
        self._insert(
            tables.loan_terms,
            [{"id": first + index, **terms_row(key, terms)} for index, (key, terms) in enumerate(parts)],
        )
        triggers = [
            trigger_row(first + index, trigger) for index, (_, terms) in enumerate(parts) for trigger in terms.triggers
        ]
        self._insert_numbered(tables.loan_trigger, triggers)

    def _add_events(self, loans: Iterable[tuple[int, Sequence[Any]]], account_ids: Mapping[str, int]) -> None:
        self._insert_numbered(
            tables.loan_event, (event_row(key, event, account_ids) for key, events in loans for event in events)
        )

    def _add_transactions(self, accounts: Iterable[tuple[int, Sequence[Any]]], ids: Mapping[str, int]) -> None:
        mark = "?" if self.connection.dialect.paramstyle == "qmark" else "%s"
        marks = ", ".join([mark] * len(TRANSACTION_COLUMNS))
        statement = f"INSERT INTO txn ({', '.join(TRANSACTION_COLUMNS)}) VALUES ({marks})"  # noqa: S608 - our own names
        source = ((key, item) for key, items in accounts for item in items)
        while piece := list(islice(source, _PIECE)):
            first = self._take_ids(tables.txn, len(piece))
            rows = [transaction_values(first + index, key, item, ids) for index, (key, item) in enumerate(piece)]
            self.connection.exec_driver_sql(statement, rows)

    def _add_wallets(self, book: Book) -> None:
        if book.wallets:
            accounts, loans = self._ids(tables.account), self._ids(tables.loan)
            self._insert_numbered(tables.wallet, (wallet_row(wallet, accounts, loans) for wallet in book.wallets))

    def _insert_numbered(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows without ids, in pieces: all rows of a big book at once would need far more than the book."""
        source = iter(rows)
        while piece := list(islice(source, _PIECE)):
            first = self._take_ids(table, len(piece))
            for index, row in enumerate(piece):
                row["id"] = first + index
            self._insert(table, piece)

    def _insert(self, table: Table, rows: list[Row]) -> None:
        if rows:
            self.connection.execute(insert(table), rows)

    def _take_ids(self, table: Table, count: int) -> int:
        """Return the first of ``count`` ids above all that ``table`` has."""
        if not count:
            return 0
        first = self._next.get(table.name)
        if first is None:
            first = (self.connection.execute(select(func.max(table.c.id))).scalar() or 0) + 1
        self._next[table.name] = first + count
        return first


def _item_row(item: Account | Loan) -> Row:
    if isinstance(item, Account):
        return {"name": item.name, "kind": item.kind}
    return loan_row(item)


def _order_changed(before: Sequence[_Item], after: Sequence[_Item], changes: ItemChanges[_Item]) -> bool:
    """Return whether the kept rows stand in another order, or new ones not behind them."""
    came_from = {id(new): old.name for old, new in changes.changed}
    added = set(map(id, changes.added))
    removed = set(changes.removed)
    kept = [item.name for item in before if item.name not in removed]
    now = [came_from.get(id(item), item.name) for item in after if id(item) not in added]
    return now != kept or any(id(item) in added for item in after[: len(kept)])
