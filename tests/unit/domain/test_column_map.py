"""Maps of columns: kept as JSON, found again in a header, refused where no file could be read by them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.book import AccountKind
from app.domain.column_map import ColumnMap, check_map, column_name, mapping_text, parse_mapping, place_of
from app.domain.errors import HistoryError
from app.domain.import_profiles import ImportProfile
from app.domain.profile_check import check_profiles
from app.domain.scenario import request_text

WHOLE = ColumnMap(
    ("Datum", "Menge", "Typ"),
    {"date": "Datum", "btc": "Menge", "kind": "Typ"},
    {"currency": "EUR"},
    {"kauf": "buy", "*": "aside"},
    {"decimal": "comma", "zone": "Europe/Berlin"},
    "Mein Broker",
    AccountKind.EXCHANGE,
)


def place_of_fault(columns: ColumnMap) -> str:
    """Return where a map is refused."""
    with pytest.raises(HistoryError) as refused:
        check_map(columns)
    return refused.value.place


def test_a_map_comes_back_from_its_text() -> None:
    text = mapping_text(WHOLE)
    assert parse_mapping(text) == WHOLE
    assert mapping_text(parse_mapping(text)) == text


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        (replace(WHOLE, columns={"btc": "Menge"}, words={}), "columns.date"),
        (replace(WHOLE, columns={"date": "Datum"}, words={}), "columns.btc"),
        (replace(WHOLE, columns={"date": "Datum", "btc": "Menge", "btc_in": "Typ"}, words={}), "columns.btc_in"),
        (replace(WHOLE, columns={"date": "Datum", "sent": "Menge"}, words={}), "columns.sent_currency"),
        (replace(WHOLE, columns={**WHOLE.columns, "sale": "x"}), "columns.sale"),
        (replace(WHOLE, columns={**WHOLE.columns, "note": "Nowhere"}), "columns.note"),
        (replace(WHOLE, columns={**WHOLE.columns, "note": " "}), "columns.note"),
        (replace(WHOLE, columns={**WHOLE.columns, "value": "Typ"}, fixed={}), "columns.currency"),
        (replace(WHOLE, fixed={"btc": "1"}), "fixed.btc"),
        (replace(WHOLE, fixed={"kind": "buy"}), "fixed.kind"),
        (replace(WHOLE, fixed={"currency": "Euro"}), "fixed.currency"),
        (replace(WHOLE, words={}), "words"),
        (replace(WHOLE, words={"kauf": "purchase"}), "words.kauf"),
        (replace(WHOLE, words={"Kauf": "buy"}), "words.Kauf"),
        (replace(WHOLE, words={"kauf": "transfer"}), "columns.to_account"),
        (replace(WHOLE, words={"kauf": "loan_draw"}), "columns.value"),
        (replace(WHOLE, words={"kauf": "loan_liquidation"}), "columns.price"),
        (replace(WHOLE, words={str(number): "buy" for number in range(201)}), "words"),
        (replace(WHOLE, columns={"date": "Datum", "btc": "Menge"}), "columns.kind"),
        (replace(WHOLE, reads={"decimal": "dot"}), "reads.decimal"),
        (replace(WHOLE, reads={"zone": "../etc/passwd; rm"}), "reads.zone"),
        (replace(WHOLE, reads={"colour": "red"}), "reads.colour"),
        (replace(WHOLE, place=" "), "place"),
        (replace(WHOLE, place="a\u202eb"), "place"),
        (replace(WHOLE, header=("x" * 201,)), "header"),
    ],
)
def test_what_no_file_can_be_read_by_is_refused_with_its_place(changed: ColumnMap, place: str) -> None:
    check_map(WHOLE)
    assert place_of_fault(changed) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "nonsense",
        "[" * 100_000,
        '{"version":2}',
        '{"version":1,"header":"A"}',
        '{"version":1,"more":1}',
        '{"version":1,"place":1}',
        '{"version":1,"place":"A","place_kind":"moon"}',
        '{"version":1,"place":"A","columns":[]}',
    ],
)
def test_what_is_no_map_is_refused(text: str) -> None:
    with pytest.raises(HistoryError):
        parse_mapping(text)


@given(names=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6), min_size=1, max_size=8))
def test_each_column_is_found_by_its_name(names: list[str]) -> None:
    taken = [column_name(names, place) for place in range(len(names))]
    found = [place_of(names, name) for name in taken]
    # A column that is called like the second of another cannot be told from it; all others can.
    assert all(place == at for at, place in enumerate(found) if "#" not in names[at] and "#" not in "".join(names))


def test_profiles_are_checked_with_their_place() -> None:
    good = ImportProfile("Broker", mapping_text(WHOLE))
    check_profiles((good, replace(good, name="Other")))
    for bad, place in (
        ((good, good), "profiles[1].name"),
        ((replace(good, name=" "),), "profiles[0].name"),
        ((replace(good, mapping="{}"),), "profiles[0].mapping.version"),
        ((replace(good, mapping=good.mapping.replace(":", ": ")),), "profiles[0].mapping"),
        ((replace(good, mapping=mapping_text(replace(WHOLE, header=()))),), "profiles[0].mapping.header"),
        ((good,) * 501, "profiles"),
    ):
        with pytest.raises(HistoryError) as refused:
            check_profiles(bad)
        assert refused.value.place == place


def test_a_newer_map_is_left_alone() -> None:
    with pytest.raises(HistoryError, match="newer Plimsoll"):
        parse_mapping(request_text({"version": 2, "columns": {}}))
