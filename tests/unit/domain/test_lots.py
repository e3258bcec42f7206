"""Lots: which leave first, what moves with them, what is not known."""

from datetime import date
from decimal import Decimal

import pytest

from app.domain.book import Book, EventKind, LoanEvent, LotPick
from app.domain.disposals import Disposal, LotRules, Method, OutKind, Scope, Source, amount_of, over_a_year
from app.domain.errors import HistoryError
from app.domain.lots import lots_of
from tests.fakes.lots import BTC, at, book_of, buy, loan_of, row, sell, whole

THREE = (buy("2020-01-01", "1", "100"), buy("2021-01-01", "1", "300"), buy("2022-01-01", "1", "200"))


def pick(day: str, hundredths: int) -> LotPick:
    """Return so many hundredths of a bitcoin of the lots of a day."""
    return LotPick(at(day), hundredths * BTC // 100)


def only(book: Book, rules: LotRules | None = None) -> Disposal:
    (found,) = lots_of(book, rules).disposals
    return found


@pytest.mark.parametrize(
    ("method", "basis", "lots"),
    [
        (Method.FIFO, "250", [0, 1]),
        (Method.LIFO, "350", [2, 1]),
        (Method.HIFO, "400", [1, 2]),
        (Method.AVERAGE, "300", [0, 1]),
        (Method.SPECIFIC, "250", [0, 1]),
    ],
)
def test_each_method_takes_its_own_lots(method: Method, basis: str, lots: list[int]) -> None:
    one = only(book_of(*THREE, sell("2023-01-01", "1.5", "900")), LotRules(method))
    assert one.basis == Decimal(basis)
    assert one.gain == 900 - Decimal(basis)
    assert [use.source.entry for use in one.uses] == lots
    assert [use.sats for use in one.uses] == [BTC, BTC // 2]


def test_a_disposal_leads_to_its_entry_and_its_lots() -> None:
    one = only(book_of(*THREE, sell("2023-01-01", "1.5", "900")))
    assert one.source == Source("Main", 3)
    assert one.uses[1].source == Source("Main", 1)
    assert one.holding_days == (730, 1096)
    assert [use.proceeds for use in one.uses] == [600, 300]


def test_rows_count_by_time_and_not_by_their_order() -> None:
    one = only(book_of(sell("2023-01-01", "1", "900"), *reversed(THREE)))
    assert (whole(one.basis), one.uses[0].source.entry) == (100, 3)


@pytest.mark.parametrize(("fees", "basis", "proceeds"), [(True, "110", "895"), (False, "100", "900")])
def test_fees_stand_in_the_basis_or_apart(fees: bool, basis: str, proceeds: str) -> None:
    one = only(
        book_of(buy("2020-01-01", "1", "100", "10"), sell("2023-01-01", "1", "900", "5")), LotRules(fees_in_basis=fees)
    )
    assert (one.basis, one.proceeds) == (Decimal(basis), Decimal(proceeds))


def test_a_transfer_carries_dates_and_basis() -> None:
    rows = (*THREE, row("transfer", "2022-06-01", "1.5", to="Desk"))
    book = book_of(*rows, Desk=(buy("2020-06-01", "1", "50"), sell("2023-01-01", "2.25", "900")))
    one = only(book)
    assert [(use.source, whole(use.basis)) for use in one.uses] == [
        (Source("Main", 0), 100),
        (Source("Desk", 0), 50),
        (Source("Main", 1), 75),
    ]
    left = [(lot.account, lot.sats, whole(lot.basis)) for lot in lots_of(book).held]
    assert left == [("Main", BTC // 2, 150), ("Main", BTC, 200), ("Desk", BTC // 4, 75)]


@pytest.mark.parametrize(("scope", "basis"), [(Scope.ACCOUNT, "300"), (Scope.BOOK, "100")])
def test_lots_of_one_account_or_of_the_book(scope: Scope, basis: str) -> None:
    book = book_of(buy("2020-01-01", "1", "100"), Desk=(buy("2021-01-01", "1", "300"), sell("2023-01-01", "1", "900")))
    assert only(book, LotRules(scope=scope)).basis == Decimal(basis)


def test_pledging_is_no_disposal_and_a_forced_sale_is_one() -> None:
    loan = loan_of(
        LoanEvent(at("2022-02-01"), EventKind.POST, sats=2 * BTC, account="Main"),
        LoanEvent(at("2022-03-01"), EventKind.LIQUIDATION, sats=BTC, price=Decimal(500), fee=Decimal(10)),
        LoanEvent(at("2022-04-01"), EventKind.RELEASE, sats=BTC // 2, account="Main"),
    )
    history = lots_of(book_of(*THREE, loans=(loan,)))
    (sold,) = history.disposals
    assert (sold.kind, sold.account, sold.source) == (OutKind.LIQUIDATION, "Bridge", Source("Bridge", 1, loan=True))
    assert (whole(sold.proceeds), whole(sold.basis), whole(sold.gain)) == (490, 100, 390)
    held = [(lot.account, lot.pledged_to, lot.acquired_at.year, lot.sats, whole(lot.basis)) for lot in history.held]
    assert held == [
        ("Main", None, 2021, BTC // 2, 150),
        ("Main", None, 2022, BTC, 200),
        ("Main", "Bridge", 2021, BTC // 2, 150),
    ]


@pytest.mark.parametrize("scope", Scope)
def test_what_is_pledged_cannot_be_sold(scope: Scope) -> None:
    loan = loan_of(LoanEvent(at("2022-02-01"), EventKind.POST, sats=BTC, account="Main"))
    book = book_of(*THREE, sell("2023-01-01", "1", "900"), loans=(loan,))
    assert only(book, LotRules(scope=scope)).uses[0].source == Source("Main", 1)


def test_collateral_from_and_to_outside() -> None:
    loan = loan_of(
        LoanEvent(at("2022-02-01"), EventKind.POST, sats=BTC),
        LoanEvent(at("2022-03-01"), EventKind.RELEASE, sats=BTC // 4),
        LoanEvent(at("2022-04-01"), EventKind.RELEASE, sats=BTC // 4, account="Main"),
    )
    history = lots_of(book_of(loans=(loan,)))
    assert not history.disposals
    assert [(one.kind, one.sats, one.proceeds) for one in history.departures] == [
        (OutKind.RELEASE_OUTSIDE, BTC // 4, None)
    ]
    assert [(lot.account, lot.pledged_to, lot.sats) for lot in history.held] == [
        ("Main", None, BTC // 4),
        ("", "Bridge", BTC // 2),
    ]
    assert all(lot.basis is None and "outside" in lot.reason for lot in history.held)


def test_income_has_the_value_of_its_row_else_of_the_day_else_none() -> None:
    rows = (
        row("income", "2024-01-01", "1", "42000"),
        row("income", "2024-01-02", "0.5"),
        row("income", "2024-01-03", "1"),
    )
    prices = {date(2024, 1, 2): Decimal(44000)}
    lots = lots_of(book_of(*rows), LotRules(price_on=prices.get)).held
    assert [lot.basis for lot in lots] == [42000, 22000, None]
    assert lots[2].reason == "the row tells no value, and no price is stored for 2024-01-03"


@pytest.mark.parametrize("kind", ["buy", "deposit"])
def test_what_was_paid_is_never_taken_from_the_day(kind: str) -> None:
    book = book_of(row(kind, "2024-01-01", "1"), sell("2024-02-01", "1", "900"))
    one = only(book, LotRules(price_on=lambda _day: Decimal(1)))
    assert (whole(one.proceeds), whole(one.basis), whole(one.gain)) == (900, None, None)
    assert lots_of(book).acquired[0].reason == f"the {kind} tells no cost"


def test_a_deposit_that_tells_its_cost_has_it() -> None:
    assert lots_of(book_of(row("deposit", "2024-01-01", "1", "17"))).held[0].basis == 17


def test_a_sale_without_proceeds_has_no_gain() -> None:
    one = only(book_of(*THREE, sell("2023-01-01", "1", None)), LotRules(price_on=lambda _day: Decimal(1)))
    assert (one.proceeds, one.gain, one.reason) == (None, None, "the sale tells no proceeds")


def test_spending_has_the_value_of_the_day() -> None:
    one = only(book_of(*THREE, row("spend", "2023-01-01", "0.5")), LotRules(price_on=lambda _day: Decimal(1000)))
    assert (one.kind, whole(one.proceeds), whole(one.basis)) == (OutKind.SPEND, 500, 50)


@pytest.mark.parametrize("disposal", [True, False])
def test_a_network_fee_is_a_disposal_or_not(disposal: bool) -> None:
    rules = LotRules(fee_is_disposal=disposal, price_on=lambda _day: Decimal(1000))
    history = lots_of(book_of(*THREE, row("fee", "2023-01-01", "0.5")), rules)
    (gone,) = history.disposals if disposal else history.departures
    assert len(history.disposals) == disposal
    assert (gone.kind, whole(gone.proceeds), whole(gone.basis)) == (OutKind.FEE, 500 if disposal else None, 50)


def test_a_withdrawal_leaves_with_its_basis_and_no_gain() -> None:
    history = lots_of(book_of(*THREE, row("withdrawal", "2023-01-01", "1", "5000")))
    (gone,) = history.departures
    assert (history.disposals, whole(gone.basis), whole(gone.gain)) == ((), 100, None)


def test_other_currencies_need_a_rate() -> None:
    rows = (
        row("buy", "2024-01-01", "1", "100", currency="EUR", fee="10"),
        row("buy", "2024-01-02", "1", "9", currency="CHF"),
    )
    known, unknown = lots_of(
        book_of(*rows), LotRules(rate_on=lambda code, _day: Decimal("1.1") if code == "EUR" else None)
    ).held
    assert known.basis == Decimal("121.0")
    assert (unknown.basis, unknown.reason) == (None, "no rate from CHF to USD is known for 2024-01-02")


def test_unknown_lots_leave_last_by_highest_basis_and_spoil_no_average() -> None:
    rows = (row("deposit", "2019-01-01", "1"), *THREE, sell("2023-01-01", "1", "900"))
    assert only(book_of(*rows), LotRules(Method.HIFO)).basis == 300
    averaged = lots_of(book_of(*rows), LotRules(Method.AVERAGE))
    assert averaged.disposals[0].basis is None
    assert [lot.basis for lot in averaged.held] == [200, 200, 200]


def test_an_average_goes_along_with_a_transfer() -> None:
    rows = (*THREE, row("transfer", "2022-06-01", "1.5", to="Desk"), buy("2022-07-01", "1.5", "900"))
    book = book_of(*rows, Desk=(sell("2023-01-01", "1", "900"),))
    history = lots_of(book, LotRules(Method.AVERAGE))
    assert history.disposals[0].basis == 200
    main = [lot for lot in history.held if lot.account == "Main"]
    assert sum(lot.basis or 0 for lot in main) == 1200


def test_chosen_lots_and_the_rest_first_in_first_out() -> None:
    sold = sell("2023-01-01", "1", "900")._replace(picks=(pick("2022-01-01", 50), pick("2021-01-01", 25)))
    one = only(book_of(*THREE, sold), LotRules(Method.SPECIFIC))
    assert [(use.source.entry, whole(use.basis)) for use in one.uses] == [(2, 100), (1, 75), (0, 25)]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ((("2020-01-01", 200),), "more was chosen than the 1.00000000 BTC that leave"),
        ((("2020-01-02", 100),), "acquired on 2020-01-02 at 00:00:00 UTC 1.00000000 BTC are missing here"),
        ((("2020-01-01", 60), ("2020-01-01", 40)), ""),
        ((("2024-01-01", 100),), "are missing here"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(wanted: tuple[tuple[str, int], ...], words: str) -> None:
    rules = LotRules(Method.SPECIFIC)
    sold = sell("2023-01-01", "1", "900")._replace(picks=tuple(pick(day, share) for day, share in wanted))
    book = book_of(*THREE, sold, buy("2024-01-01", "1", "50"))
    if not words:
        assert only(book, rules).basis == 100
        return
    with pytest.raises(HistoryError, match=words) as refused:
        lots_of(book, rules)
    assert refused.value.place == "accounts[0].transactions[3].picks"
    assert only(book, LotRules(Method.LIFO)).basis == 200


def test_lots_of_one_moment_go_in_the_order_of_the_book() -> None:
    sold = sell("2023-01-01", "1.5", "900")._replace(picks=(pick("2021-01-01", 150),))
    one = only(book_of(*THREE, buy("2021-01-01", "1", "500"), sold), LotRules(Method.SPECIFIC))
    assert [(use.source.entry, whole(use.basis)) for use in one.uses] == [(1, 300), (3, 250)]


def test_a_lot_that_was_moved_is_picked_by_when_it_was_acquired() -> None:
    moved = row("transfer", "2022-06-01", "1", to="Desk")._replace(picks=(pick("2021-01-01", 100),))
    sold = sell("2023-01-01", "1", "900")._replace(picks=(pick("2021-01-01", 100),))
    one = only(book_of(*THREE, moved, Desk=(buy("2019-01-01", "1", "5"), sold)), LotRules(Method.SPECIFIC))
    assert (one.uses[0].source, whole(one.basis)) == (Source("Main", 1), 300)


def test_less_than_nothing_is_refused_with_its_place() -> None:
    with pytest.raises(HistoryError) as refused:
        lots_of(book_of(*THREE, sell("2021-06-01", "2.5", "900")))
    assert refused.value.place == "accounts[0].transactions[3].btc"


def test_moves_of_one_moment_count_together() -> None:
    when = "2023-01-01"
    book = book_of(
        row("transfer", when, "20000000", to="B"),
        row("deposit", when, "1", "7"),
        A=(),
        B=(row("transfer", when, "1", to="A"), row("transfer", when, "19999999.00000001", to="Main")),
    )
    (lot, rest) = lots_of(book_of(*book.accounts[0].transactions, A=(), B=book.accounts[2].transactions[1:])).held
    assert (lot.account, lot.sats, rest.account, rest.sats) == ("Main", 1, "B", BTC - 1)
    with pytest.raises(HistoryError) as refused:
        lots_of(book)
    assert refused.value.place.endswith(".btc")


def test_until_leaves_out_what_comes_then() -> None:
    book = book_of(*THREE, sell("2023-01-01", "1", "900"))
    assert not lots_of(book, until=at("2023-01-01")).disposals
    assert len(lots_of(book, until=at("2022-01-01")).held) == 2


def test_rounding_stays_with_what_is_left() -> None:
    history = lots_of(book_of(buy("2020-01-01", "0.00000003", "0.00000010"), sell("2021-01-01", "0.00000001", "1")))
    assert (history.disposals[0].basis_units, history.held[0].basis_units) == (3, 7)
    assert amount_of(7) == Decimal("0.00000007")


@pytest.mark.parametrize(
    ("bought", "sold", "over"),
    [
        ("2023-03-01", "2024-03-01", False),
        ("2023-03-01", "2024-03-02", True),
        ("2024-02-29", "2025-02-28", False),
        ("2024-02-29", "2025-03-01", True),
    ],
)
def test_more_than_a_year(bought: str, sold: str, over: bool) -> None:
    assert over_a_year(at(bought), at(sold)) is over
