"""Carriers and secrets that do as they are told."""

import threading
from collections import deque
from dataclasses import dataclass, field

from app.domain.channels import Channel
from app.domain.deliveries import DeliveryFault, Message
from app.services.alert_ports import Secrets, SecretState, Sent


@dataclass
class ScriptedCarrier:
    """Implements ``Carrier``; every attempt is written down.

    Attributes:
        faults: of the next attempts, by channel; where none is left, it goes out.
        down: channels that fail with this fault for as long as they stand here.
        raises: channels whose attempts raise.
        holds: channels whose attempts hang until the event is set.
        tried, taken: every attempt, and those that went out, in order, with the address.
        sent: set when one went out.
    """

    faults: dict[str, deque[DeliveryFault | None]] = field(default_factory=dict)
    down: dict[str, DeliveryFault] = field(default_factory=dict)
    raises: set[str] = field(default_factory=set)
    holds: dict[str, threading.Event] = field(default_factory=dict)
    tried: list[Message] = field(default_factory=list)
    taken: list[Message] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    sent: threading.Event = field(default_factory=threading.Event)

    def send(self, channel: Channel, address: str, message: Message) -> Sent:
        held = self.holds.get(channel.key)
        if held is not None and not held.wait(10):
            msg = "nobody let the carrier go on"
            raise TimeoutError(msg)
        self.tried.append(message)
        self.addresses[channel.key] = address
        if channel.key in self.raises:
            raise ZeroDivisionError("smtp://user:hunter2@mail.example")
        script = self.faults.get(channel.key)
        fault = self.down.get(channel.key) or (script.popleft() if script else None)
        if fault is None:
            self.taken.append(message)
            self.sent.set()
        return Sent(fault, 0.25)

    def check(self, channel: Channel, address: str) -> DeliveryFault | None:
        return None


@dataclass
class MemorySecrets(Secrets):
    """Implements ``Secrets``.

    Attributes:
        known: what is kept.
        state: why nothing is to be had now, or None.
    """

    known: dict[str, str] = field(default_factory=dict)
    state: SecretState | None = None

    def get(self, name: str) -> str | SecretState:
        return self.known.get(name, SecretState.MISSING) if self.state is None else self.state

    def put(self, name: str, secret: str) -> SecretState | None:
        if self.state is None:
            self.known[name] = secret
        return self.state

    def forget(self, name: str) -> SecretState | None:
        if self.state is None:
            self.known.pop(name, None)
        return self.state

    def place(self) -> str:
        return "memory"
