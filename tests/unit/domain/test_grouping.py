from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from app.domain.backoff import after_attempt
from app.domain.deliveries import Delivery, DeliveryFault, Message, MessageKind, MessageState
from app.domain.grouping import Plan, due_messages, next_due, plan_messages, stranded
from app.domain.rules import Urgency
from tests.fakes.alarms import HOOK, MAIL, NOW, delivery, message, plain_words

WAYS = (MAIL, HOOK)


def seconds(count: float) -> datetime:
    return NOW + timedelta(seconds=count)


def plan(
    deliveries: list[Delivery], at: datetime = NOW, waiting: tuple[Message, ...] = (), last: Message | None = None
) -> Plan:
    known = {} if last is None else {last.channel: last}
    return plan_messages(deliveries, waiting, WAYS, at, last=known, compose=plain_words)


def sent(at: datetime, made: datetime | None = None, attempts: int = 1) -> Message:
    return message("last", at=made or at)._replace(state=MessageState.SENT, sent_at=at, attempts=attempts, next_at=None)


def test_the_first_goes_at_once_with_all_that_is_there() -> None:
    found = plan([delivery("A"), delivery("B", urgency=Urgency.CALL), delivery("A", "hook")])
    assert [(one.channel, one.subject, one.urgency, one.next_at) for one in found.messages] == [
        ("mail", "warning 2", Urgency.CALL, NOW),
        ("hook", "warning 1", Urgency.EARLY, NOW),
    ]
    assert {item.message_id for item in found.deliveries} == {one.id for one in found.messages}


def test_the_same_deliveries_make_the_same_message_whoever_plans_them() -> None:
    one = plan([delivery("A"), delivery("B")])
    two = plan([delivery("B"), delivery("A")], seconds(7))
    assert [m.id for m in one.messages] == [m.id for m in two.messages]
    assert plan([delivery("A")]).messages[0].id != one.messages[0].id


@pytest.mark.parametrize(("after", "made"), [(0, 0), (59, 0), (60, 1), (-5, 1)])
def test_what_follows_is_gathered_for_a_minute_after_the_last_message(after: float, made: int) -> None:
    # A last message that lies ahead tells of a clock that was set back.
    found = plan([delivery("A", at=seconds(-9)), delivery("B", at=seconds(-8))], seconds(after), last=sent(NOW))
    assert [len(one.text.splitlines()) for one in found.messages] == [2] * made


def test_a_forced_sale_does_not_wait_for_the_minute() -> None:
    found = plan([delivery("A"), delivery("B", urgency=Urgency.SALE)], seconds(5), last=sent(NOW))
    assert [one.text for one in found.messages] == [delivery("B", urgency=Urgency.SALE).id]


@pytest.mark.parametrize(
    ("before", "made"), [(Urgency.NOTICE, 1), (Urgency.EARLY, 1), (Urgency.CALL, 0), (Urgency.SALE, 0)]
)
def test_a_margin_call_does_not_wait_for_the_minute_of_a_lesser_message(before: Urgency, made: int) -> None:
    last = sent(NOW)._replace(urgency=before)
    soon = seconds(5)
    planned = plan_messages(
        [delivery(urgency=Urgency.CALL)], [], [MAIL], soon, last={"mail": last}, compose=plain_words
    )
    assert len(planned.messages) == made
    assert len(due_messages(planned.messages, [MAIL], {"mail": last}, soon)) == made


def test_others_wait_behind_a_message_that_does_not_get_through_unless_they_are_graver_calls() -> None:
    stuck = message()
    assert plan([delivery("A")], seconds(90), (stuck,)).messages == ()
    assert len(plan([delivery("A", urgency=Urgency.CALL)], seconds(90), (stuck,)).messages) == 1
    call = stuck._replace(urgency=Urgency.CALL)
    assert plan([delivery("A", urgency=Urgency.CALL)], seconds(90), (call,)).messages == ()
    assert len(plan([delivery("A", urgency=Urgency.SALE)], seconds(90), (call,)).messages) == 1


def test_forced_sales_that_do_not_get_through_make_one_message_a_minute() -> None:
    first = message(urgency=Urgency.SALE)
    assert plan([delivery("A", urgency=Urgency.SALE)], seconds(59), (first,)).messages == ()
    assert len(plan([delivery("A", urgency=Urgency.SALE)], seconds(60), (first,)).messages) == 1


def test_quiet_hours_are_waited_for_but_not_a_clock_gone_wrong() -> None:
    later = delivery()._replace(not_before=NOW + timedelta(hours=8))
    assert plan([later]).messages == ()
    assert len(plan([later], NOW + timedelta(hours=8)).messages) == 1
    assert len(plan([later], NOW - timedelta(days=30)).messages) == 1


