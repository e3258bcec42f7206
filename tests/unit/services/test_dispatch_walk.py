"""Long random walks: failing servers, full disks, kills between sending and marking, another judge. Nothing is lost."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest

from app.domain.channels import Channel
from app.domain.deliveries import Delivery, DeliveryFault, Message, MessageKind
from app.domain.rules import Urgency
from app.services.alert_ports import AlarmChanges, Lease, Sent
from app.services.dispatch import Dispatcher
from tests.fakes.alarm_keeper import MemoryAlarm
from tests.fakes.alarms import DESKTOP, HOOK, LEASE, MAIL, NOW, delivery
from tests.fakes.carriers import MemorySecrets, ScriptedCarrier
from tests.fakes.clock import FakeClock

CHANNELS = (MAIL, HOOK, DESKTOP)
PASSING = (DeliveryFault.BUSY, DeliveryFault.NO_CONNECTION, DeliveryFault.TIMEOUT, DeliveryFault.REFUSED_LOGIN)
URGENCIES = (Urgency.NOTICE, Urgency.EARLY, Urgency.EARLY, Urgency.CALL, Urgency.SALE)


@dataclass
class TimedCarrier(ScriptedCarrier):
    """Notes when each message went out."""

    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    times: list[tuple[datetime, Message]] = field(default_factory=list)

    def send(self, channel: Channel, address: str, message: Message) -> Sent:
        sent = super().send(channel, address, message)
        if sent.fault is None:
            self.times.append((self.clock.now(), message))
        return sent


class Walk:
    """One dispatcher on its random way."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.clock = FakeClock(NOW)
        self.keeper = MemoryAlarm()
        self.secrets = MemorySecrets({"mail": "a", "hook": "b"})
        self.carrier = TimedCarrier(clock=self.clock)
        self.lease: Lease = LEASE
        self.promised: dict[str, Delivery] = {}
        self.unstored: list[Delivery] = []
        self.kills = 0
        self.count = 0
        self.start()

    def start(self) -> None:
        rng = Random(self.rng.random())
        self.dispatcher = Dispatcher(
            self.keeper, self.secrets, self.carrier, self.clock, rng, lambda: CHANNELS, lambda: "State."
        )

    def run(self) -> None:
        self.dispatcher.run(self.lease)
        assert self.dispatcher.settle(5)

    def warn(self) -> None:
        """Let the alarm make some deliveries: stored with their transition, or only posted while the disk is full."""
        urgency, made = self.rng.choice(URGENCIES), []
        for _ in range(self.rng.choice((1, 1, 1, 4, 70))):
            self.count += 1
            made += [delivery(f"L{self.count}", way.key, urgency, at=self.clock.now()) for way in CHANNELS]
        self.unstored += made
        self.dispatcher.post(made)
        self.store()

    def store(self) -> None:
        if not self.keeper.full and self.unstored:
            self.keeper.save(AlarmChanges(deliveries=tuple(self.unstored)), self.lease)
            self.promised.update({item.id: item for item in self.unstored})
            self.unstored = []

    def kill(self) -> None:
        """End the program after its sends and before its marks; what it never stored is judged anew."""
        full, self.keeper.full = self.keeper.full, True
        self.run()
        self.keeper.full = full
        self.kills += 1
        self.unstored = []
        self.start()

    def change_judge(self) -> None:
        self.keeper.lost = True
        self.run()
        self.keeper.lost = False
        self.unstored = []
        self.lease = self.lease._replace(term=self.lease.term + 1)

    def step(self, *, rough: bool) -> None:
        draw = self.rng.random()
        if draw < 0.30:
            self.warn()
        elif draw < 0.45:
            self.carrier.down[self.rng.choice(CHANNELS).key] = self.rng.choice(PASSING)
        elif draw < 0.60:
            self.carrier.down.pop(self.rng.choice(CHANNELS).key, None)
        elif rough and draw < 0.68:
            self.keeper.full = not self.keeper.full
        elif rough and draw < 0.74:
            self.kill()
        elif rough and draw < 0.77:
            self.change_judge()
        self.clock.advance(self.rng.choice((0.5, 5, 20, 61, 61, 300, 3_700)))
        self.store()
        self.run()

    def repair(self) -> None:
        self.keeper.full = False
        self.store()
        self.carrier.down.clear()
        for _ in range(40):
            self.run()
            self.clock.advance(4_000)


def walked(seed: int, *, rough: bool) -> Walk:
    walk = Walk(seed)
    for _ in range(200):
        walk.step(rough=rough)
    walk.repair()
    return walk


def carried_by(walk: Walk) -> dict[str, set[str]]:
    """Return which messages that went out carried each delivery."""
    took = {message.id for _, message in walk.carrier.times}
    found = defaultdict(set)
    for item in walk.keeper.deliveries.values():
        if item.message_id in took:
            found[item.id].add(item.message_id or "")
    return found


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_lost_and_each_kill_repeats_at_most_what_was_under_way(seed: int) -> None:
    walk = walked(seed, rough=True)
    assert walk.kills > 2
    assert len(walk.promised) > 100
    assert set(carried_by(walk)) >= set(walk.promised)
    assert walk.keeper.outbox() == ((), ())
    repeated = Counter(message.id for _, message in walk.carrier.times)
    # Each kill interrupts at most one message per channel.
    assert sum(count - 1 for count in repeated.values()) <= walk.kills * len(CHANNELS)


@pytest.mark.parametrize("seed", range(100, 112))
def test_without_a_kill_each_is_told_once_and_a_channel_stays_quiet_for_a_minute(seed: int) -> None:
    walk = walked(seed, rough=False)
    assert set(carried_by(walk)) == set(walk.promised)
    assert max(Counter(message.id for _, message in walk.carrier.times).values()) == 1
    last: dict[str, tuple[datetime, Urgency]] = {}
    for at, message in walk.carrier.times:
        before, urgency = last.get(message.channel, (NOW - timedelta(days=1), Urgency.NOTICE))
        call_after_less = message.urgency is Urgency.CALL and urgency in (Urgency.NOTICE, Urgency.EARLY)
        if message.urgency is not Urgency.SALE and not call_after_less:
            assert at - before >= timedelta(seconds=60)
        last[message.channel] = at, message.urgency
    assert any(message.kind is MessageKind.SUMMARY for _, message in walk.carrier.times)
    words = defaultdict(set)
    for message in walk.carrier.tried:
        words[message.id].add((message.subject, message.text, message.channel))
    assert max(map(len, words.values())) == 1
