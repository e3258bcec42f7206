"""Kills writers of a book and looks at what they leave; run as a process of its own, which forks them.

Prints one JSON object: how many were killed, how many left a journal behind, and every state that was neither the
old nor the new book.
"""

import json
import os
import random
import select
import signal
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from app.store import sqlite_file
from app.store.book_store import BookStore
from tests.fakes.books import big_book
from tests.integration.store.statements import at_statement
from tests.unit.store.sample import loan


def _kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _fork(path: Path, statement: int | None) -> int:
    """Start a child that writes until it is killed: by itself at a statement, or by us at any time."""
    child = os.fork()
    if child:
        return child
    try:
        store = BookStore.open(path)
        with at_statement(-1 if statement is None else statement, _kill_self):
            while True:
                book = store.read()
                if "Extra" in {item.name for item in book.loans}:
                    store.apply(book, book.without_loan("Extra"))
                else:
                    store.apply(book, replace(book.with_loan(loan("Extra", 400)), name=f"{book.name}."))
                os.write(1, b"\n")
    finally:
        os._exit(3)


def main() -> None:
    """Kill and look."""
    path = Path(sys.argv[1])
    kills = int(sys.argv[2])
    old = replace(big_book(3, 5), accounts=(replace(big_book(3, 5).accounts[0], name="Vault"),))
    BookStore.create(path, old).close()
    new = old.with_loan(loan("Extra", 400))
    chance = random.Random(11)
    killed = journals = 0
    odd: list[str] = []
    report = os.dup(1)
    for number in range(kills):
        read, write = os.pipe()
        os.dup2(write, 1)
        child = _fork(path, number if number < kills // 2 else None)
        os.close(write)
        os.dup2(report, 1)
        if number >= kills // 2:
            # Once it is writing, wait a moment that is different each time.
            os.read(read, 1)
            select.select([], [], [], chance.random() * 0.03)
            os.kill(child, signal.SIGKILL)
        killed += os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        os.close(read)
        journals += sqlite_file.journal_of(path).exists()
        with closing(BookStore.open(path)) as store:
            found = store.read()
        if (found.accounts, found.loans) not in ((old.accounts, old.loans), (new.accounts, new.loans)):
            odd.append(found.name)
    os.write(report, json.dumps({"killed": killed, "journals": journals, "odd": odd}).encode())


if __name__ == "__main__":
    main()
