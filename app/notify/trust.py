"""Whose certificates are trusted: the system's authorities, and one more that the user names. Nothing turns it off."""

import ssl
from collections.abc import Callable
from pathlib import Path

from requests.utils import DEFAULT_CA_BUNDLE_PATH


def tls_context(ca_file: str | None, make: Callable[[], ssl.SSLContext] = ssl.create_default_context) -> ssl.SSLContext:
    """Return a context that verifies certificate and name, TLS 1.2 at least.

    A Python without a list of authorities (a bare Linux, python.org's on macOS) gets the one that comes with requests.

    Args:
        ca_file: one more authority (a company's), or None.
        make: makes the context.

    Raises:
        OSError: ``ca_file`` cannot be read.
    """
    context = make()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not context.cert_store_stats()["x509_ca"] and not _has_folder_of_authorities():
        context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def _has_folder_of_authorities() -> bool:
    folder = ssl.get_default_verify_paths().capath
    return bool(folder) and any(Path(folder or "").iterdir())


def trust_everywhere(ca_file: str | None) -> None:
    """Let every library of this process that asks for a default context get this one."""
    make = ssl.create_default_context

    def trusting(*_: object, **__: object) -> ssl.SSLContext:
        return tls_context(ca_file, make)

    # Mail, MQTT and the like ask here; there is no other way to hand them an authority.
    ssl.create_default_context = trusting
