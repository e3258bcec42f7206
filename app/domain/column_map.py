"""How the columns of somebody's own file are read: which column says what, and what its words mean.

A map is plain data, kept as JSON in an ``ImportProfile``. It says nothing about a file that nobody has seen: every
column in it was named by the person whose file it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.book import AccountKind, EventKind, TransactionKind
from app.domain.errors import HistoryError
from app.domain.scenario import request_text

VERSION: Final = 1
REST: Final = "*"
MOVE: Final = "move"
TRADE: Final = "trade"
SKIP: Final = "skip"
ASIDE: Final = "aside"
LOAN: Final = "loan_"
LOAN_KINDS: Final = tuple(f"{LOAN}{kind}" for kind in EventKind)
KINDS: Final = (*(kind.value for kind in TransactionKind), MOVE, TRADE, *LOAN_KINDS, SKIP, ASIDE)
BTC_ROLES: Final = ("btc", "btc_in", "btc_out")
SIDE_ROLES: Final = ("sent", "sent_currency", "received", "received_currency")
ROLES: Final = (
    "date",
    "time",
    *BTC_ROLES,
    *SIDE_ROLES,
    "kind",
    "asset",
    "value",
    "currency",
    "fee",
    "fee_currency",
    "price",
    "rate",
    "note",
    "id",
    "account",
    "to_account",
    "loan",
)
FIXED_ROLES: Final = ("kind", "asset", "currency", "fee_currency", "account", "to_account", "loan")
READS: Final[Mapping[str, tuple[str, ...]]] = {
    "decimal": ("point", "comma"),
    "day_first": ("yes", "no"),
    "unit": ("btc", "sats"),
    "time": ("text", "epoch_s", "epoch_ms", "excel"),
    "value": ("without_fee", "with_fee"),
    "rate": ("percent", "fraction"),
}
MAX_COLUMNS: Final = 300
MAX_WORDS: Final = 200
_MAX_TEXT: Final = 200
_ZONE: Final = re.compile(r"[A-Za-z0-9_+/-]{1,64}", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_NTH: Final = re.compile(r"(.*)#([1-9][0-9]{0,2})", re.DOTALL)
_KEYS: Final = ("version", "header", "columns", "fixed", "words", "reads", "place", "place_kind")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column says what.

    Attributes:
        header: all columns of the file, by which it is known again; empty where any file with the named columns is
            meant.
        columns: role -> column; of equal names the second is ``Cur.#2``, a column without a name is ``#3``, the third.
        fixed: role -> what holds for every row.
        words: what stands in the column of kinds, in lower case -> a kind; ``*`` is every other word.
        reads: how cells are read, see ``READS``, and ``zone``.
        place: the account's name where the file names none.
        place_kind: what kind of account that is.
    """

    header: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    reads: Mapping[str, str] = field(default_factory=dict)
    place: str = "Imported"
    place_kind: AccountKind = AccountKind.OTHER

    def kinds(self) -> frozenset[str]:
        """Return every kind that a row can be."""
        if "kind" in self.columns:
            return frozenset(self.words.values())
        return frozenset((self.fixed.get("kind", MOVE),))

    def read(self, name: str) -> str:
        """Return how something is read; empty where nobody said."""
        return self.reads.get(name, "")


def folded(name: str) -> str:
    """Return a column's name as it is compared: without outer spaces, case and byte order mark."""
    return " ".join(name.strip().strip("\ufeff").strip('"').split()).casefold()


def place_of(header: Sequence[str], name: str) -> int | None:
    """Return where a column stands that is named as ``ColumnMap.columns`` names it, or None."""
    names = [folded(each) for each in header]
    wanted = folded(name)
    if wanted and wanted in names:
        return names.index(wanted)
    found = _NTH.fullmatch(name.strip())
    if found is None:
        return None
    nth = int(found[2])
    if not found[1].strip():
        return nth - 1 if nth <= len(names) else None
    places = [place for place, each in enumerate(names) if each == folded(found[1])]
    return places[nth - 1] if nth <= len(places) else None


