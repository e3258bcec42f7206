"""What the alarm keeps in the book's database: warnings, margin calls, deliveries, messages and what people did.

A warning that ended without anybody having been told is no history and goes away. Margin calls and what people did
stay for ever; the rest of the history is bounded, see ``prune``.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from app.domain.deliveries import Delivery, Message
from app.domain.errors import LeaseLostError, NotABookError
from app.domain.margin_calls import MarginCall
from app.domain.policy_breaches import Breach
from app.domain.rules import LINES, Urgency
from app.domain.warning_actions import WarningAction
from app.domain.warning_records import WarningRecord
from app.services.alert_ports import AlarmChanges, Lease
from app.store.alarm_rows import (
    ACTION_FIELDS,
    CALL_FIELDS,
    DELIVERY_FIELDS,
    MESSAGE_FIELDS,
    WARNING_FIELDS,
    action_of,
    call_of,
    delivery_of,
    message_of,
    replaced,
    row_of,
    warning_of,
)
from app.store.backend import Backend, Row, Statement
from app.store.instants import instant_text
from app.store.lease import fence
from app.store.policy_log import ENDED, SAVE_BREACH, STANDING, breach_of
from app.store.schema import ALARM_SINCE, LEDGER_SINCE

HISTORY_KEPT: Final = timedelta(days=731)
HISTORY_ROWS: Final = 100_000
_T = TypeVar("_T")
# Without its Z a whole second sorts before its own fractions.
_NEWEST: Final = "replace({0}, 'Z', '') DESC"
_BEFORE_RULES: Final = 14

_SAVE_WARNING: Final = replaced("warning_record", WARNING_FIELDS)
_DROP_WARNING: Final = "DELETE FROM warning_record WHERE id = :id"
_SAVE_CALL: Final = replaced("margin_call", CALL_FIELDS)
# A message that carries it is never forgotten by one who does not know of it yet.
_SAVE_DELIVERY: Final = replaced(
    "delivery",
    DELIVERY_FIELDS,
    "not_before = excluded.not_before, message_id = coalesce(excluded.message_id, delivery.message_id)",
)
# What was sent or given up stays so.
_SAVE_MESSAGE: Final = replaced("message", MESSAGE_FIELDS) + " WHERE message.state = 'waiting'"
_SAVE_ACTION: Final = replaced(
    "warning_action", ACTION_FIELDS, "applied = (excluded.applied OR warning_action.applied)"
)


class BookAlarm:
    """Keeps the alarm beside the book; may be used by several threads, each call on its own."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._schema = 0

    def load(self, most_closed: int) -> tuple[WarningRecord, ...]:
        """Return every warning that is not closed, and the newest closed ones, at most ``most_closed`` of them.

        Raises:
            BookError: the database cannot be read, or holds a warning that cannot be one.
        """
        # Comparing with each word, not with its opposite, lets the index of the status be used.
        whole = self._knows_alarm()
        fields = WARNING_FIELDS if whole else WARNING_FIELDS[:_BEFORE_RULES]
        statement = f"SELECT {', '.join(fields)} FROM warning_record WHERE status"  # noqa: S608 - names of our own
        order = f"ORDER BY {_NEWEST.format('updated_at')}, subject, id"
        words = "('pending', 'skipped', 'open', 'acknowledged')"
        make = warning_of if whole else _older_warning
        still = self._read("warning_record", make, f"{statement} IN {words} {order}")
        past = self._read("warning_record", make, f"{statement} = 'closed' {order} LIMIT :most", most=most_closed)
        return still + past

    def calls(self, most_ended: int) -> tuple[MarginCall, ...]:
        """Return every margin call that stands, and the newest that are over.

        Raises:
            BookError: as ``load``.
        """
        if not self._knows_alarm():
            return ()
        statement = f"SELECT {', '.join(CALL_FIELDS)} FROM margin_call WHERE state"  # noqa: S608 - as above
        order = f"ORDER BY {_NEWEST.format('issued_at')}, id"
        stand = self._read("margin_call", call_of, f"{statement} IN ('running', 'overdue') {order}")
        over = f"{statement} IN ('cured', 'cancelled', 'sold', 'ended') {order} LIMIT :most"
        return stand + self._read("margin_call", call_of, over, most=most_ended)

    def breaches(self, most_ended: int) -> tuple[Breach, ...]:
        """Return every breach of the policy that stands, and the newest that are over, newest first.

        Raises:
            BookError: as ``load``.
        """
        if self._number() < LEDGER_SINCE:
            return ()
        stand = self._read("policy_breach", breach_of, STANDING)
        return stand + self._read("policy_breach", breach_of, ENDED, most=most_ended)

    def outbox(self) -> tuple[tuple[Delivery, ...], tuple[Message, ...]]:
        """Return the deliveries that no message carries yet, and the messages that wait, oldest first.

        Raises:
            BookError: as ``load``.
        """
        if not self._knows_alarm():
            return (), ()
        deliveries = self._read(
            "delivery",
            delivery_of,
            f"SELECT {', '.join(DELIVERY_FIELDS)} FROM delivery"  # noqa: S608 - as above
            " WHERE message_id IS NULL ORDER BY created_at, id",
        )
        messages = self._read(
            "message",
            message_of,
            f"SELECT {', '.join(MESSAGE_FIELDS)} FROM message"  # noqa: S608 - as above
            " WHERE state = 'waiting' ORDER BY created_at, id",
        )
        return deliveries, messages

    def sent(self, most: int) -> tuple[Message, ...]:
        """Return the newest messages that went out or were given up, newest first.

        Raises:
            BookError: as ``load``.
        """
        if not self._knows_alarm():
            return ()
        return self._read(
            "message",
            message_of,
            f"SELECT {', '.join(MESSAGE_FIELDS)} FROM message WHERE state IN ('sent', 'expired')"  # noqa: S608 - as above
            f" ORDER BY {_NEWEST.format('coalesce(sent_at, created_at)')}, id LIMIT :most",
            most=most,
        )

    def deliveries_of(self, warning_id: str) -> tuple[tuple[Delivery, Message | None], ...]:
        """Return what was told, or is to be told, of one warning, oldest first.

        Raises:
            BookError: as ``load``.
        """
        if not self._knows_alarm():
            return ()
        columns = ", ".join([f"delivery.{name}" for name in DELIVERY_FIELDS] + [f"message.{n}" for n in MESSAGE_FIELDS])
        return self._read(
            "delivery",
            _told,
            f"SELECT {columns} FROM delivery LEFT JOIN message ON message.id = delivery.message_id"  # noqa: S608 - as above
            " WHERE delivery.warning_id = :warning ORDER BY delivery.step, delivery.created_at, delivery.id",
            warning=warning_id,
        )

    def actions(self, warning_id: str | None = None) -> tuple[WarningAction, ...]:
        """Return those not applied yet, or all that were done with one warning, oldest first.

        Raises:
            BookError: as ``load``.
        """
        if not self._knows_alarm():
            return ()
        which = "applied = :value" if warning_id is None else "warning_id = :value"
        return self._read(
            "warning_action",
            action_of,
            f"SELECT {', '.join(ACTION_FIELDS)} FROM warning_action WHERE {which}"  # noqa: S608 - as above
            " ORDER BY replace(at, 'Z', ''), id",
            value=False if warning_id is None else warning_id,
        )

    def every_action(self) -> tuple[WarningAction, ...]:
        """Return everything that people ever did with a warning, oldest first.

        Raises:
            BookError: as ``load``.
        """
        statement = f"SELECT {', '.join(ACTION_FIELDS)} FROM warning_action ORDER BY replace(at, 'Z', ''), id"  # noqa: S608
        return self._read("warning_action", action_of, statement) if self._knows_alarm() else ()

    def revision(self) -> int:
        """Return the book's revision, to notice changes by others."""
        return int(self._backend.query("SELECT revision FROM book", {})[0][0])

    def save(self, changes: AlarmChanges, lease: Lease | None = None) -> None:
        """Store changes in one transaction, see ``AlarmKeeper.save``.

        Raises:
            LeaseLostError: somebody else judges now; nothing was stored.
            BookError: the database refused; nothing was stored.
        """
        statements = _statements(changes)
        if statements and not self._backend.execute(statements, None if lease is None else fence(lease)):
            raise _lost()

    def prune(self, now: datetime, lease: Lease | None = None, *, most: int = HISTORY_ROWS) -> None:
        """Let go of history that is older than two years and not among the newest ``most`` rows.

        A closed warning goes with its deliveries, unless somebody did something with it; a message goes with the last
        delivery that it carried. Margin calls and what people did are never let go.

        Raises:
            LeaseLostError: somebody else judges now; nothing was changed.
            BookError: the database refused; nothing was changed.
        """
        values = {"cut": instant_text(now - HISTORY_KEPT), "most": most}
        counted = "SELECT count(*) FROM {}"
        many = any(
            int(self._backend.query(counted.format(table), {})[0][0]) > most for table in ("warning_record", "message")
        )
        statements = [(line, [values]) for line in _PRUNE]
        if many and not self._backend.execute(statements, None if lease is None else fence(lease)):
            raise _lost()

    def _knows_alarm(self) -> bool:
        """Return whether the book has the alarm's tables: an older one that is only read does not."""
        return self._number() >= ALARM_SINCE

    def _number(self) -> int:
        """Return the schema's number; it only ever rises, so an older one is looked up again."""
        if self._schema < LEDGER_SINCE:
            rows = self._backend.query("SELECT version_num FROM alembic_version", {})
            self._schema = int(rows[0][0])
        return self._schema

    def _read(self, table: str, make: Callable[[Row], _T], statement: str, **values: Any) -> tuple[_T, ...]:
        try:
            return tuple(map(make, self._backend.query(statement, values)))
        except (ValueError, TypeError, ArithmeticError) as error:
            msg = (
                f"Damage found in the book's table {table}: it holds a value that cannot be true."
                " Restore the book from a backup with plimsoll book restore."
            )
            raise NotABookError(msg) from error


