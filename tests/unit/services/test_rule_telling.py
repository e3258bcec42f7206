"""What a rule's warning says: what, how much, by when, and what to do; never on the kind side."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.book import Book
from app.domain.margin_calls import MarginCall
from app.domain.quotes import Consensus, PriceStatus, SourceVerdict, Verdict
from app.domain.rules import Due, Fall, Rule, RuleKind
from app.domain.terms import Payment, TriggerKind
from app.risk.positions import Positions, positions_of
from app.risk.reserve import reserve
from app.risk.results import BookRisk, HorizonRisk, LoanRisk, Probability
from app.services.rule_context import RuleContext
from tests.fakes.loans import account, at, book, call, draw, loan, pledged, post, repay, sale, terms, warning
from tests.fakes.rules import NOW, context, figures_at, read

# 5.3057 BTC for 243,531: called at 75 % = 61,200, sold at 80 %, cured to 60 %.
LEDGER_TERMS = terms(triggers=(warning("0.60"), call("0.75", "0.60", 72), sale("0.80")))
BANK = book(
    replace(pledged("243531", "5.3057", name="Bank #12", with_terms=LEDGER_TERMS), lender="Ledger Bank"),
    accounts=(account(btc="3"),),
)
LTV_60 = Rule("ltv", RuleKind.LTV, Decimal("0.60"))


def told(rule: Rule, price: str | None, about: RuleContext | None = None, of: Book = BANK) -> str:
    """Return the sentence of the one reading, and check what every one keeps to."""
    (reading,) = read(rule, figures_at(of, price), about).values()
    sentence, facts = reading.tell()
    for word in ("!", "liquidation", "health factor", "None", "  "):
        assert word not in sentence
    assert sentence.endswith(".")
    assert facts.startswith("Rule: ")
    return sentence


def test_a_level_says_the_distance_the_cure_and_what_waiting_costs() -> None:
    assert told(LTV_60, "70751") == (
        "Bank #12 is at 64.9 % LTV; your level is 60 %. It is called at $61,200, 13.4 % below now. "
        "To be back at 60 % now: post 0.43110938 BTC or repay $18,300.86 to Ledger Bank. "
        "Waiting for the call would take 1.326425 BTC or $48,706.20 instead, within 72 h. "
        "Forced sale at $57,375, 18.9 % below."
    )


def test_a_level_that_is_over_says_so() -> None:
    assert (
        told(LTV_60, "85000") == "Bank #12 is back under 60 % LTV (54.0 %). It is called at $61,200, 28.0 % below now."
    )


def test_a_called_loan_has_its_running_deadline() -> None:
    due = NOW + timedelta(hours=11, minutes=59)
    running = MarginCall(
        "c", "Bank #12", NOW, Decimal("0.75"), Decimal("0.76"), Decimal(61_000), 1, Decimal(1), due, Decimal("0.6"),
        latching=True,
    )  # fmt: skip
    sentence = told(LTV_60, "61000", context(calls=(running,)))
    assert "Its margin call at 75 % is reached." in sentence
    assert "has to be cured until Tue 10 Feb 23:59 UTC (11 h)." in sentence
    assert "Waiting" not in sentence
    assert "Forced sale at $57,375" in sentence
    assert "Its forced-sale level is passed." in told(LTV_60, "57000")


def test_a_target_of_its_own_where_the_contract_asks_for_nothing_yet() -> None:
    low = replace(LTV_60, limit=Decimal("0.50"))
    sentence = told(low, "85000")
    assert "To be back at 48 % now: post" in sentence
    assert "Waiting" not in sentence


def test_headroom_and_falls_name_their_line() -> None:
    room = Rule("h", RuleKind.HEADROOM, Decimal("0.20"), TriggerKind.LIQUIDATION)
    assert told(room, "70000").startswith(
        "Bank #12 is sold at $57,375, 18.0 % below now; you asked to know under 20 %. To be back at 60 % now: post "
    )
    assert told(room, "90000") == "Bank #12 is 20 % or more away from its forced sale again (36.2 % away)."
    assert "which is passed" in told(room, "57000")
    drop = Rule("d", RuleKind.DROP, Decimal("0.10"), fall=Fall.FIXED)
    assert told(drop, "67999").startswith(
        "Bank #12 is called at $61,200, 9.9 % below now. A fall of 10 % leaves it at 75.1 % LTV (call at 75 %)."
    )
    assert told(drop, "90000").startswith("A fall of 10 % would no longer take Bank #12 to its margin call")


def test_loans_without_an_ltv_have_plain_words() -> None:
    paid = loan(post("2025-06-01", "1"), draw("2025-06-01", "10"), repay("2025-06-01", "10"))
    assert told(LTV_60, None, of=book(paid)) == "Coin revolver owes nothing any more; this warning is over."
    bare = loan(draw("2025-06-01", "10"))
    assert "has no collateral left" in told(LTV_60, "70000", of=book(bare))


def test_the_week_points_at_the_next_line() -> None:
    rule = Rule("w", RuleKind.WEEK_MOVE, Decimal("0.10"))
    assert told(rule, "70751", context(week="-0.1031")).startswith(
        "Bitcoin has fallen 10.4 % within 7 days. It stands at $70,751.00. Next, Bank #12 is called at $61,200, "
        "13.4 % below now. To be back at 60 % now: post 0.43110938 BTC"
    )
    over = told(rule, "70751", context(week="-0.05"))
    assert over == "Bitcoin is no longer 10 % below its price of a week ago. It stands at $70,751.00."


def test_the_book_its_accounts_and_its_lenders() -> None:
    free = Rule("f", RuleKind.FREE_BTC, Decimal(400_000_000))
    assert told(free, None) == "The accounts hold 3 BTC, less than your floor of 4 BTC. Add 1 BTC to be back at it."
    assert told(replace(free, limit=Decimal(1)), None).startswith("The accounts hold 3 BTC again")
    whole = Rule("b", RuleKind.BOOK_LTV, Decimal("0.60"))
    assert told(whole, "70751") == (
        "All debts together are 64.9 % of the pledged bitcoin's value; your limit is 60 %. "
        "To be back at it: post 0.43110938 BTC or repay $18,300.86, over all loans."
    )
    assert told(whole, "90000") == "The whole book is back under 60 % LTV (51.0 % of the pledged bitcoin's value)."
    assert "nothing is pledged" in told(whole, "70000", of=book(loan(draw("2025-06-01", "10"))))
    share = Rule("s", RuleKind.LENDER_SHARE, Decimal("0.60"))
    assert told(share, None).startswith("Ledger Bank holds 63.9 % of all bitcoin (5.3057 BTC); your limit is 60 %.")
    assert "no longer more than 90 %" in told(replace(share, limit=Decimal("0.9")), None)


def test_the_reserve_says_where_the_defence_ends() -> None:
    rule = Rule("r", RuleKind.RESERVE, Decimal("0.90"))
    found = positions_of(figures_at(BANK, "70751"))
    assert isinstance(found, Positions)
    about = replace(context(), reserve=reserve(found))
    sentence = told(rule, "70751", about)
    assert sentence.startswith("Curing every margin call on the way down uses up the free bitcoin at $")
    assert sentence.endswith("Add bitcoin, or pay a debt down.")
    assert told(replace(rule, limit=Decimal("0.05")), "70751", about).startswith("The free bitcoin lasts")


def test_a_chance_is_told_with_the_cure() -> None:
    chance = Probability(Decimal("0.2341"), Decimal("0.18"), Decimal("0.29"), Decimal("0.2"))
    risk = BookRisk(NOW, None, "", (LoanRisk(0, "Bank #12", (HorizonRisk(30, chance, None),), None),))
    rule = Rule("p", RuleKind.PROBABILITY, Decimal("0.20"), TriggerKind.MARGIN_CALL, horizon_days=30)
    sentence = told(rule, "70751", replace(context(), risk=risk))
    assert sentence.startswith(
        "The chance that Bank #12 reaches its margin call within 30 days is 23.5 %; your limit is 20 %. It is called"
    )
    assert "or repay $18,300.86 to Ledger Bank" in sentence
    calm = told(replace(rule, limit=Decimal("0.5")), "70751", replace(context(), risk=risk))
    assert calm.endswith("is no longer above 50 %.")


@pytest.mark.parametrize(
    ("day", "left"),
    [
        ("2026-02-14", "matures on Sat 14 Feb 2026 (in 3 days)"),
        ("2026-02-12", "matures on Thu 12 Feb 2026 (in 1 day)"),
        ("2026-02-11", "matures on Wed 11 Feb 2026 (tomorrow)"),
        ("2026-02-10", "matures on Tue 10 Feb 2026 (today)"),
        ("2026-02-09", "matured on Mon 09 Feb 2026 (1 day ago)"),
    ],
)
def test_a_maturity_counts_days_down(day: str, left: str) -> None:
    lent = replace(BANK.loans[0], matures_on=at(day).date())
    rule = Rule("m", RuleKind.DEADLINE, Decimal(7), due=Due.MATURITY)
    sentence = told(rule, None, of=book(lent))
    assert sentence == f"Bank #12 {left}. $243,531.00 is owed to Ledger Bank: repay it, or agree on an extension."


def test_interest_and_cure_deadlines() -> None:
    lent = replace(
        pledged("60000", "1", with_terms=replace(terms("0.10"), payment=Payment.INTEREST_MONTHLY)),
        opened_on=at("2025-05-11").date(),
    )
    interest = Rule("i", RuleKind.DEADLINE, Decimal(7), due=Due.INTEREST)
    sentence = told(interest, None, of=book(lent))
    assert sentence.startswith("Coin revolver: a payment to Example lender is due on Wed 11 Feb 2026 (tomorrow).")
    soon = NOW + timedelta(hours=5)
    running = MarginCall(
        "c",
        "Bank #12",
        NOW,
        Decimal("0.75"),
        Decimal("0.76"),
        Decimal(61_000),
        1,
        Decimal(1),
        soon,
        None,
        latching=False,
    )
    cure = Rule("c", RuleKind.DEADLINE, Decimal(1), due=Due.CURE)
    assert told(cure, "60000", context(calls=(running,))).startswith(
        "Bank #12: its margin call has to be cured until Tue 10 Feb 17:00 UTC (5 h). Post 1.45"
    )
    later = replace(context(), calls=(running._replace(due_at=NOW + timedelta(days=3)),))
    assert told(cure, "60000", later).endswith("any more; the next one is on Fri 13 Feb 2026.")
    assert told(cure, "60000") == "Bank #12 has no such deadline any more."


def test_an_old_balance_is_to_be_compared() -> None:
    rule = Rule("o", RuleKind.BALANCE_AGE, Decimal(30))
    assert told(rule, None) == (
        "The balance of Bank #12 was last confirmed 253 days ago, on Sun 01 Jun 2025. Compare it with what Ledger Bank "
        "says: $243,531.00 owed, 5.3057 BTC pledged by our reckoning."
    )
    assert told(replace(rule, limit=Decimal(300)), None).startswith(
        "The balance of Bank #12 was confirmed on Sun 01 Jun"
    )


def test_facts_name_rule_numbers_and_sources_but_no_word_of_a_server() -> None:
    rows = (
        SourceVerdict("kraken", "kraken", Verdict.USED, Decimal(70_750), 3),
        SourceVerdict("evil", "evil", Verdict.REJECTED, Decimal(1), 1, "<b>call this number</b>"),
    )
    price = Decimal(70_751)
    said = Consensus("USD", PriceStatus.OK, price, price, price, NOW, "consensus", rows, (price,))
    (reading,) = read(LTV_60, figures_at(BANK, "70751"), context(consensus=said)).values()
    _, facts = reading.tell()
    lines = facts.splitlines()
    assert lines[0] == "Rule: Tell me when any loan's LTV is at or above 60 %."
    assert lines[1] == "LTV: 0.648752. Limit: 60 % LTV (clear below 58 %)."
    assert lines[2] == "Price: $70,751.00, consensus, 5 of 5 sources, 0 s old (2026-02-10 12:00:00 UTC)."
    assert lines[3] == "Source: kraken $70,750.00, 3 s old."
    assert lines[4].startswith("Loan: exposure $243,531.00, 5.3057 BTC pledged with Ledger Bank; last confirmed")
    assert "number" not in facts


@given(st.decimals("59000", "80000", places=2))
def test_what_is_told_does_cure(price: Decimal) -> None:
    sentence = told(LTV_60, str(price)) if Decimal(243_531) / (Decimal("5.3057") * price) > Decimal("0.6") else ""
    if not sentence:
        return
    posted, repaid = sentence.split("now: post ")[1].split(" to Ledger Bank")[0].split(" BTC or repay $")
    value = Fraction(price)
    goal = Fraction(60, 100)
    assert Fraction(243_531) / ((Fraction("5.3057") + Fraction(posted)) * value) <= goal
    assert (Fraction(243_531) - Fraction(repaid.replace(",", ""))) / (Fraction("5.3057") * value) <= goal
