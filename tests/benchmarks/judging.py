"""What a whole round of judging costs with many loans: lines, rules, margin calls and the price itself.

Run: ``python -m tests.benchmarks.judging``. 10,000 loans × 6 rules in three markets: a quiet one, one in which a tenth
of the loans is near its lines, a crash in which nine of ten are beyond them. Told apart are rounds on known balances,
the round after an edit of one loan, and the first one of a new day. A plain loop over all figures runs in turn.
"""

import gc
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from statistics import median
from time import perf_counter
from typing import Final

from app.domain.book import Book
from app.domain.figures import figures_of
from app.domain.ledger import Ledger, build_ledger
from app.domain.margin_calls import MarginCall
from app.domain.portfolio import DEFAULT_DROP, DEFAULT_SALE_COST, book_figures
from app.domain.quotes import Consensus, PriceStatus, Quote
from app.domain.warning_records import WarningRecord
from app.services.drop_test import PriceMoves
from app.services.judging import Question, judge_round
from app.services.rule_readings import RuleReader
from tests.benchmarks.rules import BOOK, LIMIT_MS, LOANS, NOW, RULES, history

ROUNDS: Final = 12
CANDLES: Final = history()


class Market:
    """A book of many loans, judged round after round around one price."""

    def __init__(self, base: Decimal) -> None:
        self.book: Book = replace(BOOK, rules=RULES)
        self.now: datetime = NOW
        self.ledger: Ledger = build_ledger(self.book, NOW)
        self._base = base
        self._reader, self._numbers = RuleReader(), count()
        self._records: dict[str, WarningRecord] = {}
        self._calls: dict[str, MarginCall] = {}

    @property
    def standing(self) -> int:
        """How many warnings stand."""
        return len(self._records)

    def round(self, edited: frozenset[str] = frozenset()) -> float:
        """Judge one round a minute later and return the milliseconds, the figures' own among them."""
        self.now += timedelta(minutes=1)
        price = self._base + next(self._numbers) % 5
        consensus = Consensus("USD", PriceStatus.OK, price, price, price, self.now, "consensus", (), (price,) * 3)
        quote = Quote("USD", price, self.now, "consensus", 3, 3)
        began = perf_counter()
        figures = book_figures(self.book, {"USD": quote}, self.now, ledger=self.ledger)
        question = Question(
            book=self.book,
            figures=figures,
            consensus={"USD": consensus},
            moves=PriceMoves(None, Decimal("-0.03")),
            candles={"USD": CANDLES},
            risk=None,
            now=self.now,
            edited=edited,
            seen=dict.fromkeys(self.ledger.indebted, self.now),
            started_at=NOW,
        )
        verdict = judge_round(
            question, [*self._records.values()], [*self._calls.values()], (), self._reader, self._new_id
        )
        taken = (perf_counter() - began) * 1000
        self._records |= {record.id: record for record in (*verdict.changed, *verdict.held)}
        self._records = {key: record for key, record in self._records.items() if not record.is_over}
        self._calls |= {call.id: call for call in verdict.calls if call.stands}
        return taken

    def edit(self) -> frozenset[str]:
        """Note something about one loan, which makes a new ledger, and return which one it was."""
        first, *rest = self.book.loans
        changed = replace(first, events=(first.events[0]._replace(note=f"{next(self._numbers)}"), *first.events[1:]))
        self.book = replace(self.book, loans=(changed, *rest))
        self.ledger = build_ledger(self.book, self.now)
        return frozenset((changed.name,))

    def next_day(self) -> None:
        """Let a day begin."""
        self.now += timedelta(days=1)
        self.ledger = build_ledger(self.book, self.now)

    def plain_loop(self) -> float:
        """Reckon every figure of every loan from its known balance, and nothing else; return the milliseconds."""
        quote = Quote("USD", self._base, self.now, "consensus", 3, 3)
        began = perf_counter()
        for loan, balance in zip(self.book.loans, self.ledger.balances, strict=True):
            figures_of(loan, balance, quote, DEFAULT_DROP, DEFAULT_SALE_COST)
        return (perf_counter() - began) * 1000

    def _new_id(self) -> str:
        return f"w{next(self._numbers)}"


def measure(name: str, base: Decimal) -> float:
    """Measure one market, print it, and return the median of a usual round."""
    market = Market(base)
    first = market.round()
    usual: list[float] = []
    edited: list[float] = []
    days: list[float] = []
    loops: list[float] = []
    for number in range(ROUNDS):
        settle()
        usual.append(market.round())
        loops.append(market.plain_loop())
        if number % 3 == 0:
            names = market.edit()
            settle()
            edited.append(market.round(names))
            market.next_day()
            settle()
            days.append(market.round())
    loop = median(loops)
    print(f"{name}: {market.standing:,} warnings stand; the very first round {first:.0f} ms; plain loop {loop:.0f} ms")
    for what, taken in (("a round", usual), ("after an edit", edited), ("a new day", days)):
        middle = median(taken)
        print(f"  {what:<14} median {middle:6.1f} ms   longest {max(taken):6.1f} ms   ÷ loop {middle / loop:.2f}")
    return median(usual)


def settle(collect: Callable[[], int] = gc.collect) -> None:
    """Hide from the collector what lives long, as the program does after each new ledger."""
    collect()
    gc.freeze()


def main() -> int:
    """Measure and report."""
    lines = sorted(line.price for line in next(iter(build_ledger(BOOK, NOW).dangers.values())))
    print(f"{LOANS:,} loans × {len(RULES)} rules")
    worst = max(
        measure("quiet", lines[-1] * 2),
        measure("a tenth near", lines[-LOANS // 10] / Decimal("0.9")),
        measure("crash", lines[LOANS // 10]),
    )
    print(f"the slowest market's median is {worst:.1f} ms (at most {LIMIT_MS})")
    return 0 if worst <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
