"""The desk: one open book, its prices, its figures and its warnings, for a window or a command line.

A thin class: it holds what is open and hands the work to pure functions. Calls that ask the network (``ask_prices``,
``update_history``) touch neither the book nor the warnings, so a caller may run them on another thread than the rest.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.domain.book import Book
from app.domain.candles import DailyCandle
from app.domain.check import check_book
from app.domain.errors import BookError
from app.domain.ledger import Ledger, PriceKey, build_ledger
from app.domain.portfolio import BookFigures, book_figures, currencies_of
from app.domain.quotes import Consensus, PriceLookup, Quote
from app.domain.rules import BOOK_SUBJECT
from app.domain.terms import CONSENSUS
from app.domain.warning_actions import ActionKind, WarningAction
from app.services.alarm import Alarm, new_id
from app.services.danger import danger_of
from app.services.desk_snapshot import DeskSnapshot, Edited
from app.services.drop_test import drop_of, price_moves
from app.services.ports import BookKeeper, Clock, Prices, SettingsKeeper
from app.services.settings import Settings
from app.services.watch_state import WarningStory

if TYPE_CHECKING:
    from app.services.collateral_watch import Held
    from app.services.papers import Papers
    from app.services.papers_ports import PaperStore
    from app.services.policy_state import LimitState
    from app.services.risk_room import RiskAnswer

HISTORY_CURRENCY: Final = "USD"
__all__ = ["HISTORY_CURRENCY", "Desk", "DeskSnapshot", "Edited"]


class Desk:
    """One open book and everything that is done with it.

    ``settled`` is called after each new ledger: what was made until then lives for hours. ``elapsed`` tells seconds
    that run on while the machine sleeps and that nobody sets; ``who`` the name of whoever works here; ``held`` what
    wallets held at their last scans, by key; ``papers`` makes what keeps the bytes of papers.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        contents: Book,
        keeper: BookKeeper,
        alarm: Alarm,
        prices: Prices,
        settings: SettingsKeeper,
        label: str,
        live: Prices | None = None,
        settled: Callable[[], None] = lambda: None,
        who: Callable[[], str] = lambda: "",
        elapsed: Callable[[], float] | None = None,
        held: "Held | None" = None,
        papers: "Callable[[], PaperStore] | None" = None,
    ) -> None:
        self._clock = clock
        self._keeper = keeper
        self._alarm = alarm
        self._prices = prices
        self._live = live
        self._settings_keeper = settings
        self._label = label
        self._settled = settled
        self._book = contents
        self._settings = settings.load()
        self._consensus: Mapping[str, Consensus] = {}
        self._asked_at: datetime | None = None
        self._started_at = clock.now()
        self._seen: dict[PriceKey, datetime] = {}
        self._edited: frozenset[str] = frozenset()
        self._missed: timedelta | None = None
        self._ledger: Ledger | None = None
        self._risk: RiskAnswer | None = None
        self._who = who
        self._paper_store = papers
        self._papers: Papers | None = None
        self._first_papers = contents.attachments
        self._elapsed = elapsed or clock.monotonic
        self._held = held
        self._asked_elapsed: float | None = None
        self._expected = 0.0

    @property
    def book(self) -> Book:
        """The book as it stands."""
        return self._book

    @property
    def papers(self) -> "Papers | None":
        """The papers of the book, or None where nothing keeps them; its calls belong on the store's lane."""
        if self._papers is None and self._paper_store is not None:
            from app.services.papers import Papers  # noqa: PLC0415 - not needed before the first paint

            self._papers = Papers(self._paper_store(), self._first_papers)
        return self._papers

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    def wanted_currencies(self) -> tuple[str, ...]:
        """Return the currencies whose price the book and the display need."""
        return tuple(dict.fromkeys((*currencies_of(self._book), self._settings.display_currency)))

    def ask_prices(self) -> Mapping[str, Consensus]:
        """Ask the sources now. Slow: never on a window's thread; hand the answer to ``judge``.

        After a pause much longer than was planned the history is fetched, too: the next round tells what was missed.
        """
        from app.services.absence import slept  # noqa: PLC0415 - not needed before the first paint

        now, before = self._elapsed(), self._asked_elapsed
        self._asked_elapsed = now
        if before is not None and self._prices.recorded_at is None:
            missed = slept(now - before, self._next_seconds())
            if missed is not None:
                self.update_history()
                self._missed = missed
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
        from app.services.collateral_watch import collateral_now  # noqa: PLC0415 - not needed before the first paint
        from app.services.judging import Question  # noqa: PLC0415 - as above

        now = self._clock.now()
        self._consensus, self._asked_at = answers, now
        snapshot = self.snapshot()
        if self._prices.recorded_at is not None:
            # A recorded price opens warnings once, when the demo is first looked at; it never closes or repeats one.
            now = self._prices.recorded_at
        self._seen |= {key: now for key, lookup in snapshot.figures.lookups.items() if isinstance(lookup, Quote)}
        question = Question(
            book=self._book,
            figures=snapshot.figures,
            consensus=self._consensus,
            moves=snapshot.moves,
            candles={currency: self._prices.history(currency) for currency in self._history_currencies()},
            risk=self._risk,
            now=now,
            edited=self._edited,
            seen=self._seen,
            started_at=self._started_at,
            next_seconds=self._next_seconds(),
            missed=self._missed,
            collateral=collateral_now(self._book, self._held, now),
        )
        judged = self._alarm.judge(question)
        self._missed = None
        if all(isinstance(lookup, Quote) for lookup in snapshot.figures.lookups.values()):
            self._edited = frozenset()
        return replace(
            snapshot,
            warnings=judged.warnings,
            calls=judged.calls,
            announcements=judged.announcements,
            watching=judged.watching,
            trouble=judged.trouble,
            breaches=judged.breaches,
        )

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
            warnings=self._alarm.warnings,
            calls=self._alarm.calls,
            watching=self._alarm.watching,
            announcements=(),
            settings=self._settings,
            judged_at=now,
            asked_at=self._asked_at,
            asking_off="recorded prices of the demo" if self._prices.recorded_at else "",
            label=self._label,
            read_only=self._keeper.readonly,
            policy=self._policy(figures),
            breaches=self._alarm.breaches,
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

    def edit(self, label: str, change: Callable[[Book], Book], also: Callable[[Any], None] | None = None) -> Edited:
        """Change the book: checked first, then stored in one transaction, with what ``also`` writes beside it.

        Raises:
            InputError: the change cannot be true; nothing was stored.
            BookError: it could not be stored; nothing was.
        """
        before = self._book
        after = change(before)
        check_book(after, unchanged_since=before)
        self._keeper.apply(before, after, also)
        self._show(after)
        return Edited(label, before, after)

    def revert(self, edited: Edited) -> Edited:
        """Undo a change; reverting what this returns does it again.

        Raises:
            BookError: the book has changed since, or it could not be stored.
        """
        return self.edit(edited.label, lambda _book: edited.before)

    def acknowledge(self, warning_id: str) -> None:
        """Mark a warning as seen.

        Raises:
            BookError: that could not be stored; nothing changed.
        """
        self._act(warning_id, ActionKind.ACKNOWLEDGE)

    def snooze(self, warning_id: str, until: datetime) -> None:
        """Hide a warning until ``until``; a graver level shows it again.

        Raises:
            BookError: that could not be stored; nothing changed.
        """
        self._act(warning_id, ActionKind.SNOOZE, until=until)

    def note(self, warning_id: str, text: str) -> None:
        """Write something down beside a warning.

        Raises:
            BookError: that could not be stored; nothing changed.
        """
        self._act(warning_id, ActionKind.NOTE, text=text)

    def story_of(self, warning_id: str) -> WarningStory:
        """Return what was told of a warning, what people did with it, and its margin call.

        Raises:
            BookError: the book cannot be read.
        """
        return self._alarm.story_of(warning_id)

    def note_risk(self, answer: "RiskAnswer | None") -> None:
        """Judge by this answer of the risk room from now on."""
        self._risk = answer

    def expect(self, seconds: float) -> None:
        """Note in how many seconds the next round is meant to be."""
        self._expected = seconds

    def catch_up(self) -> bool:
        """Read the book anew where another program has changed it; return whether it has.

        Raises:
            BookError: it cannot be read; what was known stays.
        """
        if self._alarm.revision() == self._keeper.revision:
            return False
        self._show(self._keeper.read())
        return True

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
        """Give the book back, and let another program judge it."""
        self._alarm.leave()
        self._prices.close()
        self._sweep_papers()
        self._keeper.close()

    def _sweep_papers(self) -> None:
        """Let go of papers that nothing names any more, now that nothing can be undone."""
        if self._keeper.readonly or (self._papers is None and self._book.attachments is self._first_papers):
            return
        papers = self.papers
        if papers is not None:
            # A book that cannot be written keeps them, and a later session lets go of them.
            with suppress(BookError):
                papers.close(self._book)

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

    def _show(self, book: Book) -> None:
        """Go on with a changed book; which loans are others than before is kept until a price has judged them."""
        before = {loan.name: loan for loan in self._book.loans}
        # Reading anew makes every loan another object; only those are compared.
        others = [loan for loan in book.loans if before.get(loan.name) is not loan]
        if book.accounts is not self._book.accounts and book.accounts != self._book.accounts:
            self._edited |= {BOOK_SUBJECT}
        if book.limits != self._book.limits:
            # A limit that is kept by its new bound warns of nothing any more.
            self._edited |= {BOOK_SUBJECT, *(loan.lender for loan in book.loans)}
        self._book, self._ledger = book, None
        self._edited |= {loan.name for loan in others if before.get(loan.name) != loan}

    def _policy(self, figures: BookFigures) -> "tuple[LimitState, ...]":
        """Return how the book stands to its policy by the prices known now; most books have none."""
        if not self._book.limits:
            return ()
        from app.services.policy_round import states_now  # noqa: PLC0415 - see above

        return states_now(self._book, figures, self._consensus)

    def _next_seconds(self) -> float:
        """Return after how many seconds the next round comes at the latest."""
        from app.services.polling import longest_wait  # noqa: PLC0415 - not needed before the first paint

        return max(self._expected, longest_wait(self._settings.prices.interval_seconds))

    def _history_currencies(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((HISTORY_CURRENCY, *currencies_of(self._book))))

    def _act(self, warning_id: str, kind: ActionKind, *, until: datetime | None = None, text: str = "") -> None:
        self._alarm.act(WarningAction(new_id(), warning_id, kind, self._clock.now(), self._who(), until, text))
