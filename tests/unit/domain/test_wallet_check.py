"""Wallets that make no sense are refused with their place; what they are made of is never repeated."""

from dataclasses import replace

import pytest

from app.domain.errors import HistoryError
from app.domain.wallet_check import check_wallets
from app.domain.wallets import ScriptKind, Wallet, WalletKind
from tests.unit.domain.test_private_keys import SEED, WIF, XPRV, XPUB

GOOD = Wallet("k1", "Vault", WalletKind.EXTENDED_KEY, (XPUB,), account="Cold")
ADDRESSES = Wallet("k2", "Box", WalletKind.ADDRESSES, ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",), loan="Loan")


def check(*wallets: Wallet) -> None:
    check_wallets(wallets, {"Cold"}, {"Loan"})


def test_wallets_that_can_be() -> None:
    check(GOOD, ADDRESSES)
    check(replace(GOOD, scripts=(ScriptKind.P2TR, ScriptKind.P2WPKH), gap_limit=1_000))
    check()


@pytest.mark.parametrize(
    ("wallet", "place", "words"),
    [
        (replace(GOOD, account=None), "account", "exactly one"),
        (replace(GOOD, loan="Loan"), "account", "exactly one"),
        (replace(GOOD, account="Warm"), "account", "no account"),
        (replace(ADDRESSES, loan="Lean"), "loan", "no loan"),
        (replace(GOOD, gap_limit=0), "gap_limit", "1 to 1000"),
        (replace(GOOD, gap_limit=1_001), "gap_limit", "1 to 1000"),
        (replace(GOOD, gap_limit=True), "gap_limit", "1 to 1000"),
        (replace(GOOD, name=""), "name", "without spaces"),
        (replace(GOOD, name=" Vault"), "name", "without spaces"),
        (replace(GOOD, name="Va\u202eult"), "name", "do not show"),
        (replace(GOOD, key="a b"), "key", "ASCII"),
        (replace(GOOD, sources=()), "sources", "1 to 10,000"),
        (replace(GOOD, sources=(XPUB, XPUB + "x")), "sources", "one extended key"),
        (replace(GOOD, sources=("zpub\n",)), "sources", "copy it again"),
        (replace(GOOD, sources=("x" * 20_001,)), "sources", "copy it again"),
        (replace(ADDRESSES, sources=ADDRESSES.sources * 2), "sources", "stands twice"),
        (replace(ADDRESSES, scripts=(ScriptKind.P2TR,)), "scripts", "extended key"),
        (replace(GOOD, scripts=(ScriptKind.P2TR, ScriptKind.P2TR)), "scripts", "stands twice"),
    ],
)
def test_wallets_that_cannot_be(wallet: Wallet, place: str, words: str) -> None:
    with pytest.raises(HistoryError) as caught:
        check(wallet)
    assert caught.value.place == f"wallets[0].{place}"
    assert words in caught.value.problem
    assert XPUB not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "place"), [({"name": "Vault"}, "name"), ({"key": "k1"}, "key"), ({"sources": (XPUB,)}, "sources")]
)
def test_names_keys_and_sources_are_unique(changes: dict[str, object], place: str) -> None:
    twin = replace(GOOD, name="Other", key="k9", sources=(XPUB + "q",))
    check(GOOD, twin)
    with pytest.raises(HistoryError) as caught:
        check(GOOD, replace(twin, **changes))  # type: ignore[arg-type]  # what fields are given depends on the case
    assert caught.value.place == f"wallets[1].{place}"


@pytest.mark.parametrize("secret", [SEED, WIF, XPRV])
@pytest.mark.parametrize("field", ["name", "key", "sources"])
def test_secrets_are_refused_wherever_they_stand(secret: str, field: str) -> None:
    with pytest.raises(HistoryError) as caught:
        check(replace(GOOD, **{field: (secret,) if field == "sources" else secret}))  # type: ignore[arg-type]  # as above
    assert caught.value.place == f"wallets[0].{field}"
    assert "private key" in str(caught.value)
    assert secret not in str(caught.value)


def test_a_seed_word_by_word_is_a_seed() -> None:
    with pytest.raises(HistoryError, match="seed words"):
        check(replace(ADDRESSES, sources=tuple(SEED.replace("about", "zoo").split())))
