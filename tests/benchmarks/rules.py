"""What judging rules costs with many loans: the readings of six rules, and the state machine's step over them.

Run: ``python -m tests.benchmarks.rules``. Prints the median and the longest milliseconds of a round in three markets: a
quiet one, one in which a tenth of the loans is near its lines, and a crash in which nearly all are beyond them. All
in all a round may take 250 ms. The first round of a day, which puts the loans in order, is told apart.
"""

import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from statistics import median
from time import perf_counter
from typing import Final

from app.domain.candles import DailyCandle
from app.domain.ledger import Ledger, build_ledger
from app.domain.portfolio import BookFigures, book_figures
from app.domain.quotes import Quote
from app.domain.rule_machine import Reading, Sign, judge_rules
from app.domain.rules import Due, Fall, Rule, RuleKind
from app.domain.terms import TriggerKind
from app.domain.warning_records import WarningRecord, WarningStatus
from app.services.drop_test import PriceMoves
from app.services.rule_context import RuleContext, sold_loans
from app.services.rule_readings import RuleReader
from tests.fakes.books import big_book

LOANS: Final = 10_000
ROUNDS: Final = 15
LIMIT_MS: Final = 250
NOW: Final = datetime(2026, 2, 5, 14, 30, tzinfo=UTC)
RULES: Final = (
    Rule("ltv-60", RuleKind.LTV, Decimal("0.60"), hold_minutes=5),
    Rule("contract-warning", RuleKind.LTV, hold_minutes=5),
    Rule("headroom-10", RuleKind.HEADROOM, Decimal("0.10"), TriggerKind.MARGIN_CALL),
    Rule("last-week-again", RuleKind.DROP, fall=Fall.LAST_WEEK),
    Rule("matures-soon", RuleKind.DEADLINE, Decimal(7), due=Due.MATURITY),
    Rule("balance-old", RuleKind.BALANCE_AGE, Decimal(30)),
)


def history() -> tuple[DailyCandle, ...]:
    """Return three years of days that end with a fall of a tenth in a week."""
    first, days = date(2023, 2, 6), 1_095
    closes = [Decimal(60_000 + 7 * day) for day in range(days - 1)]
    closes.append(closes[-7] * Decimal("0.9"))
    return tuple(DailyCandle.closing(first + timedelta(days=day), close) for day, close in enumerate(closes))


def figures_at(ledger: Ledger, price: Decimal) -> BookFigures:
    """Return the big book's figures at a price."""
    quote = Quote("USD", price, NOW, "consensus", 5, 5)
    return book_figures(BOOK, {"USD": quote}, NOW, ledger=ledger)


BOOK: Final = big_book(LOANS)


def market(name: str, ledger: Ledger, base: Decimal, candles: tuple[DailyCandle, ...]) -> float:
    """Measure rounds around a price and return the median of all of it in milliseconds."""
    reader, numbers = RuleReader(), count()
    records: dict[str, WarningRecord] = {}
    read: list[float] = []
    judged: list[float] = []
    said: tuple[Reading, ...] = ()
    for number in range(ROUNDS + 1):
        now = NOW + timedelta(minutes=number)
        figures = figures_at(ledger, base + number % 5)
        context = RuleContext(now, moves=PriceMoves(None, Decimal("-0.03")), candles={"USD": candles})
        began = perf_counter()
        said = reader.readings(RULES, figures, context)
        sold = sold_loans(figures, context)
        between = perf_counter()
        done = judge_rules(records.values(), said, now, lambda: f"w{next(numbers)}", edited=False, sold=sold)
        ended = perf_counter()
        for record in done.changed:
            if record.status is WarningStatus.CLOSED:
                records.pop(record.id, None)
            else:
                records[record.id] = record
        read.append((between - began) * 1000)
        judged.append((ended - between) * 1000)
    reached = sum(reading.sign is Sign.REACHED for reading in said)
    print(f"{name}: {len(said):,} readings, {reached:,} reached, {len(records):,} warnings stand")
    print(f"  first round: readings {read[0]:7.1f} ms, state machine {judged[0]:7.1f} ms")
    whole = [a + b for a, b in zip(read[1:], judged[1:], strict=True)]
    for step, taken in (("readings", read[1:]), ("state machine", judged[1:]), ("both", whole)):
        print(f"  {step:<14} median {median(taken):7.1f} ms   longest {max(taken):7.1f} ms")
    return median(whole)


def main() -> int:
    """Measure and report."""
    began = perf_counter()
    ledger = build_ledger(BOOK, NOW)
    print(f"{LOANS:,} loans × {len(RULES)} rules; ledger {(perf_counter() - began) * 1000:.0f} ms, once a day")
    lines = sorted(line.price for line in next(iter(ledger.dangers.values())))
    candles = history()
    worst = max(
        market("quiet", ledger, lines[-1] * 2, candles),
        market("a tenth near", ledger, lines[-LOANS // 10] / Decimal("0.9"), candles),
        market("crash", ledger, lines[LOANS // 10], candles),
    )
    print(f"the slowest market's median is {worst:.1f} ms (at most {LIMIT_MS})")
    return 0 if worst <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