def test_after_an_outage_what_piled_up_goes_as_one_summary_once() -> None:
    last = sent(seconds(2_100), made=NOW, attempts=4)
    piled = [delivery(f"L{number}", at=seconds(60 * number)) for number in range(1, 9)]
    found = plan(piled, seconds(2_200), last=last)
    (one,) = found.messages
    assert (one.kind, one.subject) == (MessageKind.SUMMARY, "summary 8")
    # The next one is plain again.
    again = plan([delivery("New", at=seconds(2_210))], seconds(2_300), last=sent(seconds(2_200)))
    assert again.messages[0].kind is MessageKind.WARNING


def test_a_hiccup_or_news_from_after_the_outage_make_no_summary() -> None:
    hiccup = sent(seconds(40), made=NOW, attempts=2)
    assert plan([delivery(at=seconds(5))], seconds(120), last=hiccup).messages[0].kind is MessageKind.WARNING
    over = sent(seconds(2_100), made=NOW, attempts=4)
    assert plan([delivery(at=seconds(2_101))], seconds(2_200), last=over).messages[0].kind is MessageKind.WARNING


def test_one_message_per_channel_is_tried_at_a_time_the_gravest_first() -> None:
    old, grave, other = message("old"), message("grave", urgency=Urgency.CALL, at=seconds(5)), message("o", "hook")
    late = message("late", "hook", at=seconds(500))
    assert [one.id for one in due_messages([old, grave, other, late], WAYS, {}, seconds(10))] == ["grave", "o"]
    assert due_messages([old], [replace(MAIL, enabled=False)], {}, seconds(10)) == ()


def test_two_messages_of_one_channel_stay_a_minute_apart_forced_sales_excepted() -> None:
    plain, sale = message("plain"), message("sale", urgency=Urgency.SALE)
    last = {"mail": sent(NOW)}
    assert due_messages([plain], WAYS, last, seconds(59)) == ()
    assert due_messages([plain], WAYS, last, seconds(60)) == (plain,)
    assert due_messages([plain, sale], WAYS, last, seconds(1)) == (sale,)


def test_a_clock_that_was_set_back_puts_no_attempt_off() -> None:
    failed = after_attempt(message(), DeliveryFault.BUSY, NOW, Random(1))
    assert due_messages([failed], WAYS, {}, NOW - timedelta(days=300)) == (failed,)


def test_what_has_no_channel_left_is_given_up_after_two_days() -> None:
    lost, gone = delivery(channel="gone"), message("m", "gone")
    assert plan([lost], NOW + timedelta(hours=47)).messages == ()
    found = plan([lost, delivery("B", "gone")], NOW + timedelta(hours=48))
    assert [(one.state, one.channel) for one in found.messages] == [(MessageState.EXPIRED, "gone")]
    assert len(found.deliveries) == 2
    assert stranded([gone], WAYS, NOW + timedelta(hours=47)) == ()
    (given_up,) = stranded([gone, message()], WAYS, NOW + timedelta(hours=48))
    assert given_up.state is MessageState.EXPIRED


def test_next_due_is_when_planning_or_sending_has_something_to_do() -> None:
    assert next_due([], [], WAYS, {}, NOW) is None
    assert next_due([delivery()], [], WAYS, {}, NOW) == NOW
    assert next_due([delivery()], [], WAYS, {"mail": sent(NOW)}, seconds(10)) == seconds(60)
    assert next_due([delivery(urgency=Urgency.SALE)], [], WAYS, {"mail": sent(NOW)}, seconds(10)) == seconds(10)
    waiting = message()._replace(next_at=seconds(120))
    assert next_due([delivery("B")], [waiting], WAYS, {}, seconds(10)) == seconds(120)
    assert next_due([delivery("B", "gone")], [], WAYS, {}, NOW) is None
    sale = message(urgency=Urgency.SALE)._replace(next_at=seconds(900))
    assert next_due([delivery("B", urgency=Urgency.SALE)], [sale], WAYS, {}, seconds(10)) == seconds(60)


def test_a_thousand_warnings_in_a_minute_make_a_handful_of_messages() -> None:
    waiting: tuple[Delivery, ...] = ()
    last: dict[str, Message] = {}
    made: list[Message] = []
    for second in range(120):
        if second < 60:
            waiting += tuple(delivery(f"L{second}-{n}", at=seconds(second)) for n in range(17))
        found = plan_messages(waiting, (), WAYS, seconds(second), last=last, compose=plain_words)
        carried = {item.id for item in found.deliveries}
        waiting = tuple(item for item in waiting if item.id not in carried)
        made += found.messages
        last.update({one.channel: one._replace(sent_at=seconds(second), attempts=1) for one in found.messages})
    assert not waiting
    assert [len(one.text.splitlines()) for one in made] == [17, 1_003]
