"""What watched wallets cannot be; whether their keys and addresses are sound is for derivation to say."""

from collections.abc import Collection, Sequence
from typing import Final

from app.domain.errors import HistoryError
from app.domain.private_keys import SENTENCE, holds_private_key
from app.domain.wallets import MAX_GAP_LIMIT, Wallet, WalletKind

MOST_SOURCES: Final = 10_000
MOST_TEXT: Final = 20_000
_LONGEST_NAME: Final = 200


def check_wallets(wallets: Sequence[Wallet], accounts: Collection[str], loans: Collection[str]) -> None:
    """Refuse wallets that make no sense.

    Args:
        wallets: of one book.
        accounts: names of its accounts.
        loans: names of its loans.

    Raises:
        HistoryError: the place reads like a path in the book file; no source is repeated.
    """
    names: set[str] = set()
    keys: set[str] = set()
    watched: set[str] = set()
    for index, wallet in enumerate(wallets):
        try:
            _check_secrets(wallet)
            _check_names(wallet)
            _check_sources(wallet)
            _check_choices(wallet)
            if wallet.name in names:
                msg = f"two wallets are named “{wallet.name[:60]}”; every name must be different"
                raise HistoryError(msg, "name")  # noqa: TRY301 - gains its place just below
            if wallet.key in keys:
                msg = "two wallets have this key; leave one out"
                raise HistoryError(msg, "key")  # noqa: TRY301 - as above
            if not watched.isdisjoint(wallet.sources):
                msg = "this is watched by another wallet already; it would count twice"
                raise HistoryError(msg, "sources")  # noqa: TRY301 - as above
            _check_owner(wallet, accounts, loans)
        except HistoryError as error:
            raise error.at(f"wallets[{index}]") from None
        names.add(wallet.name)
        keys.add(wallet.key)
        watched.update(wallet.sources)


def _check_secrets(wallet: Wallet) -> None:
    for place, text in (("name", wallet.name), ("key", wallet.key), *(("sources", one) for one in wallet.sources)):
        if holds_private_key(text):
            raise HistoryError(SENTENCE, place)
    if holds_private_key(" ".join(wallet.sources)):
        raise HistoryError(SENTENCE, "sources")


def _check_names(wallet: Wallet) -> None:
    if not wallet.key or not wallet.key.isascii() or not wallet.key.isprintable() or " " in wallet.key:
        msg = "must be printable ASCII without spaces; choose another"
        raise HistoryError(msg, "key")
    if not wallet.name.strip() or wallet.name != wallet.name.strip() or len(wallet.name) > _LONGEST_NAME:
        msg = f"must be 1 to {_LONGEST_NAME} characters, without spaces around them; choose another"
        raise HistoryError(msg, "name")
    if not wallet.name.isprintable():
        msg = "has characters that do not show; leave them out"
        raise HistoryError(msg, "name")


def _check_sources(wallet: Wallet) -> None:
    if not wallet.sources or len(wallet.sources) > MOST_SOURCES:
        msg = f"a wallet has 1 to {MOST_SOURCES:,} keys or addresses; enter them"
        raise HistoryError(msg, "sources")
    if wallet.kind is not WalletKind.ADDRESSES and len(wallet.sources) != 1:
        msg = "a wallet has one extended key or one descriptor; make a wallet for each"
        raise HistoryError(msg, "sources")
    if len(set(wallet.sources)) != len(wallet.sources):
        msg = "an address stands twice; leave one out"
        raise HistoryError(msg, "sources")
    for source in wallet.sources:
        if not source or not source.isascii() or not source.isprintable() or len(source) > MOST_TEXT:
            msg = "is no address, extended key or descriptor; copy it again"
            raise HistoryError(msg, "sources")


def _check_choices(wallet: Wallet) -> None:
    if wallet.scripts and wallet.kind is not WalletKind.EXTENDED_KEY:
        msg = "only an extended key leaves open which addresses it makes; leave them out"
        raise HistoryError(msg, "scripts")
    if len(set(wallet.scripts)) != len(wallet.scripts):
        msg = "a kind of address stands twice; leave one out"
        raise HistoryError(msg, "scripts")
    if isinstance(wallet.gap_limit, bool) or not 1 <= wallet.gap_limit <= MAX_GAP_LIMIT:
        msg = f"must be a whole number from 1 to {MAX_GAP_LIMIT}"
        raise HistoryError(msg, "gap_limit")


def _check_owner(wallet: Wallet, accounts: Collection[str], loans: Collection[str]) -> None:
    if (wallet.account is None) == (wallet.loan is None):
        msg = "a wallet belongs to one account or to one loan; name exactly one of the two"
        raise HistoryError(msg, "account")
    if wallet.account is not None and wallet.account not in accounts:
        msg = f"there is no account “{wallet.account[:60]}”; add it or correct the name"
        raise HistoryError(msg, "account")
    if wallet.loan is not None and wallet.loan not in loans:
        msg = f"there is no loan “{wallet.loan[:60]}”; add it or correct the name"
        raise HistoryError(msg, "loan")
