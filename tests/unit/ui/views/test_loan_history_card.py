"""LTV over time is reckoned beside the window; a newer question overtakes an older one."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from app.domain.candles import DailyCandle
from app.domain.figures import LoanFigures
from app.domain.quotes import PriceLookup
from app.services.ltv_history import LtvHistory
from app.ui.views import loan_history_card
from app.ui.views.loan_history_card import NO_HISTORY, RECKONING, LoanHistoryCard
from tests.fakes.desk import OPENED, snapshot_of
from tests.fakes.desk_edits import EditedDesk

CANDLES = tuple(DailyCandle(OPENED + timedelta(days=number), *[Decimal(70_000)] * 4) for number in range(5))
FIGURES = snapshot_of().figures.loans


class Reckoner:
    """Stands for the reckoning: waits at a gate, and notes for which loan, on which thread."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.threads: list[threading.Thread] = []

    def __call__(
        self,
        figures: LoanFigures,
        _candles: tuple[DailyCandle, ...],
        _price: PriceLookup | None,
        check: Callable[[], None],
    ) -> LtvHistory:
        self.begun.append(figures.loan.name)
        self.threads.append(threading.current_thread())
        self.entered.set()
        assert self.gate.wait(10)
        check()
        self.ended.append(figures.loan.name)
        return LtvHistory(())


@pytest.fixture
def reckoner(monkeypatch: pytest.MonkeyPatch) -> Reckoner:
    made = Reckoner()
    monkeypatch.setattr(loan_history_card, "reckon_history", made)
    return made


def made_card(desk: EditedDesk, qtbot: QtBot, candles: list[tuple[DailyCandle, ...]]) -> LoanHistoryCard:
    card = LoanHistoryCard(desk.bench.theme, desk.tasks, lambda: candles[-1])
    qtbot.addWidget(card)
    card.resize(600, 300)
    card.show()
    return card


def test_it_says_so_while_it_reckons_and_then_draws(
    qtbot: QtBot, treasury_desk: EditedDesk, reckoner: Reckoner
) -> None:
    card = made_card(treasury_desk, qtbot, [CANDLES])
    card.show_loan(FIGURES[2], None)
    qtbot.waitUntil(reckoner.entered.is_set)
    assert reckoner.threads[0] is not threading.main_thread()
    assert card.words.text() == RECKONING
    reckoner.gate.set()
    qtbot.waitUntil(card.words.isHidden)
    assert reckoner.ended == [FIGURES[2].loan.name]


def test_a_newer_loan_overtakes_the_older_one(qtbot: QtBot, treasury_desk: EditedDesk, reckoner: Reckoner) -> None:
    card = made_card(treasury_desk, qtbot, [CANDLES])
    card.show_loan(FIGURES[2], None)
    qtbot.waitUntil(reckoner.entered.is_set)
    card.show_loan(FIGURES[1], None)
    card.show_loan(FIGURES[0], None)
    reckoner.gate.set()
    qtbot.waitUntil(lambda: not treasury_desk.tasks.under_way)
    assert reckoner.begun == [FIGURES[2].loan.name, FIGURES[0].loan.name]
    assert reckoner.ended == [FIGURES[0].loan.name]


def test_a_price_alone_reckons_nothing_and_a_new_day_does(
    qtbot: QtBot, treasury_desk: EditedDesk, reckoner: Reckoner
) -> None:
    reckoner.gate.set()
    candles: list[tuple[DailyCandle, ...]] = [()]
    card = made_card(treasury_desk, qtbot, candles)
    card.show_loan(FIGURES[2], None)
    card.show_loan(replace(FIGURES[2], ltv=Decimal("0.5")), None)
    assert card.words.text() == NO_HISTORY
    candles.append(CANDLES)
    card.show_loan(FIGURES[2], None)
    card.show_loan(replace(FIGURES[2], ltv=Decimal("0.6")), None)
    qtbot.waitUntil(card.words.isHidden)
    assert reckoner.ended == [FIGURES[2].loan.name]
    candles.append((*CANDLES, replace(CANDLES[-1], day=CANDLES[-1].day + timedelta(days=1))))
    card.show_loan(FIGURES[2], None)
    assert card.aside.whole == "reckoning …"
    qtbot.waitUntil(lambda: len(reckoner.ended) == 2)
    qtbot.waitUntil(lambda: card.aside.whole != "reckoning …")
