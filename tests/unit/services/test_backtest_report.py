"""The record of the model in words."""

from dataclasses import replace
from datetime import date

import pytest

from app.risk.backtest import Backtest
from app.risk.reliability import Bin, Score
from app.services.backtest_report import backtest_report, backtest_text, trust_sentence


def one(mean: float, frequency: float, *, width: float = 0.02) -> Bin:
    return Bin(mean - 0.01, mean + 0.01, 100, mean, frequency, frequency - width, frequency + width)


def record(*bins: Bin) -> Backtest:
    score = Score("Plimsoll's model", 0.11, 0.017, bins)
    return Backtest(
        True, date(2014, 1, 5), date(2026, 5, 17), 646, 7752, (7, 30, 90), (0.1, 0.2, 0.3, 0.4), score,
        replace(score, name="GBM, 90 days"), (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bins", "words"),
    [
        ((one(0.05, 0.06), one(0.25, 0.24), one(0.35, 0.1)), "the number held"),
        ((one(0.05, 0.12),), "more often than chance alone explains"),
        ((one(0.25, 0.12),), "errs on the careful side"),
        ((one(0.05, 0.12), one(0.25, 0.12)), "trust it less there"),
    ],
)
def test_the_sentence_says_whether_to_trust_the_number(bins: tuple[Bin, ...], words: str) -> None:
    assert words in trust_sentence(record(*bins))


def test_a_page_and_a_document_tell_the_same() -> None:
    said = record(one(0.05, 0.06))
    page, document = backtest_text(said, "USD"), backtest_report(said, "USD")
    assert "On 646 Sundays from 2014-01-05 to 2026-05-17" in page
    assert "5.0 %" in page
    assert document["shown"]["bins"][0]["stated"] == "0.050000"
    assert document["shown"]["ece"] == "0.017000"
    assert document["gbm_90d"]["name"] == "GBM, 90 days"
