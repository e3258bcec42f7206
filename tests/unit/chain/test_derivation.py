"""Addresses from public keys and descriptors, against the vectors of the standards that define them."""

from typing import Any

import pytest

from app.chain.derivation import derive, script_of
from app.domain.errors import InputError
from app.domain.wallets import ScriptKind, Wallet, WalletKind
from tests.unit.domain.test_private_keys import SEED, WIF, XPRV

# The account keys and addresses of "abandon … about": BIP 44 is in wide use, 49, 84 and 86 print theirs.
BIP44 = (
    "xpub6BosfCnifzxcFwrSzQiqu2DBVTshkCXacvNsWGYJVVhhawA7d4R5WSWGFNbi8Aw6ZRc1brxMyWMzG3DSSSSoekkudhUd9yLb6qx39T9nMdj"
)
BIP49 = (
    "ypub6Ww3ibxVfGzLrAH1PNcjyAWenMTbbAosGNB6VvmSEgytSER9azLDWCxoJwW7Ke7icmizBMXrzBx9979FfaHxHcrArf3zbeJJJUZPf663zsP"
)
BIP84 = (
    "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs"
)
BIP86 = (
    "xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLprQ3VCECoY49yfdDEHGCtMMj92pReUsQ"
)
KEYS = (
    "xpub6ERApfZwUNrhLCkDtcHTcxd75RbzS1ed54G1LkBUHQVHQKqhMkhgbmJbZRkrgZw4koxb5JaHWkY4ALHY2grBGRjaDMzQLcgJvLJuZZvRcEL",
    "xpub68NZiKmJWnxxS6aaHmn81bvJeTESw724CRDs6HbuccFQN9Ku14VQrADWgqbhhTHBaohPX4CjNLf9fq9MYo6oDaPPLPxSb7gwQN3ih19Zm4Y",
)


def of(text: str, *scripts: ScriptKind) -> Any:
    """Return the addresses of a key or descriptor."""
    kind = WalletKind.DESCRIPTOR if "(" in text else WalletKind.EXTENDED_KEY
    return derive(Wallet("k", "n", kind, (text,), scripts))


def first(addresses: Any, branch: str, number: int = 0) -> str:
    """Return one address."""
    return str(addresses.scripts(branch, number, number + 1)[0].address)


@pytest.mark.parametrize(
    ("key", "branch", "number", "address"),
    [
        (BIP44, "p2pkh/0", 0, "1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA"),
        (BIP44, "p2pkh/1", 0, "1J3J6EvPrv8q6AC3VCjWV45Uf3nssNMRtH"),
        (BIP49, "p2sh-p2wpkh/0", 0, "37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf"),
        (BIP84, "p2wpkh/0", 0, "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"),
        (BIP84, "p2wpkh/0", 1, "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g"),
        (BIP84, "p2wpkh/1", 0, "bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el"),
        (BIP86, "p2tr/0", 0, "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"),
        (BIP86, "p2tr/0", 1, "bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh"),
        (BIP86, "p2tr/1", 0, "bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7"),
    ],
)
def test_vectors_of_single_key_wallets(key: str, branch: str, number: int, address: str) -> None:
    assert first(of(key), branch, number) == address
    assert script_of(address) == of(key).scripts(branch, number, number + 1)[0].script


def test_a_bare_xpub_is_looked_for_in_every_kind_of_address_unless_one_is_chosen() -> None:
    every = of(BIP86)
    assert every.branches == tuple(f"{kind.value}/{chain}" for kind in ScriptKind for chain in (0, 1))
    assert first(every, "p2tr/0") == first(of(BIP86, ScriptKind.P2TR), "p2tr/0")
    assert of(BIP86, ScriptKind.P2TR).branches == ("p2tr/0", "p2tr/1")
    assert of(BIP84).branches == ("p2wpkh/0", "p2wpkh/1")
    assert of(BIP49).branches == ("p2sh-p2wpkh/0", "p2sh-p2wpkh/1")
    assert every.size("p2tr/0") is None
    assert every.what.startswith("xpub (legacy")


def test_descriptors_say_the_same_as_keys() -> None:
    assert first(of(f"tr({BIP86}/<0;1>/*)"), "descriptor/1") == first(of(BIP86), "p2tr/1")
    assert first(of(f"pkh([73c5da0a/44h/0h/0h]{BIP44}/<0;1>/*)"), "descriptor/1") == first(of(BIP44), "p2pkh/1")
    assert of(f"tr({BIP86}/0/*)").branches == ("descriptor/0",)


MULTISIG = (
    "xpub661MyMwAqRbcFW31YEwpkMuc5THy2PSt5bDMsktWQcFF8syAmRUapSCGu8ED9W6oDMSgv6Zz8idoc4a6mr8BDzTJY47LJhkJ8UB7WEGuduB"
    "/1/0/*,"
    "xpub69H7F5d8KSRgmmdJg2KhpAK8SR3DjMwAdkxj3ZuxV27CprR9LgpeyGmXUbC6wb7ERfvrnKZjXoUmmDznezpbZb7ap6r1D3tgFxHmwMkQTPH"
    "/0/0/*"
)


