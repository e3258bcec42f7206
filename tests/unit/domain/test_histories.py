"""Which of several histories is shown."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from app.domain.candles import DailyCandle
from app.domain.histories import Gap, ShownHistory, gaps_of, is_derived, shown_history

FIRST = date(2022, 1, 1)


def series(start: int, count: int, factor: str = "1") -> tuple[DailyCandle, ...]:
    """Return ``count`` days from the ``start``-th on; a day's price is the same in every series but for ``factor``."""
    return tuple(
        DailyCandle.closing(FIRST + timedelta(days=number), Decimal(100 + number % 7) * Decimal(factor))
        for number in range(start, start + count)
    )


def test_nothing_stored_shows_nothing() -> None:
    assert shown_history({}) == ShownHistory()
    assert shown_history({"kraken": ()}) == ShownHistory()


def test_the_longest_is_shown_and_extended_by_later_days_of_another() -> None:
    long, live = series(0, 1500), series(1400, 200, "1.01")
    shown = shown_history({"kraken": live, "imported": long})
    assert (shown.source, shown.extended_by) == ("imported", "kraken")
    assert shown.candles == (*long, *live[100:])


def test_the_one_that_goes_on_the_longest_extends_it() -> None:
    shown = shown_history({"imported": series(0, 1500), "a": series(1400, 150), "b": series(1490, 300)})
    assert (shown.extended_by, len(shown.candles)) == ("b", 1790)


def test_one_that_disagrees_or_shares_no_recent_day_extends_nothing() -> None:
    long = series(0, 1500)
    for other in (series(1400, 120, "1.03"), series(1500, 10), series(1000, 400)):
        assert shown_history({"imported": long, "kraken": other}) == ShownHistory("imported", "", long)


def test_an_old_disagreement_does_not_matter() -> None:
    other = series(1000, 300, "1.2") + series(1300, 250)
    assert len(shown_history({"imported": series(0, 1500), "kraken": other}).candles) == 1550


def test_a_history_that_ended_long_ago_gives_way_to_two_current_years() -> None:
    old, live = series(0, 1500), series(1600, 731)
    assert shown_history({"imported": old, "bitfinex": live}).source == "bitfinex"
    assert shown_history({"imported": old, "bitfinex": live[1:]}).source == "imported"


def test_gaps_are_told_with_their_ends() -> None:
    candles = series(0, 2) + series(3, 1) + series(10, 1)
    assert gaps_of(candles) == (
        Gap(date(2022, 1, 3), date(2022, 1, 3)),
        Gap(date(2022, 1, 5), date(2022, 1, 10)),
    )
    assert [gap.days for gap in gaps_of(candles)] == [1, 6]
    assert gaps_of(()) == ()


def test_a_derived_history_says_so_by_its_name() -> None:
    assert is_derived("coinbase × ecb")
    assert not is_derived("coinbase")


def test_lows_come_from_another_where_the_closes_agree() -> None:
    day = FIRST + timedelta(days=1)
    known = replace(series(1, 1, "1.01")[0], open=Decimal(1), high=Decimal("122.412"), low=Decimal("91.809"))
    own = series(0, 3)
    shown = shown_history({"imported": own, "a": series(0, 2), "b": (known,)})
    assert (shown.source, shown.lows_from) == ("imported", "b")
    assert shown.candles == (own[0], DailyCandle(day, None, Decimal("121.2"), Decimal("90.9"), Decimal(101)), own[2])
    disagreeing = replace(known, close=Decimal(105))
    assert shown_history({"imported": own, "b": (disagreeing,)}) == ShownHistory("imported", "", own)


def test_a_low_of_its_own_is_never_replaced() -> None:
    own = tuple(replace(candle, low=Decimal(50)) for candle in series(0, 3))
    other = tuple(replace(candle, low=Decimal(40)) for candle in series(0, 2))
    assert shown_history({"imported": own, "b": other}).candles == own
