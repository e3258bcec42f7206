from decimal import Decimal

from app.domain.book import Book
from app.domain.figures import LoanFigures
from app.ui.formats import THIN
from app.ui.levels import Level, standing_of
from tests.fakes.desk import at_price, loan, offline, snapshot_of, treasury, triggers


def loans_of(book: Book | None = None) -> dict[str, LoanFigures]:
    return {figures.loan.name: figures for figures in snapshot_of(book).figures.loans}


def test_the_drop_test_decides_while_nothing_is_reached() -> None:
    loans = loans_of()
    assert standing_of(loans["Coin revolver"]).word == f"Call −10{THIN}%"
    assert standing_of(loans["Coin revolver"]).level is Level.CALL
    assert standing_of(loans["Term loan B"]).word == "Holds"


def test_what_is_reached_outranks_what_might_be() -> None:
    by_name = {f.loan.name: standing_of(f) for f in at_price("56500").figures.loans}
    assert by_name["Coin revolver"].word == "Forced sale" or by_name["Coin revolver"].level is Level.SALE
    assert by_name["Equipment facility"].word == "Called"
    assert by_name["Coin revolver"].rank > by_name["Equipment facility"].rank > by_name["Term loan B"].rank


def test_without_a_price_nothing_is_called_safe() -> None:
    standings = [standing_of(f) for f in offline().figures.loans]
    assert {s.level for s in standings} == {Level.UNKNOWN}
    assert "no price" in standings[0].sentence


def test_a_loan_that_owes_nothing_is_quiet() -> None:
    undrawn = loan("Line", "0", "1", triggers("0.6", "0.7", "0.8", 24, "0.6"))
    standing = standing_of(loans_of(treasury([undrawn]))["Line"])
    assert (standing.level, standing.word) == (Level.QUIET, "Undrawn")


def test_a_fall_that_sells_is_worse_than_one_that_calls() -> None:
    sold = loan("Edge", "52500", "1", triggers(None, "0.79", "0.80", 24, "0.6"))
    standing = standing_of(loans_of(treasury([sold]))["Edge"])
    assert standing.word == f"Sale −10{THIN}%"
    assert standing.level is Level.SALE
    assert standing.sentence == f"sold by a fall of 10{THIN}%"
    assert Decimal(standing.rank) > 4
