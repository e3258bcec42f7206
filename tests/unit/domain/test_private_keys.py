"""Private keys and seed words are refused, loudly, and nothing of them is repeated."""

import traceback

import pytest

from app.domain.errors import InputError
from app.domain.private_keys import holds_private_key, note_holds_private_key, refuse_private_key

SEED = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
XPRV = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"
WIF = "L1aW4aubDFB7yfras2S1mN3bqg9nwySY8nkoLmJebSLD5BWv3ENZ"
OLD_WIF = "5KYZdUEo39z3FPrtuX2QbbwGnNP5zTd7yyr2SC1j299sBCnWjss"
XPUB = "xpub6BosfCnifzxcFwrSzQiqu2DBVTshkCXacvNsWGYJVVhhawA7d4R5WSWGFNbi8Aw6ZRc1brxMyWMzG3DSSSSoekkudhUd9yLb6qx39T9nMdj"


@pytest.mark.parametrize(
    "secret",
    [
        SEED,
        SEED.upper(),
        SEED.replace(" ", "\n"),
        SEED.replace(" ", ","),
        f"wpkh({SEED})",
        " ".join(f"{number}. {word}" for number, word in enumerate(SEED.split(), 1)),
        "abaisser abandon abdiquer abeille abolir aborder aboutir aboyer abrasif abreuver abriter abroger",
        "的 一 是 在 不 了 有 和 人 这 中 大",
        "ábaco abdomen abeja abierto abogado abono aborto abrazo abrir abuelo abuso acabar",
        XPRV,
        XPRV[:40],
        "y" + XPRV[1:],
        "Z" + XPRV[1:],
        "tprv8ZgxMBicQKsPd7Uf69XL1XwhmjHopUGep8GuEiJDZmbQz6o58LninorQAfcKZWARbtRtfnLcJ5MQ2AtHcQJCCRUcMRvmDUjyEmNUWwx8UbK",
        WIF,
        OLD_WIF,
        "cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA",
        "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg",
        f"wpkh({WIF})",
        f"wsh(sortedmulti(2,{XPUB}/0/*,[d34db33f/48h/0h/0h/2h]{XPRV}/0/*))",
        f"p2wpkh:{WIF}",
        f"my old wallet, kept since 2013: {OLD_WIF} (do not lose)",
        "\u200bx\u200bprv" + XPRV[4:],
    ],
)
def test_a_secret_is_told_apart_and_not_repeated(secret: str) -> None:
    assert holds_private_key(secret)
    with pytest.raises(InputError) as caught:
        refuse_private_key(secret, "key")
    told = "".join(traceback.format_exception(caught.value)) + str(caught.value) + repr(caught.value.args)
    assert "private key or seed words" in str(caught.value)
    assert "move the coins" in str(caught.value)
    for word in {word for word in secret.split() if len(word) > 8} | {secret, WIF, XPRV}:
        assert word not in told


@pytest.mark.parametrize(
    "public",
    [
        XPUB,
        "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs",
        "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
        "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
        "pkh(02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5)",
        f"wsh(sortedmulti(2,[d34db33f/48h/0h/0h/2h]{XPUB}/<0;1>/*,{XPUB}/0/*))#qqqqqqqq",
        # Long runs of an address or of a number look like keys but for their letters, all small.
        "bc1p9e8c7d6e5f4g3h2j9k8m7n6p5q4r3s2t9u8v7w6x5y4z3a2c9d8e7f6g5h4",
        "5" + "a1b2c3d4e6f7" * 4 + "99",
        "bc1qwprv9a8c7d6e5f4g3h2j9k8m7n6p5q4r3s2t9u8",
        "Vault of the treasury, Zürich",
        "a wallet that we made in the first week of May, to hold what the lender gives back to us",
        "",
    ],
)
def test_public_things_are_let_through(public: str) -> None:
    assert not holds_private_key(public)
    refuse_private_key(public)


PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


@pytest.mark.parametrize(
    ("note", "secret"),
    [
        (PHRASE, True),
        (PHRASE.upper(), True),
        (f"old wallet: {PHRASE}", False),  # prose and phrases cannot be told apart there; see wallets and labels
        ("Paid the power bill for the data hall this month after second notice", False),
        ("sent bitcoin from cold store into exchange desk before margin call came today", False),
        ("key 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ in it", True),
        ("xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33", True),
        ("short", False),
    ],
)
def test_a_note_is_prose_unless_it_is_nothing_but_a_secret(note: str, secret: bool) -> None:
    assert note_holds_private_key(note) is secret