_PRUNE: Final = (
    """
    DELETE FROM warning_record WHERE status = 'closed' AND updated_at < :cut
    AND id NOT IN (SELECT warning_id FROM warning_action)
    AND id NOT IN (SELECT id FROM warning_record WHERE status = 'closed' ORDER BY updated_at DESC LIMIT :most)
    """,
    """
    DELETE FROM delivery WHERE created_at < :cut AND message_id IS NOT NULL
    AND warning_id NOT IN (SELECT id FROM warning_record)
    """,
    """
    DELETE FROM message WHERE state <> 'waiting' AND created_at < :cut
    AND id NOT IN (SELECT message_id FROM delivery WHERE message_id IS NOT NULL)
    AND id NOT IN (SELECT id FROM message WHERE state <> 'waiting' ORDER BY created_at DESC LIMIT :most)
    """,
)


def _statements(changes: AlarmChanges) -> list[Statement]:
    kept = [record for record in changes.warnings if not record.never_told]
    dropped: Sequence[Any] = [{"id": record.id} for record in changes.warnings if record.never_told]
    every: Iterable[Statement] = (
        (_SAVE_WARNING, list(map(row_of, kept))),
        (_DROP_WARNING, dropped),
        (_SAVE_CALL, list(map(row_of, changes.calls))),
        (_SAVE_MESSAGE, list(map(row_of, changes.messages))),
        (_SAVE_DELIVERY, list(map(row_of, changes.deliveries))),
        (_SAVE_ACTION, list(map(row_of, changes.actions))),
        (SAVE_BREACH, list(map(row_of, changes.breaches))),
    )
    return [(statement, rows) for statement, rows in every if rows]


def _older_warning(row: Row) -> WarningRecord:
    """Return a warning of a book that is only read and has no rules yet."""
    value = dict(zip(WARNING_FIELDS, row, strict=False))
    urgency = value["kind"] if value["kind"] in (Urgency.CALL, Urgency.SALE) else Urgency.EARLY
    told_at = value["updated_at"] if value["announced"] else None
    return warning_of((*row, LINES, urgency, int(bool(value["announced"])), told_at, None, "", None))


def _told(row: Row) -> tuple[Delivery, Message | None]:
    own, carried = row[: len(DELIVERY_FIELDS)], row[len(DELIVERY_FIELDS) :]
    return delivery_of(own), None if carried[0] is None else message_of(carried)


def _lost() -> LeaseLostError:
    return LeaseLostError("Another program judges this book now; what was judged here was not stored.")
