"""From the lines of a form to a secret address, read back by the library that will use it."""

from typing import Any

import pytest

from app.domain.channels import ChannelKind as Kind
from app.notify.services import service_of
from app.services.channel_forms import FORMS, address_of, check_address, check_fields, kind_of, masked

# What apprise imports is not ours.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

MAIL = {"server": "smtp.example.com", "from": "me+x@example.com", "to": "a@example.com, b@example.org"}
HARD = ("p@ss%41:w/o?r#d&x=+ü €", "%", "%25%40", "a b", "'\"\\<>", "/#x", "ключ", "?verify=no")
TEAMS = (
    "https://prod-04.westus.logic.azure.com:443/workflows/643e69f83c8944/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGYFr0z0eu"
)


def _read(kind: Kind, fields: dict[str, str]) -> Any:
    """Return the service that apprise makes of an address."""
    address = address_of(kind, fields)
    assert kind_of(address) is kind
    assert check_address(kind, address) is None
    return service_of(address, internal=False, timeout=(1.0, 1.0))


@pytest.mark.parametrize("password", HARD)
@pytest.mark.parametrize("user", ["me@example.com", "dömäne\\me", "m%40e:x"])
def test_users_and_passwords_of_mail_come_through(user: str, password: str) -> None:
    service = _read(Kind.EMAIL, {**MAIL, "user": user, "password": password})
    assert (service.user, service.password) == (user, password)
    assert (service.smtp_host, service.port, service.secure_mode) == ("smtp.example.com", 587, "starttls")
    assert service.from_addr[1] == "me+x@example.com"
    assert [address for _, address in service.targets] == ["a@example.com", "b@example.org"]
    assert service.verify_certificate


def test_mail_over_tls_has_its_own_port() -> None:
    service = _read(Kind.EMAIL, {**MAIL, "security": "TLS"})
    assert (service.port, service.secure_mode, service.user) == (465, "ssl", None)
    assert _read(Kind.EMAIL, {**MAIL, "port": "2525"}).port == 2525


def test_a_known_provider_keeps_the_server_that_was_entered() -> None:
    fields = {**MAIL, "server": "relay.example.com", "user": "me@gmail.com", "password": "x"}
    assert _read(Kind.EMAIL, fields).smtp_host == "relay.example.com"


@pytest.mark.parametrize("value", HARD)
def test_headers_and_queries_of_webhooks_come_through(value: str) -> None:
    fields = {"url": "https://example.com:8443/a%20b/C?Token=A%2Bb&z=", "header_name": "X-Key", "header_value": value}
    service = _read(Kind.WEBHOOK, fields)
    assert (service.host, service.port, service.secure, service.fullpath) == ("example.com", 8443, True, "/a%20b/C")
    assert service.params == {"Token": "A+b", "z": ""}
    assert service.headers == {"X-Key": value}


def test_logins_in_webhooks_come_through() -> None:
    service = _read(Kind.WEBHOOK, {"url": "https://u%40:p%3A%2F@example.com/"})
    assert (service.user, service.password) == ("u@", "p:/")


def test_ntfy_comes_through() -> None:
    cloud = _read(Kind.NTFY, {"topic": "long-random_1", "token": "tk_abc"})
    assert (cloud.mode, cloud.host, cloud.topics, cloud.token) == ("private", "ntfy.sh", ["long-random_1"], "tk_abc")
    own = _read(Kind.NTFY, {"server": "ntfy.example:8443", "topic": "t"})
    assert (own.host, own.port, own.secure, own.topics) == ("ntfy.example", 8443, True, ["t"])


@pytest.mark.parametrize(("chat", "read"), [("-1001234", -1001234), ("@my_channel", "@my_channel")])
def test_telegram_comes_through(chat: str, read: object) -> None:
    service = _read(Kind.TELEGRAM, {"token": "123456789:ABCdef-_x", "chat": chat})
    assert service.bot_token == "123456789:ABCdef-_x"
    assert service.targets[0][0] == read


