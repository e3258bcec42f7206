from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.deliveries import Delivery, MessageKind
from app.domain.grouping import Bundle
from app.domain.rules import Rule, RuleKind, Urgency
from app.domain.warning_records import WarningKind, WarningStatus
from app.services.message_words import (
    MOST_LINES,
    MOST_SUBJECT,
    MOST_WHOLE,
    composer,
    drill_words,
    state_text,
    teller,
)
from app.services.plain_line import one_line, span
from app.services.rule_sentences import rule_title
from app.services.wording import warning_sentence
from tests.fakes.alarms import MAIL, NOW, delivery, warning
from tests.fakes.desk import NOW as DESK_NOW
from tests.fakes.desk import snapshot_of

DESK = snapshot_of()
FIGURES = DESK.figures
LOAN = next(loan for loan in FIGURES.loans if any(t.headroom is not None and t.headroom > 0 for t in loan.triggers))


def bundle(*deliveries: Delivery, down: timedelta | None = None) -> Bundle:
    kind = MessageKind.WARNING if down is None else MessageKind.SUMMARY
    return Bundle(MAIL, kind, deliveries, down, NOW)


def told(kind: WarningKind, **changes: object) -> str:
    sentence = warning_sentence(LOAN, kind.value, DESK_NOW, None)
    record = warning(LOAN.loan.name)._replace(kind=kind, sentence=sentence)._replace(**changes)  # type: ignore[arg-type]
    return teller(DESK.book, FIGURES, DESK_NOW)(record)


def test_a_message_says_what_to_send_to_whom_and_what_waiting_costs() -> None:
    lines = told(WarningKind.DROP_CALL, due_at=DESK_NOW + timedelta(hours=72)).splitlines()
    assert lines[0].startswith("CALL ")
    assert f"away · {LOAN.loan.name} · post " in lines[0]
    assert lines[1] == warning_sentence(LOAN, "drop_call", DESK_NOW, None)
    assert any(line.startswith("What to do: post ") and f"to {LOAN.loan.lender}, by " in line for line in lines)
    assert any(line.startswith("If you wait for the call at ") for line in lines)
    assert any("told again after 1 day" in line for line in lines)
    assert lines[-1] == f"Book: {DESK.book.name}, {DESK_NOW:%Y-%m-%d %H:%M} UTC."


def test_what_is_over_says_where_the_loan_stands_and_asks_for_nothing() -> None:
    text = told(WarningKind.CALL, status=WarningStatus.CLOSED)
    assert text.startswith(f"OVER · MARGIN CALL · {LOAN.loan.name}\n{LOAN.loan.name} is out of it: it is at ")
    assert "What to do" not in text
    assert "Acknowledge" not in text


def test_headlines_tell_what_is_unconfirmed_and_what_is_said_again() -> None:
    assert told(WarningKind.SALE, confirmed=False).startswith("UNCONFIRMED · FORCED SALE · ")
    assert told(WarningKind.SALE, first_told_at=NOW).startswith("AGAIN · FORCED SALE · ")


def test_a_rule_goes_by_its_title_and_a_channel_by_its_name() -> None:
    rule = Rule("r1", RuleKind.LTV)
    book = replace(DESK.book, rules=(rule,), channels=(MAIL,))
    tell = teller(book, FIGURES, DESK_NOW)
    headline = tell(warning(LOAN.loan.name)._replace(kind=WarningKind.RULE, rule="r1")).splitlines()[0]
    assert headline.startswith(f"{rule_title(rule)} · {LOAN.loan.name}")
    broken = warning("mail")._replace(kind=WarningKind.CHANNEL)
    assert tell(broken).splitlines()[0] == "MESSAGES DO NOT GET THROUGH · Mail"


def test_a_demo_book_says_so() -> None:
    tell = teller(replace(DESK.book, demo=True), FIGURES, DESK_NOW)
    assert tell(warning(LOAN.loan.name)).splitlines()[-1].startswith("Demo book “")


