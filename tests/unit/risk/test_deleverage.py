"""Selling down to an LTV: the worked figures, lots and tax, and what no sale reaches."""

import math
from decimal import Decimal
from typing import Any

import pytest

from app.risk.deleverage import Lot, LotOrder, LotSale, percent, sell_collateral, sell_free, sell_lots
from app.risk.positions import Unanswerable
from tests.fakes.plan_books import GOLDEN


def close(found: Decimal | Unanswerable, wanted: str) -> bool:
    return isinstance(found, Decimal) and math.isclose(float(found), float(wanted), rel_tol=1e-12, abs_tol=1e-12)


def given_in(case: dict[str, Any]) -> tuple[Decimal, Decimal, Decimal, Decimal, Decimal]:
    debt, btc, price, to_ltv, fee = (Decimal(case[name]) for name in ("debt", "btc", "price", "to_ltv", "fee"))
    return debt, btc, price, to_ltv, fee


@pytest.mark.parametrize("case", GOLDEN["sell_down"])
def test_selling_down_is_the_worked_one(case: dict[str, Any]) -> None:
    debt, btc, price, to_ltv, fee = given_in(case)
    assert close(sell_free(debt, btc, price, to_ltv, fee), case["from_free"])
    sold = sell_collateral(debt, btc, price, to_ltv, fee)
    assert close(sold, case["from_collateral"])
    assert isinstance(sold, Decimal)
    assert close(debt - sold * price * (1 - fee), case["debt_after"])
    assert close(btc - sold, case["btc_after"])


@pytest.mark.parametrize("case", GOLDEN["lots"], ids=lambda case: str(case["order"]))
def test_lots_are_used_in_their_order_and_taxed(case: dict[str, Any]) -> None:
    lots = [Lot(Decimal(btc), Decimal(basis)) for btc, basis in case["lots"]]
    order = LotOrder(case["order"].lower())
    found = sell_lots(*given_in(case), lots=lots, order=order, tax_rate=Decimal(case["tax_rate"]))
    assert isinstance(found, LotSale)
    assert close(found.btc, case["sell"])
    assert close(found.tax, case["tax"])
    assert [n for n, _ in found.by_lot] == [n for n, _ in case["by_lot"]]
    assert all(close(btc, wanted) for (_, btc), (_, wanted) in zip(found.by_lot, case["by_lot"], strict=True))


def test_what_cannot_be_reached_is_a_sentence() -> None:
    dear = sell_collateral(Decimal(900), Decimal(1), Decimal(1000), Decimal("0.85"), Decimal("0.15"))
    assert dear == Unanswerable(
        "No sale of collateral brings the LTV to 85 % at a cost of 15 %: each sale takes away as much cover as it "
        "repays; the target must lie below 85 %."
    )
    everything = sell_collateral(Decimal(2000), Decimal(1), Decimal(1000), Decimal("0.5"), Decimal(0))
    assert everything == Unanswerable("Even selling all collateral does not bring the LTV to 50 %.")
    low = sell_collateral(Decimal(1), Decimal(1), Decimal(1000), Decimal("0.5"), Decimal(0))
    assert low == 0
    assert sell_free(Decimal(1), Decimal(1), Decimal(1000), Decimal("0.5"), Decimal(0)) == 0


def test_lots_that_do_not_help_are_a_sentence() -> None:
    one = (Decimal(900), Decimal(1), Decimal(1000), Decimal("0.7"), Decimal("0.01"))
    taxed = sell_lots(*one, lots=[Lot(Decimal(5), Decimal(0))], order=LotOrder.FIFO, tax_rate=Decimal("0.4"))
    assert isinstance(taxed, Unanswerable)
    assert taxed.reason.startswith("Selling a lot bought at 0 brings no loan nearer 70 %")
    few = sell_lots(*one, lots=[Lot(Decimal("0.1"), Decimal(2000))], order=LotOrder.HIFO, tax_rate=Decimal("0.4"))
    assert few == Unanswerable("Even selling every lot does not bring the LTV to 70 %.")


def test_percentages_keep_what_matters() -> None:
    assert [percent(Decimal(text)) for text in ("0.5", "0.0025", "1", "0.123456789")] == [
        "50 %",
        "0.25 %",
        "100 %",
        "12.3457 %",
    ]
