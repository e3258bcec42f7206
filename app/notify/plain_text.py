"""Text as services may have it: no control characters, no line breaks in a subject, an id that fits in a header."""

import re
from typing import Final

# Control characters, and the marks that turn the direction of writing around.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_SPACE: Final = re.compile(r"\s+")
_NOT_IN_IDS: Final = re.compile(r"[^A-Za-z0-9._-]")
_MARKS: Final = re.compile(r"([\\*_~|`\[\]<>])")
_ZERO_WIDTH_SPACE: Final = "\u200b"


def plain(text: str) -> str:
    """Return text without control characters; line breaks and tabs stay."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(text: str) -> str:
    """Return text as one line."""
    return _SPACE.sub(" ", plain(text)).strip()


def header_id(text: str) -> str:
    """Return an id that may stand in a header; the same for the same text."""
    return _NOT_IN_IDS.sub("-", text)


def unmarked(text: str) -> str:
    """Return text that a service which renders Markdown shows as it is, and that calls nobody by an ``@``."""
    return _MARKS.sub(r"\\\1", text).replace("@", f"@{_ZERO_WIDTH_SPACE}")
