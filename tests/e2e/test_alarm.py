"""From a fall of the price to a message at a server, and back: everything by commands, as on a server."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.conftest import Make
from tests.e2e.made_books import document, loan
from tests.fakes.hook_server import FakeHookServer
from tests.fakes.price_server import FakePriceServer
from tests.unit.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("config")


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> FakeHookServer:
    """A webhook whose address the environment hands over; no keyring is asked."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    server = FakeHookServer()
    monkeypatch.setenv("PLIMSOLL_SECRET_THE_HOOK", f"json://127.0.0.1:{server.port}/hunter2")
    return server


def test_a_fall_reaches_a_server_and_an_answer_the_watcher(
    run: Run, server: FakePriceServer, make: Make, hook: FakeHookServer
) -> None:
    place = make(document(loan()))
    added = run("--book", place, "alarm", "add", "webhook", "The hook", "--internal", "--no-secret")
    assert (added.code, added.err) == (0, "")
    with hook:
        tried = run("--book", place, "alarm", "test", "The hook")
        assert (tried.code, tried.err) == (0, "")
        server.prices["USD"] = Decimal(53000)
        assert run("--book", place, "watch", "--once").code == 0
        assert len(hook.requests) == 2
        told = hook.requests[1].body.decode()
        assert "Loan" in told
    said = run("--book", place, "alarm", "--json")
    (warning,) = [one for one in said.json["warnings"] if one["kind"] == "call"]
    assert (warning["shelf"], warning["told"]) == ("needs_you", 1)
    assert [call["loan"] for call in said.json["margin_calls"]] == ["Loan"]
    assert [(one["channel"], one["state"]) for one in said.json["deliveries"]] == [("The hook", "sent")]
    assert "hunter2" not in said.out + json.dumps(added.out + tried.out)
    assert run("--book", place, "alarm", "ack", warning["id"][:8]).code == 0
    watched = run("--book", place, "watch", "--once", "--json").json["warnings"]
    assert [one["status"] for one in watched if one["id"] == warning["id"]] == ["acknowledged"]
    assert "Stands, seen or put off" in run("--book", place, "alarm").out


def test_a_new_book_warns_by_itself(run: Run, tmp_path: Path, hook: FakeHookServer) -> None:
    place = tmp_path / "new.plimsoll"
    assert run("--book", place, "book", "new").code == 0
    file = tmp_path / "book.json"
    assert run("--book", place, "book", "export", file).code == 0
    exported = json.loads(file.read_text("utf-8"))
    assert len(exported["rules"]) == 9
    assert [channel["name"] for channel in exported["channels"]] == ["This desktop"]
    with hook:
        assert run("--book", place, "alarm", "add", "webhook", "The hook", "--internal", "--no-secret").code == 0
        assert run("--book", place, "alarm", "switch", "This desktop", "off").code == 0
        done = run("--book", place, "alarm", "drill")
    assert (done.code, done.err, len(hook.requests)) == (0, "", 1)
    assert "hunter2" not in place.read_bytes().decode("latin-1")
