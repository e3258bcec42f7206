"""Where the bitcoin lies, as rows: free in each account, pledged with each lender."""

from decimal import Decimal
from typing import NamedTuple

from app.domain.money import EXACT, btc_of
from app.domain.money import btc_text as exact_btc
from app.domain.quotes import Quote
from app.services.desk import DeskSnapshot
from app.ui.formats import DOWN, Display, btc_text, money_text, percent_text
from app.ui.models.rows import RowColumn, RowsModel
from app.ui.words import ACCOUNT_WORDS


class AccountRow(NamedTuple):
    """An account's free bitcoin, or what one loan holds in pledge.

    Attributes:
        account: the account's name, or None for a pledge.
        loan: the loan's name, or None for an account.
        value: in the base currency, or None without a price.
        share: of all bitcoin in the book.
    """

    name: str
    where: str
    sats: int
    value: Decimal | None
    currency: str
    share: Decimal
    account: str | None = None
    loan: str | None = None
    place: int = 0

    @property
    def is_free(self) -> bool:
        """Whether it can be used."""
        return self.account is not None


def account_rows(snapshot: DeskSnapshot) -> tuple[AccountRow, ...]:
    """Return the accounts in the book's order, then what each loan holds."""
    book, figures = snapshot.book, snapshot.figures
    lookup = figures.prices[book.base_currency]
    price = lookup.value if isinstance(lookup, Quote) else None
    total = figures.totals.btc_sats
    rows = [
        _row(
            account.name, ACCOUNT_WORDS[account.kind], figures.ledger.free_sats.get(account.name, 0), price,
            book.base_currency, total,
        )._replace(account=account.name)
        for account in book.accounts
    ]  # fmt: skip
    rows += [
        _row(loan.name, f"Pledged to {loan.lender}", state.collateral_sats, price, book.base_currency, total)._replace(
            loan=loan.name
        )
        for loan, state in zip(book.loans, figures.ledger.balances, strict=True)
        if state.collateral_sats
    ]
    return tuple(row._replace(place=place) for place, row in enumerate(rows))


def accounts_model() -> RowsModel[AccountRow]:
    """Return the model of the accounts table, in the book's order."""
    return RowsModel(
        (
            RowColumn("name", "Account or loan", lambda row, _d: row.name, lambda row: row.place),
            RowColumn("where", "Where", lambda row, _d: row.where, lambda row: row.where.casefold()),
            RowColumn("state", "State", lambda row, _d: state_words(row), lambda row: not row.is_free),
            RowColumn("btc", "Bitcoin", _btc, lambda row: row.sats, lambda row: exact_btc(row.sats), True, True),
            RowColumn(
                "value", "Value", _value, lambda row: row.value or Decimal(0), lambda row: _plain(row.value), True, True
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
    return (
        f"{row.name}, {row.where}, {_btc(row, display)} {'free' if row.is_free else 'pledged'}, {_value(row, display)}"
    )


def _row(name: str, where: str, sats: int, price: Decimal | None, currency: str, total: int) -> AccountRow:
    value = None if price is None else EXACT.multiply(btc_of(sats), price)
    return AccountRow(name, where, sats, value, currency, Decimal(sats) / Decimal(total) if total else Decimal(0))


def _btc(row: AccountRow, display: Display) -> str:
    return btc_text(row.sats, display, digits=8)


def _value(row: AccountRow, display: Display) -> str:
    return money_text(row.value, row.currency, display, DOWN)


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
