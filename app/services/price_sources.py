"""The sources that the settings switch on, as one value."""

from collections.abc import Callable
from dataclasses import dataclass

from app.services.ports import FxSource, HistorySource, SpotSource


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class PriceSources:
    """What can be asked.

    Attributes:
        spot: sources of prices.
        fx: sources of dollar rates, the preferred one first.
        history: sources of daily prices, the preferred one first.
        off: key and group of sources that are switched off.
        forget_connections: closes kept connections.
        close: aborts what is in flight.
    """

    spot: tuple[SpotSource, ...] = ()
    fx: tuple[FxSource, ...] = ()
    history: tuple[HistorySource, ...] = ()
    off: tuple[tuple[str, str], ...] = ()
    forget_connections: Callable[[], None] = _nothing
    close: Callable[[], None] = _nothing
