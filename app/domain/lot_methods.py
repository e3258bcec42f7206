"""Pools of lots, one for each account or book and one for each loan: in which order lots leave (pure).

A pool is a heap whose keys say who leaves first. The same key is kept while a lot shrinks, and a lot that moves to
another pool takes its date, basis and source along.
"""

from datetime import datetime
from heapq import heappop, heappush
from typing import Final

from app.domain.book import LotPick
from app.domain.disposals import Lot, Method, Source
from app.domain.errors import HistoryError
from app.domain.money import btc_text

# Two unit prices b₁/s₁ ≠ b₂/s₂ differ by at least 1/(s₁·s₂) > 10⁻³¹, as no amount exceeds 2.1·10¹⁵ satoshis: scaled
# by this and rounded down they keep their order.
_PRICE_SCALE: Final = 10**32
# Looked up here once: in Python 3.11 a member of an enumeration costs more than a comparison.
_LIFO, _HIFO, _AVERAGE = Method.LIFO, Method.HIFO, Method.AVERAGE


class Piece:
    """A lot while it is reckoned with: it shrinks as it is used."""

    __slots__ = ("account", "acquired_at", "basis", "reason", "sats", "source")

    def __init__(
        self, account: str, acquired_at: datetime, sats: int, basis: int | None, source: Source, reason: str
    ) -> None:
        self.account = account
        self.acquired_at = acquired_at
        self.sats = sats
        self.basis = basis
        self.source = source
        self.reason = reason

    def split(self, sats: int) -> "Piece":
        """Take ``sats`` off with their share of the basis, rounded down; the rest keeps what was rounded off."""
        part = None
        if self.basis is not None:
            part = self.basis * sats // self.sats
            self.basis -= part
        self.sats -= sats
        return Piece(self.account, self.acquired_at, sats, part, self.source, self.reason)

    def lot(self, account: str, pledged_to: str | None) -> Lot:
        """Return it as it stands."""
        return Lot(account, self.acquired_at, self.sats, self.basis, self.source, self.reason, pledged_to)


_Key = tuple[int, float, int]


class Pool:
    """Lots that can stand in for each other, the next one to leave on top of a heap.

    With the average method each known satoshi has the same basis: the pool keeps the sum, and dates go first in,
    first out. What has no known basis stays apart, and takes nothing from those that have one.
    """

    __slots__ = ("_average", "_heap", "_known", "_known_basis", "_method", "_number", "sats")

    def __init__(self, method: Method) -> None:
        self._method = method
        self._average = method is _AVERAGE
        self._heap: list[tuple[_Key, Piece]] = []
        self._number = 0
        self._known = self._known_basis = 0
        self.sats = 0

    def put(self, piece: Piece) -> None:
        """Take a lot in."""
        self.sats += piece.sats
        if self._average and piece.basis is not None:
            self._known += piece.sats
            self._known_basis += piece.basis
        self._number += 1
        heappush(self._heap, (self._key(piece, self._number), piece))

    def _key(self, piece: Piece, number: int) -> _Key:
        # Seconds since 1970 as a float still tell microseconds apart; moments that are equal go by number.
        moment = piece.acquired_at.timestamp()
        if self._method is _LIFO:
            return 0, -moment, -number
        if self._method is _HIFO:
            # A basis that is not known is no high one: it leaves last.
            return 1 if piece.basis is None else -(piece.basis * _PRICE_SCALE // piece.sats), moment, number
        return 0, moment, number

    def take(self, sats: int) -> list[Piece]:
        """Return lots of ``sats`` in all, which the pool must hold, in the order in which they leave."""
        heap, taken = self._heap, []
        self.sats -= sats
        while sats:
            piece = heap[0][1]
            if piece.sats <= sats:
                heappop(heap)
            else:
                piece = piece.split(sats)
            sats -= piece.sats
            # An emptied lot stays in the heap after a choice took it.
            if piece.sats:
                taken.append(piece)
        if self._average:
            self._average_out(taken)
        return taken

    def take_picked(self, picks: tuple[LotPick, ...], sats: int) -> list[Piece]:
        """Return the lots that were picked, then those first in, until there are ``sats``.

        Raises:
            HistoryError: more was picked than leaves, or of a moment's lots there is not that much left here.
        """
        if sum(pick.sats for pick in picks) > sats:
            msg = f"more was chosen than the {btc_text(sats)} BTC that leave; choose lots for at most that"
            raise HistoryError(msg)
        taken = [piece for pick in picks for piece in self._picked(pick)]
        left = sats - sum(piece.sats for piece in taken)
        self.sats -= sats - left
        return taken + self.take(left)

    def _picked(self, pick: LotPick) -> list[Piece]:
        found, missing = [], pick.sats
        for _, piece in sorted(self._heap, key=lambda entry: entry[0]):
            if piece.acquired_at == pick.acquired_at and piece.sats and missing:
                part = piece.split(min(missing, piece.sats))
                found.append(part)
                missing -= part.sats
        if missing:
            msg = (
                f"of the lots acquired on {pick.acquired_at:%Y-%m-%d at %H:%M:%S} UTC {btc_text(missing)} BTC are"
                " missing here; choose less of them, or another lot"
            )
            raise HistoryError(msg)
        return found

    def _average_out(self, pieces: list[Piece]) -> None:
        """Give each known part its share of the pool's basis, rounded down; the pool keeps what was rounded off."""
        for piece in pieces:
            if piece.basis is not None:
                piece.basis = self._known_basis * piece.sats // self._known
                self._known_basis -= piece.basis
                self._known -= piece.sats

    def rest(self) -> list[Piece]:
        """Return what is left, first in first; the pool is not used after that."""
        pieces = [entry[1] for entry in sorted(self._heap, key=lambda entry: entry[0]) if entry[1].sats]
        if self._average:
            self._average_out(pieces)
        return sorted(pieces, key=lambda piece: piece.acquired_at)
