"""The breach log: when a limit of the policy was broken, by how much at worst, and how it ended (pure).

A breach opens when a limit is broken and closes when it is kept again, both at once and exactly at the bound; only what
is known counts. Broken again within a day it is the same breach, so that a price that plays around the bound fills no
book. Where the limit is changed or removed, its breach ends for that reason.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from app.domain.money import EXACT
from app.domain.policy import AT_MOST, LimitKind, PolicyLimit

SAME_WITHIN: Final = timedelta(hours=24)
_KEPT_DIGITS: Final = Decimal(1).scaleb(-12)


class Ended(StrEnum):
    """Why a breach is over.

    Attributes:
        OPEN: it is not.
        KEPT: the limit was kept again.
        CHANGED: the limit got another bound.
        REMOVED: the policy has no such limit any more.
    """

    OPEN = ""
    KEPT = "kept"
    CHANGED = "changed"
    REMOVED = "removed"


class Breach(NamedTuple):
    """One breach of one limit.

    Attributes:
        id: unique text.
        kind: of the limit.
        subject: the lender of ``LENDER_SHARE``, else empty.
        bound: that was broken.
        opened_at, closed_at: UTC; ``closed_at`` None while it stands.
        first_value, worst_value: in the unit of the bound, rounded away from it; infinite where nothing secures a debt.
        ended: why it is over.
    """

    id: str
    kind: LimitKind
    subject: str
    bound: Decimal
    opened_at: datetime
    closed_at: datetime | None
    first_value: Decimal
    worst_value: Decimal
    ended: Ended = Ended.OPEN

    @property
    def stands(self) -> bool:
        """Whether the limit is still broken."""
        return self.closed_at is None


class Finding(NamedTuple):
    """What a round says of one limit and subject.

    Attributes:
        broken: None where it cannot be told now; nothing changes.
        value: measured; None with ``broken`` None.
    """

    limit: PolicyLimit
    subject: str
    broken: bool | None
    value: Decimal | None


def follow_breaches(
    log: Iterable[Breach],
    limits: Sequence[PolicyLimit],
    findings: Iterable[Finding],
    now: datetime,
    new_id: Callable[[], str],
) -> tuple[Breach, ...]:
    """Return the breaches that a round opened, worsened or closed.

    Args:
        log: all that stand, and those that ended within the last day.
        limits: the policy.
        findings: of each limit; a subject that is missing (a lender that holds nothing any more) keeps it.
        now: UTC.
        new_id: makes the id of what opens.
    """
    bounds = {limit.kind: limit.bound for limit in limits}
    said = {(finding.limit.kind, finding.subject): finding for finding in findings}
    known = list(log)
    changed = []
    standing = set()
    for breach in known:
        if not breach.stands:
            continue
        reason = _reason(breach, bounds)
        if reason is Ended.OPEN:
            standing.add((breach.kind, breach.subject))
            after = _judged(breach, said.get((breach.kind, breach.subject)), now)
        else:
            after = _closed(breach, now, reason)
        if after is not breach:
            changed.append(after)
    for key, finding in said.items():
        if finding.broken and finding.value is not None and key not in standing:
            changed.append(_opened(finding, finding.value, known, now, new_id))
    return tuple(changed)


def _judged(breach: Breach, finding: Finding | None, now: datetime) -> Breach:
    """Return a breach of a limit that is still the same after a round; the very same where nothing changed."""
    if finding is None or finding.broken is False:
        return _closed(breach, now, Ended.KEPT)
    worse = breach.worst_value if not finding.broken or finding.value is None else _worse(breach, finding.value)
    return breach if worse == breach.worst_value else breach._replace(worst_value=worse)


def _reason(breach: Breach, bounds: dict[LimitKind, Decimal]) -> Ended:
    if breach.kind not in bounds:
        return Ended.REMOVED
    return Ended.OPEN if bounds[breach.kind] == breach.bound else Ended.CHANGED


def _closed(breach: Breach, now: datetime, reason: Ended) -> Breach:
    return breach._replace(closed_at=max(now, breach.opened_at), ended=reason)


def _opened(
    finding: Finding, value: Decimal, known: Iterable[Breach], now: datetime, new_id: Callable[[], str]
) -> Breach:
    limit = finding.limit
    for breach in known:
        same = (breach.kind, breach.subject, breach.bound) == (limit.kind, finding.subject, limit.bound)
        recent = breach.closed_at is not None and now - breach.closed_at <= SAME_WITHIN
        if same and recent and breach.ended is Ended.KEPT:
            return breach._replace(closed_at=None, ended=Ended.OPEN, worst_value=_worse(breach, value))
    rounded = _rounded(limit.kind, value)
    return Breach(new_id(), limit.kind, finding.subject, limit.bound, now, None, rounded, rounded)


def _worse(breach: Breach, value: Decimal) -> Decimal:
    pick = max if breach.kind in AT_MOST else min
    return pick(breach.worst_value, _rounded(breach.kind, value))


def _rounded(kind: LimitKind, value: Decimal) -> Decimal:
    """Return a value with twelve decimals, rounded away from the bound, so that what broke it still does."""
    if not value.is_finite():
        return value
    return value.quantize(_KEPT_DIGITS, ROUND_CEILING if kind in AT_MOST else ROUND_FLOOR, EXACT).normalize(EXACT)
