"""What ``price --json`` says."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.domain.quotes import Consensus, PriceStatus, SourceVerdict, Verdict
from app.services.price_report import has_trustworthy_price, price_report

ROWS = (
    SourceVerdict("coinbase", "coinbase", Verdict.FAILED, None, None, "timeout: no answer in time"),
    SourceVerdict("kraken", "kraken", Verdict.USED, Decimal("70727.005"), 3),
)


def made(status: PriceStatus, currency: str = "USD") -> Consensus:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    value = None if status in (PriceStatus.NONE, PriceStatus.DISAGREE) else Decimal("70727.015")
    return Consensus(currency, status, value, Decimal(70726), None, at, "consensus", ROWS)


def test_its_shape() -> None:
    assert json.loads(json.dumps(price_report(made(PriceStatus.OK)))) == {
        "currency": "USD",
        "status": "ok",
        "value": "70727.02",
        "low": "70726.00",
        "high": None,
        "sources": [
            {
                "name": "coinbase",
                "group": "coinbase",
                "verdict": "failed",
                "price": None,
                "age_seconds": None,
                "reason": "timeout: no answer in time",
            },
            {
                "name": "kraken",
                "group": "kraken",
                "verdict": "used",
                "price": "70727.00",
                "age_seconds": 3,
                "reason": "",
            },
        ],
    }


@pytest.mark.parametrize("status", list(PriceStatus))
def test_only_agreement_gives_a_value(status: PriceStatus) -> None:
    trusted = status in (PriceStatus.OK, PriceStatus.THIN)
    assert has_trustworthy_price(made(status)) is trusted
    assert (price_report(made(status))["value"] is not None) is trusted


def test_yen_have_no_decimals() -> None:
    assert price_report(made(PriceStatus.THIN, "JPY"))["value"] == "70727"
