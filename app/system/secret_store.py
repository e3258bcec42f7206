"""Where secrets lie: the environment, systemd's credentials, the system's keyring, looked up in this order.

Nothing here keeps a secret anywhere else, and nothing writes plain text. A call never takes longer than the store's
patience, never raises, and never says a word of what a secret is.
"""

import os
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from app.services.alert_ports import SecretState
from app.system.credentials import from_environment, from_systemd, given_places
from app.system.off_thread import NoAnswer, OffThread
from app.system.vault import Vault

_Answer = TypeVar("_Answer")

_DOES_NOT_ANSWER: Final = "the system's keyring, which does not answer"
_NO_KEYRING: Final = "nowhere yet: this machine has no keyring that is safe to use"


class SecretStore:
    """Implements ``alert_ports.Secrets``.

    Args:
        vault: the system's password stores.
        beside: makes the calls to them, on a thread of its own, with a bounded wait.
        environ: environment variables.
    """

    def __init__(
        self,
        vault: Vault | None = None,
        beside: OffThread | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._vault = vault or Vault()
        self._beside = beside or OffThread()
        self._environ = environ

    def get(self, name: str) -> str | SecretState:
        """Return a secret, or why there is none."""
        given = self._given(name)
        if given is not None:
            return given
        return self._answer(lambda: self._vault.get(name))

    def put(self, name: str, secret: str) -> SecretState | None:
        """Keep a secret in the keyring; None where that was done and read back.

        Where the environment or a credential holds one of this name, that one would hide it: None where they are the
        same, else UNAVAILABLE.
        """
        given = self._given(name)
        if given is not None:
            return None if given == secret else SecretState.UNAVAILABLE
        return self._answer(lambda: self._vault.put(name, secret))

    def forget(self, name: str) -> SecretState | None:
        """Remove a secret from the keyring; None where it is gone.

        UNAVAILABLE also where the environment or a credential holds it: only the administrator can remove that one.
        """
        given = self._given(name)
        state = self._answer(lambda: self._vault.forget(name))
        return state if given is None else SecretState.UNAVAILABLE

    def place(self) -> str:
        """Return in words where secrets lie on this machine; it may ask the keyring, as the others do."""
        given = given_places(self._environ)
        name = self._beside.run(self._vault.name)
        if isinstance(name, NoAnswer):
            name = _DOES_NOT_ANSWER
        places = (*given, *filter(None, (name,)))
        if places:
            return " and ".join(places)
        return f"{_NO_KEYRING} ({self._vault.refused})" if self._vault.refused else _NO_KEYRING

    def ask_again(self) -> None:
        """Let a locked keyring ask the user once more; for a button that she presses."""
        self._vault.ask_again()

    def _given(self, name: str) -> str | SecretState | None:
        return from_environment(name, self._environ) or from_systemd(name, self._environ)

    def _answer(self, call: Callable[[], _Answer]) -> _Answer | SecretState:
        """Return what the keyring answers, or why it does not.

        LOCKED where it is only late because a person is being asked to unlock it.
        """
        found = self._beside.run(call)
        if not isinstance(found, NoAnswer):
            return found
        if found is NoAnswer.FAILED:
            return SecretState.UNAVAILABLE
        return SecretState.LOCKED if self._vault.asking else SecretState.SLOW
