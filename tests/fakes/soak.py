"""Weeks of watching in minutes: a set clock, prices that fall and rise, a carrier that takes everything."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from math import sin
from pathlib import Path
from typing import Final, NamedTuple

from app.domain.book import Book
from app.domain.channels import Channel, ChannelKind
from app.domain.deliveries import DeliveryFault, Message
from app.services.alert_ports import Sent
from app.services.rule_defaults import default_rules
from tests.fakes.alarm_scene import Watch, watch, watched_book
from tests.fakes.carriers import MemorySecrets
from tests.fakes.keepers import SetClock

STEP: Final = timedelta(seconds=15)
START: Final = datetime(2026, 2, 1, tzinfo=UTC)
CHANNELS: Final = (
    Channel("desk", "Desktop", ChannelKind.DESKTOP),
    Channel("mail", "Mail", ChannelKind.EMAIL),
    Channel("hook", "Web hook", ChannelKind.WEBHOOK, after_minutes=30),
)


class CountingCarrier:
    """Implements ``Carrier``: takes all but each tenth attempt, and remembers only how many."""

    def __init__(self) -> None:
        self.taken = 0
        self._tries = 0

    def send(self, _channel: Channel, _address: str, _message: Message) -> Sent:
        self._tries += 1
        if self._tries % 10 == 0:
            return Sent(DeliveryFault.NO_CONNECTION, 0.01)
        self.taken += 1
        return Sent(None, 0.01)

    def check(self, _channel: Channel, _address: str) -> DeliveryFault | None:
        return None


class Held(NamedTuple):
    """What a process holds at one moment: its threads, its open files, its memory and the book's log in bytes."""

    threads: frozenset[threading.Thread]
    files: int
    resident: int
    log: int


def price_at(tick: int) -> Decimal:
    """Return a price that twice a day goes down to the calls and up again, each third day further."""
    return Decimal(round(71_000 - 7_000 * sin(tick / 458) + 5_000 * sin(tick / 2750)))


def posted(book: Book, sats: int) -> Book:
    """Return the book with so much collateral behind every second loan."""
    return replace(
        book,
        loans=tuple(
            replace(loan, events=(loan.events[0]._replace(sats=sats), *loan.events[1:])) if number % 2 else loan
            for number, loan in enumerate(book.loans)
        ),
    )


def held(place: Path) -> Held:
    """Return what this process holds now; files and memory are 0 where the system does not tell."""
    files = sum(1 for _ in Path("/dev/fd").iterdir()) if Path("/dev/fd").is_dir() else 0
    pages = Path("/proc/self/statm")
    resident = int(pages.read_text(encoding="ascii").split()[1]) * 4096 if pages.exists() else 0
    log = place.with_name(place.name + "-wal")
    return Held(frozenset(threading.enumerate()), files, resident, log.stat().st_size if log.exists() else 0)


def soak(place: Path, loans: int, ticks: int, looks: Callable[[int, Held], None]) -> CountingCarrier:
    """Watch a book for so many ticks of 15 seconds, sending as it goes.

    Args:
        place: of the new book file.
        loans: how many.
        ticks: how many.
        looks: called after each hundredth tick with its number and what the process holds.
    """
    clock, carrier = SetClock(START), CountingCarrier()
    secrets = MemorySecrets({"mail": "mailto://example.com", "hook": "json://example.com"})
    with watch(place, watched_book(loans, default_rules(), CHANNELS), clock, secrets, carrier) as scene:
        for tick in range(1, ticks + 1):
            clock.pass_time(STEP)
            one(scene, tick)
            if tick % 100 == 0:
                looks(tick, held(place))
    return carrier


def one(scene: Watch, tick: int) -> None:
    """Judge one tick and send what is due; collateral comes or goes, and what stands is acknowledged, now and then."""
    said = scene.tick(price_at(tick))
    if tick % 60 == 0:
        scene.desk.edit("Collateral", partial(posted, sats=100_000_000 if tick % 120 else 160_000_000))
    if tick % 240 == 0:
        for record in said.warnings:
            if record.needs_you(said.judged_at):
                scene.desk.acknowledge(record.id)
    assert scene.room.settle(10)
