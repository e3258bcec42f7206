"""When a source is left alone."""

from random import Random

import pytest

from app.services.breaker import Breaker, after_failure, after_network_change, after_success, after_try_now, may_ask


def fail(breaker: Breaker, reason: str = "timeout", wait: float | None = None, mono: float = 0.0) -> Breaker:
    return after_failure(breaker, reason, wait, mono, Random(1))


def test_three_failures_open_it() -> None:
    breaker = Breaker()
    for count in (1, 2):
        breaker = fail(breaker)
        assert (breaker.failures, may_ask(breaker, 0)) == (count, True)
    breaker = fail(breaker)
    assert not may_ask(breaker, 0)
    assert breaker.open_until is not None
    assert may_ask(breaker, breaker.open_until)


@pytest.mark.parametrize(
    "reason", ["unauthorized", "forbidden", "proxy", "banned", "region", "rate_limited", "challenge"]
)
def test_a_refusal_opens_it_at_once(reason: str) -> None:
    assert not may_ask(fail(Breaker(), reason), 0.5)


def test_what_the_source_asked_for_is_waited_for() -> None:
    assert fail(Breaker(), "rate_limited", 700.0).open_until == 700.0


def test_a_region_is_left_alone_for_a_day() -> None:
    assert fail(Breaker(), "region", 5.0).open_until == 86_400.0


def test_a_failed_probe_opens_it_again_and_longer() -> None:
    holds = []
    for seed in range(200):
        breaker, rng = Breaker(failures=2), Random(seed)
        for _ in range(8):
            breaker = after_failure(breaker, "timeout", None, 0.0, rng)
        assert breaker.openings == 8
        holds.append(breaker.open_until or 0.0)
    assert 800 < max(holds) <= 900
    assert min(holds) >= 1


def test_success_closes_it() -> None:
    assert after_success() == Breaker()


def test_a_new_network_forgives_passing_faults_only() -> None:
    assert after_network_change(fail(Breaker(), "proxy")) == Breaker()
    assert not may_ask(after_network_change(fail(Breaker(), "region")), 100)


def test_trying_now_asks_again_and_remembers() -> None:
    tried = after_try_now(fail(Breaker(), "region"))
    assert may_ask(tried, 0)
    assert tried.reason == "region"
