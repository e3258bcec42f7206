"""Tooltips that never read a lender's name or a note as markup: Qt guesses, so the guess is taken from it."""

from html import escape


def plain_tip(text: str) -> str:
    """Return ``text`` so that a tooltip shows it letter for letter, wrapped, with its line breaks."""
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>" if text else ""
