from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.services.report_ports import (
    Align,
    Column,
    Kind,
    Missing,
    Money,
    PriceLine,
    Rounding,
    Table,
    Value,
    missing_reasons,
    price_text,
    value_text,
)

AT = datetime(2026, 2, 5, 14, 30, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (None, Column("x"), ""),
        ("as it stands", Column("x", Kind.MONEY), "as it stands"),
        (Missing("why"), Column("x", Kind.BTC), "—"),
        (123_456_789, Column("x", Kind.BTC), "1.23456789"),
        (-123_456_789, Column("x", Kind.BTC, digits=2), "−1.23"),
        (123_456_789, Column("x", Kind.BTC, digits=4, rounding=Rounding.UP), "1.2346"),
        (123_000_000_000_000, Column("x", Kind.BTC, digits=0), "1,230,000"),
        (Decimal("1234.565"), Column("x", Kind.MONEY, currency="USD"), "$1,234.56"),
        (Decimal("1234.561"), Column("x", Kind.MONEY, currency="USD", digits=0, rounding=Rounding.UP), "$1,235"),
        (Money(Decimal(-7), "EUR"), Column("x", Kind.MONEY, currency="USD"), "−€7.00"),
        (Decimal("0.64911"), Column("x", Kind.PERCENT, rounding=Rounding.UP), "65.0 %"),
        (Decimal("-0.0649"), Column("x", Kind.PERCENT, rounding=Rounding.DOWN), "−6.5 %"),
        (date(2026, 2, 5), Column("x", Kind.DATE), "2026-02-05"),
        (AT, Column("x", Kind.DATE), "2026-02-05 14:30"),
        (1_234_567, Column("x", Kind.COUNT), "1,234,567"),
    ],
)
def test_values_are_written_as_people_read_them(value: Value, column: Column, text: str) -> None:
    assert value_text(value, column) == text


@pytest.mark.parametrize(
    ("value", "column"),
    [
        (5, Column("x", Kind.MONEY)),
        (Decimal(5), Column("x", Kind.BTC)),
        (Decimal(5), Column("x")),
        (5, Column("x", Kind.PERCENT)),
    ],
)
def test_a_number_of_another_kind_is_a_fault(value: Value, column: Column) -> None:
    with pytest.raises(TypeError):
        value_text(value, column)


def test_numbers_stand_at_the_right() -> None:
    sides = {kind: Column("x", kind).at_right for kind in Kind}
    assert sides == {kind: kind not in (Kind.TEXT, Kind.DATE) for kind in Kind}
    assert Column("x", align=Align.RIGHT).at_right
    assert not Column("x", Kind.BTC, Align.LEFT).at_right


def test_a_price_tells_where_it_is_from_and_its_age() -> None:
    line = PriceLine("USD", Decimal(63_000), "consensus, 4 of 5 sources", AT)
    assert price_text(line, AT + timedelta(seconds=75)) == "BTC $63,000.00, consensus, 4 of 5 sources, 75 s old"
    missing = PriceLine("USD", None, reason="all timed out", last=Decimal(62_000))
    told = "BTC in USD: no price (all timed out; the last one known, $62,000.00, judges nothing)"
    assert price_text(missing, AT) == told


def test_each_reason_is_told_once() -> None:
    rows: tuple[tuple[Value, ...], ...] = ((Missing("b"),), (Missing("a"),), (Missing("b"),))
    assert missing_reasons(Table((Column("x"),), rows, ((Missing("c"),),))) == ["b", "a", "c"]
