"""Realised gains as a report: by year and account, each disposal with its lots, and what is held."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from app.domain.disposals import Disposal, LotUse, amount_of, days_held, over_a_year
from app.domain.money import EXACT
from app.services.gains import Gains, HeldLot, Sum, gains_of
from app.services.gains_report import NO_BASIS
from app.services.gains_table import place_words, rules_words
from app.services.report_ports import Column, Figure, Figures, Kind, Missing, Report, Section, Table, Value
from app.services.reports import ReportAsk, ReportFacts, new_report

ROUNDED = (
    "Each row is rounded by itself, a total from exact amounts: added-up rows may differ from it by their roundings."
)


def realised_gains(facts: ReportFacts, ask: ReportAsk) -> Report:
    """Return the gains of a year, or of all years."""
    gains = gains_of(facts.book, facts.rules, facts.closes, ask.year, facts.figures.as_of.date())
    code = gains.history.currency
    when = "all years" if ask.year is None else str(ask.year)
    sections = [
        Section("", (_total(gains, code),), _unknown(gains)),
        Section("By year", (_sums(gains.by_year, "Year", code, gains.total if ask.year is None else None),)),
        Section("By account", (_sums(gains.by_account, "Account", code, gains.total),)),
        Section(f"Disposals, {when}, with their lots", (_disposals(gains, code),), (ROUNDED,)),
        Section("Left the book without being sold, so far as it knows", (_departures(gains, code),)),
        Section("Held at the end", (_held(gains, code),), _held_notes(gains)),
    ]
    return new_report(
        facts,
        "gains",
        "Realised gains",
        tuple(sections),
        subtitle=when,
        sources=(f"Lots: {rules_words(gains.history.rules)}. Values that a row does not tell: stored daily closes.",),
        prices=False,
    )


def _money(heading: str, code: str) -> Column:
    return Column(heading, Kind.MONEY, currency=code)


def _total(gains: Gains, code: str) -> Figures:
    total = gains.total
    return Figures((
        Figure(_money("Proceeds", code), _summed(total, total.proceeds)),
        Figure(_money("Basis", code), _summed(total, total.basis)),
        Figure(_money("Gain", code), _summed(total, total.gain), f"{total.count:,} disposals"),
        Figure(_money("of lots held over a year", code), _summed(total, total.long_gain)),
    ))  # fmt: skip


def _unknown(gains: Gains) -> tuple[str, ...]:
    if not gains.total.unknown:
        return ()
    reasons = dict.fromkeys(one.reason or NO_BASIS for one in gains.disposals if one.gain is None)
    return (
        f"{gains.total.unknown:,} disposals have no gain and are in no sum of money: {'; '.join(list(reasons)[:5])}.",
    )


def _sums(found: Mapping[int, Sum] | Mapping[str, Sum], heading: str, code: str, total: Sum | None) -> Table:
    columns = (
        Column(heading, wide=True),
        Column("Disposals", Kind.COUNT),
        Column("BTC", Kind.BTC),
        _money("Proceeds", code),
        _money("Basis", code),
        _money("Gains", code),
        _money("Losses", code),
        _money("Net gain", code),
        _money("Over a year", code),
        Column("Not known", Kind.COUNT),
    )
    rows = tuple(_sum_row(str(key), one) for key, one in found.items())
    totals = (_sum_row("Total", total),) if total is not None and rows else ()
    return Table(columns, rows, totals, empty="Nothing was disposed of.")


def _sum_row(name: str, one: Sum) -> tuple[Value, ...]:
    money = (one.proceeds, one.basis, one.gains, one.losses, one.gain, one.long_gain)
    return (name, one.count, one.sats, *(_summed(one, units) for units in money), one.unknown or None)


def _summed(of: Sum, units: int) -> Decimal | Missing:
    """Return a sum of money; of nothing that is known there is none."""
    return amount_of(units) if of.is_known else Missing("no disposal has both proceeds and basis")


def _disposals(gains: Gains, code: str) -> Table:
    columns = (
        Column("Day", Kind.DATE),
        Column("Kind"),
        Column("From", wide=True),
        Column("BTC", Kind.BTC),
        _money("Proceeds", code),
        _money("Basis", code),
        _money("Gain", code),
        Column("Acquired", Kind.DATE),
        Column("Lot", wide=True),
        Column("Days", Kind.COUNT),
        Column("Over a year"),
    )
    rows = tuple(_use_row(one, use) for one in gains.disposals for use in one.uses)
    total = gains.total
    money = (_summed(total, units) for units in (total.proceeds, total.basis, total.gain))
    foot = ("Total", "", "", total.sats, *money, None, "", None, "")
    return Table(columns, rows, (foot,) if rows else (), empty="Nothing was disposed of.", caption="Disposals")


def _use_row(one: Disposal, use: LotUse) -> tuple[Value, ...]:
    gone = Missing(one.reason or "the proceeds are not known")
    unknown = Missing(NO_BASIS)
    gain = use.gain
    return (
        one.at.date(),
        one.kind.value,
        one.account,
        use.sats,
        _known(use.proceeds, gone),
        _known(use.basis, unknown),
        gain if gain is not None else gone if use.proceeds is None else unknown,
        use.acquired_at.date(),
        place_words(use.source),
        days_held(use.acquired_at, one.at),
        "yes" if over_a_year(use.acquired_at, one.at) else "no",
    )


def _known(amount: Decimal | None, why: Missing) -> Value:
    return why if amount is None else amount


def _departures(gains: Gains, code: str) -> Table:
    columns = (
        Column("Day", Kind.DATE),
        Column("Kind"),
        Column("From", wide=True),
        Column("BTC", Kind.BTC),
        _money("Basis", code),
    )
    rows = tuple(
        (one.at.date(), one.kind.value.replace("_", " "), one.account, one.sats, _known(one.basis, Missing(NO_BASIS)))
        for one in gains.departures
    )
    return Table(columns, rows, empty="Nothing left the book that way.", caption="Departures")


def _held(gains: Gains, code: str) -> Table:
    columns = (
        Column("Acquired", Kind.DATE),
        Column("Lot", wide=True),
        Column("Account", wide=True),
        Column("Pledged to", wide=True),
        Column("BTC", Kind.BTC),
        _money("Basis", code),
        _money("Value", code),
        _money("Unrealised gain", code),
    )
    rows = tuple(map(_held_row, gains.held))
    sats = sum(held.lot.sats for held in gains.held)
    sums = (_whole(row[place] for row in rows) for place in (5, 6, 7))
    foot = ("Total", "", "", "", sats, *sums)
    return Table(columns, rows, (foot,) if rows else (), empty="Nothing is held.", caption="Held lots")


def _whole(amounts: Iterable[Value]) -> Decimal | Missing:
    """Return the sum of a column of money, or what its first unknown amount misses."""
    total = Decimal(0)
    for amount in amounts:
        if isinstance(amount, Missing):
            return amount
        if isinstance(amount, Decimal):
            total = EXACT.add(total, amount)
    return total


def _held_row(held: HeldLot) -> tuple[Value, ...]:
    lot = held.lot
    unknown, unpriced = Missing(lot.reason or NO_BASIS), Missing("no close is stored for the day")
    gain = held.gain if held.gain is not None else unknown if lot.basis is None else unpriced
    return (
        lot.acquired_at.date(),
        place_words(lot.source),
        lot.account,
        lot.pledged_to or "",
        lot.sats,
        _known(lot.basis, unknown),
        _known(held.value, unpriced),
        gain,
    )


def _held_notes(gains: Gains) -> tuple[str, ...]:
    if gains.price is None or gains.price_day is None:
        return ("Without a stored close nothing is valued; load one with plimsoll history import.",)
    return (f"Valued at the close of {gains.price_day}.",)
