"""What the columns of an unknown file mean, as a person says it, and what its first rows become by it (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from app.domain.book import AccountKind, LoanEvent, Transaction
from app.domain.column_map import (
    ASIDE,
    FIXED_ROLES,
    LOAN,
    MOVE,
    READS,
    REST,
    SKIP,
    TRADE,
    ColumnMap,
    check_map,
    column_name,
    folded,
    mapping_text,
    place_of,
    word_of,
)
from app.domain.errors import HistoryError, InputError
from app.domain.money import btc_text as exact_btc
from app.services.import_ports import Aside, Asked, Lent, Moved, Outcome, Refused, Skipped, TableStart
from app.ui.formats import HIDDEN, Display, btc_text, fiat_text, moment_text
from app.ui.models.import_rows import masked
from app.ui.models.rows import RowColumn, RowsModel
from app.ui.words import TRANSACTION_WORDS

ROLE_WORDS: Final[Mapping[str, str]] = {
    "": "— not used —",
    "date": "Date",
    "time": "Time of day",
    "btc": "Bitcoin",
    "btc_in": "Bitcoin in",
    "btc_out": "Bitcoin out",
    "kind": "Kind of row",
    "value": "Money",
    "currency": "Currency",
    "fee": "Fee",
    "fee_currency": "Currency of the fee",
    "price": "Price of 1 BTC",
    "note": "Note",
    "id": "Number (id)",
    "account": "Account",
    "to_account": "Receiving account",
    "asset": "Coin",
    "sent": "Sent",
    "sent_currency": "Currency sent",
    "received": "Received",
    "received_currency": "Currency received",
    "loan": "Loan",
    "rate": "Interest rate",
}
KIND_WORDS: Final[Mapping[str, str]] = {
    ASIDE: "kept aside",
    SKIP: "left out",
    "buy": "buy",
    "sell": "sell",
    "deposit": "deposit",
    "withdrawal": "withdrawal",
    "transfer": "transfer to an account",
    "income": "income",
    "spend": "spend",
    "fee": "fee in bitcoin",
    MOVE: "in or out, by the sign",
    TRADE: "buy or sell, by the sign",
    "loan_draw": "loan: drawn",
    "loan_repay": "loan: repaid",
    "loan_post": "loan: collateral posted",
    "loan_release": "loan: collateral released",
    "loan_fee": "loan: fee",
    "loan_rate": "loan: new rate",
    "loan_liquidation": "loan: forced sale",
}
_EVENTS: Final = {key.removeprefix(LOAN): words for key, words in KIND_WORDS.items() if key.startswith(LOAN)}
# Only whole names, and only suggestions: a person looks at every one of them.
_SUGGESTED: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date", "datum", "timestamp", "time", "datetime", "date/time", "date (utc)", "time (utc)", "date & time"),
    "btc": ("btc", "amount btc", "btc amount", "amount (btc)", "bitcoin", "sats", "amount (sats)", "menge (btc)"),
    "kind": ("type", "kind", "transaction type", "typ", "art", "operation", "side", "action", "event"),
    "fee": ("fee", "fees", "gebühr", "gebühren", "commission"),
    "note": ("note", "notes", "notiz", "description", "comment", "memo", "beschreibung"),
    "id": ("id", "transaction id", "txid", "reference", "order id", "nummer", "nr", "number"),
    "currency": ("currency", "währung", "fiat currency", "quote currency"),
    "asset": ("asset", "coin", "symbol"),
    "price": ("price", "btc price", "rate (btc)", "kurs", "preis"),
    "account": ("account", "wallet", "konto"),
    "loan": ("loan", "loan id", "darlehen"),
}


@dataclass(frozen=True, slots=True)
class ColumnsDraft:
    """A map that is being made.

    Attributes:
        start: the file's first rows.
        header: which of them names the columns.
        roles: what each column says, or empty.
        words: of the column of kinds, in lower case -> a kind.
        kind: of every row, where no column says it.
        currency: of every row, or empty.
        reads: how cells are read; an empty answer is left to the file.
        place: the account's name.
        place_kind: what kind of account it is.
    """

    start: TableStart
    header: int
    roles: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    kind: str = MOVE
    currency: str = ""
    reads: Mapping[str, str] = field(default_factory=dict)
    place: str = "Imported"
    place_kind: AccountKind = AccountKind.EXCHANGE

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names as they stand."""
        return self.start.rows[self.header][1] if self.start.rows else ()

    @property
    def below(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """The rows below the header."""
        return self.start.rows[self.header + 1 :]

    def kinds_told(self, more: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the words that stand in the column of kinds, as far as they are known."""
        if "kind" not in self.roles:
            return ()
        place = self.roles.index("kind")
        cells = [cells[place] for _line, cells in self.below if place < len(cells)]
        found = dict.fromkeys(word for cell in (*cells, *more) if (word := word_of(cell)))
        return tuple(dict.fromkeys((*found, *(word for word in self.words if word != REST))))

    def columns(self) -> ColumnMap:
        """Return the map.

        Raises:
            InputError: it makes no sense as yet.
        """
        columns: dict[str, str] = {}
        for place, role in enumerate(self.roles):
            if role and role in columns:
                raise InputError(f"two columns are “{ROLE_WORDS[role]}”; keep one")
            if role:
                columns[role] = column_name(self.names, place)
        fixed = {} if "kind" in columns else {"kind": self.kind}
        if self.currency and "currency" not in columns:
            fixed["currency"] = self.currency
        words = {word: self.words.get(word, ASIDE) for word in self.kinds_told()} if "kind" in columns else {}
        made = ColumnMap(
            self.names,
            columns,
            fixed,
            words | ({REST: ASIDE} if words else {}),
            {name: said for name, said in self.reads.items() if said},
            self.place.strip(),
            self.place_kind,
        )
        try:
            check_map(made)
            mapping_text(made)
        except HistoryError as error:
            raise InputError(_told(error)) from None
        return made


class SampleRow(NamedTuple):
    """What one of the first rows becomes."""

    line: int
    what: str
    at: str
    sats: int | None
    money: str
    more: str


def first_draft(start: TableStart, place: str) -> ColumnsDraft:
    """Return a draft with what column names suggest."""
    names = start.rows[start.header][1] if start.rows else ()
    taken: set[str] = set()
    roles = []
    for name in names:
        role = next((role for role, known in _SUGGESTED.items() if folded(name) in known and role not in taken), "")
        taken.add(role)
        roles.append(role)
    unit = "sats" if any("sat" in folded(name).split() or "sats" in folded(name) for name in names) else ""
    draft = ColumnsDraft(start, start.header, tuple(roles), reads={"unit": unit}, place=place)
    return _with_words(draft)


def draft_of(start: TableStart, columns: ColumnMap) -> ColumnsDraft:
    """Return the draft that a map came from, for the file that it was made for."""
    header = start.header
    for number, (_line, cells) in enumerate(start.rows):
        if all(place_of(cells, name) is not None for name in columns.columns.values()):
            header = number
            break
    names = start.rows[header][1]
    by_place = {place_of(names, name): role for role, name in columns.columns.items()}
    return ColumnsDraft(
        start,
        header,
        tuple(by_place.get(place, "") for place in range(len(names))),
        dict(columns.words),
        columns.fixed.get("kind", MOVE),
        columns.fixed.get("currency", ""),
        dict(columns.reads),
        columns.place,
        columns.place_kind,
    )


def is_all_told(columns: ColumnMap) -> bool:
    """Return whether a dialog can show everything in a map; one that was typed may say more."""
    return not (set(columns.fixed) & set(FIXED_ROLES)) - {"kind", "currency"} and set(columns.reads) <= {*READS, "zone"}


def sample_rows(outcomes: Sequence[Outcome]) -> tuple[SampleRow, ...]:
    """Return what first rows became."""
    rows = []
    for each in outcomes:
        match each:
            case Moved():
                rows += [_moved(each.line, entry) for entry in each.transactions]
            case Lent():
                rows += [_lent(each.line, event) for event in each.events]
            case Refused():
                rows.append(SampleRow(each.line, "■ Refused", "", None, "", each.reason))
            case Asked():
                rows.append(SampleRow(each.line, "▲ Asked", "", None, "", each.question))
            case Skipped():
                rows.append(SampleRow(each.line, "○ Left out", "", None, "", each.reason))
            case Aside():
                rows.append(SampleRow(each.line, "○ Kept aside", "", None, "", f"“{each.what}”"))
    return tuple(rows)


def sample_model() -> RowsModel[SampleRow]:
    """Return the model of the table of what first rows become."""
    return RowsModel(
        (
            RowColumn("line", "Line", lambda row, _d: f"{row.line:,}", lambda row: row.line, right=True),
            RowColumn("what", "Becomes", lambda row, _d: row.what, lambda row: row.what),
            RowColumn("at", "When (UTC)", lambda row, _d: row.at, lambda row: row.at),
            RowColumn("btc", "Bitcoin", _btc, lambda row: row.sats or 0, _raw_btc, True, True),
            RowColumn("money", "Money", _money, lambda row: row.money, right=True, private=True),
            RowColumn("more", "More", lambda row, d: masked(row.more, d), lambda row: row.more),
        ),
        lambda row, display: f"line {row.line}: {row.what.lstrip('■▲○● ')} {_btc(row, display)} {row.more}",
    )


def _with_words(draft: ColumnsDraft) -> ColumnsDraft:
    known = {words: key for key, words in KIND_WORDS.items()} | {key: key for key in KIND_WORDS}
    words = {word: known.get(word, ASIDE) for word in draft.kinds_told()}
    return ColumnsDraft(
        draft.start, draft.header, draft.roles, words, draft.kind, draft.currency, draft.reads, draft.place
    )


def _told(error: HistoryError) -> str:
    """Return a map's fault in the words of the screen."""
    role = error.place.rpartition(".")[2]
    name = ROLE_WORDS.get(role, "")
    if error.place == "place":
        name = "The account’s name"
    elif error.place == "words":
        name = "What the words of the rows mean"
    elif not name:
        name = f"“{role}”"
    return f"{name} {error.problem}"


def _moved(line: int, entry: Transaction) -> SampleRow:
    money = "" if entry.value is None else fiat_text(entry.value, entry.currency or "", cents=True)
    fee = "" if entry.fee is None else f"fee {fiat_text(entry.fee, entry.currency or '', cents=True)}"
    to = f"to {entry.to_account}" if entry.to_account else ""
    more = " · ".join(part for part in (fee, to, entry.note) if part)
    return SampleRow(line, f"● {TRANSACTION_WORDS[entry.kind]}", moment_text(entry.at), entry.sats, money, more)


def _lent(line: int, event: LoanEvent) -> SampleRow:
    what = _EVENTS[event.kind.value].removeprefix("loan: ")
    money = "" if event.amount is None else f"{event.amount:,}"
    rate = "" if event.rate is None else f"{event.rate * 100:.2f} % a year"
    price = "" if event.price is None else f"at {event.price:,}"
    more = " · ".join(part for part in (rate, price, event.note) if part)
    return SampleRow(line, f"● Loan: {what}", moment_text(event.at), event.sats, money, more)


def _btc(row: SampleRow, display: Display) -> str:
    return "" if row.sats is None else btc_text(row.sats, display, digits=8)


def _raw_btc(row: SampleRow) -> str:
    return "" if row.sats is None else exact_btc(row.sats)


def _money(row: SampleRow, display: Display) -> str:
    return HIDDEN if display.hidden and row.money else row.money