def test_names_cannot_break_lines_or_turn_text_around() -> None:
    name = "Bank\r\nBcc: all@example.com\u202e\x00<b>x</b>"
    record = warning(name)._replace(sentence=f"{name} is called.")
    subject, text = composer("")(bundle(delivery()._replace(text=teller(DESK.book, FIGURES, DESK_NOW)(record))))
    assert "\n" not in subject
    assert subject == "[Plimsoll] CALL NEAR · Bank Bcc: all@example.com <b>x</b>"
    assert text.splitlines()[0] == "Bank Bcc: all@example.com <b>x</b> is called."
    assert not any(ord(sign) < 32 or sign in "\u202e\u2028" for sign in text.replace("\n", ""))


def test_one_warning_has_all_its_words_and_many_have_a_line_each() -> None:
    subject, text = composer("")(bundle(delivery("A")))
    assert (subject, text) == ("[Plimsoll] CALL near · A", "It is near.\nPost 1 BTC.")
    subject, text = composer("")(bundle(delivery("A"), delivery("B"), delivery("C")))
    assert subject == "[Plimsoll] CALL near · A · and 2 more"
    assert text.splitlines() == [
        "3 warnings:",
        *[line for name in "ABC" for line in (f"- CALL near · {name}: It is near.", "Post 1 BTC.")],
    ]


def test_a_delivery_of_one_line_is_subject_and_text() -> None:
    assert composer("")(bundle(delivery()._replace(text="It is near."))) == ("[Plimsoll] It is near.", "It is near.")


def test_long_lists_are_cut_with_a_count() -> None:
    _, text = composer("")(bundle(*(delivery(f"L{number}") for number in range(1_000))))
    assert len(text.splitlines()) == MOST_LINES + MOST_WHOLE + 2
    assert text.endswith("and 950 more; open Plimsoll.")


def test_a_summary_says_what_holds_now_before_what_happened() -> None:
    early, late = delivery("A"), delivery("B", urgency=Urgency.CALL, at=NOW + timedelta(minutes=9))
    subject, text = composer("Nothing needs you now.")(bundle(late, early, down=timedelta(minutes=35)))
    assert subject == "[Plimsoll] While Mail was down (35 min): CALL near · B · and 1 more"
    assert text.splitlines() == [
        "Nothing needs you now.",
        "",
        "While Mail was down (35 min):",
        "- Sun 12:00 UTC: CALL near · A: It is near.",
        "- Sun 12:09 UTC: CALL near · B: It is near.",
    ]


@pytest.mark.parametrize("count", [1, 2, 60])
def test_subjects_and_lines_have_a_sensible_length(count: int) -> None:
    long = delivery()._replace(text="\n".join(["x" * 5_000] * 3))
    subject, text = composer("y" * 9_000)(bundle(*[long] * count, down=timedelta(days=2)))
    assert len(subject) <= MOST_SUBJECT
    assert max(map(len, text.splitlines())) <= 600


def test_the_state_tells_what_needs_somebody() -> None:
    seen = warning("Seen")._replace(status=WarningStatus.ACKNOWLEDGED)
    assert state_text([seen], DESK.book, NOW) == "Nothing needs you now."
    assert state_text([warning("A"), seen], DESK.book, NOW).splitlines() == [
        "1 warning needs you now:",
        "- CALL NEAR · A: A is called at $61,200, 13.4 % below now.",
    ]
    many = state_text([warning(f"L{number}") for number in range(99)], DESK.book, NOW).splitlines()
    assert (many[0], many[-1]) == ("99 warnings need you now:", "and 49 more; open Plimsoll.")


def test_a_drill_says_that_nothing_has_happened() -> None:
    subject, text = drill_words(replace(MAIL, name="My\nmail"), "Ada", NOW)
    assert "a test, nothing has happened" in subject
    assert "started by Ada on Sun 22 Nov 2026 at 12:00:00 UTC" in text
    assert "“My mail”" in text


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 min"),
        (-5, "0 min"),
        (35, "35 min"),
        (60, "1 h"),
        (185, "3 h 5 min"),
        (1_440, "1 day"),
        (3_120, "2 days 4 h"),
    ],
)
def test_spans_are_said_as_people_do(minutes: int, said: str) -> None:
    assert span(timedelta(minutes=minutes)) == said


def test_one_line_cuts_with_a_mark() -> None:
    assert one_line("a\tb\u2028c", 4) == "a b…"
