"""A plan for a terminal: what it does, a row for each loan, what waiting would take, and notes."""

from decimal import ROUND_CEILING
from functools import partial
from typing import Final

from app.domain.portfolio import BookFigures
from app.risk.plan_result import Plan, PlanLine
from app.services.plan_words import OBJECTIVE_MEANS, Tellers, cost_words, headline_words, in_time_words
from app.services.text_table import MOST_ROWS, NOTHING, price_lines, short_name, table_lines
from app.services.wording import btc, danger_price, money, percent_up, plain_percent

_HEADINGS: Final = (
    "Loan",
    "Post",
    "Repay",
    "Sell",
    "LTV now",
    "after",
    "Called at",
    "after",
    "Sold at",
    "after",
    "In time?",
)
_WAITING: Final = ("Loan", "Called at", "It takes then", "Worth then")
_OUT: Final = Tellers(btc, btc, partial(money, rounding=ROUND_CEILING), danger_price, plain_percent)


def plan_table(figures: BookFigures, plan: Plan, title: str, horizon_days: int = 0) -> str:
    """Return the whole page as lines of text, without a line feed at the end.

    Args:
        figures: the book at a price.
        plan: of its positions.
        title: the book's name.
        horizon_days: for how long the positions count interest.
    """
    lines = [f"{title}, {figures.as_of:%Y-%m-%d %H:%M} UTC", *price_lines(figures), ""]
    lines += [headline_words(plan, _OUT), OBJECTIVE_MEANS[plan.objective]]
    if horizon_days:
        lines.append(f"That sentence and the targets count {horizon_days} days of interest; the table is of today.")
    lines.append("")
    shown = sorted(plan.lines, key=lambda line: not line.acts)[:MOST_ROWS]
    lines += table_lines([_HEADINGS, *(_row(line) for line in shown)], (0, len(_HEADINGS) - 1))
    if len(plan.lines) > MOST_ROWS:
        lines.append(f"… and {len(plan.lines) - MOST_ROWS} more; --json gives them all.")
    lines += ["", cost_words(plan, _OUT), *_waiting(plan), *_reserve(plan)]
    if plan.notes:
        lines += ["", *plan.notes]
    return "\n".join(lines)


def _row(line: PlanLine) -> tuple[str, ...]:
    return (
        short_name(line.loan),
        btc(line.post_sats) if line.post_sats else NOTHING,
        money(line.repay, line.currency) if line.repay else NOTHING,
        btc(line.sell_sats) if line.sell_sats else NOTHING,
        percent_up(line.ltv_before),
        "no debt" if line.ltv_after is None else percent_up(line.ltv_after),
        *(
            NOTHING if price is None else danger_price(price, line.currency)
            for price in (
                line.margin_call_price_before,
                line.margin_call_price_after,
                line.liquidation_price_before,
                line.liquidation_price_after,
            )
        ),
        in_time_words(line),
    )


def _waiting(plan: Plan) -> list[str]:
    rows = [
        (
            short_name(line.loan),
            "due now" if line.waiting.due else danger_price(line.waiting.call_price, line.currency),
            btc(line.waiting.top_up_sats),
            money(line.waiting.money, line.currency, 0, ROUND_CEILING),
        )
        for line in plan.lines[:MOST_ROWS]
        if line.waiting is not None and line.waiting.top_up_sats
    ]
    return ["", "What waiting for each call would take:", *table_lines([_WAITING, *rows], (0,))] if rows else []


def _reserve(plan: Plan) -> list[str]:
    before, after = plan.reserve_before.cure_each_call.price, plan.reserve_after.cure_each_call.price
    if before is None or after is None:
        return []
    was, now = danger_price(before, plan.currency), danger_price(after, plan.currency)
    return ["", f"Curing each call, the free bitcoin holds to {was} before the plan and to {now} after it."]
