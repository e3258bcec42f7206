"""The system's password stores, each with a fault of its own."""

from collections.abc import Callable

import pytest

from app.services.alert_ports import SecretState
from app.system.keyrings import Ring, Rings
from app.system.secret_service import Lock
from app.system.vault import SERVICE, Vault
from tests.fakes.keyring_backends import (
    Collection,
    Failing,
    Forgetful,
    Sound,
    Swallowing,
    denied,
    locked,
    nobody_to_ask,
    rings_of,
)


def test_a_secret_is_kept_read_replaced_and_removed() -> None:
    backend = Sound()
    vault = Vault(rings_of(backend))
    assert vault.get("mail") is SecretState.MISSING
    assert vault.put("mail", "first") is None
    assert vault.put("mail", "sécond ✓") is None
    assert backend.entries == {(SERVICE, "mail"): "sécond ✓"}
    assert vault.get("mail") == "sécond ✓"
    assert vault.forget("mail") is None
    assert vault.get("mail") is SecretState.MISSING
    assert vault.forget("mail") is None


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (locked, SecretState.LOCKED),
        (nobody_to_ask, SecretState.LOCKED),
        (denied, SecretState.UNAVAILABLE),
        (lambda: SystemError("?"), SecretState.UNAVAILABLE),
    ],
)
def test_a_store_that_refuses_is_named_for_what_it_is(error: Callable[[], BaseException], state: SecretState) -> None:
    assert Vault(rings_of(Failing(error))).get("mail") is state
    assert Vault(rings_of(Failing(error))).put("mail", "x") is state
    assert Vault(rings_of(Failing(error))).forget("mail") is state


def test_a_store_that_swallows_is_found_out() -> None:
    assert Vault(rings_of(Swallowing())).put("mail", "x") is SecretState.UNAVAILABLE


def test_a_store_that_keeps_something_else_is_found_out() -> None:
    class Cutting(Sound):
        def set_password(self, service: str, username: str, password: str, /) -> None:
            super().set_password(service, username, password[:3])

    assert Vault(rings_of(Cutting())).put("mail", "abc") is None
    assert Vault(rings_of(Cutting())).put("mail", "abcd") is SecretState.UNAVAILABLE


def test_a_store_that_answers_nonsense_has_nothing() -> None:
    class Odd(Sound):
        def get_password(self, service: str, username: str, /) -> str | None:
            answer: dict[str, str] = {"mail": "x"}
            return answer  # type: ignore[return-value] # a backend may do what it likes

    assert Vault(rings_of(Odd())).get("mail") is SecretState.MISSING


def test_an_entry_deleted_by_somebody_else_is_gone() -> None:
    backend = Forgetful()
    vault = Vault(rings_of(backend))
    assert vault.put("mail", "x") is None
    assert vault.forget("mail") is None
    assert "delete" in backend.calls
    assert vault.get("mail") is SecretState.MISSING


def test_an_entry_that_cannot_be_deleted_is_said_to_be_there() -> None:
    class Stubborn(Sound):
        def delete_password(self, service: str, username: str, /) -> None:
            self.calls.append("delete")

    vault = Vault(rings_of(Stubborn()))
    vault.put("mail", "x")
    assert vault.forget("mail") is SecretState.UNAVAILABLE


def test_without_a_store_there_is_none_until_one_comes() -> None:
    backend = Sound()
    found = [Rings((), "refused"), Rings((Ring(backend),))]
    vault = Vault(lambda: found.pop(0))
    assert vault.get("mail") is SecretState.UNAVAILABLE
    assert vault.refused == "refused"
    assert vault.get("mail") is SecretState.MISSING
    assert vault.refused == ""
    assert found == []
    assert vault.name() == "the system's keyring"


def test_a_finder_that_fails_means_no_store() -> None:
    def find() -> Rings:
        raise ModuleNotFoundError("keyrings.gone")

    vault = Vault(find)
    assert vault.get("mail") is SecretState.UNAVAILABLE
    assert vault.put("mail", "x") is SecretState.UNAVAILABLE
    assert vault.forget("mail") is SecretState.UNAVAILABLE
    assert vault.name() == ""


