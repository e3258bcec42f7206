"""Channels, rules and the heartbeat on the command line: never the real keyring, never the network."""

import io
import sys
from collections import deque
from pathlib import Path

import pytest

from app.bootstrap.alarm import Ways
from app.bootstrap.desk import take_lock
from app.domain.channels import ChannelKind
from app.domain.deliveries import DeliveryFault
from app.services.alert_ports import SecretState
from app.services.heartbeat import HEARTBEAT_SECRET
from app.store.book_store import BookStore
from app.system.clock import SystemClock
from app.system.single_instance import InstanceLock
from tests.fakes.carriers import MemorySecrets, ScriptedCarrier
from tests.unit.cli.conftest import Run

ADDRESS = "mailtos://anna:hunter2@smtp.example.com?from=a@example.com&to=b@example.com"
BEAT = "https://beat.example.com/ping/hunter2"


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> MemorySecrets:
    """Secrets in memory instead of this machine's keyring."""
    kept = MemorySecrets()
    monkeypatch.setattr(Ways, "secrets", property(lambda _self: kept))
    return kept


@pytest.fixture(autouse=True)
def carrier(monkeypatch: pytest.MonkeyPatch) -> ScriptedCarrier:
    """A carrier that sends nothing."""
    carrier = ScriptedCarrier()
    monkeypatch.setattr(Ways, "carrier", property(lambda _self: carrier))
    return carrier


@pytest.fixture
def place(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new book, and a configuration of its own."""
    monkeypatch.setenv("PLIMSOLL_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text("# mine\n", "utf-8")
    place = tmp_path / "book.plimsoll"
    assert run("--book", place, "book", "new").code == 0
    return place


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> "TypeIn":
    return TypeIn(monkeypatch)


class TypeIn:
    """Puts lines into stdin."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def piped(self, text: str) -> None:
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    def terminal(self, plain: str, hidden: list[str]) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        answers = deque(hidden)
        self._monkeypatch.setattr(sys, "stdin", Terminal(plain))
        self._monkeypatch.setattr("getpass.getpass", lambda _prompt: answers.popleft())


def test_a_channel_is_added_tried_switched_and_removed(
    run: Run, place: Path, type_in: TypeIn, secrets: MemorySecrets, carrier: ScriptedCarrier
) -> None:
    type_in.piped(f"{ADDRESS}\nmore\n")
    done = run(
        "--book", place, "alarm", "add", "email", "Anna's mail", "--person", "Anna", "--after", "15",
        "--quiet", "22:00-07:00", "--zone", "Europe/Berlin",
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    assert secrets.known == {"anna-s-mail": ADDRESS}
    _, made = run("--book", place, "alarm", "channels", "--json").json["channels"]
    assert made == {
        "key": "anna-s-mail", "name": "Anna's mail", "kind": "email", "person": "Anna", "after_minutes": 15,
        "quiet": "22:00-07:00", "quiet_zone": "Europe/Berlin", "internal": False, "enabled": True, "address": "kept",
    }  # fmt: skip
    tried = run("--book", place, "alarm", "test", "Anna's mail")
    assert (tried.code, tried.out) == (0, "Anna's mail: the service took it after 0.2 s.\n")
    assert carrier.addresses == {"anna-s-mail": ADDRESS}
    shown = run("--book", place, "alarm", "channels").out
    assert "if unseen after 15 min" in shown
    assert "hunter2" not in done.out + tried.out + shown
    assert run("--book", place, "alarm", "switch", "Anna's mail", "off").code == 0
    assert run("--book", place, "alarm", "channels", "--json").json["channels"][1]["enabled"] is False
    assert run("--book", place, "alarm", "remove", "Anna's mail").out == "Removed channel “Anna's mail”.\n"
    assert secrets.known == {}
    assert b"hunter2" not in place.read_bytes()


def test_a_person_is_asked_for_each_field(run: Run, place: Path, type_in: TypeIn, secrets: MemorySecrets) -> None:
    type_in.terminal("smtp.example.com\n\n\nanna\na@example.com\nb@example.com\n", ["hunter2"])
    done = run("--book", place, "alarm", "add", "email", "Mail")
    assert done.code == 0
    assert "smtp.example.com" in secrets.known["mail"]
    assert "hunter2" in secrets.known["mail"]
    assert "hunter2" not in done.out + done.err
    type_in.terminal("", [""])
    empty = run("--book", place, "alarm", "add", "slack", "Slack")
    assert (empty.code, "is empty; fill it in" in empty.err) == (1, True)


def test_a_services_own_web_address_will_do(run: Run, place: Path, type_in: TypeIn, secrets: MemorySecrets) -> None:
    type_in.piped("https://hooks.slack.com/services/T1/B2/hunter2\n")
    assert run("--book", place, "alarm", "add", "slack", "警報").code == 0
    assert secrets.known == {"slack": "slack://T1/B2/hunter2"}


@pytest.mark.parametrize(
    ("kind", "line", "words"),
    [
        ("email", "", "nothing came on stdin"),
        ("email", "hunter2", "cannot be read"),
        ("email", "slack://a/b/hunter2", "belongs to another service"),
        ("webhook", "json://example.com/hunter2", "no encryption"),
        ("slack", "https://example.com/hunter2", ""),
    ],
)
def test_a_wrong_address_is_refused_and_never_repeated(
    run: Run, place: Path, type_in: TypeIn, secrets: MemorySecrets, kind: str, line: str, words: str
) -> None:
    type_in.piped(f"{line}\n")
    before = place.read_bytes()
    done = run("--book", place, "alarm", "add", kind, "Way")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert words in done.err
    assert "hunter2" not in done.err
    assert (secrets.known, place.read_bytes()) == ({}, before)


@pytest.mark.parametrize("state", list(SecretState))
def test_without_a_keyring_it_says_how_else(
    run: Run, place: Path, type_in: TypeIn, secrets: MemorySecrets, state: SecretState
) -> None:
    secrets.state = state
    type_in.piped(f"{ADDRESS}\n")
    done = run("--book", place, "alarm", "add", "email", "Mail")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "PLIMSOLL_SECRET_MAIL" in done.err
    assert "LoadCredential=plimsoll-mail:" in done.err
    assert "--no-secret" in done.err
    assert "hunter2" not in done.err
    added = run("--book", place, "alarm", "add", "email", "Mail", "--no-secret")
    assert (added.code, "PLIMSOLL_SECRET_MAIL" in added.out) == (0, True)
    assert "hand it over" in run("--book", place, "alarm", "test", "Mail").err.lower()
    removed = run("--book", place, "alarm", "remove", "mail")
    assert removed.code == 0


def test_two_books_do_not_share_an_address(
    run: Run, place: Path, type_in: TypeIn, secrets: MemorySecrets, tmp_path: Path
) -> None:
    other = tmp_path / "other.plimsoll"
    run("--book", other, "book", "new")
    for book, host in ((place, "one"), (other, "two")):
        type_in.piped(f"{ADDRESS.replace('smtp', host)}\n")
        assert run("--book", book, "alarm", "add", "email", "Mail").code == 0
    assert sorted(secrets.known) == ["mail", "mail-2"]
    assert "one" in secrets.known["mail"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["email", "This desktop"], "already; choose another name"),
        (["email", "Mail", "--quiet", "22:00-07:00"], "need their time zone"),
        (["email", "Mail", "--zone", "Europe/Berlin"], "says nothing"),
        (["email", "Mail", "--quiet", "22:00-07:00", "--zone", "Nowhere/Else"], "no known time zone"),
        (["email", "Mail", "--quiet", "22:00-22:00", "--zone", "UTC"], "quiet hours"),
        (["email", " "], "name"),
    ],
)
def test_what_cannot_be_is_refused_before_anybody_is_asked(
    run: Run, place: Path, type_in: TypeIn, secrets: MemorySecrets, options: list[str], words: str
) -> None:
    type_in.piped(f"{ADDRESS}\n")
    done = run("--book", place, "alarm", "add", *options)
    assert (done.code, words in done.err, secrets.known) == (1, True, {})
    assert sys.stdin.readline() == f"{ADDRESS}\n"


