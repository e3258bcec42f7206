"""The child process that does one thing with one secret address, and is ended when it hangs.

It reads an order from its standard input and writes one word to its standard output. Rules that hold for the whole
process (where connections may lead, whose certificates are trusted) are put up here and end with it.
"""

import contextlib
import logging
import os
import sys
import threading
from typing import Final

from app.domain.deliveries import DeliveryFault
from app.notify.orders import CHECK, PING, SEND, SHOW, Order, read_order, write_answer

_GRACE: Final = 2.0


def main() -> int:
    """Do what standard input orders; return the exit code, which is 0 wherever an answer was given."""
    _keep_no_traces()
    answer = os.dup(1)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        order = read_order(sys.stdin.buffer.read())
        end = threading.Timer(order.seconds + _GRACE, os._exit, (1,))  # for when nobody is left to end it
        end.daemon = True
        end.start()
        fault: DeliveryFault | None = carry_out(order)
    except Exception:  # noqa: BLE001 - the last resort: what went wrong may hold the address, so only a word leaves
        fault = DeliveryFault.FAILED
    os.write(answer, write_answer(fault))
    # Threads that a service left must not hold the process.
    os._exit(0)


def carry_out(order: Order) -> DeliveryFault | None:
    """Do what an order says, under its rules, which hold for the rest of this process; return the fault, or None."""
    if order.task == SHOW:
        from app.notify.desktop import show  # noqa: PLC0415 - each task loads what it needs

        return show(order)
    from app.notify.http_rules import HttpRules  # noqa: PLC0415 - the same
    from app.notify.reachable import forbid_others  # noqa: PLC0415 - the same
    from app.notify.sending import send, timeouts  # noqa: PLC0415 - the same
    from app.notify.trust import trust_everywhere  # noqa: PLC0415 - the same
    from app.notify.witness import Witness  # noqa: PLC0415 - the same

    witness = Witness()
    forbid_others(internal=order.internal, refused=witness.saw_blocked)
    ca_file = order.ca_file or None
    trust_everywhere(ca_file)
    HttpRules(witness, internal=order.internal, ca_file=ca_file, timeout=timeouts(order.seconds)).enforce()
    if order.task == PING:
        from app.notify.health import ping  # noqa: PLC0415 - the same

        return ping(order.address, witness)
    if order.task == CHECK:
        from app.notify.checking import check  # noqa: PLC0415 - the same

        return check(order)
    if order.task == SEND:
        if order.address.lower().startswith("mailto"):
            from app.notify.mail_rules import enforce_mail_rules  # noqa: PLC0415 - the same
            from app.notify.plain_text import header_id  # noqa: PLC0415 - the same

            enforce_mail_rules(witness, f"{header_id(order.id)}@plimsoll")
        return send(order, witness)
    return DeliveryFault.FAILED


def _keep_no_traces() -> None:
    """Leave no log and no memory dump behind: both would hold the address."""
    logging.disable(logging.CRITICAL)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
