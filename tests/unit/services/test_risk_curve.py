from datetime import UTC, datetime
from decimal import Decimal

from app.risk.positions import Unanswerable
from app.risk.results import BookHorizonRisk, BookRisk, HorizonRisk, LoanRisk, Probability
from app.services.risk_curve import CHECKED_DAYS, CURVE_DAYS, MOST_LOANS, book_curves, curve_loans, loan_curves

AT = datetime(2026, 2, 10, tzinfo=UTC)


def chance(value: str) -> Probability:
    return Probability(*(Decimal(value),) * 4)


RISK = BookRisk(
    AT,
    None,
    "",
    (
        LoanRisk(
            3, "A", (HorizonRisk(1, chance("0.1"), None), HorizonRisk(9, chance("0.2"), None, maturity=True)), None
        ),
    ),
    (
        BookHorizonRisk(1, chance("0.1"), chance("0.05"), None),
        BookHorizonRisk(7, chance("0.2"), chance("0.1"), None),
        BookHorizonRisk(400, None, None, None, "too short"),
    ),
)


def test_the_book_has_a_curve_for_each_kind_that_has_numbers() -> None:
    call, sale = book_curves(RISK)
    assert (call.key, sale.key) == ("call", "sale")
    assert [point.days for point in call.points] == [1, 7]
    assert call.at(7) == chance("0.2")
    assert call.at(400) is None


def test_a_loans_curve_leaves_its_maturity_out_and_an_unknown_loan_has_none() -> None:
    (call,) = loan_curves(RISK, 3)
    assert [point.days for point in call.points] == [1]
    assert loan_curves(RISK, 0) == ()


def test_the_horizons_hold_the_standard_ones_and_end_with_a_year() -> None:
    assert {1, 7, 30, CHECKED_DAYS, 365} <= set(CURVE_DAYS)
    assert list(CURVE_DAYS) == sorted(set(CURVE_DAYS))


def test_curves_are_offered_of_the_likeliest_loans_only() -> None:
    def loan(index: int, value: str) -> LoanRisk:
        return LoanRisk(index, f"L{index}", (HorizonRisk(1, None, chance(value)),), None)

    many = BookRisk(AT, None, "", tuple(loan(n, f"0.{n:04d}") for n in range(MOST_LOANS + 50)))
    offered = curve_loans(many)
    assert len(offered) == MOST_LOANS
    assert min(offered) == 50
    assert curve_loans(Unanswerable("no price")) == frozenset()
