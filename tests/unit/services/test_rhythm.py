"""How soon prices are asked for again."""

from decimal import Decimal
from random import Random

from app.domain.quotes import PriceStatus
from app.services.rhythm import wait_seconds
from tests.fakes.desk import at_price, offline, snapshot_of, warning_record


class NoJitter(Random):
    """Always the middle."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def test_far_from_every_line_the_settings_decide() -> None:
    assert wait_seconds(at_price("90000"), NoJitter()) == 60


def test_close_to_a_line_it_is_sooner() -> None:
    assert wait_seconds(at_price("66000"), NoJitter()) == 20


def test_an_unconfirmed_warning_makes_it_sooner_still() -> None:
    record = warning_record()._replace(confirmed=False)
    assert wait_seconds(snapshot_of(warnings=(record,)), NoJitter()) == 10


def test_where_no_source_can_be_reached_it_looks_again_after_half_a_minute() -> None:
    snapshot = offline()
    assert all(answer.status is PriceStatus.NONE for answer in snapshot.consensus.values())
    assert wait_seconds(snapshot, NoJitter()) == 30


def test_jitter_keeps_within_a_tenth() -> None:
    waits = {round(Decimal(wait_seconds(at_price("90000"), Random(seed))), 3) for seed in range(20)}
    assert len(waits) > 10
    assert all(54 <= wait <= 66 for wait in waits)
