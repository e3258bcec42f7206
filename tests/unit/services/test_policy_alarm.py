"""A breached limit is logged and told by whoever judges, once, at confirmed prices, in the round's own transaction."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.book import Book
from app.domain.channels import Channel, ChannelKind
from app.domain.policy import LimitKind, PolicyLimit
from app.domain.policy_breaches import Ended
from app.domain.quotes import PriceStatus
from app.domain.rules import Rule, RuleKind, Urgency
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.services.alert_ports import JudgeRole
from app.services.desk import Desk, DeskSnapshot
from app.services.message_words import title_of
from app.services.policy_edits import clear_limit, set_limit, typed_limit
from app.services.policy_state import Stand
from app.services.policy_words import POLICY_TITLES
from tests.fakes.alarm_desks import AlarmParts
from tests.fakes.alarm_keeper import MemoryAlarm
from tests.fakes.keepers import MemoryBook, MemorySettings, SetClock, SetPrices
from tests.fakes.loans import account, pledged

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
LTV = PolicyLimit(LimitKind.BOOK_LTV, Decimal("0.5"))
BARE = Book(
    "Test",
    loans=(pledged("40000", "1", name="A", with_terms=None),),
    accounts=(account(btc="1"),),
    channels=(Channel("desktop", "This desktop", ChannelKind.DESKTOP),),
)
KEPT, BROKEN = "100000", "79000"  # 40 %, 50.7 %


@dataclass
class Watch:
    """A program that judges a book."""

    clock: SetClock
    keeper: MemoryAlarm
    desk: Desk
    prices: SetPrices

    def round(self, *prices: str, hours: float = 0.0) -> DeskSnapshot:
        self.clock.pass_time(timedelta(hours=hours))
        self.prices.say("USD", *(prices if len(prices) > 1 else prices * 3))
        return self.desk.judge(self.desk.ask_prices())


def watch(book: Book, keeper: MemoryAlarm | None = None, role: JudgeRole = JudgeRole.WINDOW) -> Watch:
    clock, kept = SetClock(NOW), keeper or MemoryAlarm()
    prices = SetPrices(clock)
    desk = Desk(
        clock=clock,
        contents=book,
        keeper=MemoryBook(book),
        alarm=AlarmParts(clock, keeper=kept, role=role, name=role.value).alarm(),
        prices=prices,
        settings=MemorySettings(),
        label="test",
    )
    return Watch(clock, kept, desk, prices)


def with_limits(*limits: PolicyLimit, rules: tuple[Rule, ...] = ()) -> Book:
    return replace(BARE, limits=limits, rules=rules)


def about_policy(snapshot: DeskSnapshot) -> list[WarningRecord]:
    return [one for one in snapshot.warnings if one.rule in POLICY_TITLES]


def test_a_breach_is_logged_and_told_early_once_and_over_after_a_day() -> None:
    one = watch(with_limits(LTV))
    assert (one.round(KEPT).breaches, one.round(KEPT).policy[0].stand) == ((), Stand.KEPT)
    first = one.round(BROKEN)
    (breach,) = first.breaches
    assert (breach.stands, breach.first_value > LTV.bound) == (True, True)
    (told,) = [record for record in first.announcements if record.rule == "policy:book_ltv"]
    assert (told.urgency, told.status) == (Urgency.EARLY, WarningStatus.OPEN)
    assert told.sentence.startswith("Your policy is breached: Book LTV is 50.7 %; it allows at most 50 %. To be back")
    assert "Price: $79,000.00," in told.facts
    assert title_of(told, POLICY_TITLES) == "Policy: Book LTV"
    assert list(one.keeper.log) == [breach.id]
    assert not [record for record in one.round(BROKEN).announcements if record.rule in POLICY_TITLES]
    over = one.round(KEPT)
    assert (over.breaches[0].ended, about_policy(over)[0].is_open) == (Ended.KEPT, True)
    again = one.round(BROKEN, hours=23)
    assert ([b.id for b in again.breaches], again.breaches[0].stands) == ([breach.id], True)
    one.round(KEPT)
    one.round(KEPT, hours=12)
    assert about_policy(one.round(KEPT, hours=11))[0].is_open
    last = one.round(KEPT, hours=1)
    (end,) = [record for record in last.announcements if record.rule in POLICY_TITLES]
    assert (end.is_over, end.sentence.startswith("Your policy is kept again")) == (True, True)


def test_a_breach_and_its_warning_are_stored_together_or_not_at_all() -> None:
    one = watch(with_limits(LTV))
    one.round(KEPT)
    one.keeper.full = True
    blocked = one.round(BROKEN)
    assert (blocked.trouble != "", len(blocked.breaches), one.keeper.log) == (True, 1, {})
    one.keeper.full = False
    saves = one.keeper.saves
    one.round(BROKEN)
    assert one.keeper.saves == saves + 1
    assert (len(one.keeper.log), [r for r in one.keeper.records.values() if r.rule in POLICY_TITLES] != []) == (1, True)


def test_without_a_price_nothing_is_kept_closed_or_opened() -> None:
    one = watch(with_limits(LTV))
    one.round(BROKEN)
    one.prices.say("USD", "70000", status=PriceStatus.NONE)
    one.clock.pass_time(timedelta(hours=48))
    blind = one.desk.judge(one.desk.ask_prices())
    assert (blind.policy[0].stand, blind.breaches[0].stands) == (Stand.UNKNOWN, True)
    fresh = watch(with_limits(LTV))
    fresh.prices.say("USD", "70000", status=PriceStatus.NONE)
    assert fresh.desk.judge(fresh.desk.ask_prices()).breaches == ()


def test_a_changed_or_removed_limit_ends_its_breach_and_its_warning_at_once() -> None:
    one = watch(with_limits(LTV))
    one.round(BROKEN)
    edit = set_limit(typed_limit(LimitKind.BOOK_LTV, "60%"))
    one.desk.edit(edit.label, edit.change)
    wider = one.round(BROKEN)
    assert [(b.ended, b.bound) for b in wider.breaches] == [(Ended.CHANGED, Decimal("0.5"))]
    assert not any(record.is_open for record in about_policy(wider))
    tighter = set_limit(typed_limit(LimitKind.BOOK_LTV, "45%"))
    one.desk.edit(tighter.label, tighter.change)
    broken = one.round(BROKEN)
    assert [b.bound for b in broken.breaches if b.stands] == [Decimal("0.45")]
    gone = clear_limit(LimitKind.BOOK_LTV)
    one.desk.edit(gone.label, gone.change)
    none = one.round(BROKEN)
    assert (none.policy, [b.ended for b in none.breaches]) == ((), [Ended.REMOVED, Ended.CHANGED])
    assert not any(record.is_open for record in about_policy(none))


@pytest.mark.parametrize(
    ("kind", "bound", "rule"),
    [
        (LimitKind.BOOK_LTV, "0.5", Rule("mine", RuleKind.BOOK_LTV, Decimal("0.50"))),
        (LimitKind.LENDER_SHARE, "0.4", Rule("mine", RuleKind.LENDER_SHARE, Decimal("0.4"))),
        (LimitKind.FREE_BTC, "2", Rule("mine", RuleKind.FREE_BTC, Decimal(200_000_000))),
    ],
)
def test_where_a_rule_asks_for_the_same_nobody_is_told_twice(kind: LimitKind, bound: str, rule: Rule) -> None:
    limit = PolicyLimit(kind, Decimal(bound))
    both = watch(with_limits(limit, rules=(rule,))).round(BROKEN)
    told = [record.rule for record in both.announcements if record.kind is WarningKind.RULE]
    assert (told, len(both.breaches)) == (["mine"], 1)
    off = watch(with_limits(limit, rules=(replace(rule, enabled=False),))).round(BROKEN)
    assert [r.rule for r in off.announcements if r.kind is WarningKind.RULE] == [f"policy:{kind.value}"]


def test_what_needs_no_price_is_judged_for_each_lender() -> None:
    loans = tuple(replace(pledged("100", "2", name=name), lender=name) for name in ("One", "Two"))
    limits = (PolicyLimit(LimitKind.LENDER_SHARE, Decimal("0.3")), PolicyLimit(LimitKind.FREE_SHARE, Decimal("0.5")))
    one = watch(replace(BARE, loans=loans, limits=limits))
    seen = one.round(KEPT)
    assert {(b.kind.value, b.subject) for b in seen.breaches} == {
        ("lender_share", "One"),
        ("lender_share", "Two"),
        ("free_share", ""),
    }
    sentences = {record.subject: record.sentence for record in about_policy(seen)}
    assert "One holds 40.0 % of all bitcoin; it allows at most 30 %. Have 0.5 BTC released" in sentences["One"]
    assert "20.0 % of all bitcoin is free; it allows at least 50 %. Have 1.5 BTC released" in sentences[""]


def test_only_the_one_who_judges_writes_the_log_and_the_other_shows_it() -> None:
    keeper = MemoryAlarm()
    book = with_limits(LTV)
    watcher, window = watch(book, keeper, JudgeRole.WATCHER), watch(book, keeper)
    watcher.round(BROKEN)
    (breach,) = keeper.log.values()
    shown = window.round(BROKEN)
    assert (shown.breaches, list(keeper.log)) == ((breach,), [breach.id])


def test_a_restart_goes_on_with_the_breach_that_stands() -> None:
    keeper = MemoryAlarm()
    watch(with_limits(LTV), keeper).round(BROKEN)
    (before,) = keeper.log
    keeper.lease = None
    again = watch(with_limits(LTV), keeper).round("60000")
    assert [breach.id for breach in again.breaches] == [before]
    assert again.breaches[0].worst_value > again.breaches[0].first_value
