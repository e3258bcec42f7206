from decimal import Decimal

import pytest

from app.services.danger import distance as exact_distance
from app.ui.levels import standing_of
from app.ui.models.loan_order import facts_of, gravity, matching, moment_of, order
from tests.fakes.desk import at_price, many_loans, offline, snapshot_of, treasury, treasury_loans


def names(column: str, *, descending: bool = False) -> list[str]:
    snapshot = snapshot_of()
    facts = facts_of(snapshot.book, snapshot.figures.ledger)
    moment = moment_of(snapshot.figures.lookups, 0.1)
    return [facts[index].name for index in order(facts, moment, column, descending=descending)]


def test_nearest_danger_comes_first_over_currencies() -> None:
    assert names("drop") == ["Coin revolver", "Equipment facility", "EUR bridge", "Term loan B"]


def test_debts_in_two_currencies_have_one_order() -> None:
    assert names("debt") == ["EUR bridge", "Coin revolver", "Term loan B", "Equipment facility"]


def test_texts_sort_without_case() -> None:
    assert names("loan") == ["Coin revolver", "Equipment facility", "EUR bridge", "Term loan B"]
    assert names("loan", descending=True)[0] == "Term loan B"


@pytest.mark.parametrize("dollars", ["90000", "70727", "64500", "57000", "50000"])
def test_the_order_by_floats_is_the_order_by_exact_figures(dollars: str) -> None:
    snapshot = at_price(dollars, treasury((*treasury_loans(), *many_loans(80))))
    facts = facts_of(snapshot.book, snapshot.figures.ledger)
    moment = moment_of(snapshot.figures.lookups, 0.1)
    loans = snapshot.figures.loans
    by_distance = order(facts, moment, "drop", descending=False)
    assert by_distance == sorted(range(len(loans)), key=lambda index: exact_distance(loans[index]))
    by_ltv = order(facts, moment, "ltv", descending=True)
    assert by_ltv == sorted(range(len(loans)), key=lambda index: loans[index].ltv or Decimal(-1), reverse=True)
    assert [gravity(item, moment) for item in facts] == [standing_of(figures).rank for figures in loans]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("harbour", ["Equipment facility", "Term loan B"]),
        ("lender:harbour ltv>60", ["Equipment facility"]),
        ("drop<10%", ["Equipment facility", "Coin revolver"]),
        ("state:call", ["Equipment facility", "Coin revolver"]),
        ("currency:eur", ["EUR bridge"]),
        ("debt>40000000", ["Equipment facility", "Term loan B"]),
        ("nobody", []),
        ("ltv>x", []),
    ],
)
def test_the_filter_narrows(text: str, found: list[str] | None) -> None:
    snapshot = snapshot_of()
    facts = facts_of(snapshot.book, snapshot.figures.ledger)
    kept = matching(facts, moment_of(snapshot.figures.lookups, 0.1), text)
    assert (None if kept is None else [facts[index].name for index in kept]) == found


def test_without_a_price_an_ltv_filter_finds_nothing() -> None:
    snapshot = offline()
    facts = facts_of(snapshot.book, snapshot.figures.ledger)
    assert matching(facts, moment_of(snapshot.figures.lookups, 0.1), "ltv>0") == []
