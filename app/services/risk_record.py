"""Does the number deserve trust? The model's record on a book's own history, for a screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.domain.candles import DailyCandle

if TYPE_CHECKING:
    from app.risk.reliability import Score


@dataclass(frozen=True, slots=True)
class RecordBin:
    """All statements of about the same probability; fractions.

    Attributes:
        above, below: the stated probabilities it takes in, the upper one excluded.
        count: how many statements.
        stated: on average.
        happened: how often it came.
        low, high: what chance alone explains in nine of ten cases.
    """

    above: float
    below: float
    count: int
    stated: float
    happened: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the statement lies within what chance explains."""
        return self.low <= self.stated <= self.high


@dataclass(frozen=True, slots=True)
class RecordScore:
    """A model's name, its mean squared error and its calibration error."""

    name: str
    brier: float
    ece: float


@dataclass(frozen=True, slots=True)
class RiskRecord:
    """What was stated in the past, against what came.

    Attributes:
        trust: whether the number deserves trust, in a sentence.
        intraday: whether falls count by lows within the day.
    """

    first: date
    last: date
    starts: int
    horizons: tuple[int, ...]
    intraday: bool
    bins: tuple[RecordBin, ...]
    shown: RecordScore
    textbook: RecordScore
    trust: str


def check_against_past(
    candles: Sequence[DailyCandle],
    until: date,
    *,
    should_stop: Callable[[], bool],
    progress: Callable[[float], None],
) -> RiskRecord | str:
    """Return the record, or why there is none, in a sentence; takes seconds, for a lane.

    Raises:
        CancelledError: ``should_stop`` said so.
    """
    from app.risk.backtest import backtest  # noqa: PLC0415 - numpy, on the lane only
    from app.risk.series import NoModel, history_of  # noqa: PLC0415 - as above
    from app.services.backtest_report import trust_sentence  # noqa: PLC0415 - as above

    history = history_of(candles, until)
    if isinstance(history, NoModel):
        return history.reason
    found = backtest(history, should_stop=should_stop, progress=progress)
    if isinstance(found, NoModel):
        return found.reason
    bins = tuple(
        RecordBin(each.above, each.below, each.count, each.mean, each.frequency, each.low, each.high)
        for each in found.shown.bins
    )
    return RiskRecord(
        found.first,
        found.last,
        found.starts,
        found.horizons,
        found.intraday,
        bins,
        _score(found.shown),
        _score(found.gbm),
        trust_sentence(found),
    )


def record_sentence(record: RiskRecord) -> str:
    """Return what was asked, and how often."""
    days = " and ".join((", ".join(str(days) for days in record.horizons[:-1]), str(record.horizons[-1])))
    looked = "lows within the day" if record.intraday else "daily closes"
    return (
        f"On {record.starts:,} Sundays from {record.first} to {record.last} the model was made anew from what was "
        f"known by then, and stated how likely falls of 10 to 40 % within {days} days were, by {looked}."
    )


def score_sentence(record: RiskRecord) -> str:
    """Return both models' scores beside each other."""
    told = "; ".join(
        f"{each.name}: Brier {each.brier:.4f}, ECE {each.ece * 100:.1f} %" for each in (record.shown, record.textbook)
    )
    return f"{told}. Less is better: Brier is the mean squared error, ECE the mean distance of stated from happened."


def _score(score: "Score") -> RecordScore:
    return RecordScore(score.name, score.brier, score.ece)
