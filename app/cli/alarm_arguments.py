"""What may be typed after ``plimsoll alarm``."""

from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, _SubParsersAction
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from app.domain.channels import ChannelKind
from app.domain.rule_check import MOST_MINUTES

_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_MOST_SNOOZED: Final = timedelta(days=30)
_ONE_MINUTE: Final = timedelta(minutes=1)
_MOST_DIGITS: Final = 5


def add_alarm(commands: "_SubParsersAction[Any]", common: ArgumentParser, epilog: str) -> None:
    """Add the command with its verbs."""
    about = "warnings, and how they reach you: list, ack, snooze, channels, rules, drill"
    group = commands.add_parser("alarm", parents=[common], help=about, epilog=epilog)
    group.set_defaults(command="alarm", verb="list")
    _add_listing(group, default=False)
    # Without a verb it lists; the verb's own parser sets it then.
    verbs = group.add_subparsers(title="verbs", metavar="VERB", dest="verb", parser_class=type(group))
    listing = verbs.add_parser("list", parents=[common], help="warnings, margin calls, deliveries (as without a verb)")
    _add_listing(listing, default=SUPPRESS)
    _add_answers(verbs, common)
    _add_channels(verbs, common)
    _add_rules(verbs, common)
    heartbeat = verbs.add_parser(
        "heartbeat",
        parents=[common],
        help="set the address that is asked for while all is well, from a prompt or stdin; an empty one ends it",
    )
    heartbeat.add_argument(
        "--no-secret", action="store_true", help="read no address: environment or systemd hands it over"
    )


def _add_listing(parser: ArgumentParser, *, default: object) -> None:
    parser.add_argument("--all", action="store_true", default=default, help="everything that is over, too")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", default=default, help="one JSON document on stdout")
    shape.add_argument("--csv", action="store_true", default=default, help="the warnings as CSV on stdout")


def _add_answers(verbs: "_SubParsersAction[Any]", common: ArgumentParser) -> None:
    ack = verbs.add_parser("ack", parents=[common], help="say that you have seen a warning")
    snooze = verbs.add_parser("snooze", parents=[common], help="put a warning off; a graver level shows it again")
    note = verbs.add_parser("note", parents=[common], help="write something down beside a warning")
    ack.add_argument("ids", nargs="+", metavar="ID", help="the warning's id, or how it begins; several may be given")
    for parser in (snooze, note):
        parser.add_argument("id", metavar="ID", help="the warning's id, or how it begins")
    until = snooze.add_mutually_exclusive_group(required=True)
    until.add_argument("--for", dest="span", type=_span, metavar="TIME", help="for so long: 30m, 4h, 2d")
    until.add_argument("--until", type=_moment, metavar="TIME", help="until then, like 2026-02-10T08:00:00Z")
    note.add_argument("text", metavar="TEXT", help="what to write down")


def _add_channels(verbs: "_SubParsersAction[Any]", common: ArgumentParser) -> None:
    listed = verbs.add_parser("channels", parents=[common], help="the ways on which warnings reach people")
    listed.add_argument("--json", action="store_true", default=SUPPRESS, help="one JSON document on stdout")
    added = verbs.add_parser(
        "add", parents=[common], help="add a channel; its address is read from a prompt or stdin, never from here"
    )
    added.add_argument("kind", choices=[kind.value for kind in ChannelKind], metavar="KIND", help=_kinds())
    added.add_argument("name", metavar="NAME", help="a short name")
    added.add_argument("--person", default="", metavar="NAME", help="whom it reaches")
    added.add_argument(
        "--after", type=_minutes, default=0, metavar="MIN", help="told only of what nobody has seen after so long"
    )
    added.add_argument("--quiet", type=_hours, metavar="FROM-TO", help="when early warnings wait, like 22:00-07:00")
    added.add_argument("--zone", metavar="ZONE", help="the time zone of --quiet, like Europe/Berlin")
    added.add_argument("--internal", action="store_true", help="it may lead to an address inside your own network")
    added.add_argument("--no-secret", action="store_true", help="read no address: environment or systemd hands it over")
    for verb, words in (("test", "send a test message over a channel"), ("remove", "take a channel out")):
        parser = verbs.add_parser(verb, parents=[common], help=words)
        parser.add_argument("name", metavar="NAME", help="the channel's name")
    switch = verbs.add_parser("switch", parents=[common], help="switch a channel on or off")
    switch.add_argument("name", metavar="NAME", help="the channel's name")
    switch.add_argument("state", choices=("on", "off"))
    verbs.add_parser("drill", parents=[common], help="a fire drill: a test through every channel, with its seconds")


def _add_rules(verbs: "_SubParsersAction[Any]", common: ArgumentParser) -> None:
    rules = verbs.add_parser("rules", parents=[common], help="what you are told of, as sentences")
    rules.add_argument("--usual", action="store_true", help="add the rules that a new book has")
    rules.add_argument("--json", action="store_true", default=SUPPRESS, help="one JSON document on stdout")
    rule = verbs.add_parser("rule", parents=[common], help="switch a rule, remove it, or try it on the last year")
    deeds = rule.add_subparsers(title="verbs", metavar="VERB", dest="deed", required=True, parser_class=type(rule))
    switch = deeds.add_parser("switch", parents=[common], help="switch a rule on or off")
    removed = deeds.add_parser("remove", parents=[common], help="take a rule out")
    tried = deeds.add_parser("try", parents=[common], help="how often it would have fired in the last year")
    for parser in (switch, removed, tried):
        parser.add_argument("key", metavar="KEY", help="the rule's key, see plimsoll alarm rules")
    switch.add_argument("state", choices=("on", "off"))


def _kinds() -> str:
    return f"one of {', '.join(kind.value for kind in ChannelKind)}"


def _span(text: str) -> timedelta:
    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not number.isascii() or not number.isdigit() or len(number) > _MOST_DIGITS:
        raise ArgumentTypeError(f"“{text[:20]}” is no time to snooze; write 30m, 4h or 2d")
    span = int(number) * _UNITS[unit]
    if not _ONE_MINUTE <= span <= _MOST_SNOOZED:
        raise ArgumentTypeError(f"{text} is no time to snooze; it lasts from 1m to 30d")
    return span


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"“{text[:40]}” is not a time; write it like 2026-02-10T08:00:00Z") from None


def _minutes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:9]) > MOST_MINUTES:
        raise ArgumentTypeError(f"“{text[:20]}” is no number of minutes; write whole ones up to {MOST_MINUTES}")
    return int(text)


def _hours(text: str) -> tuple[time, time]:
    start, _, end = text.replace("–", "-").partition("-")
    try:
        # Without a dash the second half is empty, and that is no time.
        parts = [time.fromisoformat(part.strip()) for part in (start, end)]
    except ValueError:
        raise ArgumentTypeError(f"“{text[:20]}” are no quiet hours; write them like 22:00-07:00") from None
    if any(part.tzinfo is not None or part.second or part.microsecond for part in parts):
        raise ArgumentTypeError(f"“{text[:20]}” are no quiet hours; write hours and minutes like 22:00-07:00")
    return parts[0], parts[1]
