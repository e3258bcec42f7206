"""A stress test in words."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.book import Loan
from app.domain.terms import Delivery
from app.risk.episodes import EPISODES_RESOURCE, parse_episodes
from app.risk.stress import compare, sale_begins
from app.risk.stress_path import PathPoint, PricePath, fall_to, own_path, straight_fall
from app.risk.stress_result import Policy, StressComparison, StressKind
from app.services.headline import PlainShown
from app.services.stress_words import (
    baseline_sentence,
    begins_sentence,
    conditions,
    end_sentence,
    episode_rows,
    event_sentence,
    headline,
    why,
)
from tests.fakes.loans import account, book, call, pledged, sale, terms
from tests.fakes.plan_books import positions

EPISODES = parse_episodes((Path(__file__).parents[3] / "resources" / EPISODES_RESOURCE).read_bytes())
LINES = (call("0.75", "0.50", 24), sale("0.90"))


def loan(name: str = "Revolver", debt: str = "600000", hours: int = 0) -> Loan:
    said = replace(terms(triggers=LINES), delivery=Delivery(hours))
    return pledged(debt, "10", name=name, with_terms=said)


def asked(
    path: PricePath, *loans: Loan, free: str = "20.5", policy: Policy = Policy.CURE, horizon: int = 0
) -> StressComparison:
    one = book(*(loans or (loan(),)), accounts=(account(btc=free),) if Decimal(free) else ())
    return compare(positions(one, "100000", horizon), path, policy)


def fall(drop: str, days: str | None = None) -> PricePath:
    return straight_fall(Decimal(drop), None if days is None else Decimal(days))


def test_the_headline_tells_what_is_called_and_what_cures_it() -> None:
    two = (loan(), loan("Other", "540000"))
    assert headline(asked(fall("0.3"), *two)) == (
        "At −30 % two loans are called and 10 of your 20.5 free BTC cure them; nothing is sold."
    )
    assert headline(asked(fall("0.3"))) == (
        "At −30 % one loan is called and 5 of your 20.5 free BTC cure it; nothing is sold."
    )
    assert headline(asked(fall("0.1"))) == "At −10 % no loan is called."


def test_the_headline_tells_what_stays_uncured_and_what_is_sold() -> None:
    two = (loan(), loan("Other", "540000"))
    assert headline(asked(fall("0.3"), *two, free="5")) == (
        "At −30 % two loans are called and 5 of your 5 free BTC cure one of them; one stays uncured."
    )
    assert headline(asked(fall("0.3"), free="0")) == (
        "At −30 % one loan is called and nothing cures it; nothing is sold yet."
    )
    assert headline(asked(fall("0.4"), free="0")) == "At −40 % one loan is called and 9.19 BTC of one loan are sold."
    assert headline(asked(fall("0.48"), *two, free="5")) == (
        "At −48 % two loans are called, 5 of your 5 free BTC are posted and 9.19 BTC of one loan are sold."
    )


def test_the_headline_names_a_price_an_episode_or_ones_own_path() -> None:
    assert headline(asked(fall_to(Decimal(70_000), Decimal(100_000)))).startswith("At $70,000 one loan is called and 5")
    covid = headline(asked(EPISODES.find("covid-2020-03").path))
    assert covid.startswith("If “March 2020: the pandemic” came again (−60.5 %), one loan is called")
    own = own_path([PathPoint(Decimal(3), Decimal("0.95"))], "a bad week")
    assert headline(asked(own)) == "On a bad week (−5.0 %) no loan is called."


def test_amounts_are_shown_in_satoshis_or_hidden_as_the_user_wants() -> None:
    said = headline(asked(fall("0.3")), PlainShown(sats=True))
    assert "500\u2009000\u2009000 sats of your 2\u2009050\u2009000\u2009000 sats that are free cure it" in said
    hidden = headline(asked(fall("0.3")), PlainShown(hidden=True))
    assert "•••" in hidden
    assert "20.5" not in hidden
    event = asked(fall("0.3")).chosen.events[0]
    assert "200,000" not in event_sentence(event, "USD", PlainShown(hidden=True))


def test_forced_sale_begins_at_two_prices() -> None:
    one = positions(book(loan(), accounts=(account(btc="5"),)), "100000")
    cured, uncured = sale_begins(one, Policy.CURE), sale_begins(one, Policy.NONE)
    assert begins_sentence(cured, uncured, "USD") == (
        "Deadlines aside, forced sale begins at $44,445 if every call is topped up, at $66,667 if none is."
    )
    assert begins_sentence(uncured, uncured, "USD").endswith("begins at $66,667; no free bitcoin moves that.")
    assert begins_sentence(None, uncured, "USD").endswith("topped up, at no price.")
    assert begins_sentence(None, None, "USD") == "No contract names a forced sale ahead."


def test_no_action_is_told_beside_it() -> None:
    assert baseline_sentence(asked(fall("0.1"))) == "If nobody does anything, nothing is sold."
    assert baseline_sentence(asked(fall("0.3"))) == (
        "If nobody does anything, one call stands uncured, and nothing is sold at a line of its own."
    )
    assert baseline_sentence(asked(fall("0.4"))) == (
        "If nobody does anything, 9.19 BTC of one loan are sold at a loss of $12,245, the first at $66,667."
    )


def test_each_event_is_a_sentence() -> None:
    told = [event_sentence(event, "USD") for event in asked(fall("0.4", "10"), loan(hours=6)).chosen.events]
    assert told == [
        "Revolver is called on day 5 at $80,000 at 75.0 % LTV: 5 BTC or $200,000 within 24 h cure it.",
        "Revolver gets 5 BTC on day 5 at $80,000, 6 h on the way; 15.5 BTC are left.",
    ]
    late = asked(fall("0.4", "0"), loan(hours=6)).chosen.events
    assert event_sentence(late[1], "USD").endswith("5 BTC at $80,000, 6 h on the way: too late; 15.5 BTC are left.")
    assert event_sentence(late[2], "USD") == (
        "9.19 BTC of Revolver are sold at $66,667 at 90.0 % LTV for $612,244, as the forced-sale line is 90 %."
    )
    poor = asked(fall("0.4", "10"), free="4").chosen.events
    assert event_sentence(poor[0], "USD").endswith("cure it. 1 BTC are missing for that.")
    assert event_sentence(poor[1], "USD").endswith("as its call at 75 % was not cured in time.")


def test_each_figure_leads_to_its_formula() -> None:
    called, topped_up, sold = asked(fall("0.4", "0"), loan(hours=6)).chosen.events
    assert why(called, "USD") == (
        "LTV = E ÷ (C · P) = $600,000 ÷ (10 BTC · $80,000) = 75.00 %",
        "Called, as 75.00 % is at or above 75 %, its line.",
        "To cure to 50.00 %: E ÷ (q · P) − C = $600,000 ÷ (50.00 % · $80,000) − 10 BTC = 5 BTC",
        "In USD that is at $80,000 for one bitcoin.",
    )
    assert why(topped_up, "USD")[2] == "Too late: the call gives 24 h, and a forced-sale line may be reached before."
    # The sale costs 2 %: 600,000 ÷ 0.98 = 612,244.90 repay 600,000.
    assert why(sold, "USD") == (
        "LTV = E ÷ (C · P) = $600,000 ÷ (10 BTC · $66,667) = 90.00 %",
        "The line of 90 % was reached.",
        "Sold until the debt is repaid: proceeds $612,244 − fee $12,245 = $600,000 repaid",
    )


@pytest.mark.parametrize(
    ("drop", "policy", "told"),
    [
        ("0.4", Policy.NONE, "Revolver is repaid by the forced sale; "),
        ("0.1", Policy.CURE, "Revolver owes $600,000 against 10 BTC at 66.7 % LTV."),
    ],
)
def test_each_loans_end_is_a_sentence(drop: str, policy: Policy, told: str) -> None:
    (end,) = asked(fall(drop), policy=policy).chosen.loans
    assert end_sentence(end).startswith(told)


def test_what_the_figures_leave_out_is_said() -> None:
    assert "left out" in conditions(fall("0.1"))[0]
    assert "stays" in conditions(fall("0.1", "7"))[0]
    assert "Closes only" in conditions(EPISODES.find("cyprus-2013-04").path)[1]
    assert "deeper" in conditions(EPISODES.find("covid-2020-03").path)[1]


def test_episodes_have_a_row_each() -> None:
    rows = {row[0]: row for row in episode_rows(EPISODES)}
    assert rows["covid-2020-03"] == ("covid-2020-03", "March 2020: the pandemic", "2020-02-14", "27", "−60.5 %")
    assert rows["cyprus-2013-04"][-1] == "−70.1 % (closes)"


def test_what_is_under_way_already_may_cure_a_second_call() -> None:
    event = asked(fall("0.3")).chosen.of(StressKind.MARGIN_CALL)[0]
    assert "what is under way to it cures that" in event_sentence(replace(event, sats=0), "USD")


def test_a_line_is_not_told_as_passed_where_a_quotient_ends_in_a_stray_digit() -> None:
    event = replace(asked(fall("0.3")).chosen.events[0], ltv=Decimal("0.75") + Decimal("1E-58"))
    event = replace(event, price=event.price + Decimal("1E-50"), amount=event.amount + Decimal("1E-50"))
    assert event_sentence(event, "USD") == (
        "Revolver is called at $80,000 at 75.0 % LTV: 5 BTC or $200,000 within 24 h cure it."
    )


def test_what_came_back_from_a_sale_is_not_called_free_bitcoin_of_yours() -> None:
    found = asked(fall("0.3"))
    more = replace(found.chosen, posted_sats=found.chosen.free_start_sats + 1)
    said = headline(replace(found, chosen=more))
    assert "came back from sales" in said
    assert "of your" not in said
