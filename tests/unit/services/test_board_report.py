from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import pytest

from app.domain.margin_calls import CallState, MarginCall
from app.domain.policy import LimitKind, PolicyLimit
from app.domain.terms import Payment
from app.services.board_lines import pressing_loans
from app.services.board_report import board_report
from app.services.desk import DeskSnapshot
from app.services.report_ports import Block, Missing, Money, Paragraph, PriceRuler, Report, Section, Table, Value
from app.services.reports import DataAge, ReportAsk
from tests.fakes.desk import NOW, at_price, loan, many_loans, offline, quote, snapshot_of, treasury, triggers
from tests.fakes.desk import silence as no_price
from tests.fakes.reports import facts_at

Found = TypeVar("Found", bound=Block)


def board(snapshot: DeskSnapshot) -> Report:
    return board_report(facts_at(snapshot), ReportAsk())


def section(report: Report, heading: str) -> Section:
    return next(one for one in report.sections if one.heading.startswith(heading))


def block(report: Report, heading: str, kind: type[Found]) -> Found:
    return next(one for one in section(report, heading).blocks if isinstance(one, kind))


def column(table: Table, heading: str) -> list[Value]:
    place = [each.heading for each in table.columns].index(heading)
    return [row[place] for row in table.rows]


def test_loans_stand_the_nearest_to_its_line_first() -> None:
    table = block(board(snapshot_of()), "LTV", Table)
    assert column(table, "Loan") == ["Coin revolver", "Equipment facility", "EUR bridge", "Term loan B"]
    assert column(table, "State now") == ["ok"] * 4
    assert column(table, "Debt")[2] == Money(Decimal(5_200_000), "EUR")
    # 9.6 million over 196 BTC at 70,727.
    ltv = column(table, "LTV")[0]
    assert isinstance(ltv, Decimal)
    assert abs(ltv - Decimal(9_600_000) / (196 * Decimal(70_727))) < Decimal("1e-20")
    assert table.strong == frozenset()


def test_what_is_called_stands_first_and_is_set_apart() -> None:
    table = block(board(at_price("64500")), "LTV", Table)
    assert column(table, "Loan")[0] == "Coin revolver"
    assert column(table, "State now")[0] == "margin call"
    assert 0 in table.strong
    assert isinstance(column(table, "Room")[0], Decimal)
    assert Decimal(str(column(table, "Room")[0])) < 0


def test_the_ruler_carries_every_currency_into_the_books() -> None:
    ruler = block(board(snapshot_of()), "Load lines", PriceRuler)
    assert (ruler.price, ruler.dropped, ruler.more) == (Decimal(70_727), Decimal("63654.3"), 0)
    marks = {mark.name: mark for mark in ruler.marks}
    # 5.2 million euros over 150 BTC at 70 %, in dollars at the two prices of bitcoin.
    euros = Decimal(5_200_000) / 150 / Decimal("0.7")
    assert abs((marks["EUR bridge"].call or 0) - euros * Decimal(70_727) / Decimal("60080.7")) < Decimal("0.0001")
    assert ruler.reserve is not None
    assert ruler.reserve < Decimal(70_727)


def test_of_many_loans_ten_are_shown_and_the_rest_counted() -> None:
    report = board(snapshot_of(treasury(many_loans(200))))
    assert len(block(report, "LTV", Table).rows) == 10
    assert section(report, "LTV").notes == ("The 10 most pressing loans; and 190 more, none of them graver.",)
    assert block(report, "Load lines", PriceRuler).more == 190
    dark = board(offline(None, treasury(many_loans(200))))
    assert "nobody can say" in section(dark, "LTV").notes[0]


def test_none_that_is_left_out_is_graver_than_one_that_is_shown() -> None:
    snapshot = at_price("50000", treasury(many_loans(60)))
    shown = [one.loan.name for one in pressing_loans(snapshot.figures, 10)]
    by_ltv = sorted(snapshot.figures.loans, key=lambda one: one.ltv or Decimal(0), reverse=True)
    assert set(shown) == {one.loan.name for one in by_ltv[:10]}


def test_the_drop_test_names_what_falls_and_what_cures_it() -> None:
    report = board(snapshot_of())
    table = block(report, "Drop test", Table)
    assert column(table, "Loan") == ["Coin revolver", "Equipment facility"]
    assert column(table, "State then") == ["margin call", "margin call"]
    assert all(isinstance(value, int) for value in column(table, "Post BTC"))
    assert section(report, "Drop test").notes == ("To cure all 2 then: 496.10111655 BTC.",)


def test_a_cure_that_is_not_to_be_had_is_said() -> None:
    notes = section(board(snapshot_of(treasury(free_btc="100"))), "Drop test").notes
    assert notes == ("To cure all 2 then: 496.10111655 BTC, 396.10111655 BTC more than are free.",)


def test_a_fall_that_calls_nobody_is_said_in_words() -> None:
    report = board(at_price("150000"))
    assert block(report, "Drop test", Paragraph).text == "At $135,000: no loan is called or sold."


@pytest.mark.parametrize("minutes", [21, None])
def test_without_a_price_nothing_is_judged(minutes: int | None) -> None:
    report = board(offline(minutes))
    assert report.warning.startswith("No price to rely on in USD")
    table = block(report, "LTV", Table)
    assert column(table, "State now") == ["not judged"] * 4
    assert all(isinstance(value, Missing) for value in (*column(table, "LTV"), *column(table, "Room")))
    ruler = block(report, "Load lines", PriceRuler)
    assert (ruler.price, ruler.dropped, ruler.reserve) == (None, None, None)
    assert ruler.last == (Decimal(70_727) if minutes else None)
    assert block(report, "Drop test", Paragraph).text == "Not tested: there is no price to fall from."
    assert block(report, "Reserve", Paragraph).text.startswith("How far the free bitcoin reaches is not known")
    words = " ".join(str(value) for one in report.sections for part in one.blocks for value in [part])
    assert "'ok'" not in words


