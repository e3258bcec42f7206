"""``plimsoll watch``: polls, judges, warns; what the window does, without one."""

from argparse import Namespace
from random import Random
from signal import SIGTERM, default_int_handler, signal
from threading import Event
from typing import Any

from app.bootstrap import books
from app.bootstrap.desk import open_desk
from app.cli.outcome import NO_PRICE, SUCCESS, flush, write_json, write_text
from app.domain.quotes import Consensus, Quote
from app.domain.warnings import WarningRecord
from app.services.desk import DeskSnapshot
from app.services.report_figures import time_text
from app.services.rhythm import wait_seconds
from app.services.status_report import is_trustworthy, status_report
from app.services.status_table import headline
from app.services.wording import money


def start(arguments: Namespace) -> int:
    """Run rounds until interrupted, or one; return the exit code of the last."""
    opened = open_desk(books.book_place(arguments.book), books.config_file(arguments.config), readonly=False)
    desk = opened.desk
    pause, jitter = Event(), Random()  # noqa: S311 - no secret
    # A service manager ends us by SIGTERM: the round and the book are then left as by Ctrl+C.
    before_us = signal(SIGTERM, default_int_handler)
    try:
        before = {record.id: record for record in desk.snapshot().warnings}
        while True:
            snapshot = desk.judge(desk.ask_prices())
            _tell(snapshot, before, as_json=arguments.json)
            before = {record.id: record for record in snapshot.warnings}
            flush()
            if arguments.once:
                return SUCCESS if is_trustworthy(snapshot.figures) else NO_PRICE
            pause.wait(arguments.interval or wait_seconds(snapshot, jitter))
    finally:
        signal(SIGTERM, before_us)
        opened.close()


def _tell(snapshot: DeskSnapshot, before: dict[str, WarningRecord], *, as_json: bool) -> None:
    """Print one round: a line of judgement, then each warning that opened, rose, fell or closed."""
    changed = [record for record in snapshot.warnings if _is_news(record, before.get(record.id))]
    if as_json:
        open_ones = [_warning(record) for record in snapshot.warnings if record.is_open]
        document = status_report(snapshot.figures)
        write_json({**document, "warnings": open_ones, "changed": [_warning(record) for record in changed]})
        return
    figures = snapshot.figures
    prices = ", ".join(
        f"BTC {money(lookup.value, currency)}" if isinstance(lookup, Quote) else f"no price in {currency}"
        for currency, lookup in figures.prices.items()
    )
    agreed = _agreement(snapshot.consensus.get(figures.totals.currency))
    write_text(f"{figures.as_of:%Y-%m-%d %H:%M:%S}Z {prices}{agreed}. {headline(figures)}")
    if snapshot.trouble:
        write_text(f"  not stored: {snapshot.trouble}")
    for record in changed:
        word = "closed" if not record.is_open else "warning" if record.confirmed else "unconfirmed"
        write_text(f"  {word}: {record.sentence or record.subject}")


def _agreement(consensus: Consensus | None) -> str:
    if consensus is None or not consensus.sources:
        return ""
    used = sum(source.verdict.value == "used" for source in consensus.sources)
    return f" ({consensus.status}, {used} of {len(consensus.sources)} sources)"


def _is_news(record: WarningRecord, before: WarningRecord | None) -> bool:
    if before is None:
        return record.is_open
    return (record.kind, record.status, record.confirmed) != (before.kind, before.status, before.confirmed)


def _warning(record: WarningRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "subject": record.subject,
        "kind": record.kind.value,
        "status": record.status.value,
        "confirmed": record.confirmed,
        "opened_at": time_text(record.opened_at),
        "closed_at": None if record.closed_at is None else time_text(record.closed_at),
        "due_at": None if record.due_at is None else time_text(record.due_at),
        "sentence": record.sentence,
    }
