"""What one person or firm tracks: accounts with transactions, loans with terms and events.

Everything here is immutable. A change makes a new ``Book`` that shares the unchanged accounts and loans with the
old one, so that comparing by identity tells what changed; saving, undoing and redoing all rest on that.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeVar

from app.domain.attachments import Attachment
from app.domain.channels import Channel
from app.domain.import_profiles import ImportProfile
from app.domain.labels import Label
from app.domain.policy import PolicyLimit
from app.domain.rules import Rule
from app.domain.scenario import Scenario
from app.domain.terms import Terms
from app.domain.wallets import Wallet


class AccountKind(StrEnum):
    """Where bitcoin lies."""

    SELF_CUSTODY = "self_custody"
    EXCHANGE = "exchange"
    OTHER = "other"


class TransactionKind(StrEnum):
    """How bitcoin moves in or out of an account."""

    BUY = "buy"
    SELL = "sell"
    INCOME = "income"
    SPEND = "spend"
    TRANSFER = "transfer"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    FEE = "fee"


INFLOWS = frozenset((TransactionKind.BUY, TransactionKind.INCOME, TransactionKind.DEPOSIT))


class EventKind(StrEnum):
    """What happens to a loan."""

    DRAW = "draw"
    REPAY = "repay"
    POST = "post"
    RELEASE = "release"
    FEE = "fee"
    RATE = "rate"
    LIQUIDATION = "liquidation"


class LotPick(NamedTuple):
    """Bitcoin of one lot that somebody chose to give away: named by when it was acquired, as tax law names it."""

    acquired_at: datetime
    sats: int


class Transaction(NamedTuple):
    """A movement of bitcoin; the kind says which way.

    Attributes:
        at: when, UTC.
        sats: satoshis moved, positive.
        value: what it was worth or cost, in ``currency``, or None.
        currency: of ``value`` and ``fee``; None stands for the book's base currency.
        fee: paid in money on top, or None.
        external_id: the exchange's or lender's own id; importing it twice adds nothing. Several ids, of an entry
            that two files tell, are separated by a space.
        to_account: the receiving account of a transfer, else None.
        picks: the lots that this entry takes, where somebody chose them (specific identification).
        attachments: keys of papers in ``Book.attachments``.
    """

    at: datetime
    kind: TransactionKind
    sats: int
    value: Decimal | None = None
    currency: str | None = None
    fee: Decimal | None = None
    note: str = ""
    external_id: str | None = None
    to_account: str | None = None
    picks: tuple[LotPick, ...] = ()
    attachments: tuple[str, ...] = ()


class LoanEvent(NamedTuple):
    """Something that happened to a loan; which fields are set depends on the kind.

    Attributes:
        at: when, UTC.
        amount: draw, repay, fee: money in the loan's currency.
        sats: post, release, liquidation: satoshis.
        account: post, release: the account that gives or receives them; None for outside the book.
        rate: rate: the new yearly rate, a fraction.
        price: liquidation: the price the collateral was sold at, in the loan's currency.
        fee: liquidation: what the lender kept for it, in the loan's currency.
    """

    at: datetime
    kind: EventKind
    amount: Decimal | None = None
    sats: int | None = None
    account: str | None = None
    rate: Decimal | None = None
    price: Decimal | None = None
    fee: Decimal | None = None
    note: str = ""
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A place where bitcoin lies, with what moved there, in the order of the file."""

    name: str
    kind: AccountKind = AccountKind.SELF_CUSTODY
    transactions: tuple[Transaction, ...] = ()


