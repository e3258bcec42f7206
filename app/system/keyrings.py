"""Which of the system's own password stores is there. Anything that may keep plain text is refused, not fallen back to.

The ``keyring`` library would also take what other packages or its configuration bring along, plain files among them.
So the stores that the systems themselves protect are named here, and no others are used.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Final, NamedTuple, Protocol

from app.system import secret_service
from app.system.secret_service import Lock

_DESKTOP: Final = "keyring.backends.SecretService"
_LIBSECRET: Final = "keyring.backends.libsecret"

# module -> (class, systems, name for people)
SAFE: Final = {
    _DESKTOP: ("Keyring", "linux", "the desktop's Secret Service"),
    "keyring.backends.kwallet": ("DBusKeyring", "linux", "KWallet"),
    _LIBSECRET: ("Keyring", "linux", "the desktop's Secret Service"),
    "keyring.backends.macOS": ("Keyring", "darwin", "the macOS keychain"),
    "keyring.backends.Windows": ("WinVaultKeyring", "win32", "Windows Credential Manager"),
}


class Backend(Protocol):
    """What the ``keyring`` library's backends can do; each may raise what it likes."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """Return a password or None."""
        ...

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Keep a password."""
        ...

    def delete_password(self, service: str, username: str, /) -> None:
        """Remove a password."""
        ...


class Ring(NamedTuple):
    """One store.

    Attributes:
        backend: what the library talks to it with.
        lock: returns whether it is locked, without asking the user.
        open_it: lets it ask the user; returns whether it is open then.
        name: returns what people call it.
    """

    backend: Backend
    lock: Callable[[], Lock] = lambda: Lock.UNSEEN
    open_it: Callable[[], bool] = lambda: False
    name: Callable[[], str] = lambda: "the system's keyring"


class Rings(NamedTuple):
    """The stores to use, best first, and why there are none, or empty."""

    rings: tuple[Ring, ...]
    refused: str = ""


def find_rings() -> Rings:
    """Return the system's password stores as they are now; called on a thread of its own, since it may take long.

    A backend that the user has chosen (``PYTHON_KEYRING_BACKEND``, ``keyringrc.cfg``) is the only one; where it is not
    one of the system's own it is refused.
    """
    from keyring import core  # noqa: PLC0415 - dear: not before a secret is needed

    chosen = core.load_env() or core.load_config()
    if chosen is not None:
        kind = type(chosen)
        if not is_safe(kind):
            return Rings((), f"the chosen keyring {kind.__module__}.{kind.__name__} is none of the system's own")
        return Rings((_ring(chosen),))
    found = []
    for module, (name, system, _) in SAFE.items():
        if sys.platform == system:
            kind = getattr(import_module(module), name)
            if kind.viable:
                found.append((kind.priority, kind))
    found.sort(key=lambda pair: pair[0], reverse=True)
    return Rings(tuple(_ring(kind()) for _, kind in found))


def is_safe(kind: type) -> bool:
    """Return whether a backend's class is one of the system's own, and nothing derived from it."""
    known = SAFE.get(kind.__module__)
    return known is not None and known[0] == kind.__name__


def _ring(backend: Backend) -> Ring:
    """Return a store with what can be told of its lock."""
    module = type(backend).__module__
    if module not in {_DESKTOP, _LIBSECRET}:
        return Ring(backend, name=lambda: SAFE[module][2])
    collection: str | None = getattr(backend, "preferred_collection", None)
    return Ring(
        backend,
        lambda: secret_service.lock_state(collection),
        lambda: secret_service.ask_to_open(collection),
        secret_service.service_name,
    )
