"""Long lists of rows put in order and picked, in small steps, so that a window can paint between them (pure).

One ``sort`` of half a million keys would hold the interpreter for a quarter of a second, and with it the window's
thread. Pieces of some thousand are sorted and then merged, which Python interleaves with whatever else wants to run.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from heapq import merge
from itertools import pairwise
from typing import Any, Final

PIECE: Final = 4096


def nothing() -> None:
    """Never ask to stop."""


def counted(count: int) -> "array[int]":
    """Return the numbers from 0 to ``count``."""
    found = array("l")
    for start in range(0, count, PIECE):
        found.extend(range(start, min(start + PIECE, count)))
    return found


def picked(count: int, matches: Callable[[int], bool], check: Callable[[], None] = nothing) -> "array[int]":
    """Return the numbers from 0 to ``count`` that match, rising.

    Args:
        count: how many rows there are.
        matches: whether a row belongs to the answer.
        check: called now and then; may raise to end the work.
    """
    found = array("l")
    for start in range(0, count, PIECE):
        check()
        found.extend(number for number in range(start, min(start + PIECE, count)) if matches(number))
    return found


def ordered(
    numbers: Sequence[int],
    key: Callable[[int], Any],
    *,
    descending: bool = False,
    check: Callable[[], None] = nothing,
) -> "array[int]":
    """Return ``numbers`` in the order of their keys; equal keys by number, both turned round when descending.

    Args:
        numbers: rows.
        key: what a row is ordered by; keys can be compared with each other.
        descending: the greatest first.
        check: called now and then; may raise to end the work.
    """
    pieces: list[list[tuple[Any, int]]] = []
    for start in range(0, len(numbers), PIECE):
        check()
        piece = [(key(number), number) for number in numbers[start : start + PIECE]]
        piece.sort()
        pieces.append(piece)
    result = array("l", (number for _, number in _joined(pieces, check)))
    for piece in pieces:
        piece.clear()  # all at once would hold the window, too
    if descending:
        result.reverse()
    return result


def _joined(pieces: list[list[tuple[Any, int]]], check: Callable[[], None]) -> Iterable[tuple[Any, int]]:
    """Return everything in order; what is in order already (a ledger by time) needs no merging."""
    if all(one[-1] <= other[0] for one, other in pairwise(pieces)):
        return (pair for piece in pieces for pair in piece)
    return _checked(merge(*pieces), check)


def _checked(pairs: Iterable[tuple[Any, int]], check: Callable[[], None]) -> Iterable[tuple[Any, int]]:
    for place, pair in enumerate(pairs):
        if not place % PIECE:
            check()
        yield pair
