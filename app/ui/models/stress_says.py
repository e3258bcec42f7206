"""What the Stress screen says around its pictures (pure)."""

from dataclasses import dataclass
from typing import Final

from app.domain.quotes import NoQuote
from app.risk.positions import Positions, Unanswerable
from app.risk.stress_result import StressComparison
from app.services.desk import DeskSnapshot
from app.services.stress_words import baseline_sentence, conditions, headline
from app.ui.formats import MINUS, THIN, UP, Display, money_text
from app.ui.models.stress_asked import Asked, days_words

NOW_WORDS: Final = "Drag the dashed line, type a fall or choose one: nothing here touches the book."
WHAT_IF: Final = "Nothing here touches the book. Esc goes back to today's price."
RECKONING: Final = "reckoning…"


@dataclass(frozen=True, slots=True)
class Said:
    """Headline, the line below it, what stands at the tables, and what the figures rest on."""

    headline: str
    sub: str
    baseline: str = ""
    rests_on: str = ""


def said(asked: Asked, comparison: StressComparison, begins: str, display: Display) -> Said:
    """Return what is said of an answer; ``begins`` is where forced sale begins, empty while that is not known."""
    sentence = headline(comparison, display)
    if not asked.hypothetical:
        sentence = sentence.replace(f"At {MINUS}0 % ", "At today's price ")
    sub = " ".join(part for part in (begins, *_left_out(comparison.left_out)) if part)
    idle = baseline_sentence(comparison, display) if comparison.chosen is not comparison.baseline else ""
    return Said(_thin(sentence), _thin(sub), _thin(idle), " ".join(conditions(comparison.path)))


def unanswered(snapshot: DeskSnapshot, why: Unanswerable) -> Said:
    """Return what is said where there is no answer, and what helps."""
    blind = any(isinstance(lookup, NoQuote) for lookup in snapshot.figures.prices.values())
    remedy = "Ask for prices again with F5, or look at the price sources in the settings." if blind else ""
    return Said("No fall can be reckoned now.", " ".join(part for part in (why.reason, remedy) if part))


def nothing_to_fall(positions: Positions) -> Said:
    """Return what is said of a book whose loans have no line that a fall reaches."""
    told = " ".join(_left_out(positions.left_out)) or "No loan owes anything against pledged bitcoin."
    return Said("No fall of the price calls or sells anything.", told)


def interest_words(asked: Asked, comparison: StressComparison | None, display: Display) -> str:
    """Return the interest that accrues on the way."""
    if comparison is None:
        return ""
    if not asked.interest:
        return "left out"
    if comparison.path.timeless:
        return "none, as time is left out"
    days = int(comparison.path.days)
    sum_ = money_text(comparison.chosen.interest, comparison.currency, display, UP)
    return f"{sum_} over {days_words(days)}" if days else "none, as it falls at once"


def _left_out(sentences: tuple[str, ...]) -> tuple[str, ...]:
    if len(sentences) > 2:  # noqa: PLR2004 - more would push everything else off the screen
        return (sentences[0], f"{len(sentences) - 1:,} more loans are left out likewise.")
    return sentences


def _thin(text: str) -> str:
    return text.replace(" %", f"{THIN}%")
