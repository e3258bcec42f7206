"""The outside world as the alarm knows it: who keeps it, who judges, who carries it, where secrets lie (protocols)."""

import re
from datetime import datetime
from enum import Enum, StrEnum
from typing import Final, NamedTuple, Protocol

from app.domain.channels import Channel
from app.domain.deliveries import Delivery, DeliveryFault, Message
from app.domain.margin_calls import MarginCall
from app.domain.policy_breaches import Breach
from app.domain.warning_actions import WarningAction
from app.domain.warning_records import WarningRecord

SECRET_VARIABLE: Final = "PLIMSOLL_SECRET_"  # noqa: S105 - how names of secrets begin
SECRET_FILE: Final = "plimsoll-"  # noqa: S105 - as above


def given_names(name: str) -> tuple[str, str]:
    """Return how an administrator hands a secret over: the environment variable, and the systemd credential.

    The variable is ``PLIMSOLL_SECRET_`` and the name in capitals, its odd signs as ``_``.
    """
    return SECRET_VARIABLE + re.sub(r"[^A-Z0-9]", "_", name.upper()), SECRET_FILE + name


class JudgeRole(StrEnum):
    """What kind of program judges a book."""

    WATCHER = "watcher"
    WINDOW = "window"


class Lease(NamedTuple):
    """Who judges a book now. Nothing in it is decided by a wall clock.

    Attributes:
        term: rises by one with every change of the holder; a write of an older term is refused.
        beat: rises with every sign of life of the holder.
        holder: unique text of one run of one program; empty after it was given back.
        role: watcher or window.
        host, pid: of the holder, to be shown.
        renewed_at: UTC by the holder's clock, to be shown.
        price_at: UTC; of the newest confirmed price that it has judged, or None.
        stuck: why its messages do not go out, or empty.
    """

    term: int
    beat: int
    holder: str
    role: JudgeRole
    host: str
    pid: int
    renewed_at: datetime
    price_at: datetime | None = None
    stuck: str = ""