def test_a_locked_collection_asks_once_and_is_never_searched() -> None:
    backend, collection = Sound(), Collection(Lock.LOCKED)
    vault = Vault(rings_of(backend, collection=collection))
    assert vault.get("mail") is SecretState.LOCKED
    assert vault.put("mail", "x") is SecretState.LOCKED
    assert vault.forget("mail") is SecretState.LOCKED
    assert collection.asked == 1
    assert backend.calls == []
    vault.ask_again()
    assert vault.get("mail") is SecretState.LOCKED
    assert collection.asked == 2


def test_a_collection_that_is_opened_is_used_at_once_and_later() -> None:
    backend, collection = Sound(), Collection(Lock.LOCKED, opens=True)
    vault = Vault(rings_of(backend, collection=collection))
    assert vault.put("mail", "x") is None
    assert vault.get("mail") == "x"
    assert collection.asked == 1
    collection.state = Lock.LOCKED
    assert vault.get("mail") is SecretState.LOCKED
    collection.state = Lock.OPEN
    assert vault.get("mail") == "x"
    assert collection.asked == 1


def test_a_watcher_that_may_not_ask_does_not() -> None:
    collection = Collection(Lock.LOCKED, opens=True)
    assert Vault(rings_of(Sound(), collection=collection), may_ask=False).get("mail") is SecretState.LOCKED
    assert collection.asked == 0


def test_a_collection_locked_during_the_search_is_not_believed_to_be_empty() -> None:
    collection = Collection(Lock.OPEN)

    class LocksItself(Sound):
        def get_password(self, service: str, username: str, /) -> str | None:
            collection.state = Lock.LOCKED
            return None

    assert Vault(rings_of(LocksItself(), collection=collection)).get("mail") is SecretState.LOCKED


def test_where_there_is_no_collection_nothing_is_missing_but_making_one_asks_once() -> None:
    backend, collection = Failing(locked), Collection(Lock.ABSENT)
    vault = Vault(rings_of(backend, collection=collection))
    assert vault.get("mail") is SecretState.MISSING
    assert vault.forget("mail") is None
    assert backend.calls == []
    assert vault.put("mail", "x") is SecretState.LOCKED
    assert vault.put("mail", "x") is SecretState.LOCKED
    assert backend.calls == ["set"]


def test_a_person_who_said_no_is_not_asked_again_where_the_lock_cannot_be_seen() -> None:
    backend = Failing(locked)
    vault = Vault(rings_of(backend))
    assert [vault.get("mail"), vault.get("mail")] == [SecretState.LOCKED] * 2
    assert backend.calls == ["get"]
    vault.ask_again()
    vault.get("mail")
    assert backend.calls == ["get", "get"]


def test_a_keychain_that_could_not_ask_is_tried_again() -> None:
    backend = Failing(nobody_to_ask)
    vault = Vault(rings_of(backend))
    assert [vault.get("mail"), vault.get("mail")] == [SecretState.LOCKED] * 2
    assert backend.calls == ["get", "get"]


def test_a_second_store_is_looked_into_and_the_gravest_reason_is_given() -> None:
    second = Sound()
    second.set_password(SERVICE, "mail", "x")
    vault = Vault(rings_of(Failing(locked), second))
    assert vault.get("mail") == "x"
    assert vault.get("other") is SecretState.LOCKED
    assert Vault(rings_of(Failing(denied), Sound())).get("mail") is SecretState.UNAVAILABLE
    assert vault.forget("mail") is SecretState.LOCKED
    assert second.entries == {}


def test_a_lock_that_cannot_be_looked_at_is_no_store() -> None:
    def lock() -> Lock:
        raise ConnectionError("no bus")

    assert Vault(lambda: Rings((Ring(Sound(), lock),))).get("mail") is SecretState.UNAVAILABLE
