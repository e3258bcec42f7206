"""What a reserve answers: four prices, each with the loan at which the defence ends and the way there."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.domain.money import EXACT
from app.risk.plan_delivery import Arrival

NAMES: Final = ("no_margin_call", "cure_each_call", "cure_at_once", "last_stand")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of prices between two lines, and what the loans called so far need at its ends.

    Attributes:
        upper, lower: prices; ``lower`` is 0 below the last line.
        loans: how many loans are called here: the first so many in the order of their lines.
        need_at_upper: BTC.
        need_above_lower: BTC; None where the need grows without bound.
    """

    upper: Decimal
    lower: Decimal
    loans: int
    need_at_upper: Decimal
    need_above_lower: Decimal | None


@dataclass(frozen=True, slots=True)
class TopUp:
    """One cure on the way down.

    Attributes:
        place: in ``Positions.items``.
        price: at which the call is made, or today's for what is due already.
        btc: posted; 0 where the loan begins to post without pause.
        left: of the reserve after it.
        collateral: of the loan after it.
    """

    place: int
    price: Decimal
    btc: Decimal
    left: Decimal
    collateral: Decimal


@dataclass(frozen=True, slots=True)
class ReservePrice:
    """The answer to one of the four questions.

    Attributes:
        name: one of ``NAMES``.
        price: in the base currency, or None where no fall uses the reserve up.
        place: in ``Positions.items``, of the loan at which the defence ends; None where it does not end.
        loan: its name.
        needs: what that loan asks for there beyond its collateral by then, BTC; None where the reserve runs out between
            two calls: then every bitcoin is posted, and any further fall asks for more.
        left: what is left of the reserve there before that loan is served, BTC.
        already: the reserve does not even suffice at today's price.
        jump: the price is that of a call; otherwise the reserve runs out between two calls.
        posted: BTC by place, of the loans that were topped up until then.
        steps: the top-ups in order (``cure_each_call`` only; the first thousand of very many).
        more_steps: there were more top-ups than ``steps`` holds.
        segments: of the walk (the other three).
        arrivals: for each of ``steps``, else for each of ``posted``, whether it arrives in time.
        sentence: all this in words.
    """

    name: str
    price: Decimal | None
    place: int | None
    loan: str | None
    needs: Decimal | None
    left: Decimal
    already: bool
    jump: bool
    posted: tuple[tuple[int, Decimal], ...]
    steps: tuple[TopUp, ...]
    more_steps: bool
    segments: tuple[Segment, ...]
    arrivals: tuple[Arrival, ...]
    sentence: str

    @property
    def lacks(self) -> Decimal | None:
        """What the loan at which the defence ends is short of, BTC."""
        return None if self.needs is None else EXACT.subtract(self.needs, self.left)

    @property
    def in_time(self) -> bool:
        """Whether every top-up reaches its lender before the deadline that its call sets."""
        return all(each.in_time for each in self.arrivals)

    @property
    def late(self) -> tuple[str, ...]:
        """A sentence for each loan whose top-up does not arrive in time."""
        return tuple(dict.fromkeys(each.reason for each in self.arrivals if each.reason))


@dataclass(frozen=True, slots=True)
class Reserve:
    """The four reserve prices of a book; ``free_sats`` is the reserve."""

    currency: str
    today: Decimal
    free_sats: int
    no_margin_call: ReservePrice
    cure_each_call: ReservePrice
    cure_at_once: ReservePrice
    last_stand: ReservePrice

    def __iter__(self) -> Iterator[ReservePrice]:
        return iter((self.no_margin_call, self.cure_each_call, self.cure_at_once, self.last_stand))
