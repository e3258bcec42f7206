"""Lots against worked figures of public tax guidance; shares there are bitcoin here, the arithmetic is the same."""

from decimal import Decimal

from app.domain.book import LotPick
from app.domain.disposals import LotRules, Method, Scope, over_a_year
from app.domain.lots import lots_of
from app.domain.money import round_fiat
from tests.fakes.lots import BTC, at, book_of, buy, row, sell, whole


def test_us_first_in_first_out_without_identification() -> None:
    """US IRS, Publication 550, "Investment Income and Expenses", basis of shares that cannot be identified.

    100 at 10 dollars, 200 at 11, a gift of 50, 100 at 9, then 130 sold: 50 × 10 + 80 × 11 = 1,380.
    """
    history = lots_of(
        book_of(
            buy("2009-01-10", "100", "1000"),
            buy("2010-01-10", "200", "2200"),
            row("withdrawal", "2010-07-10", "50"),
            buy("2012-12-10", "100", "900"),
            sell("2023-04-10", "130", "2000"),
        )
    )
    (gift,), (sale,) = history.departures, history.disposals
    assert gift.basis == 500
    assert [(use.sats // BTC, whole(use.basis)) for use in sale.uses] == [(50, 500), (80, 880)]
    assert sale.basis == 1380


def test_us_units_that_were_identified() -> None:
    """US IRS, "Frequently Asked Questions on Virtual Currency Transactions", questions 39 to 41 (2019).

    Chosen units count when they are identified, else the earliest; the figures are made up.
    """
    bought = (buy("2017-01-01", "1", "1000"), buy("2018-01-01", "1", "14000"))
    sold = sell("2018-06-01", "1", "8000")
    chosen = sold._replace(picks=(LotPick(at("2018-01-01"), BTC),))
    identified = lots_of(book_of(*bought, chosen), LotRules(Method.SPECIFIC)).disposals[0]
    silent = lots_of(book_of(*bought, sold), LotRules(Method.SPECIFIC)).disposals[0]
    assert (whole(identified.gain), whole(silent.gain)) == (-6000, 7000)
    assert [over_a_year(one.uses[0].acquired_at, one.at) for one in (identified, silent)] == [False, True]


def test_us_wallet_by_wallet() -> None:
    """US Treasury, Reg. §1.1012-1(j) (2024): by wallet from 2025 on, earliest acquired first, whenever it was moved in.

    The figures are made up.
    """
    book = book_of(
        buy("2025-01-10", "1", "100"),
        row("transfer", "2025-06-01", "1", to="Cold"),
        Cold=(buy("2025-03-01", "1", "300"), sell("2025-09-01", "1", "500")),
    )
    assert lots_of(book, LotRules(scope=Scope.ACCOUNT)).disposals[0].basis == 100


def test_canada_average_cost() -> None:
    """Canada Revenue Agency, Guide T4037, "Capital Gains", chapter on identical properties.

    100 at 15, 150 at 20: 18 each. 200 are sold: the 50 left are still 18 each. 350 at 21: 20.625 each.
    """
    rows = [
        buy("2015-01-01", "100", "1500"),
        buy("2016-01-01", "150", "3000"),
        sell("2017-01-01", "200", "5000"),
        buy("2018-01-01", "350", "7350"),
    ]
    history = lots_of(book_of(*rows), LotRules(Method.AVERAGE))
    assert history.disposals[0].basis == 3600
    held = sum(lot.basis or 0 for lot in history.held)
    assert held == 8250
    assert round_fiat(Decimal(held) / 400, "CAD") == Decimal("20.62")  # exactly 20.625, which the guide rounds up


def test_canada_costs_of_buying_and_selling() -> None:
    """Canada Revenue Agency, "Example of how to calculate your capital gain" (2020 figures).

    400 sold for 6,500 with a commission of 60, adjusted cost base 4,000 (here 3,950 and 50 of costs): 2,440.
    """
    rows = (buy("2018-01-01", "400", "3950", "50"), sell("2020-05-01", "400", "6500", "60"))
    assert lots_of(book_of(*rows), LotRules(Method.AVERAGE)).disposals[0].gain == 2440


def test_germany_more_than_a_year() -> None:
    """Germany, § 23 Abs. 1 Satz 1 Nr. 2 EStG: taxed where not more than a year lies between.

    First in, first out; the figures are made up.
    """
    rows = (buy("2022-05-10", "1", "30000"), buy("2023-02-01", "1", "21000"), sell("2023-05-11", "1.5", "37500"))
    uses = lots_of(book_of(*rows)).disposals[0].uses
    at = rows[2].at
    assert [(over_a_year(use.acquired_at, at), whole(use.gain)) for use in uses] == [(True, -5000), (False, 2000)]
