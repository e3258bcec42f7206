"""Secret addresses, read from a prompt without echo or from stdin: never an argument, never shown."""

import sys
from typing import Final

from app.domain.channels import ChannelKind
from app.domain.errors import InputError, PlimsollError
from app.services.channel_fields import URL
from app.services.channel_forms import FORMS, FormField, address_of, check_address

_MOST: Final = 64 * 1024
_WEB: Final = frozenset((ChannelKind.WEBHOOK, ChannelKind.SLACK, ChannelKind.TEAMS, ChannelKind.DISCORD))


def read_address(kind: ChannelKind, *, internal: bool) -> str:
    """Return a channel's address: asked for field by field on a terminal, else the first line of stdin.

    Raises:
        InputError: it cannot be one; the sentence holds nothing of it.
    """
    at_terminal = is_terminal()
    try:
        given = _asked(kind) if at_terminal else _made(kind, read_line())
    except ValueError as error:
        raise InputError(str(error), "address") from None
    if not given:
        raise InputError("nothing came on stdin; write the address into it, as one line", "address")
    problem = check_address(kind, given, internal=internal)
    if problem is not None:
        raise InputError(problem, "address")
    return given


def read_secret(prompt: str) -> str:
    """Return one secret line, asked for without echo on a terminal; it may be empty."""
    return _hidden(prompt) if is_terminal() else read_line()


def is_terminal() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin is not None and sys.stdin.isatty()


def read_line() -> str:
    """Return the first line of stdin without its end."""
    try:
        return "" if sys.stdin is None else sys.stdin.readline(_MOST).strip()
    except (OSError, UnicodeDecodeError):
        raise PlimsollError("Stdin cannot be read as text; write the address into it, as one line.") from None


def _made(kind: ChannelKind, line: str) -> str:
    """Return the address of a line: already in the form of apprise, or a service's own web address."""
    web = line.startswith(("https://", "http://"))
    return address_of(kind, {URL: line}) if web and kind in _WEB else line


def _asked(kind: ChannelKind) -> str:
    return address_of(kind, {field.key: _answer(field) for field in FORMS[kind]})


def _answer(field: FormField) -> str:
    print(field.help, file=sys.stderr)
    choices = f" ({' or '.join(field.choices)})" if field.choices else ""
    default = f" [{field.default}]" if field.default else ""
    prompt = f"{field.label}{choices}{default}: "
    if field.secret:
        return _hidden(prompt) or field.default
    try:
        print(prompt, end="", file=sys.stderr, flush=True)
        return sys.stdin.readline(_MOST).strip() or field.default
    except (OSError, UnicodeDecodeError):
        raise PlimsollError("What was typed cannot be read as text; try again.") from None


def _hidden(prompt: str) -> str:
    from getpass import getpass  # noqa: PLC0415 - of prompts alone

    try:
        return getpass(prompt).strip()
    except EOFError:
        return ""
