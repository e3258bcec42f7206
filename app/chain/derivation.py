"""Addresses of a watched wallet, by embit: from an extended public key, an output descriptor, or as they are.

An account's key has two chains below it, one to receive and one for change, whatever its kind (BIP 44, 49, 84, 86). A
descriptor says itself which it has (``/<0;1>/*``); one that ends in ``/0/*`` alone is taken as it is.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from app.chain.descriptors import Descriptor, read_descriptor
from app.chain.keys import read_extended_key
from app.domain.errors import InputError
from app.domain.private_keys import refuse_private_key
from app.domain.wallets import ScriptKind, Wallet, WalletKind
from app.services.wallet_ports import WalletAddresses, WatchedScript

if TYPE_CHECKING:
    from embit.bip32 import HDKey

_LONGEST_ADDRESS: Final = 120
_FIXED: Final = "addresses"
_CHAINS: Final = (0, 1)
_NAMES: Final = {
    ScriptKind.P2PKH: "legacy",
    ScriptKind.P2SH_P2WPKH: "wrapped segwit",
    ScriptKind.P2WPKH: "native segwit",
    ScriptKind.P2TR: "taproot",
}


def derive(wallet: Wallet) -> WalletAddresses:
    """Return the addresses of a wallet.

    Raises:
        InputError: its sources are not what its kind says; no source is repeated, and private keys are refused.
    """
    for source in wallet.sources:
        refuse_private_key(source, "key")
    match wallet.kind:
        case WalletKind.EXTENDED_KEY:
            key, scripts = read_extended_key(wallet.sources[0], wallet.scripts)
            return _KeyAddresses(key, scripts, wallet.sources[0][:4])
        case WalletKind.DESCRIPTOR:
            return _DescriptorAddresses(read_descriptor(wallet.sources[0]))
        case WalletKind.ADDRESSES:
            return _FixedAddresses(wallet.sources)


def script_of(address: str) -> str:
    """Return the ``scriptPubKey`` of a mainnet address, as hex.

    Raises:
        InputError: it is none.
    """
    from embit.script import address_to_scriptpubkey  # noqa: PLC0415 - as above

    # Upper case is for QR codes.
    plain = (address.lower() if address.isupper() else address)[:_LONGEST_ADDRESS]
    script = again = None
    try:
        script = address_to_scriptpubkey(plain)
        again = None if script is None else script.address()
    except Exception:  # noqa: BLE001 - the library raises what it likes for a mistyped address, its text included
        again = None
    # An address of a test network comes back as one of the main network.
    if script is None or again != plain or len(address) > len(plain):
        raise InputError("is no bitcoin address of the main network; copy it again, whole", "address")
    return str(script.data.hex())


class _FixedAddresses:
    """Addresses that somebody gave one by one."""

    branches = (_FIXED,)

    def __init__(self, addresses: Sequence[str]) -> None:
        found = []
        for index, address in enumerate(addresses):
            try:
                found.append(WatchedScript(script_of(address), _FIXED, index, address))
            except InputError as error:
                raise InputError(error.problem, f"address {index + 1} of {len(addresses)}") from None
        if len({one.script for one in found}) != len(found):
            raise InputError("an address stands twice; leave one out", "addresses")
        self._scripts = tuple(found)

    @property
    def what(self) -> str:
        """How many there are."""
        return "1 address" if len(self._scripts) == 1 else f"{len(self._scripts)} addresses"

    def size(self, branch: str) -> int | None:
        """Return how many there are."""
        del branch
        return len(self._scripts)

    def scripts(self, branch: str, start: int, stop: int) -> tuple[WatchedScript, ...]:
        """Return some of them."""
        del branch
        return self._scripts[start:stop]


class _KeyAddresses:
    """What an account's extended key makes."""

    def __init__(self, key: "HDKey", kinds: Sequence[ScriptKind], prefix: str) -> None:
        makers = _makers()
        self._chains = {f"{kind}/{chain}": (key.derive([chain]), makers[kind]) for kind in kinds for chain in _CHAINS}
        self.branches = tuple(self._chains)
        self.what = f"{prefix} ({', '.join(_NAMES[kind] for kind in kinds)})"

    def size(self, branch: str) -> int | None:
        """Return None: it has no end that matters."""
        del branch
        return None

    def scripts(self, branch: str, start: int, stop: int) -> tuple[WatchedScript, ...]:
        """Return some of a branch's addresses."""
        chain, make = self._chains[branch]
        found = []
        for index in range(start, stop):
            script = make(chain.derive([index]))
            found.append(WatchedScript(script.data.hex(), branch, index, script.address()))
        return tuple(found)


class _DescriptorAddresses:
    """What an output descriptor makes."""

    def __init__(self, descriptor: Descriptor) -> None:
        self._descriptor = descriptor
        self.what = descriptor.what
        self.branches = tuple(f"descriptor/{number}" for number in range(descriptor.branches))

    def size(self, branch: str) -> int | None:
        """Return 1 where it names one address, None where it has no end."""
        del branch
        return None if self._descriptor.endless else 1

    def scripts(self, branch: str, start: int, stop: int) -> tuple[WatchedScript, ...]:
        """Return some of a branch's addresses."""
        number = self.branches.index(branch)
        if not self._descriptor.endless:
            stop = min(stop, 1)
        return tuple(
            WatchedScript(script, branch, index, address)
            for index in range(start, stop)
            for script, address in [self._descriptor.output(number, index)]
        )


def _makers() -> dict[ScriptKind, Callable[[Any], Any]]:
    from embit import script  # noqa: PLC0415 - loads the library of the curve

    return {
        ScriptKind.P2PKH: script.p2pkh,
        ScriptKind.P2SH_P2WPKH: lambda key: script.p2sh(script.p2wpkh(key)),
        ScriptKind.P2WPKH: script.p2wpkh,
        ScriptKind.P2TR: script.p2tr,
    }
