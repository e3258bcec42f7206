"""The contract of secrets, kept by a real GNOME Keyring: open, locked, new, hanging, not there."""

import pytest

from tests.integration.secret_service.sessions import in_session


def test_a_secret_goes_there_and_back_and_is_nowhere_in_plain_text() -> None:
    said, left = in_session("""
say(store.place(), store.get("mail"))
say(store.put("mail", "first"), store.put("mail", "Kanarie ü ✓ 'x' 100 %"), store.get("mail"), store.get("other"))
say(store.put("gone", "x"), store.forget("gone"), store.get("gone"), store.forget("gone"))
""")
    assert said == [
        *("GNOME Keyring", "missing"),
        *(None, None, "Kanarie ü ✓ 'x' 100 %", "missing"),
        *(None, None, "missing", None),
    ]
    assert b"login" in left.lower()
    assert b"Kanarie" not in left


def test_an_entry_that_somebody_else_removed_is_missing() -> None:
    said, _ = in_session("""
store.put("mail", "x")
with closing(secretstorage.dbus_init()) as bus:
    for item in secretstorage.Collection(bus).search_items({"service": "plimsoll"}):
        say(item.get_label())
        item.delete()
say(store.get("mail"), store.forget("mail"))
""")
    assert said == ["Password for 'mail' on 'plimsoll'", "missing", None]


def test_a_locked_collection_reads_locked_and_never_missing_and_asks_once() -> None:
    said, _ = in_session("""
vault = Vault()
store = SecretStore(vault)
say(store.put("mail", "x"))
asked = []
ring = vault._rings.rings[0]
vault._rings = vault._rings._replace(rings=(ring._replace(open_it=lambda: asked.append(1) or ring.open_it()),))
lock()
say(store.get("mail"), store.get("never stored"), store.put("mail", "y"), store.forget("mail"), len(asked))
unlock()
say(store.get("mail"), store.get("never stored"), len(asked))
""")
    assert said == [None, *["locked"] * 4, 1, "x", "missing", 1]


def test_a_new_machine_has_no_secret_and_no_way_to_ask_for_a_password() -> None:
    said, _ = in_session('say(store.get("mail"), store.forget("mail"), store.put("mail", "x"))', new=True)
    assert said == ["missing", None, "locked"]


def test_a_service_that_hangs_is_slow_and_is_used_again_when_it_answers() -> None:
    said, _ = in_session("""
say(store.put("mail", "x"))
with closing(secretstorage.dbus_init()) as bus:
    from jeepney import DBusAddress, new_method_call
    address = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    call = new_method_call(address, "GetConnectionUnixProcessID", "s", ("org.freedesktop.secrets",))
    service = bus.send_and_get_reply(call).body[0]
hasty = SecretStore(Vault(), OffThread(seconds=0.2))
os.kill(service, signal.SIGSTOP)
say(hasty.get("mail"), hasty.get("mail"), hasty.put("mail", "y"))
left = [thread for thread in threading.enumerate() if thread.name == "plimsoll-keyring"]
say(len(left))
os.kill(service, signal.SIGCONT)
for thread in left:
    thread.join()
say(store.get("mail"))
""")
    assert said == [None, "slow", "slow", "slow", 1, "x"]


def test_without_a_bus_there_is_no_keyring() -> None:
    said, _ = in_session("""
del os.environ["DBUS_SESSION_BUS_ADDRESS"]
fresh = SecretStore()
say(fresh.get("mail"), fresh.put("mail", "x"), fresh.forget("mail"), fresh.place())
""")
    assert said == [*["unavailable"] * 3, "nowhere yet: this machine has no keyring that is safe to use"]


@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_a_keyring_that_was_switched_off_stays_off(backend: str) -> None:
    said, _ = in_session(f"""
os.environ["PYTHON_KEYRING_BACKEND"] = {backend!r}
say(store.put("mail", "x"), store.get("mail"))
""")
    assert said == ["unavailable", "unavailable"]
