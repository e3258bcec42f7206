"""The reserve prices for a terminal: one row for each promise, then what happens on the way."""

from decimal import Decimal
from typing import Final

from app.domain.money import EXACT, ceil_sats, floor_sats
from app.domain.portfolio import BookFigures
from app.risk.positions import Positions
from app.risk.reserve_result import Reserve, ReservePrice
from app.services.reserve_report import unasked_notes
from app.services.text_table import NOTHING, price_lines, short_name, table_lines
from app.services.wording import btc, danger_price, percent_down

PROMISES: Final = {
    "no_margin_call": "No margin call",
    "cure_each_call": "Cure each call",
    "cure_at_once": "Cure at once",
    "last_stand": "Last stand",
}
_HEADINGS: Final = ("Promise", "Ends at loan", "Holds to", "Fall", "It asks for", "Left then")
_STEPS_SHOWN: Final = 12


def reserve_table(figures: BookFigures, positions: Positions, found: Reserve, title: str) -> str:
    """Return the whole page as lines of text, without a line feed at the end."""
    lines = [f"{title}, {figures.as_of:%Y-%m-%d %H:%M} UTC", *price_lines(figures), "", headline(positions, found)]
    if positions.horizon_days:
        lines.append(f"Interest for {positions.horizon_days:,} days from now is counted as owed already.")
    lines += [*unasked_notes(positions), ""]
    lines += table_lines([_HEADINGS, *(_row(price, positions) for price in found)])
    others = [currency for currency in positions.prices if currency != positions.currency]
    price = found.cure_each_call.price
    if others and price is not None:
        told = ", ".join(danger_price(positions.price_in(currency, price), currency) for currency in others)
        lines += ["", f"Cure each call, in other currencies at today's rates: {told}."]
    lines += _steps(found.cure_each_call, positions)
    lines += [f"In time? {sentence}" for sentence in found.cure_each_call.late]
    if positions.left_out:
        lines += ["", *positions.left_out]
    return "\n".join(lines)


def headline(positions: Positions, found: Reserve) -> str:
    """Return the sentence that answers: down to which price, and which loan ends it."""
    answer, last = found.cure_each_call, found.last_stand
    if answer.price is None or last.price is None:
        return answer.sentence
    free = btc(found.free_sats)
    end = danger_price(answer.price, positions.currency)
    stand = danger_price(last.price, positions.currency)
    if answer.already:
        due = (
            f"due at today's price with {positions.horizon_days:,} days' interest"
            if positions.horizon_days
            else "due today"
        )
        return f"{free} free cannot cure what is {due}: {answer.loan} is left short. Last stand: {stand}."
    return f"{free} free cures every call down to {end}, then {answer.loan} cannot be cured. Last stand: {stand}."


def _row(answer: ReservePrice, positions: Positions) -> tuple[str, ...]:
    if answer.price is None:
        return (PROMISES[answer.name], NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
    room = EXACT.subtract(Decimal(1), EXACT.divide(answer.price, positions.price))
    return (
        PROMISES[answer.name],
        short_name(answer.loan or NOTHING),
        danger_price(answer.price, positions.currency),
        "due now" if answer.already else percent_down(room),
        "all that is left" if answer.needs is None else btc(ceil_sats(answer.needs)),
        btc(floor_sats(answer.left)),
    )


def _steps(answer: ReservePrice, positions: Positions) -> list[str]:
    if not answer.steps:
        return []
    lines = ["", "On the way down:"]
    for step in answer.steps[:_STEPS_SHOWN]:
        at = danger_price(step.price, positions.currency)
        left = btc(floor_sats(step.left))
        lines.append(f"  {at}: post {btc(ceil_sats(step.btc))} to {positions.items[step.place].loan}; {left} left")
    more = len(answer.steps) - _STEPS_SHOWN
    if more > 0 or answer.more_steps:
        lines.append(f"  … and {'very many' if answer.more_steps else more} more; --json gives them.")
    return lines
