"""A watch put together as the program does it, on a real store file; prices, addresses and the carrier are given."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Final

from app.domain.book import Book, EventKind, Loan, LoanEvent
from app.domain.channels import Channel
from app.domain.rules import Rule
from app.domain.terms import Terms, Trigger, TriggerKind
from app.services.alarm import Alarm
from app.services.alarm_room import AlarmRoom, Briefing
from app.services.alert_ports import Carrier, JudgeRole, Lease, Secrets
from app.services.desk import Desk, DeskSnapshot
from app.services.dispatch import Dispatcher
from app.services.heartbeat import Heartbeat
from app.services.ports import Clock
from app.services.seat import Seat
from app.store.alarm import BookAlarm
from app.store.book_store import BookStore
from app.store.lease import BookLease
from tests.fakes.alarm_desks import SilentSwitch
from tests.fakes.keepers import MemorySettings, SetPrices

CALM: Final = Decimal(100_000)
# Below it every loan of ``watched_book`` is within the reach of a fall of a tenth, and above every call.
NEAR: Final = Decimal(70_500)


def watched_book(loans: int, rules: tuple[Rule, ...], channels: tuple[Channel, ...]) -> Book:
    """Return a book of loans that are called between 60,000 and 64,000 and were opened on one day of 2024."""
    opened = datetime(2024, 1, 2, 9, tzinfo=UTC)
    triggers = (
        Trigger(TriggerKind.WARNING, Decimal("0.65")),
        Trigger(TriggerKind.MARGIN_CALL, Decimal("0.70"), 72),
        Trigger(TriggerKind.LIQUIDATION, Decimal("0.80")),
    )
    terms = Terms(opened.date(), Decimal(0), triggers=triggers)
    return Book(
        "Watched",
        loans=tuple(
            Loan(
                f"Loan {number:04d}",
                f"Lender {number % 40}",
                "USD",
                opened.date(),
                None,
                (terms,),
                (
                    LoanEvent(opened, EventKind.POST, sats=100_000_000),
                    LoanEvent(opened, EventKind.DRAW, amount=Decimal(42_000 + 14 * (number % 200))),
                ),
            )
            for number in range(loans)
        ),
        rules=rules,
        channels=channels,
    )


@dataclass(frozen=True)
class Watch:
    """What watches a book.

    Attributes:
        room: its way out; ``start`` gives it its thread, or ``settle`` runs it by hand.
    """

    desk: Desk
    prices: SetPrices
    room: AlarmRoom
    store: BookStore

    def tick(self, price: Decimal) -> DeskSnapshot:
        """Judge one price that three sources tell."""
        self.prices.say("USD", *[str(price)] * 3)
        return self.desk.judge(self.desk.ask_prices())


@contextmanager
def watch(place: Path, book: Book, clock: Clock, secrets: Secrets, carrier: Carrier) -> Iterator[Watch]:
    """Open ``book`` in a new file and watch it as a watcher does; close all of it afterwards."""
    store = BookStore.create(place, book)
    me = Lease(0, 0, "this run", JudgeRole.WATCHER, "here", 1, clock.now())
    seat = Seat(BookLease(store.backend), clock, me, lambda _lease: None)
    keeper, briefing = BookAlarm(store.backend), Briefing()
    room = AlarmRoom(
        dispatcher=lambda wake: Dispatcher(
            keeper, secrets, carrier, clock, Random(1), briefing.channels, briefing.state_text, wake
        ),
        heartbeat=lambda: Heartbeat(secrets, SilentSwitch(), clock),
        seat=seat,
        briefing=briefing,
        heartbeat_wanted=lambda: False,
        clock=clock,
    )
    prices = SetPrices(clock)
    desk = Desk(
        clock=clock,
        contents=store.read(),
        keeper=store,
        alarm=Alarm(keeper, seat=seat, outlet=room),
        prices=prices,
        settings=MemorySettings(),
        label="watched",
    )
    try:
        yield Watch(desk, prices, room, store)
    finally:
        room.close()
        desk.close()
        store.close()
