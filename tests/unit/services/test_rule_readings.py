"""Readings and the state machine together: what a person is told over several rounds."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import count

from app.domain.book import Book
from app.domain.candles import DailyCandle
from app.domain.ledger import build_ledger
from app.domain.rule_machine import judge_rules
from app.domain.rules import Rule, RuleKind
from app.domain.warning_records import WarningRecord, WarningStatus
from app.services.rule_defaults import default_rules
from app.services.rule_readings import RuleReader
from tests.fakes.loans import OPENED, book, pledged
from tests.fakes.rules import NOW, context, figures_at

LTV_70 = Rule("ltv-70", RuleKind.LTV, Decimal("0.70"), hold_minutes=5)
BOOK = book(pledged("70000", "1"))  # 70 % at 100,000, clear above 102,941


def told(
    prices: Sequence[str | None], *, of: Book = BOOK, candles: Sequence[DailyCandle] = (), rule: Rule = LTV_70
) -> list[tuple[int, str]]:
    """Return what is told in which minute, with a price for every minute."""
    reader, numbers, standing = RuleReader(), count(), dict[str, WarningRecord]()
    ledger, said = build_ledger(of, NOW), []
    for minute, price in enumerate(prices):
        now = NOW + timedelta(minutes=minute)
        figures = figures_at(of, price, now=now, ledger=ledger)
        readings = reader.readings((rule,), figures, context(now=now, candles=candles))
        done = judge_rules(standing.values(), readings, now, lambda: str(next(numbers)), edited=False)
        for record in done.changed:
            standing[record.id] = record
            if record.status is WarningStatus.CLOSED:
                del standing[record.id]
        said += [(minute, record.sentence) for record in done.announced]
    return said


def test_a_level_crossed_and_held_is_told_once_and_its_end_once() -> None:
    minutes = ["110000"] * 3 + ["99000"] * 20 + ["101000"] * 5 + ["99000"] * 5 + ["110000"] * 15
    (fired, first), (over, last) = told(minutes)
    assert (fired, over) == (8, 43)
    assert first.startswith("Coin revolver is at 70.8 % LTV; your level is 70 %.")
    assert last.startswith("Coin revolver is back under 70 % LTV (63.7 %).")


def test_a_touch_shorter_than_the_rule_asks_is_not_told() -> None:
    assert told(["110000", *["99000"] * 5, "110000", "110000"]) == []


def test_silence_tells_nothing_and_ends_nothing() -> None:
    silent: list[str | None] = [None] * 60
    (only,) = told(["110000", *["99000"] * 6, *silent])
    assert only[0] == 6
    (later,) = told([*silent, *["99000"] * 6])
    assert later[0] == 65


def test_a_loan_that_began_beyond_the_level_is_told_only_after_it_was_clear() -> None:
    low = [DailyCandle.closing(OPENED - timedelta(days=n), Decimal(90_000)) for n in (1, 0)]
    assert told(["99000"] * 30, candles=low) == []
    (after,) = told([*["99000"] * 30, *["110000"] * 3, *["99000"] * 10], candles=low)
    assert after[0] == 38
    assert len(told(["99000"] * 30)) == 1


def test_the_rules_of_a_new_book_are_all_read() -> None:
    said = RuleReader().readings(default_rules(), figures_at(BOOK, "99000"), context(week="-0.2"))
    assert {reading.rule for reading in said} == {rule for rule in default_rules() if rule.enabled}
    for reading in said:
        sentence, facts = reading.tell()
        assert sentence.endswith(".")
        assert facts


def test_one_reader_over_edits_and_days_says_what_a_new_one_says() -> None:
    first, second = pledged("70000", "1", name="First"), pledged("70000", "1", name="Second")
    low = [DailyCandle.closing(OPENED - timedelta(days=n), Decimal(90_000)) for n in (1, 0)]
    high = [DailyCandle.closing(candle.day, Decimal(150_000)) for candle in low]
    later = DailyCandle.closing(OPENED + timedelta(days=1), Decimal(90_000))
    reader, starts = RuleReader(), []
    for loans, candles in (
        ((first, second), low[:1]),  # the day of the first draw is not told yet
        ((first, second), low),
        ((first, second), [*low, later]),
        ((second, first), [*low, later]),
        ((pledged("60000", "1", name="Second"), first), [*low, later]),
        ((first,), high),  # another history
        ((first,), [*high, later]),
    ):
        figures = figures_at(book(*loans), "99000")
        said = reader.readings((LTV_70,), figures, context(candles=candles))
        fresh = RuleReader().readings((LTV_70,), figures, context(candles=candles))
        assert [(one.subject, one.sign, one.at_start) for one in said] == [
            (one.subject, one.sign, one.at_start) for one in fresh
        ]
        assert [one.tell() for one in said] == [one.tell() for one in fresh]
        starts.append([one.at_start for one in said])
    assert starts[2] == [True, True]
    assert starts[4] == [False, True]
    assert starts[-1] == [False]
