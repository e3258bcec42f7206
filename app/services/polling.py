"""How long to wait until prices are asked for again (pure)."""

from enum import StrEnum
from random import Random
from typing import Final

from app.domain.quotes import Consensus, Verdict

JITTER: Final = 0.10
NEAR_SECONDS: Final = 20.0
UNCONFIRMED_SECONDS: Final = 10.0
OFFLINE_SECONDS: Final = 30.0
MIN_SECONDS: Final = 5.0
STORM_SECONDS: Final = 60.0
_UNREACHABLE: Final = frozenset({"dns", "refused", "connect_timeout", "network", "connection", "timeout"})


class Trouble(StrEnum):
    """What is wrong with all sources at once."""

    NONE = "none"
    OFFLINE = "offline"
    STORM = "storm"


def trouble_of(consensus: Consensus) -> Trouble:
    """Return whether every source that was asked cannot be reached, or refuses for being asked too often."""
    rows = [row for row in consensus.sources if row.verdict is not Verdict.OFF]
    if not rows or any(row.verdict is not Verdict.FAILED for row in rows):
        return Trouble.NONE
    words = {row.reason.removeprefix("paused: after ").partition(":")[0] for row in rows}
    if words <= _UNREACHABLE:
        return Trouble.OFFLINE
    return Trouble.STORM if words == {"rate_limited"} else Trouble.NONE


def longest_wait(interval_seconds: float) -> float:
    """Return after how many seconds the next round comes at the latest, whatever ``next_delay`` says."""
    return max(STORM_SECONDS, 2 * max(MIN_SECONDS, interval_seconds)) * (1 + JITTER)


def next_delay(
    interval_seconds: float,
    rng: Random,
    *,
    near_trigger: bool = False,
    unconfirmed: bool = False,
    offline: bool = False,
    storm: bool = False,
) -> float:
    """Return seconds to wait, ±10 %, so that many desks do not ask in step.

    Args:
        interval_seconds: what the settings say.
        rng: the source of jitter.
        near_trigger: a loan is close to a trigger; ask at least every 20 s.
        unconfirmed: sources disagree about an alarm; ask at least every 10 s.
        offline: no source could be reached at all; look again after 30 s.
        storm: all sources refuse for asking too often; wait twice as long, a minute at least.
    """
    seconds = max(MIN_SECONDS, interval_seconds)
    if storm:
        seconds = max(STORM_SECONDS, 2 * seconds)
    elif offline:
        seconds = min(seconds, OFFLINE_SECONDS)
    elif unconfirmed:
        seconds = min(seconds, UNCONFIRMED_SECONDS)
    elif near_trigger:
        seconds = min(seconds, NEAR_SECONDS)
    return seconds * rng.uniform(1 - JITTER, 1 + JITTER)
