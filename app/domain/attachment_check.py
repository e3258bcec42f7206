"""Whether what a book knows of its papers can be true, and whether every paper that an entry names is there."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from app.domain.attachments import MAX_ATTACHMENT_BYTES, Attachment
from app.domain.errors import HistoryError

MAX_FILE_NAME: Final = 255
_KEY: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_IN_NO_NAME: Final = frozenset('/\\:*?"<>|')


def check_attachments(attachments: Sequence[Attachment]) -> None:
    """Refuse papers with an impossible key, name or size, or one that is told twice.

    Raises:
        HistoryError: with its place (``attachments[2].name``).
    """
    seen: set[str] = set()
    for index, one in enumerate(attachments):
        place = f"attachments[{index}]"
        if _KEY.fullmatch(one.key) is None:
            msg = "must be the SHA-256 of the paper, 64 hexadecimal digits in lower case"
            raise HistoryError(msg, f"{place}.key")
        if one.key in seen:
            msg = "stands for a paper that is there already; remove one of the two"
            raise HistoryError(msg, f"{place}.key")
        seen.add(one.key)
        if not _is_file_name(one.name):
            msg = f"“{one.name[:60]}” is no name of a file; use one without folders and special characters"
            raise HistoryError(msg, f"{place}.name")
        if not 0 <= one.size <= MAX_ATTACHMENT_BYTES:
            msg = f"a paper has at most {MAX_ATTACHMENT_BYTES // 1024**2} MB; attach a smaller one"
            raise HistoryError(msg, f"{place}.size")


def check_papers_known(keys: Sequence[str], known: Collection[str]) -> None:
    """Refuse an entry that names a paper which the book does not have, or one twice.

    Raises:
        HistoryError: at ``attachments``.
    """
    for key in keys:
        if key not in known:
            msg = f"names the paper {key[:12]}…, which is not in the book; attach it again"
            raise HistoryError(msg, "attachments")
    if len(set(keys)) != len(keys):
        msg = "names the same paper twice; remove one of the two"
        raise HistoryError(msg, "attachments")


def _is_file_name(name: str) -> bool:
    plain = name.isprintable() and name == name.strip() and name.strip(".")
    return bool(plain) and len(name) <= MAX_FILE_NAME and _IN_NO_NAME.isdisjoint(name)
