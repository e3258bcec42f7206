"""``plimsoll alarm channels``, ``add``, ``test``, ``drill``, ``remove``, ``switch``, ``heartbeat``: ways to people."""

from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from app.bootstrap import books
from app.cli.alarm_address import read_address, read_secret
from app.cli.alarm_edits import edited
from app.cli.outcome import FAILED, SUCCESS, complain, write_json, write_text
from app.domain.book import Book
from app.domain.channels import Channel, ChannelKind, QuietHours
from app.domain.deliveries import DeliveryFault
from app.domain.errors import InputError, PlimsollError
from app.domain.rule_check import check_channel
from app.services.alarm_report import channel_document
from app.services.alert_ports import SecretState, given_names
from app.services.channel_edits import add_channel, channel_key, remove_channel, switch_channel, unshared
from app.services.heartbeat import HEARTBEAT_SECRET

if TYPE_CHECKING:
    from app.bootstrap.desk import OpenDesk
    from app.services.alert_ports import Secrets

_DEMO: Final = "The demo book sends nothing outside; channels belong to a book of your own (--book)."
_WHY: Final = {
    SecretState.MISSING: "no keyring took it",
    SecretState.LOCKED: "the keyring is locked",
    SecretState.UNAVAILABLE: "there is no keyring here, or the environment holds another one",
    SecretState.SLOW: "the keyring does not answer",
}
_SHORT: Final = {
    SecretState.MISSING: "missing",
    SecretState.LOCKED: "keyring locked",
    SecretState.UNAVAILABLE: "no keyring",
    SecretState.SLOW: "keyring silent",
}
_KEPT: Final = "kept"
_BEATS: Final = (
    "Every five minutes the heartbeat's address is asked for, while fresh prices are judged and messages go out."
)
_AGAIN: Final = ", and add the channel with --no-secret."


def start(arguments: Namespace) -> int:
    """Do what the verb says; return the exit code."""
    verbs = {
        "channels": _channels,
        "add": _add,
        "test": _test,
        "drill": _drill,
        "remove": _remove,
        "switch": _switch,
        "heartbeat": _heartbeat,
    }
    return verbs[arguments.verb](arguments)


def _channels(arguments: Namespace) -> int:
    from app.bootstrap.alarm_command import secrets  # noqa: PLC0415 - brings the store with it

    book = books.read_book(books.book_place(arguments.book))
    store = secrets()
    shown = [(channel, _secret_word(store, channel)) for channel in book.channels]
    if arguments.json:
        write_json({"channels": [channel_document(channel, word) for channel, word in shown]})
    elif shown:
        from app.services.alarm_table import channel_rows  # noqa: PLC0415 - scripts do not need it

        write_text("\n".join(channel_rows(shown)))
    else:
        write_text(_DEMO if book.demo else "There is no channel: nobody can be told. Add one with plimsoll alarm add.")
    return SUCCESS


def _add(arguments: Namespace) -> int:
    kind = ChannelKind(arguments.kind)
    book = books.read_book(books.book_place(arguments.book))
    wanted = _new_channel(arguments, kind, book)
    unasked = arguments.no_secret or not wanted.needs_secret
    address = "" if unasked else read_address(kind, internal=wanted.internal)
    stand = _open(arguments)
    try:
        channel = wanted if unasked else replace(wanted, key=unshared(wanted.key, book, stand.alarm.address_state))
        state = None if unasked else stand.alarm.put_address(channel.key, address)
        if state is not None:
            raise PlimsollError(
                f"The address was not kept ({_WHY[state]}); nothing was added. {_how(wanted.key, _AGAIN)}"
            )
        try:
            edited(stand.desk, add_channel(channel))
        except BaseException:
            if not unasked:
                stand.alarm.forget_address(channel.key)
            raise
    finally:
        stand.close()
    write_text(f"Added channel “{channel.name}”. Try it with: plimsoll alarm test “{channel.name}”")
    if arguments.no_secret and channel.needs_secret:
        variable, credential = _names(channel.key)
        write_text(f"Its address is taken from {variable}, or from the systemd credential {credential}.")
    return SUCCESS


def _new_channel(arguments: Namespace, kind: ChannelKind, book: Book) -> Channel:
    """Return the channel that is wanted, checked as far as that goes before anybody is asked for an address."""
    if book.demo:
        raise InputError(_DEMO)
    if arguments.quiet is not None and not arguments.zone:
        raise InputError("quiet hours need their time zone; add --zone, like Europe/Berlin", "--quiet")
    if arguments.quiet is None and arguments.zone:
        raise InputError("a time zone alone says nothing; add --quiet, like 22:00-07:00", "--zone")
    name: str = arguments.name.strip()
    if any(channel.name == name for channel in book.channels):
        raise InputError(f"there is a channel “{name[:60]}” already; choose another name", "NAME")
    quiet = None
    if arguments.quiet is not None:
        begin, end = arguments.quiet
        quiet = QuietHours(begin, end, arguments.zone)
    key = channel_key(name, kind, book)
    channel = Channel(key, name, kind, arguments.person.strip(), arguments.after, quiet, arguments.internal)
    check_channel(channel)
    return channel


