"""What has to be filled in for each kind of channel, and the secret address that is made of it.

An address is in the form of ``apprise``: one text that holds everything, passwords too. It is made, kept as a secret
and handed on; only ``masked`` makes something of it that may be shown.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from app.domain.channels import ChannelKind
from app.services.channel_addresses import check_address, kind_of, masked, parts_of
from app.services.channel_fields import FORMS, STARTTLS, TLS, URL, FormField

__all__ = ["FORMS", "FormField", "FormProblem", "address_of", "check_address", "check_fields", "kind_of", "masked"]


class FormProblem(NamedTuple):
    """What is wrong with a form: which field, and a sentence with the remedy."""

    field: str
    sentence: str


_PORTS: Final = {STARTTLS: "587", TLS: "465"}
_MODES: Final = {STARTTLS: "starttls", TLS: "ssl"}

_SLACK: Final = re.compile(r"/services/([A-Za-z0-9]+)/([A-Za-z0-9]+)/([A-Za-z0-9]+)/?")
_DISCORD: Final = re.compile(r"/api/webhooks/([0-9]+)/([A-Za-z0-9_-]+)/?")
_TEAMS: Final = re.compile(r"(/powerautomate/automations/direct(/cu/[0-9]+)?)?/workflows/[A-Za-z0-9_-]+/triggers/.+")
_TELEGRAM: Final = re.compile(r"(bot)?[0-9]+:[A-Za-z0-9_-]+")
_CHAT: Final = re.compile(r"-?[0-9]{1,32}|@?[A-Za-z_][A-Za-z0-9_]+")
_TOPIC: Final = re.compile(r"[-_A-Za-z0-9]{1,64}")
_KEY: Final = re.compile(r"[A-Za-z0-9]+")
_MAIL: Final = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")
_HEADER: Final = re.compile(r"[A-Za-z0-9-]+")


def check_fields(kind: ChannelKind, fields: Mapping[str, str]) -> FormProblem | None:
    """Return the first thing that is wrong with a form's values, or None."""
    for field in FORMS[kind]:
        value = _value(fields, field.key)
        if field.required and not value and not field.default:
            return FormProblem(field.key, f"{field.label} is empty; fill it in.")
        if field.choices and value and value not in field.choices:
            return FormProblem(field.key, f"{field.label} is one of {', '.join(field.choices)}.")
        if any(ord(sign) < ord(" ") for sign in value):
            return FormProblem(field.key, f"{field.label} has a line break in it; remove it.")
    wrong = _PROBLEMS.get(kind)
    return wrong(fields) if wrong is not None else None


def address_of(kind: ChannelKind, fields: Mapping[str, str]) -> str:
    """Return the secret address of a form's values; empty for the desktop.

    Raises:
        ValueError: ``check_fields`` finds something wrong with them; its text is that sentence.
    """
    problem = check_fields(kind, fields)
    if problem is not None:
        raise ValueError(problem.sentence)
    make = _MAKERS.get(kind)
    return make(fields) if make is not None else ""


def _value(fields: Mapping[str, str], key: str) -> str:
    return fields.get(key, "").strip()


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _web(url: str) -> SplitResult | None:
    """Return the parts of a web address, or None where it is none."""
    parts = parts_of(url)
    if parts is None or parts.scheme not in ("http", "https") or not _HOST.fullmatch(_host(parts)):
        return None
    try:
        _ = parts.port
    except ValueError:
        return None
    return parts


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else host


def _twice(text: str) -> str:
    """Return a value that apprise takes the quotes off twice."""
    return text.replace("%", "%25")


# --- forms whose values have a shape ---------------------------------------------------------------------------------


