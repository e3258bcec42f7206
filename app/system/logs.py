"""The log: a file that rotates, with secrets taken out before anything is written."""

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    _StreamHandler = logging.StreamHandler[TextIO]
else:  # only the type checker knows its parameter
    _StreamHandler = logging.StreamHandler

_MAX_BYTES: Final = 1024 * 1024
_KEPT: Final = 3
_GONE: Final = "[redacted]"
_USERINFO: Final = re.compile(r"(?<=://)[^/\s@'\"]+@")
_QUERY: Final = re.compile(r"(https?://[^\s?'\"]*|[\w./-]*/[\w./-]*)\?[^\s'\"]+")
_NAMED: Final = re.compile(
    r"(?i)\b((?:[\w-]*(?:api[-_]?key|token|secret|password|passwd|passphrase)|authorization|cookie)"
    r"[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic)\s+)?)([^\s\"',;&]+)"
)
_BEARER: Final = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")
_TOKEN: Final = re.compile(
    r"\b(?=[A-Za-z0-9_-]*[A-Za-z])(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{28,}\b|\b[xyzt](?:pub|prv)[A-Za-z0-9]{20,}\b"
)


def redact(text: str) -> str:
    """Return ``text`` without what may be a secret: user info and queries of addresses, named keys, long tokens."""
    text = _USERINFO.sub(f"{_GONE}@", text)
    text = _QUERY.sub(rf"\1?{_GONE}", text)
    text = _NAMED.sub(rf"\1{_GONE}", text)
    text = _BEARER.sub(rf"\1 {_GONE}", text)
    return _TOKEN.sub(_GONE, text)


class RedactingFormatter(logging.Formatter):
    """Formats a record, exception and all, and takes the secrets out of the result."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line that is written."""
        return redact(super().format(record))


class _BriefFormatter(RedactingFormatter):
    """What a terminal gets: the message without a traceback, which only the file keeps."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one redacted line."""
        return redact(f"plimsoll: {record.getMessage()}")


class _Stderr(_StreamHandler):
    """Writes to stderr; a stream that has gone away is no news, and Python's own report of it would show secrets."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        """Say nothing."""


class _File(RotatingFileHandler):
    """Writes to the file; a full disk is told where the book is written, not by a traceback from here."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        """Say nothing."""


def start_log(path: Path | None, *, stderr_level: int | None = logging.WARNING) -> Path | None:
    """Send the log to ``path`` and what is grave to stderr; return the file, or None where it cannot be written.

    Args:
        path: the log file; its folder is made. None: no file.
        stderr_level: from which level on stderr gets it, too; None: never.
    """
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    handlers: list[logging.Handler] = []
    if stderr_level is not None:
        handlers.append(_Stderr())
        handlers[0].setLevel(stderr_level)
        handlers[0].setFormatter(_BriefFormatter())
    file: Path | None = None
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handlers.append(_File(path, maxBytes=_MAX_BYTES, backupCount=_KEPT, encoding="utf-8"))
        except OSError:
            file = None
        else:
            file = path
            handlers[-1].setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for handler in handlers:
        root.addHandler(handler)
    return file


def stop_log() -> None:
    """Close what ``start_log`` opened."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler.formatter, RedactingFormatter):
            root.removeHandler(handler)
            handler.close()
