"""The slow half of the alarm, put together from fakes: nothing leaves the test, and no thread is started."""

from dataclasses import dataclass, field
from random import Random

from app.domain.errors import BookNotWritableError
from app.services.alarm import Alarm
from app.services.alarm_desk import AlarmDesk
from app.services.alarm_room import AlarmRoom, Briefing
from app.services.alert_ports import JudgeRole, Lease
from app.services.desk import Desk
from app.services.dispatch import Dispatcher
from app.services.heartbeat import Heartbeat
from app.services.ports import Clock
from app.services.seat import Seat
from tests.fakes.alarm_keeper import MemoryAlarm
from tests.fakes.carriers import MemorySecrets, ScriptedCarrier


@dataclass
class MemoryResidence:
    """Implements ``Residence``; ``refuses`` is why the system does not take a watcher, or empty."""

    refuses: str = ""
    watched: str = ""
    window: bool = False

    def install_watcher(self, book: str) -> tuple[str, ...]:
        if self.refuses:
            raise BookNotWritableError(self.refuses)
        self.watched = book
        return (f"The system watches {book} from now on.",)

    def remove_watcher(self) -> tuple[str, ...]:
        self.watched = ""
        return ("The system watches no longer.",)

    def watcher_words(self) -> str:
        return f"The system watches {self.watched}." if self.watched else ""

    def autostart(self, *, on: bool) -> None:
        self.window = on

    def starts_window(self) -> bool:
        return self.window


@dataclass
class SilentSwitch:
    """Implements ``DeadManSwitch``; remembers what it was asked."""

    pinged: list[str] = field(default_factory=list)

    def ping(self, address: str) -> None:
        self.pinged.append(address)


@dataclass
class AlarmParts:
    """An alarm's collaborators, to be looked at by a test."""

    clock: Clock
    keeper: MemoryAlarm = field(default_factory=MemoryAlarm)
    secrets: MemorySecrets = field(default_factory=MemorySecrets)
    carrier: ScriptedCarrier = field(default_factory=ScriptedCarrier)
    residence: MemoryResidence = field(default_factory=MemoryResidence)
    switch: SilentSwitch = field(default_factory=SilentSwitch)
    role: JudgeRole = JudgeRole.WINDOW
    name: str = "this test"
    heartbeat: bool = False

    def __post_init__(self) -> None:
        me = Lease(0, 0, self.name, self.role, "here", 1, self.clock.now())
        self.seat = Seat(self.keeper, self.clock, me, lambda _lease: None)
        briefing = Briefing()
        self.room = AlarmRoom(
            dispatcher=lambda wake: Dispatcher(
                self.keeper,
                self.secrets,
                self.carrier,
                self.clock,
                Random(1),
                briefing.channels,
                briefing.state_text,
                wake,
            ),
            heartbeat=lambda: Heartbeat(self.secrets, self.switch, self.clock),
            seat=self.seat,
            briefing=briefing,
            heartbeat_wanted=lambda: self.heartbeat,
            clock=self.clock,
        )

    def alarm(self, *, readonly: bool = False) -> Alarm:
        """Return an alarm that judges here and tells people."""
        return Alarm(self.keeper, seat=self.seat, outlet=self.room, readonly=readonly)

    def desk(self, desk: Desk) -> AlarmDesk:
        """Return the slow half for an open book."""
        return AlarmDesk(
            desk=desk,
            place="treasury.plimsoll",
            secrets=lambda: self.secrets,
            carrier=lambda: self.carrier,
            room=self.room,
            residence=self.residence,
            clock=self.clock,
        )
