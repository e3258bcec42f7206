"""JSON as a price feed must send it: exact numbers, no NaN, no doubled keys, no bombs."""

import json
from decimal import Decimal
from typing import Final, NoReturn

from app.domain.errors import PriceError

MAX_NUMBER_LENGTH: Final = 40
_OPENERS: Final = ("{", "[")


def _constant(token: str) -> NoReturn:
    raise PriceError("bad_number", token)


def _checked(token: str) -> str:
    if len(token) > MAX_NUMBER_LENGTH:
        raise PriceError("bad_number", f"a number of {len(token)} characters")
    return token


def _integer(token: str) -> int:
    return int(_checked(token))


def _decimal(token: str) -> Decimal:
    number = Decimal(_checked(token))
    if not number.is_finite():
        raise PriceError("bad_number", token)
    return number


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise PriceError("duplicate_key", "a name stands twice in one object")
    return result


def loads(body: bytes) -> object:
    """Return what ``body`` says; numbers with a point become ``Decimal``.

    Raises:
        PriceError: ``empty``, ``html``, ``not_json``, ``bad_number``, ``duplicate_key`` or ``too_deep``.
    """
    try:
        text = body.decode(json.detect_encoding(body)).removeprefix("\ufeff").lstrip()
    except UnicodeDecodeError:
        raise PriceError("not_json", "the text is not UTF-8") from None
    if not text.strip("\x00"):
        raise PriceError("empty", "the answer is empty")
    if text.startswith("<"):
        raise PriceError("html", "a web page came instead of prices")
    if text.strip() == "null":
        raise PriceError("empty", "the answer is null")
    if not text.startswith(_OPENERS):
        raise PriceError("not_json", "the answer is no JSON object")
    try:
        result: object = json.loads(
            text,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise PriceError("too_deep", "the answer is nested too deeply") from None
    except ArithmeticError:
        raise PriceError("bad_number", "a number beyond all measure") from None
    except ValueError:
        raise PriceError("not_json", "the answer breaks off or is no JSON") from None
    return result
