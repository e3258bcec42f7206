"""The gains of a book as a page for a terminal."""

from decimal import Decimal
from typing import Final

from app.domain.disposals import Disposal, LotRules, Method, Scope, Source, amount_of
from app.domain.money import btc_text
from app.services.gains import Gains, Sum
from app.services.gains_report import NO_BASIS
from app.services.text_table import MOST_ROWS, NOTHING, short_name, table_lines
from app.services.wording import btc, money

_METHODS: Final = {
    Method.FIFO: "first in, first out",
    Method.LIFO: "last in, first out",
    Method.HIFO: "highest basis first",
    Method.AVERAGE: "average basis",
    Method.SPECIFIC: "lots as chosen, the oldest where none was",
}
_SUM_HEAD: Final = ("", "disposals", "BTC", "proceeds", "basis", "gain", "over a year")


def gains_page(gains: Gains) -> str:
    """Return realised gains by year, account and disposal, then what is held."""
    code = gains.history.currency
    when = "all years" if gains.year is None else str(gains.year)
    lines = [f"{gains.book}: gains in {code}, {when}", f"Lots: {rules_words(gains.history.rules)}.", ""]
    rows = [_sum_row(str(year), found, code) for year, found in gains.by_year.items()]
    rows += [_sum_row(short_name(name), found, code) for name, found in gains.by_account.items()]
    lines += table_lines([_SUM_HEAD, *rows, _sum_row(when, gains.total, code)], left=(0,))
    lines += _disposal_lines(gains, code)
    lines += _departure_lines(gains)
    lines += _held_lines(gains, code)
    return "\n".join(lines)


def rules_words(rules: LotRules) -> str:
    """Return how lots are reckoned, in a clause."""
    where = "each account for itself" if rules.scope is Scope.ACCOUNT else "all accounts together"
    fees = "fees in the basis" if rules.fees_in_basis else "fees apart"
    return f"{_METHODS[rules.method]}, {where}, {fees}"


def _sum_row(name: str, found: Sum, code: str) -> tuple[str, ...]:
    figures = (found.proceeds, found.basis, found.gain, found.long_gain)
    amounts = (money(amount_of(units), code) if found.is_known else NOTHING for units in figures)
    return name, f"{found.count:,}", btc_text(found.sats), *amounts


def _disposal_lines(gains: Gains, code: str) -> list[str]:
    if not gains.disposals:
        return ["", "Nothing was disposed of."]
    shown = gains.disposals[-MOST_ROWS:]
    head = ("day", "kind", "from", "BTC", "proceeds", "basis", "gain", "days", "lots")
    rows = [_disposal_row(one, code) for one in shown]
    count = "" if len(shown) == len(gains.disposals) else f", the newest {MOST_ROWS} of {len(gains.disposals):,}"
    lines = ["", f"Disposals{count}:", *(f"  {line}" for line in table_lines([head, *rows], left=(0, 1, 2, 8)))]
    if gains.total.unknown:
        amount = btc(gains.total.unknown_sats)
        lines += ["", f"Without a gain, and in no sum of money: {gains.total.unknown:,} disposals of {amount}."]
        reasons = dict.fromkeys(one.reason or NO_BASIS for one in gains.disposals if one.gain is None)
        lines += [f"  {reason}" for reason in list(reasons)[:5]]
    return lines


def _disposal_row(one: Disposal, code: str) -> tuple[str, ...]:
    youngest, oldest = one.holding_days
    lots = dict.fromkeys(place_words(use.source) for use in one.uses)
    named = ", ".join(list(lots)[:2]) + (f" and {len(lots) - 2} more" if len(lots) > 2 else "")  # noqa: PLR2004
    return (
        f"{one.at:%Y-%m-%d}",
        one.kind.value,
        short_name(one.account),
        btc_text(one.sats),
        _known(one.proceeds, code),
        _known(one.basis, code),
        _known(one.gain, code),
        f"{youngest}" if youngest == oldest else f"{youngest}-{oldest}",
        named,
    )


def place_words(source: Source) -> str:
    """Return where an entry stands, as people count."""
    return f"{short_name(source.owner)} #{source.entry + 1}"


def _departure_lines(gains: Gains) -> list[str]:
    if not gains.departures:
        return []
    sats = sum(one.sats for one in gains.departures)
    return ["", f"Left the book without being sold, so far as it knows: {len(gains.departures):,} times, {btc(sats)}."]


def _held_lines(gains: Gains, code: str) -> list[str]:
    sats = sum(held.lot.sats for held in gains.held)
    pledged = sum(held.lot.sats for held in gains.held if held.lot.pledged_to is not None)
    known = [held for held in gains.held if held.lot.basis_units is not None]
    basis = amount_of(sum(held.lot.basis_units or 0 for held in known))
    unknown = sats - sum(held.lot.sats for held in known)
    told = money(basis, code) if known or not gains.held else "not known"
    lines = ["", f"Held: {btc(sats)} in {len(gains.held):,} lots, {btc(pledged)} of it pledged; basis {told}."]
    if unknown:
        reasons = dict.fromkeys(held.lot.reason for held in gains.held if held.lot.reason)
        lines.append(f"The basis of {btc(unknown)} is not known: {'; '.join(list(reasons)[:3])}.")
    if gains.price is None:
        day = "" if gains.price_day is None else f" for {gains.price_day}"
        lines.append(f"Unrealised gain: not known, no price in {code} is stored{day} (plimsoll history import).")
    else:
        gain = sum((held.gain for held in known if held.gain is not None), Decimal(0))
        price = money(gains.price, code)
        lines.append(f"Unrealised gain, where the basis is known: {money(gain, code)} at {price} of {gains.price_day}.")
    return lines


def _known(amount: Decimal | None, code: str) -> str:
    return NOTHING if amount is None else money(amount, code)
