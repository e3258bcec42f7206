"""Webhooks that meet each fault on their way: nothing is lost, and people hear of the fault over the other channel."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.deliveries import PERMANENT_FAULTS, DeliveryFault
from tests.fakes.hook_server import FakeHookServer
from tests.integration.alarm.scene import CALLED, CALM, HOOK, book_of, carrier, watched

OTHER = replace(HOOK, key="other", name="Other", person="Ada")


@pytest.fixture
def other() -> Iterator[FakeHookServer]:
    with FakeHookServer() as server:
        yield server


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (302, DeliveryFault.REDIRECTED),
        (401, DeliveryFault.REFUSED_LOGIN),
        (410, DeliveryFault.GONE),
        (500, DeliveryFault.SERVER_FAULT),
        (0, DeliveryFault.DROPPED),
    ],
)
def test_a_hook_with_a_fault_is_tried_again_under_the_same_id(
    tmp_path: Path, other: FakeHookServer, status: int, fault: DeliveryFault
) -> None:
    with FakeHookServer() as hook, FakeHookServer() as target:
        hook.answer(status, headers={"Location": target.url()})
        if status == 0:
            hook.close_at_once()
        addresses = {"hook": hook.hook(), "other": other.hook()}
        with watched(tmp_path / "b.plimsoll", book_of(HOOK, OTHER), addresses) as scene:
            scene.tick(CALM)
            scene.round(CALLED)
            (waiting,) = scene.waiting()
            assert (waiting.fault, waiting.channel) == (fault, "hook")
            # What only a person can mend is told at once; the rest after ten minutes.
            scene.tick(CALLED)
            assert ("channel hook" in scene.standing()) == (fault in PERMANENT_FAULTS)
            scene.tick(CALLED, 660)
            assert "channel hook" in scene.standing()
            scene.send()
            assert "Hook has failed" in other.requests[-1].body.decode()
            before = len(hook.requests)
            scene.round(CALLED, 3_400)
            assert len(hook.requests) > before
            assert {one.headers["webhook-id"] for one in hook.requests[:2]} == {waiting.id}
        assert target.requests == []


def test_a_hook_that_hangs_holds_up_nobody(tmp_path: Path, other: FakeHookServer) -> None:
    with FakeHookServer() as hook:
        hook.hang()
        addresses = {"hook": hook.hook(), "other": other.hook()}
        with watched(
            tmp_path / "b.plimsoll", book_of(HOOK, OTHER), addresses, by=lambda clock: carrier(clock, 1.5)
        ) as scene:
            scene.tick(CALM)
            scene.tick(CALLED)
            scene.room.dispatcher.run(None)
            assert other.arrived.wait(10)
            assert hook.arrived.wait(10)
            assert scene.room.dispatcher.settle(20)
            assert [one.fault for one in scene.waiting()] == [DeliveryFault.TIMEOUT]


def test_an_empty_answer_is_taken(tmp_path: Path, other: FakeHookServer) -> None:
    other.answer(204)
    with watched(tmp_path / "b.plimsoll", book_of(OTHER), {"other": other.hook()}) as scene:
        scene.tick(CALM)
        scene.round(CALLED)
        assert scene.keeper.outbox() == ((), ())


@pytest.mark.parametrize(
    ("address", "internal", "fault"),
    [
        ("json://169.254.169.254/latest/meta-data/", True, DeliveryFault.FORBIDDEN_ADDRESS),
        ("jsons://[::ffff:a9fe:a9fe]/", True, DeliveryFault.FORBIDDEN_ADDRESS),
        ("jsons://2852039166/", False, DeliveryFault.FORBIDDEN_ADDRESS),
        ("jsons://name.invalid/", False, DeliveryFault.NO_NAME),
    ],
)
def test_what_may_not_or_cannot_be_reached_is_said_and_the_other_channel_tells(
    tmp_path: Path, other: FakeHookServer, address: str, internal: bool, fault: DeliveryFault
) -> None:
    channels = (replace(HOOK, internal=internal), OTHER)
    with watched(tmp_path / "b.plimsoll", book_of(*channels), {"hook": address, "other": other.hook()}) as scene:
        scene.tick(CALM)
        scene.round(CALLED)
        assert [(one.channel, one.fault) for one in scene.waiting()] == [("hook", fault)]
        scene.tick(CALLED, 700)
        scene.tick(CALLED)
        said = scene.standing()["channel hook"].sentence
        assert "Hook has failed" in said
        assert "169.254" not in said
        assert "Harbour" in other.requests[0].body.decode()
