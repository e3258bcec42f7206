"""The desk: one open book, its prices, its figures and its warnings, for a window or a command line.

A thin class: it holds what is open and hands the work to pure functions. Calls that ask the network (``ask_prices``,
``update_history``) touch neither the book nor the warnings, so a caller may run them on another thread than the rest.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Final

from app.domain.book import Book
from app.domain.candles import DailyCandle
from app.domain.check import check_book
from app.domain.errors import BookError
from app.domain.ledger import Ledger, PriceKey, build_ledger
from app.domain.portfolio import BookFigures, book_figures, currencies_of
from app.domain.quotes import Consensus, PriceLookup, Quote
from app.domain.terms import CONSENSUS
from app.domain.warnings import RANK, WarningRecord, acknowledge, snooze
from app.services.danger import Danger, danger_of
from app.services.drop_test import PriceMoves, drop_of, price_moves
from app.services.ports import BookKeeper, Clock, Prices, SettingsKeeper, WarningKeeper
from app.services.settings import Settings
from app.services.telling import written
from app.services.watching import blind_warnings, loan_warnings

HISTORY_CURRENCY: Final = "USD"
HISTORY_KEPT: Final = 500


@dataclass(frozen=True, slots=True)
class Edited:
    """A change of the book that was stored: its label and the book before and after."""

    label: str
    before: Book
    after: Book


@dataclass(frozen=True, slots=True)
class DeskSnapshot:
    """Everything a screen shows at one moment; immutable.

    Attributes:
        judged_at: UTC; for the demo book the recorded moment.
        danger: which of the loans are threatened; reckoned with the snapshot, so that no screen has to.
        consensus: what the sources said last, by currency.
        moves: how far the price moved in a day and a week, None where history does not tell.
        warnings: open ones first, gravest first, then the closed ones, newest first.
        announcements: those a person must be told of now; each appears in one snapshot only.
        asked_at: when the sources were last asked, or None.
        asking_off: why nothing is asked (demo, switched off), or empty.
        trouble: why this round's warnings could not be stored, or empty; they are told all the same.
    """

    book: Book
    figures: BookFigures
    danger: Danger
    consensus: Mapping[str, Consensus]
    moves: PriceMoves
    warnings: tuple[WarningRecord, ...]
    announcements: tuple[WarningRecord, ...]
    settings: Settings
    judged_at: datetime
    asked_at: datetime | None
    asking_off: str
    label: str
    read_only: bool
    trouble: str = ""


class Desk:
    """One open book and everything that is done with it.

    ``settled`` is called after each new ledger: what was made until then lives for hours.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        contents: Book,
        keeper: BookKeeper,
        warnings: WarningKeeper,
        prices: Prices,
        settings: SettingsKeeper,
        label: str,
        live: Prices | None = None,
        settled: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._keeper = keeper
        self._warning_keeper = warnings
        self._prices = prices
        self._live = live
        self._settings_keeper = settings
        self._label = label
        self._settled = settled
        self._book = contents
        self._settings = settings.load()
        self._warnings = _in_order(sorted(warnings.load(HISTORY_KEPT), key=attrgetter("subject", "id")))
        self._unkept: frozenset[str] = frozenset()
        self._consensus: Mapping[str, Consensus] = {}
        self._asked_at: datetime | None = None
        self._started_at = clock.now()
        self._seen: dict[PriceKey, datetime] = {}
        self._edited = False
        self._ledger: Ledger | None = None

    @property
    def book(self) -> Book:
        """The book as it stands."""
        return self._book

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    def wanted_currencies(self) -> tuple[str, ...]:
        """Return the currencies whose price the book and the display need."""
        return tuple(dict.fromkeys((*currencies_of(self._book), self._settings.display_currency)))

    def ask_prices(self) -> Mapping[str, Consensus]:
        """Ask the sources now. Slow: never on a window's thread; hand the answer to ``judge``."""
        return self._prices.ask(self.wanted_currencies())

    def update_history(self) -> tuple[DailyCandle, ...]:
        """Fetch what daily history is missing, in dollars and the book's currency; return the former.

        Slow: never on a window's thread.
        """
        if self._book.base_currency != HISTORY_CURRENCY:
            self._prices.update_history(self._book.base_currency)
        return self._prices.update_history(HISTORY_CURRENCY)

    def history(self, currency: str = HISTORY_CURRENCY) -> tuple[DailyCandle, ...]:
        """Return the daily history that is stored, oldest first; asks nobody."""
        return self._prices.history(currency)

    def judge(self, answers: Mapping[str, Consensus]) -> DeskSnapshot:
        """Take what the sources said, judge every loan by it, store what changed in the warnings."""
        now = self._clock.now()
        self._consensus, self._asked_at = answers, now
        snapshot = self.snapshot()
        if self._prices.recorded_at is not None:
            # A recorded price opens warnings once, when the demo is first looked at; it never closes or repeats one.
            now = self._prices.recorded_at
        self._seen |= {key: now for key, lookup in snapshot.figures.lookups.items() if isinstance(lookup, Quote)}
        round_ = loan_warnings(
            snapshot.figures,
            self._warnings,
            self._consensus_for,
            now=now,
            new_id=_new_id,
            edited=self._edited,
        )
        self._edited = False
        blind = blind_warnings(
            snapshot.figures,
            self._warnings,
            self._seen,
            self._started_at,
            now=now,
            new_id=_new_id,
        )
        changed = (*round_.changed, *blind.changed)
        held = {record.id: record for record in round_.held}
        self._warnings = tuple([held.get(record.id, record) for record in self._warnings])
        self._take(changed)
        trouble = self._keep(changed, now)
        told = (*round_.announcements, *blind.announcements)
        return replace(snapshot, warnings=self._warnings, announcements=told, trouble=trouble)

    def snapshot(self) -> DeskSnapshot:
        """Return everything at this moment by the prices known now; asks nobody."""
        now = self._prices.recorded_at or self._clock.now()
        candles = self._prices.history(HISTORY_CURRENCY)
        moves = price_moves(candles, self._lookup(HISTORY_CURRENCY), now.date())
        ledger = self._ledger_at(now)
        figures = book_figures(
            self._book,
            {currency: self._lookup(currency) for currency in self.wanted_currencies()},
            now,
            drop=drop_of(self._settings, candles),
            sale_cost=self._settings.sale_cost,
            named=self._named(ledger),
            ledger=ledger,
        )
        return DeskSnapshot(
            book=self._book,
            figures=figures,
            danger=danger_of(figures),
            consensus=self._consensus,
            moves=moves,
            warnings=self._warnings,
            announcements=(),
            settings=self._settings,
            judged_at=now,
            asked_at=self._asked_at,
            asking_off="recorded prices of the demo" if self._prices.recorded_at else "",
            label=self._label,
            read_only=self._keeper.readonly,
        )

    def preview(self, change: Callable[[Book], Book]) -> BookFigures:
        """Return the figures that the book would have after ``change``; nothing is stored.

        Raises:
            InputError: the change cannot be true.
        """
        book = change(self._book)
        check_book(book, unchanged_since=self._book)
        now = self._prices.recorded_at or self._clock.now()
        prices = {currency: self._lookup(currency) for currency in currencies_of(book)}
        drop = drop_of(self._settings, self._prices.history(HISTORY_CURRENCY))
        ledger = build_ledger(book, now)
        return book_figures(
            book,
            prices,
            now,
            drop=drop,
            sale_cost=self._settings.sale_cost,
            named=self._named(ledger),
            ledger=ledger,
        )

    def edit(self, label: str, change: Callable[[Book], Book]) -> Edited:
        """Change the book: checked first, then stored in one transaction.

        Raises:
            InputError: the change cannot be true; nothing was stored.
            BookError: it could not be stored; nothing was.
        """
        before = self._book
        after = change(before)
        check_book(after, unchanged_since=before)
        self._keeper.apply(before, after)
        self._book = after
        self._ledger = None
        self._edited = True
        return Edited(label, before, after)

    def revert(self, edited: Edited) -> Edited:
        """Undo a change; reverting what this returns does it again.

        Raises:
            BookError: the book has changed since, or it could not be stored.
        """
        return self.edit(edited.label, lambda _book: edited.before)

    def acknowledge(self, warning_id: str) -> None:
        """Mark a warning as seen."""
        self._change_warning(warning_id, lambda record: acknowledge(record, self._clock.now()))

    def snooze(self, warning_id: str, until: datetime) -> None:
        """Hide a warning until ``until``; a graver level shows it again."""
        self._change_warning(warning_id, lambda record: snooze(record, until))

    def change_settings(self, settings: Settings) -> None:
        """Store new settings and judge by them from now on.

        Raises:
            ConfigError: the configuration file cannot be written; nothing changed.
        """
        self._settings_keeper.save(settings)
        self._settings = settings
        self._prices.configure(settings.prices)

    def use_live_prices(self) -> None:
        """Judge the demo book by real prices from the next round on; only ever done because the user asked."""
        if self._live is not None:
            self._prices, self._live, self._consensus = self._live, None, {}

    def lookup(self, currency: str) -> PriceLookup:
        """Return the price of one BTC in ``currency``, or why there is none."""
        return self._lookup(currency)

    def close(self) -> None:
        """Give the book back."""
        self._prices.close()
        self._keeper.close()

    def _lookup(self, currency: str) -> PriceLookup:
        return self._prices.lookup(currency)

    def _ledger_at(self, now: datetime) -> Ledger:
        """Return the book before any price; reckoned anew after an edit and once a day."""
        known = self._ledger
        if known is None or not known.as_of <= now < known.valid_until:
            self._ledger = known = build_ledger(self._book, now)
            self._settled()
        return known

    def _named(self, ledger: Ledger) -> dict[PriceKey, PriceLookup]:
        return {key: self._prices.source_lookup(*key) for key in ledger.price_keys if key.source != CONSENSUS}

    def _consensus_for(self, currency: str) -> Consensus | None:
        return self._consensus.get(currency)

    def _keep(self, changed: tuple[WarningRecord, ...], now: datetime) -> str:
        """Store warnings; a full disk must not silence them, so a refusal is returned instead of raised.

        What was refused is tried again in every round, for a warning that stands is not stored otherwise.
        """
        refused = self._unkept - {record.id for record in changed}
        if refused:
            waiting = [record for record in self._warnings if record.id in refused]
            again = tuple([written(record._replace(updated_at=now)) for record in waiting])
            self._take(again)
            changed = (*changed, *again)
        if not changed or self._keeper.readonly:
            return ""
        try:
            self._warning_keeper.save(changed)
        except BookError as error:
            self._unkept = frozenset([record.id for record in changed])
            return str(error)
        self._unkept = frozenset()
        return ""

    def _change_warning(self, warning_id: str, change: Callable[[WarningRecord], WarningRecord]) -> None:
        for record in self._warnings:
            if record.id == warning_id:
                changed = change(record)
                self._warning_keeper.save((written(changed),))
                self._take((changed,))

    def _take(self, changed: tuple[WarningRecord, ...]) -> None:
        """Put warnings in the place of their old selves."""
        if changed:
            by_id = {record.id: record for record in (*self._warnings, *changed)}
            self._warnings = _in_order(by_id.values())


def _in_order(records: Iterable[WarningRecord]) -> tuple[WarningRecord, ...]:
    ordered = sorted(records, key=_order)
    open_ones = sum([record.is_open for record in ordered])
    # An open warning that was forgotten would open, and be told, again at every tick: only the past is cut.
    return tuple(ordered[: open_ones + HISTORY_KEPT])


def _order(record: WarningRecord) -> tuple[bool, float]:
    """Open ones first, gravest first and else as they came; then those that are over, newest first."""
    return (False, -RANK[record.kind]) if record.is_open else (True, -record.updated_at.timestamp())


def _new_id() -> str:
    from uuid import uuid4  # noqa: PLC0415 - a start seldom opens a warning

    return uuid4().hex
