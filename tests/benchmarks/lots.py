"""What a million transactions cost as lots, against a plain loop and against another program's own FIFO.

Run: ``python -m tests.benchmarks.lots``. One account: purchases and, after the first hundred, sales of odd amounts, so
that most sales use several lots. Seconds are the processor's. The plain loop does the least that FIFO can do: a deque
of satoshis and costs, and one sum. With ``--rp2 PYTHON`` the same rows, 20,000 of them, go through rp2 in that
interpreter, and so do ours.
"""

import gc
import subprocess
import sys
from argparse import ArgumentParser
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import process_time
from typing import Final

from app.domain.book import Account, Book, Transaction, TransactionKind
from app.domain.disposals import LotHistory, LotRules, Method
from app.domain.lots import lots_of

ROWS: Final = 1_000_000
RP2_ROWS: Final = 20_000
LIMIT_SECONDS: Final = 10.0
_START: Final = datetime(2012, 1, 1, tzinfo=UTC)
_RP2: Final = Path(__file__).with_name("lots_rp2.py")


def made_book(rows: int) -> Book:
    """Return a book of one account with ``rows`` purchases and sales; it never runs dry."""
    found = []
    for number in range(rows):
        at = _START + timedelta(minutes=7 * number)
        price = Decimal(20_000 + number * 7919 % 30_000)
        selling = number >= 100 and number % 2 == 1
        sats = 100_000 + number * 104_729 % 90_000
        kind = TransactionKind.SELL if selling else TransactionKind.BUY
        value = (price * sats / 100_000_000).quantize(Decimal("0.01"))
        found.append(Transaction(at, kind, sats, value, "USD", Decimal("0.25")))
    return Book("Many", "USD", (Account("One", transactions=tuple(found)),))


def plain_loop(book: Book) -> Decimal:
    """Return all gains by FIFO with nothing around it: no references, no unknowns, no order of time to look after."""
    lots: deque[tuple[int, Decimal]] = deque()
    total = Decimal(0)
    for row in book.accounts[0].transactions:
        value, fee = row.value or Decimal(0), row.fee or Decimal(0)
        if row.kind is TransactionKind.BUY:
            lots.append((row.sats, value + fee))
            continue
        sats, basis = row.sats, Decimal(0)
        while sats:
            held, cost = lots.popleft()
            part = cost if held <= sats else cost * sats / held
            basis += part
            if held > sats:
                lots.appendleft((held - sats, cost - part))
            sats -= min(held, sats)
        total += value - fee - basis
    return total


def gains(history: LotHistory) -> Decimal:
    """Return the sum of every disposal's gain."""
    return sum((one.gain or Decimal(0) for one in history.disposals), Decimal(0))


@contextmanager
def timed(label: str, seconds: dict[str, float]) -> Iterator[None]:
    """Put how long the block took under ``label``, with a clean heap before it."""
    gc.collect()
    gc.freeze()
    began = process_time()
    yield
    seconds[label] = process_time() - began


def main() -> int:
    """Measure, print and judge."""
    parser = ArgumentParser()
    parser.add_argument("--rp2", metavar="PYTHON", help="an interpreter with rp2 installed")
    arguments = parser.parse_args()
    book, seconds = made_book(ROWS), dict[str, float]()
    with timed("plain loop", seconds):
        plain = plain_loop(book)
    for method in (Method.FIFO, Method.LIFO, Method.HIFO, Method.AVERAGE):
        with timed(method.value, seconds):
            history = lots_of(book, LotRules(method))
        if method is Method.FIFO and abs(gains(history) - plain) > Decimal("0.01"):
            print(f"FIFO says {gains(history)}, the plain loop {plain}")
            return 1
        del history
    for label, taken in seconds.items():
        print(f"{ROWS:,} rows  {label:10}  {taken:6.2f} s  {taken / seconds['plain loop']:5.1f} × the plain loop")
    good = max(seconds.values()) < LIMIT_SECONDS
    print(f"limit {LIMIT_SECONDS:.0f} s: {'kept' if good else 'BROKEN'}")
    if arguments.rp2:
        good = _against_rp2(arguments.rp2) and good
    return 0 if good else 1


def _against_rp2(python: str) -> bool:
    book, seconds = made_book(RP2_ROWS), dict[str, float]()
    with timed("ours", seconds):
        history = lots_of(book)
    rows = "\n".join(
        f"{row.at.isoformat()},{row.kind.value},{row.sats},{row.value},{row.fee}"
        for row in book.accounts[0].transactions
    )
    done = subprocess.run([python, str(_RP2)], input=rows, capture_output=True, text=True, check=True)
    theirs, their_gain = done.stdout.split()
    print(f"{RP2_ROWS:,} rows  ours {seconds['ours']:.2f} s, gain {gains(history):.2f}")
    print(f"{RP2_ROWS:,} rows  rp2  {float(theirs):.2f} s, gain {Decimal(their_gain):.2f}")
    return seconds["ours"] < float(theirs)


if __name__ == "__main__":
    sys.exit(main())
