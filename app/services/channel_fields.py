"""What has to be filled in for each kind of channel."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from app.domain.channels import ChannelKind


class FormField(NamedTuple):
    """One line of a channel's form.

    Attributes:
        key: name of the value.
        label: in front of it.
        help: one sentence below it.
        secret: shown as dots.
        required: may not be left empty.
        choices: what it may be, or empty for any text.
        default: what stands in it at first.
    """

    key: str
    label: str
    help: str
    secret: bool = False
    required: bool = True
    choices: tuple[str, ...] = ()
    default: str = ""


STARTTLS: Final = "STARTTLS"
TLS: Final = "TLS"

URL: Final = "url"
FORMS: Final[Mapping[ChannelKind, tuple[FormField, ...]]] = {
    ChannelKind.DESKTOP: (),
    ChannelKind.EMAIL: (
        FormField("server", "Mail server", "The server that sends your mail, for example smtp.example.com."),
        FormField(
            "security", "Security", "How the connection is encrypted.", choices=(STARTTLS, TLS), default=STARTTLS
        ),
        FormField("port", "Port", "Leave empty for 587 with STARTTLS, 465 with TLS.", required=False),
        FormField("user", "User", "Often your whole mail address; empty where nobody logs in.", required=False),
        FormField(
            "password", "Password", "An app password, where your provider has those.", secret=True, required=False
        ),
        FormField("from", "From", "The mail address that sends."),
        FormField("to", "To", "The mail addresses that receive, separated by commas."),
    ),
    ChannelKind.WEBHOOK: (
        FormField(URL, "Address", "Begins with https://; it gets JSON by POST.", secret=True),
        FormField("header_name", "Header", "One more header, for example Authorization.", required=False),
        FormField("header_value", "Header's value", "For example Bearer and a token.", secret=True, required=False),
    ),
    ChannelKind.NTFY: (
        FormField("server", "Server", "Yours, or ntfy.sh.", default="https://ntfy.sh"),
        FormField(
            "topic", "Topic", "Whoever knows the name of a topic can read it: take a long random one.", secret=True
        ),
        FormField("token", "Access token", "Begins with tk_; empty for an open topic.", secret=True, required=False),
    ),
    ChannelKind.TELEGRAM: (
        FormField("token", "Bot token", "From BotFather; digits, a colon and letters.", secret=True),
        FormField("chat", "Chat", "The number of the chat, or the name of a channel."),
    ),
    ChannelKind.SLACK: (
        FormField(URL, "Webhook address", "Begins with https://hooks.slack.com/services/.", secret=True),
    ),
    ChannelKind.TEAMS: (
        FormField(URL, "Workflow address", "From the workflow that posts webhook requests to a channel.", secret=True),
    ),
    ChannelKind.DISCORD: (
        FormField(URL, "Webhook address", "Begins with https://discord.com/api/webhooks/.", secret=True),
    ),
    ChannelKind.PUSHOVER: (
        FormField("user", "User key", "From the first page of Pushover.", secret=True),
        FormField("token", "Application token", "From the application that you made at Pushover.", secret=True),
        FormField("device", "Device", "Empty for all your devices.", required=False),
    ),
    ChannelKind.OTHER: (
        FormField("address", "Address", "In the form of apprise, for example gotifys://host/token.", secret=True),
    ),
}
