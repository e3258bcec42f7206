"""Snapshots of a desk without a store, sources or a clock: a treasury with four loans, and its variants."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from app.domain.book import Account, AccountKind, Book, EventKind, Loan, LoanEvent, Transaction, TransactionKind
from app.domain.candles import DailyCandle
from app.domain.portfolio import book_figures
from app.domain.quotes import Consensus, NoQuote, PriceLookup, PriceStatus, Quote, SourceVerdict, Verdict
from app.domain.terms import Terms, Trigger, TriggerKind
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.services.danger import danger_of
from app.services.desk import DeskSnapshot
from app.services.drop_test import PriceMoves
from app.services.settings import Settings
from app.services.watch_state import WarningStory
from app.services.wording import warning_sentence

NOW = datetime(2026, 2, 5, 14, 30, tzinfo=UTC)
OPENED = date(2026, 2, 4)
PRICES = {"USD": Decimal(70_727), "EUR": Decimal("60080.7")}
BTC = 100_000_000
MOVES = PriceMoves(Decimal("-0.019"), Decimal("-0.098"))
SOURCES = ("kraken", "coinbase", "bitstamp", "bitfinex", "gemini")


def quote(currency: str = "USD", value: Decimal | None = None, age: int = 4, origin: str = "consensus") -> Quote:
    """Return a quote of five sources."""
    return Quote(currency, value or PRICES[currency], NOW - timedelta(seconds=age), origin, 5, 5)


def silence(currency: str = "USD", minutes: int | None = 21) -> NoQuote:
    """Return a missing price; ``minutes`` is the age of the last one, None for there never was one."""
    if minutes is None:
        return NoQuote(currency, "no source has answered yet")
    return NoQuote(currency, f"the last price is {minutes} min old", quote(currency, age=minutes * 60))


def triggers(
    warning: str | None, call: str | None, sale: str | None, hours: int, cure: str | None
) -> tuple[Trigger, ...]:
    """Return triggers at the given LTVs; None leaves one out."""
    found = []
    if warning is not None:
        found.append(Trigger(TriggerKind.WARNING, Decimal(warning)))
    if call is not None:
        found.append(
            Trigger(
                TriggerKind.MARGIN_CALL,
                Decimal(call),
                cure_hours=hours,
                cure_ltv=None if cure is None else Decimal(cure),
            )
        )
    if sale is not None:
        found.append(Trigger(TriggerKind.LIQUIDATION, Decimal(sale)))
    return tuple(found)


def loan(
    name: str,
    debt: str,
    btc: str,
    lines: tuple[Trigger, ...],
    *,
    currency: str = "USD",
    lender: str = "Example lender",
    rate: str = "0",
) -> Loan:
    """Return a loan that was drawn and secured yesterday."""
    at = datetime(2026, 2, 4, 9, tzinfo=UTC)
    events = [LoanEvent(at, EventKind.POST, sats=int(Decimal(btc) * BTC), account="Cold storage")]
    if Decimal(debt):
        events.append(LoanEvent(at, EventKind.DRAW, amount=Decimal(debt)))
    terms = Terms(start=OPENED, rate=Decimal(rate), triggers=lines)
    return Loan(name, lender, currency, OPENED, None, (terms,), tuple(events))


def treasury_loans() -> tuple[Loan, ...]:
    """Return four loans, two of which a fall of 10 % calls."""
    return (
        loan(
            "Equipment facility",
            "118400000",
            "2640",
            triggers("0.65", "0.70", "0.80", 72, "0.60"),
            lender="Harbour Credit",
        ),
        loan("Term loan B", "42000000", "1310", triggers("0.60", "0.65", "0.75", 24, "0.55"), lender="Harbour Credit"),
        loan(
            "Coin revolver", "9600000", "196", triggers("0.70", "0.75", "0.85", 12, "0.65"), lender="Tidewater Lending"
        ),
        loan(
            "EUR bridge",
            "5200000",
            "150",
            triggers("0.65", "0.70", "0.80", 48, "0.60"),
            currency="EUR",
            lender="Nordkap Bank",
        ),
    )


def treasury(loans: Sequence[Loan] | None = None, free_btc: str = "1025", *, demo: bool = False) -> Book:
    """Return a book with those loans and ``free_btc`` left free."""
    held = treasury_loans() if loans is None else tuple(loans)
    pledged = sum(event.sats or 0 for item in held for event in item.events)
    bought = Transaction(
        datetime(2026, 2, 3, tzinfo=UTC), TransactionKind.DEPOSIT, pledged + int(Decimal(free_btc) * BTC)
    )
    accounts = (
        Account("Cold storage", AccountKind.SELF_CUSTODY, (bought,)) if bought.sats else Account("Cold storage"),
    )
    return Book("Treasury", accounts=accounts, loans=held, demo=demo)


def many_loans(count: int) -> tuple[Loan, ...]:
    """Return ``count`` loans with LTVs from 30 % to 69 %, in three currencies' worth of lenders, none called yet."""
    lines = triggers("0.65", "0.70", "0.80", 24, "0.60")
    return tuple(
        loan(
            f"Loan {number:05d}",
            str(21_000 + (number * 7_919) % 27_000),
            "1",
            lines,
            lender=f"Lender {number % 7}",
            currency="EUR" if number % 10 == 0 and (number * 7_919) % 27_000 < 20_000 else "USD",
        )
        for number in range(count)
    )


