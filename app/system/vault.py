"""Reading, keeping and removing a secret in the system's password stores, every failure told apart.

Everything here may take as long as it likes, so ``SecretStore`` calls it on a thread of its own, one call at a time.
What a backend raises is looked at by its kind only: its text may hold the secret.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from app.services.alert_ports import SecretState
from app.system.keyrings import Ring, Rings, find_rings
from app.system.secret_service import Lock

SERVICE: Final = "plimsoll"
_LOG: Final = logging.getLogger(__name__)
_GRAVITY: Final = (SecretState.MISSING, SecretState.UNAVAILABLE, SecretState.SLOW, SecretState.LOCKED)
_LOCKED: Final = {"KeyringLocked", "LockedException", "PromptDismissedException"}
# The macOS keychain is locked and nobody can be asked: errSecInteractionNotAllowed.
_NOBODY_TO_ASK: Final = -25308

_Found = str | SecretState
_Answer = TypeVar("_Answer")


class Vault:
    """The system's password stores.

    Args:
        find: finds them; asked again until there is one, since a service may start later than we do.
        may_ask: whether a person may be asked to unlock one, once; a store whose lock cannot be seen asks as it likes.

    Attributes:
        asking: whether a person is being asked just now; read by other threads.
    """

    def __init__(self, find: Callable[[], Rings] = find_rings, *, may_ask: bool = True) -> None:
        self._find = find
        self._rings = Rings(())
        self._may_ask = may_ask
        self._said_no: list[Ring] = []
        self.asking = False

    def ask_again(self) -> None:
        """Let a person be asked once more: it was she who wished it."""
        self._may_ask = True
        self._said_no = []

    def get(self, name: str) -> _Found:
        """Return a secret from the first store that has it, or why there is none."""
        rings = self._open_rings()
        if isinstance(rings, SecretState):
            return rings
        worst = SecretState.MISSING
        for ring in rings:
            found = self._get(ring, name)
            if not isinstance(found, SecretState):
                return found
            worst = _graver(worst, found)
        return worst

    def put(self, name: str, secret: str) -> SecretState | None:
        """Keep a secret in the best store and read it back; None where it is there.

        No other store is tried: two stores with two secrets of one name would be worse than a refusal.
        """
        rings = self._open_rings()
        if isinstance(rings, SecretState):
            return rings
        ring = rings[0]

        def keep() -> SecretState | None:
            ring.backend.set_password(SERVICE, name, secret)
            return None

        state = self._try(ring, keep, makes=True)
        if state is not None:
            return state
        back = self._get(ring, name)
        if isinstance(back, SecretState):
            # One that swallows what it is given has, of course, nothing afterwards.
            return SecretState.UNAVAILABLE if back is SecretState.MISSING else back
        return None if back == secret else SecretState.UNAVAILABLE

    def forget(self, name: str) -> SecretState | None:
        """Remove a secret from every store; None where none has it."""
        rings = self._open_rings()
        if isinstance(rings, SecretState):
            return rings
        worst = SecretState.MISSING
        for ring in rings:
            worst = _graver(worst, self._forget(ring, name))
        return None if worst is SecretState.MISSING else worst

    def name(self) -> str:
        """Return what people call the store that is used, and an empty text where there is none."""
        rings = self._open_rings()
        if isinstance(rings, SecretState):
            return ""
        try:
            return rings[0].name()
        except Exception as error:  # noqa: BLE001 - foreign code; it is only a name
            _note(error)
            return "the system's keyring"

    @property
    def refused(self) -> str:
        """Why no store is used although there is one, or empty."""
        return self._rings.refused

    def _open_rings(self) -> tuple[Ring, ...] | SecretState:
        if not self._rings.rings:
            try:
                self._rings = self._find()
            except Exception as error:  # noqa: BLE001 - foreign code, chosen by the user's configuration
                _note(error)
                return SecretState.UNAVAILABLE
        return self._rings.rings or SecretState.UNAVAILABLE

    def _get(self, ring: Ring, name: str) -> _Found:
        def read() -> _Found:
            found: object = ring.backend.get_password(SERVICE, name)
            return found if isinstance(found, str) else SecretState.MISSING

        found = self._try(ring, read)
        if found is SecretState.MISSING and self._lock(ring) is Lock.LOCKED:
            # It was locked between our look and the search, and says that there is nothing.
            return SecretState.LOCKED
        return found

    def _forget(self, ring: Ring, name: str) -> SecretState:
        found = self._get(ring, name)
        if isinstance(found, SecretState):
            return found

        def remove() -> SecretState:
            ring.backend.delete_password(SERVICE, name)
            return SecretState.MISSING

        state = self._try(ring, remove)
        if state is SecretState.LOCKED:
            return state
        # Somebody else may have removed it in between: what counts is that it is gone.
        after = self._get(ring, name)
        return after if isinstance(after, SecretState) else SecretState.UNAVAILABLE

    def _try(self, ring: Ring, call: Callable[[], _Answer], *, makes: bool = False) -> _Answer | SecretState:
        """Make one call where the store is open, or can be opened by asking once.

        Args:
            ring: the store.
            call: what to do.
            makes: it would make the collection where there is none, for which a person is asked, too.
        """
        lock = Lock.UNSEEN
        try:
            lock = ring.lock()
            if lock is Lock.ABSENT:
                return self._make(call) if makes else SecretState.MISSING
            if (lock is Lock.LOCKED and not self._opened(ring)) or ring in self._said_no:
                return SecretState.LOCKED
            return call()
        except Exception as error:  # noqa: BLE001 - foreign code, each store with failures of its own
            _note(error)
            if not is_lock(error):
                return SecretState.UNAVAILABLE
            if lock is Lock.UNSEEN and not nobody_was_asked(error):
                # Whether it is locked cannot be seen: calling it again would ask the person who said no.
                self._said_no.append(ring)
            return SecretState.LOCKED

    def _make(self, call: Callable[[], _Answer]) -> _Answer | SecretState:
        if not self._may_ask:
            return SecretState.LOCKED
        self._may_ask = False
        with self._question():
            return call()

    def _opened(self, ring: Ring) -> bool:
        if not self._may_ask:
            return False
        self._may_ask = False
        with self._question():
            return ring.open_it()

    @contextmanager
    def _question(self) -> Iterator[None]:
        self.asking = True
        try:
            yield
        finally:
            self.asking = False

    @staticmethod
    def _lock(ring: Ring) -> Lock:
        try:
            return ring.lock()
        except Exception as error:  # noqa: BLE001 - foreign code
            _note(error)
            return Lock.UNSEEN


def is_lock(error: BaseException) -> bool:
    """Return whether a store failed because it is locked or was not opened, by the error's kind or its cause's."""
    return any(
        bool(_LOCKED & {kind.__name__ for kind in type(each).__mro__}) or nobody_was_asked(each)
        for each in (error, error.__cause__)
        if each is not None
    )


def nobody_was_asked(error: BaseException) -> bool:
    """Return whether the store is locked and the system could not show a question."""
    return any(each is not None and each.args[:1] == (_NOBODY_TO_ASK,) for each in (error, error.__cause__))


def _graver(one: SecretState, other: SecretState) -> SecretState:
    return max(one, other, key=_GRAVITY.index)


def _note(error: Exception) -> None:
    """Log the kind of a failure, and never its text."""
    _LOG.info("the system's keyring failed: %s", type(error).__name__)
