"""What a message says: a subject that carries it all, the prepared action, and nothing that a server has said.

A delivery's text is made at the transition: its first line is the headline, the next the sentence, then what to do. A
message of one delivery says all of it; a message of many says one line of each.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from app.domain.book import Book
from app.domain.channels import Channel
from app.domain.deliveries import Delivery, MessageKind
from app.domain.figures import LoanFigures
from app.domain.grouping import Bundle
from app.domain.outbox import REPEAT_AFTER
from app.domain.portfolio import BookFigures
from app.domain.rules import Due, Rule, RuleKind
from app.domain.terms import TriggerKind
from app.domain.warning_records import LINE_KINDS, WarningKind, WarningRecord
from app.services.plain_line import MOST_NAME, one_line, span
from app.services.ways_out import Moment, WayOut, ways_out
from app.services.wording import btc, danger_price, hours_left, percent_down, percent_up, plain_percent, remedy

PREFIX: Final = "[Plimsoll] "
MOST_SUBJECT: Final = 150
MOST_LINES: Final = 50
MOST_WHOLE: Final = 10
_UNTIL_SEEN: Final = "Acknowledge it in Plimsoll"
_BOOK: Final = ("Book: ", "Demo book ")
_TITLES: Final = {
    WarningKind.BLIND: "NO PRICE",
    WarningKind.DISPUTED: "PRICES DISPUTED",
    WarningKind.WATCHER: "WATCH INTERRUPTED",
    WarningKind.CHANNEL: "MESSAGES DO NOT GET THROUGH",
    WarningKind.STORE: "BOOK TAKES NO CHANGES",
    WarningKind.COLLATERAL: "COLLATERAL DIFFERS",
    WarningKind.RULE: "RULE",
    WarningKind.DROP_CALL: "CALL NEAR",
    WarningKind.DROP_SALE: "FORCED SALE NEAR",
    WarningKind.CALL: "MARGIN CALL",
    WarningKind.SALE: "FORCED SALE",
}
_DATE_KINDS: Final = (RuleKind.DEADLINE, RuleKind.BALANCE_AGE)
_AHEAD: Final = {WarningKind.DROP_CALL: "CALL", WarningKind.DROP_SALE: "FORCED SALE"}


def title_of(record: WarningRecord, names: dict[str, str] | None = None) -> str:
    """Return a warning in a few words, without any figure: ``MARGIN CALL · Ledger Bank #12``.

    Args:
        record: the warning.
        names: of what is known by a key, such as rules and channels.
    """
    known = names or {}
    head = known.get(record.rule, _TITLES[record.kind]) if record.kind is WarningKind.RULE else _TITLES[record.kind]
    name = known.get(record.subject, record.subject) if record.kind is WarningKind.CHANNEL else record.subject
    if record.kind is WarningKind.WATCHER:
        name = ""
    parts = (_standing(record), head, one_line(name, MOST_NAME))
    return " · ".join([one_line(part, MOST_NAME) for part in parts if part])


def teller(book: Book, figures: BookFigures, now: datetime) -> Callable[[WarningRecord], str]:
    """Return what makes the text of a delivery: headline, sentence, what to do, which book.

    Args:
        book: names its rules, channels and itself.
        figures: of this round.
        now: UTC.
    """
    places: dict[str, int] = {}
    names = _names_of(book)
    # What is about a date or an old balance is not mended by posting bitcoin.
    dates = {rule.key for rule in book.rules if rule.kind in _DATE_KINDS and rule.due is not Due.CURE}

    def tell(record: WarningRecord) -> str:
        if not places:
            places.update({name: place for place, name in enumerate(figures.loans.names)})
        place = places.get(record.subject)
        about_loan = record.kind in LINE_KINDS or (record.kind is WarningKind.RULE and record.rule not in dates)
        loan = figures.loans[place] if place is not None and about_loan else None
        ways = ways_out(loan, figures.sale_cost) if loan is not None else ()
        lines = [_headline(record, loan, ways, names), one_line(_said(record, loan))]
        if loan is not None and not record.is_over:
            lines += _action(record, loan, ways, now)
        lines += [_until_seen(record), _book_line(book, now)]
        return "\n".join(line for line in lines if line)

    return tell


def composer(state: str) -> Callable[[Bundle], tuple[str, str]]:
    """Return what makes subject and text of a message.

    Args:
        state: how things stand now, for the summary after an outage.
    """

    def compose(bundle: Bundle) -> tuple[str, str]:
        if bundle.kind is MessageKind.SUMMARY:
            return _summary(bundle, state)
        first, *others = bundle.deliveries
        head, _, body = first.text.partition("\n")
        if not others:
            return _subject(head), _lines(body.splitlines() if body else [head])
        listed = [f"- {_in_one_line(delivery)}" for delivery in bundle.deliveries]
        whole = [line for delivery in bundle.deliveries[:MOST_WHOLE] for line in _with_action(delivery)]
        rest = _cut(listed[MOST_WHOLE:], MOST_LINES - MOST_WHOLE)
        closing = [line for line in first.text.splitlines()[-1:] if line.startswith(_BOOK)]
        said = _lines([f"{len(listed)} warnings:", *whole, *rest, *closing])
        return _subject(head, f" · and {len(others)} more"), said

    return compose


def state_text(records: Iterable[WarningRecord], book: Book, now: datetime) -> str:
    """Return how things stand now: what needs somebody, gravest first, as it is given."""
    names = _names_of(book)
    waiting = [record for record in records if record.needs_you(now)]
    if not waiting:
        return "Nothing needs you now."
    listed = [f"- {title_of(record, names)}: {one_line(record.sentence)}" for record in waiting[: MOST_LINES + 1]]
    listed += ["- "] * (len(waiting) - len(listed))
    noun = "warning needs" if len(waiting) == 1 else "warnings need"
    return "\n".join([f"{len(waiting)} {noun} you now:", *_cut(listed)])


def drill_words(channel: Channel, who: str, now: datetime) -> tuple[str, str]:
    """Return subject and text of a test message."""
    by = f" by {one_line(who, MOST_NAME)}" if who.strip() else ""
    text = (
        f"This is a test, started{by} on {now:%a %d %b %Y at %H:%M:%S} UTC. Nothing has happened to any loan.\n"
        f"If you read this, warnings reach you over “{one_line(channel.name, MOST_NAME)}”."
    )
    return f"{PREFIX}Fire drill: a test, nothing has happened", text


def _names_of(book: Book) -> dict[str, str]:
    from app.services.policy_words import POLICY_TITLES  # noqa: PLC0415 - as below

    named = {rule.key: _rule_name(rule) for rule in book.rules}
    return {**POLICY_TITLES, **named, **{way.key: way.name for way in book.channels}}


def _rule_name(rule: Rule) -> str:
    from app.services.rule_sentences import rule_title  # noqa: PLC0415 - only a message that is made needs it

    return rule_title(rule)


def _standing(record: WarningRecord) -> str:
    if record.is_over:
        return "OVER"
    if not record.confirmed:
        return "UNCONFIRMED"
    return "AGAIN" if record.first_told_at is not None else ""


def _headline(record: WarningRecord, loan: LoanFigures | None, ways: Sequence[WayOut], names: dict[str, str]) -> str:
    title = title_of(record, names)
    if loan is None or record.is_over:
        return title
    kind = TriggerKind.LIQUIDATION if record.kind is WarningKind.DROP_SALE else TriggerKind.MARGIN_CALL
    line = loan.first(kind)
    if record.kind in _AHEAD and line is not None and line.headroom is not None and line.headroom > 0:
        title = title.replace(_TITLES[record.kind], f"{_AHEAD[record.kind]} {percent_down(line.headroom)} away", 1)
    now = next((way for way in ways if way.moment is Moment.NOW and way.needed), None)
    return f"{title} · post {btc(now.cure.top_up_sats)}" if now is not None and now.cure.top_up_sats else title


def _said(record: WarningRecord, loan: LoanFigures | None) -> str:
    """Return the warning's sentence; of a loan's line that is over, where the loan stands now."""
    if not record.is_over or record.kind not in LINE_KINDS:
        return record.sentence
    if loan is None or loan.ltv is None:
        return f"It is over. The last word was: {record.sentence}"
    call = loan.first(TriggerKind.MARGIN_CALL)
    level = (
        f" It is called at {danger_price(call.price, loan.loan.currency)}, {percent_down(call.headroom)} below now."
        if call is not None and call.price is not None and call.headroom is not None and call.headroom > 0
        else ""
    )
    return f"{loan.loan.name} is out of it: it is at {percent_up(loan.ltv)} LTV.{level}"


def _action(record: WarningRecord, loan: LoanFigures, ways: Sequence[WayOut], now: datetime) -> list[str]:
    """Return what to send, to whom, by when, and what the same costs later."""
    lender = one_line(loan.loan.lender, MOST_NAME) or "the lender"
    currency = loan.loan.currency
    lines = []
    for way in ways:
        if not way.needed:
            continue
        sums = remedy(way.cure, currency)
        if way.moment is Moment.NOW:
            # At a forced sale a cure period that may still run does not hold the lender back.
            due = record.due_at if record.kind is not WarningKind.SALE else None
            by = f", by {due:%a %d %b %H:%M} UTC ({hours_left(due - now)})" if due is not None else ""
            lines.append(f"What to do: {sums} to {lender}{by}; that is back at {plain_percent(way.target_ltv)} LTV.")
        elif way.moment is Moment.AT_CALL:
            lines.append(f"If you wait for the call at {danger_price(way.price, currency)}: {sums}.")
        elif loan.drop_test is not None:
            lines.append(f"After a fall of {plain_percent(loan.drop_test.drop)} from here: {sums}.")
    return [one_line(line) for line in lines]


def _until_seen(record: WarningRecord) -> str:
    wait = REPEAT_AFTER.get(record.urgency)
    if record.is_over or wait is None:
        return ""
    return f"{_UNTIL_SEEN} under Warnings; until then you are told again after {span(wait)}."


def _book_line(book: Book, now: datetime) -> str:
    name = one_line(book.name, MOST_NAME)
    if book.demo:
        return f"Demo book “{name}”: invented loans at recorded prices."
    return f"Book: {name}, {now:%Y-%m-%d %H:%M} UTC."


def _summary(bundle: Bundle, state: str) -> tuple[str, str]:
    count = len(bundle.deliveries)
    name = one_line(bundle.channel.name, MOST_NAME)
    down = f"While {name} was down ({span(bundle.down or timedelta(0))}):"
    head = bundle.deliveries[0].text.partition("\n")[0]
    in_time = sorted(bundle.deliveries, key=lambda delivery: (delivery.created_at, delivery.id))
    listed = [f"- {delivery.created_at:%a %H:%M} UTC: {_in_one_line(delivery)}" for delivery in in_time]
    subject = _subject(f"{down} {head}", f" · and {count - 1} more" if count > 1 else "")
    return subject, _lines([*state.splitlines(), "", down, *_cut(listed)])


def _with_action(delivery: Delivery) -> list[str]:
    """Return one of several warnings with what to do about it, without the lines that hold for all of them."""
    _, *body = delivery.text.splitlines()
    kept = [line for line in body[1:] if not line.startswith((_UNTIL_SEEN, *_BOOK))]
    return [f"- {_in_one_line(delivery)}", *kept]


def _in_one_line(delivery: Delivery) -> str:
    head, _, body = delivery.text.partition("\n")
    sentence = body.partition("\n")[0]
    return one_line(f"{head}: {sentence}" if sentence else head)


def _cut(lines: list[str], most: int = MOST_LINES) -> list[str]:
    if len(lines) <= most:
        return lines
    return [*lines[:most], f"and {len(lines) - most} more; open Plimsoll."]


def _subject(head: str, tail: str = "") -> str:
    return PREFIX + one_line(head, MOST_SUBJECT - len(PREFIX) - len(tail)) + tail


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(one_line(line) for line in lines)
