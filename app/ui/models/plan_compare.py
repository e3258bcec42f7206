"""Two plans side by side as rows; only the loans whose lot differs are told of (pure)."""

from decimal import Decimal
from typing import NamedTuple

from app.risk.plan_result import Difference, Plan
from app.ui.formats import UP, Display, btc_text, danger_price_text, ltv_text, money_text
from app.ui.models.rows import RowColumn, RowsModel

_NOTHING = "–"


class ComparedRow(NamedTuple):
    """A loan, or the whole book, under plans A and B; every field is text to show."""

    place: int
    name: str
    post: str
    repay: str
    sell: str
    ltv: str
    sale: str

    @property
    def words(self) -> str:
        """The row as a sentence."""
        told = (
            ("post", self.post),
            ("repay", self.repay),
            ("sell", self.sell),
            ("LTV", self.ltv),
            ("sold at", self.sale),
        )
        return f"{self.name}, plan A then plan B: " + "; ".join(f"{name} {text}" for name, text in told if text)


def compared_rows(
    first: Plan, second: Plan, differences: tuple[Difference, ...], display: Display
) -> tuple[ComparedRow, ...]:
    """Return what differs, the whole book first; ``same`` alone where a figure is the same in both."""
    rows = [_whole(first, second, display)]
    cash = [{line.loan: line.repay for line in plan.lines} for plan in (first, second)]
    for place, one in enumerate(differences, 1):
        if _differs(one):
            rows.append(_loan(place, one, (cash[0][one.loan], cash[1][one.loan]), display))
    return tuple(rows)


def compared_sentence(first: Plan, second: Plan, display: Display) -> str:
    """Return which plan holds longer, and what that takes."""
    a, b = first.first_sale_after, second.first_sale_after
    if a is None or b is None:
        return "Compare what each plan leaves." if a is b else f"Plan {'A' if a is None else 'B'} leaves no debt."
    at_a, at_b = danger_price_text(a, first.currency), danger_price_text(b, second.currency)
    more = second.totals.posted_sats - first.totals.posted_sats
    takes = ""
    if more:
        takes = f" B posts {btc_text(abs(more), display, UP)} {'more' if more > 0 else 'less'}."
    if at_a == at_b:
        return f"Both leave the first forced sale at {at_a}.{takes}"
    lower, other, name = (at_b, at_a, "B") if b < a else (at_a, at_b, "A")
    return f"Plan {name} holds longer: its first forced sale is at {lower}, the other's at {other}.{takes}"


def compared_model() -> RowsModel[ComparedRow]:
    """Return the model of the table."""
    return RowsModel(
        (
            RowColumn("loan", "Loan", lambda row, _d: row.name, lambda row: row.place),
            RowColumn("post", "Post: A → B", lambda row, _d: row.post, lambda row: row.place, None, True),
            RowColumn("repay", "Cash: A → B", lambda row, _d: row.repay, lambda row: row.place, None, True),
            RowColumn("sell", "Sell: A → B", lambda row, _d: row.sell, lambda row: row.place, None, True),
            RowColumn("ltv", "LTV after: A → B", lambda row, _d: row.ltv, lambda row: row.place, None, True),
            RowColumn("sale", "Sold at: A → B", lambda row, _d: row.sale, lambda row: row.place, None, True),
        ),
        lambda row, _d: row.words,
        sort_key="loan",
    )


def _whole(first: Plan, second: Plan, display: Display) -> ComparedRow:
    a, b = first.totals, second.totals
    sold_a, sold_b = (x.sold_free_sats + x.sold_collateral_sats for x in (a, b))
    return ComparedRow(
        0,
        "All loans",
        _pair(_btc(a.posted_sats, display), _btc(b.posted_sats, display)),
        _pair(_cash(a.cash_used_base, first.currency, display), _cash(b.cash_used_base, second.currency, display)),
        _pair(_btc(sold_a, display), _btc(sold_b, display)),
        "",
        _pair(_price(first.first_sale_after, first.currency), _price(second.first_sale_after, second.currency)),
    )


def _loan(place: int, one: Difference, cash: tuple[Decimal, Decimal], display: Display) -> ComparedRow:
    return ComparedRow(
        place,
        one.loan,
        _pair(*(_btc(sats, display) for sats in one.post_sats)),
        _pair(*(_cash(amount, one.currency, display) for amount in cash)),
        _pair(*(_btc(sats, display) for sats in one.sell_sats)),
        _pair(*("no debt" if ltv is None else ltv_text(ltv) for ltv in one.ltv_after)),
        _pair(*(_price(price, one.currency) for price in one.liquidation_price_after)),
    )


def _differs(one: Difference) -> bool:
    return any(a != b for a, b in (one.post_sats, one.repaid, one.sell_sats, one.ltv_after))


def _pair(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _btc(sats: int, display: Display) -> str:
    return btc_text(sats, display, UP) if sats else _NOTHING


def _cash(amount: Decimal, currency: str, display: Display) -> str:
    return money_text(amount, currency, display, UP) if amount else _NOTHING


def _price(price: Decimal | None, currency: str) -> str:
    return "never" if price is None else danger_price_text(price, currency)
