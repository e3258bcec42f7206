"""Extended public keys as people have them (SLIP 132): which network, which addresses, and what they are."""

from typing import TYPE_CHECKING, Final

from app.domain.errors import InputError
from app.domain.wallets import ScriptKind

if TYPE_CHECKING:
    from embit.bip32 import HDKey

_MAIN: Final[dict[bytes, tuple[ScriptKind, ...]]] = {
    # A bare xpub says nothing of its addresses: every kind is looked for.
    bytes.fromhex("0488b21e"): tuple(ScriptKind),
    bytes.fromhex("049d7cb2"): (ScriptKind.P2SH_P2WPKH,),
    bytes.fromhex("04b24746"): (ScriptKind.P2WPKH,),
}
_LONGEST: Final = 200
_MULTISIG: Final = frozenset((bytes.fromhex("0295b43f"), bytes.fromhex("02aa7ed3")))
_TEST: Final = frozenset(bytes.fromhex(one) for one in ("043587cf", "044a5262", "045f1cf6", "024289ef", "02575483"))


def read_extended_key(text: str, scripts: tuple[ScriptKind, ...] = ()) -> "tuple[HDKey, tuple[ScriptKind, ...]]":
    """Return an extended public key and the kinds of addresses that are looked for.

    Args:
        text: xpub, ypub or zpub.
        scripts: chosen kinds; empty: as the prefix says.

    Raises:
        InputError: it is none that a wallet can be made of; the text is not repeated.
    """
    from embit.bip32 import HDKey  # noqa: PLC0415 - loads the library of the curve

    try:
        key = HDKey.from_base58(text[:_LONGEST])
    except Exception:  # noqa: BLE001 - the library raises what it likes for a mistyped key, its text included
        raise InputError("this extended key has a mistake in it; copy it again, whole", "key") from None
    if key.is_private:
        raise InputError("this is a private key; give the public one", "key")
    if key.version in _TEST:
        raise InputError(
            "this key is of a test network, whose coins have no value; give one that begins with x, y or z", "key"
        )
    if key.version in _MULTISIG:
        raise InputError("this key is one of several of a multisig wallet; give the wallet's output descriptor", "key")
    if key.version not in _MAIN:
        raise InputError("this key is of no kind that is known; give an xpub, ypub, zpub or a descriptor", "key")
    return key, scripts or _MAIN[key.version]
