"""Where the bitcoin lies, as rows: free in each account, pledged with each lender."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from app.domain.book import Book
from app.domain.ledger import Ledger
from app.domain.money import EXACT, btc_of
from app.domain.money import btc_text as exact_btc
from app.domain.quotes import PriceLookup, Quote
from app.ui.formats import DOWN, Display, btc_text, money_text, percent_text
from app.ui.models.rows import RowColumn, RowsModel
from app.ui.words import ACCOUNT_WORDS


class AccountRow(NamedTuple):
    """An account's free bitcoin, or what one loan holds in pledge.

    Attributes:
        share: of all bitcoin in the book.
        account: the account's name, or None for a pledge.
        loan: the loan's name, or None for an account.
        place: in the book's order.
    """

    name: str
    where: str
    sats: int
    share: Decimal
    account: str | None
    loan: str | None
    place: int

    @property
    def is_free(self) -> bool:
        """Whether it can be used."""
        return self.account is not None


PriceNow = Callable[[], PriceLookup]


def account_rows(book: Book, ledger: Ledger) -> tuple[AccountRow, ...]:
    """Return the accounts in the book's order, then what each loan holds; no price is in them."""
    total = Decimal(sum(ledger.free_sats.values()) + ledger.encumbered_sats)
    rows: list[AccountRow] = []

    def add(name: str, where: str, sats: int, account: str | None, loan: str | None) -> None:
        share = EXACT.divide(Decimal(sats), total) if total else Decimal(0)
        rows.append(AccountRow(name, where, sats, share, account, loan, len(rows)))

    for account in book.accounts:
        add(account.name, ACCOUNT_WORDS[account.kind], ledger.free_sats.get(account.name, 0), account.name, None)
    for loan, state in zip(book.loans, ledger.balances, strict=True):
        if state.collateral_sats:
            add(loan.name, f"Pledged to {loan.lender}", state.collateral_sats, None, loan.name)
    return tuple(rows)


def accounts_model(price: PriceNow) -> RowsModel[AccountRow]:
    """Return the model of the accounts table, in the book's order; values are told at ``price``."""
    return RowsModel(
        (
            RowColumn("name", "Account or loan", lambda row, _d: row.name, lambda row: row.place),
            RowColumn("where", "Where", lambda row, _d: row.where, lambda row: row.where.casefold()),
            RowColumn("state", "State", lambda row, _d: state_words(row), lambda row: not row.is_free),
            RowColumn("btc", "Bitcoin", _btc, lambda row: row.sats, lambda row: exact_btc(row.sats), True, True),
            RowColumn(
                "value",
                "Value",
                lambda row, display: _value(row, display, price()),
                lambda row: row.sats,
                lambda row: _raw_value(row, price()),
                True,
                True,
            ),
            RowColumn("share", "Of all", lambda row, _d: percent_text(row.share, 1), lambda row: row.share, None, True),
        ),
        account_words,
        sort_key="name",
    )


def state_words(row: AccountRow) -> str:
    """Return whether the bitcoin is free."""
    return "Free" if row.is_free else "Pledged"


def account_words(row: AccountRow, display: Display) -> str:
    """Return a row as a sentence."""
    return f"{row.name}, {row.where}, {_btc(row, display)} {'free' if row.is_free else 'pledged'}"


def _btc(row: AccountRow, display: Display) -> str:
    return btc_text(row.sats, display, digits=8)


def _worth(row: AccountRow, lookup: PriceLookup) -> Decimal | None:
    return EXACT.multiply(btc_of(row.sats), lookup.value) if isinstance(lookup, Quote) else None


def _value(row: AccountRow, display: Display, lookup: PriceLookup) -> str:
    return money_text(_worth(row, lookup), lookup.currency, display, DOWN)


def _raw_value(row: AccountRow, lookup: PriceLookup) -> str:
    worth = _worth(row, lookup)
    return "" if worth is None else f"{worth:f}"