@dataclass(frozen=True, slots=True)
class Loan:
    """A debt backed by bitcoin.

    Attributes:
        terms: effective-dated, in rising order; the first holds from the opening day or before.
        events: in the order of the file; those of one moment count in that order.
        attachments: keys of papers in ``Book.attachments``.
    """

    name: str
    lender: str
    currency: str
    opened_on: date
    matures_on: date | None
    terms: tuple[Terms, ...]
    events: tuple[LoanEvent, ...] = ()
    attachments: tuple[str, ...] = ()

    def terms_on(self, day: date) -> Terms:
        """Return the terms in force on ``day`` (before the first ones: the first ones)."""
        current = self.terms[0]
        for terms in self.terms[1:]:
            if terms.start > day:
                break
            current = terms
        return current


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that is tracked together; names are unique among accounts and among loans.

    Attributes:
        demo: an invented book, judged at recorded prices and labelled so wherever it is shown.
        scenarios: questions to ask again; they change nothing of what is tracked.
        rules: what to be told of, beside the lines that every loan is watched for.
        channels: how to reach people; their addresses are secrets and lie elsewhere.
        limits: the treasury's own policy.
        wallets: watched on the chain; what was found there is kept beside the book.
        labels: what wallets call transactions and addresses.
        profiles: how the columns of people's own files are read.
        attachments: what is known of each paper; its bytes are kept beside the book.
    """

    name: str
    base_currency: str = "USD"
    accounts: tuple[Account, ...] = ()
    loans: tuple[Loan, ...] = ()
    demo: bool = False
    scenarios: tuple[Scenario, ...] = ()
    rules: tuple[Rule, ...] = ()
    channels: tuple[Channel, ...] = ()
    limits: tuple[PolicyLimit, ...] = ()
    wallets: tuple[Wallet, ...] = ()
    labels: tuple[Label, ...] = ()
    profiles: tuple[ImportProfile, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    def account(self, name: str) -> Account:
        """Return the account of that name.

        Raises:
            KeyError: there is none.
        """
        return _named(self.accounts, name)

    def loan(self, name: str) -> Loan:
        """Return the loan of that name.

        Raises:
            KeyError: there is none.
        """
        return _named(self.loans, name)

    def with_loan(self, loan: Loan, replacing: str | None = None) -> "Book":
        """Return the book with ``loan`` put in; a new name is carried into what names the old one."""
        book = replace(self, loans=_put(self.loans, loan, replacing))
        if replacing is None or replacing == loan.name:
            return book
        rules = tuple(_about(rule, replacing, (loan.name,)) for rule in book.rules)
        wallets = tuple(replace(w, loan=loan.name) if w.loan == replacing else w for w in book.wallets)
        return replace(book, rules=rules, wallets=wallets)

    def without_loan(self, name: str) -> "Book":
        """Return the book without that loan; a rule or a wallet that was about it alone goes with it."""
        rules = tuple(_about(rule, name, ()) for rule in self.rules if rule.loans != (name,))
        loans = tuple(loan for loan in self.loans if loan.name != name)
        wallets = tuple(wallet for wallet in self.wallets if wallet.loan != name)
        return replace(self, loans=loans, rules=rules, wallets=wallets)

    def with_account(self, account: Account, replacing: str | None = None) -> "Book":
        """Return the book with ``account`` put in; a new name is carried into every reference to the old one."""
        book = replace(self, accounts=_put(self.accounts, account, replacing))
        if replacing is None or replacing == account.name:
            return book
        return _rename_references(book, replacing, account.name)

    def without_account(self, name: str) -> "Book":
        """Return the book without that account; references to it are left for the check to refuse."""
        return replace(self, accounts=tuple(account for account in self.accounts if account.name != name))


_Item = TypeVar("_Item", Account, Loan)


def _named(items: "tuple[_Item, ...]", name: str) -> "_Item":
    for item in items:
        if item.name == name:
            return item
    raise KeyError(name)


def _put(items: "tuple[_Item, ...]", item: "_Item", replacing: str | None) -> "tuple[_Item, ...]":
    if replacing is None:
        return items + (item,)  # noqa: RUF005 - keeps the tuple's type
    return tuple(item if other.name == replacing else other for other in items)


def _about(rule: Rule, old: str, new: tuple[str, ...]) -> Rule:
    """Return a rule with ``new`` in the place of a loan that it names."""
    if old not in rule.loans:
        return rule
    place = rule.loans.index(old)
    return replace(rule, loans=(*rule.loans[:place], *new, *rule.loans[place + 1 :]))


def _rename_references(book: Book, old: str, new: str) -> Book:
    accounts = tuple(
        account
        if all(t.to_account != old for t in account.transactions)
        else replace(
            account,
            transactions=tuple(t._replace(to_account=new) if t.to_account == old else t for t in account.transactions),
        )
        for account in book.accounts
    )
    loans = tuple(
        loan
        if all(e.account != old for e in loan.events)
        else replace(loan, events=tuple(e._replace(account=new) if e.account == old else e for e in loan.events))
        for loan in book.loans
    )
    wallets = tuple(replace(wallet, account=new) if wallet.account == old else wallet for wallet in book.wallets)
    return replace(book, accounts=accounts, loans=loans, wallets=wallets)