@pytest.mark.parametrize(
    "wrong",
    [
        ["add", "pigeon", "Mail"], ["add", "email"], ["add", "email", "Mail", ADDRESS], ["switch", "Mail"],
        ["add", "email", "Mail", "--after", "-1"], ["add", "email", "Mail", "--quiet", "22"], ["rule"], ["wake"],
    ],
)  # fmt: skip
def test_wrong_usage(run: Run, place: Path, wrong: list[str]) -> None:
    assert run("--book", place, "alarm", *wrong).code == 2


def test_a_drill_tells_every_channel_and_is_kept(
    run: Run, place: Path, type_in: TypeIn, carrier: ScriptedCarrier
) -> None:
    type_in.piped(f"{ADDRESS}\n")
    run("--book", place, "alarm", "add", "email", "Mail")
    done = run("--book", place, "alarm", "drill")
    assert (done.code, done.err) == (0, "")
    assert done.out == "This desktop: the service took it after 0.2 s.\nMail: the service took it after 0.2 s.\n"
    carrier.down["mail"] = DeliveryFault.REFUSED_LOGIN
    broken = run("--book", place, "alarm", "drill")
    assert (broken.code, broken.out.count("\n"), broken.err.count("\n")) == (1, 1, 1)
    assert "Mail: nothing went out after 0.2 s" in broken.err
    states = [one["state"] for one in run("--book", place, "alarm", "--json").json["deliveries"]]
    assert sorted(states) == ["expired", "sent", "sent", "sent"]
    for name in ("Mail", "This desktop"):
        run("--book", place, "alarm", "switch", name, "off")
    off = run("--book", place, "alarm", "drill")
    assert (off.code, "nobody can be told" in off.err) == (1, True)


