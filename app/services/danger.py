"""Which loans are in danger now, and which a fall would bring there (pure).

Only loans that a price within the drop test's reach can touch are reckoned, so that ten thousand loans cost no more
than those few.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.domain.figures import CALLED_STATES, LoanFigures, LoanState, TriggerFigures
from app.domain.money import EXACT
from app.domain.portfolio import BookFigures
from app.domain.quotes import PriceLookup, Quote
from app.domain.terms import TriggerKind

FAR: Final = Decimal(2)
_WARNING: Final = TriggerKind.WARNING


@dataclass(frozen=True, slots=True)
class Danger:
    """A book's loans by what threatens them.

    Attributes:
        owing: how many loans owe something.
        unjudged: how many of them have no price to be judged by.
        example: one of those, or None.
        sold: at or past a forced-sale level, or with nothing left to secure them; gravest first.
        called: at or past a margin call; gravest first.
        falling: untouched now, but called or sold by the drop test's fall; nearest first.
        cure_sats: satoshis that cure, after that fall, every loan that is called or sold then.
        cured: how many loans that is.
    """

    owing: int
    unjudged: int
    example: LoanFigures | None
    sold: tuple[LoanFigures, ...]
    called: tuple[LoanFigures, ...]
    falling: tuple[LoanFigures, ...]
    cure_sats: int
    cured: int


def danger_of(figures: BookFigures) -> Danger:
    """Return what threatens a book's loans.

    Every loan within reach is reckoned; with thousands of them, do it away from a window's thread.
    """
    dark = figures.unjudged
    near = sorted((figures.loans[index] for index in figures.in_reach), key=distance)
    cures = [loan.drop_test.cure for loan in near if loan.drop_test is not None and loan.drop_test.cure is not None]
    return Danger(
        len(figures.ledger.owing),
        len(dark),
        figures.loans[dark[0]] if dark else None,
        tuple(loan for loan in near if loan.state in (LoanState.LIQUIDATION, LoanState.UNCOVERED)),
        tuple(loan for loan in near if loan.state is LoanState.MARGIN_CALL),
        tuple(loan for loan in near if _is_falling(loan)),
        sum(cure.top_up_sats for cure in cures),
        len(cures),
    )


def first_danger(loan: LoanFigures) -> TriggerFigures | None:
    """Return the margin call or forced sale that a falling price reaches first, passed or not."""
    for line in loan.triggers:
        if line.price is not None and line.trigger.kind is not _WARNING:
            return line
    return None


def distance(loan: LoanFigures) -> Decimal:
    """Return the headroom to the first danger for sorting: below zero when it is passed, far where there is none."""
    if loan.state is LoanState.UNCOVERED:
        return -FAR
    line = first_danger(loan)
    return FAR if line is None or line.headroom is None else line.headroom


def _is_falling(loan: LoanFigures) -> bool:
    test = loan.drop_test
    quiet = loan.state in (LoanState.OK, LoanState.WARNING)
    return quiet and test is not None and test.state in CALLED_STATES


def nearest_loans(figures: BookFigures, most: int) -> tuple[int, ...]:
    """Return at most ``most`` loans that name a danger, those that a falling price reaches first before the others.

    Where a price is missing, the last one known decides; loans that were never priced come in the end.
    """
    found: list[tuple[Decimal, int]] = []
    for key, lines in figures.ledger.dangers.items():
        price = last_known(figures.lookups[key])
        taken: set[int] = set()
        for line in reversed(lines):
            if line.loan_index not in taken:
                taken.add(line.loan_index)
                room = FAR if price is None else EXACT.subtract(Decimal(1), EXACT.divide(line.price, price.value))
                found.append((room, line.loan_index))
                if len(taken) == most:
                    break
    return tuple(index for _, index in sorted(found)[:most])


def last_known(lookup: PriceLookup) -> Quote | None:
    """Return a price for showing, greyed with its age where it is not fresh; never for judging."""
    return lookup if isinstance(lookup, Quote) else lookup.last
