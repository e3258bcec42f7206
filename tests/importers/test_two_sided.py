"""Rows with both sides in bitcoin: nothing comes from nowhere."""

import pytest

from app.domain.book import TransactionKind
from app.importers.cells import CellError, Cells, NothingMovedError
from app.importers.two_sided import Sides, two_sided
from app.services.import_ports import Answers, Moved
from tests.fakes.loans import at


def read(sent: str, got: str, fee: str = "") -> Moved:
    """Return what a row between two wallets of one owner is read as."""
    sides = Sides(sent, "BTC", got, "BTC", fee, "BTC" if fee else "")
    found = two_sided(2, Cells(Answers()), at("2024-01-01"), "test:1", sides)
    assert isinstance(found, Moved)
    return found


@pytest.mark.parametrize(
    ("sent", "got", "fee", "cost"),
    [
        ("0.5", "0.4999", "", 10_000),
        ("0.5", "0.4999", "0.0001", 10_000),  # one fee, told twice
        ("0.5", "0.5", "0.0002", 20_000),
        ("0.5", "0.4999", "0.0002", 30_000),
    ],
)
def test_bitcoin_sent_to_oneself_costs_what_was_lost(sent: str, got: str, fee: str, cost: int) -> None:
    (entry,) = read(sent, got, fee).transactions
    assert (entry.kind, entry.sats, entry.external_id) == (TransactionKind.FEE, cost, "test:1")


def test_bitcoin_sent_to_oneself_without_a_fee_moves_nothing() -> None:
    with pytest.raises(NothingMovedError, match="between wallets of one owner"):
        read("0.5", "0.5")


def test_more_than_was_sent_does_not_arrive() -> None:
    with pytest.raises(CellError, match=r"gets 0\.6 of 0\.5 BTC"):
        read("0.5", "0.6")
    with pytest.raises(CellError, match="is negative"):
        read("0.5", "0.5", "-0.1")
