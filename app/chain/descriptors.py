"""Output descriptors: read strictly, since one that is read wrong shows a wallet without its coins."""

from typing import Any, Final

from app.domain.errors import InputError
from app.domain.private_keys import refuse_private_key

_CHECKSUM_LENGTH: Final = 8
_LONGEST: Final = 20_000
_MOST_BRANCHES: Final = 8
_MAINNET: Final = bytes.fromhex("0488b21e")
_SLIP_132: Final = frozenset(bytes.fromhex(one) for one in ("049d7cb2", "04b24746", "0295b43f", "02aa7ed3"))


class Descriptor:
    """One descriptor.

    Attributes:
        branches: how many chains of addresses it has (``<0;1>``: 2).
        endless: whether it makes addresses without end (``*``), or just one.
        what: it, in a few words.
    """

    def __init__(self, parsed: Any) -> None:
        self._parsed = parsed
        self.branches = int(parsed.num_branches)
        self.endless = bool(parsed.is_wildcard)
        self.what = _words(parsed)
        self._of_branch = [parsed.branch(number) for number in range(self.branches)]

    def output(self, branch: int, index: int) -> tuple[str, str]:
        """Return script (hex) and address of one output."""
        script = self._of_branch[branch].derive(index).script_pubkey()
        return script.data.hex(), script.address()


def read_descriptor(text: str) -> Descriptor:
    """Return a descriptor.

    Raises:
        InputError: it cannot be one for watching on the main network; the text is not repeated.
    """
    from embit.descriptor import Descriptor as Parser  # noqa: PLC0415 - loads the library of the curve

    refuse_private_key(text, "descriptor")
    if len(text) > _LONGEST:
        raise InputError(f"is longer than {_LONGEST:,} characters; no wallet makes one like that", "descriptor")
    body = _without_checksum("".join(text.split()))
    try:
        parsed = Parser.from_string(body)
        keys = list(parsed.keys)
    except Exception:  # noqa: BLE001 - the library raises what it likes for a bad text, the text included
        raise InputError(
            "has a mistake in it, or is of a kind that is not known; copy it again, whole", "descriptor"
        ) from None
    if any(key.is_private for key in keys):
        raise InputError("holds a private key; export the one for watching", "descriptor")
    for key in keys:
        _check_key(key)
    if parsed.num_branches > _MOST_BRANCHES:
        raise InputError(f"has more than {_MOST_BRANCHES} chains of addresses; watch fewer", "descriptor")
    made = Descriptor(parsed)
    try:
        made.output(0, 0)
    except Exception:  # noqa: BLE001 - as above
        raise InputError("makes no address; copy it again, whole", "descriptor") from None
    return made


def _check_key(key: Any) -> None:
    if not key.is_extended:
        return
    if key.key.version in _SLIP_132:
        raise InputError("has keys that begin with y or z; a descriptor wants xpub keys", "descriptor")
    if key.key.version != _MAINNET:
        raise InputError("is of a test network, whose coins have no value", "descriptor")
    if key.allowed_derivation is not None and key.allowed_derivation.has_hardend:
        raise InputError("has a hardened step behind a public key, which nobody can follow", "descriptor")


def _without_checksum(text: str) -> str:
    from embit.descriptor.checksum import checksum  # noqa: PLC0415 - as above
    from embit.descriptor.errors import DescriptorError  # noqa: PLC0415 - as above

    body, sign, told = text.partition("#")
    if not sign:
        return body
    try:
        right = checksum(body)
    except DescriptorError:
        right = ""
    if len(told) != _CHECKSUM_LENGTH or told != right:
        raise InputError("does not fit its checksum (after #); copy it again, whole", "descriptor")
    return body


def _words(parsed: Any) -> str:
    if parsed.is_basic_multisig:
        needed, keys = parsed.miniscript.args[0], len(parsed.keys)
        return f"{needed}-of-{keys} multisig descriptor"
    if parsed.is_taproot:
        return "taproot descriptor"
    return "single-key descriptor" if parsed.key else "script descriptor"
