"""What was read once counts while the keyring does not answer, and not a moment longer."""

import pytest

from app.services.alert_ports import Secrets, SecretState
from app.system.remembered_secrets import RememberedSecrets
from app.system.secret_store import SecretStore
from app.system.vault import Vault
from tests.fakes.keyring_backends import Sound, rings_of


class Faulty(SecretStore):
    """A store with a fault that can be switched on."""

    def __init__(self) -> None:
        super().__init__(Vault(rings_of(Sound())), environ={})
        self.fault: SecretState | None = None

    def get(self, name: str) -> str | SecretState:
        return self.fault or super().get(name)

    def put(self, name: str, secret: str) -> SecretState | None:
        return self.fault or super().put(name, secret)


@pytest.mark.parametrize("fault", [SecretState.LOCKED, SecretState.SLOW, SecretState.UNAVAILABLE])
def test_an_alarm_goes_out_while_the_keyring_does_not_answer(fault: SecretState) -> None:
    store = Faulty()
    secrets: Secrets = RememberedSecrets(store)
    assert secrets.put("mail", "x") is None
    store.fault = fault
    assert secrets.get("mail") == "x"
    assert secrets.get("other") is fault
    assert secrets.put("mail", "never stored") is fault
    assert secrets.get("mail") == "x"
    assert RememberedSecrets(store).get("mail") is fault


def test_what_another_program_changed_or_removed_counts_at_once() -> None:
    store = Faulty()
    secrets = RememberedSecrets(store)
    store.put("mail", "old")
    assert secrets.get("mail") == "old"
    store.put("mail", "new")
    assert secrets.get("mail") == "new"
    store.forget("mail")
    assert secrets.get("mail") is SecretState.MISSING
    store.fault = SecretState.LOCKED
    assert secrets.get("mail") is SecretState.LOCKED


def test_what_was_forgotten_here_is_forgotten_even_while_the_keyring_is_locked() -> None:
    store = Faulty()
    secrets = RememberedSecrets(store)
    secrets.put("mail", "Kanarie")
    assert "Kanarie" not in repr(secrets)
    secrets.forget("mail")
    store.fault = SecretState.LOCKED
    assert secrets.get("mail") is SecretState.LOCKED
    assert secrets.place() == "the system's keyring"