def column_name(header: Sequence[str], place: int) -> str:
    """Return the name by which ``place_of`` finds a column."""
    name = " ".join(header[place].split())
    if not folded(name):
        return f"#{place + 1}"
    before = sum(folded(each) == folded(name) for each in header[:place])
    return f"{name}#{before + 1}" if before else name


def mapping_text(columns: ColumnMap) -> str:
    """Return a map as the JSON text that is kept.

    Raises:
        HistoryError: it is too large.
    """
    fields = {
        "version": VERSION,
        "header": list(columns.header),
        "columns": dict(columns.columns),
        "fixed": dict(columns.fixed),
        "words": dict(columns.words),
        "reads": dict(columns.reads),
        "place": columns.place,
        "place_kind": columns.place_kind.value,
    }
    return request_text(fields)


def parse_mapping(text: str) -> ColumnMap:
    """Return the map in a JSON text, checked.

    Raises:
        HistoryError: it is none, or makes no sense; the place is below the mapping (``columns.btc``).
    """
    import json  # noqa: PLC0415 - hardly any book has profiles

    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or set(fields) - set(_KEYS):
        msg = f"is not an object of {', '.join(_KEYS)}"
        raise HistoryError(msg)
    if fields.get("version") != VERSION:
        msg = f"is not {VERSION}; a newer Plimsoll may have written it"
        raise HistoryError(msg, "version")
    header = fields.get("header", [])
    if not isinstance(header, list) or not all(isinstance(each, str) for each in header):
        msg = "is not a list of names"
        raise HistoryError(msg, "header")
    kind, place = fields.get("place_kind", AccountKind.OTHER.value), fields.get("place", "")
    if kind not in {each.value for each in AccountKind}:
        msg = f"is not one of {', '.join(AccountKind)}"
        raise HistoryError(msg, "place_kind")
    if not isinstance(place, str):
        msg = "is not a name"
        raise HistoryError(msg, "place")
    columns = ColumnMap(
        tuple(header),
        _texts(fields, "columns"),
        _texts(fields, "fixed"),
        _texts(fields, "words"),
        _texts(fields, "reads"),
        place,
        AccountKind(kind),
    )
    check_map(columns)
    return columns


def check_map(columns: ColumnMap) -> None:
    """Refuse a map by which no file can be read, with what is missing.

    Raises:
        HistoryError: with its place below the mapping.
    """
    if len(columns.header) > MAX_COLUMNS or any(len(name) > _MAX_TEXT for name in columns.header):
        _refuse(f"has more than {MAX_COLUMNS} columns, or one with a name of more than {_MAX_TEXT} letters", "header")
    _check_texts(columns)
    if not columns.place.strip() or columns.place != columns.place.strip() or not columns.place.isprintable():
        _refuse("is empty, or begins or ends with a space; name the account", "place")
    _check_amounts(columns)
    _check_words(columns)
    _check_needs(columns)
    for role, name in columns.columns.items():
        if columns.header and place_of(columns.header, name) is None:
            _refuse(f"names a column “{name[:40]}” that the header has not", f"columns.{role}")


def _check_texts(columns: ColumnMap) -> None:
    for part, pairs, known in (
        ("columns", columns.columns, ROLES),
        ("fixed", columns.fixed, FIXED_ROLES),
        ("reads", columns.reads, (*READS, "zone")),
    ):
        for name, said in pairs.items():
            if name not in known:
                _refuse(f"is not one of {', '.join(known)}", f"{part}.{name[:40]}")
            if not said.strip() or len(said) > _MAX_TEXT:
                _refuse(f"is empty or longer than {_MAX_TEXT} letters", f"{part}.{name}")
    _check_said(columns)


def _check_said(columns: ColumnMap) -> None:
    for role in columns.fixed:
        if role in columns.columns:
            _refuse("is said twice, by a column and for every row; keep one", f"fixed.{role}")
    currency = columns.fixed.get("currency")
    if currency is not None and not _CURRENCY.fullmatch(currency):
        _refuse("is no currency; write its three letters, like EUR", "fixed.currency")
    for name, said in columns.reads.items():
        if name == "zone" and not _ZONE.fullmatch(said):
            _refuse(f"“{said[:40]}” is no time zone; write one like Europe/Berlin, or UTC", "reads.zone")
        if name != "zone" and said not in READS[name]:
            _refuse(f"is not one of {', '.join(READS[name])}", f"reads.{name}")


