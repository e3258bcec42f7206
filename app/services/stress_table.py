"""``plimsoll stress`` for a person: the headline, events in order, how each loan ends, what no action would cost."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Final

from app.domain.money import EXACT
from app.domain.portfolio import BookFigures
from app.risk.episodes import Episodes
from app.risk.stress_result import StressComparison, StressKind, StressResult
from app.services.stress_words import (
    baseline_sentence,
    conditions,
    end_sentence,
    episode_rows,
    event_sentence,
    headline,
)
from app.services.text_table import MOST_ROWS, price_lines, table_lines
from app.services.wording import btc, danger_price, money

_EPISODE_HEADINGS: Final = ("Id", "Name", "From", "Days", "Fall")


def stress_table(comparison: StressComparison, title: str, figures: BookFigures) -> str:
    """Return the whole page as lines of text, without a line feed at the end."""
    path, currency, result = comparison.path, comparison.currency, comparison.chosen
    low = danger_price(EXACT.multiply(path.lowest, comparison.price), currency)
    took = "" if path.timeless else f" over {path.days.normalize(EXACT):f} days" if path.days else " at once"
    lines = [
        f"{title}, {figures.as_of:%Y-%m-%d %H:%M} UTC",
        *price_lines(figures),
        f"From {money(comparison.price, currency)} down to {low}: {path.name}{took}.",
        "",
        headline(comparison),
        baseline_sentence(comparison) if result is not comparison.baseline else "Nobody does anything.",
        "",
    ]
    lines += [f"{event_sentence(event, currency)}" for event in result.events[:MOST_ROWS]]
    if len(result.events) > MOST_ROWS:
        lines.append(f"… and {len(result.events) - MOST_ROWS} more; --json gives them all.")
    if result.events:
        lines.append("")
    lines += [end_sentence(loan) for loan in result.loans[:MOST_ROWS]]
    lines += ["", *_totals(result, currency), "", *conditions(path), *comparison.left_out]
    return "\n".join(lines)


def episodes_table(episodes: Episodes) -> str:
    """Return every episode that can be replayed, one in a line."""
    rows: Sequence[Sequence[str]] = (_EPISODE_HEADINGS, *episode_rows(episodes))
    lines = table_lines(rows, left=(0, 1, 2, 4))
    return "\n".join([*lines, "", episodes.origin])


def _totals(result: StressResult, currency: str) -> list[str]:
    rows = [
        ("Posted", btc(result.posted_sats)),
        ("Sold", btc(result.sold_sats)),
        ("Free, left", btc(result.free_left_sats)),
    ]
    if result.of(StressKind.LIQUIDATION):
        rows.append(("Loss", money(result.loss, currency, rounding=ROUND_CEILING)))
    if result.shortfall:
        rows.append(("Uncovered", money(result.shortfall, currency, rounding=ROUND_CEILING)))
    if result.interest > Decimal(0):
        rows.append(("Interest", money(result.interest, currency, rounding=ROUND_CEILING)))
    return [f"{name:<10} {amount:>22}" for name, amount in rows]
