"""Rules about the whole book, its lenders and its probabilities."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.book import Book, Loan
from app.domain.ledger import build_ledger
from app.domain.rule_machine import Sign
from app.domain.rules import Rule, RuleKind
from app.domain.terms import TriggerKind
from app.risk.positions import Positions, Unanswerable, positions_of
from app.risk.reserve import reserve
from app.risk.results import BookRisk, HorizonRisk, LoanRisk, Probability
from app.services.rule_readings import RuleReader, needs_reserve, needs_risk, wanted_horizons
from tests.fakes.loans import account, book, loan, pledged, sats
from tests.fakes.rules import NOW, context, figures_at, read, sign, silent, thin

REACHED, NEAR, CLEAR, UNKNOWN = Sign.REACHED, Sign.NEAR, Sign.CLEAR, Sign.UNKNOWN
BOOK = book(pledged("60000", "1", name="A"), accounts=(account(btc="1"),))


@pytest.mark.parametrize(
    ("move", "said"),
    [("-0.10", REACHED), ("-0.0999", NEAR), ("-0.08", NEAR), ("-0.0799", CLEAR), ("0.3", CLEAR), (None, UNKNOWN)],
)
def test_the_weeks_move(move: str | None, said: Sign) -> None:
    rule = Rule("week", RuleKind.WEEK_MOVE, Decimal("0.10"))
    assert sign(rule, figures_at(BOOK, "100000"), context(week=move)) is said


@pytest.mark.parametrize(("price", "said"), [("99999", REACHED), ("100000", NEAR), ("103448", NEAR), ("103449", CLEAR)])
def test_the_whole_books_ltv(price: str, said: Sign) -> None:
    rule = Rule("book", RuleKind.BOOK_LTV, Decimal("0.60"))
    assert sign(rule, figures_at(BOOK, price)) is said


def test_the_whole_books_ltv_needs_every_price_and_agreement() -> None:
    rule = Rule("book", RuleKind.BOOK_LTV, Decimal("0.60"))
    euro = loan(name="E", currency="EUR")
    assert sign(rule, figures_at(BOOK, None)) is UNKNOWN
    assert sign(rule, figures_at(book(euro), None)) is CLEAR
    owing = replace(pledged("100", "1", name="E"), currency="EUR")
    both = book(pledged("60000", "1", name="A"), owing)
    assert sign(rule, figures_at(both, "10000", others={"EUR": silent("EUR")})) is UNKNOWN
    split = thin("99999", "99000", "100500")
    assert sign(rule, figures_at(BOOK, "99999"), context(consensus=split)) is NEAR


@pytest.mark.parametrize(("floor", "said"), [("1.00000001", REACHED), ("1", CLEAR), ("0.5", CLEAR)])
def test_the_free_bitcoin_needs_no_price(floor: str, said: Sign) -> None:
    rule = Rule("free", RuleKind.FREE_BTC, Decimal(sats(floor)))
    assert sign(rule, figures_at(BOOK, None)) is said


def test_each_lenders_share_of_all_bitcoin() -> None:
    def lent(name: str, lender: str, btc: str) -> Loan:
        return replace(pledged("100", btc, name=name), lender=lender)

    held = book(lent("A", "One", "4"), lent("B", "Two", "1"), lent("C", "One", "1"), accounts=(account(btc="4"),))
    rule = Rule("share", RuleKind.LENDER_SHARE, Decimal("0.50"))
    assert {k: v.sign for k, v in read(rule, figures_at(held, None)).items()} == {"One": NEAR, "Two": CLEAR}
    lower = replace(rule, limit=Decimal("0.4999"))
    assert read(lower, figures_at(held, None))["One"].sign is REACHED


def chances(value: str, days: int = 30, name: str = "A") -> BookRisk:
    """Return an answer with one loan's chance of a call, and twice that of no sale."""
    call = Probability(Decimal(value), Decimal(0), Decimal(1), Decimal(value))
    sold = replace(call, value=Decimal("0.001"))
    return BookRisk(NOW, None, "", (LoanRisk(0, name, (HorizonRisk(days, call, sold),), None),))


