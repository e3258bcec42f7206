"""A fall that is kept in the book: what was asked, as plain data, and read back (pure)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from app.domain.errors import InputError
from app.domain.scenario import Scenario, ScenarioKind, request_text
from app.risk.episodes import Episodes
from app.risk.stress_path import PathPoint, own_path
from app.risk.stress_result import Policy
from app.ui.formats import THIN
from app.ui.models.stress_asked import DEEPEST, LONGEST, USUAL_DAYS, Asked, days_words, fall_text

_KEPT_POINTS: Final = 300


def scenario_of(asked: Asked, name: str, now: datetime) -> Scenario:
    """Return what is asked as a scenario.

    Raises:
        InputError: a path with more points than are kept.
    """
    path = asked.path
    fields: dict[str, Any] = {
        "drop": str(asked.drop),
        "to_price": None if asked.to_price is None else str(asked.to_price),
        "days": asked.days,
        "policy": asked.policy.value,
        "interest": asked.interest,
    }
    if path is not None and path.key:
        fields["episode"] = path.key
    elif path is not None:
        if len(path.points) > _KEPT_POINTS:
            msg = f"a path of more than {_KEPT_POINTS} points is not kept; leave some days out"
            raise InputError(msg)
        fields["path"] = [
            [str(point.day), f"{point.close:.12f}", None if point.low is None else f"{point.low:.12f}"]
            for point in path.points[1:]
        ]
    return Scenario(name, now, ScenarioKind.STRESS, request_text(fields))


def asked_of(scenario: Scenario, episodes: Episodes) -> Asked:
    """Return what a scenario asks.

    Raises:
        InputError: it holds something that is no fall.
    """
    fields = scenario.fields
    try:
        policy, kept = Policy(str(fields.get("policy", "cure"))), fields.get("days", USUAL_DAYS)
        days = None if kept is None else min(max(int(kept), 0), LONGEST)
        asked = Asked(days=days, policy=policy, interest=fields.get("interest") is not False)
        if fields.get("episode"):
            return asked.along(episodes.find(str(fields["episode"])).path)
        if fields.get("path"):
            return asked.along(own_path([_point(row) for row in fields["path"]], scenario.name))
        drop = Decimal(str(fields.get("drop", "0")))
        to_price = None if fields.get("to_price") is None else Decimal(str(fields["to_price"]))
    except (ValueError, TypeError, InvalidOperation) as error:
        msg = f"the scenario “{scenario.name[:60]}” holds no fall that can be read; delete it and save it anew"
        raise InputError(msg) from error
    if not drop.is_finite() or not 0 <= drop <= DEEPEST or (to_price is not None and not to_price.is_finite()):
        msg = f"the scenario “{scenario.name[:60]}” holds a fall that cannot be; delete it and save it anew"
        raise InputError(msg)
    found = asked.fall(drop)
    return found if to_price is None else Asked(drop, to_price, None, found.days, found.policy, found.interest)


def name_of(asked: Asked, taken: Sequence[str], price_words: str) -> str:
    """Return a name that says what is asked, and is not taken."""
    if asked.path is not None:
        name = asked.path.name[:1].upper() + asked.path.name[1:]
    elif asked.to_price is not None:
        name = f"To {price_words} over {days_words(asked.days)}"
    else:
        name = f"{fall_text(asked.drop)} over {days_words(asked.days)}"
    name = name.replace("over at ", "at ").replace(THIN, " ")
    if asked.policy is Policy.NONE:
        name = f"{name}, no top-ups"
    number, wanted = 2, name
    while wanted in taken:
        wanted = f"{name} ({number})"
        number += 1
    return wanted


def _point(row: Any) -> PathPoint:
    day, close, low = row
    return PathPoint(Decimal(day), Decimal(close), None if low is None else Decimal(low))
