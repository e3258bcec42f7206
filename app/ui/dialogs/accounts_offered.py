"""The accounts that a form offers, each with what lies free in it."""

from typing import Final

from app.services.desk import DeskSnapshot
from app.ui.formats import DOWN, Display, btc_text

OUTSIDE: Final = ""


def accounts_offered(snapshot: DeskSnapshot, display: Display | None = None, *, but: str = "") -> dict[str, str]:
    """Return account names with their words; first, under ``OUTSIDE``, a place that this book does not hold."""
    free = snapshot.figures.ledger.free_sats
    words = {OUTSIDE: "Outside this book"}
    for account in snapshot.book.accounts:
        if account.name != but:
            held = btc_text(free.get(account.name, 0), display or Display(), DOWN)
            words[account.name] = f"{account.name} · {held} free"
    return words
