"""Which network addresses a message may go to, judged on the resolved address at the moment of connecting.

A name or a spelling (decimal, octal, hexadecimal) tells nothing: only the address behind it counts. An audit hook sees
each connection that Python makes in this process, whichever library asks for it. Looking names up is the C library's
affair and not seen by the hook. A hook cannot be taken away again: it belongs in a process of its own.
"""

import socket
import sys
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_EVENTS: Final = frozenset(("socket.connect", "socket.sendto", "socket.sendmsg"))

# Where clouds tell a machine's own credentials: never a place for a message, not even inside one's own network.
_METADATA: Final = frozenset(
    ip_address(text) for text in ("169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254")
)
_OWN_V4: Final = tuple(
    IPv4Network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10", "198.18.0.0/15")
)
_OWN_V6: Final = (IPv6Network("fc00::/7"), IPv6Network("::1/128"))
# What Python's ``is_global`` lets through, or once did: carrier NAT, benchmarks, transition mechanisms, old site-local.
_SHUT: Final = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("198.18.0.0/15"),
    IPv4Network("240.0.0.0/4"),
    IPv6Network("::/96"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("2001::/32"),
    IPv6Network("2002::/16"),
    IPv6Network("fec0::/10"),
)
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_NAT64: Final = IPv6Network("64:ff9b::/96")


class ForbiddenAddressError(OSError):
    """A connection was refused before it was made, because of where it leads. Does not name the address."""

    def __init__(self) -> None:
        super().__init__("the address is not one that a message may go to")


def may_reach(text: str, *, internal: bool) -> bool:
    """Tell whether a message may go to a resolved address.

    Args:
        text: an IPv4 or IPv6 address, with or without a zone.
        internal: whether the own machine and the own network are meant; link-local addresses, where clouds keep
            credentials, multicast and reserved ones stay shut even then.
    """
    try:
        address = _inner(ip_address(text.partition("%")[0]))
    except ValueError:
        return False
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    own = _OWN_V4 if isinstance(address, IPv4Address) else _OWN_V6
    if any(address in network for network in own):
        return internal
    return address.is_global and not any(address in network for network in _SHUT)


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one stands for, where it does.

    A network without IPv4 reaches all of it through NAT64, so that prefix is judged by what it leads to.
    """
    if isinstance(address, IPv6Address) and (address in _MAPPED or address in _NAT64):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def literal(host: str) -> tuple[str, ...]:
    """Return the addresses that a host spells out in numbers, in any way; none for a name."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return ()
    return tuple(str(address[0]) for *_, address in found)


def forbid_others(*, internal: bool, refused: Callable[[], None]) -> None:
    """Refuse, for the rest of this process, connections to other addresses with ``ForbiddenAddressError``.

    Args:
        internal: as for ``may_reach``.
        refused: called with each refusal, because libraries swallow errors.
    """

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event not in _EVENTS:
            return
        target = arguments[1] if len(arguments) > 1 else None
        if target is None:  # a socket that was connected before
            return
        if isinstance(target, tuple) and target and may_reach(str(target[0]), internal=internal):
            return
        refused()
        raise ForbiddenAddressError

    sys.addaudithook(hook)
