"""The Linux desktop's notifications, over a real bus."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.domain.channels import ChannelKind
from app.domain.deliveries import DeliveryFault
from app.domain.rules import Urgency
from app.notify.post import Post
from app.system.clock import SystemClock
from tests.fakes.messages import message, outside
from tests.fakes.notification_server import FakeNotificationServer, SessionBus

DESKTOP = outside(ChannelKind.DESKTOP)


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    with TemporaryDirectory(prefix="plm-") as folder, SessionBus(Path(folder)) as bus:  # paths of sockets are short
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


@pytest.mark.parametrize(
    ("urgency", "level", "expires"), [(Urgency.CALL, 2, 0), (Urgency.SALE, 2, 0), (Urgency.EARLY, 1, -1)]
)
def test_a_notification_is_shown_and_stays_where_it_matters(
    post: Post, bus: SessionBus, urgency: Urgency, level: int, expires: int
) -> None:
    with FakeNotificationServer(bus) as server:
        assert post.send(DESKTOP, "", message(urgency=urgency)).fault is None
    shown = server.shown[0]
    assert (shown.app, shown.replaces, shown.actions) == ("Plimsoll", 0, [])
    assert shown.summary == message().subject
    assert shown.body == message().text
    assert shown.hints["urgency"] == ("y", level)
    assert shown.expires == expires


def test_a_desktop_that_renders_markup_shows_the_words_all_the_same(post: Post, bus: SessionBus) -> None:
    with FakeNotificationServer(bus, ("body", "body-markup")) as server:
        assert post.send(DESKTOP, "", message(text="<b>A & B</b>")).fault is None
    assert server.shown[0].body == "&lt;b&gt;A &amp; B&lt;/b&gt;"
    assert server.shown[0].summary == message().subject


def test_words_that_a_bus_cannot_carry_are_cleaned(post: Post, bus: SessionBus) -> None:
    with FakeNotificationServer(bus) as server:
        assert post.send(DESKTOP, "", message("a\x00b\ud800", "c\x00\nd")).fault is None
    assert (server.shown[0].summary, server.shown[0].body) == ("a b", "c \nd")


def test_a_bus_without_a_desktop_is_no_desktop(post: Post, bus: SessionBus) -> None:
    assert post.send(DESKTOP, "", message()).fault is DeliveryFault.NO_DESKTOP


def test_a_bus_that_is_gone_is_no_desktop(post: Post, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'none'}")
    assert post.send(DESKTOP, "", message()).fault is DeliveryFault.NO_DESKTOP


def test_a_desktop_that_refuses_is_none(post: Post, bus: SessionBus) -> None:
    with FakeNotificationServer(bus) as server:
        server.refuses = True
        assert post.send(DESKTOP, "", message()).fault is DeliveryFault.NO_DESKTOP


def test_a_desktop_that_hangs_is_left_in_time(bus: SessionBus) -> None:
    with FakeNotificationServer(bus) as server:
        server.silent = True
        sent = Post(SystemClock(), seconds=0.3).send(DESKTOP, "", message())
    assert sent.fault is DeliveryFault.TIMEOUT


def test_the_bus_is_found_where_systemd_puts_it(post: Post, bus: SessionBus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(Path(bus.address.removeprefix("unix:path=")).parent))
    with FakeNotificationServer(bus) as server:
        assert post.send(DESKTOP, "", message()).fault is None
    assert server.shown
