"""One warning in full."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from app.domain.margin_calls import CallState
from app.domain.warning_records import WarningKind, WarningStatus
from app.ui.formats import Display
from app.ui.models.warning_context import WarningContext
from app.ui.models.warning_detail import (
    action_lines,
    call_lines,
    explained,
    explained_text,
    recorded_facts,
    rule_words,
    times_words,
    todo_words,
)
from app.ui.models.warning_words import OWN_KINDS, masked
from tests.fakes.desk import NOW, warning_record
from tests.fakes.inbox import HOLD, NOTE, call_of, called, full_story, inbox_snapshot, rule_record

SNAPSHOT = inbox_snapshot()


def context(*, hidden: bool = False) -> WarningContext:
    return WarningContext(SNAPSHOT, NOW, Display(hidden=hidden), {called().id: full_story(called().id)})


def test_a_margin_call_on_record_says_everything() -> None:
    lines = call_lines(call_of(), "USD", NOW, Display(), UTC)
    stands = "It stands until the LTV is back at 65.0\u202f% by a deposit or a repayment"
    assert lines == (
        "Reached 5\u202fFeb\u202f2026 13:30 at $65,203: LTV 75.2\u202f%, called at 75.0\u202f%.",
        "To be cured by 6\u202fFeb\u202f2026 01:30 · 11\u202fh left.",
        "Would have cured it then: post 36.02251489\u202fBTC or repay $1,490,443.",
        f"{stands}; a higher price alone does not end it.",
        "State: runs.",
    )


def test_a_call_that_can_lapse_and_one_without_a_clock_say_so() -> None:
    loose = call_of(latching=False)._replace(
        due_at=None, state=CallState.CANCELLED, ended_at=NOW, cure_ltv=None, top_up_sats=None, repay=None
    )
    lines = call_lines(loose, "USD", NOW, Display(), UTC)
    assert lines[1] == "The contract sets no time to cure it."
    assert lines[2] == "It lapses by itself once it is under the call level, by a payment or by the price."
    assert lines[3] == "State: lapsed: the price came back, 5\u202fFeb\u202f2026 14:30."


def test_people_and_what_they_did_newest_first() -> None:
    actions = full_story("w").actions
    lines = action_lines(actions, NOW, Display(), UTC)
    assert lines == (f"14:15 ben: “{NOTE}”", "13:40 anna: snoozed until 14:10")
    waiting = (actions[0]._replace(applied=False, who=""),)
    assert action_lines(waiting, NOW, Display(), UTC) == ("13:40: snoozed until 14:10 (not taken up yet)",)


def test_hidden_amounts_are_nowhere_in_the_page() -> None:
    words = [
        *call_lines(call_of(), "USD", NOW, Display(hidden=True), UTC),
        *action_lines(full_story("w").actions, NOW, Display(hidden=True), UTC),
        explained_text(called(), context(hidden=True)),
    ]
    text = "\n".join(words)
    for amount in ("36.02", "1,490,443", "250,000", "9,600,000", "196"):
        assert amount not in text.replace("•••", "")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Price: $64,800.00, consensus, 5 of 5 sources", "$64,800.00, consensus, 5 of 5 sources"),
        ("Source: kraken $64,800.00", "kraken $64,800.00"),
        ("Loan: exposure $9,600,000.00, 196 BTC pledged", "exposure •••, ••• BTC pledged"),
        ("LTV: 0.751200. Limit: 70 %", "0.751200. Limit: 70 %"),
        ("Loan: CHF 9,600,000.00 owed", "••• owed"),
    ],
)
def test_recorded_numbers_hide_what_is_private(line: str, shown: str) -> None:
    record = warning_record()._replace(facts=line)
    (fact,) = recorded_facts(record, Display(hidden=True))
    assert fact.value == shown
    (whole,) = recorded_facts(record, Display())
    assert whole.value == line.partition(": ")[2]


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Post 0.4312 BTC or $18,301.00 to Ledn.", "Post ••• BTC or ••• to Ledn."),
        ("$243,531.00 is owed to Ledn: repay it.", "••• is owed to Ledn: repay it."),
        ("CHF 5.50 owed, 5.3 BTC pledged", "••• owed, ••• BTC pledged"),
        ("Interest accrued until today is €1,234.56.", "Interest accrued until today is •••."),
        ("It is called at $61,200, 13.4 % below now.", "It is called at $61,200, 13.4 % below now."),
        ("42\u202f000\u202f000 sats are free.", "••• sats are free."),
    ],
)
def test_sentences_hide_what_is_private(sentence: str, shown: str) -> None:
    assert masked(sentence) == shown


def test_an_explanation_gives_rule_numbers_sources_with_ages_and_times() -> None:
    headings = dict(explained(called(), context()))
    assert set(headings) == {"The loan now", "Price sources", "When"}
    loan = dict(headings["The loan now"])
    assert loan["LTV now"] == "75.6\u202f%"
    assert loan["Margin call"].endswith("reached")
    assert dict(headings["Price sources"])["kraken"] == "$64,800.00 · 8\u202fs ago · used"
    assert "fall of 10" in rule_words(called(), context())
    text = explained_text(called(), context())
    assert "Price sources\n  kraken: $64,800.00" in text


def test_a_rule_is_explained_by_its_sentence() -> None:
    record = rule_record("Term loan B", HOLD, "x", facts="Rule: y\nPrice: $65,100.00, consensus, 5 of 5 sources.")
    assert "70 %" in rule_words(record, context())
    assert rule_words(record._replace(rule="gone"), context()) == "Its rule is no longer in the book."
    assert context().price_words(record) == "$65,100 → $64,800"
    assert context().price_words(record._replace(status=WarningStatus.CLOSED, closed_at=NOW)) == "$65,100"


def test_the_times_say_since_told_due_and_price() -> None:
    words = times_words(called(), context(), UTC)
    assert words == (
        "Since 5\u202fFeb\u202f2026 13:30 · needs you · cure by 6\u202fFeb\u202f2026 01:30 · 11\u202fh left · "
        "told 2 times, last 14:20 · price $65,203 → $64,800"
    )


def test_everything_says_what_to_do() -> None:
    for kind in OWN_KINDS:
        assert todo_words(warning_record("USD", kind, sentence="x"), context())
    assert todo_words(rule_record("", HOLD, "x"), context()).startswith("Plan works out")
    assert todo_words(called(), context()) == ""  # the sentence says it
    assert todo_words(warning_record(status=WarningStatus.CLOSED), context()) == ""
    assert todo_words(warning_record(status=WarningStatus.PENDING), context()).startswith("Nothing yet")


def test_a_call_is_found_by_its_time() -> None:
    assert context().call(called()) == call_of()
    bare = WarningContext(replace(SNAPSHOT), NOW, Display())
    assert bare.call(called()) == call_of()
    over = called()._replace(
        closed_at=NOW - timedelta(days=1), opened_at=NOW - timedelta(days=2), status=WarningStatus.CLOSED
    )
    assert bare.call(over) is None
    assert bare.call(warning_record(kind=WarningKind.BLIND)) is None
