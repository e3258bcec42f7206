"""The annual roll-forward that US GAAP asks of crypto assets at fair value (ASC 350-60), tied to realised gains."""

from datetime import date, timedelta
from decimal import Decimal

from app.domain.disposals import amount_of
from app.domain.errors import InputError
from app.domain.loan_state import balance_at
from app.services.gains import year_start
from app.services.gains_table import rules_words
from app.services.report_gains import ROUNDED
from app.services.report_ports import Column, Kind, Missing, Paragraph, Report, Section, Table, Value
from app.services.reports import ReportAsk, ReportFacts, new_report
from app.services.roll_forward import RollForward, Stand, roll_forward

_NO_CLOSE = "no close is stored for the day"
_NO_BASIS = "a basis or proceeds are not known"


def annual_roll_forward(facts: ReportFacts, ask: ReportAsk) -> Report:
    """Return a year's roll-forward.

    Raises:
        InputError: no year was named, or it is not over.
    """
    if ask.year is None:
        raise InputError("names no year; say which one, like 2025", "--year")
    if date(ask.year + 1, 1, 1) > facts.figures.as_of.date():
        raise InputError(f"{ask.year} is not over; choose an earlier year", "--year")
    roll = roll_forward(facts.book, facts.rules, facts.closes, ask.year)
    sections = (
        Section("Roll-forward", (_movements(roll),), (ROUNDED,)),
        Section("How it ties to the realised gains", (_tie(roll), _tied(roll)), roll.problems),
        Section("Holding at the year's end", (_holding(roll),)),
        Section("Restricted: what is pledged", (_restricted(facts, roll),)),
    )
    return new_report(
        facts,
        "rollforward",
        "Annual roll-forward of bitcoin",
        sections,
        subtitle=str(ask.year),
        sources=(
            f"Lots: {rules_words(roll.rules)}.",
            "Fair value: the stored close of the year's last day, and of the day before its first.",
        ),
        prices=False,
    )


def _movements(roll: RollForward) -> Table:
    code = roll.currency
    columns = (Column("", wide=True), Column("BTC", Kind.BTC), Column(code, Kind.MONEY, currency=code))
    opening, closing = roll.opening, roll.closing
    rows: tuple[tuple[Value, ...], ...] = (
        (f"Opening fair value, {opening.day}", opening.sats, _known(opening.fair_value, _NO_CLOSE)),
        ("Additions, at their basis", roll.added_sats, _known(roll.additions, _NO_BASIS)),
        ("Dispositions, at their proceeds", -roll.disposed_sats, _known(_less(roll.dispositions), _NO_BASIS)),
        ("Left without a sale, at its basis", -roll.departed_sats, _known(_less(roll.departures), _NO_BASIS)),
        ("Gains in net income", None, _known(roll.gains, _why(roll))),
        ("Losses in net income", None, _known(_less(roll.losses), _why(roll))),
        (f"Closing fair value, {closing.day}", closing.sats, _known(closing.fair_value, _NO_CLOSE)),
    )
    return Table(columns, rows, strong=frozenset((0, len(rows) - 1)), caption="Roll-forward")


def _why(roll: RollForward) -> str:
    return _NO_CLOSE if None in (roll.opening.fair_value, roll.closing.fair_value) else _NO_BASIS


def _tie(roll: RollForward) -> Table:
    code, realised = roll.currency, roll.realised
    columns = (Column("", wide=True), Column(code, Kind.MONEY, currency=code))
    gain = None if realised.unknown else amount_of(realised.gain)
    rows: tuple[tuple[Value, ...], ...] = (
        ("Realised gain, as in the report of realised gains", _known(gain, _NO_BASIS)),
        ("of it gains", _known(None if realised.unknown else amount_of(realised.gains), _NO_BASIS)),
        ("of it losses", _known(None if realised.unknown else amount_of(realised.losses), _NO_BASIS)),
        ("Change of what is unrealised", _known(roll.unrealised, _why(roll))),
        ("Net gain of the year", _known(roll.net, _why(roll))),
        ("Difference", _known(roll.difference, _why(roll))),
    )
    return Table(columns, rows, strong=frozenset((4,)), caption="Tie to the gains")


def _tied(roll: RollForward) -> Paragraph:
    if roll.difference is None:
        return Paragraph("Whether it ties cannot be said while a close or a basis is missing.", strong=True)
    if not roll.difference:
        return Paragraph("The roll-forward ties to the report of realised gains.")
    missed = f"{roll.difference:f} {roll.currency}"
    return Paragraph(f"The roll-forward misses the report of realised gains by {missed}; report this.", strong=True)


def _holding(roll: RollForward) -> Table:
    code, closing = roll.currency, roll.closing
    columns = (
        Column("Asset", wide=True),
        Column("Units", Kind.BTC),
        Column("Cost basis", Kind.MONEY, currency=code),
        Column("Fair value", Kind.MONEY, currency=code),
        Column("Price of one", Kind.MONEY, currency=code),
    )
    price = _known(closing.price, _NO_CLOSE)
    rows = (
        ("Bitcoin", closing.sats, _known(closing.basis, _NO_BASIS), _known(closing.fair_value, _NO_CLOSE), price),
        ("of it pledged", *_pledged(closing), None),
    )
    return Table(columns, rows, caption="Holding")


def _pledged(stand: Stand) -> tuple[Value, Value, Value]:
    return stand.pledged_sats, _known(stand.pledged_basis, _NO_BASIS), _known(stand.pledged_value, _NO_CLOSE)


def _restricted(facts: ReportFacts, roll: RollForward) -> Table:
    """Return the loans that hold collateral at the year's end: what restricts it, for how long, and what frees it."""
    columns = (
        Column("Pledged to", wide=True),
        Column("Loan", wide=True),
        Column("BTC", Kind.BTC),
        Column("Until", Kind.DATE),
        Column("What frees it", wide=True),
    )
    rows: list[tuple[str, str, int, date | str, str]] = []
    last = year_start(roll.year + 1) - timedelta(microseconds=1)
    for loan in facts.book.loans:
        sats = balance_at(loan, last).collateral_sats
        if sats:
            rows.append((loan.lender, loan.name, sats, loan.matures_on or "open", "repayment, or the lender's release"))
    total = ("All pledged", "", sum(row[2] for row in rows), None, "")
    return Table(columns, tuple(rows), (total,) if rows else (), empty="Nothing was pledged at the year's end.")


def _known(amount: Decimal | None, why: str) -> Value:
    return Missing(why) if amount is None else amount


def _less(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else -amount
