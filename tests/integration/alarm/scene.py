"""A watch on a real store file whose messages real children carry to servers on loopback; the clock is the test's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Final

from app.domain.book import Book, EventKind, Loan, LoanEvent
from app.domain.channels import Channel, ChannelKind
from app.domain.deliveries import Message
from app.domain.rules import Rule
from app.domain.terms import Terms, Trigger, TriggerKind
from app.domain.warning_records import WarningRecord
from app.notify.post import HealthPing, Post
from app.services.alarm import Alarm
from app.services.alarm_room import AlarmRoom, Briefing
from app.services.alert_ports import Carrier, JudgeRole, Lease
from app.services.channel_forms import address_of
from app.services.desk import Desk, DeskSnapshot
from app.services.dispatch import Dispatcher
from app.services.heartbeat import Heartbeat
from app.services.ports import Clock
from app.services.seat import Seat
from app.store.alarm import BookAlarm
from app.store.book_store import BookStore
from app.store.lease import BookLease
from tests.fakes.carriers import MemorySecrets
from tests.fakes.clock import FakeClock
from tests.fakes.keepers import MemorySettings, SetPrices

TLS: Final = Path(__file__).parents[2] / "data" / "tls"
MAIL: Final = Channel("mail", "Mail", ChannelKind.EMAIL, person="Ada", internal=True)
HOOK: Final = Channel("hook", "Hook", ChannelKind.WEBHOOK, person="Ben", internal=True)
# Where the loans of ``book_of`` stand: far from everything; a fall of a tenth from the call; called; sold.
CALM, NEAR, CALLED, SOLD = Decimal(100_000), Decimal(63_000), Decimal(59_000), Decimal(52_000)
OPENED: Final = datetime(2024, 1, 2, 9, tzinfo=UTC)
_ENOUGH: Final = 30.0


def lent(name: str = "Harbour", lender: str = "Harbour Bank", opened: datetime = OPENED) -> Loan:
    """Return a loan of 42,000 on 1 BTC: warned at 64,615, called at 60,000, sold at 52,500."""
    triggers = (
        Trigger(TriggerKind.WARNING, Decimal("0.65")),
        Trigger(TriggerKind.MARGIN_CALL, Decimal("0.70"), 72),
        Trigger(TriggerKind.LIQUIDATION, Decimal("0.80")),
    )
    terms = Terms(opened.date(), Decimal(0), triggers=triggers)
    events = (
        LoanEvent(opened, EventKind.POST, sats=100_000_000),
        LoanEvent(opened, EventKind.DRAW, amount=Decimal(42_000)),
    )
    return Loan(name, lender, "USD", opened.date(), None, (terms,), events)


def book_of(*channels: Channel, loans: tuple[Loan, ...] = (), rules: tuple[Rule, ...] = ()) -> Book:
    """Return a book of these loans, or of one."""
    return Book("Treasury", loans=loans or (lent(),), rules=rules, channels=channels)


def mail_to(port: int, to: str = "ada@example.com", password: str = "", host: str = "localhost") -> str:
    """Return the address of a mail channel that leads to a server on loopback, over STARTTLS."""
    fields = {
        "server": host,
        "port": str(port),
        "security": "STARTTLS",
        "user": "me@example.com" if password else "",
        "password": password,
        "from": "me@example.com",
        "to": to,
    }
    return address_of(ChannelKind.EMAIL, fields)


def carrier(clock: Clock, seconds: float = 15.0) -> Post:
    """Return what carries messages by children that trust the tests' authority."""
    return Post(clock, seconds=seconds, ca_file=str(TLS / "authority.pem"))


@dataclass
class Scene:
    """What watches one book, in this process.

    Attributes:
        prices: what its sources say.
        room: its way out; its thread is not started, ``send`` does its work.
    """

    clock: FakeClock
    store: BookStore
    keeper: BookAlarm
    desk: Desk
    prices: SetPrices
    room: AlarmRoom
    secrets: MemorySecrets
    told: list[WarningRecord] = field(default_factory=list)

    def tick(self, price: Decimal, seconds: float = 15.0) -> DeskSnapshot:
        """Let time pass and judge a price that three sources tell; what was announced is kept in ``told``."""
        self.desk.expect(seconds)
        self.clock.advance(seconds)
        self.prices.say("USD", *[str(price)] * 3)
        said = self.desk.judge(self.desk.ask_prices())
        self.told.extend(said.announcements)
        return said

    def send(self) -> None:
        """Send what is due and wait for the answers."""
        assert self.room.settle(_ENOUGH)

    def round(self, price: Decimal, seconds: float = 15.0) -> DeskSnapshot:
        """Judge a price, and send."""
        said = self.tick(price, seconds)
        self.send()
        return said

    def waiting(self) -> tuple[Message, ...]:
        """Return the messages that wait, as they are stored."""
        return self.keeper.outbox()[1]

    def standing(self) -> dict[str, WarningRecord]:
        """Return what stands, by kind and subject: ``call Harbour``."""
        records = self.keeper.load(500)
        return {f"{one.kind.value} {one.subject}".strip(): one for one in records if one.is_open}


@contextmanager
def watched(
    place: Path,
    book: Book | None,
    addresses: dict[str, str],
    *,
    clock: FakeClock | None = None,
    by: Callable[[Clock], Carrier] = carrier,
    role: JudgeRole = JudgeRole.WATCHER,
    name: str = "this run",
    runs: Callable[[Lease], bool | None] = lambda _lease: None,
    heartbeat: bool = False,
) -> Iterator[Scene]:
    """Open a new book file (``book`` None: the one that stands there) and watch it; close all of it afterwards.

    Args:
        place: of the book file.
        book: what it holds.
        addresses: secrets by channel key; ``heartbeat`` for the service outside.
        clock: tells the time.
        by: makes the carrier.
        role: of this program.
        name: of this program.
        runs: whether another holder of the judge's seat runs.
        heartbeat: whether a service outside is told.
    """
    time = clock or FakeClock()
    store = BookStore.open(place) if book is None else BookStore.create(place, book)
    me = Lease(0, 0, name, role, "here", 1, time.now())
    seat = Seat(BookLease(store.backend), time, me, runs)
    keeper, briefing, secrets = BookAlarm(store.backend), Briefing(), MemorySecrets(dict(addresses))
    post = by(time)
    room = AlarmRoom(
        dispatcher=lambda wake: Dispatcher(
            keeper, secrets, post, time, Random(1), briefing.channels, briefing.state_text, wake
        ),
        heartbeat=lambda: Heartbeat(secrets, HealthPing(), time),
        seat=seat,
        briefing=briefing,
        heartbeat_wanted=lambda: heartbeat,
        clock=time,
    )
    prices = SetPrices(time)
    desk = Desk(
        clock=time,
        contents=store.read(),
        keeper=store,
        alarm=Alarm(keeper, seat=seat, outlet=room),
        prices=prices,
        settings=MemorySettings(),
        label="watched",
    )
    try:
        yield Scene(time, store, keeper, desk, prices, room, secrets)
    finally:
        room.close()
        desk.close()
