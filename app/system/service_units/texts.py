"""What every unit file checks before a path or an argument is put into it."""

from urllib.parse import parse_qs, urlsplit

from app.domain.errors import ServiceSetupError
from app.system.own_command import OwnCommand

NAME = "plimsoll-watch"
_FIRST_PRINTABLE = 0x20
_DELETE = 0x7F


def check_command(command: OwnCommand) -> None:
    """Refuse what no unit file can say without changing it.

    Raises:
        ServiceSetupError: a control character, or a name that is no Unicode.
    """
    for text in (*command.argv, command.folder):
        if any(ord(sign) < _FIRST_PRINTABLE or ord(sign) == _DELETE for sign in text):
            raise ServiceSetupError(f"{text!r} holds a control character; give that file or folder another name.")
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise ServiceSetupError(f"{text!r} is no Unicode text; give that file or folder another name.") from None


def check_book(book: str) -> None:
    """Refuse a database URL with a password in it: a unit file is no place for secrets.

    Raises:
        ServiceSetupError: it has one.
    """
    if "://" not in book:
        return
    try:
        parts = urlsplit(book)
        found = parts.password is not None or "password" in parse_qs(parts.query, keep_blank_values=True)
    except ValueError:
        found = True
    if found:
        raise ServiceSetupError(
            "The address of the book holds a password, which no unit file may; leave it out and"
            " keep the password in the database's own password file (~/.pgpass)."
        )
