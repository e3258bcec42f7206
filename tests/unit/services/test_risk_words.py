from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.risk.positions import Unanswerable
from app.risk.results import (
    BookHorizonRisk,
    BookRisk,
    HorizonRisk,
    LoanRisk,
    ModelBasis,
    Probability,
    Shortfall,
    UncuredCall,
)
from app.services.risk_words import (
    NO_LINES,
    PENDING,
    basis_sentence,
    book_sentence,
    chance_sentence,
    end_words,
    headline,
    likelihood,
    maturity_of,
    short_week,
    shortfall_sentence,
    uncured_sentence,
    uncured_words,
    weekly_sigmas,
)

AT = datetime(2026, 2, 10, 9, 41, tzinfo=UTC)
BASIS = ModelBasis(
    "m",
    Decimal("0.4345"),
    Decimal("0.0602"),
    440,
    date(2024, 11, 28),
    date(2026, 2, 10),
    intraday=True,
    notes=("Old.",),
)


def chance(value: str, low: str = "0.4", high: str = "0.6", gbm: str = "0.5") -> Probability:
    return Probability(Decimal(value), Decimal(low), Decimal(high), Decimal(gbm))


MONTH = BookHorizonRisk(30, chance("0.5172"), chance("0.0595"), chance("0.001"))
LOAN = LoanRisk(0, "Revolver", (HorizonRisk(30, chance("0.5172"), chance("0.0595")),), None)
RISK = BookRisk(AT, BASIS, "", (LOAN,), (BookHorizonRisk(7, chance("0.17"), None, None), MONTH))


def test_the_headline_tells_calls_and_sales_within_thirty_days() -> None:
    assert headline(RISK) == (
        "Within 30 days a call is about as likely as not (52 %); a forced sale, if nobody acts, 6.0 %; "
        "with the best use of the free BTC < 0.5 %."
    )


def test_the_headline_where_no_loan_names_a_forced_sale_or_the_reserve_never_ends() -> None:
    no_sale = replace(RISK, horizons=(replace(MONTH, any_sale_no_action=None, any_sale_best_use=None),))
    assert headline(no_sale).endswith("(52 %); no loan names a forced sale.")
    endless = replace(RISK, horizons=(replace(MONTH, any_sale_best_use=None),))
    assert headline(endless).endswith("if nobody acts, 6.0 %.")


def test_the_headline_where_a_call_is_due() -> None:
    due = replace(RISK, horizons=(replace(MONTH, any_call=chance("1", "1", "1", "1")),))
    assert headline(due).startswith("A call is due already; a forced sale,")


@pytest.mark.parametrize(
    ("risk", "told"),
    [
        (None, PENDING),
        (Unanswerable("There is no price in USD: silent."), "No probabilities: there is no price in USD: silent."),
        (BookRisk(AT, None, "A probability needs 251 days."), "No probabilities: a probability needs 251 days."),
        (BookRisk(AT, BASIS, ""), NO_LINES),
        (
            replace(RISK, horizons=(BookHorizonRisk(30, None, None, None, "30 days ahead need more."),)),
            "No probabilities: 30 days ahead need more.",
        ),
        (replace(RISK, horizons=()), "No probabilities: this horizon was not reckoned."),
    ],
)
def test_without_a_number_the_headline_says_why(risk: BookRisk | Unanswerable | None, told: str) -> None:
    assert headline(risk) == told


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "very unlikely"),
        ("0.005", "unlikely"),
        ("0.2", "possible"),
        ("0.44", "less likely than not"),
        ("0.5", "about as likely as not"),
        ("0.74", "more likely than not"),
        ("0.9", "likely"),
        ("0.99", "very likely"),
        ("1", "due already"),
    ],
)
def test_a_probability_as_people_say_it(value: str, words: str) -> None:
    assert likelihood(Decimal(value)) == words


def test_what_the_numbers_rest_on() -> None:
    assert basis_sentence(RISK) == (
        "Learned from 440 days, 2024-11-28 to 2026-02-10, with the lows within each day. "
        "A usual week now moves 6.1 % (43.5 % a year). Old."
    )
    closes = replace(RISK, model=replace(BASIS, intraday=False))
    assert "by daily closes" in basis_sentence(closes)
    assert basis_sentence(None) == ""
    assert basis_sentence(Unanswerable("no")) == ""


def test_the_week_for_the_overview() -> None:
    assert short_week(RISK) == "A call within a week: 17 %."
    assert short_week(replace(RISK, horizons=(MONTH,))) == ""
    assert short_week(None) == ""


def test_how_many_usual_weeks_away_a_line_lies_is_rounded_down() -> None:
    # −ln(1 − 0.0766) ÷ 0.0602 = 1.3238…
    assert weekly_sigmas(Decimal("0.0766"), BASIS) == Decimal("1.3")
    assert weekly_sigmas(Decimal(0), BASIS) is None
    assert weekly_sigmas(None, BASIS) is None
    assert weekly_sigmas(Decimal("0.1"), None) is None


def test_a_chance_with_its_band_the_textbook_and_the_label_of_a_scenario() -> None:
    told = chance_sentence("Revolver is called", 30, chance("0.5172"))
    assert told.startswith(
        "Revolver is called within 30 days: 52 %. The models say 40 to 60 %; GBM-90d says 50 %. The middle of two"
    )
    assert "(a scenario: history is too short to check it)" in chance_sentence("R", 400, chance("0.9"), maturity=True)
    assert chance_sentence("R", 30, None, why="Too little.") == "R within 30 days: no number. Too little."
    assert chance_sentence("R", 30, chance("1")) == "R within 30 days: the price is there already."


def test_the_end_of_a_loan() -> None:
    end = HorizonRisk(400, chance("0.9"), None, maturity=True)
    loan = replace(LOAN, horizons=(*LOAN.horizons, end))
    assert maturity_of(loan) is end
    assert maturity_of(LOAN) is None
    assert end_words(end, sale=False) == "90 % · scenario"
    assert end_words(end, sale=True) == "—"
    assert end_words(None, sale=True) == "—"


def test_a_call_that_nobody_answers_is_an_order_of_magnitude() -> None:
    call = UncuredCall(48, 48, Decimal("0.08"), Decimal("0.17"), 12)
    assert uncured_words(call) == "8–17 %"
    told = uncured_sentence(replace(LOAN, uncured=call))
    assert "8–17 % reached the forced sale within 48 h. An order of magnitude: it rests on 12" in told
    assert uncured_words(None) == "—"
    assert "no clock runs" in uncured_sentence(LOAN)


def test_the_books_chances_say_which_line_they_rest_on() -> None:
    assert "touching the highest call line" in book_sentence(MONTH, "call")
    assert "touching the last stand" in book_sentence(MONTH, "best")
    none = BookHorizonRisk(30, chance("0.5"), None, None)
    assert book_sentence(none, "sale").endswith("no number. No loan names one.")
    assert book_sentence(none, "best").endswith("No fall uses the free BTC up.")


def test_the_shortfall_hides_amounts() -> None:
    worst = Shortfall(7, Decimal("0.975"), Decimal(1000), Decimal(1234))
    told = shortfall_sentence(worst, "USD", hidden=False)
    assert "in the worst 2.5 % of simulated futures, the net value loses $1,234 on average, and at least $1,000" in told
    hidden = shortfall_sentence(worst, "USD", hidden=True)
    assert "1,234" not in hidden
    assert "1,000" not in hidden
