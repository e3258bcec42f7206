"""Value at risk and expected shortfall."""

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from app.risk.model import RiskModel, build_model
from app.risk.residuals import residuals, table_of
from app.risk.series import NoModel
from app.risk.shortfall import PriceFall, book_shortfall, lognormal_shortfall, price_shortfall
from app.risk.simulation import simulate
from app.risk.volatility import ewma_variances
from tests.fakes.golden_risk import golden
from tests.fakes.histories import made_up_history


def built(paths: int = 20_000) -> RiskModel:
    model = build_model(made_up_history(900), paths=paths)
    assert isinstance(model, RiskModel)
    return model


@pytest.mark.parametrize("row", golden("shortfall"))
def test_a_lognormal_price(row: dict[str, Any]) -> None:
    found = lognormal_shortfall(float(row["volatility"]), row["days"], float(row["level"]))
    assert found.var == pytest.approx(float(row["var"]), rel=1e-9)
    assert found.es == pytest.approx(float(row["es"]), rel=1e-9)


@pytest.mark.parametrize(("days", "level"), [(7, 0.95), (7, 0.99), (30, 0.975), (90, 0.9)])
def test_the_simulated_price_is_its_sorted_ends(days: int, level: float) -> None:
    history, model = made_up_history(900), built()
    variances = ewma_variances(history.returns, history.daily)
    futures = simulate(table_of(*residuals(history, variances, intraday=True), intraday=True), model.ends_days, 20_000)
    ends = np.expm1(futures.ends[model.ends_days.index(days)].astype(float) * math.sqrt(variances[-1]))
    worst = ends[: round((1 - level) * 20_000)]
    found = price_shortfall(model, days, level)
    assert isinstance(found, PriceFall)
    assert found.var == pytest.approx(worst[-1])
    assert found.es == pytest.approx(worst.mean())
    assert found.es < found.var < 0


def test_days_that_were_not_kept_lie_between_those_that_were() -> None:
    model = built()
    falls = [price_shortfall(model, days) for days in (30, 33, 37)]
    assert all(isinstance(fall, PriceFall) for fall in falls)
    es = [fall.es for fall in falls if isinstance(fall, PriceFall)]
    assert es[0] > es[1] > es[2]


def test_a_horizon_without_a_model_has_no_shortfall() -> None:
    assert isinstance(price_shortfall(built(), 300), NoModel)


def test_too_few_futures_for_a_level_say_so() -> None:
    found = price_shortfall(built(1_000), 7, 0.99)
    assert isinstance(found, NoModel)
    assert "needs more simulated futures than 1000" in found.reason


@pytest.mark.parametrize("level", [0.5, 1.0])
def test_a_level_that_is_no_bad_end_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        price_shortfall(built(1_000), 7, level)


def test_a_book_loses_its_bitcoin_times_the_price_and_pays_interest() -> None:
    fall = PriceFall(0.975, 30, -0.2, -0.25)
    found = book_shortfall(fall, Decimal(70_000), 10 * 10**8, Decimal(300_000), Decimal(303_000))
    assert found.net_now == Decimal("400000.00")
    assert found.net_var == Decimal("257000.00")
    assert found.net_es == Decimal("222000.00")
    assert (found.loss_var, found.loss_es) == (Decimal("143000.00"), Decimal("178000.00"))


def test_a_debt_above_its_collateral_counts_in_full() -> None:
    found = book_shortfall(PriceFall(0.975, 7, -0.5, -0.6), Decimal(100), 10**8, Decimal(90))
    assert (found.net_now, found.net_var, found.net_es) == (Decimal(10), Decimal(-40), Decimal(-50))
