"""``plimsoll alarm …``: what warns, what was done about it, and how it reaches people."""

from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from typing import Final

from app.bootstrap import books
from app.cli.outcome import SUCCESS, write_json, write_text
from app.domain.errors import InputError
from app.domain.warning_actions import ActionKind
from app.domain.warning_records import WarningRecord
from app.services.alarm_report import AlarmView, Shelf, alarm_csv, alarm_document, shelf_of

_MOST_NOTE: Final = 2_000
_EVERYTHING: Final = 500
_LATEST: Final = 100


def start(arguments: Namespace) -> int:
    """Do what the verb says; return the exit code."""
    verb: str = arguments.verb or "list"
    own: dict[str, Callable[[Namespace], int]] = {"list": _list, "ack": _ack, "snooze": _snooze, "note": _note}
    if verb in own:
        return own[verb](arguments)
    if verb in ("rules", "rule"):
        from app.cli import alarm_rules  # noqa: PLC0415 - of these verbs alone

        return alarm_rules.start(arguments)
    from app.cli import alarm_channels  # noqa: PLC0415 - as above

    return alarm_channels.start(arguments)


def _list(arguments: Namespace) -> int:
    view = _look(arguments)
    if arguments.json:
        write_json(alarm_document(view, everything=arguments.all))
    elif arguments.csv:
        write_text(alarm_csv(view, everything=arguments.all).removesuffix("\n"))
    else:
        from app.services.alarm_table import alarm_page  # noqa: PLC0415 - scripts do not need it

        write_text(alarm_page(view, everything=arguments.all))
    return SUCCESS


def _ack(arguments: Namespace) -> int:
    view = _look(arguments, everything=True)
    # One that cannot be found leaves the others as they are, too.
    records = dict.fromkeys([_standing(view, wanted) for wanted in arguments.ids])
    for record in records:
        if record.acknowledged_at is not None:
            write_text(f"Seen already: {_told(view, record)}")
            continue
        _act(arguments, record, ActionKind.ACKNOWLEDGE, view.now)
        write_text(f"Seen: {_told(view, record)} It stands until the danger is over.")
    return SUCCESS


def _snooze(arguments: Namespace) -> int:
    view = _look(arguments, everything=True)
    record = _standing(view, arguments.id)
    until: datetime = view.now + arguments.span if arguments.span is not None else arguments.until
    if until <= view.now:
        msg = f"{until:%Y-%m-%d %H:%M}Z is over; name a time to come"
        raise InputError(msg, "--until")
    _act(arguments, record, ActionKind.SNOOZE, view.now, until=until)
    write_text(f"Snoozed until {until:%Y-%m-%d %H:%M}Z: {_told(view, record)} A graver level shows it again.")
    return SUCCESS


def _note(arguments: Namespace) -> int:
    text: str = arguments.text.strip()
    if not text or len(text) > _MOST_NOTE:
        msg = f"a note has 1 to {_MOST_NOTE:,} signs, and this one {len(text):,}"
        raise InputError(msg, "TEXT")
    view = _look(arguments, everything=True)
    record = view.find(arguments.id)
    _act(arguments, record, ActionKind.NOTE, view.now, text=text)
    write_text(f"Noted beside: {_told(view, record)}")
    return SUCCESS


def _look(arguments: Namespace, *, everything: bool = False) -> AlarmView:
    from app.bootstrap.alarm_command import look  # noqa: PLC0415 - brings the store with it

    place = books.book_place(arguments.book)
    most = _EVERYTHING if everything or arguments.all else _LATEST
    return look(place, books.moment_of(books.read_book(place)), most_over=most)


def _standing(view: AlarmView, wanted: str) -> WarningRecord:
    record = view.find(wanted)
    if record.is_over:
        raise InputError("that warning is over; there is nothing left to do about it", wanted[:40])
    if shelf_of(record, view.now) is Shelf.WAITS:
        raise InputError("that warning has not fired yet; nobody was told of it", wanted[:40])
    return record


def _act(
    arguments: Namespace,
    record: WarningRecord,
    kind: ActionKind,
    now: datetime,
    *,
    until: datetime | None = None,
    text: str = "",
) -> None:
    from app.bootstrap.alarm_command import act  # noqa: PLC0415 - as above

    act(books.book_place(arguments.book), record.id, kind, now, until=until, text=text)


def _told(view: AlarmView, record: WarningRecord) -> str:
    about, sentence = view.about(record), record.sentence
    if not sentence:
        return f"{about}."
    return sentence if about in sentence else f"{about}: {sentence}"