def consensus_of(lookup: PriceLookup) -> Consensus:
    """Return what sources must have said for that lookup."""
    if isinstance(lookup, NoQuote):
        sources = tuple(SourceVerdict(name, name, Verdict.FAILED, None, None, "timeout") for name in SOURCES)
        return Consensus(lookup.currency, PriceStatus.NONE, None, None, None, NOW, "consensus", sources)
    sources = tuple(SourceVerdict(name, name, Verdict.USED, lookup.value, 4) for name in SOURCES)
    value = lookup.value
    return Consensus(
        lookup.currency, PriceStatus.OK, value, value, value, lookup.at, lookup.origin, sources, (value,) * len(SOURCES)
    )


def snapshot_of(
    book: Book | None = None,
    prices: Mapping[str, PriceLookup] | None = None,
    *,
    warnings: tuple[WarningRecord, ...] = (),
    moves: PriceMoves = MOVES,
    settings: Settings | None = None,
    now: datetime = NOW,
) -> DeskSnapshot:
    """Return what a desk would show of ``book`` at ``prices``."""
    held = treasury() if book is None else book
    known: Mapping[str, PriceLookup] = {code: quote(code) for code in PRICES} if prices is None else prices
    chosen = Settings() if settings is None else settings
    figures = book_figures(held, known, now, drop=chosen.drop, sale_cost=chosen.sale_cost)
    return DeskSnapshot(
        book=held,
        figures=figures,
        danger=danger_of(figures),
        consensus={code: consensus_of(lookup) for code, lookup in known.items()},
        moves=moves,
        warnings=warnings,
        announcements=(),
        settings=chosen,
        judged_at=now,
        asked_at=now,
        asking_off="recorded prices of the demo" if held.demo else "",
        label="treasury.plimsoll",
        read_only=False,
    )


def at_price(dollars: str, book: Book | None = None, **rest: object) -> DeskSnapshot:
    """Return a snapshot with bitcoin at ``dollars``, the euro price in step."""
    usd = Decimal(dollars)
    eur = usd * PRICES["EUR"] / PRICES["USD"]
    return snapshot_of(book, {"USD": quote("USD", usd), "EUR": quote("EUR", eur)}, **rest)  # type: ignore[arg-type] # passed on as they are


def offline(minutes: int | None = 21, book: Book | None = None) -> DeskSnapshot:
    """Return a snapshot without any price."""
    return snapshot_of(
        book, {code: silence(code, minutes) for code in PRICES}, moves=PriceMoves(None, None), warnings=()
    )


def warning_record(
    subject: str = "Coin revolver",
    kind: WarningKind = WarningKind.DROP_CALL,
    status: WarningStatus = WarningStatus.OPEN,
    *,
    sentence: str | None = None,
    due_in: timedelta | None = None,
    snoozed_for: timedelta | None = None,
    opened_before: timedelta = timedelta(hours=3),
) -> WarningRecord:
    """Return a warning about one of the treasury's loans."""
    opened = NOW - opened_before
    told = sentence
    if told is None:
        figures = snapshot_of().figures
        found = next((item for item in figures.loans if item.loan.name == subject), None)
        due = None if due_in is None else NOW + due_in
        told = f"{subject}: judged." if found is None else warning_sentence(found, kind.value, NOW, due)
    record = WarningRecord(
        f"{subject}-{kind}-{status}", subject, kind, status, confirmed=True, announced=True,
        opened_at=opened, updated_at=NOW, sentence=told,
        due_at=None if due_in is None else NOW + due_in,
        snoozed_until=None if snoozed_for is None else NOW + snoozed_for,
    )  # fmt: skip
    if status is WarningStatus.CLOSED:
        return record._replace(closed_at=NOW - timedelta(hours=1))
    if status is WarningStatus.ACKNOWLEDGED:
        return record._replace(acknowledged_at=NOW - timedelta(hours=1))
    return record


def treasury_warnings() -> tuple[WarningRecord, ...]:
    """Return two open warnings, one snoozed and one that is over."""
    return (
        warning_record("Coin revolver"),
        warning_record("Equipment facility"),
        warning_record(
            "EUR bridge", snoozed_for=timedelta(hours=2), sentence="EUR bridge is called at €49,524, 17.5 % below now."
        ),
        warning_record(
            "USD",
            WarningKind.BLIND,
            WarningStatus.CLOSED,
            sentence="No confirmed price since Thu 05 Feb 08:02 UTC (9 min).",
        ),
    )


class FakeDesk:
    """Stands in for the desk where a screen calls one: remembers what was asked of it."""

    def __init__(self, snapshot: DeskSnapshot, stories: Mapping[str, WarningStory] | None = None) -> None:
        self._snapshot = snapshot
        self.asked: list[tuple[str, ...]] = []
        self.stories = {} if stories is None else stories

    def snapshot(self) -> DeskSnapshot:
        """Return the snapshot it was made of, with what was done to it."""
        return self._snapshot

    def history(self, currency: str = "USD") -> tuple[DailyCandle, ...]:
        """Return that no day is stored."""
        self.asked.append(("history", currency))
        return ()

    def acknowledge(self, warning_id: str) -> None:
        """Remember it."""
        self.asked.append(("acknowledge", warning_id))

    def snooze(self, warning_id: str, until: datetime) -> None:
        """Remember it."""
        self.asked.append(("snooze", warning_id, until.isoformat()))

    def note(self, warning_id: str, text: str) -> None:
        """Remember it."""
        self.asked.append(("note", warning_id, text))

    def story_of(self, warning_id: str) -> WarningStory:
        """Return a story that was handed in, or that nobody was told."""
        return self.stories.get(warning_id, WarningStory((), (), None))
