"""What is asked for prices, where and how often."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

DEFAULT_BASE_URLS: Final[Mapping[str, str]] = {
    "kraken": "https://api.kraken.com",
    "coinbase": "https://api.exchange.coinbase.com",
    "bitstamp": "https://www.bitstamp.net",
    "bitfinex": "https://api-pub.bitfinex.com",
    "gemini": "https://api.gemini.com",
    "coingecko": "https://api.coingecko.com",
    "mempool": "https://mempool.space",
    "frankfurter": "https://api.frankfurter.dev",
}
SOURCE_KEYS: Final = tuple(DEFAULT_BASE_URLS)
CURRENCIES: Final = ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD")
DEFAULT_INTERVAL_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class SourceSetting:
    """One source.

    Attributes:
        enabled: whether it is asked.
        base_url: what stands before the documented path: scheme, host, port, and a prefix if any.
    """

    enabled: bool
    base_url: str


def default_sources() -> Mapping[str, SourceSetting]:
    """Return all sources, enabled, at their own addresses."""
    return {key: SourceSetting(enabled=True, base_url=url) for key, url in DEFAULT_BASE_URLS.items()}


@dataclass(frozen=True, slots=True)
class PriceSettings:
    """How prices are asked for.

    Attributes:
        interval_seconds: between two rounds.
        sources: by source key; one that is missing is not asked.
        currencies: fiat codes that can be priced.
    """

    interval_seconds: int = DEFAULT_INTERVAL_SECONDS
    sources: Mapping[str, SourceSetting] = field(default_factory=default_sources)
    currencies: tuple[str, ...] = CURRENCIES
