"""What the screen calls the kinds of things; the book file has names of its own."""

from collections.abc import Mapping
from typing import Final

from app.domain.book import AccountKind, EventKind, TransactionKind
from app.domain.terms import Accrual, DayCount, Exposure, ExtentMode, FeeBase, Payment, TriggerKind

READ_ONLY: Final = "This book is open for reading only; changes are off."
EVENT_WORDS: Final[Mapping[EventKind, str]] = {
    EventKind.DRAW: "Draw",
    EventKind.REPAY: "Repayment",
    EventKind.POST: "Top-up",
    EventKind.RELEASE: "Release",
    EventKind.FEE: "Fee",
    EventKind.RATE: "New rate",
    EventKind.LIQUIDATION: "Forced sale",
}
TRANSACTION_WORDS: Final[Mapping[TransactionKind, str]] = {
    TransactionKind.BUY: "Buy",
    TransactionKind.SELL: "Sell",
    TransactionKind.INCOME: "Income",
    TransactionKind.SPEND: "Spend",
    TransactionKind.TRANSFER: "Transfer",
    TransactionKind.DEPOSIT: "Deposit",
    TransactionKind.WITHDRAWAL: "Withdrawal",
    TransactionKind.FEE: "Fee",
}
TRANSACTION_NOUNS: Final[Mapping[TransactionKind, str]] = {
    **{kind: words.lower() for kind, words in TRANSACTION_WORDS.items()},
    TransactionKind.BUY: "purchase",
    TransactionKind.SELL: "sale",
    TransactionKind.SPEND: "payment",
}
ACCOUNT_WORDS: Final[Mapping[AccountKind, str]] = {
    AccountKind.SELF_CUSTODY: "Own keys",
    AccountKind.EXCHANGE: "Exchange",
    AccountKind.OTHER: "Other",
}
TRIGGER_WORDS: Final[Mapping[TriggerKind, str]] = {
    TriggerKind.WARNING: "Early warning",
    TriggerKind.MARGIN_CALL: "Margin call",
    TriggerKind.LIQUIDATION: "Forced sale",
}
DAY_COUNT_WORDS: Final[Mapping[DayCount, str]] = {kind: kind.value for kind in DayCount}
ACCRUAL_WORDS: Final[Mapping[Accrual, str]] = {
    Accrual.SIMPLE: "Simple",
    Accrual.COMPOUND_DAILY: "Compound, daily",
    Accrual.COMPOUND_MONTHLY: "Compound, monthly",
    Accrual.FLAT_TERM: "Flat for the term",
}
PAYMENT_WORDS: Final[Mapping[Payment, str]] = {
    Payment.BULLET: "All at maturity",
    Payment.INTEREST_MONTHLY: "Interest monthly",
    Payment.AMORTISING_MONTHLY: "Instalments monthly",
    Payment.OPEN_TERM: "Open term",
}
EXPOSURE_WORDS: Final[Mapping[Exposure, str]] = {
    Exposure.PRINCIPAL: "Principal only",
    Exposure.PRINCIPAL_AND_ACCRUED: "Principal, fees and accrued interest",
    Exposure.PRINCIPAL_AND_FULL_TERM_INTEREST: "Principal, fees and all interest to maturity",
}
EXTENT_WORDS: Final[Mapping[ExtentMode, str]] = {
    ExtentMode.FULL: "sells all",
    ExtentMode.TO_LTV: "sells down to",
}
FEE_BASE_WORDS: Final[Mapping[FeeBase, str]] = {
    FeeBase.LIQUIDATED: "of what is sold",
    FeeBase.DEBT: "of the debt",
}
