"""Secret addresses of channels: whose they are, what is wrong with them, and what of them may be shown.

An address is in the form of ``apprise``: one text that holds everything, passwords too.
"""

from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from app.domain.channels import ChannelKind

_SCHEMES: Final = {
    "mailto": ChannelKind.EMAIL,
    "mailtos": ChannelKind.EMAIL,
    "json": ChannelKind.WEBHOOK,
    "jsons": ChannelKind.WEBHOOK,
    "ntfy": ChannelKind.NTFY,
    "ntfys": ChannelKind.NTFY,
    "tgram": ChannelKind.TELEGRAM,
    "slack": ChannelKind.SLACK,
    "workflow": ChannelKind.TEAMS,
    "workflows": ChannelKind.TEAMS,
    "discord": ChannelKind.DISCORD,
    "pover": ChannelKind.PUSHOVER,
}
_NAMES: Final = {
    ChannelKind.DESKTOP: "this desktop",
    ChannelKind.TELEGRAM: "Telegram",
    ChannelKind.SLACK: "Slack",
    ChannelKind.TEAMS: "Teams",
    ChannelKind.DISCORD: "Discord",
    ChannelKind.PUSHOVER: "Pushover",
}
_NO: Final = frozenset(("no", "false", "0", "off", "n", "f", "never", "deny", "disable", "disabled"))


def kind_of(address: str) -> ChannelKind:
    """Return which kind of channel an address is for; ``OTHER`` for services without a form of their own."""
    parts = parts_of(address)
    if parts is None:
        return ChannelKind.OTHER
    if parts.scheme in ("http", "https"):
        host = parts.hostname or ""
        if host == "hooks.slack.com":
            return ChannelKind.SLACK
        if host in ("discord.com", "discordapp.com"):
            return ChannelKind.DISCORD
        if host.endswith((".logic.azure.com", ".api.powerplatform.com")):
            return ChannelKind.TEAMS
    return _SCHEMES.get(parts.scheme, ChannelKind.OTHER)


def check_address(kind: ChannelKind, address: str, *, internal: bool = False) -> str | None:
    """Return in a sentence what is wrong with an address as far as its text tells, or None.

    Args:
        kind: what it is to be an address of.
        address: the secret address.
        internal: whether it may lead into the own network, where TLS may be left out.
    """
    if kind is ChannelKind.DESKTOP:
        return None
    parts = parts_of(address)
    if parts is None or not (parts.netloc or parts.query):
        return "The address cannot be read; it looks like service://place."
    if kind is not ChannelKind.OTHER and kind_of(address) is not kind:
        return "The address belongs to another service; choose that one, or enter the address anew."
    asked = {name.lower(): values[-1].lower() for name, values in parse_qs(parts.query).items()}
    if asked.get("verify") in _NO:
        return "The address switches the check of certificates off; take verify out of it."
    if not internal and (asked.get("mode") == "insecure" or parts.scheme == "json"):
        return "The address has no encryption; use TLS, or tick that it is inside your own network."
    return None


def masked(address: str) -> str:
    """Return what may be shown of an address: the service, and its host where that is no secret."""
    kind = kind_of(address)
    parts = parts_of(address)
    if kind in _NAMES:
        return _NAMES[kind]
    host = (parts.hostname or "") if parts is not None else ""
    if parts is None or not host:
        return "an address"
    if kind is ChannelKind.EMAIL:
        return f"mail over {host}"
    if kind is ChannelKind.WEBHOOK:
        return f"a webhook at {host}"
    if kind is ChannelKind.NTFY:
        return f"ntfy at {host}" if parts.path.strip("/") else "ntfy"
    return f"a service by {parts.scheme}"


def parts_of(address: str) -> SplitResult | None:
    """Return the parts of an address, or None where it is none."""
    if "://" not in address:
        return None
    try:
        parts = urlsplit(address.strip())
        _ = parts.hostname
    except ValueError:
        return None
    return parts
