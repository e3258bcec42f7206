"""The watcher as a systemd user unit, its text after systemd.service(5), systemd.unit(5) and systemd.exec(5)."""

from typing import Final

from app.domain.errors import ServiceSetupError
from app.system.own_command import OwnCommand
from app.system.service_units.texts import check_command

UNIT: Final = "plimsoll-watch.service"
_ENV: Final = "/usr/bin/env"
_ODD: Final = frozenset("\"'\\$")
_HEAD: Final = """\
# Written by "plimsoll watch --install"; "plimsoll watch --uninstall" removes it.
[Unit]
Description=Plimsoll watches the price of bitcoin against the book's load lines
# However often it fails, it is started again.
StartLimitIntervalSec=0

[Service]
"""
_RESTART: Final = """\
Restart=always
RestartSec=2
# It ends like this when it is asked to.
SuccessExitStatus=130
TimeoutStopSec=30
"""
_HARDENING: Final = """
# What a user's own unit may give up. It needs no rights but its book, its settings and the network.
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
UMask=0077
LimitCORE=0
"""
_TAIL: Final = """
# Where there is no keyring, secrets can be handed over like this; the name is the channel's key, or heartbeat:
#LoadCredential=plimsoll-heartbeat:%h/.config/plimsoll/credentials/heartbeat
#LoadCredentialEncrypted=plimsoll-mail:%h/.config/plimsoll/credentials/mail.cred

[Install]
WantedBy=default.target
"""


def unit_text(command: OwnCommand) -> str:
    """Return the unit that keeps ``command`` running.

    Raises:
        ServiceSetupError: a path that systemd cannot be told.
    """
    check_command(command)
    if command.folder.endswith(("\\", " ")):
        raise ServiceSetupError(f"{command.folder!r} has an end that systemd cannot be told; rename that folder.")
    folder = f"WorkingDirectory={_specifiers(command.folder)}\n" if command.folder else ""
    # An AppImage mounts itself with rights that a hardened unit has given up.
    hardening = "" if command.argv[0].lower().endswith(".appimage") else _HARDENING
    return f"{_HEAD}ExecStart={exec_line(command.argv)}\n{folder}{_RESTART}{hardening}{_TAIL}"


def exec_line(argv: tuple[str, ...]) -> str:
    """Return ``argv`` as ``ExecStart=`` takes it: quoted, with ``%`` and ``$`` doubled.

    A program with quotes, backslashes or dollars in its path systemd does not start; ``env`` does.

    Raises:
        ServiceSetupError: nor can ``env``.
    """
    if _ODD & set(argv[0]):
        if "=" in argv[0]:
            raise ServiceSetupError(f"systemd cannot be told of {argv[0]}; rename that file or folder.")
        argv = (_ENV, *argv)
    return " ".join(_quoted(text.replace("$", "$$")) for text in argv)


def _quoted(text: str) -> str:
    escaped = _specifiers(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")
