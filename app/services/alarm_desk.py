"""What is slow about the alarm, for a screen or a command: secrets, tests of a channel, drills, the watcher itself.

Every call may take seconds, so none belongs on a window's thread.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

from app.domain.channels import Channel
from app.domain.deliveries import DeliveryFault, Message, MessageKind
from app.domain.portfolio import currencies_of
from app.domain.rules import Rule, Urgency
from app.services.alarm_room import AlarmRoom
from app.services.alert_ports import Carrier, Residence, Secrets, SecretState, Sent
from app.services.heartbeat import HEARTBEAT_SECRET
from app.services.ports import Clock

if TYPE_CHECKING:
    from app.services.desk import Desk
    from app.services.dispatch import DrillResult
    from app.services.rule_backtest import RuleRecord


class AlarmDesk:
    """The slow half of the alarm's screens and commands."""

    def __init__(
        self,
        *,
        desk: "Desk",
        place: str,
        secrets: Callable[[], Secrets],
        carrier: Callable[[], Carrier],
        room: AlarmRoom,
        residence: Residence,
        clock: Clock,
    ) -> None:
        """Make it.

        Args:
            desk: the open book.
            place: where the book lies, for a watcher.
            secrets: gives where secrets lie.
            carrier: gives what carries messages.
            room: carries warnings out to people.
            residence: how Plimsoll stays on this machine.
            clock: tells the time.
        """
        self._desk = desk
        self._place = place
        self._secrets = secrets
        self._carrier = carrier
        self._room = room
        self._clock = clock
        self.residence = residence

    def start(self) -> None:
        """Begin to carry warnings out to people, on a thread of its own; a second call does nothing."""
        self._room.start()

    def settle(self, seconds: float) -> bool:
        """Wait until nothing is under way, at most so long; return whether that is so."""
        return self._room.settle(seconds)

    def put_address(self, channel_key: str, address: str) -> SecretState | None:
        """Keep a channel's address where secrets lie; None where that was done."""
        state = self._secrets().put(channel_key, address)
        self._room.dispatcher.forget_addresses()
        return state

    def forget_address(self, channel_key: str) -> SecretState | None:
        """Remove a channel's address; None where it is gone."""
        state = self._secrets().forget(channel_key)
        self._room.dispatcher.forget_addresses()
        return None if state is SecretState.MISSING else state

    def address_state(self, channel_key: str) -> SecretState | None:
        """Return why a channel's address is not to be had; None where it is there."""
        found = self._secrets().get(channel_key)
        return found if isinstance(found, SecretState) else None

    def secrets_place(self) -> str:
        """Return in words where secrets lie on this machine."""
        return self._secrets().place()

    def try_channel(self, channel: Channel, address: str | None = None) -> Sent:
        """Send a test message now; with the address that is kept unless one is given."""
        from app.services.message_words import drill_words  # noqa: PLC0415 - of tests alone

        now = self._clock.now()
        if address is None and channel.needs_secret:
            found = self._secrets().get(channel.key)
            if isinstance(found, SecretState):
                locked = found is not SecretState.MISSING
                return Sent(DeliveryFault.SECRETS_LOCKED if locked else DeliveryFault.NO_ADDRESS, 0.0)
            address = found
        subject, text = drill_words(channel, "", now)
        message = Message(uuid4().hex, channel.key, MessageKind.DRILL, now, Urgency.NOTICE, subject, text)
        return self._carrier().send(channel, address or "", message)

    def drill(self, who: str = "") -> "tuple[DrillResult, ...]":
        """Send a test through every channel, and record how long each took."""
        self._room.meet(self._desk.book)
        return self._room.dispatcher.drill(who)

    def backtest(self, rule: Rule) -> "RuleRecord":
        """Return how often a rule would have fired in the last year, with the book as it is."""
        from app.services.rule_backtest import backtest  # noqa: PLC0415 - of this alone

        book, currency = self._desk.book, self._desk.book.base_currency
        lookups = {wanted: self._desk.lookup(wanted) for wanted in currencies_of(book)}
        now = self._desk.snapshot().judged_at
        found = backtest((rule,), book, self._desk.history(currency), lookups, now, currency=currency)
        return found[0]

    def put_heartbeat(self, address: str) -> SecretState | None:
        """Keep the address of the service outside; an empty one removes it."""
        if address:
            return self.put_address(HEARTBEAT_SECRET, address)
        return self.forget_address(HEARTBEAT_SECRET)

    def install_watcher(self) -> tuple[str, ...]:
        """Have the system watch this book when no window does; return what was done.

        Raises:
            PlimsollError: it could not be done.
        """
        return self.residence.install_watcher(self._place)
