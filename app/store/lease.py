"""Who judges a book, kept in one row; every change compares first and is one transaction. No clock decides anything."""

from typing import Final

from app.domain.errors import NotABookError
from app.services.alert_ports import JudgeRole, Lease
from app.store.backend import Backend, Fence, Parameters, Row
from app.store.instants import instant_text, optional_instant, optional_text

_COLUMNS: Final = "term, beat, holder, role, host, pid, renewed_at, price_at, stuck"
_LOOK: Final = f"SELECT {_COLUMNS} FROM judge_lease WHERE id = 1"  # noqa: S608 - names of our own
_FIRST: Final = (
    f"INSERT INTO judge_lease (id, {_COLUMNS})"  # noqa: S608 - as above
    " VALUES (1, :term, :beat, :holder, :role, :host, :pid, :renewed_at, :price_at, :stuck)"
    " ON CONFLICT (id) DO NOTHING"
)
_TAKE: Final = (
    "UPDATE judge_lease SET term = :term, beat = :beat, holder = :holder, role = :role, host = :host, pid = :pid,"
    " renewed_at = :renewed_at, price_at = :price_at, stuck = :stuck"
    " WHERE id = 1 AND term = :seen_term AND beat = :seen_beat"
)
_HELD: Final = " WHERE id = 1 AND term = :term AND holder = :holder AND holder <> ''"
_RENEW: Final = (
    f"UPDATE judge_lease SET beat = beat + 1, renewed_at = :renewed_at, price_at = :price_at, stuck = :stuck{_HELD}"  # noqa: S608
)
_GIVE_BACK: Final = f"UPDATE judge_lease SET beat = beat + 1, holder = ''{_HELD}"  # noqa: S608 - as above
_FENCE: Final = f"UPDATE judge_lease SET term = term{_HELD}"  # noqa: S608 - as above


def fence(lease: Lease) -> Fence:
    """Return what lets a transaction through only while ``lease`` is held, and keeps it held until the commit."""
    return _FENCE, {"term": lease.term, "holder": lease.holder}


class BookLease:
    """Keeps the lease beside the book; may be used by several threads, each call on its own."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def look(self) -> Lease | None:
        """Return the lease as it stands, or None before the first.

        Raises:
            BookError: the database cannot be read, or holds what cannot be a lease.
        """
        rows = self._backend.query(_LOOK, {})
        try:
            return _lease(rows[0]) if rows else None
        except (ValueError, TypeError) as error:
            msg = (
                "Damage found in the book's table judge_lease: it holds a value that no lease can hold."
                " Restore the book from a backup with plimsoll book restore."
            )
            raise NotABookError(msg) from error

    def take(self, seen: Lease | None, mine: Lease) -> Lease | None:
        """Become the holder if the lease is still as ``seen`` (term and beat); return the new one, or None.

        Raises:
            BookError: the database refused; nothing changed.
        """
        if seen is None:
            taken = mine._replace(term=1, beat=1)
            done = self._backend.execute((), (_FIRST, _values(taken)))
        else:
            taken = mine._replace(term=seen.term + 1, beat=seen.beat + 1)
            expected = {"seen_term": seen.term, "seen_beat": seen.beat}
            done = self._backend.execute((), (_TAKE, {**_values(taken), **expected}))
        return taken if done else None

    def renew(self, mine: Lease) -> Lease | None:
        """Give a sign of life: store the lease with its beat raised; None where another holds it now.

        Raises:
            BookError: the database refused; nothing changed.
        """
        said = {
            "term": mine.term,
            "holder": mine.holder,
            "renewed_at": instant_text(mine.renewed_at),
            "price_at": optional_text(mine.price_at),
            "stuck": mine.stuck,
        }
        if not self._backend.execute((), (_RENEW, said)):
            return None
        # Another thread of this program may have beaten in between: the beat is what the book says.
        now = self.look()
        return now if now is not None and (now.term, now.holder) == (mine.term, mine.holder) else None

    def give_back(self, mine: Lease) -> None:
        """Let others take it at once; does nothing where it was lost.

        Raises:
            BookError: the database refused; nothing changed.
        """
        self._backend.execute((), (_GIVE_BACK, {"term": mine.term, "holder": mine.holder}))


def _values(lease: Lease) -> Parameters:
    return {
        **lease._asdict(),
        "role": lease.role.value,
        "renewed_at": instant_text(lease.renewed_at),
        "price_at": optional_text(lease.price_at),
    }


def _lease(row: Row) -> Lease:
    term, beat, holder, role, host, pid, renewed_at, price_at, stuck = row
    renewed = optional_instant(renewed_at)
    if renewed is None:
        msg = "a lease without its time"
        raise ValueError(msg)
    return Lease(
        int(term), int(beat), holder, JudgeRole(role), host, int(pid), renewed, optional_instant(price_at), stuck
    )
