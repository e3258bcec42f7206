"""What rules are judged by at one moment, beside the figures of the book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from app.domain.book import Loan
from app.domain.candles import DailyCandle
from app.domain.ledger import PriceKey
from app.domain.margin_calls import MarginCall
from app.domain.portfolio import BookFigures
from app.domain.quotes import Consensus, PriceStatus, Quote
from app.domain.terms import CONSENSUS, TriggerKind
from app.services.drop_test import PriceMoves

if TYPE_CHECKING:
    from app.risk.positions import Unanswerable
    from app.risk.reserve_result import Reserve
    from app.risk.results import BookRisk

_SALE: Final = TriggerKind.LIQUIDATION


@dataclass(frozen=True, slots=True)
class RuleContext:
    """Everything that a rule may ask for beside the book's figures.

    Attributes:
        now: UTC.
        consensus: what the sources said in this round, by currency; a currency that is missing was given by hand.
        moves: how far the price moved, None where history does not tell.
        candles: finished days by currency, oldest first; those of the book's currency tell last week's fall.
        risk: the probabilities, or None where nobody reckons them now.
        reserve: down to which price the free bitcoin holds, or None.
        calls: margin calls that stand.
    """

    now: datetime
    consensus: Mapping[str, Consensus] = field(default_factory=dict)
    moves: PriceMoves = field(default_factory=lambda: PriceMoves(None, None))
    candles: Mapping[str, Sequence[DailyCandle]] = field(default_factory=dict)
    risk: "BookRisk | Unanswerable | None" = None
    reserve: "Reserve | None" = None
    calls: Sequence[MarginCall] = ()


class Confirmed(NamedTuple):
    """The prices that a rule may be judged by.

    Attributes:
        high: a level is reached only if it is reached at this one: the highest that a voting source tells.
        value: a level is clear only if it is clear at this one: what the sources agree on.
    """

    high: Decimal
    value: Decimal


def confirmed_prices(figures: BookFigures, context: RuleContext) -> dict[PriceKey, Confirmed]:
    """Return the prices to judge by; a key without a fresh price on which sources agree is missing.

    Where few sources answer (``THIN``), all of them have to bear a level out, as for a loan's own lines.
    """
    found = {}
    for key, lookup in figures.lookups.items():
        if isinstance(lookup, Quote):
            found[key] = Confirmed(_highest(key, lookup, context), lookup.value)
    return found


def base_price(figures: BookFigures, context: RuleContext) -> Confirmed | None:
    """Return the price in the book's own currency to judge the whole book by, or None."""
    lookup = figures.prices[figures.totals.currency]
    if not isinstance(lookup, Quote):
        return None
    return Confirmed(_highest(PriceKey(CONSENSUS, figures.totals.currency), lookup, context), lookup.value)


def sold_loans(figures: BookFigures, context: RuleContext) -> frozenset[str]:
    """Return the loans whose forced-sale line a confirmed price has reached: their lesser warnings are mute."""
    found = set()
    for key, price in confirmed_prices(figures, context).items():
        lines = figures.ledger.dangers.get(key, ())
        for line in lines[figures.ledger.lines_below(key, price.high) :]:
            triggers = figures.ledger.balances[line.loan_index].terms.triggers
            if triggers[line.trigger_index].kind is _SALE:
                found.add(figures.loans.loan(line.loan_index).name)
    return frozenset(found)


def confirmed_at(loan: Loan, now: datetime) -> datetime:
    """Return when a loan's balance was last known to be right, UTC.

    That is the newest of: its events until now (who enters one has looked at the loan), the day on which somebody
    compared the terms in force with the contract, and the day on which it opened.
    """
    midnight = time(tzinfo=UTC)
    known = [datetime.combine(loan.opened_on, midnight)]
    known += [datetime.combine(t.evidence.confirmed_on, midnight) for t in loan.terms if t.evidence.confirmed_on]
    known += [event.at for event in loan.events]
    return max((at for at in known if at <= now), default=known[0])


def _highest(key: PriceKey, lookup: Quote, context: RuleContext) -> Decimal:
    said = context.consensus.get(key.currency) if key.source == CONSENSUS else None
    if said is None or said.status is not PriceStatus.THIN or said.value != lookup.value:
        return lookup.value
    return max((lookup.value, *said.representatives))
