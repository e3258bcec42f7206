"""What the loans tables ask the risk room's answer, and what stands there before the first one (cheap to import)."""

from typing import Final, Protocol

PENDING: Final = "…"
RECKONING: Final = "Being reckoned."


class Chances(Protocol):
    """Each loan's chance of a call, by its place in the book."""

    def text(self, index: int) -> str:
        """Return what the cell shows."""
        ...

    def raw(self, index: int) -> str:
        """Return the fraction for a spreadsheet, empty where there is none."""
        ...

    def order(self, index: int) -> float:
        """Return what rows are sorted by."""
        ...

    def words(self, index: int) -> str:
        """Return where the number comes from, or why there is none."""
        ...


class PendingChances:
    """Before the first answer."""

    def text(self, _index: int) -> str:
        """Say that it is being reckoned."""
        return PENDING

    def raw(self, _index: int) -> str:
        """Give no figure."""
        return ""

    def order(self, _index: int) -> float:
        """Leave the book's order."""
        return 0.0

    def words(self, _index: int) -> str:
        """Say that it is being reckoned."""
        return RECKONING
