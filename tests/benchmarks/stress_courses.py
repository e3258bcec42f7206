"""Stress tests of 100 and 10,000 loans, both courses (each call topped up, and no action), in exact arithmetic.

Run: ``python -m tests.benchmarks.stress_courses``. Prints milliseconds and how many events were told. What a slider
asks at every step is the course alone; the price at which forced sale begins depends on no slider and is told apart.
"""

import random
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter

from app.risk.episodes import EPISODES_RESOURCE, parse_episodes
from app.risk.positions import Positions
from app.risk.stress import compare, sale_begins
from app.risk.stress_path import PricePath, straight_fall
from app.risk.stress_result import Policy
from tests.fakes.loans import account, book
from tests.fakes.plan_books import positions
from tests.fakes.stress_books import PRICE, stressed_loan

RESOURCES = Path(__file__).parents[2] / "resources"
FREE_EACH = 20
HORIZON = 30


def many(count: int) -> Positions:
    """Return ``count`` loans of every kind with 20 BTC beside each."""
    rng = random.Random(1)
    loans = [stressed_loan(rng, f"Loan {number}") for number in range(count)]
    loans = [replace(loan, terms=(replace(loan.terms[0], rate=Decimal("0.1")),)) for loan in loans]
    return positions(book(*loans, accounts=(account(btc=str(FREE_EACH * count)),)), str(PRICE), HORIZON)


def timed(work: Callable[[], int], rounds: int) -> tuple[float, int]:
    """Return the median milliseconds, and what the work tells."""
    taken, told = [], 0
    for _ in range(rounds):
        began = perf_counter()
        told = work()
        taken.append((perf_counter() - began) * 1000)
    return median(taken), told


def main() -> None:
    """Measure and print."""
    episodes = parse_episodes((RESOURCES / EPISODES_RESOURCE).read_bytes())
    paths: list[PricePath] = [
        straight_fall(Decimal("0.1"), Decimal(7)),
        straight_fall(Decimal("0.2"), Decimal(7)),
        straight_fall(Decimal("0.5"), Decimal(7)),
        episodes.find("covid-2020-03").path,
        episodes.find("cycle-2022").path,
    ]
    for count, rounds in ((100, 9), (10_000, 1)):
        here = many(count)
        for path in paths:

            def both(path: PricePath = path, here: Positions = here) -> int:
                courses = compare(here, path)
                return len(courses.chosen.events) + len(courses.baseline.events)

            took, events = timed(both, rounds)
            sys.stdout.write(f"{count:>6} loans, {path.name}: {took:.1f} ms, {events} events\n")

        def begins(here: Positions = here) -> int:
            return sum(sale_begins(here, policy) is not None for policy in Policy)

        took, _ = timed(begins, rounds)
        sys.stdout.write(f"{count:>6} loans, where forced sale begins: {took:.1f} ms\n")


if __name__ == "__main__":
    main()