def test_where_one_price_is_missing_the_others_are_judged() -> None:
    report = board(snapshot_of(prices={"USD": quote(), "EUR": no_price("EUR")}))
    states = dict(
        zip(column(block(report, "LTV", Table), "Loan"), column(block(report, "LTV", Table), "State now"), strict=True)
    )
    assert states["EUR bridge"] == "not judged"
    assert states["Term loan B"] == "ok"
    assert "1 of 4 loans are not judged" in report.warning


def test_a_book_without_loans_says_so() -> None:
    report = board(snapshot_of(treasury(())))
    assert block(report, "Load lines", Paragraph).text == "No loan owes anything."
    assert block(report, "LTV", Table).rows == ()
    assert block(report, "What is due", Table).rows == ()
    assert report.warning == ""


def test_what_is_due_stands_soonest_first() -> None:
    lines = triggers("0.65", "0.70", "0.80", 72, "0.60")
    monthly = loan("Monthly", "1000000", "100", lines, rate="0.12")
    monthly = replace(monthly, terms=(replace(monthly.terms[0], payment=Payment.INTEREST_MONTHLY),))
    ending = replace(loan("Ending", "500000", "100", lines), matures_on=date(2026, 2, 20))
    far = replace(loan("Far", "500000", "100", lines), matures_on=date(2026, 9, 1))
    snapshot = snapshot_of(treasury((monthly, ending, far)))
    call = MarginCall(
        "c", "Ending", NOW, Decimal("0.7"), Decimal("0.71"), Decimal(60_000), 5, Decimal(9), NOW + timedelta(hours=5),
        Decimal("0.6"), True, CallState.RUNNING, None,
    )  # fmt: skip
    report = board_report(replace(facts_at(snapshot), calls=(call,)), ReportAsk())
    table = block(report, "What is due", Table)
    assert column(table, "What") == ["Cure a margin call", "Maturity", "Interest"]
    assert column(table, "Loan") == ["Ending", "Ending", "Monthly"]
    assert column(table, "Amount")[0] == Money(Decimal(9), "USD")
    # 12 % a year on a million, from 4 February to 4 March.
    interest = column(table, "Amount")[2]
    assert isinstance(interest, Money)
    assert abs(interest.amount - Decimal(1_000_000) * Decimal("0.12") * 28 / 365) < Decimal("0.01")


def test_an_overdue_cure_is_said_to_be() -> None:
    call = MarginCall(
        "c", "Term loan B", NOW, Decimal("0.7"), Decimal("0.71"), Decimal(60_000), 5, None, NOW - timedelta(hours=5),
        Decimal("0.6"), True, CallState.OVERDUE, None,
    )  # fmt: skip
    report = board_report(replace(facts_at(snapshot_of()), calls=(call,)), ReportAsk())
    assert column(block(report, "What is due", Table), "What") == ["Cure, OVERDUE"]


def test_what_many_loans_ask_on_one_day_is_one_line() -> None:
    loans = tuple(
        replace(one, terms=(replace(one.terms[0], rate=Decimal("0.1"), payment=Payment.INTEREST_MONTHLY),))
        for one in many_loans(30)
    )
    table = block(board(snapshot_of(treasury(loans))), "What is due", Table)
    assert len(table.rows) == 2
    counted = [name for name in column(table, "Loan") if str(name).endswith(" loans")]
    euros = sum(one.currency == "EUR" for one in loans)
    assert counted == [f"{count} loans" for count in sorted((euros, 30 - euros), reverse=True) if count > 1]
    assert {value.currency for value in column(table, "Amount") if isinstance(value, Money)} == {"EUR", "USD"}


def test_the_policy_is_told_where_there_is_one() -> None:
    assert not [one for one in board(snapshot_of()).sections if one.heading == "Policy limits"]
    limits = (PolicyLimit(LimitKind.BOOK_LTV, Decimal("0.5")), PolicyLimit(LimitKind.FREE_BTC, Decimal(1000)))
    table = block(board(snapshot_of(replace(treasury(), limits=limits))), "Policy limits", Table)
    assert column(table, "State") == ["BROKEN", "kept"]
    assert table.strong == frozenset((0,))
    dark = block(board(offline(book=replace(treasury(), limits=limits))), "Policy limits", Table)
    assert column(dark, "State") == ["not judged", "kept"]


def test_ages_tell_what_is_old_and_what_never_was() -> None:
    facts = replace(facts_at(snapshot_of()), ages=(DataAge("Wallet Cold", None, "the wallet Cold was never scanned"),))
    table = block(board_report(facts, ReportAsk()), "How old", Table)
    ages = {row[0]: row[1:] for row in table.rows}
    assert ages["Price in USD"] == (NOW - timedelta(seconds=4), "4 s")
    assert ages["Daily price history"][0] == Missing("no price history is stored")
    assert ages["Newest account entry"] == (datetime(2026, 2, 3, tzinfo=UTC), "3 days")
    assert ages["Wallet Cold"][0] == Missing("the wallet Cold was never scanned")


def test_of_many_wallets_the_oldest_stands_for_all() -> None:
    ages = tuple(DataAge(f"Wallet {number}", NOW - timedelta(days=number)) for number in range(9))
    table = block(board_report(replace(facts_at(snapshot_of()), ages=ages), ReportAsk()), "How old", Table)
    assert table.rows[-1] == ("Wallet 8, oldest of 9", NOW - timedelta(days=8), "8 days")
