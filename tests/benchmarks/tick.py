"""How much a tick on a large book costs: ``python -m tests.benchmarks.tick [LOANS]``.

Prints how long the level index takes (states that moved, order by LTV, exact figures of the rows in sight) and how
many times as long it takes to reckon every loan's figures.
"""

import argparse
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from random import Random
from time import perf_counter

from app.domain.book import Loan
from app.domain.figures import figures_of
from app.domain.levels import LevelIndex
from app.domain.loan_state import LoanBalance, balance_at
from tests.fakes.loans import NOON, OPENED, at, call, draw, key, loan, post, quote, sale, terms, warning

VISIBLE = 35
DROP = Decimal("0.10")
COST = Decimal("0.0025")
AS_OF = at("2026-02-10") + NOON


def made_loans(count: int, seed: int = 2) -> list[Loan]:
    """Return loans of many sizes in three currencies, most of them calm at 70 000."""
    random = Random(seed)
    loans = []
    for number in range(count):
        day = (OPENED + timedelta(days=random.randrange(200))).isoformat()
        debt = random.randrange(1_000, 50_000_000)
        coins = Decimal(debt) / random.randrange(25_000, 52_000)
        own = terms("0.095", triggers=(warning("0.70"), call("0.75", "0.65", 24), sale("0.85")))
        events = (post(f"{day}T12:00", f"{coins:.8f}"), draw(f"{day}T13:00", str(debt)))
        currency = random.choice(("USD", "USD", "EUR", "CHF"))
        loans.append(loan(*events, with_terms=own, name=f"Loan {number}", currency=currency))
    return loans


def timed(work: Callable[[], object], rounds: int) -> float:
    """Return the shortest of some runs, in milliseconds."""
    best = float("inf")
    for _ in range(rounds):
        start = perf_counter()
        work()
        best = min(best, perf_counter() - start)
    return best * 1_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("loans", nargs="?", type=int, default=10_000)
    count = parser.parse_args().loans
    loans = made_loans(count)
    balances = [balance_at(one, AS_OF) for one in loans]
    old = {key(c): Decimal("70727.00") for c in ("USD", "EUR", "CHF")}
    new = {where: price * Decimal("0.9993") for where, price in old.items()}
    index = LevelIndex.build(loans, balances, DROP)
    quotes = {where.currency: quote(str(price), where.currency) for where, price in new.items()}

    def figures(one: Loan, balance: LoanBalance) -> object:
        return figures_of(one, balance, quotes[one.currency], DROP, COST)

    def tick() -> None:
        index.moved(old, new)
        for number in index.sort_by_ltv(new)[:VISIBLE]:
            figures(loans[number], balances[number])

    def plain() -> None:
        for one, balance in zip(loans, balances, strict=True):
            figures(one, balance)

    build = timed(lambda: LevelIndex.build(loans, balances, DROP), 2)
    moved, order = timed(lambda: index.moved(old, new), 5), timed(lambda: index.sort_by_ltv(new), 5)
    states, fast, slow = timed(lambda: index.states_at(new), 5), timed(tick, 5), timed(plain, 2)
    print(f"{count} loans; {len(index.moved(old, new))} moved")
    print(f"index built in {build:.0f} ms; states of all {states:.2f} ms; moved {moved:.2f} ms; order {order:.2f} ms")
    print(f"tick {fast:.2f} ms, every loan's figures {slow:.0f} ms: {slow / fast:.0f} times as long")


if __name__ == "__main__":
    main()
