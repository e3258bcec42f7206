"""Where the bitcoin lies, as a tree: kinds of places with their accounts, then what each loan holds in pledge."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.book import AccountKind, Book
from app.domain.ledger import Ledger
from app.domain.money import EXACT, btc_of
from app.domain.money import btc_text as exact_btc
from app.domain.quotes import PriceLookup, Quote
from app.ui.formats import DOWN, Display, btc_text, day_text, money_text, percent_text
from app.ui.models.rows import RowColumn, RowsModel

PLEDGED: Final = "pledged"
ALL: Final = "all"
_GROUPS: Final = {
    AccountKind.SELF_CUSTODY: "Own keys",
    AccountKind.EXCHANGE: "Exchanges",
    AccountKind.OTHER: "Other places",
}
_INDENT: Final = "\u2003\u2002"
WIDTHS: Final = (240, 150, 120, 70, 110)


class TreeRow(NamedTuple):
    """A branch, or a leaf below it.

    Attributes:
        key: of the branch: an ``AccountKind``'s value, ``pledged`` or ``all``; empty for a leaf.
        where: what it is, in words.
        share: of all bitcoin in the book.
        account, loan: the name, for a leaf of that sort.
        leaves: how many are below; 0 for a leaf.
        is_open: whether its leaves are shown.
        last: when it last moved, or None.
        place: from top to bottom.
    """

    key: str
    name: str
    where: str
    sats: int
    share: Decimal
    account: str | None
    loan: str | None
    leaves: int
    is_open: bool
    last: datetime | None
    place: int

    @property
    def is_branch(self) -> bool:
        """Whether it stands for others."""
        return bool(self.key)


PriceNow = Callable[[], PriceLookup]


def account_tree(
    book: Book, ledger: Ledger, last: Mapping[str, datetime], closed: Collection[str] = ()
) -> tuple[TreeRow, ...]:
    """Return the tree from top to bottom, the sum of all last; leaves of ``closed`` branches are left out."""
    total = Decimal(sum(ledger.free_sats.values()) + ledger.encumbered_sats)
    rows: list[TreeRow] = []

    def add(key: str, name: str, where: str, sats: int, leaves: int, last: datetime | None,
            account: str | None = None, loan: str | None = None) -> None:  # fmt: skip
        share = EXACT.divide(Decimal(sats), total) if total else Decimal(0)
        rows.append(TreeRow(key, name, where, sats, share, account, loan, leaves, key not in closed, last, len(rows)))

    for kind, title in _GROUPS.items():
        found = [account for account in book.accounts if account.kind is kind]
        if found:
            sats = sum(ledger.free_sats.get(account.name, 0) for account in found)
            moved = [last[account.name] for account in found if account.name in last]
            add(kind.value, title, _counted(len(found), "account"), sats, len(found), max(moved, default=None))
            for account in found if kind.value not in closed else ():
                free = ledger.free_sats.get(account.name, 0)
                add("", account.name, "Free", free, 0, last.get(account.name), account=account.name)
    pledges = [
        (loan, state.collateral_sats)
        for loan, state in zip(book.loans, ledger.balances, strict=True)
        if state.collateral_sats
    ]
    if pledges:
        moved = [event.at for loan, _ in pledges for event in loan.events if event.sats is not None]
        sats = sum(sats for _, sats in pledges)
        add(PLEDGED, "Pledged", _counted(len(pledges), "loan"), sats, len(pledges), max(moved, default=None))
        for loan, held in pledges if PLEDGED not in closed else ():
            at = max((event.at for event in loan.events if event.sats is not None), default=None)
            add("", loan.name, f"Pledged to {loan.lender}", held, 0, at, loan=loan.name)
    if len(book.accounts) + len(pledges) > 1:
        add(ALL, "All bitcoin", "", int(total), 0, max(filter(None, (row.last for row in rows)), default=None))
    return tuple(rows)


def members(row: TreeRow, book: Book) -> tuple[frozenset[str], frozenset[str]]:
    """Return the accounts and the loans that a row stands for."""
    loans = frozenset(loan.name for loan in book.loans)
    if row.account is not None:
        return frozenset((row.account,)), frozenset()
    if row.loan is not None:
        return frozenset(), frozenset((row.loan,))
    if row.key == PLEDGED:
        return frozenset(), loans
    if row.key == ALL:
        return frozenset(account.name for account in book.accounts), loans
    return frozenset(account.name for account in book.accounts if account.kind.value == row.key), frozenset()


def accounts_model(price: PriceNow) -> RowsModel[TreeRow]:
    """Return the model of the tree; values are told at ``price``. Its order is the tree's own."""

    def place(row: TreeRow) -> int:
        return row.place

    return RowsModel(
        (
            RowColumn("name", "Account or loan", lambda row, _d: name_text(row), place, lambda row: row.name),
            RowColumn("btc", "Bitcoin", _btc, place, lambda row: exact_btc(row.sats), True, True),
            RowColumn("value", "Value", lambda row, display: _value(row, display, price()), place,
                      lambda row: _raw_value(row, price()), True, True),
            RowColumn("share", "Of all", lambda row, _d: percent_text(row.share, 1), place, None, True),
            RowColumn("last", "Last moved", lambda row, _d: _last(row), place,
                      lambda row: "" if row.last is None else row.last.isoformat()),
            RowColumn("where", "Where", lambda row, _d: row.where, place),
        ),
        account_words,
        sort_key="name",
    )  # fmt: skip


def name_text(row: TreeRow) -> str:
    """Return a name with its place in the tree."""
    if row.key == ALL:
        return row.name
    if row.is_branch:
        return f"{'▾' if row.is_open else '▸'}\u2002{row.name}"
    return f"{_INDENT}{row.name}"


def account_words(row: TreeRow, display: Display) -> str:
    """Return a row as a sentence."""
    state = f", {'open' if row.is_open else 'closed'}" if row.leaves else ""
    return ", ".join(part for part in (row.name, row.where, _btc(row, display)) if part) + state


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _btc(row: TreeRow, display: Display) -> str:
    return btc_text(row.sats, display, digits=8)


def _last(row: TreeRow) -> str:
    return "" if row.last is None else day_text(row.last.date())


def _worth(row: TreeRow, lookup: PriceLookup) -> Decimal | None:
    return EXACT.multiply(btc_of(row.sats), lookup.value) if isinstance(lookup, Quote) else None


def _value(row: TreeRow, display: Display, lookup: PriceLookup) -> str:
    return money_text(_worth(row, lookup), lookup.currency, display, DOWN)


def _raw_value(row: TreeRow, lookup: PriceLookup) -> str:
    worth = _worth(row, lookup)
    return "" if worth is None else f"{worth:f}"