def _wrong_mail(fields: Mapping[str, str]) -> FormProblem | None:
    if not _HOST.fullmatch(_value(fields, "server")):
        return FormProblem("server", "Mail server is a name such as smtp.example.com, without https:// and port.")
    port = _value(fields, "port")
    if port and not (port.isdecimal() and port.isascii() and 0 < int(port) < 65_536):  # noqa: PLR2004 - the last port
        return FormProblem("port", "Port is a number from 1 to 65535; leave it empty for the usual one.")
    if bool(_value(fields, "user")) != bool(fields.get("password")):
        return FormProblem("password", "User and password go together; fill in both or neither.")
    if not _MAIL.fullmatch(_value(fields, "from")):
        return FormProblem("from", "From is one mail address, such as me@example.com.")
    if not all(_MAIL.fullmatch(one) for one in _recipients(fields)):
        return FormProblem("to", "To is one mail address, or some separated by commas.")
    return None


def _wrong_webhook(fields: Mapping[str, str]) -> FormProblem | None:
    if _web(_value(fields, URL)) is None:
        return FormProblem(URL, "Address is that of a web service, such as https://example.com/hook.")
    name, value = _value(fields, "header_name"), _value(fields, "header_value")
    if bool(name) != bool(value) or (name and not _HEADER.fullmatch(name)):
        return FormProblem("header_name", "A header has a name of letters and dashes, and a value.")
    return None


def _wrong_ntfy(fields: Mapping[str, str]) -> FormProblem | None:
    if _web(_ntfy_server(fields)) is None:
        return FormProblem("server", "Server is a web address, such as https://ntfy.sh.")
    if not _TOPIC.fullmatch(_value(fields, "topic")):
        return FormProblem("topic", "Topic has up to 64 letters, digits, dashes and underscores.")
    return None


def _wrong_telegram(fields: Mapping[str, str]) -> FormProblem | None:
    if not _TELEGRAM.fullmatch(_value(fields, "token")):
        return FormProblem("token", "Bot token is digits, a colon and letters, as BotFather told it.")
    if not _CHAT.fullmatch(_value(fields, "chat")):
        return FormProblem("chat", "Chat is a number, such as 12315544 or -1001234, or a channel's name.")
    return None


def _wrong_slack(fields: Mapping[str, str]) -> FormProblem | None:
    parts = _web(_value(fields, URL))
    if parts is None or parts.hostname != "hooks.slack.com" or not _SLACK.fullmatch(parts.path):
        return FormProblem(URL, "Webhook address begins with https://hooks.slack.com/services/; copy it from Slack.")
    return None


def _wrong_teams(fields: Mapping[str, str]) -> FormProblem | None:
    parts = _web(_value(fields, URL))
    if parts is None or kind_of(parts.geturl()) is not ChannelKind.TEAMS or not _TEAMS.fullmatch(parts.path):
        return FormProblem(URL, "Workflow address has /workflows/ in it; copy it from the workflow in Teams.")
    return None


def _wrong_discord(fields: Mapping[str, str]) -> FormProblem | None:
    parts = _web(_value(fields, URL))
    if parts is None or kind_of(parts.geturl()) is not ChannelKind.DISCORD or not _DISCORD.fullmatch(parts.path):
        return FormProblem(URL, "Webhook address begins with https://discord.com/api/webhooks/; copy it from Discord.")
    return None


def _wrong_pushover(fields: Mapping[str, str]) -> FormProblem | None:
    for key, label in (("user", "User key"), ("token", "Application token")):
        if not _KEY.fullmatch(_value(fields, key)):
            return FormProblem(key, f"{label} has letters and digits only; copy it from Pushover.")
    return None


def _wrong_other(fields: Mapping[str, str]) -> FormProblem | None:
    sentence = check_address(ChannelKind.OTHER, _value(fields, "address"), internal=True)
    return FormProblem("address", sentence) if sentence is not None else None


# --- addresses -------------------------------------------------------------------------------------------------------


