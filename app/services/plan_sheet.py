"""A plan as a one-page instruction sheet: which loan, how much, to or from where, until when, and who does it.

The sheet is text first; the page for the printer is the same text in plain HTML, every value escaped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from html import escape
from typing import Final

from app.domain.money import btc_text, ceil_fiat, minor_digits
from app.risk.plan_result import Plan, PlanLine
from app.services.wording import percent_up

_BLANK: Final = "______________"
_HEADS: Final = ("Loan", "What", "Amount", "To / from", "By", "Who")


@dataclass(frozen=True, slots=True)
class Addressee:
    """What the book does not know and a person fills in.

    Attributes:
        btc_address: where bitcoin for this loan goes.
        bank_account: where money for this loan goes.
        who: does it.
    """

    btc_address: str = ""
    bank_account: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line of the sheet; every field is text to show."""

    loan: str
    what: str
    amount: str
    where: str
    by: str
    who: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The line's fields in the order of the heads."""
        return self.loan, self.what, self.amount, self.where, self.by, self.who


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole page."""

    title: str
    made: str
    instructions: tuple[Instruction, ...]
    afterwards: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())


def plan_sheet(plan: Plan, book: str, addressees: Mapping[str, Addressee] | None = None) -> Sheet:
    """Return the instruction sheet of a plan.

    Args:
        plan: to carry out.
        book: its name.
        addressees: by loan; blanks to fill in by hand where they are not given.
    """
    known = addressees or {}
    instructions = []
    afterwards = []
    for line in plan.lines:
        if line.acts:
            instructions += _instructions(line, plan.as_of, known.get(line.loan, Addressee()))
            afterwards.append(_afterwards(line))
    made = f"Made {_moment(plan.as_of)} at {plan.price:,.2f} {plan.currency} for 1 BTC. {plan.sentence}"
    return Sheet(f"Plan for {book}", made, tuple(instructions), tuple(afterwards), plan.notes)


def sheet_text(sheet: Sheet) -> str:
    """Return the sheet as plain text, columns aligned."""
    rows = [_HEADS, *(one.cells for one in sheet.instructions)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(_HEADS))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    body = table if sheet.instructions else ["Nothing has to be done."]
    return "\n".join((sheet.title, sheet.made, "", *body, "", *sheet.afterwards, *sheet.notes)).rstrip() + "\n"


def sheet_html(sheet: Sheet) -> str:
    """Return the sheet as a small HTML page without scripts, styles from elsewhere or links."""
    rows = "".join(_row(one.cells, "td") for one in sheet.instructions)
    table = f'<table border="1" cellspacing="0" cellpadding="4">{_row(_HEADS, "th")}{rows}</table>'
    body = table if sheet.instructions else "<p>Nothing has to be done.</p>"
    after = "".join(f"<li>{escape(text)}</li>" for text in (*sheet.afterwards, *sheet.notes))
    title = escape(sheet.title)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<h1>{title}</h1><p>{escape(sheet.made)}</p>{body}{f'<ul>{after}</ul>' if after else ''}</body></html>"
    )


def _instructions(line: PlanLine, as_of: datetime, to: Addressee) -> list[Instruction]:
    by = _deadline(line, as_of)
    who = to.who or _BLANK
    address, bank = to.btc_address or _BLANK, to.bank_account or _BLANK
    steps = []
    if line.post_sats:
        steps.append(("Send bitcoin to the lender", f"{btc_text(line.post_sats)} BTC", address))
    if line.sell_free_sats:
        steps.append(("Sell free bitcoin", f"{btc_text(line.sell_free_sats)} BTC", _BLANK))
    if line.sell_collateral_sats:
        steps.append(("Have collateral sold or released", f"{btc_text(line.sell_collateral_sats)} BTC", address))
    if line.sale_repay:
        steps.append(("Repay from the sale", _money(line.sale_repay, line.currency), bank))
    if line.repay:
        steps.append(("Repay from cash", _money(line.repay, line.currency), bank))
    name = f"{line.loan} ({line.lender})"
    return [Instruction(name, what, amount, where, by, who) for what, amount, where in steps]


def _deadline(line: PlanLine, as_of: datetime) -> str:
    takes = f"; takes {line.arrival.hours} h" if line.arrival.hours else ""
    if line.arrival.deadline_hours is None:
        return f"no clock{takes}"
    if line.waiting is None or not line.waiting.due:
        return f"{line.arrival.deadline_hours} h after a call{takes}"
    return f"{_moment(as_of + timedelta(hours=line.arrival.deadline_hours))} if called now{takes}"


def _afterwards(line: PlanLine) -> str:
    if line.ltv_after is None:
        return f"{line.loan}: afterwards nothing is owed."
    parts = [f"the LTV is {percent_up(line.ltv_after, 2)}"]
    if line.margin_call_price_after is not None:
        parts.append(f"margin call at {_line_price(line.margin_call_price_after, line.currency)}")
    if line.liquidation_price_after is not None:
        parts.append(f"forced sale at {_line_price(line.liquidation_price_after, line.currency)}")
    return f"{line.loan}: afterwards {', '.join(parts)}."


def _line_price(price: Decimal, currency: str) -> str:
    """Return a price at which something bad happens, rounded up as every danger price is."""
    return _money(ceil_fiat(price, currency), currency)


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount:,.{minor_digits(currency)}f} {currency}"


def _moment(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


def _row(cells: tuple[str, ...], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
