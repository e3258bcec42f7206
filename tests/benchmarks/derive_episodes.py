"""Make ``resources/stress_episodes.json`` again from daily prices: what fell when, as ratios to the price at the peak.

    python -m tests.benchmarks.derive_episodes CLOSES.csv OHLC.csv > resources/stress_episodes.json

``CLOSES.csv`` has the columns ``date,price_usd``, ``OHLC.csv`` ``date,open,high,low,close``. The files themselves are
no part of the project: only these ratios are.
"""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

MOST_POINTS: Final = 120
REBOUND_DAYS: Final = 10
# An intraday low may follow the lowest close by a day; whatever falls deeper later is another fall.
LATE_LOW_DAYS: Final = 2
QUANTUM: Final = Decimal("0.0001")
PRECISION: Final = 4
_DAY: Final = timedelta(days=1)
_ORIGIN: Final = (
    "Derived ratios, no prices. Closes: Bitstamp BTC/USD at 00:00 UTC (until 2011: CryptoCompare's index). Lows: a "
    "composite of many exchanges by UTC day, known since 2014-09-17; a single exchange may have fallen deeper. A "
    "point's low is the lowest since the point before; without lows it is the lowest close."
)
# Days of the highest and the lowest close; the names are labels.
EPISODES: Final = (
    ("mtgox-2011", "The first bubble bursts, 2011", "2011-06-08", "2011-11-18"),
    ("cyprus-2013-04", "April 2013: the spike and its end", "2013-04-09", "2013-04-16"),
    ("china-2013-12", "December 2013: China's banks are barred", "2013-12-04", "2013-12-18"),
    ("mtgox-2014", "Mt. Gox fails, early 2014", "2014-01-06", "2014-04-10"),
    ("jan-2015", "The last sellers of January 2015", "2014-11-12", "2015-01-14"),
    ("china-2017-09", "China closes its exchanges, September 2017", "2017-09-01", "2017-09-14"),
    ("bust-2017-12", "From the peak of 2017 into February 2018", "2017-12-16", "2018-02-05"),
    ("cycle-2018", "The whole fall of 2018", "2017-12-16", "2018-12-15"),
    ("bch-2018-11", "November 2018: a coin splits", "2018-11-07", "2018-12-15"),
    ("covid-2020-03", "March 2020: the pandemic", "2020-02-14", "2020-03-12"),
    ("may-2021", "May 2021", "2021-05-08", "2021-05-29"),
    ("cycle-2021", "Spring and summer of 2021", "2021-04-13", "2021-07-20"),
    ("cycle-2022", "The whole fall of 2022", "2021-11-08", "2022-11-21"),
    ("luna-2022-05", "May 2022: a stablecoin breaks", "2022-05-04", "2022-05-27"),
    ("celsius-2022-06", "June 2022: lenders stop paying out", "2022-05-31", "2022-06-18"),
    ("ftx-2022-11", "November 2022: an exchange fails", "2022-11-05", "2022-11-21"),
    ("svb-2023-03", "March 2023: banks fail", "2023-02-20", "2023-03-10"),
    ("aug-2023", "August 2023: a quiet market slips", "2023-08-10", "2023-08-22"),
    ("yen-2024-08", "August 2024: the yen turns", "2024-07-28", "2024-08-05"),
    ("tariff-2025", "Early 2025: tariffs", "2025-01-21", "2025-04-08"),
    ("oct-2025", "October 2025: the night of forced sales", "2025-10-06", "2025-10-17"),
    ("nov-2025", "October to November 2025", "2025-10-06", "2025-11-22"),
    ("feb-2026", "January to February 2026", "2026-01-14", "2026-02-05"),
    ("cycle-2026", "From October 2025 to June 2026", "2025-10-06", "2026-06-30"),
)


def derive(closes: Mapping[date, Decimal], lows: Mapping[date, Decimal]) -> dict[str, Any]:
    """Return the whole document."""
    return {
        "origin": _ORIGIN,
        "precision": f"{PRECISION} decimals of the price at the peak",
        "columns": ["days since the peak", "low", "close"],
        "episodes": [_episode(*row, closes, lows) for row in EPISODES],
    }


def _episode(
    key: str, name: str, peak_day: str, trough_day: str, closes: Mapping[date, Decimal], lows: Mapping[date, Decimal]
) -> dict[str, Any]:
    peak, trough = date.fromisoformat(peak_day), date.fromisoformat(trough_day)
    last_day = min(trough + REBOUND_DAYS * _DAY, max(closes))
    days = [peak + number * _DAY for number in range(1, (last_day - peak).days + 1)]
    top = closes[peak]
    with_lows = all(day in lows for day in days)
    deepest = [min(closes[day], lows[day]) if with_lows else closes[day] for day in days]
    fall = (trough - peak).days + LATE_LOW_DAYS
    lowest = min(deepest[:fall])
    span = next((number for number in range(fall, len(days)) if deepest[number] < lowest), len(days))
    stride = -(-span // MOST_POINTS)
    path = [[0, None, "1.0000"]]
    for start in range(0, span, stride):
        last = min(start + stride, span)
        low = min(deepest[start:last])
        known = with_lows or stride > 1
        path.append([last, _ratio(low / top) if known else None, _ratio(closes[days[last - 1]] / top)])
    return {
        "id": key,
        "name": name,
        "peak": peak_day,
        "trough": trough_day,
        "days": (trough - peak).days,
        "lows": with_lows,
        "path": path,
    }


def _ratio(value: Decimal) -> str:
    return str(value.quantize(QUANTUM))


def _columns(path: Path, column: str, day: str = "date") -> dict[date, Decimal]:
    with path.open(newline="", encoding="utf-8") as file:
        return {date.fromisoformat(row[day]): Decimal(row[column]) for row in csv.DictReader(file)}


def text_of(document: Mapping[str, Any]) -> str:
    """Return the document as JSON with one line for each episode; a line for each point would make it long."""
    rows = ",\n".join(f"  {json.dumps(episode, ensure_ascii=False)}" for episode in document["episodes"])
    head = {key: value for key, value in document.items() if key != "episodes"}
    return f'{json.dumps(head, ensure_ascii=False, indent=1)[:-2]},\n "episodes": [\n{rows}\n ]\n}}\n'


def main(argv: Sequence[str]) -> None:
    """Write the document to stdout."""
    closes, ohlc = (Path(name) for name in argv)
    document = derive(_columns(closes, "price_usd"), _columns(ohlc, "low"))
    sys.stdout.write(text_of(document))


if __name__ == "__main__":
    main(sys.argv[1:])
