"""A canary as secret, every path made to fail with the secret in the failure's own words: it is seen nowhere."""

import base64
import gc
import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from keyring.errors import InitError, KeyringError, KeyringLocked, PasswordDeleteError, PasswordSetError

from app.services.alert_ports import SecretState
from app.system.off_thread import OffThread
from app.system.secret_service import Lock
from app.system.secret_store import SecretStore
from app.system.vault import SERVICE, Vault
from tests.fakes.keyring_backends import Collection, Failing, Hanging, Sound, Swallowing, rings_of

CANARY = "Kanarie/7&+vogel=ü hello@3am"
_RAW = CANARY.encode()
FORMS = (
    CANARY,
    quote(CANARY),
    quote(CANARY, safe=""),
    quote_plus(CANARY),
    *(base64.b64encode(b"x" * shift + _RAW)[4:-4].decode() for shift in range(3)),
    base64.urlsafe_b64encode(_RAW).decode().rstrip("="),
    _RAW.hex(),
    repr(_RAW)[2:-1],
    ascii(CANARY)[1:-1],
)
ERRORS: tuple[type[BaseException], ...] = (
    KeyringError,
    KeyringLocked,
    InitError,
    PasswordSetError,
    PasswordDeleteError,
    RuntimeError,
    OSError,
    UnicodeError,
    SystemExit,
    KeyboardInterrupt,
)


def leaks(text: str) -> list[str]:
    """Return the forms of the canary that a text holds."""
    return [form for form in FORMS if form in text]


class Seen(logging.Handler):
    """Everything that a person or a file could get to see of a run."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        super().__init__(logging.DEBUG)
        self.capfd = capfd
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what a log could write of it."""
        self.said.append(f"{logging.Formatter().format(record)} {record.__dict__}")

    def text(self) -> str:
        """Return all of it."""
        streams = self.capfd.readouterr()
        return "\n".join([*self.said, streams.out, streams.err])


@pytest.fixture
def seen(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    found = Seen(capfd)
    root = logging.getLogger()
    level = root.level
    root.addHandler(found)
    root.setLevel(logging.DEBUG)

    def note(arguments: "threading.ExceptHookArgs") -> None:
        found.said.append("".join(traceback.format_exception(arguments.exc_type, arguments.exc_value, None)))

    monkeypatch.setattr(threading, "excepthook", note)
    yield found
    root.removeHandler(found)
    root.setLevel(level)
    assert leaks(found.text()) == []


def use(store: SecretStore, seen: Seen) -> None:
    """Take every path through a store and keep what it says, but for the secret that it is meant to give."""
    for call in (
        lambda: store.put("mail", CANARY),
        lambda: store.get("mail"),
        lambda: store.forget("mail"),
        store.place,
    ):
        answer: object
        try:
            answer = call()
        except BaseException as error:
            seen.said.append("".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))
            raise
        if answer != CANARY:
            seen.said.append(f"{answer!r} {answer}")
    seen.said.append(f"{store!r} {store} {store._vault!r} {store._beside!r} {threading.enumerate()!r}")


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("form", FORMS)
def test_a_failure_that_holds_the_secret_is_seen_nowhere(kind: type[BaseException], form: str, seen: Seen) -> None:
    def error() -> BaseException:
        made = kind(f"cannot do it with {form}")
        made.__cause__ = ValueError(form)
        return made

    use(SecretStore(Vault(rings_of(Failing(error))), environ={}), seen)


@pytest.mark.parametrize("step", ["get_password", "set_password", "delete_password"])
def test_a_store_that_breaks_half_way_says_nothing(step: str, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Sound()
    backend.set_password(SERVICE, "mail", CANARY)

    def fail(*arguments: object) -> None:
        raise RuntimeError(*arguments, CANARY)

    monkeypatch.setattr(backend, step, fail)
    use(SecretStore(Vault(rings_of(backend)), environ={}), seen)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Vault(rings_of(Sound())),
        lambda: Vault(rings_of(Swallowing())),
        lambda: Vault(rings_of(Sound(), collection=Collection(Lock.LOCKED))),
        lambda: Vault(rings_of(Sound(), collection=Collection(Lock.ABSENT))),
        Vault,
    ],
)
def test_a_store_that_works_or_is_closed_says_nothing(make: Callable[[], Vault], seen: Seen) -> None:
    use(SecretStore(make(), environ={}), seen)


def test_secrets_of_the_administrator_are_not_told(seen: Seen, tmp_path: Path) -> None:
    (tmp_path / "plimsoll-mail").write_text(CANARY, encoding="utf-8")
    use(SecretStore(Vault(rings_of(Sound())), environ={"CREDENTIALS_DIRECTORY": str(tmp_path)}), seen)
    use(SecretStore(Vault(rings_of(Sound())), environ={"PLIMSOLL_SECRET_MAIL": CANARY}), seen)


def test_a_late_answer_is_dropped_unseen(seen: Seen) -> None:
    backend = Hanging()
    backend.entries[SERVICE, "mail"] = CANARY

    def wait(_done: threading.Event, _seconds: float) -> bool:
        return not backend.entered.wait()

    store = SecretStore(Vault(rings_of(backend)), OffThread(wait=wait), {})
    assert store.get("mail") is SecretState.SLOW
    threads = [thread for thread in threading.enumerate() if thread.name == "plimsoll-keyring"]
    seen.said.append(repr(threads))
    backend.let_go.set()
    for thread in threads:
        thread.join()
    gc.collect()
    seen.said.append(repr(store))


def test_a_log_line_and_an_error_on_the_screen_would_be_seen(capfd: pytest.CaptureFixture[str]) -> None:
    handler = Seen(capfd)
    logger = logging.getLogger("canary")
    logger.addHandler(handler)
    logger.warning("it is %s", quote(CANARY))
    logger.removeHandler(handler)
    assert leaks(handler.text())
    print(CANARY)
    assert leaks(Seen(capfd).text())


def test_the_search_finds_what_it_looks_for() -> None:
    for form in FORMS:
        assert leaks(f"... {form} ...")
    assert leaks(base64.b64encode(b"smtp://user:" + _RAW + b"@host").decode())
    assert not leaks("smtp://user:other@host")
