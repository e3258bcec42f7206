"""One of everything that the ledger keeps, for the store's and the book file's tests."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from app.domain.attachments import Attachment
from app.domain.book import Book, LotPick, TransactionKind
from app.domain.column_map import ColumnMap, mapping_text
from app.domain.import_profiles import ImportProfile
from app.domain.labels import Label, LabelKind
from app.domain.policy import LimitKind, PolicyLimit
from app.domain.wallets import ScriptKind, Wallet, WalletKind
from tests.unit.store.sample import AT, BOOK

PAPER = Attachment("ab" * 32, "Purchase agreement.pdf", 120_000)
ZPUB = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs"
ADDRESS = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"
WALLETS = (
    Wallet("w-1", "Cold", WalletKind.EXTENDED_KEY, (ZPUB,), (ScriptKind.P2WPKH,), 100, account="Vault"),
    Wallet("w-2", "Escrow", WalletKind.ADDRESSES, (ADDRESS,), loan="Second"),
)
MAPPING = mapping_text(ColumnMap(("Datum", "Menge"), {"date": "Datum", "btc": "Menge"}, place="Bank"))
LABELS = (
    Label(LabelKind.TX, "f9" * 32, "Salary “May”", "wpkh([d34db33f/84'/0'/0'])", extra='{"fee":12}'),
    Label(LabelKind.OUTPUT, f"{'f9' * 32}:1", "", spendable=False),
)


def ledger_book() -> Book:
    """Return a book with one of everything."""
    vault, other = BOOK.accounts
    (bought,) = vault.transactions
    picked = bought._replace(
        kind=TransactionKind.SELL,
        sats=6 * 10**8,
        picks=(LotPick(AT, 5 * 10**8), LotPick(datetime(2024, 2, 29, 1, 2, 3, 456789, tzinfo=UTC), 1)),
        attachments=(PAPER.key,),
    )
    first, *rest = BOOK.loans
    return replace(
        BOOK,
        accounts=(replace(vault, transactions=(bought, picked)), other),
        loans=(replace(first, attachments=(PAPER.key,)), *rest),
        limits=(PolicyLimit(LimitKind.BOOK_LTV, Decimal("0.50")), PolicyLimit(LimitKind.FREE_BTC, Decimal(120))),
        wallets=WALLETS,
        labels=LABELS,
        profiles=(ImportProfile("Bank", MAPPING),),
        attachments=(PAPER,),
    )
