"""Secrets that were read once, kept in this process's memory: a keyring that locks or hangs at night mutes no alarm."""

import threading

from app.services.alert_ports import Secrets, SecretState


class RememberedSecrets:
    """Implements ``alert_ports.Secrets`` before another one, for a program that sends for months.

    The store is always asked first, so that a new address counts at once and a removed one is gone. Only where it is
    locked, slow or not there does the last secret that it gave count.

    Args:
        secrets: the store.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._known: dict[str, str] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> str | SecretState:
        """Return a secret, or why there is none and never was."""
        found = self._secrets.get(name)
        with self._lock:
            if not isinstance(found, SecretState):
                self._known[name] = found
            elif found is SecretState.MISSING:
                self._known.pop(name, None)
            else:
                return self._known.get(name, found)
        return found

    def put(self, name: str, secret: str) -> SecretState | None:
        """Keep a secret in the store; None where that was done."""
        state = self._secrets.put(name, secret)
        if state is None:
            with self._lock:
                self._known[name] = secret
        return state

    def forget(self, name: str) -> SecretState | None:
        """Remove a secret, here at once and from the store."""
        with self._lock:
            self._known.pop(name, None)
        return self._secrets.forget(name)

    def place(self) -> str:
        """Return in words where secrets lie."""
        return self._secrets.place()