def test_edits_wait_for_a_window_but_not_for_a_watcher(run: Run, place: Path) -> None:
    from app.services.alert_ports import JudgeRole

    watcher = take_lock(place, SystemClock(), JudgeRole.WATCHER)
    assert isinstance(watcher, InstanceLock)
    assert run("--book", place, "alarm", "rule", "switch", "week-move", "off").code == 0
    watcher.release()
    window = take_lock(place, SystemClock())
    assert isinstance(window, InstanceLock)
    refused = run("--book", place, "alarm", "rule", "switch", "week-move", "on")
    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
    window.release()


def test_the_address_is_forgotten_where_the_book_refused(
    run: Run, place: Path, type_in: TypeIn, secrets: MemorySecrets
) -> None:
    type_in.piped(f"{ADDRESS}\n")
    place.chmod(0o444)
    done = run("--book", place, "alarm", "add", "email", "Mail")
    assert (done.code, done.out, secrets.known) == (1, "", {})


def test_the_demo_takes_no_channel(run: Run, tmp_path: Path, type_in: TypeIn) -> None:
    place = tmp_path / "demo.plimsoll"
    run("--book", place, "book", "demo")
    type_in.piped(f"{ADDRESS}\n")
    for verb in (["add", "email", "Mail"], ["test", "Mail"], ["drill"]):
        done = run("--book", place, "alarm", *verb)
        assert (done.code, "sends nothing outside" in done.err) == (1, True)


def test_the_heartbeat_is_set_and_removed(
    run: Run, place: Path, type_in: TypeIn, secrets: MemorySecrets, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    type_in.piped(f"{BEAT}\n")
    done = run("--book", place, "alarm", "heartbeat")
    assert (done.code, done.err, secrets.known) == (0, "", {HEARTBEAT_SECRET: BEAT})
    assert "heartbeat = true" in config.read_text("utf-8")
    assert "hunter2" not in done.out + config.read_text("utf-8")
    type_in.piped("\n")
    assert run("--book", place, "alarm", "heartbeat").code == 0
    assert secrets.known == {}
    assert "heartbeat = true" not in config.read_text("utf-8")
    for wrong in ("http://beat.example.com/hunter2\n", "https://a b/hunter2\n"):
        type_in.piped(wrong)
        refused = run("--book", place, "alarm", "heartbeat")
        assert (refused.code, "hunter2" in refused.err, secrets.known) == (1, False, {})
    secrets.state = SecretState.UNAVAILABLE
    type_in.piped(f"{BEAT}\n")
    assert "PLIMSOLL_SECRET_HEARTBEAT" in run("--book", place, "alarm", "heartbeat").err
    assert "heartbeat = true" not in config.read_text("utf-8")
    assert run("--book", place, "alarm", "heartbeat", "--no-secret").code == 0
    assert "heartbeat = true" in config.read_text("utf-8")


def test_rules_are_sentences_with_their_keys(run: Run, place: Path) -> None:
    rules = run("--book", place, "alarm", "rules", "--json").json["rules"]
    assert [rule["key"] for rule in rules][:2] == ["contract-warning", "week-move"]
    assert rules[1] == {
        "key": "week-move", "enabled": True,
        "sentence": "Tell me when bitcoin has fallen by 10 % or more within 7 days.",
        "kind": "week_move", "limit": "0.10", "urgency": "early", "loans": [], "channels": [],
    }  # fmt: skip
    assert run("--book", place, "alarm", "rule", "switch", "week-move", "off").code == 0
    assert run("--book", place, "alarm", "rule", "remove", "balance-old").code == 0
    page = run("--book", place, "alarm", "rules").out
    assert "week-move         off" in page
    assert "balance-old" not in page
    usual = run("--book", place, "alarm", "rules", "--usual")
    assert usual.out.startswith("Added 1 rule.\n")
    assert "balance-old       on" in usual.out
    assert run("--book", place, "alarm", "rules", "--usual").out.startswith("Added 0 rules.\n")
    # What was switched off stays so.
    assert not run("--book", place, "alarm", "rules", "--json").json["rules"][1]["enabled"]
    for deed in (["switch", "nope", "on"], ["remove", "nope"], ["try", "nope"]):
        done = run("--book", place, "alarm", "rule", *deed)
        assert (done.code, done.out, "there is no rule “nope”" in done.err) == (1, "", True)


def test_a_rule_is_tried_on_the_past(run: Run, place: Path, tmp_path: Path) -> None:
    bare = run("--book", place, "alarm", "rule", "try", "week-move")
    assert (bare.code, "plimsoll history import" in bare.out) == (0, True)
    # More history would not help a rule that does not look at it.
    assert "history import" not in run("--book", place, "alarm", "rule", "try", "call-likely").out
    demo = tmp_path / "demo.plimsoll"
    run("--book", demo, "book", "demo")
    tried = run("--book", demo, "alarm", "rule", "try", "week-move")
    assert (tried.code, "it would have fired" in tried.out) == (0, True)


def test_a_new_book_begins_with_rules_and_the_desktop(place: Path) -> None:
    book = BookStore.open(place, readonly=True).read()
    assert [channel.kind for channel in book.channels] == [ChannelKind.DESKTOP]
    assert len(book.rules) == 9
    assert any(rule.enabled for rule in book.rules)
