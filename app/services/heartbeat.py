"""The sign of life to a service outside, which pages people when it stays away (a dead man's switch)."""

from datetime import datetime, timedelta
from typing import Final

from app.domain.deliveries import DeliveryFault
from app.services.alert_ports import DeadManSwitch, Secrets
from app.services.ports import Clock

HEARTBEAT_SECRET: Final = "heartbeat"  # noqa: S105 - the name under which the address lies
HEARTBEAT_SECONDS: Final = 300.0
FRESH: Final = timedelta(minutes=10)


def all_is_well(now: datetime, price_at: datetime | None, stuck: str) -> bool:
    """Return whether the service outside may be told that somebody watches.

    Args:
        now: UTC.
        price_at: when the newest confirmed price was judged, with all lines and rules; None: never.
        stuck: why messages do not go out, or empty.
    """
    return price_at is not None and now - price_at <= FRESH and not stuck


class Heartbeat:
    """Tells the service outside every few minutes, as long as all is well. Slow: belongs to a thread of its own."""

    def __init__(self, secrets: Secrets, switch: DeadManSwitch, clock: Clock) -> None:
        self._secrets = secrets
        self._switch = switch
        self._clock = clock
        self._tried: float | None = None
        self.last_at: datetime | None = None
        self.fault: DeliveryFault | None = None

    def beat(self, price_at: datetime | None, stuck: str) -> None:
        """Tell it if that is due and all is well; a failure is tried again after a fifth of the time."""
        mono, now = self._clock.monotonic(), self._clock.now()
        wait = HEARTBEAT_SECONDS if self.fault is None else HEARTBEAT_SECONDS / 5
        if (self._tried is not None and mono - self._tried < wait) or not all_is_well(now, price_at, stuck):
            return
        self._tried = mono
        address = self._secrets.get(HEARTBEAT_SECRET)
        self.fault = self._switch.ping(address) if isinstance(address, str) else DeliveryFault.NO_ADDRESS
        if self.fault is None:
            self.last_at = now
