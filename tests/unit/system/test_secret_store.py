"""Secrets: the order of places, and a wait that is bounded whatever the keyring does."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services.alert_ports import Secrets, SecretState
from app.system.off_thread import NoAnswer, OffThread
from app.system.secret_service import Lock
from app.system.secret_store import SecretStore
from app.system.vault import SERVICE, Vault
from tests.fakes.keyring_backends import Collection, Failing, Hanging, Sound, locked, rings_of


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    backend = Hanging()
    yield backend
    backend.let_go.set()


def impatient(backend: Hanging) -> OffThread:
    """Return one whose patience ends in the moment when the store has the call and has not answered."""

    def wait(done: threading.Event, _seconds: float) -> bool:
        backend.entered.wait()
        return done.wait(None if backend.let_go.is_set() else 0)

    return OffThread(wait=wait)


def test_the_environment_comes_before_credentials_and_those_before_the_keyring(tmp_path: Path) -> None:
    backend = Sound()
    backend.set_password(SERVICE, "mail-1", "of the keyring")
    vault = Vault(rings_of(backend))
    store: Secrets = SecretStore(vault, environ={})
    assert store.get("mail-1") == "of the keyring"
    (tmp_path / "plimsoll-mail-1").write_text("of systemd\n", encoding="utf-8")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    store = SecretStore(vault, environ=environ)
    assert store.get("mail-1") == "of systemd"
    assert store.get("mail-2") is SecretState.MISSING
    assert store.place() == "systemd credentials and the system's keyring"
    store = SecretStore(vault, environ=environ | {"PLIMSOLL_SECRET_MAIL_1": "of the environment"})
    assert store.get("mail-1") == "of the environment"
    assert store.place() == "environment variables and systemd credentials and the system's keyring"


def test_what_the_administrator_gives_is_not_overruled() -> None:
    backend = Sound()
    store = SecretStore(Vault(rings_of(backend)), environ={"PLIMSOLL_SECRET_HEARTBEAT": "x"})
    assert store.put("heartbeat", "x") is None
    assert store.put("heartbeat", "y") is SecretState.UNAVAILABLE
    assert store.forget("heartbeat") is SecretState.UNAVAILABLE
    assert "set" not in backend.calls


def test_a_credential_that_cannot_be_read_is_not_looked_for_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "plimsoll-mail").write_bytes(b"\xff\xfe")
    (tmp_path / "plimsoll-large").write_bytes(b"x" * 70_000)
    (tmp_path / "plimsoll-folder").mkdir()
    store = SecretStore(Vault(rings_of(Sound())), environ={"CREDENTIALS_DIRECTORY": str(tmp_path)})
    for name in ("mail", "large", "folder"):
        assert store.get(name) is SecretState.UNAVAILABLE
        assert store.put(name, "x") is SecretState.UNAVAILABLE


@pytest.mark.parametrize("name", ["../plimsoll-mail", "a/b", "", "ключ"])
def test_a_name_never_leads_out_of_the_folder_of_credentials(name: str, tmp_path: Path) -> None:
    (tmp_path / "plimsoll-mail").write_text("x", encoding="utf-8")
    inner = tmp_path / "plimsoll-.."
    inner.mkdir()
    store = SecretStore(Vault(rings_of(Sound())), environ={"CREDENTIALS_DIRECTORY": str(inner)})
    assert store.get(name) is SecretState.MISSING


def test_calls_are_made_on_another_thread_that_ends() -> None:
    threads = []

    class Watching(Sound):
        def get_password(self, service: str, username: str, /) -> str | None:
            threads.append(threading.current_thread())
            return super().get_password(service, username)

    store = SecretStore(Vault(rings_of(Watching())), environ={})
    store.put("mail", "x")
    store.get("mail")
    store.forget("mail")
    store.place()
    assert threads
    assert all(thread is not threading.current_thread() and thread.daemon for thread in threads)
    for thread in threads:
        thread.join()


def test_a_hanging_store_is_given_up_never_called_twice_and_used_again_when_it_comes_back(hanging: Hanging) -> None:
    hanging.entries[SERVICE, "mail"] = "x"
    store = SecretStore(Vault(rings_of(hanging)), impatient(hanging), {})
    before = threading.active_count()
    assert store.get("mail") is SecretState.SLOW
    assert store.get("mail") is SecretState.SLOW
    assert store.put("mail", "y") is SecretState.SLOW
    assert store.forget("mail") is SecretState.SLOW
    assert store.place() == "the system's keyring, which does not answer"
    assert threading.active_count() == before + 1
    (left,) = [thread for thread in threading.enumerate() if thread.name == "plimsoll-keyring"]
    assert left.daemon
    hanging.let_go.set()
    left.join()
    assert store.get("mail") == "x"
    assert hanging.most == 1


def test_callers_at_the_same_time_wait_for_their_turn(hanging: Hanging) -> None:
    hanging.entries[SERVICE, "mail"] = "x"
    store = SecretStore(Vault(rings_of(hanging)), environ={})
    found: list[str | SecretState] = []
    callers = [threading.Thread(target=lambda: found.append(store.get("mail"))) for _ in range(8)]
    for caller in callers:
        caller.start()
    hanging.entered.wait()
    hanging.let_go.set()
    for caller in callers:
        caller.join()
    assert found == ["x"] * 8
    assert hanging.most == 1


def test_a_caller_that_never_gets_its_turn_is_told_so(hanging: Hanging) -> None:
    backend = hanging
    first = OffThread(seconds=0.02)
    store = SecretStore(Vault(rings_of(backend)), first, {})
    assert store.get("mail") is SecretState.SLOW
    assert first.overdue
    assert store.get("mail") is SecretState.SLOW
    assert backend.most == 1


def test_a_late_answer_because_a_person_is_being_asked_reads_locked() -> None:
    asked, answered = threading.Event(), threading.Event()

    class Question(Collection):
        def open_it(self) -> bool:
            asked.set()
            answered.wait()
            return super().open_it()

    def wait(done: threading.Event, _seconds: float) -> bool:
        asked.wait()
        return done.wait(None if answered.is_set() else 0)

    collection = Question(Lock.LOCKED, opens=True)
    backend = Sound()
    backend.set_password(SERVICE, "mail", "x")
    store = SecretStore(Vault(rings_of(backend, collection=collection)), OffThread(wait=wait), {})
    assert store.get("mail") is SecretState.LOCKED
    assert store.get("mail") is SecretState.LOCKED
    answered.set()
    for thread in threading.enumerate():
        if thread.name == "plimsoll-keyring":
            thread.join()
    assert store.get("mail") == "x"
    assert collection.asked == 1


def test_work_that_raises_or_cannot_be_started_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    beside = OffThread()

    def die() -> str:
        raise SystemExit(3)

    assert beside.run(die) is NoAnswer.FAILED
    with monkeypatch.context() as patch:

        def no_thread(self: threading.Thread) -> None:
            raise RuntimeError("can't start new thread")

        patch.setattr(threading.Thread, "start", no_thread)
        assert beside.run(lambda: "x") is NoAnswer.FAILED
    assert beside.run(lambda: "x") == "x"


def test_a_finder_that_dies_reads_as_no_keyring() -> None:
    class Dying(Vault):
        def get(self, name: str) -> str | SecretState:
            raise SystemExit(3)

    assert SecretStore(Dying(), environ={}).get("mail") is SecretState.UNAVAILABLE


def test_the_user_may_be_asked_again_when_she_wishes_it() -> None:
    backend = Failing(locked)
    store = SecretStore(Vault(rings_of(backend)), environ={})
    assert [store.get("mail"), store.get("mail")] == [SecretState.LOCKED] * 2
    store.ask_again()
    store.get("mail")
    assert backend.calls == ["get", "get"]


def test_without_a_keyring_the_place_says_so() -> None:
    assert SecretStore(environ={}).place() == (
        "nowhere yet: this machine has no keyring that is safe to use"
        " (the chosen keyring keyring.backends.fail.Keyring is none of the system's own)"
    )
    assert SecretStore(environ={"PLIMSOLL_SECRET_X": "y"}).place() == "environment variables"
    assert SecretStore(environ={}).get("mail") is SecretState.UNAVAILABLE


def test_the_library_is_not_imported_before_a_secret_is_needed() -> None:
    code = """
import sys
from app.system.secret_store import SecretStore
SecretStore()
print(sorted({"keyring", "secretstorage", "jeepney"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
