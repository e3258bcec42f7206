import random

import pytest

from app.domain.errors import CancelledError
from app.services.transaction_order import PIECE, counted, ordered, picked


def test_pieces_come_out_as_one_order() -> None:
    chance = random.Random(7)
    keys = [chance.randrange(5_000) for _ in range(3 * PIECE + 17)]
    rising = sorted(range(len(keys)), key=lambda number: (keys[number], number))
    assert list(ordered(range(len(keys)), keys.__getitem__)) == rising
    assert list(ordered(range(len(keys)), keys.__getitem__, descending=True)) == rising[::-1]


def test_what_is_in_order_stays_so() -> None:
    numbers = list(range(0, 4 * PIECE, 2))
    assert list(ordered(numbers, lambda number: number // 10)) == numbers


def test_rows_are_picked_in_their_order() -> None:
    assert list(picked(2 * PIECE, lambda number: number % 2000 == 3)) == [3, 2003, 4003, 6003, 8003]
    assert list(counted(PIECE + 2)) == list(range(PIECE + 2))


def test_work_that_nobody_wants_ends() -> None:
    def cancelled() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        ordered(range(10), lambda number: number, check=cancelled)
    with pytest.raises(CancelledError):
        picked(10, bool, cancelled)
