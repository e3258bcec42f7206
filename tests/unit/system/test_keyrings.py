"""Which password stores are used: the system's own, and no others."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, fail, kwallet, null
from keyring.backends.chainer import ChainerBackend
from keyring.compat import properties

from app.services.alert_ports import SecretState
from app.system.keyrings import find_rings, is_safe
from app.system.vault import Vault

WRITTEN: list[str] = []


class Plaintext(KeyringBackend):
    """What other packages bring along: a file that everybody can read, and eager to be used."""

    @properties.classproperty
    def priority(self) -> float:
        return 100

    def get_password(self, service: str, username: str) -> str | None:
        return "read from a plain file"

    def set_password(self, service: str, username: str, password: str) -> None:
        WRITTEN.append(password)


@pytest.fixture(autouse=True)
def alt_package(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("keyrings.alt.file")
    module.PlaintextKeyring = Plaintext  # type: ignore[attr-defined] # made for this test
    for name in ("keyrings", "keyrings.alt"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "keyrings.alt.file", module)


@pytest.mark.parametrize("name", ["keyring.backends.fail.Keyring", "keyring.backends.null.Keyring"])
def test_a_keyring_that_keeps_nothing_is_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    found = find_rings()
    assert found.rings == ()
    assert found.refused == f"the chosen keyring {name} is none of the system's own"
    assert Vault().get("mail") is SecretState.UNAVAILABLE


@pytest.mark.parametrize("by", ["environment", "configuration"])
def test_plain_text_is_refused_even_where_somebody_chose_it(
    by: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = "keyrings.alt.file.PlaintextKeyring"
    if by == "environment":
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    else:
        monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
        monkeypatch.setattr("keyring.core.platform.config_root", lambda: tmp_path)
        (tmp_path / "keyringrc.cfg").write_text(f"[backend]\ndefault-keyring={name}\n", encoding="utf-8")
    vault = Vault()
    assert vault.put("mail", "x") is SecretState.UNAVAILABLE
    assert vault.get("mail") is SecretState.UNAVAILABLE
    assert "none of the system's own" in vault.refused
    assert WRITTEN == []


def test_what_packages_bring_along_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    found = find_rings()
    assert found.refused == ""
    assert not any(isinstance(ring.backend, Plaintext) for ring in found.rings)


def test_a_chosen_backend_that_is_not_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyrings.gone.Keyring")
    assert Vault().get("mail") is SecretState.UNAVAILABLE


def test_the_systems_own_are_known_by_module_and_name() -> None:
    assert is_safe(SecretService.Keyring)
    assert is_safe(kwallet.DBusKeyring)
    for kind in (fail.Keyring, null.Keyring, ChainerBackend, Plaintext, kwallet.DBusKeyringKWallet4):
        assert not is_safe(kind)
