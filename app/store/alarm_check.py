"""What is wrong with the alarm's tables of a book: rows that cannot be read, or that cannot be true together."""

from collections.abc import Callable
from typing import Final

from app.domain.errors import BookError
from app.store.alarm import BookAlarm
from app.store.backend import Backend
from app.store.lease import BookLease

_EVERY: Final = 2**31 - 1
# A delivery may be stored before its warning, and outlive it; a message that it names it never does.
_IMPOSSIBLE: Final = (
    (
        "{count} rows of table delivery belong to no row of table message.",
        "SELECT count(*) FROM delivery WHERE message_id IS NOT NULL AND message_id NOT IN (SELECT id FROM message)",
    ),
    (
        "{count} rows of table message count as sent, but not when.",
        "SELECT count(*) FROM message WHERE state = 'sent' AND sent_at IS NULL",
    ),
    (
        "{count} rows of table warning_record are closed, but not when.",
        "SELECT count(*) FROM warning_record WHERE status = 'closed' AND closed_at IS NULL",
    ),
    (
        "{count} rows of table warning_record were told less than never.",
        "SELECT count(*) FROM warning_record WHERE told < 0",
    ),
    (
        "{count} rows of table judge_lease say who judges; there can be one.",
        "SELECT count(*) FROM judge_lease WHERE id <> 1",
    ),
)


def check_alarm(backend: Backend) -> list[str]:
    """Return what is wrong, one sentence each; empty where nothing is.

    Raises:
        BookError: the database cannot be read.
    """
    alarm = BookAlarm(backend)
    reads: tuple[Callable[[], object], ...] = (
        lambda: alarm.load(_EVERY),
        lambda: alarm.calls(_EVERY),
        alarm.outbox,
        lambda: alarm.sent(_EVERY),
        alarm.every_action,
        BookLease(backend).look,
    )
    findings = []
    for read in reads:
        try:
            read()
        except BookError as error:
            findings.append(str(error))
    for sentence, statement in _IMPOSSIBLE:
        count = int(backend.query(statement, {})[0][0])
        if count:
            findings.append(sentence.format(count=count))
    return findings
