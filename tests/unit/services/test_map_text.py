"""A map of columns as it is typed."""

import pytest

from app.domain.book import AccountKind
from app.domain.column_map import parse_mapping
from app.domain.errors import InputError
from app.services.map_text import typed_map


def test_a_map_is_typed_part_by_part() -> None:
    typed = (
        'date=Datum, "btc=Menge, BTC",kind=Typ,kind:KAUF=buy,kind:*=aside,currency:=EUR,unit:=btc,zone:=UTC,place:=A B'
    )
    columns = parse_mapping(typed_map(typed))
    assert columns.columns == {"date": "Datum", "btc": "Menge, BTC", "kind": "Typ"}
    assert (columns.words, columns.fixed) == ({"kauf": "buy", "*": "aside"}, {"currency": "EUR"})
    assert (columns.reads, columns.place) == ({"unit": "btc", "zone": "UTC"}, "A B")
    assert parse_mapping(typed_map("date=A,btc=B,value:=with_fee,place_kind:=exchange", "Bank")).place == "Bank"
    assert parse_mapping(typed_map("date=A,btc=B,place_kind:=exchange")).place_kind is AccountKind.EXCHANGE


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "date is not said"),
        ("date=A", "btc is not said"),
        ("date", "is no part of a map"),
        ("date=A,date=B,btc=C", "says “date” twice"),
        ("when=A,btc=B", "“when” is no role of a column"),
        ("date=A,btc=B,btc:=1", "cannot hold for every row"),
        ("date=A,btc=B,note:x=buy", "only the column of kinds has words"),
        ("date=A,btc=B,place_kind:=moon", "names no kind of account"),
        ("date=A,btc=B,unit:=eth", "unit is not one of btc, sats"),
        ('date=A,"btc=B', "quotation marks without an end"),
        ("date=A," + "x" * 30_000, "longer than a map"),
    ],
)
def test_what_is_no_map_is_refused_in_words(typed: str, why: str) -> None:
    with pytest.raises(InputError) as refused:
        typed_map(typed)
    assert refused.value.place == "--map"
    assert why in refused.value.problem
