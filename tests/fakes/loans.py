"""Loans for tests: short ways to say terms, events and the worked example of a revolver that a 10 % fall would call."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from app.domain.book import Account, Book, EventKind, Loan, LoanEvent, Transaction, TransactionKind
from app.domain.ledger import PriceKey
from app.domain.quotes import Quote
from app.domain.terms import CONSENSUS, Accrual, DayCount, Delivery, Exposure, ExtentMode, Terms, Trigger, TriggerKind

NOON = timedelta(hours=12)
OPENED = date(2025, 6, 1)


def at(text: str) -> datetime:
    """Return a UTC moment from ISO text; a bare day is its midnight."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def sats(btc: str) -> int:
    """Return satoshis for an amount in BTC."""
    return int(Decimal(btc) * 100_000_000)


def warning(ltv: str) -> Trigger:
    """Return a warning."""
    return Trigger(TriggerKind.WARNING, Decimal(ltv))


def call(ltv: str, cure_ltv: str | None = None, hours: int | None = None, *, latching: bool = False) -> Trigger:
    """Return a margin call."""
    cure = None if cure_ltv is None else Decimal(cure_ltv)
    return Trigger(TriggerKind.MARGIN_CALL, Decimal(ltv), cure_hours=hours, cure_ltv=cure, latching=latching)


def sale(ltv: str, to_ltv: str | None = None) -> Trigger:
    """Return a liquidation, full or to an LTV."""
    mode = ExtentMode.FULL if to_ltv is None else ExtentMode.TO_LTV
    extent = None if to_ltv is None else Decimal(to_ltv)
    return Trigger(TriggerKind.LIQUIDATION, Decimal(ltv), extent=mode, extent_ltv=extent, fee_rate=Decimal("0.02"))


DEFAULT_TRIGGERS = (warning("0.70"), call("0.75", "0.65", 12, latching=True), sale("0.85", "0.65"))


def terms(
    rate: str = "0",
    *,
    start: date = OPENED,
    triggers: Iterable[Trigger] = DEFAULT_TRIGGERS,
    day_count: DayCount = DayCount.ACT_365F,
    accrual: Accrual = Accrual.SIMPLE,
    exposure: Exposure = Exposure.PRINCIPAL_AND_ACCRUED,
    basis_bps: int = 0,
    price_source: str = CONSENSUS,
) -> Terms:
    """Return terms; those of the worked example unless told otherwise."""
    return Terms(
        start,
        Decimal(rate),
        day_count,
        accrual,
        exposure=exposure,
        triggers=tuple(triggers),
        basis_bps=basis_bps,
        price_source=price_source,
        delivery=Delivery(hours=4),
    )


def post(when: str, btc: str, account: str | None = None) -> LoanEvent:
    """Return a top-up."""
    return LoanEvent(at(when), EventKind.POST, sats=sats(btc), account=account)


def release(when: str, btc: str, account: str | None = None) -> LoanEvent:
    """Return a release."""
    return LoanEvent(at(when), EventKind.RELEASE, sats=sats(btc), account=account)


def draw(when: str, amount: str) -> LoanEvent:
    """Return a draw."""
    return LoanEvent(at(when), EventKind.DRAW, amount=Decimal(amount))


def repay(when: str, amount: str) -> LoanEvent:
    """Return a repayment."""
    return LoanEvent(at(when), EventKind.REPAY, amount=Decimal(amount))


def fee(when: str, amount: str) -> LoanEvent:
    """Return a fee that is added to the debt."""
    return LoanEvent(at(when), EventKind.FEE, amount=Decimal(amount))


def rate(when: str, new: str) -> LoanEvent:
    """Return a fixing."""
    return LoanEvent(at(when), EventKind.RATE, rate=Decimal(new))


def sold(when: str, btc: str, price: str, cost: str | None = None) -> LoanEvent:
    """Return a liquidation."""
    paid = None if cost is None else Decimal(cost)
    return LoanEvent(at(when), EventKind.LIQUIDATION, sats=sats(btc), price=Decimal(price), fee=paid)


def loan(
    *events: LoanEvent,
    with_terms: Terms | tuple[Terms, ...] | None = None,
    name: str = "Coin revolver",
    currency: str = "USD",
    opened_on: date = OPENED,
    matures_on: date | None = None,
) -> Loan:
    """Return a loan with these events."""
    all_terms = with_terms if isinstance(with_terms, tuple) else (with_terms or terms(start=opened_on),)
    return Loan(name, "Example lender", currency, opened_on, matures_on, all_terms, events)


def pledged(debt: str, btc: str, *, name: str = "Coin revolver", with_terms: Terms | None = None) -> Loan:
    """Return a loan that drew ``debt`` against ``btc`` on its first day."""
    return loan(post("2025-06-01T12:00", btc), draw("2025-06-01T13:00", debt), with_terms=with_terms, name=name)


def account(name: str = "Cold storage", btc: str = "1000", when: str = "2024-03-01") -> Account:
    """Return an account with one deposit."""
    return Account(name, transactions=(Transaction(at(when), TransactionKind.DEPOSIT, sats(btc)),))


def book(*loans: Loan, accounts: tuple[Account, ...] = (), base_currency: str = "USD") -> Book:
    """Return a book."""
    return Book("Treasury", base_currency, accounts, loans)


def quote(value: str, currency: str = "USD", origin: str = "consensus") -> Quote:
    """Return a quote that five sources agree on."""
    return Quote(currency, Decimal(value), at("2026-02-10"), origin, 5, 5)


def key(currency: str = "USD", source: str = CONSENSUS) -> PriceKey:
    """Return a price key."""
    return PriceKey(source, currency)
