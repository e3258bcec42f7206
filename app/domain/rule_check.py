"""Whether rules and channels make sense: a threshold that cannot be reached, or never not, watches nothing.

Every refusal is a ``HistoryError`` whose place reads like a path in the book file (``rules[0].limit``). Every opened
book passes here, so what only quiet hours need is imported there.
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Final

from app.domain.channels import Channel
from app.domain.errors import HistoryError
from app.domain.rules import LINES, LOAN_KINDS, Fall, Rule, RuleKind
from app.domain.terms import TriggerKind

MAX_RULES: Final = 200
MAX_CHANNELS: Final = 50
MAX_KEY: Final = 60
MAX_CHANNEL_NAME: Final = 100
MOST_DAYS: Final = 3_650
MOST_HORIZON_DAYS: Final = 365
MOST_MINUTES: Final = 10_080
MOST_LTV: Final = Decimal(5)
MOST_SIGMAS: Final = Decimal(10)

_LTV_KINDS: Final = (RuleKind.LTV, RuleKind.BOOK_LTV)
_DAY_KINDS: Final = (RuleKind.DEADLINE, RuleKind.BALANCE_AGE)
_LINE_KINDS: Final = (RuleKind.HEADROOM, RuleKind.DROP, RuleKind.PROBABILITY)
_WITHOUT_LIMIT: Final = "leave it out: there is nothing to choose"


def check_rules(rules: Sequence[Rule], loan_names: Collection[str], channel_names: Collection[str]) -> None:
    """Refuse rules that cannot watch anything, or that name what is not there.

    Raises:
        HistoryError: the first fault found, with its place.
    """
    if not rules:
        return
    if len(rules) > MAX_RULES:
        msg = f"a book has at most {MAX_RULES} rules, and this one {len(rules)}; remove some"
        raise HistoryError(msg, "rules")
    _check_keys((rule.key for rule in rules), "rules")
    loans, channels = frozenset(loan_names), frozenset(channel_names)
    for index, rule in enumerate(rules):
        try:
            check_rule(rule, loans, channels)
        except HistoryError as error:
            raise error.at(f"rules[{index}]") from None


def check_rule(rule: Rule, loan_names: Collection[str], channel_names: Collection[str]) -> None:
    """Refuse one rule; places are relative to it.

    Raises:
        HistoryError: naming the field.
    """
    _check_key(rule.key)
    _check_limit(rule)
    _check_parts(rule)
    for name, minutes in (("hold_minutes", rule.hold_minutes), ("keep_minutes", rule.keep_minutes)):
        if not 0 <= minutes <= MOST_MINUTES:
            msg = f"{minutes} minutes lie outside 0 to {MOST_MINUTES:,}, which is a week; write fewer"
            raise HistoryError(msg, name)
    if rule.loans and rule.kind not in LOAN_KINDS:
        msg = "this rule is about the whole book; leave the loans out"
        raise HistoryError(msg, "loans")
    _check_names(rule.loans, loan_names, "loans", "loan")
    _check_names(rule.channels, channel_names, "channels", "channel")


def check_channels(channels: Sequence[Channel]) -> None:
    """Refuse channels that share a key or a name, or whose quiet hours nobody can reckon.

    Raises:
        HistoryError: the first fault found, with its place.
    """
    if not channels:
        return
    if len(channels) > MAX_CHANNELS:
        msg = f"a book has at most {MAX_CHANNELS} channels, and this one {len(channels)}; remove some"
        raise HistoryError(msg, "channels")
    _check_keys((channel.key for channel in channels), "channels")
    seen: set[str] = set()
    for index, channel in enumerate(channels):
        try:
            check_channel(channel)
            if channel.name.casefold() in seen:
                msg = f"“{channel.name[:60]}” is taken by another channel; give each a name of its own"
                raise HistoryError(msg, "name")  # noqa: TRY301 - gains its place just below
        except HistoryError as error:
            raise error.at(f"channels[{index}]") from None
        seen.add(channel.name.casefold())


def check_channel(channel: Channel) -> None:
    """Refuse one channel; places are relative to it.

    Raises:
        HistoryError: naming the field.
    """
    _check_key(channel.key)
    _check_text(channel.name, "name", MAX_CHANNEL_NAME)
    if channel.person:
        _check_text(channel.person, "person", MAX_CHANNEL_NAME)
    if not 0 <= channel.after_minutes <= MOST_MINUTES:
        msg = f"{channel.after_minutes} minutes lie outside 0 to {MOST_MINUTES:,}, which is a week; write fewer"
        raise HistoryError(msg, "after_minutes")
    if channel.quiet is None:
        return
    if channel.quiet.start == channel.quiet.end:
        msg = "quiet hours that end when they begin are none, or all; choose another time, or leave them out"
        raise HistoryError(msg, "quiet.end")
    if channel.quiet.start.tzinfo is not None or channel.quiet.end.tzinfo is not None:
        msg = "quiet hours are local times; give their zone in its own field"
        raise HistoryError(msg, "quiet.start")
    if not _knows_zone(channel.quiet.zone):
        msg = f"“{channel.quiet.zone[:60]}” is no known time zone; write one like Europe/Berlin"
        raise HistoryError(msg, "quiet.zone")


def _check_limit(rule: Rule) -> None:
    kind, limit = rule.kind, rule.limit
    if limit is None:
        if kind is RuleKind.LTV or (kind is RuleKind.DROP and rule.fall is Fall.LAST_WEEK):
            return
        msg = "the rule needs its threshold; enter it"
        raise HistoryError(msg, "limit")
    if not limit.is_finite():
        msg = f"{limit} is no number; enter the threshold in digits"
        raise HistoryError(msg, "limit")
    problem = _limit_problem(rule, limit)
    if problem:
        raise HistoryError(problem, "limit")


def _limit_problem(rule: Rule, limit: Decimal) -> str:  # noqa: PLR0911 - one for each kind
    kind = rule.kind
    if kind in _LTV_KINDS:
        return "" if 0 < limit <= MOST_LTV else f"{limit} is no LTV that a loan reaches; write 70 % as 0.70"
    if kind in _DAY_KINDS:
        if limit != limit.to_integral_value():
            return f"{limit} is no whole number of days; leave out what stands behind the point"
        least = 1 if kind is RuleKind.BALANCE_AGE else 0
        return "" if least <= limit <= MOST_DAYS else f"{limit} days lie outside {least} to {MOST_DAYS:,}; write fewer"
    if kind is RuleKind.FREE_BTC:
        if limit != limit.to_integral_value():
            return f"{limit} satoshis cannot be parted; write a whole number"
        return "" if limit > 0 else "a floor of nothing is never fallen through; enter more than zero"
    if kind is RuleKind.DROP and rule.fall is Fall.LAST_WEEK:
        return f"last week's fall is what it was; {_WITHOUT_LIMIT}"
    if kind is RuleKind.DROP and rule.fall is Fall.SIGMAS:
        within = 0 < limit <= MOST_SIGMAS
        return "" if within else f"{limit} standard deviations lie outside 0 to {MOST_SIGMAS}; write a number like 2"
    return "" if 0 < limit < 1 else f"{limit} does not lie between 0 and 1; write 10 % as 0.10"


def _check_parts(rule: Rule) -> None:
    """Refuse a field that the rule's kind needs and does not have, or has and cannot mean."""
    kind = rule.kind
    if rule.line is not None and kind not in _LINE_KINDS:
        raise HistoryError(f"a rule of the kind {kind.value} means no line; leave it out", "line")
    if rule.line is TriggerKind.WARNING and kind is RuleKind.PROBABILITY:
        raise HistoryError("a probability is told of a margin call or a forced sale; choose one of these", "line")
    if (rule.fall is not None) != (kind is RuleKind.DROP):
        needed = "choose which fall is tested" if kind is RuleKind.DROP else "only a drop test has a fall; leave it out"
        raise HistoryError(needed, "fall")
    if rule.due is not None and kind is not RuleKind.DEADLINE:
        raise HistoryError("only a rule about deadlines names a date; leave it out", "due")
    if (rule.horizon_days is not None) != (kind is RuleKind.PROBABILITY):
        has = rule.horizon_days is not None
        raise HistoryError(
            "only a probability has a horizon; leave it out" if has else "a probability needs its horizon; enter days",
            "horizon_days",
        )
    if rule.horizon_days is not None and not 1 <= rule.horizon_days <= MOST_HORIZON_DAYS:
        msg = f"{rule.horizon_days} days lie outside 1 to {MOST_HORIZON_DAYS}; write a horizon like 30"
        raise HistoryError(msg, "horizon_days")


