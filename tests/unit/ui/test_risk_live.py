"""The risk room beside the window: a quick first answer, then the full one; newer questions overtake older ones."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.candles import DailyCandle
from app.risk.results import BookRisk
from app.services.risk_room import RiskAnswer
from app.ui.theme import Theme
from tests.fakes.desk import NOW
from tests.fakes.desk_edits import EditedDesk

WAIT = 30_000


@pytest.fixture
def desk(theme: Theme, tmp_path: Path) -> Iterator[EditedDesk]:
    made = EditedDesk(theme, tmp_path)
    yield made
    made.stop()


def zigzag(days: int) -> tuple[DailyCandle, ...]:
    """Return prices that swing by a few per cent, up to yesterday."""
    moves = (3, -2, 4, -5, 1, -1, 2, -3, 5, -4)
    price, candles = Decimal(60_000), []
    for number in range(days):
        price += price * moves[number % 10] / Decimal(100)
        day = (NOW - timedelta(days=days - number)).date()
        candles.append(DailyCandle(day, price, price * Decimal("1.01"), price * Decimal("0.98"), price))
    return tuple(candles)


def answers_of(desk: EditedDesk) -> list[RiskAnswer]:
    heard: list[RiskAnswer] = []
    desk.bench.risk.changed.connect(heard.append)
    return heard


def test_nothing_is_reckoned_before_the_window_was_painted(qtbot: QtBot, desk: EditedDesk) -> None:
    desk.live.take(desk.desk.snapshot())
    assert desk.tasks.under_way == ()
    assert desk.bench.risk.answer is None
    assert not desk.bench.risk.pending


def test_a_quick_answer_comes_first_and_the_full_one_follows(
    qtbot: QtBot, desk: EditedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = zigzag(500)
    monkeypatch.setattr(desk.desk, "history", lambda _currency="USD": history)
    heard = answers_of(desk)
    desk.bench.risk.start()
    assert desk.bench.risk.pending
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=WAIT)
    first, full = heard
    assert not first.final
    assert full.final
    assert desk.bench.risk.answer is full
    assert isinstance(full.risk, BookRisk)
    assert full.risk.model is not None
    assert full.risk.loans
    assert full.reserve is not None


def test_without_a_history_the_answer_says_why_and_the_reserve_stands(qtbot: QtBot, desk: EditedDesk) -> None:
    heard = answers_of(desk)
    desk.bench.risk.start()
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=WAIT)
    answer = heard[0]
    assert answer.final
    assert isinstance(answer.risk, BookRisk)
    assert answer.risk.model is None
    assert "no price history" in answer.risk.reason
    assert answer.reserve is not None
    assert answer.reserve.cure_each_call.price is not None


def test_a_newer_question_overtakes(qtbot: QtBot, desk: EditedDesk) -> None:
    heard = answers_of(desk)
    desk.bench.risk.start()
    desk.clock.pass_time(timedelta(minutes=1))
    desk.live.take(desk.desk.snapshot())
    newest = desk.live.snapshot.figures
    qtbot.waitUntil(lambda: not desk.tasks.under_way, timeout=WAIT)
    assert [answer.figures for answer in heard] == [newest]


def test_without_a_price_there_is_a_sentence_and_no_number(qtbot: QtBot, desk: EditedDesk) -> None:
    heard = answers_of(desk)
    desk.lose_prices()
    desk.bench.risk.start()
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=WAIT)
    assert not isinstance(heard[0].risk, BookRisk)
    assert "no price" in heard[0].risk.reason
    assert heard[0].reserve is None
