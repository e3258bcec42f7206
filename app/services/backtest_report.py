"""The record of the model on a book's own history: what was stated, against what came."""

from typing import Any

from app.risk.backtest import Backtest
from app.risk.exact import exact
from app.risk.reliability import Bin, Score
from app.services.report_figures import plain
from app.services.text_table import table_lines

_PLACES = 6


def backtest_report(record: Backtest, currency: str) -> dict[str, Any]:
    """Return the record as a JSON document; probabilities are fractions."""
    return {
        "currency": currency,
        "intraday": record.intraday,
        "first_start": record.first.isoformat(),
        "last_start": record.last.isoformat(),
        "starts": record.starts,
        "forecasts": record.forecasts,
        "horizons": list(record.horizons),
        "falls": [_number(drop) for drop in record.drops],
        "shown": _score(record.shown),
        "gbm_90d": _score(record.gbm),
        "value_at_risk": [{"level": _number(e.level), "exceeded": _number(e.share)} for e in record.exceedances],
        "reason": "",
    }


def backtest_text(record: Backtest, currency: str) -> str:
    """Return the record as lines for a person."""
    shown, gbm = record.shown, record.gbm
    days = ", ".join(str(days) for days in record.horizons)
    looked = "lows within the day" if record.intraday else "daily closes"
    starts = f"{record.starts:,} Sundays from {record.first} to {record.last}"
    lines = [
        f"On {starts} the model was made anew from what was known by then, and stated",
        f"how likely falls of 10 to 40 % within {days} days were, by {looked} in {currency}.",
        "",
        *table_lines([_headings(), *(_row(each) for each in shown.bins)], ()),
        "",
        *table_lines(
            [
                ("", "Brier (less is better)", "calibration error"),
                (shown.name, f"{shown.brier:.4f}", f"{shown.ece:.1%}".replace("%", " %")),
                (gbm.name, f"{gbm.brier:.4f}", f"{gbm.ece:.1%}".replace("%", " %")),
            ],
            (0,),
        ),
        "",
        trust_sentence(record),
    ]
    return "\n".join(lines)


def trust_sentence(record: Backtest) -> str:
    """Return whether the number deserves trust, in a sentence."""
    low = [each for each in record.shown.bins if each.mean < 0.30]  # noqa: PLR2004 - what is acted on
    outside = [each for each in low if not each.inside]
    if not outside:
        return "Every group of statements under 30 % lies within what chance alone explains: the number held."
    told = " and ".join(_stated(each) for each in outside)
    if all(each.frequency > each.mean for each in outside):
        how = "more often than chance alone explains: take more care there"
    elif all(each.frequency < each.mean for each in outside):
        how = "less often than chance alone explains: the number errs on the careful side there"
    else:
        how = "neither as often as stated nor by chance alone: trust it less there"
    return f"Where the model stated {told}, it happened {how}."


def _headings() -> tuple[str, ...]:
    return ("stated", "statements", "on average", "happened", "90 % of chance", "")


def _row(each: Bin) -> tuple[str, ...]:
    return (
        _stated(each),
        f"{each.count:,}",
        _per_cent(each.mean),
        _per_cent(each.frequency),
        f"{_per_cent(each.low)} to {_per_cent(each.high)}",
        "" if each.inside else "outside",
    )


def _stated(each: Bin) -> str:
    return f"{each.above * 100:.0f} to {each.below * 100:.0f} %"


def _per_cent(value: float) -> str:
    return f"{value * 100:.1f} %"


def _score(score: Score) -> dict[str, Any]:
    return {
        "name": score.name,
        "brier": _number(score.brier),
        "ece": _number(score.ece),
        "bins": [
            {
                "from": _number(each.above),
                "to": _number(each.below),
                "statements": each.count,
                "stated": _number(each.mean),
                "happened": _number(each.frequency),
                "low": _number(each.low),
                "high": _number(each.high),
                "inside": each.inside,
            }
            for each in score.bins
        ],
    }


def _number(value: float) -> str | None:
    number = exact(value, _PLACES)
    return None if number is None else plain(number)
