"""What ``history`` answers."""

from datetime import date, timedelta
from decimal import Decimal

from app.domain.candles import DailyCandle
from app.domain.histories import ShownHistory
from app.services.history_import import Disagreement, HistoryImport
from app.services.history_report import history_document, history_text, import_document, import_text

FIRST = date(2026, 1, 1)


def days(*numbers: int, low: int | None = None) -> tuple[DailyCandle, ...]:
    known = None if low is None else Decimal(low)
    return tuple(DailyCandle(FIRST + timedelta(days=at), None, None, known, Decimal(100)) for at in numbers)


def test_a_history_s_extent_as_json() -> None:
    shown = ShownHistory("imported", "kraken", days(0, 1, low=90) + days(4, 5, 7))
    assert history_document("USD", shown) == {
        "currency": "USD",
        "source": "imported",
        "extended_by": "kraken",
        "lows_from": None,
        "derived": False,
        "first_day": "2026-01-01",
        "last_day": "2026-01-08",
        "days": 5,
        "gaps": [
            {"from": "2026-01-03", "to": "2026-01-04", "days": 2},
            {"from": "2026-01-07", "to": "2026-01-07", "days": 1},
        ],
        "with_lows": 2,
    }


def test_no_history_is_null_and_a_sentence() -> None:
    document = history_document("GBP", ShownHistory())
    assert {key for key, value in document.items() if value is None} == {
        "source", "extended_by", "lows_from", "first_day", "last_day",
    }  # fmt: skip
    assert (document["days"], document["gaps"], document["with_lows"]) == (0, [], 0)
    assert history_text("GBP", ShownHistory()).startswith("No history in GBP is stored.")


def test_a_history_s_extent_in_words() -> None:
    shown = ShownHistory("imported", "kraken", days(0, 1, low=90) + days(4, 5, 7), "bitstamp")
    assert history_text("USD", shown).splitlines() == [
        "Prices in USD, 2026-01-01 to 2026-01-08: 5 days, 2 of them with an intraday low.",
        "Source: imported from a file; later days from kraken; lows from bitstamp where the closes agree.",
        "Missing: 3 days (2026-01-03 to 2026-01-04, 2026-01-07).",
    ]


def test_a_derived_history_says_how() -> None:
    text = history_text("CHF", ShownHistory("coinbase × ecb", "", days(0, low=90)))
    assert "1 day, each with its intraday low." in text
    assert "coinbase × ecb (derived: dollar prices times the central bank's daily rate, at weekends" in text
    assert history_document("CHF", ShownHistory("coinbase × ecb", "", days(0)))["derived"] is True


def test_many_gaps_are_counted() -> None:
    text = history_text("USD", ShownHistory("kraken", "", days(*range(0, 20, 2))))
    assert "Missing: 9 days (2026-01-02, 2026-01-04, 2026-01-06, 2026-01-08, 2026-01-10 and 4 more gaps)." in text
    assert "closes alone, without intraday lows" in text


def test_an_import_in_words_and_as_json() -> None:
    done = HistoryImport(
        "USD", FIRST, date(2026, 1, 3), 3, 3, 2, 0, 1, 1, date(2026, 1, 4), (), (Disagreement("kraken", 2, 3),)
    )
    assert import_text(done).splitlines() == [
        "Imported prices in USD, 2026-01-01 to 2026-01-03: 3 days, each with its intraday low; 2 new, 0 changed.",
        "No day is missing.",
        "1 day stays as imported before, with its low.",
        "1 repeated line counted once.",
        "2026-01-04 is still running and was left out.",
        "kraken tells closes over 2 % apart on 2 of 3 days that both know; check the file's currency.",
    ]
    document = import_document(done)
    assert (document["added"], document["kept"], document["running_day"]) == (2, 1, "2026-01-04")
    assert document["gaps"] == []
    assert document["disagreements"] == [{"source": "kraken", "days": 2, "shared_days": 3}]
