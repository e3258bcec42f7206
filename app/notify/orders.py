"""What a child process is told, on its standard input, and how it answers: one line of JSON each way."""

import json
from typing import Final, NamedTuple

from app.domain.deliveries import DeliveryFault

SEND: Final = "send"
CHECK: Final = "check"
SHOW: Final = "show"
PING: Final = "ping"


class Order(NamedTuple):
    """What one child process does.

    Attributes:
        task: ``send``, ``check``, ``show`` (on the desktop) or ``ping``.
        address: the secret address.
        internal: whether it may lead into the own network.
        id, subject, text, urgency: of the message.
        seconds: after which it has to be over.
        ca_file: one more authority to trust, or empty.
    """

    task: str
    address: str = ""
    internal: bool = False
    id: str = ""
    subject: str = ""
    text: str = ""
    urgency: str = ""
    seconds: float = 20.0
    ca_file: str = ""


def write_order(order: Order) -> bytes:
    """Return an order as bytes."""
    return json.dumps(order._asdict()).encode("ascii")


def read_order(data: bytes) -> Order:
    """Return the order in ``data``.

    Raises:
        ValueError: it is none.
    """
    try:
        return Order(**json.loads(data))
    except (TypeError, ValueError):
        raise ValueError("not an order") from None


def write_answer(fault: DeliveryFault | None) -> bytes:
    """Return an answer as bytes: the fault's word, or null."""
    return json.dumps(fault).encode("ascii") + b"\n"


def read_answer(data: bytes) -> DeliveryFault | None:
    """Return what a child answered; anything else than an answer is a failure."""
    try:
        word = json.loads(data)
        return None if word is None else DeliveryFault(word)
    except ValueError:
        return DeliveryFault.FAILED
