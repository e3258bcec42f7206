"""The life of a breach in the log."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest

from app.domain.policy import LimitKind, PolicyLimit
from app.domain.policy_breaches import Breach, Ended, Finding, follow_breaches
from tests.fakes.loans import at

NOW = at("2026-02-10T12:00")
LTV = PolicyLimit(LimitKind.BOOK_LTV, Decimal("0.5"))
SHARE = PolicyLimit(LimitKind.LENDER_SHARE, Decimal("0.4"))
FLOOR = PolicyLimit(LimitKind.FREE_BTC, Decimal(10))


class Log:
    """A log that is followed round by round, as the alarm does."""

    def __init__(self, *limits: PolicyLimit) -> None:
        self.limits = limits
        self.kept: dict[str, Breach] = {}
        self._ids: Iterator[int] = count(1)

    def round(self, now: datetime, *findings: Finding) -> tuple[Breach, ...]:
        changed = follow_breaches(self.kept.values(), self.limits, findings, now, lambda: f"b{next(self._ids)}")
        self.kept.update({breach.id: breach for breach in changed})
        return changed


def said(limit: PolicyLimit, value: str, *, subject: str = "", broken: bool | None = True) -> Finding:
    return Finding(limit, subject, broken, None if broken is None else Decimal(value))


def after(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def test_a_breach_opens_worsens_and_closes_when_the_limit_is_kept() -> None:
    log = Log(LTV)
    (opened,) = log.round(NOW, said(LTV, "0.51"))
    assert opened == Breach("b1", LimitKind.BOOK_LTV, "", Decimal("0.5"), NOW, None, Decimal("0.51"), Decimal("0.51"))
    assert log.round(after(1), said(LTV, "0.505")) == ()
    (worse,) = log.round(after(2), said(LTV, "0.53"))
    assert (worse.first_value, worse.worst_value, worse.stands) == (Decimal("0.51"), Decimal("0.53"), True)
    (over,) = log.round(after(3), said(LTV, "0.5", broken=False))
    assert (over.closed_at, over.ended, over.worst_value) == (after(3), Ended.KEPT, Decimal("0.53"))
    assert log.round(after(4), said(LTV, "0.4", broken=False)) == ()


def test_what_is_not_known_changes_nothing() -> None:
    log = Log(LTV)
    assert log.round(NOW, said(LTV, "0", broken=None)) == ()
    log.round(NOW, said(LTV, "0.6"))
    assert log.round(after(1), said(LTV, "0", broken=None)) == ()
    assert log.kept["b1"].stands


@pytest.mark.parametrize(("hours", "ids"), [(24, {"b1"}), (24.01, {"b1", "b2"})])
def test_broken_again_within_a_day_it_is_the_same_breach(hours: float, ids: set[str]) -> None:
    log = Log(LTV)
    log.round(NOW, said(LTV, "0.55"))
    log.round(after(1), said(LTV, "0.5", broken=False))
    (again,) = log.round(after(1 + hours), said(LTV, "0.52"))
    assert set(log.kept) == ids
    assert (again.stands, again.ended) == (True, Ended.OPEN)
    assert again.worst_value == (Decimal("0.55") if len(ids) == 1 else Decimal("0.52"))


def test_a_clock_set_back_reopens_and_never_ends_before_it_began() -> None:
    log = Log(LTV)
    log.round(NOW, said(LTV, "0.55"))
    (over,) = log.round(after(-2), said(LTV, "0.4", broken=False))
    assert over.closed_at == NOW
    log.round(after(-3), said(LTV, "0.6"))
    assert set(log.kept) == {"b1"}


def test_another_bound_or_none_ends_a_breach_for_that_reason() -> None:
    log = Log(LTV)
    log.round(NOW, said(LTV, "0.65"))
    wider = PolicyLimit(LimitKind.BOOK_LTV, Decimal("0.6"))
    log.limits = (wider,)
    ended, opened = log.round(after(1), said(wider, "0.65"))
    assert (ended.id, ended.ended, ended.closed_at) == ("b1", Ended.CHANGED, after(1))
    assert (opened.id, opened.bound) == ("b2", Decimal("0.6"))
    log.limits = ()
    (gone,) = log.round(after(2))
    assert (gone.id, gone.ended) == ("b2", Ended.REMOVED)
    log.limits = (wider,)
    (new,) = log.round(after(3), said(wider, "0.65"))
    assert new.id == "b3"


def test_each_lender_has_a_breach_of_its_own_and_one_that_is_gone_keeps_the_limit() -> None:
    log = Log(SHARE)
    both = log.round(NOW, said(SHARE, "0.45", subject="One"), said(SHARE, "0.41", subject="Two"))
    assert {breach.subject for breach in both} == {"One", "Two"}
    (over,) = log.round(after(1), said(SHARE, "0.5", subject="One"))[1:]
    assert (over.subject, over.ended) == ("Two", Ended.KEPT)


def test_a_floor_is_worst_at_its_lowest_and_values_are_rounded_away_from_the_bound() -> None:
    log = Log(FLOOR, LTV)
    third = Decimal(1) / Decimal(3)
    floor, ceiling = log.round(NOW, Finding(FLOOR, "", True, 9 + third), Finding(LTV, "", True, third + third))
    assert (floor.first_value, ceiling.first_value) == (Decimal("9.333333333333"), Decimal("0.666666666667"))
    (lower,) = log.round(after(1), said(FLOOR, "8"), said(LTV, "0.6"))
    assert lower.worst_value == Decimal(8)


def test_a_debt_without_any_bitcoin_is_an_infinite_breach() -> None:
    log = Log(LTV)
    (opened,) = log.round(NOW, said(LTV, "Infinity"))
    assert opened.worst_value == Decimal("Infinity")
    assert log.round(after(1), said(LTV, "0.9")) == ()
