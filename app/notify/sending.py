"""Hands one message to one service: plain text, a stable id, loud where it matters."""

import html
from typing import Any, Final
from urllib.parse import urlsplit

from apprise.common import NotifyFormat, NotifyType
from apprise.plugins.base import NotifyBase

from app.domain.deliveries import DeliveryFault
from app.domain.rules import Urgency
from app.notify.faults import fault_of
from app.notify.orders import Order
from app.notify.plain_text import header_id, one_line, plain, unmarked
from app.notify.services import service_of
from app.notify.witness import Witness

_TYPES: Final = {
    Urgency.NOTICE: NotifyType.INFO,
    Urgency.EARLY: NotifyType.WARNING,
    Urgency.CALL: NotifyType.FAILURE,
    Urgency.SALE: NotifyType.FAILURE,
}
_NTFY: Final = {Urgency.CALL: "high", Urgency.SALE: "max"}
# Pushover's 2 repeats until somebody acknowledges it on the telephone, each minute for an hour.
_PUSHOVER: Final = {Urgency.CALL: 1, Urgency.SALE: 2}
_PUSHOVER_EVERY: Final = 60
_PUSHOVER_FOR: Final = 3600
_WEBHOOKS: Final = frozenset(("NotifyJSON", "NotifyForm", "NotifyXML"))


def send(order: Order, witness: Witness) -> DeliveryFault | None:
    """Send a message; return why it did not go out, or None where the service took it."""
    timeout = timeouts(order.seconds)
    try:
        service = service_of(order.address, internal=order.internal, timeout=timeout)
        urgency = Urgency(order.urgency)
        dress(service, order, urgency)
        title, body, form = worded(service, order)
        taken = service.notify(body=body, title=title, notify_type=_TYPES[urgency], body_format=form)
    except Exception as error:  # noqa: BLE001 - any of a hundred services' code; one word is all that may leave
        return witness.last or fault_of(error)
    return None if taken else witness.verdict()


def worded(service: NotifyBase, order: Order) -> tuple[str, str, NotifyFormat]:
    """Return title, text and format, so that a person reads the words as they are, whatever the service renders."""
    title, body = one_line(order.subject), plain(order.text) or one_line(order.subject)
    name = type(service).__name__
    if name == "NotifyTelegram":
        # It always renders HTML, puts the title in as it is, and takes nothing at all where the tags do not match.
        return "", html.escape(f"{title}\n{body}", quote=False), NotifyFormat.HTML
    if name == "NotifyDiscord":
        return unmarked(title), unmarked(body), NotifyFormat.TEXT
    if name == "NotifyWorkflows":
        return unmarked(title), body, NotifyFormat.TEXT
    return title, body, NotifyFormat.TEXT


def timeouts(seconds: float) -> tuple[float, float]:
    """Return how long to connect and to read, so that both end before ``seconds`` have passed."""
    return seconds * 0.35, seconds * 0.55


def dress(service: NotifyBase, order: Order, urgency: Urgency) -> None:
    """Give a service's message its id and its urgency; what the user's address says about either stays."""
    made: Any = service
    name = type(service).__name__
    identity = header_id(order.id)
    chosen = "priority=" in urlsplit(order.address).query.lower()
    if name in _WEBHOOKS:
        made.headers.setdefault("webhook-id", identity)
        extras = {"id": identity, "subject": one_line(order.subject), "urgency": urgency.value}
        made.payload_extras = {**extras, **made.payload_extras}
    elif name == "NotifyEmail":
        made.headers.setdefault("Auto-Submitted", "auto-generated")
        if urgency in _NTFY:
            made.headers.setdefault("Importance", "high")
            made.headers.setdefault("X-Priority", "1")
    elif name == "NotifyNtfy" and urgency in _NTFY and not chosen:
        made.priority = _NTFY[urgency]
    elif name == "NotifyPushover" and urgency in _PUSHOVER and not chosen:
        made.priority, made.interval, made.expire = _PUSHOVER[urgency], _PUSHOVER_EVERY, _PUSHOVER_FOR
