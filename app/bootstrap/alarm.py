"""The alarm of an open book put together: who judges, what is kept, the way out to people."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING
from uuid import uuid4

from app.domain.errors import ConfigError
from app.services.alarm import Alarm
from app.services.alarm_desk import AlarmDesk
from app.services.alarm_room import AlarmRoom, Briefing
from app.services.alert_ports import Carrier, DeadManSwitch, JudgeRole, Lease, Secrets
from app.services.desk import Desk
from app.services.ports import Clock, SettingsKeeper
from app.services.seat import Seat
from app.store.alarm import BookAlarm
from app.store.book_store import BookStore
from app.store.lease import BookLease
from app.system.processes import host_name, own_process, process_runs
from app.system.residence import Machine

if TYPE_CHECKING:
    from app.services.dispatch import Dispatcher
    from app.services.heartbeat import Heartbeat


class Ways:
    """The ways out of this machine, made when first needed: libraries of theirs are no part of a start."""

    def __init__(self, clock: Clock, *, may_ask: bool = True) -> None:
        """Make them.

        Args:
            clock: tells the time.
            may_ask: whether there may be a person to unlock the keyring.
        """
        self._clock = clock
        self._may_ask = may_ask
        self._secrets: Secrets | None = None
        self._carrier: Carrier | None = None

    @property
    def secrets(self) -> Secrets:
        """Where secrets lie."""
        if self._secrets is None:
            from app.system.remembered_secrets import RememberedSecrets  # noqa: PLC0415 - see above
            from app.system.secret_store import SecretStore  # noqa: PLC0415
            from app.system.vault import Vault  # noqa: PLC0415

            self._secrets = RememberedSecrets(SecretStore(Vault(may_ask=self._may_ask)))
        return self._secrets

    @property
    def carrier(self) -> Carrier:
        """What carries messages."""
        if self._carrier is None:
            from app.notify.post import Post  # noqa: PLC0415 - see above

            self._carrier = Post(self._clock)
        return self._carrier

    def switch(self) -> DeadManSwitch:
        """Return what tells the service outside."""
        from app.notify.post import HealthPing  # noqa: PLC0415 - see above

        return HealthPing()


def seat_of(store: BookStore, clock: Clock, role: JudgeRole) -> Seat:
    """Return the judge's seat of a book, for this run of this program."""
    me = Lease(0, 0, uuid4().hex, role, host_name(), own_process(), clock.now())
    return Seat(BookLease(store.backend), clock, me, lambda lease: process_runs(lease.host, lease.pid))


def watched_alarm(
    store: BookStore, clock: Clock, settings: SettingsKeeper, role: JudgeRole | None, ways: Ways
) -> tuple[Alarm, AlarmRoom]:
    """Return the alarm of a book, and the room that carries it out to people, not yet started.

    Without a role the book is judged for this moment: nobody takes the judge's seat, and nobody is told.
    """
    keeper, briefing = BookAlarm(store.backend), Briefing()
    seat = seat_of(store, clock, role or JudgeRole.WINDOW)
    room = AlarmRoom(
        dispatcher=lambda wake: _dispatcher(keeper, clock, ways, briefing, wake),
        heartbeat=lambda: _heartbeat(clock, ways),
        seat=seat,
        briefing=briefing,
        heartbeat_wanted=lambda: _heartbeat_wanted(settings),
        clock=clock,
    )
    if role is None:
        return Alarm(keeper, readonly=store.readonly), room
    return Alarm(keeper, seat=seat, outlet=room, readonly=store.readonly), room


def alarm_desk(desk: Desk, place: str, room: AlarmRoom, ways: Ways, clock: Clock) -> AlarmDesk:
    """Return what is slow about the alarm of an open book."""
    return AlarmDesk(
        desk=desk,
        place=place,
        secrets=lambda: ways.secrets,
        carrier=lambda: ways.carrier,
        room=room,
        residence=Machine(),
        clock=clock,
    )


def _dispatcher(
    keeper: BookAlarm, clock: Clock, ways: Ways, briefing: Briefing, wake: Callable[[], None]
) -> "Dispatcher":
    from app.services.dispatch import Dispatcher  # noqa: PLC0415 - after the first paint

    rng = Random()  # noqa: S311 - jitter, no secret
    return Dispatcher(keeper, ways.secrets, ways.carrier, clock, rng, briefing.channels, briefing.state_text, wake)


def _heartbeat(clock: Clock, ways: Ways) -> "Heartbeat":
    from app.services.heartbeat import Heartbeat  # noqa: PLC0415 - after the first paint

    return Heartbeat(ways.secrets, ways.switch(), clock)


def _heartbeat_wanted(settings: SettingsKeeper) -> bool:
    try:
        return settings.load().heartbeat
    except ConfigError:
        # A file with a fault is told where it is read; until it is mended nobody outside may think that all is well.
        return False