def _check_names(names: Sequence[str], known: Collection[str], place: str, what: str) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            raise HistoryError(f"the {what} “{name[:60]}” is named twice; name it once", f"{place}[{index}]")
        if name not in known:
            msg = f"there is no {what} “{name[:60]}”; correct the name, or take it out of the rule"
            raise HistoryError(msg, f"{place}[{index}]")
        seen.add(name)


def _check_keys(keys: Iterable[str], place: str) -> None:
    seen: set[str] = set()
    for index, key in enumerate(keys):
        if key in seen:
            msg = f"“{key[:60]}” is the key of another one, too; give each a key of its own"
            raise HistoryError(msg, f"{place}[{index}].key")
        seen.add(key)


def _check_key(key: str) -> None:
    _check_text(key, "key", MAX_KEY)
    if key == LINES:
        msg = f"“{LINES}” stands for what every loan is watched for; choose another key"
        raise HistoryError(msg, "key")


def _check_text(text: str, place: str, most: int) -> None:
    if not text.strip() or text != text.strip():
        msg = "cannot be empty or begin or end with a space; correct it"
        raise HistoryError(msg, place)
    if len(text) > most:
        msg = f"has at most {most} characters, and this one {len(text)}; shorten it"
        raise HistoryError(msg, place)
    if not text.isprintable():
        hidden = next(char for char in text if not char.isprintable())
        msg = f"cannot hold the hidden character U+{ord(hidden):04X}; remove it"
        raise HistoryError(msg, place)


def _knows_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - only quiet hours need it, and every opened book passes here

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; no name at all or out of its folder; a folder
        return False
    return True