@pytest.mark.parametrize(
    ("text", "what", "script"),
    [
        # What another library makes of the sixteenth address.
        (
            f"wsh(sortedmulti(1,{MULTISIG}))#v66cvalc",
            "1-of-2 multisig descriptor",
            "002002aeee9c3773dfecfe6215f2eea2908776b1232513a700e1ee516b634883ecb0",
        ),
        (
            f"wsh(multi(1,{MULTISIG}))#t2zpj2eu",
            "1-of-2 multisig descriptor",
            "00204616bb4e66d0b540b480c5b26c619385c4c2b83ed79f4f3eab09b01745443a55",
        ),
    ],
)
def test_vectors_of_multisig_wallets(text: str, what: str, script: str) -> None:
    addresses = of(text)
    assert addresses.what == what
    assert addresses.scripts("descriptor/0", 16, 17)[0].script == script


def test_keys_of_a_sorted_multisig_may_be_named_in_any_order() -> None:
    one = of(f"sh(wsh(sortedmulti(2,{KEYS[0]}/<0;1>/*,{KEYS[1]}/<0;1>/*)))")
    other = of(f"sh(wsh(sortedmulti(2,{KEYS[1]}/<0;1>/*,{KEYS[0]}/<0;1>/*)))")
    assert one.branches == ("descriptor/0", "descriptor/1")
    for branch in one.branches:
        assert one.scripts(branch, 0, 5) == other.scripts(branch, 0, 5)
        assert first(one, branch).startswith("3")
    assert one.scripts("descriptor/0", 0, 1)[0].script != one.scripts("descriptor/1", 0, 1)[0].script


def test_a_descriptor_of_one_address() -> None:
    one = of("wpkh(02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5)")
    assert one.size("descriptor/0") == 1
    assert [each.address for each in one.scripts("descriptor/0", 0, 50)] == [
        "bc1qq6hag67dl53wl99vzg42z8eyzfz2xlkvxechjp"
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"wsh(sortedmulti(1,{MULTISIG}))#v66cvald", "checksum"),
        (f"wsh(sortedmulti(1,{MULTISIG}))#", "checksum"),
        (f"wsh(sortedmulti(1,{MULTISIG})", "mistake"),
        (f"wsh(sortedmulti(3,{MULTISIG}))", "mistake"),
        (f"wpkh({BIP84}/0/*)", "begin with y or z"),
        (f"pkh({BIP44}/0h/*)", "mistake"),
        (f"wpkh({BIP44}/<0;1;2;3;4;5;6;7;8>/*)", "more than 8"),
        (
            "wpkh(tpubD6NzVbkrYhZ4XgiXtGrdW5XDAPFCL9h7we1vwNCpn8tGbBcgfVYjXyhWo4E1xkh56hjod1RhGjxbaTLV3X4FyWuejifB9jusQ46QzG87VKp/*)",
            "test network",
        ),
        ("addr(1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2)", "mistake"),
        (f"wpkh({WIF})", "private key"),
        (f"wpkh({XPRV}/0/*)", "private key"),
    ],
)
def test_descriptors_that_cannot_be_watched(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        of(text)
    for part in (text, BIP44, BIP84, MULTISIG, WIF, XPRV):
        assert part not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "tpubDC5FSnBiZDMmhiuCmWAYsLwgLYrrT9rAqvTySfuCCrgsWz8wxMXUS9Tb9iVMvcRbvFcAHGkMD5Kx8koh4GquNGNTfohfk7pgjhaPCdXpoba",
            "test network",
        ),
        (
            "Zpub75TRDKmjyFjNqZrGtBUzDVdTqXKDNDmcbVg1rz2tFdNVPnYqZbkPsCuWAaX8vLdGLJ3Pbn7pVn4F5vHDtH6iUx3zJWfB7zN6Ga7rvvwjcJ7",
            "mistake",
        ),
        (BIP84[:-1] + "a", "mistake"),
        (BIP84[:-5], "mistake"),
        ("Atpub", "mistake"),
        (XPRV, "private key"),
        (SEED, "seed words"),
    ],
)
def test_keys_that_cannot_be_watched(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        of(text)
    assert text not in str(caught.value)


def test_one_key_of_a_multisig_wants_a_descriptor() -> None:
    from embit.bip32 import HDKey

    key = HDKey.from_base58(BIP84)
    with pytest.raises(InputError, match="output descriptor"):
        of(key.to_base58(bytes.fromhex("02aa7ed3")))
    with pytest.raises(InputError, match="test network"):
        of(key.to_base58(bytes.fromhex("045f1cf6")))


def addresses_of(*addresses: str) -> Any:
    """Return fixed addresses."""
    return derive(Wallet("k", "n", WalletKind.ADDRESSES, addresses))


def test_single_addresses() -> None:
    given = (
        "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
        "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
    )
    found = addresses_of(*given)
    assert found.what == "4 addresses"
    assert found.size("addresses") == 4
    assert [one.script for one in found.scripts("addresses", 0, 9)] == [
        "76a91477bff20c60e522dfaa3350c39b030a5d004e839a88ac",
        "a914b472a266d0bd89c13706a4132ccfb16f7c3b9fcb87",
        "0014751e76e8199196d454941c45d1b3a323f1433bd6",
        "5120a60869f0dbcf1dc659c9cecbaf8050135ea9e8cdc487053f1dc6880949dc684c",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3",
        "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
        "2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc",
        "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4",
        "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9",
        "",
        "x",
    ],
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(InputError, match="no bitcoin address") as caught:
        addresses_of("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", address)
    assert caught.value.place == "address 2 of 2"
    assert not address or address == "x" or address not in str(caught.value)


def test_an_address_in_two_spellings_is_one() -> None:
    lower = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    with pytest.raises(InputError, match="stands twice"):
        addresses_of(lower, lower.upper())
