"""Which addresses a price source may have (pure)."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from app.domain.errors import ConfigError

_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?", re.ASCII)
_MAX_LABEL: Final = 63


def _is_own_network(host: str) -> bool:
    """Return whether plain http stays on this machine, in this house, or inside Tor."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".onion")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or (address.is_private and not address.is_unspecified)


def _host_is_sound(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(_HOST.fullmatch(host)) and all(0 < len(label) <= _MAX_LABEL for label in host.split("."))
    return True


def check_base_url(url: str, place: str = "base_url") -> str:
    """Return ``url`` without a trailing slash, fit to put before a documented path.

    Args:
        url: scheme, host, port if any, and a prefix if any.
        place: where it stands, for the error.

    Raises:
        ConfigError: it is no http(s) address, carries a password, a query or a fragment, or is plain http to a
            host of the open internet.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ConfigError("is no web address; write one like https://example.org", place) from None
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise ConfigError("has characters that no web address has", place)
    if parts.scheme not in ("http", "https") or not _host_is_sound(host) or port == 0:
        raise ConfigError("is no web address; write one like https://example.org", place)
    if parts.username is not None or parts.password is not None:
        raise ConfigError("carries a user name or password; leave them out", place)
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise ConfigError("has a query or fragment; end it with the path", place)
    if parts.scheme == "http" and not _is_own_network(host):
        raise ConfigError("is plain http to the open internet; write https", place)
    return url.rstrip("/")
