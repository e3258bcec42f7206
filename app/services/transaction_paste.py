"""Rows from a spreadsheet read as transactions: with a heading, or in the order of the table's columns (pure).

Every row ends as a transaction, or as refused with its line and the reason. A number with two readings (``1.205``) is
asked about once for all rows, and nothing is made before the answer.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from app.domain.book import Account, Book, Transaction, TransactionKind
from app.domain.errors import InputError
from app.domain.money import check_currency, parse_btc, parse_decimal, parse_fiat
from app.services.edits import Edit, entered

Sign = Literal["", ".", ","]
MOST_ROWS: Final = 100_000
MOST_SIGNS: Final = 20_000_000

# In the order of the table's columns; "Free after" and "Papers" are figures of ours, and read over.
_ORDER: Final = ("at", "account", "kind", "btc", "after", "value", "fee", "other", "papers", "note")
_HEADINGS: Final = {
    "at": ("when (utc)", "when", "date", "time", "at"),
    "account": ("account",),
    "kind": ("what", "kind", "type"),
    "btc": ("bitcoin", "btc", "amount"),
    "after": ("free after", "balance"),
    "value": ("value",),
    "fee": ("fee",),
    "currency": ("currency",),
    "other": ("with", "to account", "to"),
    "papers": ("papers",),
    "note": ("note", "notes"),
    "external_id": ("their id", "id", "external id"),
}
_KINDS: Final = {kind.value: kind for kind in TransactionKind}
_LOAN_WORDS: Final = frozenset(("pledged", "released", "pledge", "release"))
_AMBIGUOUS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}", re.ASCII)
_SHAPE: Final = r"[+-]?(?:[0-9]*|[0-9]{{1,3}}(?:{group}[0-9]{{3}})+)(?:{point}[0-9]*)?"
_DAY_FIRST: Final = re.compile(r"[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}.*", re.ASCII)
_SPACES: Final = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f '’", None) | {"−": "-"})


class RefusedRow(NamedTuple):
    """A row that is not taken: its line, from 1, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """What rows would become.

    Attributes:
        rows: account names with their new transactions, in the order of the rows.
        refused: rows that are not taken.
        skipped: rows that stand for the other half of a transfer, or for an event of a loan.
        question: a number with two readings, or empty; then there are no rows.
    """

    rows: tuple[tuple[str, Transaction], ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    skipped: int = 0
    question: str = ""


def read_paste(text: str, book: Book, account: str, sign: Sign = "") -> Pasted:
    """Read what a spreadsheet put on the clipboard.

    Args:
        text: lines of cells with tabs between them.
        book: whose accounts the rows may name.
        account: for rows that name none.
        sign: the decimal sign, once somebody has been asked; empty before.

    Raises:
        InputError: no table, or too large.
    """
    if len(text) > MOST_SIGNS:
        raise InputError("this is too much for the clipboard; save it as a file and import that")
    lines = [cells for cells in csv.reader(text.splitlines(), delimiter="\t") if any(cell.strip() for cell in cells)]
    if not lines or max(map(len, lines)) < 2:  # noqa: PLR2004 - one cell is no table
        raise InputError("the clipboard holds no rows; copy cells from a spreadsheet, with tabs between them")
    if len(lines) > MOST_ROWS:
        msg = f"these are {len(lines):,} rows; paste at most {MOST_ROWS:,}, or import a file"
        raise InputError(msg)
    places = _heading(lines[0])
    first = 1 if places is not None else 0
    return _Reader(book, account, places or dict(zip(_ORDER, range(len(_ORDER)), strict=True)), sign).read(lines, first)


def paste_edit(pasted: Pasted) -> Edit:
    """Return the edit that enters the rows, each at its place in time."""

    def change(book: Book) -> Book:
        new: dict[str, list[Transaction]] = {}
        for name, row in pasted.rows:
            new.setdefault(name, []).append(row)
        missing = set(new) - {account.name for account in book.accounts}
        if missing:
            msg = f"the account “{min(missing)}” was changed or deleted meanwhile; paste again"
            raise InputError(msg)
        accounts = tuple(_with(account, new.get(account.name, [])) for account in book.accounts)
        return replace(book, accounts=accounts)

    count = len(pasted.rows)
    return Edit(f"Paste {count:,} {'transaction' if count == 1 else 'transactions'}", change)


def _with(account: Account, rows: list[Transaction]) -> Account:
    if not rows:
        return account
    if len(rows) == 1:
        return replace(account, transactions=entered(account.transactions, rows[0]))
    return replace(account, transactions=tuple(sorted((*account.transactions, *rows), key=lambda row: row.at)))


def _heading(cells: Sequence[str]) -> dict[str, int] | None:
    """Return where each column stands if the first row names them."""
    words = [cell.strip().casefold() for cell in cells]
    found = {key: words.index(name) for key, names in _HEADINGS.items() for name in reversed(names) if name in words}
    return found if {"at", "btc"} <= found.keys() else None


class _AskedError(Exception):
    """A number has two readings."""


class _Reader:
    """Reads rows by the columns' places; only ``read_paste`` uses it."""

    def __init__(self, book: Book, account: str, places: dict[str, int], sign: Sign) -> None:
        self._book = book
        self._names = {one.name.casefold(): one.name for one in book.accounts}
        self._ids = {row.external_id for one in book.accounts for row in one.transactions if row.external_id}
        self._account = account
        self._places = places
        self._sign = sign

    def read(self, lines: list[list[str]], first: int) -> Pasted:
        """Read every row after the heading."""
        rows: list[tuple[str, Transaction]] = []
        refused: list[RefusedRow] = []
        skipped = 0
        for number, cells in enumerate(lines[first:], first + 1):
            try:
                made = self._row(cells)
            except _AskedError as asked:
                return Pasted(question=str(asked))
            except InputError as error:
                refused.append(RefusedRow(number, error.problem))
                continue
            if made is None:
                skipped += 1
            else:
                rows.append(made)
        return Pasted(tuple(rows), tuple(refused), skipped)

    def _row(self, cells: list[str]) -> tuple[str, Transaction] | None:
        word = self._cell(cells, "kind").casefold()
        if word in _LOAN_WORDS or word == "transfer in":
            return None
        at = _moment(self._cell(cells, "at"))
        amount = self._number(self._cell(cells, "btc"))
        kind = self._kind(word, amount)
        sats = parse_btc(f"{abs(amount):f}")
        if not sats:
            raise InputError("it moves no bitcoin; leave the row out")
        value = self._money(self._cell(cells, "value"))
        fee = self._money(self._cell(cells, "fee"))
        code = self._cell(cells, "currency").upper() or None
        if code is not None:
            check_currency(code)
        other = self._cell(cells, "other").removeprefix("to ")
        own_id = self._cell(cells, "external_id") or None
        if own_id is not None and own_id in self._ids:
            msg = f"the id “{own_id[:40]}” is in the book already"
            raise InputError(msg)
        if own_id is not None:
            self._ids.add(own_id)
        row = Transaction(
            at, kind, sats, value, code if value is not None or fee is not None else None, fee,
            self._cell(cells, "note"), own_id, self._named(other) if kind is TransactionKind.TRANSFER else None,
        )  # fmt: skip
        name = self._cell(cells, "account")
        return self._named(name) if name else self._account, row

    def _cell(self, cells: list[str], key: str) -> str:
        place = self._places.get(key, -1)
        text = cells[place].strip() if 0 <= place < len(cells) else ""
        # An apostrophe that we, or a spreadsheet, put before what looks like a formula.
        return text[1:] if text[:1] == "'" else text

    def _named(self, name: str) -> str:
        found = self._names.get(name.casefold())
        if found is None:
            msg = f"“{name[:40]}” is no account of this book; add it first" if name else "a transfer names no account"
            raise InputError(msg)
        return found

    def _kind(self, word: str, amount: Decimal) -> TransactionKind:
        if not word:
            return TransactionKind.WITHDRAWAL if amount < 0 else TransactionKind.DEPOSIT
        kind = _KINDS.get(word)
        if kind is None:
            msg = f"“{word[:30]}” is not a kind; use {', '.join(_KINDS)}"
            raise InputError(msg)
        return kind

    def _money(self, text: str) -> Decimal | None:
        bare = re.sub(r"[A-Za-z$€£¥]", "", text)
        return parse_fiat(f"{self._number(bare):f}") if bare.strip() else None

    def _number(self, text: str) -> Decimal:
        bare = re.sub(r"\s*(BTC|XBT)$", "", text.translate(_SPACES), flags=re.IGNORECASE).removeprefix("+")
        if not bare:
            raise InputError("an amount is missing")
        if _AMBIGUOUS.fullmatch(bare) and not self._sign:
            msg = f"“{text}” could mean two numbers. Which sign stands before the decimals?"
            raise _AskedError(msg)
        return parse_decimal(_plain(bare, self._sign))


def _plain(text: str, sign: Sign) -> str:
    """Return a number with a point before its decimals and no other signs between digits.

    Raises:
        InputError: its signs do not stand where groups and decimals can be.
    """
    point = sign or (text[max(text.rfind("."), text.rfind(","))] if "." in text or "," in text else ".")
    if not sign and text.count(point) > 1:
        point = "," if point == "." else "."  # a sign that stands there more than once groups
    group = "," if point == "." else "."
    if not re.fullmatch(_SHAPE.format(group=re.escape(group), point=re.escape(point)), text, re.ASCII):
        msg = f"“{text[:30]}” is not a number with “{point}” before its decimals; write digits like 1234{point}56"
        raise InputError(msg)
    return text.replace(group, "").replace(point, ".")


def _moment(text: str) -> datetime:
    if _DAY_FIRST.fullmatch(text):
        msg = f"“{text[:30]}” could be two days; write it as 2025-03-14 or 14 Mar 2025"
        raise InputError(msg)
    for form in _forms(text.translate(str.maketrans("\u202f\u2009\u00a0", "   "))):
        return form
    msg = f"“{text[:30]}” is no moment; write one like 2025-03-14 10:30 (UTC)"
    raise InputError(msg)


def _forms(text: str) -> Iterator[datetime]:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        for pattern in ("%d %b %Y %H:%M", "%d %b %Y"):
            try:
                yield datetime.strptime(text, pattern).replace(tzinfo=UTC)
            except ValueError:
                continue
        return
    yield found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
