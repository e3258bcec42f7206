"""A real window on a real book, with prices from a real server on loopback."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.bootstrap.books import create_book, new_demo_book
from app.bootstrap.desk import open_desk
from app.bootstrap.window import WindowHouse
from app.domain.book import Book
from app.domain.errors import BookLockedError
from app.domain.figures import LoanState
from app.domain.warning_records import WarningKind
from app.services.desk import DeskSnapshot
from app.services.edits import remove_loan
from app.services.status_report import status_report
from app.system.config_file import ConfigFile
from app.ui.application import Program
from app.ui.live import Change
from app.ui.session import Session
from tests.fakes.price_server import FakePriceServer

SOURCES = ("kraken", "coinbase", "bitstamp", "bitfinex", "gemini", "coingecko", "mempool", "frankfurter")
CALM = {"USD": Decimal(120_000), "EUR": Decimal(102_000)}
WAIT_MS = 30_000


class DayOfTheBook:
    """Runs as clocks do, on the day for which the book was made: its interest does not grow with the test's age."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def now(self) -> datetime:
        return datetime(2026, 2, 10, 12, tzinfo=UTC) + timedelta(seconds=self.monotonic() - self._start)

    def monotonic(self) -> float:
        return time.monotonic()


@pytest.fixture
def clock() -> DayOfTheBook:
    return DayOfTheBook()


@pytest.fixture
def server(clock: DayOfTheBook) -> Iterator[FakePriceServer]:
    with FakePriceServer(prices=dict(CALM), now=clock.now) as running:
        yield running


@pytest.fixture
def house(server: FakePriceServer, clock: DayOfTheBook, tmp_path: Path) -> WindowHouse:
    config = tmp_path / "config.toml"
    tables = (f'[prices.sources.{key}]\nbase_url = "{server.base_url(key)}"\n' for key in SOURCES)
    config.write_text("[prices]\ninterval_seconds = 86400\n" + "".join(tables), "utf-8")
    place = tmp_path / "own.plimsoll"
    create_book(place, own_book())
    return WindowHouse(place, config, clock)


@pytest.fixture
def session(house: WindowHouse, qtbot: QtBot, qapp: object) -> Iterator[Session]:
    program = Program(qapp, house)  # type: ignore[arg-type] # pytest-qt's application
    program.start()
    opened = program.session
    assert opened is not None
    wait_for(qtbot, opened, lambda snapshot: snapshot.figures.nearest is not None)
    yield opened
    program.shut_down()


def own_book() -> Book:
    # Without rules: what is told here is told by the contracts' own lines.
    return replace(new_demo_book(), demo=False, name="My treasury", rules=())


def wait_for(qtbot: QtBot, session: Session, holds: Callable[[DeskSnapshot], bool]) -> DeskSnapshot:
    """Wait until the window has a snapshot of which ``holds`` is true; return it."""
    if not holds(session.live.snapshot):
        with qtbot.waitSignal(session.live.changed, timeout=WAIT_MS, check_params_cb=lambda change: holds(_of(change))):
            session.pulse.ask_now()
    return session.live.snapshot


def has_loans(session: Session, count: int) -> bool:
    return len(session.live.snapshot.book.loans) == count


def _of(change: Change) -> DeskSnapshot:
    return change.snapshot


def test_the_window_shows_what_status_says(session: Session, qtbot: QtBot) -> None:
    snapshot = session.live.snapshot
    report = status_report(snapshot.figures)
    overview = session.window.views["overview"]
    shown = {figure.loan.name: figure for figure in snapshot.figures.loans}
    for loan in report["loans"]:
        assert f"{shown[loan['name']].ltv:.6f}" == loan["ltv"]
    assert "calls no loan" in overview.headline.text()  # type: ignore[attr-defined] # the overview's own label
    assert report["prices"]["USD"]["value"] == "120000.00"
    assert "$120,000" in session.window.top_bar.price.text()


def test_a_fall_opens_a_warning_and_tells_the_tray_once(
    session: Session, server: FakePriceServer, qtbot: QtBot
) -> None:
    told: list[object] = []
    session.live.announced.connect(told.append)
    server.prices.update(USD=Decimal(72_000), EUR=Decimal(61_200))
    snapshot = wait_for(qtbot, session, lambda s: any(w.is_open for w in s.warnings))
    kinds = {w.subject: w.kind for w in snapshot.warnings if w.is_open}
    assert kinds == {"Coin revolver": WarningKind.DROP_CALL}
    before = snapshot.asked_at
    wait_for(qtbot, session, lambda s: s.asked_at != before)
    assert len(told) == 1


def test_one_lying_source_changes_nothing(session: Session, server: FakePriceServer, qtbot: QtBot) -> None:
    server.lie("kraken", {"USD": Decimal(20_000)})
    before = session.live.snapshot.asked_at
    snapshot = wait_for(qtbot, session, lambda s: s.asked_at != before)
    assert not any(w.is_open for w in snapshot.warnings)
    assert {loan.state for loan in snapshot.figures.loans} == {LoanState.OK}


def test_an_edit_can_be_undone_and_done_again(session: Session, qtbot: QtBot) -> None:
    count = len(session.live.snapshot.book.loans)
    name = session.live.snapshot.book.loans[0].name
    for act, expected in (
        (lambda: session.edits.run(remove_loan(name)), count - 1),
        (session.edits.undo, count),
        (session.edits.redo, count - 1),
    ):
        act()
        # Prices and history may be told in between; what is waited for is the book itself.
        qtbot.waitUntil(partial(has_loans, session, expected), timeout=WAIT_MS)


def test_a_fault_is_told_and_its_details_are_where_it_says(session: Session, house: WindowHouse, qtbot: QtBot) -> None:
    qtbot.waitUntil(house.log_file.exists, timeout=WAIT_MS)
    sys.excepthook(ValueError, ValueError("https://user:canary@127.0.0.1/ is odd"), None)
    told = session.window.messages.bars[0].words.text()
    assert str(house.log_file) in told
    written = house.log_file.read_text("utf-8")
    assert "ValueError" in written
    assert "canary" not in written + told


def test_a_second_plimsoll_on_the_same_book_is_refused(session: Session, house: WindowHouse) -> None:
    with pytest.raises(BookLockedError, match=r"own\.plimsoll"):
        open_desk(str(house.first_book()), ConfigFile(Path("none.toml")))
