"""The recorded rounds: what a set of answers must come to, and what it may do to an alarm."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.domain.consensus import Failure, Memory, Round, judge
from app.domain.errors import PriceError
from app.domain.feeds import RawQuote, Tier, parse_optional_price, parse_price
from app.domain.price_alarm import alarm_sign
from app.domain.price_gates import SourceMemory
from app.domain.quotes import LastGood, Verdict

NOW = datetime(2026, 8, 22, 12, 0, 30, tzinfo=UTC)
MONO = 5_000.0
ROUNDS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "prices" / "consensus_rounds.json").read_text("utf-8"),
)["rounds"]


def _answer(row: dict[str, Any]) -> RawQuote | Failure:
    source = row["source"]
    group = row.get("group", source)
    try:
        price = parse_price(row["price"])
    except PriceError as error:
        return Failure(source, group, error.reason)
    stamp = row["stamp_age"]
    return RawQuote(
        source=source,
        group=group,
        tier=Tier(row.get("tier", "venue")),
        currency="USD",
        echo=row.get("echo", "USD"),
        last=price,
        bid=parse_optional_price(row.get("bid")),
        ask=parse_optional_price(row.get("ask")),
        stated_at=None if stamp is None else NOW - timedelta(seconds=stamp),
        received_at=NOW - timedelta(seconds=row["receipt_age"]),
        received_mono=MONO - row["receipt_age"],
    )


def _last_good(value: str | None) -> LastGood | None:
    if value is None:
        return None
    price = Decimal(value)
    return LastGood("USD", price, price, price, ("kraken",), 1, NOW - timedelta(minutes=5))


def test_there_are_47_rounds() -> None:
    assert len(ROUNDS) == len({row["case"] for row in ROUNDS}) == 47


@pytest.mark.parametrize("row", ROUNDS, ids=lambda row: str(row["case"]))
def test_round_comes_to_what_is_recorded(row: dict[str, Any]) -> None:
    answers = [_answer(one) for one in row["answers"]]
    memory = Memory(
        sources={
            source: SourceMemory(NOW - timedelta(seconds=age), None, (), MONO - age)
            for source, age in row["seen_stamp_age"].items()
        },
    )
    asked = Round(
        "USD",
        NOW,
        MONO,
        quotes=[one for one in answers if isinstance(one, RawQuote)],
        failures=[one for one in answers if isinstance(one, Failure)],
    )
    consensus, _ = judge(asked, memory, _last_good(row["last_good"]))
    expected = row["expected"]
    assert consensus.status == expected["status"]
    assert consensus.value == (None if expected["value"] is None else Decimal(expected["value"]))
    assert consensus.low == (None if expected["low"] is None else Decimal(expected["low"]))
    assert consensus.high == (None if expected["high"] is None else Decimal(expected["high"]))
    outliers = {one.group for one in consensus.sources if one.verdict is Verdict.OUTLIER}
    assert outliers == set(expected["outliers"])
    refused = {one.name: one.reason for one in consensus.sources if one.verdict is Verdict.REJECTED}
    assert refused == expected["refused"]
    assert alarm_sign(consensus, Decimal(row["trigger_price"])) == expected["alarm"]
