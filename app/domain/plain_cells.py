"""Text for a cell of a table that a spreadsheet may open: never a formula."""

from typing import Final

# The full-width forms too: spreadsheets of East Asia run them.
_STARTS_A_FORMULA: Final = frozenset("=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20")


def plain_cell(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula: an apostrophe goes before what looks like one.

    Leading spaces do not hide one: some programs strip them. For text alone; a number that we write begins with its
    sign and is left as it is.
    """
    return f"'{text}" if text.lstrip(" \u00a0")[:1] in _STARTS_A_FORMULA and text.strip(" \u00a0") else text
