"""Password stores with one fault each, in the shape that the ``keyring`` library gives its backends."""

import threading
from collections.abc import Callable

from keyring.errors import KeyringError, KeyringLocked, PasswordDeleteError

from app.system.keyrings import Backend, Ring, Rings
from app.system.secret_service import Lock


class Sound:
    """A store that works; counts what it is asked."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.calls: list[str] = []

    def get_password(self, service: str, username: str, /) -> str | None:
        self.calls.append("get")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self.calls.append("set")
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str, /) -> None:
        self.calls.append("delete")
        if (service, username) not in self.entries:
            raise PasswordDeleteError("No such password!")
        del self.entries[service, username]


class Failing(Sound):
    """Raises at each call what it is given."""

    def __init__(self, error: Callable[[], BaseException]) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str, /) -> str | None:
        self.calls.append("get")
        raise self.error()

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self.calls.append("set")
        raise self.error()

    def delete_password(self, service: str, username: str, /) -> None:
        self.calls.append("delete")
        raise self.error()


def locked() -> BaseException:
    """Return what a store says when the user has dismissed its question."""
    return KeyringLocked("Failed to unlock the collection!")


def denied() -> BaseException:
    """Return what a store says that does not let this program in."""
    return KeyringError("Can't get password from keychain: (-25293, 'Security Auth Failure')")


def nobody_to_ask() -> BaseException:
    """Return what macOS says of a locked keychain to a program without a screen."""
    error = KeyringError("Can't get password from keychain")
    error.__cause__ = RuntimeError(-25308, "Unknown Error")
    return error


class Hanging(Sound):
    """Comes back from a call only when it is let go.

    Attributes:
        entered: set when a call has come in.
        let_go: to be set by the test.
        most: how many calls were in here at once.
    """

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Event()
        self.let_go = threading.Event()
        self.most = 0
        self._inside = 0

    def get_password(self, service: str, username: str, /) -> str | None:
        self._inside += 1
        self.most = max(self.most, self._inside)
        self.entered.set()
        self.let_go.wait()
        self._inside -= 1
        return super().get_password(service, username)


class Swallowing(Sound):
    """Takes everything and has nothing, as the library's own null backend."""

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self.calls.append("set")


class Forgetful(Sound):
    """Somebody else deletes the entry between our look and our delete, or right after we stored it."""

    def delete_password(self, service: str, username: str, /) -> None:
        self.entries.clear()
        super().delete_password(service, username)


class Collection:
    """The Secret Service's side of a store: whether it is locked, and how often a person was asked.

    Args:
        state: what is seen of its lock.
        opens: what the person does when asked.
    """

    def __init__(self, state: Lock, *, opens: bool = False) -> None:
        self.state = state
        self.opens = opens
        self.asked = 0

    def lock(self) -> Lock:
        return self.state

    def open_it(self) -> bool:
        self.asked += 1
        if self.opens:
            self.state = Lock.OPEN
        return self.opens


def rings_of(*backends: Backend, collection: Collection | None = None) -> Callable[[], Rings]:
    """Return a finder of these stores."""
    if collection is None:
        return lambda: Rings(tuple(map(Ring, backends)))
    return lambda: Rings(tuple(Ring(backend, collection.lock, collection.open_it) for backend in backends))
