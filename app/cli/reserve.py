"""``plimsoll reserve``: down to which price the free bitcoin holds every loan."""

from argparse import Namespace

from app.cli.figures_asked import figures_asked, title_of
from app.cli.outcome import NO_PRICE, SUCCESS, refuse, write_json, write_text
from app.risk.positions import Unanswerable, positions_of
from app.risk.reserve import reserve
from app.services.reserve_report import no_reserve_report, reserve_report


def start(arguments: Namespace) -> int:
    """Print the four reserve prices; return the exit code."""
    book, figures = figures_asked(arguments)
    positions = positions_of(figures, arguments.horizon)
    if isinstance(positions, Unanswerable):
        refuse(positions.reason, no_reserve_report(figures, positions) if arguments.json else None)
        return NO_PRICE
    found = reserve(positions)
    if arguments.json:
        write_json(reserve_report(figures, positions, found))
    else:
        from app.services.reserve_table import reserve_table  # noqa: PLC0415 - scripts do not need it

        write_text(reserve_table(figures, positions, found, title_of(book)))
    return SUCCESS
