"""How often people are told in five years of hourly prices: 300 borrowers with real lenders' terms.

``python -m tests.benchmarks.five_years [--loans 300] [--days 1826] [--seed 1] [--no-rules]``
"""

import argparse
import statistics
import time
from collections import Counter

from app.domain.rules import Rule
from app.services.rule_defaults import default_rules
from tests.fakes.long_watch import HALF_YEAR, HOUR, LongWatch, by_loan, most_within, of_price, same_day_repeats
from tests.fakes.replay import SERIES_START, hourly_closes

WANTED = 10


def main() -> None:
    """Replay, count and print."""
    parser = argparse.ArgumentParser(description="Five years of hourly prices over borrowers and their alarms.")
    parser.add_argument("--loans", type=int, default=300)
    parser.add_argument("--days", type=int, default=1826)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-rules", action="store_true", help="the contracts' own lines alone")
    options = parser.parse_args()
    rules: tuple[Rule, ...] = () if options.no_rules else default_rules()
    watch = LongWatch(options.loans, rules, SERIES_START, options.seed)
    started = time.perf_counter()
    for hour, price in enumerate(hourly_closes()[: options.days * 24]):
        watch.hour(SERIES_START + hour * HOUR, price)
    seconds = time.perf_counter() - started
    report(watch, rules)
    print(f"{seconds:.0f} s")


def report(watch: LongWatch, rules: tuple[Rule, ...]) -> None:
    """Print how often people were told of each loan, and of what."""
    told = [each for borrower in watch.borrowers for each in by_loan(of_price(borrower.told, rules))]
    most = [most_within([at for at, _ in each], HALF_YEAR) for each in told]
    repeats = [same_day_repeats(each) for each in told]
    kinds = Counter(f"{record.rule} {record.kind}" for borrower in watch.borrowers for _, record in borrower.told)
    print(f"{len(watch.borrowers)} borrowers, {sum(borrower.loans for borrower in watch.borrowers)} loans")
    print(
        f"told of the price per loan that had any, in its worst 180 days: median {statistics.median(most):.0f}, ",
        end="",
    )
    print(f"mean {statistics.mean(most):.1f}, most {max(most)}; above {WANTED}: {sum(one > WANTED for one in most)}")
    told_of = [most_within([at for at, _ in of_price(b.told, rules)], HALF_YEAR) for b in watch.borrowers]
    print(f"the same per borrower: most {max(told_of)}; above {WANTED}: {sum(one > WANTED for one in told_of)}")
    print(f"most same-day repeats: {max(repeats)}; loans with one or more: {sum(one > 0 for one in repeats)}")
    print(f"told of the book: {watch.book_told}; told that one was over: {watch.over_told}")
    for kind, times in kinds.most_common():
        print(f"  {kind}: {times}")
    print("the worst:")
    for at, record in max(told, key=len):
        print(f"  {at:%Y-%m-%d %H:%M}  {record.subject}: {record.rule} {record.kind}")


if __name__ == "__main__":
    main()
