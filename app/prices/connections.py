"""The pools of shuttable connections: direct, through a proxy, and trusting what the system trusts."""

import os
import ssl
import sys
from pathlib import Path
from typing import Any, Final

import truststore
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from app.prices.flights import Shuttable


class _ShuttableTls(Shuttable, HTTPSConnection):
    """The same over TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = Shuttable


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _ShuttableTls


_POOLS: Final = {"http": _PlainPool, "https": _TlsPool}


def _system_has_authorities() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    paths = ssl.get_default_verify_paths()
    if paths.cafile or os.environ.get("SSL_CERT_FILE"):
        return True
    return bool(paths.capath and any(Path(paths.capath).iterdir()))


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Return a context that trusts what the system trusts, and ``ca_file`` besides.

    A bare Linux may have no list of authorities at all; the one that comes with requests stands in for it.

    Raises:
        OSError: ``ca_file`` cannot be read.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not _system_has_authorities():
        context.load_verify_locations(requests_authorities())
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


def requests_authorities() -> str:
    """Return the file of certificate authorities that is installed with requests."""
    from certifi import where  # noqa: PLC0415 - only where the system has none

    return where()


class DeadlineAdapter(HTTPAdapter):
    """Mounts the shuttable connections and the system's certificate store; never retries by itself."""

    def __init__(self, ca_file: str | None) -> None:
        self._context = tls_context(ca_file)
        super().__init__(pool_connections=4, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:  # noqa: FBT001, FBT002 - requests' signature
        """Make the pools for direct connections."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = dict(_POOLS)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> PoolManager:
        """Return the pools for connections through ``proxy``."""
        known = proxy in self.proxy_manager
        manager: PoolManager = super().proxy_manager_for(proxy, ssl_context=self._context, **proxy_kwargs)
        if not known and proxy.lower().startswith("socks"):
            from app.prices.socks_connections import SOCKS_POOLS  # noqa: PLC0415 - needs PySocks

            manager.pool_classes_by_scheme = dict(SOCKS_POOLS)
        elif not known:
            manager.pool_classes_by_scheme = dict(_POOLS)
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ARG002 - requests' signature
        """Leave the trust to the context; requests would load its own list into it."""
        if url.lower().startswith("https"):
            conn.cert_reqs = "CERT_REQUIRED"
            conn.ca_certs = None
            conn.ca_cert_dir = None
