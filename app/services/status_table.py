"""The status of a book for a terminal: the headline in words, the totals, and a row for each loan.

Screens round against the user's risk: LTVs and danger prices up, headroom down.
"""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Final

from app.domain.figures import CALLED_STATES, LoanFigures, LoanState
from app.domain.money import floor_fiat
from app.domain.portfolio import BookFigures
from app.domain.terms import TriggerKind
from app.services.text_table import MOST_ROWS, NOTHING, joined, price_lines, short_name, table_lines
from app.services.wording import (
    btc,
    danger_price,
    money,
    percent_down,
    percent_up,
    plain_percent,
    remedy,
)

_HEADINGS: Final = ("Loan", "State", "Debt", "Collateral", "LTV", "Called at", "Room", "Sold at", "After drop")
_STATE_WORDS: Final = {LoanState.LIQUIDATION: "forced sale", LoanState.MARGIN_CALL: "margin call"}


def status_table(figures: BookFigures, title: str, policy: Sequence[str] = ()) -> str:
    """Return the whole page as lines of text, without a line feed at the end; ``policy`` stands below the headline."""
    lines = [f"{title}, {figures.as_of:%Y-%m-%d %H:%M} UTC", *price_lines(figures), "", headline(figures), *policy, ""]
    lines += _total_lines(figures)
    if figures.loans:
        lines += ["", *table_lines([_HEADINGS, *(_row(loan) for loan in figures.loans[:MOST_ROWS])])]
    if len(figures.loans) > MOST_ROWS:
        lines.append(f"… and {len(figures.loans) - MOST_ROWS} more; --json gives them all.")
    cures = [line for loan in figures.loans[:MOST_ROWS] if (line := _cure_line(loan))]
    if cures:
        lines += ["", *cures]
    if figures.problems:
        lines += ["", *figures.problems]
    return "\n".join(lines)


def headline(figures: BookFigures) -> str:
    """Return the one sentence that matters: what is called, what a fall would call, or that all hold."""
    if not figures.loans:
        return "No loans in this book yet."
    near = [figures.loans[index] for index in figures.in_reach]
    reached = [loan for loan in near if loan.state in CALLED_STATES or loan.state is LoanState.UNCOVERED]
    if reached:
        names = joined(f"{loan.loan.name} ({_state(loan)})" for loan in reached)
        return f"{_loans(len(reached))} at or past a margin call: {names}."
    fall = plain_percent(figures.drop)
    called = [loan for loan in near if loan.drop_test and loan.drop_test.state in CALLED_STATES]
    if called:
        called.sort(key=lambda loan: -(_room(loan) or Decimal(0)), reverse=True)
        names = joined(f"{loan.loan.name} at {_danger(loan)}" for loan in called)
        return f"A fall of {fall} calls {_loans(len(called)).lower()}: {names}."
    unknown = len(figures.unjudged)
    if unknown:
        return f"{_loans(unknown)} cannot be judged: there is no price to rely on."
    return f"A fall of {fall} calls no loan."


def _total_lines(figures: BookFigures) -> list[str]:
    totals = figures.totals
    known = totals.btc_value is not None and totals.debt is not None and totals.net_value is not None
    value = floor_fiat(totals.btc_value, totals.currency) if totals.btc_value is not None else None
    rows = [
        ("Bitcoin", btc(totals.btc_sats), "" if value is None else f"worth {money(value, totals.currency)}"),
        ("Pledged", btc(totals.encumbered_sats), "" if totals.ltv is None else f"at {percent_up(totals.ltv)} LTV"),
        ("Free", btc(totals.unencumbered_sats), ""),
    ]
    if known and totals.debt is not None and totals.net_value is not None:
        rows.append(("Debt", money(totals.debt, totals.currency, rounding=ROUND_CEILING), ""))
        rows.append(("Net value", money(floor_fiat(totals.net_value, totals.currency), totals.currency), ""))
    return [f"{name:<10} {amount:>22}  {note}".rstrip() for name, amount, note in rows]


def _row(figures: LoanFigures) -> tuple[str, ...]:
    loan, balance, test = figures.loan, figures.balance, figures.drop_test
    sale = figures.first(TriggerKind.LIQUIDATION)
    room = _room(figures)
    return (
        short_name(loan.name),
        _state(figures),
        money(balance.debt, loan.currency, 0, ROUND_CEILING),
        btc(balance.collateral_sats),
        NOTHING if figures.ltv is None else percent_up(figures.ltv),
        _danger(figures),
        NOTHING if room is None else percent_down(room),
        NOTHING if sale is None or sale.price is None else danger_price(sale.price, loan.currency),
        NOTHING if test is None or test.ltv is None else f"{percent_up(test.ltv)} {_word(test.state)}",
    )


def _state(figures: LoanFigures) -> str:
    return _word(figures.state)


def _word(state: LoanState) -> str:
    return _STATE_WORDS.get(state, state.value)


def _room(figures: LoanFigures) -> Decimal | None:
    call = figures.first(TriggerKind.MARGIN_CALL) or figures.first(TriggerKind.LIQUIDATION)
    return None if call is None else call.headroom


def _danger(figures: LoanFigures) -> str:
    call = figures.first(TriggerKind.MARGIN_CALL) or figures.first(TriggerKind.LIQUIDATION)
    return NOTHING if call is None or call.price is None else danger_price(call.price, figures.loan.currency)


def _cure_line(figures: LoanFigures) -> str:
    test, currency = figures.drop_test, figures.loan.currency
    if figures.cure_now is not None:
        hours = figures.cure_now.deadline_hours
        clock = "" if hours is None else f" within {hours} h"
        back = plain_percent(figures.cure_now.cure_ltv)
        return f"{figures.loan.name}: {remedy(figures.cure_now, currency)}{clock} to be back at {back}."
    if test is not None and test.cure is not None:
        hours = test.cure.deadline_hours
        clock = "" if hours is None else f" within {hours} h"
        fall, back = plain_percent(test.drop), plain_percent(test.cure.cure_ltv)
        return f"{figures.loan.name}, after −{fall}: {remedy(test.cure, currency)}{clock} to be back at {back}."
    return ""


def _loans(count: int) -> str:
    words = {1: "One loan", 2: "Two loans", 3: "Three loans"}
    return words.get(count, f"{count} loans")
