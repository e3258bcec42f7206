"""The shuttable connections by way of a SOCKS proxy (Tor, a company's); needs PySocks: read when one is set."""

from typing import Final

from urllib3.contrib.socks import (
    SOCKSConnection,
    SOCKSHTTPConnectionPool,
    SOCKSHTTPSConnection,
    SOCKSHTTPSConnectionPool,
)

from app.prices.flights import Shuttable


class _Socks(Shuttable, SOCKSConnection):
    """Plain HTTP through SOCKS."""


class _SocksTls(Shuttable, SOCKSHTTPSConnection):
    """TLS through SOCKS."""


class _PlainPool(SOCKSHTTPConnectionPool):
    ConnectionCls = _Socks


class _TlsPool(SOCKSHTTPSConnectionPool):
    ConnectionCls = _SocksTls


SOCKS_POOLS: Final = {"http": _PlainPool, "https": _TlsPool}
