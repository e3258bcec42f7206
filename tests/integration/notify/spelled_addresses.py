"""Tries to connect to each host of a JSON list, with the rule for outside channels up, and tells what came of it.

Runs as a program of its own: the rule is an audit hook, and those stay.
"""

import json
import socket
import sys

from app.notify.reachable import ForbiddenAddressError, forbid_others


def main() -> None:
    """Read port and hosts, and print an outcome for each."""
    given = json.load(sys.stdin)
    blocked: list[str] = []
    outcomes: dict[str, str] = {}
    for_host = {"host": ""}
    forbid_others(internal=given["internal"], refused=lambda: blocked.append(for_host["host"]))
    for host in given["hosts"]:
        for_host["host"] = host
        try:
            socket.create_connection((host.strip("[]"), given["port"]), 2).close()
            outcomes[host] = "connected"
        except ForbiddenAddressError:
            outcomes[host] = "forbidden"
        except (socket.gaierror, UnicodeError):
            outcomes[host] = "no name"
        except OSError:
            outcomes[host] = "forbidden" if host in blocked else "failed"
    datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        datagram.sendto(b"x", ("127.0.0.1", given["port"]))
        outcomes["datagram"] = "connected"
    except ForbiddenAddressError:
        outcomes["datagram"] = "forbidden"
    datagram.close()
    json.dump(outcomes, sys.stdout)


if __name__ == "__main__":
    main()
