"""Cash App: the activity report. Amounts carry ``$`` and a sign, times an American zone; most rows are dollars."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.importers.assets import BITCOIN, code
from app.importers.cells import Cells
from app.importers.format import Format, currency_of, each_row, moved, other_asset, row_id, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.services.import_ports import Outcome, Skipped

_KEY: Final = "cash_app"
_HEADER: Final = (
    "Date,Transaction ID,Transaction Type,Currency,Amount,Fee,Net Amount,Asset Type,Asset Price,Asset Amount,Status,"
    "Notes,Name of sender/receiver,Account"
)
_KINDS: Final = {
    **dict.fromkeys(
        ("bitcoin buy", "bitcoin recurring buy", "bitcoin auto invest", "bitcoin round up"), TransactionKind.BUY
    ),
    **dict.fromkeys(("bitcoin sale", "bitcoin sell"), TransactionKind.SELL),
    **dict.fromkeys(("bitcoin boost", "bitcoin reward"), TransactionKind.INCOME),
    **dict.fromkeys(("bitcoin deposit", "bitcoin received", "bitcoin receive"), TransactionKind.DEPOSIT),
    **dict.fromkeys(("bitcoin withdrawal", "bitcoin sent", "bitcoin send"), TransactionKind.WITHDRAWAL),
}
_DONE: Final = frozenset(("complete", "completed", "transfer sent", "payment sent", "deposited", "sent", "received"))
_FAILED: Final = frozenset(("canceled", "cancelled", "failed", "declined", "refunded", "pending", "expired"))


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes."""
    date, native_at, kind_at, currency_at = (
        table.at(name) for name in ("Date", "Transaction ID", "Transaction Type", "Currency")
    )
    amount_at, fee_at, net_at = (table.at(name) for name in ("Amount", "Fee", "Net Amount"))
    asset_at, coins_at, status_at, notes_at = (
        table.at(name) for name in ("Asset Type", "Asset Amount", "Status", "Notes")
    )

    def one(line: int, row: Row) -> Outcome:
        kind = row[kind_at].strip()
        folded = " ".join(kind.replace("_", " ").split()).casefold()
        if code(row[asset_at]) not in BITCOIN and not folded.startswith("bitcoin"):
            return other_asset(line, row[asset_at] or row[currency_at])
        status = row[status_at].strip().casefold()
        if status in _FAILED:
            return Skipped(line, f"was not carried out ({status})")
        entry = _KINDS.get(folded)
        if entry is None or status not in _DONE:
            return unrecognised(line, f"{kind} {row[status_at]}".strip(), row)
        native = row[native_at].strip()
        value, fee = _value(cells, entry, row[amount_at], row[fee_at], row[net_at])
        currency = currency_of(row[currency_at]) if (value or fee) and code(row[currency_at]) not in BITCOIN else None
        return moved(
            line,
            cells.utc(row[date]),
            entry,
            cells.sats(row[coins_at]),
            f"{_KEY}:{native}" if native else row_id(_KEY, row),
            value=value if currency else None,
            currency=currency,
            fee=fee if currency else None,
            note=row[notes_at].strip(),
        )

    return each_row(table, one)


def _value(
    cells: Cells, kind: TransactionKind, amount: str, fee: str, net: str
) -> tuple[Decimal | None, Decimal | None]:
    """Return value and fee; the net amount tells whether the amount has the fee in it."""
    paid, whole = abs(cells.money(fee) or Decimal(0)), cells.money(net)
    value = cells.money(amount)
    if whole is not None and kind is TransactionKind.BUY:
        value = abs(whole) - paid
    elif whole is not None and kind is TransactionKind.SELL:
        value = abs(whole) + paid
    return (abs(value) if value else None), (paid or None)


FORMAT: Final = Format(
    key=_KEY,
    name="Cash App, activity report",
    place="Cash App",
    place_kind=AccountKind.EXCHANGE,
    signatures=(Signature("2023", columns(_HEADER)),),
    read=read,
    zone="the zone in each row",
)
