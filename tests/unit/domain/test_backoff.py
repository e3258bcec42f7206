from datetime import timedelta
from random import Random

import pytest

from app.domain.backoff import after_attempt, failing_since, hurried
from app.domain.deliveries import PERMANENT_FAULTS, DeliveryFault, Message, MessageKind, MessageState
from tests.fakes.alarms import NOW, message

RNG = Random(7)


def waits(fault: DeliveryFault, attempts: int) -> list[float]:
    one, now, found = message(), NOW, []
    for _ in range(attempts):
        one = after_attempt(one, fault, now, RNG)
        assert one.next_at is not None
        found.append((one.next_at - now).total_seconds())
        now = one.next_at
    return found


def test_attempts_grow_apart_up_to_an_hour_and_spread() -> None:
    found = waits(DeliveryFault.NO_CONNECTION, 6)
    for wait, plain in zip(found, (5, 30, 120, 600, 3_600, 3_600), strict=True):
        assert plain * 0.9 <= wait <= plain * 1.1
    assert found != [round(wait) for wait in found]


@pytest.mark.parametrize("fault", sorted(PERMANENT_FAULTS - {DeliveryFault.NO_ADDRESS}))
def test_what_only_a_person_puts_right_is_tried_hourly(fault: DeliveryFault) -> None:
    assert all(3_240 <= wait <= 3_960 for wait in waits(fault, 3))


@pytest.mark.parametrize("fault", [DeliveryFault.NO_ADDRESS, DeliveryFault.SECRETS_LOCKED])
def test_a_secret_that_is_not_to_be_had_is_asked_for_each_minute(fault: DeliveryFault) -> None:
    assert all(54 <= wait <= 66 for wait in waits(fault, 12))


def test_what_went_out_is_sent_with_its_words_and_id() -> None:
    failed = after_attempt(message(), DeliveryFault.BUSY, NOW, RNG)
    sent = after_attempt(failed, None, NOW + timedelta(minutes=1), RNG)
    assert sent == message()._replace(
        state=MessageState.SENT, attempts=2, next_at=None, sent_at=NOW + timedelta(minutes=1)
    )


def test_a_message_is_given_up_after_two_days_of_trying_but_not_by_one_long_sleep() -> None:
    slept = after_attempt(message(), DeliveryFault.NO_NAME, NOW + timedelta(days=5), RNG)
    assert slept.state is MessageState.WAITING
    one, now = message(), NOW
    while one.next_at is not None:
        now = max(now, one.next_at)
        one = after_attempt(one, DeliveryFault.NO_NAME, now, RNG)
    assert one.state is MessageState.EXPIRED
    assert timedelta(hours=48) <= now - NOW <= timedelta(hours=50)


def test_a_drill_has_one_try() -> None:
    drill = message()._replace(kind=MessageKind.DRILL)
    assert after_attempt(drill, DeliveryFault.BUSY, NOW, RNG).state is MessageState.EXPIRED


def test_what_failed_on_a_channel_that_works_again_is_tried_at_once() -> None:
    failed = after_attempt(message(), DeliveryFault.BUSY, NOW, RNG)
    other = after_attempt(message("other", "hook"), DeliveryFault.BUSY, NOW, RNG)
    fresh = message("fresh")
    assert hurried((failed, other, fresh), "mail", NOW) == (failed._replace(next_at=NOW, fault=None),)


@pytest.mark.parametrize("attempts", [1, 3, 6])
def test_failing_is_counted_from_the_first_attempt_not_from_the_age(attempts: int) -> None:
    one: Message = message(at=NOW - timedelta(hours=9))
    now = NOW
    for _ in range(attempts):
        one = after_attempt(one, DeliveryFault.TIMEOUT, now, RNG)
        assert one.next_at is not None
        now = one.next_at
    assert abs((failing_since(one) - NOW).total_seconds()) <= 0.2 * (now - NOW).total_seconds()
