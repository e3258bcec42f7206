"""The carrier and its children, of which some hang, lie or die."""

import sys
from pathlib import Path

import pytest

from app.domain.channels import ChannelKind
from app.domain.deliveries import DeliveryFault
from app.notify.orders import read_order
from app.notify.post import Children, HealthPing, Post
from app.system.clock import SystemClock
from tests.fakes.messages import CANARY, inside, message, outside

ADDRESS = f"jsons://user:{CANARY}@hook.example/"


def _child(script: str, *arguments: str) -> Children:
    return Children([sys.executable, "-S", "-c", script, *arguments])


def _sent(script: str, seconds: float = 20.0) -> DeliveryFault | None:
    return Post(SystemClock(), _child(script), seconds=seconds).send(outside(), ADDRESS, message()).fault


def test_a_child_that_says_nothing_was_wrong_has_sent() -> None:
    assert _sent("import sys; sys.stdin.read(); print('null')") is None


@pytest.mark.parametrize(
    "script",
    [
        "print('550 5.7.1 the words of a server')",
        "raise SystemExit(1)",
        "import os; os.kill(os.getpid(), 9)",
        "import os; os.close(0); os.close(1)",
        "print('\"no such word\"')",
    ],
)
def test_a_child_that_lies_or_dies_has_failed(script: str) -> None:
    assert _sent(script) is DeliveryFault.FAILED


def test_a_child_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.notify.post._GRACE", 0.0)
    assert _sent("import threading; threading.Event().wait()", seconds=0.2) is DeliveryFault.TIMEOUT


def test_a_program_that_is_not_there_has_failed() -> None:
    post = Post(SystemClock(), Children(["/no/such/program"]))
    assert post.send(outside(), ADDRESS, message()).fault is DeliveryFault.FAILED


def test_the_address_goes_in_by_standard_input_alone(tmp_path: Path) -> None:
    told, seen = tmp_path / "told", tmp_path / "seen"
    script = (
        "import os, sys\n"
        "open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())\n"
        "open(sys.argv[2], 'w').write(repr(sys.orig_argv) + repr(dict(os.environ)))\n"
        "print('null')"
    )
    post = Post(SystemClock(), _child(script, str(told), str(seen)))
    sent = post.send(inside(), ADDRESS, message())
    order = read_order(told.read_bytes())
    assert sent.fault is None
    assert sent.seconds > 0
    assert (order.address, order.internal, order.id, order.urgency) == (ADDRESS, True, "msg-0001", "call")
    for text in (seen.read_text(), repr(post), repr(sent), repr(post._children)):
        assert CANARY not in text


def test_a_channel_without_an_address_starts_no_child() -> None:
    post = Post(SystemClock(), Children(["/no/such/program"]))
    assert post.send(outside(), "", message()).fault is DeliveryFault.NO_ADDRESS
    assert post.check(outside(), "") is DeliveryFault.NO_ADDRESS
    assert HealthPing(Children(["/no/such/program"])).ping("") is DeliveryFault.NO_ADDRESS


def test_the_desktop_has_no_address(tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read()); print('null')"
    post = Post(SystemClock(), _child(script, str(told)))
    assert post.send(outside(ChannelKind.DESKTOP), "ignored", message()).fault is None
    order = read_order(told.read_bytes())
    assert (order.task, order.address, order.seconds) == ("show", "", 5.0)
    assert post.check(outside(ChannelKind.DESKTOP), "") is None