class AlarmChanges(NamedTuple):
    """What one step changed: stored as a whole, or not at all; each item is inserted or replaced by its id."""

    warnings: tuple[WarningRecord, ...] = ()
    calls: tuple[MarginCall, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    messages: tuple[Message, ...] = ()
    actions: tuple[WarningAction, ...] = ()
    breaches: tuple[Breach, ...] = ()


class AlarmKeeper(Protocol):
    """Keeps warnings, margin calls, deliveries and messages in the book's database (``app.store``).

    May be used by several threads, each call on its own.
    """

    def load(self, most_closed: int) -> tuple[WarningRecord, ...]:
        """Return every warning that is not closed, and the newest closed ones, at most ``most_closed`` of them."""
        ...

    def calls(self, most_ended: int) -> tuple[MarginCall, ...]:
        """Return every margin call that stands, and the newest that are over."""
        ...

    def breaches(self, most_ended: int) -> tuple[Breach, ...]:
        """Return every breach of the policy that stands, and the newest that are over, newest first."""
        ...

    def outbox(self) -> tuple[tuple[Delivery, ...], tuple[Message, ...]]:
        """Return the deliveries that no message carries yet, and the messages that wait."""
        ...

    def sent(self, most: int) -> tuple[Message, ...]:
        """Return the newest messages that went out or were given up, newest first."""
        ...

    def deliveries_of(self, warning_id: str) -> tuple[tuple[Delivery, Message | None], ...]:
        """Return what was told, or is to be told, of one warning, oldest first."""
        ...

    def actions(self, warning_id: str | None = None) -> tuple[WarningAction, ...]:
        """Return those not applied yet, or all that were done with one warning, oldest first."""
        ...

    def revision(self) -> int:
        """Return the book's revision, to notice changes by others."""
        ...

    def prune(self, now: datetime, lease: Lease | None = None) -> None:
        """Let go of history that is years old and more than anybody reads.

        Raises:
            LeaseLostError: somebody else judges now.
            BookError: the database refused; nothing was changed.
        """
        ...

    def save(self, changes: AlarmChanges, lease: Lease | None = None) -> None:
        """Store changes in one transaction.

        Args:
            changes: what to store.
            lease: the one under which it was judged; None for what everybody may add (actions, drills).

        Raises:
            LeaseLostError: somebody else judges now; nothing was stored.
            BookError: the database refused; nothing was stored.
        """
        ...


class LeaseKeeper(Protocol):
    """Keeps the one lease of a book. Every change is a compare-and-set in one transaction."""

    def look(self) -> Lease | None:
        """Return the lease as it stands, or None before the first."""
        ...

    def take(self, seen: Lease | None, mine: Lease) -> Lease | None:
        """Become the holder if the lease is still as ``seen`` (term and beat); return the new one, or None."""
        ...

    def renew(self, mine: Lease) -> Lease | None:
        """Give a sign of life: store the lease with its beat raised; None where another holds it now."""
        ...

    def give_back(self, mine: Lease) -> None:
        """Let others take it at once; does nothing where it was lost."""
        ...


class SecretState(Enum):
    """Why there is no secret to be had. Not a text, so that none is ever taken for a secret."""

    MISSING = "missing"
    LOCKED = "locked"
    UNAVAILABLE = "unavailable"
    SLOW = "slow"


class Secrets(Protocol):
    """Where secrets lie (``app.system``). Never raises for a store that is locked, missing, slow or hanging.

    A call waits a bounded time for the system's store, in a thread of its own; a window never calls it on its thread.
    """

    def get(self, name: str) -> str | SecretState:
        """Return a secret, or why there is none."""
        ...

    def put(self, name: str, secret: str) -> SecretState | None:
        """Keep a secret; None where that was done and read back."""
        ...

    def forget(self, name: str) -> SecretState | None:
        """Remove a secret; None where it is gone."""
        ...

    def place(self) -> str:
        """Return in words where secrets lie on this machine: ``GNOME Keyring``, ``environment variables``."""
        ...


class Sent(NamedTuple):
    """What became of one attempt: the service took it (``fault`` None), or not; ``seconds`` that it took."""

    fault: DeliveryFault | None
    seconds: float


class Carrier(Protocol):
    """Carries one message over one channel (``app.notify``). Slow; never on a window's thread; never raises."""

    def send(self, channel: Channel, address: str, message: Message) -> Sent:
        """Hand a message over.

        Args:
            channel: where to.
            address: its secret address; empty for the desktop.
            message: what.
        """
        ...

    def check(self, channel: Channel, address: str) -> DeliveryFault | None:
        """Return what is wrong with an address as far as it can be told without sending."""
        ...


class DeadManSwitch(Protocol):
    """Tells a service outside that somebody watches (``app.notify``)."""

    def ping(self, address: str) -> DeliveryFault | None:
        """Ask for ``address`` once."""
        ...


class Residence(Protocol):
    """How Plimsoll stays on this machine when nobody starts it (``app.system``). Each call may take seconds."""

    def install_watcher(self, book: str) -> tuple[str, ...]:
        """Have the system run a watcher for ``book`` from now on; return what was done, one sentence each.

        Raises:
            PlimsollError: it could not be done; nothing was left behind.
        """
        ...

    def remove_watcher(self) -> tuple[str, ...]:
        """Undo that; return what was done.

        Raises:
            PlimsollError: it could not be done.
        """
        ...

    def watcher_words(self) -> str:
        """Return in one sentence whether the system runs a watcher; empty for no."""
        ...

    def autostart(self, *, on: bool) -> None:
        """Have the window started when its user logs in, or no longer.

        Raises:
            PlimsollError: it could not be done.
        """
        ...

    def starts_window(self) -> bool:
        """Return whether the window is started when its user logs in."""
        ...
