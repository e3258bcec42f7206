"""What a format is, and what formats share: an outcome for each row, ids by which a second import adds nothing."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from sys import intern
from typing import Final

from app.domain.book import AccountKind, Transaction, TransactionKind
from app.domain.errors import AmountError
from app.domain.money import check_currency
from app.importers.cells import CellDoubt, CellError, Cells, NothingMovedError
from app.importers.signatures import Signature
from app.importers.tables import Row, Table
from app.services.import_ports import Aside, AsideKind, Asked, Moved, Outcome, Refused, Skipped

BTC: Final = frozenset(("BTC", "XBT", "XXBT"))
MAX_NOTE: Final = 500
TableReader = Callable[[Table, Cells], Iterator[Outcome]]
TextReader = Callable[[io.TextIOBase, Cells], Iterator[Outcome]]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Attributes:
        key: short and lasting: it begins the ids of what is imported and is typed after ``--format``.
        name: for people.
        place: the account's name where nobody gives another.
        place_kind: what kind of account that is.
        signatures: its headers, by generation; none for a file that is no table.
        read: makes outcomes of a table's rows.
        zone: what times without a zone are taken for, as the preview says it.
        recognise: for a file that is no table: whether its beginning (64 KB) looks like this format.
        read_text: for a file that is no table: makes outcomes of its text.
    """

    key: str
    name: str
    place: str
    place_kind: AccountKind
    signatures: tuple[Signature, ...] = ()
    read: TableReader | None = None
    zone: str = "UTC"
    recognise: Callable[[str], bool] | None = None
    read_text: TextReader | None = None


def each_row(table: Table, one: Callable[[int, Row], Outcome], *, ragged: bool = False) -> Iterator[Outcome]:
    """Yield what ``one`` makes of each row; a cell can refuse its row or make it asked about.

    Args:
        table: whose rows are taken.
        one: gets the line and the cells, as many as the header has.
        ragged: whether the format leaves out empty cells at a row's end.
    """
    width = len(table.header)
    for line, row in table.rows:
        if len(row) != width:
            if len(row) > width and not any(row[width:]):
                del row[width:]
            elif ragged and len(row) < width:
                row.extend([""] * (width - len(row)))
            else:
                yield Refused(line, f"has {len(row)} cells where the header names {width}; check the row")
                continue
        try:
            yield one(line, row)
        except NothingMovedError as error:
            yield Skipped(line, str(error))
        except CellError as error:
            yield Refused(line, str(error))
        except CellDoubt as doubt:
            yield Asked(line, doubt.key, doubt.question)


def other_asset(line: int, asset: str) -> Aside:
    """Return a row kept aside because it is about another coin, or about money alone."""
    return Aside(line, AsideKind.OTHER_ASSET, asset.strip()[:20] or "no asset")


def unrecognised(line: int, kind: str, row: Row) -> Aside:
    """Return a row kept aside, with its cells, because nobody knows its type."""
    return Aside(line, AsideKind.UNRECOGNISED, kind.strip()[:60] or "no type", tuple(cell[:200] for cell in row))


def row_id(key: str, row: Row) -> str:
    """Return an id for a row that has none of its own: a hash of its cells."""
    text = "\x1f".join([cell.strip() for cell in row])
    return f"{key}:#{blake2b(text.encode('utf-8', 'replace'), digest_size=12).hexdigest()}"


def currency_of(text: str) -> str:
    """Return a currency's code from a cell.

    Raises:
        CellError: it is none.
    """
    try:
        return intern(check_currency(text.strip().upper()))  # one object for a million rows
    except AmountError as error:
        raise CellError(error.problem) from None


def positive(value: Decimal | None) -> Decimal | None:
    """Return an amount without its sign: the kind says which way it moves."""
    return None if value is None else abs(value)


def fee_of(value: Decimal | None) -> Decimal | None:
    """Return a fee; none where it is zero.

    Raises:
        CellError: it is negative, which is a refund or a mistake.
    """
    if value is None or not value:
        return None
    if value < 0:
        raise CellError(f"the fee {value} is negative; check the row, and enter a refund by hand")
    return value


def moved(
    line: int,
    at: datetime,
    kind: TransactionKind,
    sats: int,
    external_id: str,
    *,
    value: Decimal | None = None,
    currency: str | None = None,
    fee: Decimal | None = None,
    fee_sats: int = 0,
    note: str = "",
    to_account: str | None = None,
    wallet: str = "",
    rows: int = 1,
) -> Moved:
    """Return a row as a transaction, and a second one where a fee in bitcoin was paid on top.

    Args:
        line: in the file.
        at: aware, any zone but best UTC.
        kind: says which way it moves.
        sats: the signs are dropped.
        external_id: lasting, the format's key first.
        value: without the fee in money; what was paid or received.
        currency: of value and fee; needed where either is there.
        fee: in money.
        fee_sats: paid in bitcoin, on top of ``sats``.
        note: cut to a length that is kept.
        to_account: of a transfer: the receiving wallet as the file names it.
        wallet: the wallet as the file names it.
        rows: how many rows of the file this stands for.

    Raises:
        NothingMovedError: it moves nothing.
    """
    if not sats:
        raise NothingMovedError("moves no bitcoin, or less than half a satoshi")
    entry = Transaction(
        at,
        kind,
        abs(sats),
        None if value is None else abs(value),
        currency if value is not None or fee is not None else None,
        fee,
        note[:MAX_NOTE],
        external_id,
        to_account,
    )
    if not fee_sats:
        return Moved(line, (entry,), wallet, rows)
    paid = Transaction(at, TransactionKind.FEE, abs(fee_sats), external_id=f"{external_id}/fee")
    return Moved(line, (entry, paid), wallet, rows)
