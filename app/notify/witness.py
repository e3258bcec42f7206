"""Remembers why sending failed, because the library that sends tells only that it did."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.deliveries import DeliveryFault
from app.notify.faults import fault_of


class Witness:
    """Sees the faults of one message.

    Attributes:
        last: the newest fault, or None.
        blocked: whether a connection was refused because of its address.
    """

    def __init__(self) -> None:
        self.last: DeliveryFault | None = None
        self.blocked = False

    def saw(self, fault: DeliveryFault | None) -> None:
        """Remember a fault; None is none."""
        self.last = fault or self.last

    def saw_blocked(self) -> None:
        """Remember that a connection was refused because of its address."""
        self.blocked = True

    @contextmanager
    def watching(self, **special: DeliveryFault) -> Iterator[None]:
        """Remember what an exception that passes means.

        Args:
            special: faults of exceptions by the name of their class, where the moment tells more than the class.
        """
        try:
            yield
        except Exception as error:
            self.saw(special.get(type(error).__name__) or fault_of(error))
            raise

    def verdict(self) -> DeliveryFault:
        """Return why a message failed."""
        if self.last is None or (self.blocked and self.last is DeliveryFault.NO_CONNECTION):
            return DeliveryFault.FORBIDDEN_ADDRESS if self.blocked else DeliveryFault.FAILED
        return self.last
