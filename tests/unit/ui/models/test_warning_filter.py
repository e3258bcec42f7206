"""What a typed filter lets through."""

from datetime import UTC, timedelta

import pytest

from app.domain.warning_records import WarningKind, WarningStatus
from app.ui.formats import Display
from app.ui.models.warning_context import WarningContext
from app.ui.models.warning_filter import WarningFilter
from app.ui.models.warning_words import shown_warnings
from tests.fakes.desk import NOW, treasury_warnings, warning_record
from tests.fakes.inbox import called, inbox_records, inbox_snapshot

CONTEXT = WarningContext(inbox_snapshot(), NOW, Display())


def let_through(text: str) -> list[str]:
    wanted = WarningFilter(text, NOW, UTC)
    return [record.id for record in inbox_records() if wanted.lets(CONTEXT.filterable(record))]


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("loan:revolver level:called", {"Coin revolver"}),
        ("lender:nordkap", {"EUR bridge"}),
        ('loan:"term loan"', {"Term loan B"}),
        ("rule:free", {""}),
        ("level:broken", {"hook"}),
        ("level:sale", {"EUR bridge"}),
        ("status:snoozed", {"EUR bridge"}),
        ("PAGER", {"hook"}),
        ("loan:usd", set()),
        ("nobody at all", set()),
        ("before:7d", {"Coin revolver"}),
        ("before:2026-02-05", {"Coin revolver"}),
    ],
)
def test_words_choose(text: str, subjects: set[str]) -> None:
    ids = let_through(text)
    assert {record.subject for record in inbox_records() if record.id in ids} == subjects


def test_a_minus_excludes_and_terms_add_up() -> None:
    every = len(inbox_records())
    assert len(let_through("")) == every
    calls = let_through("level:call")
    assert len(let_through("-level:call")) == every - len(calls)
    assert let_through("level:call loan:revolver") == [key for key in calls if "revolver" in key]


def test_since_counts_the_end_of_what_is_over() -> None:
    old = warning_record(status=WarningStatus.CLOSED, opened_before=timedelta(days=9))
    item = CONTEXT.filterable(old)
    assert WarningFilter("since:1d", NOW, UTC).lets(item)
    assert not WarningFilter("since:30min", NOW, UTC).lets(item)


def test_a_time_that_cannot_be_read_lets_everything_through_and_says_so() -> None:
    wanted = WarningFilter("since:02/10/2026", NOW, UTC)
    assert not wanted
    assert "7d" in wanted.wrong
    assert wanted.lets(CONTEXT.filterable(called()))


def test_half_a_term_filters_nothing_yet() -> None:
    assert not WarningFilter("loan:", NOW)
    assert not WarningFilter("   ", NOW)
    assert WarningFilter('loan:"coin', NOW).lets(CONTEXT.filterable(called()))


def test_hidden_amounts_cannot_be_asked_for() -> None:
    (hidden,) = shown_warnings((treasury_warnings()[0],), Display(hidden=True))
    assert "36.02251489" in treasury_warnings()[0].sentence
    assert not WarningFilter("36.02251489", NOW).lets(CONTEXT.filterable(hidden))


def test_an_unknown_key_is_a_word() -> None:
    record = warning_record(kind=WarningKind.BLIND, sentence="See https://example and 12:30")
    assert WarningFilter("https://example", NOW).lets(CONTEXT.filterable(record))
    assert not WarningFilter("colour:red", NOW).lets(CONTEXT.filterable(record))
