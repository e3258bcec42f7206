"""A lender's name on the desktop: shown as it is, whatever it tries to be."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.domain.channels import Channel, ChannelKind
from tests.fakes.notification_server import FakeNotificationServer, SessionBus
from tests.integration.alarm.scene import CALLED, CALM, book_of, lent, watched

NAME = '<b>Bank</b> & <a href="x">"co"</a>'


@pytest.mark.parametrize(
    ("offers", "shown"), [(("body",), NAME), (("body", "body-markup"), "&lt;b&gt;Bank&lt;/b&gt; &amp;")]
)
def test_a_name_is_shown_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offers: tuple[str, ...], shown: str
) -> None:
    # Paths of sockets are short.
    with TemporaryDirectory(prefix="plm-") as folder, SessionBus(Path(folder)) as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        book = book_of(Channel("desk", "This desktop", ChannelKind.DESKTOP), loans=(lent(NAME, NAME),))
        with FakeNotificationServer(bus, offers) as server, watched(tmp_path / "b.plimsoll", book, {}) as scene:
            scene.tick(CALM)
            scene.round(CALLED)
            assert scene.keeper.outbox() == ((), ())
    (notice,) = server.shown
    assert NAME[:20] in notice.summary
    assert shown in notice.body
    assert "\u202e" not in notice.body
