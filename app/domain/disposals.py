"""What lots, disposals and the whole of a book's lots look like (pure).

Money is kept as whole hundred-millionths of the currency's main unit: the finest amount a book can hold. A part of a
lot gets its share of the basis rounded down to that unit and what was rounded off stays with the rest, so that no
part of a basis is ever lost or made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from app.domain.money import EXACT

UNIT_DIGITS: Final = 8


class Method(StrEnum):
    """Which lots leave first."""

    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"
    AVERAGE = "average"
    SPECIFIC = "specific"


class Scope(StrEnum):
    """Whether each account has lots of its own, or all accounts share theirs; what is pledged is apart in both."""

    ACCOUNT = "account"
    BOOK = "book"


class OutKind(StrEnum):
    """How bitcoin left; the last two are no disposals."""

    SELL = "sell"
    SPEND = "spend"
    FEE = "fee"
    LIQUIDATION = "liquidation"
    WITHDRAWAL = "withdrawal"
    RELEASE_OUTSIDE = "release_outside"


class Source(NamedTuple):
    """The entry of the book that a figure comes from.

    Attributes:
        owner: the account's or the loan's name.
        entry: which of its transactions or events, from 0.
        loan: whether the owner is a loan.
    """

    owner: str
    entry: int
    loan: bool = False


PriceOnDay = Callable[[date], Decimal | None]
RateOnDay = Callable[[str, date], Decimal | None]


def _nothing_known(*_asked: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class LotRules:
    """How a book's lots are reckoned.

    Attributes:
        method: which lots leave first. With ``Method.SPECIFIC`` those that an entry picks (``Transaction.picks``),
            then first in, first out; with every other method picks do not count.
        scope: lots of each account, or of the whole book.
        fees_in_basis: whether a purchase's fee raises the basis and a sale's fee lowers the proceeds.
        fee_is_disposal: whether bitcoin paid as a network fee is disposed of, at its value on the day. Otherwise it
            leaves with its basis, and makes neither gain nor loss.
        price_on: the price of one bitcoin in the book's currency on a UTC day, or None.
        rate_on: what one unit of another currency was worth in the book's currency on a UTC day, or None.
    """

    method: Method = Method.FIFO
    scope: Scope = Scope.ACCOUNT
    fees_in_basis: bool = True
    fee_is_disposal: bool = True
    price_on: PriceOnDay = _nothing_known
    rate_on: RateOnDay = _nothing_known


def amount_of(units: int) -> Decimal:
    """Return hundred-millionths as an exact amount of money."""
    return Decimal(units).scaleb(-UNIT_DIGITS, EXACT)


def _known(units: int | None) -> Decimal | None:
    return None if units is None else amount_of(units)


class Lot(NamedTuple):
    """Bitcoin that came in by one entry, or what is left of it.

    Attributes:
        account: where it lies; with ``Scope.BOOK`` where it came in.
        acquired_at: UTC; a transfer keeps it.
        sats: satoshis.
        basis_units: its basis, or None where it is not known.
        source: the entry that brought it.
        reason: why the basis is not known, or empty.
        pledged_to: the loan that it secures, or None.
    """

    account: str
    acquired_at: datetime
    sats: int
    basis_units: int | None
    source: Source
    reason: str = ""
    pledged_to: str | None = None

    @property
    def basis(self) -> Decimal | None:
        """The basis in the book's currency, or None where it is not known."""
        return _known(self.basis_units)


class LotUse(NamedTuple):
    """The part of a lot that one disposal took; money as in ``Disposal``."""

    source: Source
    acquired_at: datetime
    sats: int
    basis_units: int | None
    proceeds_units: int | None

    @property
    def basis(self) -> Decimal | None:
        """This part's basis, or None."""
        return _known(self.basis_units)

    @property
    def proceeds(self) -> Decimal | None:
        """This part's share of the proceeds, by its satoshis, or None."""
        return _known(self.proceeds_units)

    @property
    def gain_units(self) -> int | None:
        """Proceeds less basis, or None where one of them is not known."""
        if self.basis_units is None or self.proceeds_units is None:
            return None
        return self.proceeds_units - self.basis_units

    @property
    def gain(self) -> Decimal | None:
        """The gain, negative for a loss, or None."""
        return _known(self.gain_units)


class Disposal(NamedTuple):
    """Bitcoin that left, and the lots it came from.

    Attributes:
        kind: how it left.
        account: the account it left, or the loan it was pledged to.
        at: UTC.
        sats: satoshis; the sum of ``uses``.
        proceeds_units: what it brought, less the fee where fees count; None where that is not known.
        uses: the lots, in the order in which they were used.
        source: the entry that took it.
        reason: why the proceeds are not known, or empty.
    """

    kind: OutKind
    account: str
    at: datetime
    sats: int
    proceeds_units: int | None
    uses: tuple[LotUse, ...]
    source: Source
    reason: str = ""

    @property
    def proceeds(self) -> Decimal | None:
        """What it brought, or None where that is not known."""
        return _known(self.proceeds_units)

    @property
    def basis_units(self) -> int | None:
        """The basis of all lots used, or None where one of them is not known."""
        total = 0
        for use in self.uses:
            if use.basis_units is None:
                return None
            total += use.basis_units
        return total

    @property
    def basis(self) -> Decimal | None:
        """The basis of all lots used, or None where one of them is not known."""
        return _known(self.basis_units)

    @property
    def gain(self) -> Decimal | None:
        """Proceeds less basis, or None where one of them is not known."""
        basis = self.basis_units
        return None if basis is None or self.proceeds_units is None else amount_of(self.proceeds_units - basis)

    @property
    def holding_days(self) -> tuple[int, int]:
        """How long its youngest and its oldest lot were held, in UTC calendar days."""
        days = [days_held(use.acquired_at, self.at) for use in self.uses]
        return min(days), max(days)


@dataclass(frozen=True, slots=True)
class LotHistory:
    """A book's lots up to a moment.

    Attributes:
        currency: of every amount.
        rules: how they were reckoned.
        acquired: every lot as it came in.
        held: what is left, pledged lots among them.
        disposals: what was sold, spent, paid as a fee or sold by a lender.
        departures: what left the book without being disposed of, so far as the book knows; no proceeds.
    """

    currency: str
    rules: LotRules
    acquired: tuple[Lot, ...]
    held: tuple[Lot, ...]
    disposals: tuple[Disposal, ...]
    departures: tuple[Disposal, ...]


def days_held(acquired_at: datetime, at: datetime) -> int:
    """Return UTC calendar days between the two."""
    return at.toordinal() - acquired_at.toordinal()


def over_a_year(acquired_at: datetime, at: datetime) -> bool:
    """Return whether more than a year has passed: the day is later than the same day a year on.

    After 29 February that is 28 February. Germany's speculation period (§ 23 EStG) and the long term of the United
    States (section 1222) both ask for more than one year.
    """
    day = acquired_at.date()
    try:
        year_on = day.replace(year=day.year + 1)
    except ValueError:
        year_on = date(day.year + 1, 2, 28)
    return at.date() > year_on
