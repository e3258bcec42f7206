"""The dead-man's switch: asks for one address, so that a service outside knows that somebody watches."""

import requests

from app.domain.deliveries import DeliveryFault
from app.notify.faults import fault_of, fault_of_status
from app.notify.witness import Witness


def ping(address: str, witness: Witness) -> DeliveryFault | None:
    """Ask for an address once; return why that failed, or None for any status of success."""
    try:
        response = requests.get(address, headers={"User-Agent": "Plimsoll"}, timeout=10)
    except (requests.RequestException, OSError, ValueError) as error:
        return witness.last or fault_of(error)
    return fault_of_status(response.status_code)