def _recipients(fields: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(one.strip() for one in re.split("[,;]", _value(fields, "to")) if one.strip())


def _mail(fields: Mapping[str, str]) -> str:
    server = _value(fields, "server")
    security = _value(fields, "security") or STARTTLS
    port = _value(fields, "port") or _PORTS[security]
    user, password = _value(fields, "user"), fields.get("password", "")
    login = f"{_quoted(user)}:{_quoted(password)}@" if user else ""
    # The server stands there twice, because without ``smtp`` some hosts get the settings of a known provider.
    asked = {
        "mode": _MODES[security],
        "smtp": server,
        "from": _twice(_value(fields, "from")),
        "to": ",".join(_recipients(fields)),
    }
    return f"mailtos://{login}{server}:{port}/?{urlencode(asked, quote_via=quote)}"


def _webhook(fields: Mapping[str, str]) -> str:
    parts = urlsplit(_value(fields, URL))
    asked = [(f"-{_twice(name)}", _twice(value)) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    name = _value(fields, "header_name")
    if name:
        asked.append((f"+{name}", _twice(_value(fields, "header_value"))))
    tail = f"?{urlencode(asked, quote_via=quote)}" if asked else ""
    scheme = "jsons" if parts.scheme == "https" else "json"
    return f"{scheme}://{parts.netloc}{parts.path or '/'}{tail}"


def _ntfy_server(fields: Mapping[str, str]) -> str:
    server = _value(fields, "server") or "https://ntfy.sh"
    return server if "://" in server else f"https://{server}"


def _ntfy(fields: Mapping[str, str]) -> str:
    server = urlsplit(_ntfy_server(fields))
    port = f":{server.port}" if server.port else ""
    token = _value(fields, "token")
    scheme = "ntfys" if server.scheme == "https" else "ntfy"
    login, auth = (f"{_quoted(token)}@", "&auth=token") if token else ("", "")
    return f"{scheme}://{login}{_host(server)}{port}/{_quoted(_value(fields, 'topic'))}?mode=private{auth}"


def _telegram(fields: Mapping[str, str]) -> str:
    chat = _value(fields, "chat")
    return f"tgram://{_value(fields, 'token')}/{_quoted(chat)}"


def _slack(fields: Mapping[str, str]) -> str:
    found = _SLACK.fullmatch(urlsplit(_value(fields, URL)).path)
    return "slack://" + "/".join(found.groups()) if found else ""


def _teams(fields: Mapping[str, str]) -> str:
    return _value(fields, URL)  # apprise reads it as it is


def _discord(fields: Mapping[str, str]) -> str:
    found = _DISCORD.fullmatch(urlsplit(_value(fields, URL)).path)
    return "discord://" + "/".join(found.groups()) if found else ""


def _pushover(fields: Mapping[str, str]) -> str:
    device = _value(fields, "device")
    return f"pover://{_value(fields, 'user')}@{_value(fields, 'token')}" + (f"/{_quoted(device)}" if device else "")


def _other(fields: Mapping[str, str]) -> str:
    return _value(fields, "address")


_PROBLEMS: Final = {
    ChannelKind.EMAIL: _wrong_mail,
    ChannelKind.WEBHOOK: _wrong_webhook,
    ChannelKind.NTFY: _wrong_ntfy,
    ChannelKind.TELEGRAM: _wrong_telegram,
    ChannelKind.SLACK: _wrong_slack,
    ChannelKind.TEAMS: _wrong_teams,
    ChannelKind.DISCORD: _wrong_discord,
    ChannelKind.PUSHOVER: _wrong_pushover,
    ChannelKind.OTHER: _wrong_other,
}
_MAKERS: Final = {
    ChannelKind.EMAIL: _mail,
    ChannelKind.WEBHOOK: _webhook,
    ChannelKind.NTFY: _ntfy,
    ChannelKind.TELEGRAM: _telegram,
    ChannelKind.SLACK: _slack,
    ChannelKind.TEAMS: _teams,
    ChannelKind.DISCORD: _discord,
    ChannelKind.PUSHOVER: _pushover,
    ChannelKind.OTHER: _other,
}
