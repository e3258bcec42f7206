"""What the picture of stated against happened shows, and its table, before anything is drawn (pure)."""

from dataclasses import dataclass

from app.services.risk_record import RecordBin
from app.ui.formats import THIN, Display
from app.ui.models.rows import RowColumn, RowsModel


@dataclass(frozen=True, slots=True)
class ReliabilityDot:
    """One group of statements; fractions from 0 to 1.

    Attributes:
        stated: on average.
        happened: how often.
        low, high: what chance alone explains in nine of ten cases.
        inside: whether the statement lies within.
        words: everything in a sentence.
    """

    stated: float
    happened: float
    low: float
    high: float
    inside: bool
    words: str


def dots_of(bins: tuple[RecordBin, ...]) -> tuple[ReliabilityDot, ...]:
    """Return a dot for each group."""
    return tuple(
        ReliabilityDot(each.stated, each.happened, each.low, each.high, each.inside, bin_words(each)) for each in bins
    )


def record_model() -> RowsModel[RecordBin]:
    """Return the model of the table beside the picture."""
    return RowsModel(
        (
            RowColumn("stated", "Stated", lambda row, _d: group_words(row), lambda row: row.above, None, right=True),
            RowColumn("count", "Times", lambda row, _d: f"{row.count:,}", lambda row: row.count, None, right=True),
            RowColumn("mean", "On average", lambda row, _d: per_cent(row.stated), lambda row: row.stated, None, True),
            RowColumn("came", "Happened", lambda row, _d: per_cent(row.happened), lambda row: row.happened, None, True),
            RowColumn("range", "90 % of chance", lambda row, _d: _range(row), lambda row: row.low, None, right=True),
            RowColumn("odd", "", lambda row, _d: "" if row.inside else "▲ outside", lambda row: row.inside),
        ),
        _spoken,
        sort_key="stated",
    )


def per_cent(value: float) -> str:
    """Return a fraction as per cent with one decimal."""
    return f"{value * 100:.1f}{THIN}%"


def group_words(each: RecordBin) -> str:
    """Return which statements a group takes in (``5–10 %``)."""
    return f"{each.above * 100:.0f}–{each.below * 100:.0f}{THIN}%"


def bin_words(each: RecordBin) -> str:
    """Return a group as a sentence."""
    odd = "" if each.inside else "; that is outside what chance alone explains"
    return (
        f"Stated {group_words(each)} ({each.count:,} times, {per_cent(each.stated)} on average): happened "
        f"{per_cent(each.happened)}, by chance alone {per_cent(each.low)} to {per_cent(each.high)}{odd}"
    )


def _spoken(each: RecordBin, _display: Display) -> str:
    return bin_words(each)


def _range(each: RecordBin) -> str:
    return f"{per_cent(each.low)} to {per_cent(each.high)}"
