"""``plimsoll transfers``: shown first, stored as one change, and imported never again."""

from pathlib import Path

import pytest

from app.domain.book import TransactionKind
from app.store.book_store import BookStore
from tests.fakes.lots import book_of, buy, row
from tests.unit.cli.conftest import Run

OUT = row("withdrawal", "2024-02-01 10:00", "1")._replace(external_id="kraken:W1")
INTO = row("deposit", "2024-02-01 10:40", "0.9995")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "two.plimsoll"
    BookStore.create(path, book_of(buy("2024-01-01", "2", "80000"), OUT, Cold=(INTO,))).close()
    return path


def test_what_fits_is_shown_and_nothing_is_stored(run: Run, place: Path) -> None:
    before = place.read_bytes()
    done = run("--book", place, "transfers")
    assert (done.code, done.err) == (0, "")
    assert "1 transfer found; --apply stores them." in done.out
    assert place.read_bytes() == before


def test_a_transfer_is_stored_once(run: Run, place: Path) -> None:
    done = run("--book", place, "transfers", "--apply", "--json")
    assert (done.code, done.json["stored"], len(done.json["pairs"])) == (0, True, 1)
    main, cold = BookStore.open(place).read().accounts
    assert [entry.kind for entry in main.transactions[1:]] == [TransactionKind.TRANSFER, TransactionKind.FEE]
    assert cold.transactions == ()
    again = run("--book", place, "transfers", "--apply", "--json")
    assert (again.json["stored"], again.json["pairs"]) == (False, [])


def test_what_cannot_be_true_is_refused_whole(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "spent.plimsoll"
    early = (row("deposit", "2024-02-01 09:00", "1"), row("spend", "2024-02-01 09:30", "1"))
    BookStore.create(path, book_of(buy("2024-01-01", "2", "80000"), OUT, Cold=early)).close()
    before = path.read_bytes()
    done = run("--book", path, "transfers", "--apply")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "Cold" in done.err
    assert path.read_bytes() == before
