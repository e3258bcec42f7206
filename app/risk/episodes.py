"""Past falls of bitcoin as ratios to the price at their peak, to be replayed from any price."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

from app.domain.errors import InputError
from app.risk.stress_path import PathKind, PathPoint, PricePath

EPISODES_RESOURCE: Final = "stress_episodes.json"


@dataclass(frozen=True, slots=True)
class Episode:
    """One past fall.

    Attributes:
        key: its id on the command line.
        name: a label, in words.
        peak, trough: days of the highest and the lowest close.
        days: from peak to trough.
        lows: lows within the day are known; else the replay knows closes only, which fall less deep.
        points: from the peak on, as ratios to its close, and some days beyond the trough.
    """

    key: str
    name: str
    peak: date
    trough: date
    days: int
    lows: bool
    points: tuple[PathPoint, ...]

    @property
    def lowest(self) -> Decimal:
        """The lowest price ÷ the peak's close."""
        return self.path.lowest

    @property
    def path(self) -> PricePath:
        """The same fall from today's price."""
        name = self.name if self.lows else f"{self.name} (closes only)"
        return PricePath(PathKind.EPISODE, name, self.points, self.key, self.lows)


@dataclass(frozen=True, slots=True)
class Episodes:
    """All that are known, in order of time, and where they come from."""

    origin: str
    items: tuple[Episode, ...]

    def find(self, key: str) -> Episode:
        """Return the episode with this id.

        Raises:
            InputError: there is none; the nearest ids are named.
        """
        wanted = key.strip().casefold()
        found = next((item for item in self.items if item.key == wanted), None)
        if found is not None:
            return found
        keys = [item.key for item in self.items]
        near = get_close_matches(wanted, keys, 3, 0.4) or [k for k in keys if wanted[:4] and wanted[:4] in k][:3]
        hint = f"did you mean {_either(near)}?" if near else "--list names them all"
        msg = f"“{key[:40]}” is no episode that is known; {hint}"
        raise InputError(msg, "--episode")


def parse_episodes(data: bytes) -> Episodes:
    """Return the episodes in the contents of ``EPISODES_RESOURCE``."""
    document = json.loads(data)
    items = sorted(map(_episode, document["episodes"]), key=lambda item: (item.peak, item.trough))
    return Episodes(document["origin"], tuple(items))


def _episode(entry: dict[str, Any]) -> Episode:
    points = tuple(
        PathPoint(Decimal(day), Decimal(close), None if low is None else Decimal(low))
        for day, low, close in entry["path"]
    )
    return Episode(
        entry["id"],
        entry["name"],
        date.fromisoformat(entry["peak"]),
        date.fromisoformat(entry["trough"]),
        entry["days"],
        entry["lows"],
        points,
    )


def _either(keys: Sequence[str]) -> str:
    return keys[0] if len(keys) == 1 else f"{', '.join(keys[:-1])} or {keys[-1]}"
