"""Which servers may be asked about wallets, and which proxies lead there (pure)."""

from typing import Final
from urllib.parse import urlsplit

from app.domain.errors import ConfigError
from app.services.base_urls import check_base_url

ELECTRUM_PORTS: Final = {"ssl": 50002, "tcp": 50001}


def check_server(url: str, place: str = "server") -> str:
    """Return the address of an Esplora or Electrum server as it is used; empty stays empty.

    Raises:
        ConfigError: it is none, carries a password, or would send in the clear over the open internet.
    """
    if not url:
        return ""
    scheme, sign, rest = url.partition("://")
    if scheme not in ELECTRUM_PORTS:
        if scheme not in ("http", "https") or not sign:
            msg = "must begin with https:// (Esplora, mempool), or with ssl:// or tcp:// (Electrum)"
            raise ConfigError(msg, place)
        return check_base_url(url, place)
    # The same rules for hosts, passwords and the open internet; only the scheme is another.
    plain = check_base_url(f"{'https' if scheme == 'ssl' else 'http'}://{rest}", place)
    parts = urlsplit(plain)
    if parts.path:
        raise ConfigError("of an Electrum server ends with the port; leave out what follows", place)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{scheme}://{host}:{parts.port or ELECTRUM_PORTS[scheme]}"


def check_proxy(url: str, place: str = "proxy") -> str:
    """Return the address of a SOCKS proxy that looks names up itself; empty stays empty.

    Raises:
        ConfigError: it is none. ``socks5://`` is refused: it would tell the names to one's own network.
    """
    if not url:
        return ""
    scheme, _, rest = url.partition("://")
    if scheme == "socks5":
        raise ConfigError("must be socks5h://, so that names are not looked up in your own network", place)
    if scheme != "socks5h":
        raise ConfigError("must be like socks5h://127.0.0.1:9050", place)
    parts = urlsplit(check_base_url(f"https://{rest}", place))
    if parts.path or parts.port is None:
        raise ConfigError("must be like socks5h://127.0.0.1:9050", place)
    return f"socks5h://{rest}".rstrip("/")


def is_onion(url: str) -> bool:
    """Return whether a server can be reached through Tor alone."""
    return (urlsplit(url).hostname or "").endswith(".onion")


def is_electrum(url: str) -> bool:
    """Return whether a server speaks the Electrum protocol."""
    return url.partition("://")[0] in ELECTRUM_PORTS
