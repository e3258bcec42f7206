"""When a failing source is left alone, and for how long (pure)."""

from dataclasses import dataclass, replace
from random import Random
from typing import Final

FAILURES_TO_OPEN: Final = 3
FIRST_HOLD: Final = 30.0
LONGEST_HOLD: Final = 900.0
REGION_HOLD: Final = 86_400.0
PROBE_PAUSE: Final = 1.0
# One of these is enough: asking again at once can only make it worse.
_AT_ONCE: Final = frozenset({"unauthorized", "forbidden", "challenge", "proxy", "banned", "region", "rate_limited"})
_LASTING: Final = frozenset({"unauthorized", "banned", "region"})
_HOLDS: Final = {"region": REGION_HOLD, "challenge": LONGEST_HOLD, "unauthorized": LONGEST_HOLD, "forbidden": 300.0}


@dataclass(frozen=True, slots=True)
class Breaker:
    """One source's standing.

    Attributes:
        failures: in a row.
        openings: how often it was opened since the last success.
        open_until: monotonic time until which it is not asked, or None.
        reason: of the last failure.
    """

    failures: int = 0
    openings: int = 0
    open_until: float | None = None
    reason: str = ""


def may_ask(breaker: Breaker, mono: float) -> bool:
    """Return whether the source may be asked now; past the hold, one probe decides."""
    return breaker.open_until is None or mono >= breaker.open_until


def after_failure(breaker: Breaker, reason: str, retry_after: float | None, mono: float, rng: Random) -> Breaker:
    """Return the standing after a failed poll.

    It opens after three failures, at once on a refusal, and again after a failed probe; the hold doubles from 30 s
    up to 15 minutes, in full jitter, and is never shorter than what the source asked for.
    """
    failures = breaker.failures + 1
    probing = breaker.open_until is not None
    if failures < FAILURES_TO_OPEN and reason not in _AT_ONCE and not probing:
        return replace(breaker, failures=failures, reason=reason)
    ceiling = min(LONGEST_HOLD, FIRST_HOLD * 2 ** min(breaker.openings, 10))
    hold = max(rng.uniform(PROBE_PAUSE, ceiling), retry_after or 0.0, _HOLDS.get(reason, 0.0))
    return Breaker(failures, breaker.openings + 1, mono + hold, reason)


def after_success() -> Breaker:
    """Return the standing after an answer."""
    return Breaker()


def after_network_change(breaker: Breaker) -> Breaker:
    """Return the standing after sleep or a new network: passing faults are forgotten, refusals are not."""
    return breaker if breaker.reason in _LASTING else Breaker()


def after_try_now(breaker: Breaker) -> Breaker:
    """Return the standing after the user asked to try now."""
    return replace(breaker, open_until=None)
