"""Pages are stacks of strips: each knows its height and draws itself; what belongs together is kept together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtGui import QPainter

Draw = Callable[[QPainter, float, float, float], None]
"""Draws at left, top, in a width."""


def _nothing(_painter: QPainter, _left: float, _top: float, _width: float) -> None:
    """Draw nothing: the strip is a gap."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of a page, as wide as its column.

    Attributes:
        keep: stands on the same page as the strip after it.
        again: what is drawn anew above it where a page begins with it (a table's headings).
        gap: is left out where a page begins with it.
    """

    height: float
    draw: Draw = field(default=_nothing)
    keep: bool = False
    again: "Strip | None" = None
    gap: bool = False


def space(height: float) -> Strip:
    """Return a gap that no page begins with."""
    return Strip(height, keep=False, gap=True)


def height_of(strips: Sequence[Strip]) -> float:
    """Return how high a stack is."""
    return sum(strip.height for strip in strips)


def beside(left: Sequence[Strip], right: Sequence[Strip], share: float, gutter: float) -> Strip:
    """Return two stacks side by side as one strip; ``share`` is the left one's part of the width without the gutter."""

    def draw(painter: QPainter, x: float, y: float, width: float) -> None:
        first = (width - gutter) * share
        draw_stack(left, painter, x, y, first)
        draw_stack(right, painter, x + first + gutter, y, width - gutter - first)

    return Strip(max(height_of(left), height_of(right)), draw)


def draw_stack(strips: Sequence[Strip], painter: QPainter, x: float, y: float, width: float) -> None:
    """Draw strips one below the other."""
    for strip in strips:
        strip.draw(painter, x, y, width)
        y += strip.height


def pages_of(strips: Sequence[Strip], first: float, others: float) -> list[list[Strip]]:
    """Return strips page by page.

    Args:
        strips: from the top.
        first: how high the first page is.
        others: how high each later one is.
    """
    pages: list[list[Strip]] = [[]]
    left = first
    for group in _groups(strips):
        height = height_of(group)
        if height > left and pages[-1]:
            pages.append([])
            left = others
            group = _opening(group)  # noqa: PLW2901 - the page begins with it
            height = height_of(group)
        if group:
            pages[-1].extend(group)
            left -= height
    return pages


_LONGEST: Final = 40


def _groups(strips: Sequence[Strip]) -> list[list[Strip]]:
    """Return strips in groups that are not parted; a chain that never ends is cut."""
    groups: list[list[Strip]] = []
    open_group: list[Strip] = []
    for strip in strips:
        open_group.append(strip)
        if not strip.keep or len(open_group) >= _LONGEST:
            groups.append(open_group)
            open_group = []
    if open_group:
        groups.append(open_group)
    return groups


def _opening(group: list[Strip]) -> list[Strip]:
    kept = list(group)
    while kept and kept[0].gap:
        kept.pop(0)
    if kept and kept[0].again is not None:
        kept.insert(0, kept[0].again)
    return kept
