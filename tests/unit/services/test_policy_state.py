"""How a book stands to its limits: measured exactly, near, breached, or not known."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.book import Book, Loan
from app.domain.policy import LimitKind, PolicyLimit
from app.services.headline import PlainShown
from app.services.policy_report import limit_documents, policy_lines
from app.services.policy_round import states_now
from app.services.policy_state import LimitState, Stand, findings_of, limit_states
from app.services.policy_words import breached_line, state_sentence, unknown_line, value_words
from tests.fakes.loans import account, book, loan, pledged, terms
from tests.fakes.rules import figures_at, quoted, silent, thin

LTV, SHARE, FREE = LimitKind.BOOK_LTV, LimitKind.LENDER_SHARE, LimitKind.FREE_BTC
PART, MONTHS = LimitKind.FREE_SHARE, LimitKind.INTEREST_MONTHS
KEPT, NEAR, BREACHED, UNKNOWN = Stand.KEPT, Stand.NEAR, Stand.BREACHED, Stand.UNKNOWN
BOOK = book(pledged("60000", "1", name="A"), accounts=(account(btc="1"),))


def state(kind: LimitKind, bound: str, of: Book = BOOK, price: str | None = "100000", **also: object) -> LimitState:
    (found,) = limit_states((PolicyLimit(kind, Decimal(bound)),), figures_at(of, price), **also)  # type: ignore[arg-type] # only ``high``
    return found


@pytest.mark.parametrize(
    ("bound", "stand"),
    [("0.5999", BREACHED), ("0.6", NEAR), ("0.66", NEAR), ("0.6666", NEAR), ("0.67", KEPT), ("1", KEPT)],
)
def test_the_books_ltv_is_kept_at_its_bound_and_near_within_a_tenth(bound: str, stand: Stand) -> None:
    found = state(LTV, bound)
    assert (found.stand, found.worst.value) == (stand, Decimal("0.6"))


@pytest.mark.parametrize(("price", "stand"), [("90000", NEAR), ("89999.99", BREACHED), ("90000.000000000000001", NEAR)])
def test_the_comparison_at_the_bound_is_exact(price: str, stand: Stand) -> None:
    # 60,000 ÷ 90,000 is two thirds, which no decimal writes.
    thirds = book(pledged("60000", "1", name="A"))
    assert state(LTV, "0.66666667", thirds, price).stand is stand
    assert state(LTV, "0.66666666", thirds, price).stand is BREACHED


def test_nothing_is_kept_without_a_confirmed_price() -> None:
    for kind, bound in ((LTV, "2"), (MONTHS, "0.1")):
        rated = book(pledged("60000", "1", name="A", with_terms=terms("0.1")), accounts=(account(btc="1"),))
        found = state(kind, bound, rated, None)
        assert (found.stand, found.worst.value) == (UNKNOWN, None)
        assert "no source answers" in found.worst.why
        assert [finding.broken for finding in findings_of((found,))] == [None]


def test_what_needs_no_price_is_known_without_one() -> None:
    assert state(FREE, "1", price=None).stand is NEAR
    assert state(SHARE, "0.4", price=None).stand is BREACHED
    assert state(PART, "0.3", price=None).stand is KEPT
    assert state(LTV, "0.5", book(loan(name="A")), None).stand is KEPT  # nothing is owed at any price


def test_another_currency_without_a_price_makes_the_books_ltv_unknown() -> None:
    both = book(pledged("6000", "1", name="A"), replace(pledged("100", "1", name="E"), currency="EUR"))
    limit = (PolicyLimit(LTV, Decimal("0.5")),)
    (blind,) = limit_states(limit, figures_at(both, "10000", others={"EUR": silent("EUR")}))
    assert (blind.stand, "EUR" in blind.worst.why) == (UNKNOWN, True)
    (seen,) = limit_states(limit, figures_at(both, "10000", others={"EUR": quoted("8000", "EUR")}))
    assert seen.worst.value == Decimal("0.30625")  # (6,000 + 100 · 10,000/8,000) ÷ 20,000


def test_few_sources_have_to_bear_a_breach_out_all_of_them() -> None:
    limits = (PolicyLimit(LTV, Decimal("0.6")),)
    split = {"USD": thin("99999", "99000", "100500")}
    (found,) = states_now(replace(BOOK, limits=limits), figures_at(BOOK, "99999"), split)
    assert found.stand is NEAR
    assert [finding.broken for finding in findings_of((found,))] == [None]
    agreed = {"USD": thin("99999", "99000", "99999.5")}
    (sure,) = states_now(replace(BOOK, limits=limits), figures_at(BOOK, "99999"), agreed)
    assert sure.stand is BREACHED


def test_few_sources_have_to_bear_out_that_too_little_interest_is_covered() -> None:
    limits = (PolicyLimit(MONTHS, Decimal(12)),)
    rated = book(pledged("120000", "2", name="A", with_terms=terms("0.10")), accounts=(account(btc="0.12"),))
    for highest, stand in (("100000", NEAR), ("99999.5", BREACHED)):
        said = {"USD": thin("99999", "99000", highest)}
        (found,) = states_now(replace(rated, limits=limits), figures_at(rated, "99999"), said)
        assert found.stand is stand


def lent(name: str, lender: str, btc: str) -> Loan:
    return replace(pledged("100", btc, name=name), lender=lender)


def test_each_lender_is_measured_the_largest_first() -> None:
    held = book(lent("A", "One", "3"), lent("B", "Two", "4"), lent("C", "One", "2"), accounts=(account(btc="1"),))
    found = state(SHARE, "0.4", held, None)
    assert [(one.subject, one.stand, one.value) for one in found.measures] == [
        ("One", BREACHED, Decimal("0.5")),
        ("Two", NEAR, Decimal("0.4")),
    ]
    assert state(SHARE, "0.4", book(), None).stand is KEPT


@pytest.mark.parametrize(("bound", "stand"), [("1.00000001", BREACHED), ("1", NEAR), ("0.91", NEAR), ("0.9", KEPT)])
def test_the_free_bitcoin_is_what_status_shows(bound: str, stand: Stand) -> None:
    found = state(FREE, bound)
    assert (found.stand, found.worst.value) == (stand, Decimal(1))
    assert figures_at(BOOK, None).totals.unencumbered_sats == 100_000_000


@pytest.mark.parametrize(("bound", "stand"), [("0.51", BREACHED), ("0.5", NEAR), ("0.4", KEPT)])
def test_the_free_share(bound: str, stand: Stand) -> None:
    assert state(PART, bound).stand is stand


def test_a_high_share_is_near_only_within_half_of_what_is_left() -> None:
    held = book(pledged("1", "0.01", name="A"), accounts=(account(btc="0.99"),))
    assert state(PART, "0.96", held).stand is KEPT  # 99 % is beyond 96 % and half of the rest
    assert state(PART, "0.99", held).stand is NEAR
    empty = state(PART, "0.5", book())
    assert (empty.stand, empty.worst.why) == (UNKNOWN, "the book holds no bitcoin")


def test_months_of_interest_are_the_free_bitcoins_value_over_a_months_interest() -> None:
    rated = book(pledged("120000", "2", name="A", with_terms=terms("0.10")), accounts=(account(btc="0.12"),))
    found = state(MONTHS, "12", rated, "100000")
    assert (found.stand, found.worst.value) == (NEAR, Decimal(12))  # 12,000 ÷ 1,000
    assert state(MONTHS, "12", rated, "99999").stand is BREACHED
    assert state(MONTHS, "10", rated, "100000").stand is KEPT


def test_without_interest_any_number_of_months_is_covered() -> None:
    found = state(MONTHS, "1200", price=None)
    assert (found.stand, found.worst.value) == (KEPT, Decimal("Infinity"))
    assert value_words(MONTHS, found.worst.value) == "no interest"
    assert limit_documents([found])[0]["value"] is None


def test_a_debt_with_nothing_pledged_breaches_any_ltv() -> None:
    bare = book(pledged("60000", "0", name="A"), accounts=(account(btc="1"),))
    found = state(LTV, "2", bare)
    assert (found.stand, found.worst.value) == (BREACHED, Decimal("Infinity"))
    assert "nothing pledged" in breached_line([found])


def test_words_round_against_the_treasury() -> None:
    assert value_words(LTV, Decimal("0.50000001")) == "50.1 %"
    assert value_words(PART, Decimal("0.19999")) == "19.9 %"
    assert value_words(MONTHS, Decimal("11.99")) == "11.9 months"
    assert value_words(FREE, Decimal("9.99999999")) == "9.99 BTC"
    assert value_words(FREE, Decimal(9), PlainShown(hidden=True)) == "••• BTC"
    assert limit_documents([state(LTV, "0.5", price="90000.01")])[0]["value"] == "0.66666660"[:-1]


def test_lines_for_status_name_each_breach_and_what_is_not_judged() -> None:
    states = [state(LTV, "0.5"), state(SHARE, "0.4"), state(FREE, "0.5"), state(LTV, "0.5", price=None)]
    assert breached_line(states) == (
        "Policy breached: Book LTV 60.0 % (at most 50 %); One lender's share 50.0 %, Example lender (at most 40 %)."
    )
    assert unknown_line(states) == "Policy not judged: Book LTV."
    assert breached_line(states[2:3]) == unknown_line(states[:3]) == ""
    assert "not known, no price in USD" in state_sentence(states[3])
    assert [line.kept for line in policy_lines(states)] == [False, False, True, None]
