"""What is wrong with an address, as far as it can be told without the network."""

from app.domain.deliveries import DeliveryFault
from app.notify.faults import fault_of
from app.notify.orders import Order
from app.notify.reachable import literal, may_reach
from app.notify.sending import timeouts
from app.notify.services import hosts_of, service_of


def check(order: Order) -> DeliveryFault | None:
    """Return what is wrong with an order's address, or None."""
    try:
        service = service_of(order.address, internal=order.internal, timeout=timeouts(order.seconds))
    except Exception as error:  # noqa: BLE001 - any of a hundred services' code; one word is all that may leave
        return fault_of(error)
    forbidden = any(
        not may_reach(address, internal=order.internal) for host in hosts_of(service) for address in literal(host)
    )
    return DeliveryFault.FORBIDDEN_ADDRESS if forbidden else None
