"""A map of columns as it is typed: ``date=Datum,btc=Menge,kind=Typ,kind:Kauf=buy,currency:=EUR,decimal:=comma``."""

import csv
from typing import Final

from app.domain.book import AccountKind
from app.domain.column_map import FIXED_ROLES, READS, ROLES, ColumnMap, check_map, mapping_text, word_of
from app.domain.errors import HistoryError, InputError

_PLACE: Final = "--map"
_LONGEST: Final = 20_000


def typed_map(text: str, place: str = "") -> str:
    """Return the JSON text of a map that was typed.

    Args:
        text: parts with commas between them; a part that holds one stands in quotation marks. ``date=Datum`` names a
            column, ``kind:Kauf=buy`` says what a word of the column of kinds means (``kind:*=aside`` every other),
            ``currency:=EUR`` holds for every row, ``decimal:=comma`` says how cells are read, ``place:=Bank`` names
            the account.
        place: the account's name where the text names none.

    Raises:
        InputError: a part that cannot be read, or the map makes no sense.
    """
    parts: dict[str, dict[str, str]] = {"columns": {}, "fixed": {}, "words": {}, "reads": {}, "place": {}}
    for part in _parts(text):
        where, name, said = _read(part)
        if name in parts[where]:
            raise InputError(f"says “{name}” twice; keep one", _PLACE)
        parts[where][name] = said
    try:
        kind = AccountKind(parts["place"].get("place_kind", AccountKind.OTHER.value))
    except ValueError:
        raise InputError(f"names no kind of account; write one of {', '.join(AccountKind)}", _PLACE) from None
    columns = ColumnMap(
        (),
        parts["columns"],
        parts["fixed"],
        parts["words"],
        parts["reads"],
        parts["place"].get("place", place) or "Imported",
        kind,
    )
    try:
        check_map(columns)
        return mapping_text(columns)
    except HistoryError as error:
        raise InputError(f"{error.place.rpartition('.')[2]} {error.problem}", _PLACE) from None


def _parts(text: str) -> list[str]:
    if len(text) > _LONGEST:
        raise InputError("is longer than a map can be", _PLACE)
    try:
        parts = next(csv.reader([text], skipinitialspace=True, strict=True), [])
    except csv.Error:
        raise InputError("has quotation marks without an end; write 'date=Datum,\"btc=Menge, BTC\"'", _PLACE) from None
    return [part.strip() for part in parts if part.strip()]


def _read(part: str) -> tuple[str, str, str]:
    """Return which part of a map something belongs to, its name, and what is said."""
    before, equal, said = part.partition("=")
    name, colon, word = before.partition(":")
    name, said = name.strip().casefold(), said.strip()
    if not equal or not said or not name:
        raise InputError(f"“{part[:40]}” is no part of a map; write date=Datum, kind:Kauf=buy or currency:=EUR", _PLACE)
    if not colon:
        if name in ROLES:
            return "columns", name, said
        raise InputError(f"“{name[:40]}” is no role of a column; write one of {', '.join(ROLES)}", _PLACE)
    if word.strip():
        if name != "kind":
            raise InputError(f"“{part[:40]}” names a word of {name[:40]}; only the column of kinds has words", _PLACE)
        return "words", word_of(word), said
    if name in FIXED_ROLES:
        return "fixed", name, said
    if name in READS or name == "zone":
        return "reads", name, said
    if name in {"place", "place_kind"}:
        return "place", name, said
    known = ", ".join((*FIXED_ROLES, *READS, "zone", "place", "place_kind"))
    raise InputError(f"“{name[:40]}” cannot hold for every row; write one of {known}", _PLACE)
