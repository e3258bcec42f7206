from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from app.domain.backoff import after_attempt
from app.domain.deliveries import PERMANENT_FAULTS, DeliveryFault, Message, MessageKind, MessageState
from app.domain.rules import Urgency
from app.services.channel_health import channel_faults, channel_health, fault_remedy, fault_words, is_broken, stuck
from app.services.watch_state import ChannelHealth
from tests.fakes.alarms import HOOK, MAIL, NOW, delivery, message

RNG = Random(3)


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def failed(fault: DeliveryFault, one: Message | None = None) -> Message:
    return after_attempt(one or message(), fault, NOW, RNG)


def sent(channel: str, at: datetime, urgency: Urgency = Urgency.EARLY, name: str = "sent") -> Message:
    return message(name, channel, at, urgency)._replace(state=MessageState.SENT, sent_at=at, attempts=1, next_at=None)


def health(*waiting: Message, past: tuple[Message, ...] = ()) -> ChannelHealth:
    return channel_health([MAIL], [delivery()], waiting, past)[0]


def test_a_channel_that_was_never_used_is_neither_proved_nor_broken() -> None:
    assert health() == ChannelHealth(MAIL, waiting=1)


def test_what_went_out_proves_a_channel() -> None:
    assert health(past=(sent("mail", minutes(1)), sent("mail", NOW))).proved_at == minutes(1)


@pytest.mark.parametrize("fault", list(DeliveryFault))
def test_a_permanent_fault_is_told_at_once_and_a_passing_one_after_ten_minutes(fault: DeliveryFault) -> None:
    found = health(failed(fault))
    assert (found.fault, found.waiting) == (fault, 2)
    assert is_broken(found, minutes(0.1)) is (fault in PERMANENT_FAULTS)
    assert is_broken(found, minutes(10))


def test_failing_counts_from_what_went_out_last() -> None:
    found = health(failed(DeliveryFault.BUSY), past=(sent("mail", minutes(8)),))
    assert found.failing_since == minutes(8)
    assert not is_broken(found, minutes(17))


def test_a_message_that_was_given_up_still_tells_of_a_broken_channel_until_one_goes_out() -> None:
    gone = message()._replace(state=MessageState.EXPIRED, fault=DeliveryFault.TIMEOUT, attempts=30)
    assert is_broken(health(past=(gone,)), minutes(11))
    assert not is_broken(health(past=(sent("mail", minutes(1)), gone)), minutes(11))


def test_a_switched_off_channel_is_not_broken() -> None:
    off = replace(MAIL, enabled=False)
    assert not is_broken(channel_health([off], (), [failed(DeliveryFault.GONE)], ())[0], minutes(60))


def test_a_drill_leaves_its_seconds() -> None:
    drill = sent("mail", minutes(1))._replace(kind=MessageKind.DRILL, created_at=minutes(1) - timedelta(seconds=3))
    found = health(past=(drill,))
    assert (found.drilled_at, found.drill_seconds) == (minutes(1), 3.0)


def test_the_sentence_says_why_what_to_do_and_who_was_told_meanwhile() -> None:
    waiting = [failed(DeliveryFault.REFUSED_LOGIN)]
    past = (sent("hook", minutes(9)), sent("hook", minutes(5), name="b"), sent("hook", minutes(-5), name="c"))
    healths = channel_health([MAIL, HOOK], (), waiting, past)
    mail, hook = channel_faults(healths, past, minutes(35), told=["mail", "old"])[:2]
    assert (mail.subject, mail.present) == ("mail", True)
    assert mail.sentence == (
        "Mail has failed for 35 min: the server refused the password. Give a new password in Alarm. "
        "2 messages went by Webhook only."
    )
    assert (hook.subject, hook.present, hook.sentence) == ("hook", False, "Webhook works again.")


def test_what_fails_only_just_now_neither_opens_nor_ends_a_warning() -> None:
    (fault,) = channel_faults([health(failed(DeliveryFault.BUSY))], (), minutes(3))
    assert fault.present is None


def test_a_warning_about_a_channel_that_was_removed_ends() -> None:
    faults = channel_faults([health()], (), NOW, told=["mail", "old"])
    assert [(one.subject, one.present) for one in faults] == [("mail", False), ("old", False)]


def test_every_fault_has_words_and_a_remedy() -> None:
    for fault in DeliveryFault:
        assert fault_words(fault)
        assert fault_remedy(fault).endswith(".")
    assert len({fault_words(fault) for fault in DeliveryFault}) == len(DeliveryFault)


def test_nothing_is_stuck_while_one_channel_takes_what_is_not_grave() -> None:
    late = [delivery("A"), delivery("B", "hook")]
    ways = [MAIL, HOOK]
    assert stuck(late[:1], (), (), ways, minutes(60)) == ""
    assert stuck(late, (), (), ways, minutes(4)) == ""
    assert stuck(late, (), (), ways, minutes(5)) == "No channel has taken messages for 5 min."
    assert stuck(late[:1], [message("m", "hook")], (), ways, minutes(6)) == "No channel has taken messages for 6 min."
    assert stuck(late, (), (), [], minutes(60)) == ""


@pytest.mark.parametrize("urgency", [Urgency.CALL, Urgency.SALE])
def test_a_call_that_no_channel_has_taken_is_stuck(urgency: Urgency) -> None:
    grave, ways = [delivery(urgency=urgency)], [MAIL, HOOK]
    assert stuck(grave, (), (), ways, minutes(4)) == ""
    text = "No channel has taken a margin call or forced sale for 6 min."
    assert stuck(grave, (), (), ways, minutes(6)) == text
    assert stuck(grave, (), (sent("hook", minutes(1)),), ways, minutes(6)) == text
    assert stuck(grave, (), (sent("hook", minutes(1), urgency),), ways, minutes(6)) == ""


def test_quiet_hours_are_not_stuck() -> None:
    held = delivery()._replace(not_before=minutes(400))
    assert stuck([held], (), (), [MAIL], minutes(300)) == ""
