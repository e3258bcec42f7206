"""A difference between chain and record is a warning: told once, kept while it stands, ended with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from app.domain.book import Book
from app.domain.collateral import ChainDifference, ChainHolding
from app.domain.errors import BookLockedError
from app.domain.wallets import Wallet, WalletKind
from app.domain.warning_records import WarningKind, WarningStatus
from app.services.collateral_watch import collateral_faults
from app.services.desk import Desk, DeskSnapshot
from app.services.message_words import title_of
from tests.fakes.alarm_desks import AlarmParts
from tests.fakes.keepers import MemoryBook, MemorySettings, SetClock, SetPrices
from tests.fakes.loans import at, pledged

BTC = 100_000_000
BOX = Wallet("w1", "Box", WalletKind.ADDRESSES, ("a",), loan="Coin revolver")


class Scene:
    """A desk with one loan on 10 BTC whose collateral is watched."""

    def __init__(self) -> None:
        self.clock = SetClock(at("2026-02-10"))
        self.held: dict[str, ChainHolding] = {}
        self.asked = 0
        self.locked = False
        book = Book("Book", loans=(pledged("100000", "10"),), wallets=(BOX,))
        self.parts = AlarmParts(self.clock)
        self.desk = Desk(
            clock=self.clock,
            contents=book,
            keeper=MemoryBook(book),
            alarm=self.parts.alarm(),
            prices=SetPrices(self.clock),
            settings=MemorySettings(),
            label="test",
            held=self._held,
        )

    def _held(self, wallets: Sequence[Wallet]) -> Mapping[str, ChainHolding]:
        self.asked += 1
        if self.locked:
            raise BookLockedError("It is being written.")
        return {wallet.key: self.held[wallet.key] for wallet in wallets if wallet.key in self.held}

    def holds(self, btc: int, pending: int = 0) -> None:
        """Let the last scan have found this."""
        self.held["w1"] = ChainHolding(btc * BTC, pending * BTC, 0, self.clock.now())

    def round(self) -> DeskSnapshot:
        """Judge once, a minute later."""
        self.clock.pass_time(timedelta(minutes=1))
        return self.desk.judge(self.desk.ask_prices())

    def standing(self) -> list[tuple[str, str]]:
        """Return subject and status of the warnings about collateral."""
        return [
            (one.subject, one.status.value)
            for one in self.desk.snapshot().warnings
            if one.kind is WarningKind.COLLATERAL
        ]


def about(snapshot: DeskSnapshot) -> list[str]:
    """Return what is told of collateral in a round."""
    return [one.sentence for one in snapshot.announcements if one.kind is WarningKind.COLLATERAL]


def test_a_difference_opens_a_warning_that_is_told_once_and_ends_with_it() -> None:
    scene = Scene()
    assert about(scene.round()) == []
    scene.holds(9)
    told = about(scene.round())
    assert len(told) == 1
    assert "1.00000000 BTC less than the loan records (10.00000000 BTC)" in told[0]
    assert scene.standing() == [("Coin revolver", "open")]
    assert about(scene.round()) == []
    scene.holds(10)
    assert about(scene.round()) == ["“Coin revolver”: the chain holds what the loan records again."]
    assert scene.standing() == [("Coin revolver", "closed")]
    stored = [one for one in scene.parts.keeper.records.values() if one.kind is WarningKind.COLLATERAL]
    assert [one.status for one in stored] == [WarningStatus.CLOSED]


def test_what_is_merely_on_its_way_opens_none_and_ends_none() -> None:
    scene = Scene()
    scene.holds(7, pending=3)
    assert about(scene.round()) == []
    scene.holds(7)
    assert len(about(scene.round())) == 1
    scene.holds(7, pending=3)
    assert about(scene.round()) == []
    assert scene.standing() == [("Coin revolver", "open")]


def test_a_wallet_that_is_no_longer_watched_ends_it() -> None:
    scene = Scene()
    scene.holds(9)
    scene.round()
    scene.desk.edit("Remove", lambda book: replace(book, wallets=()))
    asked = scene.asked
    assert about(scene.round()) == ["“Coin revolver”: its collateral is no longer watched on the chain."]
    assert scene.standing() == [("Coin revolver", "closed")]
    assert scene.asked == asked


def test_a_book_that_cannot_be_read_for_a_moment_changes_nothing() -> None:
    scene = Scene()
    scene.holds(9)
    scene.round()
    scene.locked = True
    snapshot = scene.round()
    assert snapshot.figures.loans
    assert about(snapshot) == []
    assert scene.standing() == [("Coin revolver", "open")]


def test_no_scan_yet_says_nothing() -> None:
    assert list(collateral_faults({}, ())) == []
    found = ChainDifference("L", ("W",), 5, 4, 1, "s")
    assert [fault.present for fault in collateral_faults({"L": found, "M": None}, ())] == [None, False]


def test_its_message_names_the_loan() -> None:
    scene = Scene()
    scene.holds(9)
    record = next(one for one in scene.round().announcements if one.kind is WarningKind.COLLATERAL)
    assert title_of(record) == "COLLATERAL DIFFERS · Coin revolver"