def _check_amounts(columns: ColumnMap) -> None:
    have = columns.columns
    if "date" not in have:
        _refuse("is not said; name the column of the date", "columns.date")
    sides = [role for role in SIDE_ROLES if role in have]
    amounts = [role for role in BTC_ROLES if role in have]
    if sides and len(sides) < len(SIDE_ROLES):
        missing = next(role for role in SIDE_ROLES if role not in have)
        _refuse("is not said; sent and received need their currencies", f"columns.{missing}")
    if sides and amounts:
        _refuse("is said besides sent and received; keep one of the two", f"columns.{amounts[0]}")
    if "btc" in have and len(amounts) > 1:
        _refuse("is said besides one column of amounts; keep one of the two", f"columns.{amounts[1]}")
    if not sides and not amounts and "value" not in have and "rate" not in have:
        _refuse("is not said; name the column of the bitcoin", "columns.btc")


def _check_words(columns: ColumnMap) -> None:
    if "kind" in columns.columns and not columns.words:
        _refuse("is empty; say what the words of the column of kinds mean", "words")
    if columns.words and "kind" not in columns.columns:
        _refuse("is said, and no column of kinds is; name it", "columns.kind")
    if len(columns.words) > MAX_WORDS:
        _refuse(f"has more than {MAX_WORDS} words; use * for the rest", "words")
    for word, kind in columns.words.items():
        if kind not in KINDS:
            _refuse(f"is not one of {', '.join(KINDS)}", f"words.{word[:40]}")
        if word != word_of(word) or len(word) > _MAX_TEXT:
            _refuse("is not in lower case, or too long", f"words.{word[:40]}")
    if columns.fixed.get("kind", MOVE) not in KINDS:
        _refuse(f"is not one of {', '.join(KINDS)}", "fixed.kind")


def _check_needs(columns: ColumnMap) -> None:
    """Refuse kinds whose amounts are in no column."""
    have, kinds = columns.columns, columns.kinds()
    moving = {kind for kind in kinds if not kind.startswith(LOAN) and kind not in {SKIP, ASIDE}}
    sided = SIDE_ROLES[0] in have
    bitcoin = sided or any(role in have for role in BTC_ROLES)
    if moving and not bitcoin:
        _refuse("is not said; name the column of the bitcoin", "columns.btc")
    if moving and not sided and {"value", "fee", "price"} & set(have) and "currency" not in {*have, *columns.fixed}:
        _refuse("is not said; name its column, or the currency of the whole file", "columns.currency")
    if TransactionKind.TRANSFER in kinds and "to_account" not in {*have, *columns.fixed}:
        _refuse("is not said; a transfer needs the receiving account", "columns.to_account")
    for kind, roles in {
        "loan_draw": ("value",),
        "loan_repay": ("value",),
        "loan_fee": ("value",),
        "loan_rate": ("rate",),
        "loan_post": ("btc",),
        "loan_release": ("btc",),
        "loan_liquidation": ("btc", "price"),
    }.items():
        for role in roles if kind in kinds else ():
            there = (bitcoin and not sided) if role == "btc" else role in have
            if not there:
                _refuse(f"is not said; a row of {kind} needs it", f"columns.{role}")


def word_of(cell: str) -> str:
    """Return what stands in a cell of kinds as it is compared."""
    return " ".join(cell.split()).casefold()


def _texts(fields: Mapping[str, Any], name: str) -> dict[str, str]:
    pairs = fields.get(name, {})
    if not isinstance(pairs, dict) or not all(isinstance(value, str) for value in pairs.values()):
        msg = "is not an object of texts"
        raise HistoryError(msg, name)
    return pairs


def _refuse(problem: str, place: str) -> None:
    raise HistoryError(problem, place)
