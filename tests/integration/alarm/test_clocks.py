"""Clocks that jump, a machine that slept, and the sign of life to the outside."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.deliveries import DeliveryFault
from app.domain.quotes import PriceStatus
from app.domain.warning_records import WarningKind
from tests.fakes.carriers import ScriptedCarrier
from tests.fakes.hook_server import FakeHookServer
from tests.integration.alarm.scene import CALLED, CALM, HOOK, Scene, book_of, watched

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("jump", [HOUR, -HOUR, DAY, -DAY, 3_650 * DAY, -3_650 * DAY])
def test_a_wall_clock_that_jumps_ends_nothing_and_makes_no_storm(tmp_path: Path, jump: timedelta) -> None:
    carrier = ScriptedCarrier()
    with watched(tmp_path / "b.plimsoll", book_of(HOOK), {"hook": "json://x"}, by=lambda _clock: carrier) as scene:
        scene.tick(CALM)
        scene.round(CALLED)
        (called,) = scene.standing().values()
        for moved in (jump, -jump):
            scene.clock.wall += moved
            for _ in range(8):
                said = scene.round(CALLED)
                assert [one.id for one in said.warnings if one.is_open and one.kind is WarningKind.CALL] == [called.id]
        assert not [one for one in scene.told if one.is_over and one.kind is not WarningKind.WATCHER]
        assert len(carrier.taken) <= 4
        # It still hears of what comes: the next grave step goes out within a minute.
        before = len(carrier.taken)
        scene.round(Decimal(50_000))
        scene.round(Decimal(50_000), 61)
        assert [one.urgency.value for one in carrier.taken[before:]][:1] == ["sale"]


def test_a_machine_that_slept_tells_once_what_was_missed(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    with watched(tmp_path / "b.plimsoll", book_of(HOOK), {"hook": "json://x"}, by=lambda _clock: carrier) as scene:
        scene.round(CALM)
        scene.round(CALM)
        scene.clock.advance(5 * 3_600)
        for _ in range(3):
            scene.round(CALM)
            scene.round(CALM, 61)
        assert scene.prices.updates == 1
        (news,) = carrier.taken
        assert news.text.startswith("Nobody watched for 4 h 58 min.")


def beat(scene: Scene, hook: FakeHookServer) -> bool:
    """Let the room do its turn six minutes on; return whether the service outside was told."""
    before = len(hook.requests)
    scene.clock.advance(360)
    scene.room._turn()
    scene.send()
    return len(hook.requests) > before


def test_the_service_outside_hears_only_that_all_is_well(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    with FakeHookServer() as outside:
        addresses = {"hook": "json://x", "heartbeat": outside.url("ping/k4nary")}
        with watched(
            tmp_path / "b.plimsoll", book_of(HOOK), addresses, by=lambda _clock: carrier, heartbeat=True
        ) as scene:
            scene.room._turn()
            assert outside.requests == []
            scene.tick(CALM, 15)
            scene.room._turn()
            assert [one.path for one in outside.requests] == ["/ping/k4nary"]
            # The same price for six minutes is fresh enough; but no round since then means that rounds hang.
            assert not beat(scene, outside)
            scene.tick(CALM)
            assert beat_now(scene, outside)
            # Without a price rounds go on: the last one is fresh for ten minutes, then it stays silent.
            before = len(outside.requests)
            for _ in range(6):
                scene.clock.advance(360)
                scene.prices.say("USD", status=PriceStatus.NONE)
                scene.desk.judge(scene.desk.ask_prices())
                scene.room._turn()
                scene.send()
            assert len(outside.requests) == before + 1
            scene.tick(CALM)
            assert beat_now(scene, outside)
            # Messages that do not get out.
            carrier.down["hook"] = DeliveryFault.NO_CONNECTION
            scene.round(CALLED)
            for _ in range(3):
                scene.round(CALLED, 200)
            assert scene.room.dispatcher.stuck()
            silent = len(outside.requests)
            scene.room._turn()
            scene.send()
            assert len(outside.requests) == silent
            carrier.down.clear()
            scene.round(CALLED, 700)
            scene.round(CALLED, 700)
            assert not scene.room.dispatcher.stuck()
            assert beat_now(scene, outside)


def beat_now(scene: Scene, hook: FakeHookServer) -> bool:
    """Let the room do its turn; return whether the service outside was told."""
    before = len(hook.requests)
    scene.room._turn()
    scene.send()
    return len(hook.requests) > before
