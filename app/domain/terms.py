"""What a contract says: rate, accrual, exposure and the LTVs at which something happens, from a day on."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.errors import HistoryError


class DayCount(StrEnum):
    """How days become a fraction of a year."""

    ACT_365F = "ACT/365F"
    ACT_360 = "ACT/360"
    THIRTY_360 = "30/360"


class Accrual(StrEnum):
    """Whether interest earns interest, and when."""

    SIMPLE = "simple"
    COMPOUND_DAILY = "compound_daily"
    COMPOUND_MONTHLY = "compound_monthly"
    FLAT_TERM = "flat_term"


class Payment(StrEnum):
    """When the borrower has agreed to pay; informs due dates, not the arithmetic."""

    BULLET = "bullet"
    INTEREST_MONTHLY = "interest_monthly"
    AMORTISING_MONTHLY = "amortising_monthly"
    OPEN_TERM = "open_term"


class Exposure(StrEnum):
    """What the lender divides by the collateral's value."""

    PRINCIPAL = "principal"
    PRINCIPAL_AND_ACCRUED = "principal_and_accrued"
    PRINCIPAL_AND_FULL_TERM_INTEREST = "principal_and_full_term_interest"


class TriggerKind(StrEnum):
    """What the contract does when its LTV is reached."""

    WARNING = "warning"
    MARGIN_CALL = "margin_call"
    LIQUIDATION = "liquidation"


class ExtentMode(StrEnum):
    """How far a liquidation goes."""

    FULL = "full"
    TO_LTV = "to_ltv"


class FeeBase(StrEnum):
    """What a liquidation's fee rate is applied to."""

    LIQUIDATED = "liquidated"
    DEBT = "debt"


CONSENSUS: Final = "consensus"
SEVERITY: Final = {TriggerKind.WARNING: 1, TriggerKind.MARGIN_CALL: 2, TriggerKind.LIQUIDATION: 3}
MAX_LTV: Final = Decimal(2)
MAX_RATE: Final = Decimal(10)


@dataclass(frozen=True, slots=True)
class Trigger:
    """An LTV at which the contract does something.

    Attributes:
        kind: what it does.
        ltv: reached when the loan's LTV is at or above it; a fraction.
        cure_hours: margin call: hours to cure it, or None for no clock.
        cure_ltv: margin call: the LTV to restore, or None where the contract names none.
        latching: margin call: it stands even if the price recovers.
        extent: liquidation: how far it goes.
        extent_ltv: liquidation ``to_ltv``: the LTV it restores.
        fee_rate: liquidation: the fee as a fraction of ``fee_base``.
        fee_base: what the fee is a fraction of.
    """

    kind: TriggerKind
    ltv: Decimal
    cure_hours: int | None = None
    cure_ltv: Decimal | None = None
    latching: bool = False
    extent: ExtentMode = ExtentMode.FULL
    extent_ltv: Decimal | None = None
    fee_rate: Decimal = Decimal(0)
    fee_base: FeeBase = FeeBase.LIQUIDATED


@dataclass(frozen=True, slots=True)
class Delivery:
    """What it takes to get bitcoin to the lender.

    Attributes:
        hours: signers, confirmations and business hours together.
        daily_cap_btc_sats: most satoshis the lender takes a day, or None.
        daily_cap: most money the lender takes a day, in the loan's currency, or None.
    """

    hours: int = 0
    daily_cap_btc_sats: int | None = None
    daily_cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the terms were read, and when somebody last confirmed them."""

    source: str = ""
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The contract's terms from ``start`` until the next ones.

    Attributes:
        start: first day on which they hold.
        rate: yearly rate as a fraction.
        triggers: in rising LTV order; may be empty, and may hold several of one kind.
        price_source: ``consensus``, or the source that the contract names.
        basis_bps: how far the lender's index runs above (negative: below) that price.
    """

    start: date
    rate: Decimal
    day_count: DayCount = DayCount.ACT_365F
    accrual: Accrual = Accrual.SIMPLE
    payment: Payment = Payment.BULLET
    exposure: Exposure = Exposure.PRINCIPAL_AND_ACCRUED
    triggers: tuple[Trigger, ...] = ()
    price_source: str = CONSENSUS
    basis_bps: int = 0
    delivery: Delivery = field(default_factory=Delivery)
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def cure_ltv(self) -> Decimal | None:
        """The LTV to cure to: the smallest one a margin call names, else the lowest trigger, else None."""
        named = [t.cure_ltv for t in self.triggers if t.kind is TriggerKind.MARGIN_CALL and t.cure_ltv is not None]
        if named:
            return min(named)
        return self.triggers[0].ltv if self.triggers else None


def check_terms(terms: Terms, matures_on: date | None) -> None:
    """Refuse terms that contradict themselves.

    Raises:
        HistoryError: naming the field, relative to the terms.
    """
    if not 0 <= terms.rate <= MAX_RATE:
        msg = f"{terms.rate} is not a yearly fraction; write 10.5 % as 0.105"
        raise HistoryError(msg, "rate")
    if terms.accrual is Accrual.COMPOUND_DAILY and terms.day_count is DayCount.THIRTY_360:
        msg = "compound_daily contradicts 30/360, which has no days; use ACT/365F or ACT/360"
        raise HistoryError(msg, "day_count")
    if terms.exposure is Exposure.PRINCIPAL_AND_FULL_TERM_INTEREST and matures_on is None:
        msg = "principal_and_full_term_interest needs a maturity; give the loan matures_on"
        raise HistoryError(msg, "exposure")
    if not -9_000 <= terms.basis_bps <= 9_000:  # noqa: PLR2004 - a basis beyond 90 % is a typing mistake
        msg = f"{terms.basis_bps} basis points is no basis; write one per cent as 100"
        raise HistoryError(msg, "basis_bps")
    if terms.delivery.hours < 0:
        msg = "hours cannot be negative; write 0 for none"
        raise HistoryError(msg, "delivery.hours")
    previous: Decimal | None = None
    for index, trigger in enumerate(terms.triggers):
        place = f"triggers[{index}]"
        _check_trigger(trigger, place)
        if previous is not None and trigger.ltv < previous:
            msg = f"{trigger.ltv} stands after {previous}; list the triggers in rising LTV order"
            raise HistoryError(msg, f"{place}.ltv")
        previous = trigger.ltv


def _check_trigger(trigger: Trigger, place: str) -> None:
    if not 0 < trigger.ltv <= MAX_LTV:
        msg = f"{trigger.ltv} is no LTV; write 75 % as 0.75"
        raise HistoryError(msg, f"{place}.ltv")
    if trigger.cure_hours is not None and trigger.cure_hours < 0:
        msg = "hours cannot be negative; write 0 for none"
        raise HistoryError(msg, f"{place}.cure_hours")
    if trigger.cure_ltv is not None and not 0 < trigger.cure_ltv <= trigger.ltv:
        msg = f"the cure LTV {trigger.cure_ltv} must lie above 0 and not above the call's {trigger.ltv}; correct it"
        raise HistoryError(msg, f"{place}.cure_ltv")
    if trigger.extent is ExtentMode.TO_LTV and (
        trigger.extent_ltv is None or not 0 < trigger.extent_ltv <= trigger.ltv
    ):
        msg = f"to_ltv needs an ltv above 0 and not above the trigger's {trigger.ltv}; correct it"
        raise HistoryError(msg, f"{place}.extent.ltv")
    if not 0 <= trigger.fee_rate < 1:
        msg = f"{trigger.fee_rate} is no fee rate; write 2 % as 0.02"
        raise HistoryError(msg, f"{place}.fee_rate")
