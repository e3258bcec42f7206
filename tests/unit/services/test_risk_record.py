import pytest

from app.domain.errors import CancelledError
from app.services.risk_record import RiskRecord, check_against_past, record_sentence, score_sentence
from tests.fakes.desk import NOW
from tests.fakes.risk_answers import swings


def test_too_little_history_says_how_much_is_needed() -> None:
    told = check_against_past(swings(500), NOW.date(), should_stop=lambda: False, progress=lambda _part: None)
    assert isinstance(told, str)
    assert "needs 1184 days of price history" in told
    none = check_against_past((), NOW.date(), should_stop=lambda: False, progress=lambda _part: None)
    assert isinstance(none, str)
    assert "no price history" in none


def test_the_record_tells_progress_and_both_scores() -> None:
    parts: list[float] = []
    record = check_against_past(swings(1250), NOW.date(), should_stop=lambda: False, progress=parts.append)
    assert isinstance(record, RiskRecord)
    assert parts[-1] == 1
    assert parts == sorted(parts)
    assert record.bins
    assert record.trust
    assert f"On {record.starts:,} Sundays" in record_sentence(record)
    assert "7, 30 and 90 days" in record_sentence(record)
    assert "Plimsoll's model: Brier 0." in score_sentence(record)
    assert "GBM, 90 days: Brier 0." in score_sentence(record)


def test_it_stops_when_asked() -> None:
    with pytest.raises(CancelledError):
        check_against_past(swings(1250), NOW.date(), should_stop=lambda: True, progress=lambda _part: None)
