"""A desk's prices over loopback: seven sound sources, of which a test breaks one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from app.domain.quotes import Consensus, SourceVerdict
from app.prices.http import HttpLimits
from app.prices.registry import source_builder
from app.services.pricing import PricingService
from app.services.pricing_settings import PriceSettings, SourceSetting
from app.system.clock import SystemClock
from tests.fakes.price_server import FakePriceServer
from tests.fakes.price_store import FakePriceStore

PRICES = {
    "USD": Decimal(70727),
    "EUR": Decimal(60712),
    "GBP": Decimal(52590),
    "CHF": Decimal(56935),
    "JPY": Decimal(10411000),
    "CAD": Decimal(97957),
    "AUD": Decimal(109146),
}
FAST = HttpLimits(
    connect_seconds=0.6,
    read_seconds=0.6,
    total_seconds=1.0,
    spot_bytes=64 * 1024,
    history_bytes=2 * 1024 * 1024,
)
# Where nothing hangs nothing has to be cut short: a busy machine may take its time.
PATIENT = replace(FAST, connect_seconds=20, read_seconds=20, total_seconds=30)
Asker = Callable[..., tuple[Consensus, SourceVerdict]]
Pricer = Callable[..., PricingService]


@pytest.fixture
def server() -> Iterator[FakePriceServer]:
    with FakePriceServer(PRICES) as running:
        yield running


@pytest.fixture
def pricer(server: FakePriceServer) -> Iterator[Pricer]:
    """Make services that are closed after the test."""
    made: list[PricingService] = []

    def make(
        settings: PriceSettings | None = None, ca_file: str | None = None, limits: HttpLimits = FAST
    ) -> PricingService:
        clock = SystemClock()
        service = PricingService(
            clock,
            source_builder(clock, "0.0", limits, ca_file),
            FakePriceStore(),
            settings or server.settings(),
            rng=Random(1),
            round_seconds=5 if limits is FAST else 60,
        )
        made.append(service)
        return service

    yield make
    for service in made:
        service.close()


@pytest.fixture
def ask(server: FakePriceServer, pricer: Pricer) -> Asker:
    """Ask once, with one source at another address; return the consensus and that source's row."""

    def run(
        source: str,
        base_url: str | None = None,
        currency: str = "USD",
        ca_file: str | None = None,
    ) -> tuple[Consensus, SourceVerdict]:
        settings = server.settings()
        if base_url is not None:
            settings = replace(settings, sources={**settings.sources, source: SourceSetting(True, base_url)})
        consensus = pricer(settings, ca_file).ask((currency,))[currency]
        return consensus, next(row for row in consensus.sources if row.name == source)

    return run
