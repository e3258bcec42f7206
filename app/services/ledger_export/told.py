"""What a person is told after an export."""

from app.services.ledger_export.slice import LeftOut


def told(left_out: LeftOut) -> str:
    """Return what the format could not hold, one line each; empty where nothing was left behind."""
    return "\n".join(f"Not as in the book: {count:,} {what}." for what, count in sorted(left_out.counts.items()))
