"""The measured table of cure periods."""

from decimal import Decimal
from itertools import pairwise

import pytest

from app.risk import cure_window
from app.risk.cure_window import CureCell, sale_within
from app.risk.model import Chance
from app.risk.series import NoModel

D = Decimal


def cell(hours: int, call: str, sale: str) -> CureCell:
    found = sale_within(hours, D(call), D(sale))
    assert isinstance(found, CureCell)
    return found


def test_a_cell_that_was_measured() -> None:
    assert cell(24, "0.70", "0.80") == CureCell(24, D("0.125"), 0.06, 0.10)
    assert cell(72, "0.70", "0.80") == CureCell(72, D("0.125"), 0.12, 0.33)


def test_between_cells_the_more_careful_one_counts() -> None:
    assert cell(36, "0.70", "0.79") == CureCell(48, D("0.1"), 0.10, 0.25)
    assert cell(24, "0.50", "0.95").fall == D("0.2")


def test_never_in_a_few_dozen_events_is_not_never() -> None:
    assert cell(24, "0.60", "0.80").high == 0.06


def test_a_sale_close_under_the_call_has_no_number() -> None:
    for sale in ("0.70", "0.71", "0.5", "0"):
        assert isinstance(sale_within(24, D("0.70"), D(sale)), NoModel)


@pytest.mark.parametrize("hours", [0, -5, 169])
def test_a_period_that_was_not_measured_says_so(hours: int) -> None:
    found = sale_within(hours, D("0.70"), D("0.80"))
    assert isinstance(found, NoModel)
    assert "168 hours are the longest" in found.reason


def test_more_time_and_a_nearer_sale_are_never_less_likely() -> None:
    table = list(cure_window._TABLE.values())
    for period in table:
        for near, far in pairwise(period):
            assert near[1] >= far[1]
            assert near[2] >= far[2]
    for shorter, longer in pairwise(table):
        for early, late in zip(shorter, longer, strict=True):
            assert early[0] == late[0]
            assert early[1] <= late[1]
            assert early[2] <= late[2]


def test_the_chance_of_a_sale_is_that_of_the_call_times_the_share() -> None:
    found = CureCell(24, D("0.1"), 0.1, 0.5).after(Chance(0.3, 0.2, 0.4, 0.2))
    assert [found.low, found.high] == pytest.approx([0.02, 0.2])
