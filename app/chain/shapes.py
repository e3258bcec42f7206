"""What a server said, as values: every field is looked at before anything is believed (pure)."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NoReturn

from app.domain.errors import ChainError

MOST_SATS: Final = 21_000_000 * 100_000_000
_MOST_HEIGHT: Final = 100_000_000
_ID: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_HEX: Final = re.compile(r"(?:[0-9a-f]{2})*", re.ASCII)
_FIRST_BLOCK: Final = 1_231_006_505
_LAST_TIME: Final = 2**32


def unexpected(server: str, what: str) -> ChainError:
    """Return the failure for an answer that is none."""
    return ChainError(
        "unexpected", f"{server} gave no answer that can be used ({what}); check its address, or choose another server."
    )


def read_json(body: bytes | str, server: str) -> object:
    """Return the JSON of an answer; numbers must be whole.

    Raises:
        ChainError: it is none.
    """
    try:
        return json.loads(body, parse_float=_no_number, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise unexpected(server, "no JSON") from None


def mapping(value: object, server: str) -> Mapping[str, object]:
    """Return a JSON object."""
    if not isinstance(value, dict):
        raise unexpected(server, "no JSON object")
    return value


def items(value: object, server: str) -> list[object]:
    """Return a JSON list."""
    if not isinstance(value, list):
        raise unexpected(server, "no JSON list")
    return value


def identifier(value: object, server: str) -> str:
    """Return a transaction's id or a block's hash."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise unexpected(server, "no id of 64 digits")
    return value


def hexadecimal(value: object, server: str) -> str:
    """Return bytes written as hex."""
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise unexpected(server, "no hex digits")
    return value


def sats(value: object, server: str) -> int:
    """Return an amount that can be one."""
    return whole(value, MOST_SATS, server)


def height(value: object, server: str) -> int:
    """Return the height of a block."""
    return whole(value, _MOST_HEIGHT, server)


def whole(value: object, most: int, server: str) -> int:
    """Return a whole number from 0 to ``most``."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise unexpected(server, "a number out of range")
    return value


def instant(value: object, server: str) -> datetime:
    """Return a block's time."""
    if not isinstance(value, int) or isinstance(value, bool) or not _FIRST_BLOCK <= value < _LAST_TIME:
        raise unexpected(server, "a time that no block has")
    return datetime.fromtimestamp(value, UTC)


def _no_number(token: str) -> NoReturn:
    raise ValueError(token[:20])