def test_pasted_addresses_come_through() -> None:
    slack = _read(Kind.SLACK, {"url": "https://hooks.slack.com/services/T1A/B2A/cC3a"})
    assert (slack.token_a, slack.token_b, slack.token_c) == ("T1A", "B2A", "cC3a")
    discord = _read(Kind.DISCORD, {"url": "https://discord.com/api/webhooks/4174216298/JHMHI8q-_e7"})
    assert (discord.webhook_id, discord.webhook_token) == ("4174216298", "JHMHI8q-_e7")
    teams = _read(Kind.TEAMS, {"url": TEAMS})
    assert (teams.workflow, teams.signature) == ("643e69f83c8944", "KODuebWbDGYFr0z0eu")
    pushover = _read(Kind.PUSHOVER, {"user": "uQiRzpo4DX", "token": "azGDORePK8", "device": "phone"})
    assert (pushover.user_key, pushover.token) == ("uQiRzpo4DX", "azGDORePK8")
    assert "phone" in pushover.url()


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        (Kind.EMAIL, {}, "server"),
        (Kind.EMAIL, {**MAIL, "server": "https://x"}, "server"),
        (Kind.EMAIL, {**MAIL, "security": "none"}, "security"),
        (Kind.EMAIL, {**MAIL, "port": "0"}, "port"),
        (Kind.EMAIL, {**MAIL, "port": "٣"}, "port"),
        (Kind.EMAIL, {**MAIL, "user": "me"}, "password"),
        (Kind.EMAIL, {**MAIL, "from": "me"}, "from"),
        (Kind.EMAIL, {**MAIL, "to": "a@b.co, c"}, "to"),
        (Kind.EMAIL, {**MAIL, "to": "a@b.co\r\nBcc: d@e.co"}, "to"),
        (Kind.WEBHOOK, {"url": "ftp://x"}, "url"),
        (Kind.WEBHOOK, {"url": "https://x:99999/"}, "url"),
        (Kind.WEBHOOK, {"url": "https://[::1"}, "url"),
        (Kind.WEBHOOK, {"url": "https://x/", "header_name": "A B", "header_value": "c"}, "header_name"),
        (Kind.WEBHOOK, {"url": "https://x/", "header_name": "A"}, "header_name"),
        (Kind.NTFY, {"topic": "a/b"}, "topic"),
        (Kind.NTFY, {"server": "ftp://x", "topic": "a"}, "server"),
        (Kind.TELEGRAM, {"token": "abc", "chat": "1"}, "token"),
        (Kind.TELEGRAM, {"token": "1:abc", "chat": "a b"}, "chat"),
        (Kind.SLACK, {"url": "https://evil.example/services/T/B/C"}, "url"),
        (Kind.TEAMS, {"url": "https://prod.logic.azure.com/other"}, "url"),
        (Kind.DISCORD, {"url": "https://discord.com.evil.example/api/webhooks/1/a"}, "url"),
        (Kind.PUSHOVER, {"user": "a/b", "token": "c"}, "user"),
        (Kind.OTHER, {"address": "gotify"}, "address"),
    ],
)
def test_what_is_wrong_is_said_of_the_field(kind: Kind, fields: dict[str, str], wrong: str) -> None:
    problem = check_fields(kind, fields)
    assert problem is not None
    assert problem.field == wrong
    assert problem.sentence.endswith(".")
    with pytest.raises(ValueError, match=r"\.$"):
        address_of(kind, fields)


@pytest.mark.parametrize(
    ("kind", "address", "right"),
    [
        (Kind.EMAIL, "", False),
        (Kind.EMAIL, "rubbish", False),
        (Kind.EMAIL, "jsons://example.com", False),
        (Kind.EMAIL, "mailtos://example.com/?mode=insecure", False),
        (Kind.WEBHOOK, "json://example.com/", False),
        (Kind.WEBHOOK, "jsons://example.com/?verify=No", False),
        (Kind.WEBHOOK, "jsons://[::1", False),
        (Kind.WEBHOOK, "jsons://example.com/", True),
        (Kind.OTHER, "gotifys://example.com/token", True),
        (Kind.DESKTOP, "", True),
    ],
)
def test_an_address_is_checked_by_its_text(kind: Kind, address: str, right: bool) -> None:
    assert (check_address(kind, address) is None) is right


def test_the_own_network_may_go_without_encryption() -> None:
    assert check_address(Kind.WEBHOOK, "json://10.0.0.5/", internal=True) is None


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("mailtos://me:secret@smtp.example.com:587/?to=secret@x", "mail over smtp.example.com"),
        ("jsons://u:secret@example.com/secret?-secret=1", "a webhook at example.com"),
        ("ntfys://secret@ntfy.sh/secret", "ntfy at ntfy.sh"),
        ("ntfys://secret", "ntfy"),
        ("tgram://123:secret/1", "Telegram"),
        ("https://hooks.slack.com/services/secret", "Slack"),
        (TEAMS, "Teams"),
        ("gotifys://secret/secret", "a service by gotifys"),
        ("rubbish secret", "an address"),
        ("jsons://[secret", "an address"),
    ],
)
def test_nothing_secret_is_shown(address: str, shown: str) -> None:
    assert masked(address) == shown
    assert "secret" not in masked(address)


def test_every_kind_has_a_form_and_what_is_secret_is_marked() -> None:
    assert set(FORMS) == set(Kind)
    assert all(any(field.secret for field in fields) for kind, fields in FORMS.items() if kind is not Kind.DESKTOP)
    assert address_of(Kind.DESKTOP, {}) == ""
