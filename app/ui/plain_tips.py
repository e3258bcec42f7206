"""Tooltips that never read a lender's name or a note as markup: Qt guesses, so the guess is taken from it."""

from typing import Final

# ``html.escape`` would bring every entity there is with it.
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "<br>"})


def plain_tip(text: str) -> str:
    """Return ``text`` so that a tooltip shows it letter for letter, wrapped, with its line breaks."""
    return f"<qt>{text.translate(_ESCAPES)}</qt>" if text else ""
