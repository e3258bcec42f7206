"""``plimsoll watch``: watches a book for months without a window, and tells people over its channels."""

from argparse import Namespace
from random import Random
from signal import SIG_IGN, SIGINT, SIGTERM, getsignal, signal
from threading import Event
from types import FrameType
from typing import Any, Final

from app.bootstrap import books
from app.bootstrap.desk import open_desk
from app.bootstrap.watch import SystemClock, kept_log, residence
from app.cli.outcome import INTERRUPTED, NO_PRICE, SUCCESS, flush, write_json, write_text
from app.domain.quotes import Consensus, Quote
from app.domain.warning_records import WarningRecord
from app.services.alert_ports import JudgeRole
from app.services.desk import DeskSnapshot
from app.services.report_figures import time_text
from app.services.status_report import is_trustworthy, status_report
from app.services.status_table import headline
from app.services.watch_state import WatchRole
from app.services.watcher import Watcher
from app.services.wording import money

ONCE_SECONDS: Final = 60.0


def start(arguments: Namespace) -> int:
    """Watch until interrupted, or for one round; return the exit code."""
    if arguments.install or arguments.uninstall:
        return _settle_in(arguments)
    place, config = books.book_place(arguments.book), books.config_file(arguments.config)
    opened = open_desk(place, config, role=JudgeRole.WATCHER)
    watcher = Watcher(
        opened.desk,
        SystemClock(),
        rng=Random(),  # noqa: S311 - jitter, no secret
        interval=arguments.interval,
    )
    teller = _Teller(opened.desk.snapshot(), as_json=arguments.json)
    stop = Stop(patient=not arguments.once)
    # A service manager ends us by SIGTERM: the round and the book are then left as by Ctrl+C.
    # Where Ctrl+C was switched off for us, as for a shell's background job, it stays so.
    wanted = (SIGTERM,) if getsignal(SIGINT) is SIG_IGN else (SIGINT, SIGTERM)
    before_us = {number: signal(number, stop) for number in wanted}
    try:
        with kept_log():
            opened.alarm.start()
            if not arguments.once:
                watcher.run(stop.wait, teller.tell)
                return INTERRUPTED
            snapshot = watcher.only_round()
            teller.tell(snapshot)
            opened.alarm.settle(ONCE_SECONDS)
            return SUCCESS if is_trustworthy(snapshot.figures) else NO_PRICE
    finally:
        watcher.close()
        opened.close()
        for number, handler in before_us.items():
            signal(number, handler)


class Stop:
    """Ends the watch when it is told to: the handler of signals, and what waits between two rounds."""

    def __init__(self, *, patient: bool) -> None:
        self._patient = patient
        self._told = Event()

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Let the round under way end, then the watch; whoever is told twice, or is not patient, breaks off.

        An exception in the middle of a library's locks can become any other one.
        """
        if self._told.is_set() or not self._patient:
            self._told.set()
            raise KeyboardInterrupt
        self._told.set()

    def wait(self, seconds: float) -> bool:
        """Wait so long; return whether to stop."""
        return self._told.wait(seconds)


def _settle_in(arguments: Namespace) -> int:
    """Have the system run a watcher from now on, or no longer."""
    machine = residence(arguments.config)
    place = books.book_place(arguments.book)
    said = machine.install_watcher(place) if arguments.install else machine.remove_watcher()
    for sentence in said:
        write_text(sentence)
    return SUCCESS


class _Teller:
    """Prints rounds: a line of judgement, then each warning that opened, rose, fell or closed."""

    def __init__(self, snapshot: DeskSnapshot, *, as_json: bool) -> None:
        self._before = {record.id: record for record in snapshot.warnings}
        self._as_json = as_json

    def tell(self, snapshot: DeskSnapshot) -> None:
        """Print one round."""
        _tell(snapshot, self._before, as_json=self._as_json)
        self._before = {record.id: record for record in snapshot.warnings}
        flush()


def _tell(snapshot: DeskSnapshot, before: dict[str, WarningRecord], *, as_json: bool) -> None:
    """Print one round: a line of judgement, then each warning that opened, rose, fell or closed."""
    changed = [record for record in snapshot.warnings if _is_news(record, before.get(record.id))]
    if as_json:
        open_ones = [_warning(record) for record in snapshot.warnings if record.is_open]
        document = status_report(snapshot.figures, snapshot.policy)
        write_json({**document, "warnings": open_ones, "changed": [_warning(record) for record in changed]})
        return
    figures = snapshot.figures
    prices = ", ".join(
        f"BTC {money(lookup.value, currency)}" if isinstance(lookup, Quote) else f"no price in {currency}"
        for currency, lookup in figures.prices.items()
    )
    agreed = _agreement(snapshot.consensus.get(figures.totals.currency))
    write_text(f"{figures.as_of:%Y-%m-%d %H:%M:%S}Z {prices}{agreed}. {headline(figures)}")
    if snapshot.watching.role is WatchRole.ELSEWHERE and snapshot.watching.lease is not None:
        lease = snapshot.watching.lease
        where = lease.host or "another machine"
        write_text(f"  another {lease.role} judges this book (process {lease.pid} on {where})")
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
