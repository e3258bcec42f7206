"""JSON as feeds must send it."""

from decimal import Decimal

import pytest

from app.domain.errors import PriceError
from app.prices.strict_json import loads


def test_numbers_are_exact() -> None:
    assert loads(b'{"a":84254.21250317793,"b":1,"c":1.5e3}') == {
        "a": Decimal("84254.21250317793"),
        "b": 1,
        "c": Decimal(1500),
    }


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \r\n", "empty"),
        (b"null", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<html>", "html"),
        (b"\n <!DOCTYPE html>", "html"),
        (b"42", "not_json"),
        (b'"70727"', "not_json"),
        (b"OK", "not_json"),
        (b'{"a":', "not_json"),
        (b'{"a":1}{"b":2}', "not_json"),
        (b'{"a":"\xff"}', "not_json"),
        (b"[NaN]", "bad_number"),
        (b"[-Infinity]", "bad_number"),
        (b"[" + b"9" * 41 + b"]", "bad_number"),
        (b"[1e99999999999999999999]", "bad_number"),
        (b'{"a":1,"a":1}', "duplicate_key"),
        (b"[" * 100_000, "too_deep"),
    ],
)
def test_refused(body: bytes, reason: str) -> None:
    with pytest.raises(PriceError) as caught:
        loads(body)
    assert caught.value.reason == reason
