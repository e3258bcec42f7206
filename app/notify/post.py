"""The carrier: one child process for each message, so that a hang, a leak or a crash stays with that message."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from app.domain.channels import Channel, ChannelKind
from app.domain.deliveries import DeliveryFault, Message
from app.notify.orders import CHECK, PING, SEND, SHOW, Order, read_answer, write_order
from app.services.alert_ports import Sent
from app.services.ports import Clock

CHECKOUT_COMMAND: Final = (sys.executable, "-m", "app.notify.child")
_HOME: Final = Path(__file__).parents[2]
_SECONDS: Final = 20.0
_PING_SECONDS: Final = 10.0
_CHECK_SECONDS: Final = 10.0
_SHOW_SECONDS: Final = 5.0
# What a child may take beyond its own limit, to start and to end.
_GRACE: Final = 1.0


def _without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the addresses that an administrator gave in ours: a child is told its own alone."""
    return {name: value for name, value in environ.items() if not name.startswith("PLIMSOLL_SECRET_")}


class Children:
    """Starts the child processes. May be used by several threads.

    Addresses and messages go in by standard input: arguments and environments of processes are there for all to read.
    """

    def __init__(self, command: Sequence[str] | None = None) -> None:
        """Make it.

        Args:
            command: starts the child; None for a checkout or an installed package.
        """
        self._command = list(command or CHECKOUT_COMMAND)

    def carry_out(self, order: Order) -> DeliveryFault | None:
        """Return what a child answers; one that takes too long is ended, one that dies has failed."""
        try:
            child = subprocess.Popen(  # noqa: S603 - the command is the program's own
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_without_secrets(os.environ),
                cwd=_HOME if _HOME.is_dir() else None,
                start_new_session=True,  # an interrupt at the terminal is not for a message on its way
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError:
            return DeliveryFault.FAILED
        with child:
            try:
                answer, _ = child.communicate(write_order(order), order.seconds + _GRACE)
            except subprocess.TimeoutExpired:
                return DeliveryFault.TIMEOUT
            except OSError:
                return DeliveryFault.FAILED
            finally:
                child.kill()
        return read_answer(answer)


class Post:
    """Carries messages; implements ``Carrier``. May be used by several threads."""

    def __init__(
        self, clock: Clock, children: Children | None = None, *, seconds: float = _SECONDS, ca_file: str = ""
    ) -> None:
        """Make it.

        Args:
            clock: measures how long sending takes.
            children: starts the processes that send.
            seconds: after which a message has failed.
            ca_file: one more certificate authority to trust (a company's), or empty.
        """
        self._clock = clock
        self._children = children or Children()
        self._seconds = seconds
        self._ca_file = ca_file

    def send(self, channel: Channel, address: str, message: Message) -> Sent:
        """Hand a message over; see ``Carrier``."""
        began = self._clock.monotonic()
        if channel.needs_secret and not address:
            return Sent(DeliveryFault.NO_ADDRESS, 0.0)
        order = self._order(SEND, channel, address, self._seconds)
        if channel.kind is ChannelKind.DESKTOP:
            order = order._replace(task=SHOW, address="", seconds=min(self._seconds, _SHOW_SECONDS))
        told = order._replace(id=message.id, subject=message.subject, text=message.text, urgency=message.urgency.value)
        fault = self._children.carry_out(told)
        return Sent(fault, self._clock.monotonic() - began)

    def check(self, channel: Channel, address: str) -> DeliveryFault | None:
        """Return what is wrong with an address without sending; see ``Carrier``. The desktop is not asked."""
        if channel.kind is ChannelKind.DESKTOP:
            return None
        if not address:
            return DeliveryFault.NO_ADDRESS
        return self._children.carry_out(self._order(CHECK, channel, address, _CHECK_SECONDS))

    def _order(self, task: str, channel: Channel, address: str, seconds: float) -> Order:
        return Order(task, address, channel.internal, seconds=seconds, ca_file=self._ca_file)


class HealthPing:
    """Pings a dead-man's switch; implements ``DeadManSwitch``.

    The switch may stand in the own network, because many run their own.
    """

    def __init__(self, children: Children | None = None, *, seconds: float = _PING_SECONDS, ca_file: str = "") -> None:
        """Make it; as for ``Post``."""
        self._children = children or Children()
        self._seconds = seconds
        self._ca_file = ca_file

    def ping(self, address: str) -> DeliveryFault | None:
        """Ask for ``address`` once; see ``DeadManSwitch``."""
        if not address:
            return DeliveryFault.NO_ADDRESS
        order = Order(PING, address, internal=True, seconds=self._seconds, ca_file=self._ca_file)
        return self._children.carry_out(order)
