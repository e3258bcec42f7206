"""When prices are asked for again."""

from datetime import UTC, datetime
from random import Random

import pytest

from app.domain.quotes import Consensus, PriceStatus, SourceVerdict, Verdict
from app.services.polling import Trouble, next_delay, trouble_of


@pytest.mark.parametrize(
    ("interval", "named", "middle"),
    [
        (60, {}, 60),
        (1, {}, 5),
        (60, {"near_trigger": True}, 20),
        (15, {"near_trigger": True}, 15),
        (300, {"offline": True}, 30),
        (60, {"storm": True}, 120),
        (20, {"storm": True, "near_trigger": True}, 60),
    ],
)
def test_the_next_round_comes_after(interval: float, named: dict[str, bool], middle: float) -> None:
    delays = [next_delay(interval, Random(seed), **named) for seed in range(100)]
    assert min(delays) >= middle * 0.9
    assert max(delays) <= middle * 1.1
    assert max(delays) - min(delays) > middle * 0.1


def made(*reasons: str) -> Consensus:
    rows = [SourceVerdict("off", "off", Verdict.OFF, None, None, "switched off")]
    for index, reason in enumerate(reasons):
        verdict = Verdict.FAILED if reason else Verdict.USED
        rows.append(SourceVerdict(f"s{index}", f"s{index}", verdict, None, None, reason))
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Consensus("USD", PriceStatus.NONE, None, None, None, at, "consensus", tuple(rows))


@pytest.mark.parametrize(
    ("reasons", "trouble"),
    [
        ((), Trouble.NONE),
        (("dns: no name", "dns: no name"), Trouble.OFFLINE),
        (("dns: no name", "paused: after timeout", "refused"), Trouble.OFFLINE),
        (("dns: no name", ""), Trouble.NONE),
        (("dns: no name", "server_error"), Trouble.NONE),
        (("rate_limited: HTTP 429", "paused: after rate_limited"), Trouble.STORM),
        (("rate_limited: HTTP 429", "timeout"), Trouble.NONE),
    ],
)
def test_what_is_wrong_with_all_sources(reasons: tuple[str, ...], trouble: Trouble) -> None:
    assert trouble_of(made(*reasons)) is trouble
