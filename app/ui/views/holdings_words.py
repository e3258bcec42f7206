"""The totals of the holdings in cards."""

from decimal import Decimal

from app.domain.money import EXACT
from app.domain.quotes import NoQuote
from app.services.desk import DeskSnapshot
from app.ui.formats import DOWN, NOT_KNOWN, UP, Display, btc_text, percent_text, price_text, short_money_text
from app.ui.widgets.cards import FigureCard


def show_totals(cards: tuple[FigureCard, ...], snapshot: DeskSnapshot, display: Display) -> None:
    """Show all, free, pledged, value and net value, in that order."""
    totals, book = snapshot.figures.totals, snapshot.book
    code = totals.currency
    whole, free, pledged, value, net = cards
    places = len(book.accounts)
    loans = sum(1 for state in snapshot.figures.ledger.balances if state.collateral_sats)
    whole.show_figure(
        btc_text(totals.btc_sats, display, DOWN), f"in {_counted(places, 'account')} and {_counted(loans, 'pledge')}"
    )
    free.show_figure(
        btc_text(totals.unencumbered_sats, display, DOWN), f"{_share(totals.unencumbered_sats, totals.btc_sats)} of all"
    )
    pledged.show_figure(
        btc_text(totals.encumbered_sats, display, UP), f"{_share(totals.encumbered_sats, totals.btc_sats)} of all"
    )
    lookup = snapshot.figures.prices[code]
    if isinstance(lookup, NoQuote):
        why = f"no price: {lookup.reason}"
        value.show_figure(NOT_KNOWN, why, detail=why)
        net.show_figure(NOT_KNOWN, why, detail=why)
        return
    at = f"at {price_text(lookup.value, code)}"
    value.show_figure(short_money_text(totals.btc_value, code, display, DOWN), at)
    problem = next(iter(snapshot.figures.problems), "")
    debt = f"less {short_money_text(totals.debt, code, display, UP)} debt" if totals.debt is not None else problem
    net.show_figure(short_money_text(totals.net_value, code, display, DOWN), debt, detail=problem)


def _share(part: int, whole: int) -> str:
    return percent_text(EXACT.divide(Decimal(part), Decimal(whole)), 1) if whole else NOT_KNOWN


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
