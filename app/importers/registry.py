"""Every format, in the order in which they are listed for people."""

from importlib import import_module
from typing import Final

from app.importers.format import Format

_MODULES: Final = (
    "coinbase",
    "coinbase_pro",
    "kraken",
    "bitstamp",
    "cash_app",
    "river",
    "swan",
    "relai",
    "strike",
    "nexo",
    "ledger_live",
    "trezor",
    "sparrow",
    "electrum",
    "koinly",
    "cointracker",
    "coinledger",
    "cointracking",
    "rotki",
    "ghostfolio",
    "plimsoll",
)


def formats() -> tuple[Format, ...]:
    """Return all formats."""
    found: list[Format] = []
    for name in _MODULES:
        module = import_module(f"app.importers.formats.{name}")
        found.extend(getattr(module, "FORMATS", None) or (module.FORMAT,))
    return tuple(found)
