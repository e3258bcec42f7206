"""How near a loan is to trouble, as a shape, a word and a colour role; never as a colour alone."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.figures import LoanFigures, LoanState
from app.ui.formats import percent_text


class Level(StrEnum):
    """The five steps of the ramp, lightest to darkest, and the quiet one for what is not judged."""

    QUIET = "quiet"
    UNKNOWN = "unknown"
    SAFE = "safe"
    WATCH = "watch"
    CALL = "call"
    SALE = "sale"


SHAPES: Final = {
    Level.QUIET: "○",
    Level.UNKNOWN: "◇",
    Level.SAFE: "●",
    Level.WATCH: "▲",
    Level.CALL: "◆",
    Level.SALE: "■",
}


@dataclass(frozen=True, slots=True, order=True)
class Standing:
    """A level with the word that a chip shows and the sentence that a screen reader speaks."""

    rank: int
    level: Level
    word: str
    sentence: str


def standing_of(figures: LoanFigures) -> Standing:
    """Return where a loan stands now and after the drop test; a higher rank is worse."""
    now = _NOW.get(figures.state)
    if now is not None:
        return now
    test = figures.drop_test
    if test is not None and test.state in _AFTER:
        level, rank, word, sentence = _AFTER[test.state]
        fall = percent_text(test.drop)
        return Standing(rank, level, f"{word} −{fall}", f"{sentence} by a fall of {fall}")
    if figures.state is LoanState.WARNING:
        return Standing(3, Level.WATCH, "Watch", "above its early warning")
    return Standing(2, Level.SAFE, "Holds", "holds through the drop test")


_NOW: Final = {
    LoanState.CLOSED: Standing(0, Level.QUIET, "Closed", "repaid"),
    LoanState.UNDRAWN: Standing(0, Level.QUIET, "Undrawn", "nothing drawn"),
    LoanState.UNKNOWN: Standing(1, Level.UNKNOWN, "No price", "not judged: there is no price to rely on"),
    LoanState.MARGIN_CALL: Standing(6, Level.CALL, "Called", "margin call level reached"),
    LoanState.LIQUIDATION: Standing(7, Level.SALE, "Forced sale", "forced sale level reached"),
    LoanState.UNCOVERED: Standing(8, Level.SALE, "Uncovered", "a debt with no collateral"),
}
_AFTER: Final = {
    LoanState.MARGIN_CALL: (Level.CALL, 4, "Call", "called"),
    LoanState.LIQUIDATION: (Level.SALE, 5, "Sale", "sold"),
}
