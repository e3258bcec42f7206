"""Stress tests from a book's figures."""

from decimal import Decimal

import pytest

from app.domain.errors import InputError
from app.domain.portfolio import BookFigures, book_figures
from app.domain.quotes import NoQuote
from app.risk.positions import Positions, Unanswerable, positions_of
from app.risk.stress_path import PathPoint, own_path
from app.risk.stress_result import Policy, StressComparison
from app.services.stress_question import StressQuestion, answer, answer_on, horizon_of
from tests.fakes.loans import account, at, book, call, pledged, quote, sale, terms

LINES = (call("0.75", "0.50", 24), sale("0.90"))


def figures(rate: str = "0", price: str | None = "100000") -> BookFigures:
    one = book(pledged("600000", "10", with_terms=terms(rate, triggers=LINES)), accounts=(account(btc="20"),))
    lookup = NoQuote("USD", "the sources disagree") if price is None else quote(price)
    return book_figures(one, {"USD": lookup}, at("2025-06-01T14:00"))


def told(question: StressQuestion, rate: str = "0") -> StressComparison:
    found = answer(question, figures(rate))
    assert isinstance(found, StressComparison)
    return found


def test_a_fall_a_price_and_a_path_are_asked_for() -> None:
    assert told(StressQuestion(drop=Decimal("0.3"))).chosen.end_price == 70_000
    assert told(StressQuestion(to_price=Decimal(65_000))).chosen.end_price == 65_000
    path = own_path([PathPoint(Decimal("1.5"), Decimal("0.6"))])
    assert told(StressQuestion(path=path)).path is path
    assert horizon_of(path) == 2


def test_interest_runs_for_as_long_as_the_fall_takes_and_not_where_time_is_left_out() -> None:
    # 36.5 % a year of 600,000 is 600 a day.
    week = told(StressQuestion(drop=Decimal("0.1"), days=Decimal(7)), "0.365")
    assert round(week.chosen.interest, 6) == 4_200
    assert told(StressQuestion(drop=Decimal("0.1"), days=Decimal(7), interest=False), "0.365").chosen.interest == 0
    timeless = told(StressQuestion(drop=Decimal("0.3")), "0.365").chosen
    assert (timeless.interest, timeless.events[0].price) == (Decimal(0), Decimal(80_000))


def test_a_slider_asks_positions_that_are_known_already_and_gets_the_same() -> None:
    here = positions_of(figures("0.365"), 30)
    assert isinstance(here, Positions)
    question = StressQuestion(drop=Decimal("0.4"), days=Decimal(7))
    quick, slow = answer_on(question, here).chosen, told(question, "0.365").chosen
    assert [(e.kind, round(e.price, 20), e.sats) for e in quick.events] == [
        (e.kind, round(e.price, 20), e.sats) for e in slow.events
    ]


def test_the_policy_is_the_one_asked_for() -> None:
    none = told(StressQuestion(drop=Decimal("0.4"), policy=Policy.NONE))
    assert none.chosen is none.baseline


def test_without_a_price_there_is_a_sentence() -> None:
    found = answer(StressQuestion(drop=Decimal("0.1")), figures(price=None))
    assert found == Unanswerable("There is no price in USD: the sources disagree.")


def test_a_price_above_todays_is_refused() -> None:
    with pytest.raises(InputError, match="lies above today's price"):
        answer(StressQuestion(to_price=Decimal(100_001)), figures())