def _test(arguments: Namespace) -> int:
    from app.bootstrap.desk import open_desk  # noqa: PLC0415 - brings the store with it

    place = books.book_place(arguments.book)
    stand = open_desk(place, books.config_file(arguments.config), readonly=True)
    try:
        if stand.desk.book.demo:
            raise InputError(_DEMO)
        channel = _find(stand.desk.book, arguments.name)
        sent = stand.alarm.try_channel(channel)
    finally:
        stand.close()
    return _tell(channel, sent.fault, sent.seconds)


def _drill(arguments: Namespace) -> int:
    from app.bootstrap.alarm_command import drill  # noqa: PLC0415 - as above

    place = books.book_place(arguments.book)
    book = books.read_book(place)
    if book.demo:
        raise InputError(_DEMO)
    if not any(channel.enabled for channel in book.channels):
        complain("No channel is on: nobody can be told. Add one with plimsoll alarm add.")
        return FAILED
    # All of them are told, not the first that fails alone.
    return max([_tell(result.channel, result.fault, result.seconds) for result in drill(place)])


def _tell(channel: Channel, fault: DeliveryFault | None, seconds: float) -> int:
    if fault is None:
        write_text(f"{channel.name}: the service took it after {seconds:.1f} s.")
        return SUCCESS
    from app.services.channel_health import fault_remedy, fault_words  # noqa: PLC0415 - of failures alone

    words = f"{channel.name}: nothing went out after {seconds:.1f} s: {fault_words(fault)}. {fault_remedy(fault)}"
    if fault in (DeliveryFault.NO_ADDRESS, DeliveryFault.SECRETS_LOCKED):
        words = f"{words} {_how(channel.key)} where there is no keyring."
    complain(words)
    return FAILED


def _remove(arguments: Namespace) -> int:
    stand = _open(arguments)
    try:
        channel = _find(stand.desk.book, arguments.name)
        edited(stand.desk, remove_channel(channel))
        state = stand.alarm.forget_address(channel.key) if channel.needs_secret else None
    finally:
        stand.close()
    write_text(f"Removed channel “{channel.name}”.")
    if state is not None:
        variable, credential = _names(channel.key)
        write_text(f"Where its address lies elsewhere ({variable}, {credential}), remove it there.")
    return SUCCESS


def _switch(arguments: Namespace) -> int:
    on = arguments.state == "on"
    stand = _open(arguments)
    try:
        channel = _find(stand.desk.book, arguments.name)
        edited(stand.desk, switch_channel(channel, enabled=on))
    finally:
        stand.close()
    write_text(f"Switched channel “{channel.name}” {'on' if on else 'off'}.")
    return SUCCESS


def _heartbeat(arguments: Namespace) -> int:
    from app.bootstrap.alarm_command import secrets  # noqa: PLC0415 - as above

    config = books.config_file(arguments.config)
    settings = config.load()
    if arguments.no_secret:
        config.save(replace(settings, heartbeat=True))
        variable, credential = _names(HEARTBEAT_SECRET)
        write_text(f"{_BEATS} It is taken from {variable}, or from the systemd credential {credential}.")
        return SUCCESS
    address = read_secret("Heartbeat address (https://…, empty removes it): ")
    if not address:
        config.save(replace(settings, heartbeat=False))
        secrets().forget(HEARTBEAT_SECRET)
        write_text("No service outside is told any more that somebody watches.")
        return SUCCESS
    if not address.startswith("https://") or any(sign.isspace() for sign in address):
        raise InputError("the heartbeat's address begins with https://", "address")
    state = secrets().put(HEARTBEAT_SECRET, address)
    if state is not None:
        again = ", and say plimsoll alarm heartbeat --no-secret."
        raise PlimsollError(f"The address was not kept ({_WHY[state]}). {_how(HEARTBEAT_SECRET, again)}")
    config.save(replace(settings, heartbeat=True))
    write_text(_BEATS)
    return SUCCESS


def _open(arguments: Namespace) -> "OpenDesk":
    from app.bootstrap.desk import open_desk  # noqa: PLC0415 - as above

    return open_desk(books.book_place(arguments.book), books.config_file(arguments.config))


def _find(book: Book, name: str) -> Channel:
    found = next((channel for channel in book.channels if name in (channel.name, channel.key)), None)
    if found is None:
        raise InputError(f"there is no channel “{name[:60]}”; see plimsoll alarm channels", "NAME")
    return found


def _secret_word(store: "Secrets", channel: Channel) -> str:
    if not channel.needs_secret:
        return "needs none"
    found = store.get(channel.key)
    return _SHORT[found] if isinstance(found, SecretState) else _KEPT


def _how(key: str, then: str = "") -> str:
    """Return how an address is handed over where no keyring is, as a sentence's beginning."""
    variable, credential = _names(key)
    return f"Hand it over as {variable}, or by systemd (LoadCredential={credential}:FILE){then}"


def _names(key: str) -> tuple[str, str]:
    return given_names(key)