@pytest.mark.parametrize(("value", "said"), [("0.2001", REACHED), ("0.20", NEAR), ("0.18", NEAR), ("0.1799", CLEAR)])
def test_probabilities_come_from_the_risk_room(value: str, said: Sign) -> None:
    rule = Rule("p", RuleKind.PROBABILITY, Decimal("0.20"), horizon_days=30)
    about = replace(context(), risk=chances(value))
    assert sign(rule, figures_at(BOOK, "100000"), about) is said
    assert sign(replace(rule, line=TriggerKind.LIQUIDATION), figures_at(BOOK, "100000"), about) is CLEAR


def test_a_probability_nobody_reckoned_is_unknown() -> None:
    rule = Rule("p", RuleKind.PROBABILITY, Decimal("0.20"), horizon_days=30)
    figures = figures_at(BOOK, "100000")
    nothing = (None, Unanswerable("no price"), chances("0.9", 7), chances("0.9", name="Another book's"))
    for risk in nothing:
        assert sign(rule, figures, replace(context(), risk=risk)) is UNKNOWN
    assert sign(rule, figures_at(BOOK, None), replace(context(), risk=chances("0.9"))) is UNKNOWN
    paid = book(loan(name="A"))
    assert sign(rule, figures_at(paid, None)) is CLEAR


def test_a_reader_takes_the_newest_answer_and_no_price_at_all() -> None:
    rule = Rule("p", RuleKind.PROBABILITY, Decimal("0.20"), horizon_days=30)
    reader, ledger = RuleReader(), build_ledger(BOOK, NOW)
    first, second = chances("0.3"), chances("0.1")
    for risk, price, said in (
        (first, "100000", REACHED),
        (first, "100001", REACHED),
        (first, None, UNKNOWN),
        (second, "100000", CLEAR),
        (None, "100000", UNKNOWN),
        (first, "100000", REACHED),
    ):
        about = replace(context(), risk=risk)
        (reading,) = reader.readings((rule,), figures_at(BOOK, price, ledger=ledger), about)
        assert reading.sign is said


def exhausted(of: Book, price: str) -> Positions:
    found = positions_of(figures_at(of, price))
    assert isinstance(found, Positions)
    return found


def test_the_price_at_which_the_reserve_is_used_up() -> None:
    held = reserve(exhausted(BOOK, "100000"))
    end = held.cure_each_call.price
    assert end is not None
    about = replace(context(), reserve=held)
    room = 1 - end / 100_000
    figures = figures_at(BOOK, "100000")
    for limit, said in (
        (room + Decimal("0.001"), REACHED),
        (room - Decimal("0.001"), NEAR),
        (room - Decimal("0.021"), CLEAR),
    ):
        assert sign(Rule("r", RuleKind.RESERVE, limit), figures, about) is said
    split = replace(about, consensus={"USD": thin("100000", "99000", "105000")})
    assert sign(Rule("r", RuleKind.RESERVE, room - Decimal("0.001")), figures, split) is NEAR
    assert sign(Rule("r", RuleKind.RESERVE, room + Decimal("0.001")), figures, split) is NEAR
    rule = Rule("r", RuleKind.RESERVE, Decimal("0.15"))
    assert sign(rule, figures, context()) is UNKNOWN
    assert sign(rule, figures_at(BOOK, None), about) is UNKNOWN
    poor = book(pledged("90000", "1"), accounts=(account(btc="0.01"),))
    already = replace(context(), reserve=reserve(exhausted(poor, "100000")))
    assert sign(rule, figures_at(poor, "100000"), already) is REACHED
    free = book(accounts=(account(),))
    never = replace(context(), reserve=reserve(exhausted(free, "100000")))
    assert sign(rule, figures_at(free, "100000"), never) is CLEAR


def test_what_has_to_be_asked_of_the_risk_room() -> None:
    odd = Rule("p", RuleKind.PROBABILITY, Decimal("0.20"), horizon_days=14)
    off = replace(odd, horizon_days=21, enabled=False)
    assert wanted_horizons((odd, off)) == (1, 7, 14, 30, 90)
    assert needs_risk((odd,))
    assert not needs_risk((off,))
    assert needs_reserve((Rule("r", RuleKind.RESERVE, Decimal("0.15")),))
    assert not needs_reserve((odd,))
