"""Numbers are rounded against the user's risk, and sentences say what, when, how much and by when."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

import pytest

from app.domain.book import EventKind, Loan, LoanEvent
from app.domain.figures import LoanFigures, loan_figures
from app.domain.quotes import Quote
from app.domain.terms import Terms, Trigger, TriggerKind
from app.services.wording import (
    age,
    blind_sentence,
    btc,
    danger_price,
    hours_left,
    money,
    percent_down,
    percent_up,
    plain_percent,
    unconfirmed_sentence,
    warning_sentence,
)

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)


def figures(price: str, *, latching: bool = False) -> LoanFigures:
    """Figures of 9.6 million on 196 BTC, called at 75 %, sold at 85 %."""
    start = date(2025, 6, 1)
    triggers = (
        Trigger(TriggerKind.MARGIN_CALL, Decimal("0.75"), 12, Decimal("0.65"), latching=latching),
        Trigger(TriggerKind.LIQUIDATION, Decimal("0.85")),
    )
    at = datetime(2025, 6, 1, tzinfo=UTC)
    loan = Loan(
        "Coin revolver",
        "A lender",
        "USD",
        start,
        None,
        (Terms(start, Decimal(0), triggers=triggers),),
        (LoanEvent(at, EventKind.POST, sats=19_600_000_000), LoanEvent(at, EventKind.DRAW, amount=Decimal(9_600_000))),
    )
    return loan_figures(
        loan, Quote("USD", Decimal(price), NOW, "consensus", 5, 5), NOW, Decimal("0.10"), Decimal("0.0025")
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (money(Decimal("1490442.175"), "USD", rounding=ROUND_CEILING), "$1,490,442.18"),
        (money(Decimal(-5), "EUR"), "−€5.00"),
        (money(Decimal("1234.4"), "JPY"), "¥1,234"),
        (money(Decimal(7), "SEK"), "SEK 7.00"),
        (danger_price(Decimal("65306.12"), "USD"), "$65,307"),
        (danger_price(Decimal("0.00005"), "USD"), "$0.0001"),
        (percent_up(Decimal("0.76946")), "77.0 %"),
        (percent_down(Decimal("0.07664")), "7.6 %"),
        (percent_down(Decimal("-0.07664")), "−7.7 %"),
        (plain_percent(Decimal("0.7500")), "75 %"),
        (plain_percent(Decimal("0.8333")), "83.33 %"),
        (plain_percent(Decimal(1)), "100 %"),
        (btc(3_602_251_489), "36.02251489 BTC"),
        (btc(100_000_000_000), "1,000 BTC"),
        (hours_left(timedelta(hours=11, minutes=59)), "11 h"),
        (hours_left(timedelta(seconds=119)), "1 min"),
        (hours_left(timedelta(seconds=59)), "the time is over"),
        (age(12), "12 s"),
        (age(121), "3 min"),
        (age(7_201), "3 h"),
        (age(172_801), "3 days"),
    ],
)
def test_figures_are_told_as_a_person_reads_them(told: str, expected: str) -> None:
    assert told == expected


def test_the_drop_test_tells_price_distance_level_clock_and_cure() -> None:
    assert warning_sentence(figures("70727"), "drop_call", NOW, None) == (
        "Coin revolver is called at $65,307, 7.6 % below now. A fall of 10 % leaves it at 77.0 % LTV (call at 75 %). "
        "You would have 12 h to post 36.02251489 BTC or repay $1,490,442.18 to be back at 65 %."
    )


def test_a_reached_call_tells_the_deadline_and_the_forced_sale() -> None:
    told = warning_sentence(figures("65000"), "call", NOW, NOW + timedelta(hours=12))
    assert told.startswith(
        "MARGIN CALL level reached: Coin revolver is at 75.4 % LTV. You have until Wed 11 Feb 00:00 UTC"
    )
    assert "Post " in told
    assert told.endswith("Forced sale at $57,624, 11.3 % below.")


def test_a_forced_sale_level_tells_no_cure_period() -> None:
    told = warning_sentence(figures("57000"), "sale", NOW, NOW + timedelta(hours=3))
    assert told.startswith("ACT NOW: Coin revolver is at 86.0 % LTV, at or past its forced-sale level of 85 %. Post ")
    assert "until" not in told


def test_a_level_that_is_passed_by_no_more_is_not_told_as_if_it_were() -> None:
    due = NOW + timedelta(hours=3)
    sold = warning_sentence(figures("70727"), "sale", NOW, due)
    assert sold == "Coin revolver was at or past its forced-sale level of 85 %, and is at 69.3 % LTV now."
    between = warning_sentence(figures("60000"), "sale", NOW, due)
    assert "ACT NOW" not in between
    assert "81.7 % LTV now. Its margin call at 75 % is reached. You have until Tue 10 Feb 15:00 UTC" in between
    called = warning_sentence(figures("70727"), "call", NOW, due)
    assert called.startswith("Coin revolver was at or past its margin call, and is at 69.3 % LTV now. Ask the lender")
    assert "until" not in called
    assert f"{due:%H:%M} UTC" in called


def test_a_call_that_stays_until_it_is_cured_keeps_its_deadline() -> None:
    told = warning_sentence(figures("70727", latching=True), "call", NOW, NOW + timedelta(hours=3))
    assert "You have until" in told


def test_blindness_is_told_with_the_last_price_and_never_a_zero() -> None:
    assert blind_sentence(0, None) == "No confirmed price yet. Price alarms cannot fire."
    last = Quote("USD", Decimal("70727.50"), NOW, "consensus", 5, 5)
    assert "$70,727.50" in blind_sentence(21, last)
    assert "21 min" in blind_sentence(21, last)


def test_an_unconfirmed_warning_says_so_first() -> None:
    assert unconfirmed_sentence("X.").startswith("Unconfirmed:")
