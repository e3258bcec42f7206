"""The columns of the loans tables: what each shows, what a spreadsheet gets, and how a row is spoken (pure)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.figures import LoanFigures, TriggerFigures
from app.domain.money import btc_text as exact_btc
from app.domain.money import round_fiat, round_ratio
from app.domain.terms import TriggerKind
from app.services.danger import first_danger
from app.ui.formats import (
    NOT_KNOWN,
    UP,
    Display,
    btc_text,
    danger_price_text,
    day_text,
    headroom_text,
    hours_text,
    ltv_text,
    money_text,
    percent_text,
)
from app.ui.levels import standing_of


class Column(NamedTuple):
    """One column.

    Attributes:
        key: by which its width, place and sorting are remembered.
        title: its heading; ``{fall}`` stands for the drop test's fall.
        right: figures stand at the right edge.
        text: what the cell shows.
        raw: the exact figure for a spreadsheet, empty where it is not known.
        private: an amount that is masked when amounts are hidden, for a spreadsheet too.
        hint: what the heading means.
        steady: no price changes what the cell shows.
    """

    key: str
    title: str
    right: bool
    text: Callable[[LoanFigures, Display], str]
    raw: Callable[[LoanFigures], str]
    hint: str
    private: bool = False
    steady: bool = False


def cure_words(figures: LoanFigures) -> str:
    """Return how long a margin call leaves (``cure 72 h``), or nothing where no clock runs."""
    call = figures.first(TriggerKind.MARGIN_CALL)
    if call is None or call.trigger.cure_hours is None:
        return ""
    return f"cure {hours_text(call.trigger.cure_hours)}"


def spoken(figures: LoanFigures, display: Display) -> str:
    """Return a row as a sentence, for a screen reader."""
    loan, standing = figures.loan, standing_of(figures)
    parts = [f"{loan.name}, {loan.lender}: {standing.word}, {standing.sentence}"]
    parts.append(f"debt {money_text(figures.balance.debt, loan.currency, display, UP)}")
    parts.append(f"collateral {btc_text(figures.balance.collateral_sats, display)}")
    if figures.ltv is not None:
        parts.append(f"LTV {ltv_text(figures.ltv)}")
    danger = first_danger(figures)
    if danger is not None and danger.headroom is not None:
        verb = "sold" if danger.trigger.kind is TriggerKind.LIQUIDATION else "called"
        below = f"{headroom_text(danger.headroom)} below now" if danger.headroom > 0 else "passed"
        parts.append(f"{verb} at {danger_price_text(danger.price, loan.currency)}, {below}")
    test = figures.drop_test
    if test is not None and test.cure is not None:
        parts.append(
            f"after a fall of {percent_text(test.drop)} post {btc_text(test.cure.top_up_sats, display, UP)} to cure"
        )
    return "; ".join(parts) + "."


def _price(figures: LoanFigures, kind: TriggerKind) -> Decimal | None:
    line = figures.first(kind)
    return None if line is None else line.price


def _price_words(figures: LoanFigures, kind: TriggerKind) -> str:
    return danger_price_text(_price(figures, kind), figures.loan.currency)


def _room(figures: LoanFigures) -> Decimal | None:
    line: TriggerFigures | None = first_danger(figures)
    return None if line is None else line.headroom


def _room_words(figures: LoanFigures) -> str:
    room = _room(figures)
    return "passed" if room is not None and room <= 0 else headroom_text(room)


def _after(figures: LoanFigures) -> Decimal | None:
    return None if figures.drop_test is None else figures.drop_test.ltv


def _top_up(figures: LoanFigures) -> int | None:
    test = figures.drop_test
    return None if test is None or test.cure is None else test.cure.top_up_sats


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _ratio(value: Decimal | None) -> str:
    return "" if value is None else f"{round_ratio(value):f}"


def _cents(figures: LoanFigures, value: Decimal | None) -> str:
    return "" if value is None else f"{round_fiat(value, figures.loan.currency):f}"


def _top_up_raw(figures: LoanFigures) -> str:
    sats = _top_up(figures)
    return "" if sats is None else exact_btc(sats)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


CHANCE: Final = "chance"
_CALL: Final = TriggerKind.MARGIN_CALL
_SALE: Final = TriggerKind.LIQUIDATION
COLUMNS: Final = (
    Column(
        "loan",
        "Loan",
        False,
        lambda f, _d: f.loan.name,
        lambda f: f.loan.name,
        "The loan, and the hours to cure a call",
        steady=True,
    ),
    Column("lender", "Lender", False, lambda f, _d: f.loan.lender, lambda f: f.loan.lender, "Who lends", steady=True),
    Column(
        "debt",
        "Debt",
        True,
        lambda f, d: money_text(f.balance.debt, f.loan.currency, d, UP),
        lambda f: _cents(f, f.balance.debt),
        "Principal, accrued interest and fees, in the loan's currency",
        private=True,
        steady=True,
    ),
    Column(
        "collateral",
        "Collateral",
        True,
        lambda f, d: btc_text(f.balance.collateral_sats, d),
        lambda f: exact_btc(f.balance.collateral_sats),
        "Pledged bitcoin",
        private=True,
        steady=True,
    ),
    Column(
        "ltv", "LTV", True, lambda f, _d: ltv_text(f.ltv), lambda f: _ratio(f.ltv), "Exposure ÷ value of the collateral"
    ),
    Column(
        "call",
        "Called at",
        True,
        lambda f, _d: _price_words(f, _CALL),
        lambda f: _cents(f, _price(f, _CALL)),
        "The price of one bitcoin, in the loan's currency, at which the lender makes a margin call",
        steady=True,
    ),
    Column(
        "drop",
        "Drop to call",
        True,
        lambda f, _d: _room_words(f),
        lambda f: _ratio(_room(f)),
        "How far the price may fall before the first margin call, or forced sale where there is no call",
    ),
    Column(
        "sale",
        "Sold at",
        True,
        lambda f, _d: _price_words(f, _SALE),
        lambda f: _cents(f, _price(f, _SALE)),
        "The price of one bitcoin, in the loan's currency, at which the lender sells collateral",
        steady=True,
    ),
    Column(
        "after",
        "After −{fall}",
        True,
        lambda f, _d: ltv_text(_after(f)),
        lambda f: _ratio(_after(f)),
        "The LTV after the drop test's fall",
    ),
    # The figures do not hold it: the model asks the newest answer of the risk room.
    Column(
        CHANCE,
        "P(call) 30 d",
        True,
        lambda _f, _d: NOT_KNOWN,
        lambda _f: "",
        "The chance that the price reaches this loan's margin call, or its forced sale where it has no call, "
        "within 30 days",
    ),
    Column(
        "cure",
        "Post to cure",
        True,
        lambda f, d: btc_text(_top_up(f), d, UP),
        _top_up_raw,
        "Bitcoin to post after that fall so that the loan is back at its cure LTV",
        private=True,
    ),
    Column("state", "State", True, lambda f, _d: standing_of(f).word, lambda f: f.state.value, "Where the loan stands"),
    Column(
        "currency",
        "Currency",
        False,
        lambda f, _d: f.loan.currency,
        lambda f: f.loan.currency,
        "The loan's currency",
        steady=True,
    ),
    Column(
        "rate",
        "Rate",
        True,
        lambda f, _d: percent_text(f.balance.rate),
        lambda f: _number(f.balance.rate),
        "Yearly rate of interest in force",
        steady=True,
    ),
    Column(
        "maturity",
        "Due",
        True,
        lambda f, _d: day_text(f.loan.matures_on) if f.loan.matures_on else "open",
        lambda f: _iso(f.loan.matures_on),
        "The day the loan matures",
        steady=True,
    ),
    Column(
        "confirmed",
        "Terms confirmed",
        True,
        lambda f, _d: day_text(f.balance.terms.evidence.confirmed_on),
        lambda f: _iso(f.balance.terms.evidence.confirmed_on),
        "The day somebody last confirmed the contract's terms",
        steady=True,
    ),
)
COMPACT: Final = ("loan", "debt", "collateral", "ltv", "call", "drop", "sale", "after", CHANCE, "cure", "state")
FULL: Final = tuple(column.key for column in COLUMNS)


def columns_of(keys: tuple[str, ...]) -> tuple[Column, ...]:
    """Return columns by their keys, in that order."""
    by_key = {column.key: column for column in COLUMNS}
    return tuple(by_key[key] for key in keys)
