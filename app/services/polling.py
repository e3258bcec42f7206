"""How long to wait until prices are asked for again (pure)."""

from random import Random
from typing import Final

JITTER: Final = 0.10
NEAR_SECONDS: Final = 20.0
OFFLINE_SECONDS: Final = 30.0
MIN_SECONDS: Final = 5.0
STORM_SECONDS: Final = 60.0


def next_delay(
    interval_seconds: float,
    rng: Random,
    *,
    near_trigger: bool = False,
    offline: bool = False,
    storm: bool = False,
) -> float:
    """Return seconds to wait, ±10 %, so that many desks do not ask in step.

    Args:
        interval_seconds: what the settings say.
        rng: the source of jitter.
        near_trigger: a loan is close to a trigger; ask at least every 20 s.
        offline: no source could be reached at all; look again after 30 s.
        storm: all sources refuse for asking too often; wait twice as long, a minute at least.
    """
    seconds = max(MIN_SECONDS, interval_seconds)
    if storm:
        seconds = max(STORM_SECONDS, 2 * seconds)
    elif offline:
        seconds = min(seconds, OFFLINE_SECONDS)
    elif near_trigger:
        seconds = min(seconds, NEAR_SECONDS)
    return seconds * rng.uniform(1 - JITTER, 1 + JITTER)
