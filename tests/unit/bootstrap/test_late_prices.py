from datetime import UTC, datetime

from app.bootstrap.late_prices import LatePrices
from app.domain.quotes import NoQuote, PriceStatus
from app.services.pricing_settings import PriceSettings
from tests.fakes.keepers import SetClock, SetPrices

CLOCK = SetClock(datetime(2026, 2, 5, 14, 30, tzinfo=UTC))


class Maker:
    def __init__(self) -> None:
        self.asked: list[PriceSettings] = []
        self.prices = SetPrices(CLOCK)

    def __call__(self, settings: PriceSettings) -> SetPrices:
        self.asked.append(settings)
        return self.prices


def test_prices_that_nobody_needs_are_never_made() -> None:
    maker = Maker()
    late = LatePrices(PriceSettings(), maker)
    late.configure(PriceSettings(interval_seconds=90))
    late.close()
    assert late.recorded_at is None
    assert maker.asked == []


def test_they_are_made_once_with_the_settings_of_that_moment() -> None:
    maker = Maker()
    late = LatePrices(PriceSettings(), maker)
    late.configure(PriceSettings(interval_seconds=90))
    maker.prices.say("USD", "70000", "70010", "70020")
    assert late.ask(("USD",))["USD"].status is PriceStatus.OK
    assert late.lookup("USD") == maker.prices.lookup("USD")
    assert isinstance(late.source_lookup("kraken", "USD"), NoQuote)
    assert late.history("USD") == late.update_history("USD") == ()
    assert maker.asked == [PriceSettings(interval_seconds=90)]


def test_once_made_they_are_configured_and_closed() -> None:
    maker = Maker()
    told: list[PriceSettings] = []
    maker.prices.configure = told.append  # type: ignore[assignment,method-assign] # a fake that listens
    late = LatePrices(PriceSettings(), maker)
    late.lookup("USD")
    late.configure(PriceSettings(interval_seconds=120))
    late.close()
    assert told == [PriceSettings(interval_seconds=120)]
    assert maker.prices.closed
