"""The board report: one page that says how far the loans are from their calls, and what the data are worth.

Rounded against the reader's risk. Without a price to rely on, the report says so in place of every state.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from app.domain.figures import LoanFigures, LoanState
from app.domain.money import EXACT, btc_of, ceil_sats
from app.domain.portfolio import BookFigures
from app.domain.quotes import NoQuote, Quote
from app.domain.terms import TriggerKind
from app.risk.positions import Positions, Unanswerable, positions_of
from app.risk.reserve import reserve
from app.risk.reserve_result import Reserve
from app.services.board_due import ages_section, due_section
from app.services.board_lines import GRAVE, STATE_WORDS, line_price, load_lines, pressing_loans
from app.services.danger import danger_of, first_danger
from app.services.report_ports import (
    Block,
    Column,
    Figure,
    Figures,
    Kind,
    Missing,
    Money,
    Paragraph,
    Report,
    Rounding,
    Section,
    Table,
    Value,
    value_text,
)
from app.services.reports import PolicyState, ReportAsk, ReportFacts, new_report
from app.services.reserve_table import headline as reserve_words
from app.services.status_table import headline
from app.services.text_table import joined
from app.services.wording import danger_price, plain_percent

MOST_LOANS: Final = 10
_MOST_FALLEN: Final = 6
_MOST_LIMITS: Final = 6
_SOURCES: Final = (
    (
        "LTV is the debt that the contract counts over the value of the collateral. LTVs, danger prices and remedies "
        "are rounded up; room to fall, free bitcoin and time left are rounded down. Prices of other currencies are "
        "carried into the book's at today's rates."
    ),
)


def board_report(facts: ReportFacts, _ask: ReportAsk) -> Report:
    """Return the board report of a book at its price."""
    figures = facts.figures
    loans = pressing_loans(figures, MOST_LOANS)
    positions = positions_of(figures)
    held = None if isinstance(positions, Unanswerable) else reserve(positions)
    sections = [
        Section("", (Paragraph(headline(figures), strong=True), _figures(facts))),
        _lines_section(figures, loans, held),
        _ltv_section(figures, loans),
        _drop_section(figures),
        _reserve_section(positions, held),
        *([_policy_section(facts.policy)] if facts.policy else []),
        due_section(facts),
        ages_section(facts),
    ]
    beside = {"Reserve", "How old the data are"}
    placed = tuple(
        Section(one.heading, one.blocks, one.notes, beside=one.heading in beside) for one in sections if one.blocks
    )
    return new_report(
        facts, "board", "Board report", placed, sources=_SOURCES, warning=_warning(figures), one_page=True
    )


def _warning(figures: BookFigures) -> str:
    """Return that there is no price to rely on, or nothing."""
    silent = [lookup for lookup in figures.lookups.values() if isinstance(lookup, NoQuote)]
    base = figures.prices[figures.totals.currency]
    if isinstance(base, NoQuote):
        silent.insert(0, base)
    if not silent:
        return ""
    dark = len(figures.unjudged)
    owing = len(figures.ledger.owing)
    whom = "No loan is judged" if dark == owing else f"{dark:,} of {owing:,} loans are not judged"
    loans = f" {whom}; what is said of {'them' if dark else 'totals'} waits for a price." if dark else ""
    return f"No price to rely on in {silent[0].currency}: {silent[0].reason}.{loans}"


def _figures(facts: ReportFacts) -> Figures:
    totals = facts.figures.totals
    code = totals.currency
    why = Missing("there is no price to rely on")
    danger = danger_of(facts.figures)
    first = next(iter((*danger.sold, *danger.called, *danger.falling)), None)
    nearest = facts.figures.nearest
    line = first_danger(first) if first is not None else nearest.trigger if nearest is not None else None
    name = first.loan.name if first is not None else nearest.loan if nearest is not None else ""
    room: Value = line.headroom if line is not None else None
    if room is None:
        room = why if danger.unjudged else "none ahead" if danger.owing else "no debt"
    return Figures((
        Figure(
            Column("Net value", Kind.MONEY, currency=code, digits=0, rounding=Rounding.DOWN),
            why if totals.net_value is None else totals.net_value,
            f"{btc_of(totals.btc_sats):,.4f} BTC less all debt",
        ),
        Figure(
            Column("Debt", Kind.MONEY, currency=code, digits=0, rounding=Rounding.UP),
            why if totals.debt is None else totals.debt,
            f"{danger.owing:,} loan{'' if danger.owing == 1 else 's'} owing",
        ),
        Figure(
            Column("LTV on pledged BTC", Kind.PERCENT, rounding=Rounding.UP),
            totals.ltv if totals.ltv is not None else why if totals.debt is None else "no debt",
            f"{btc_of(totals.encumbered_sats):,.4f} BTC pledged",
        ),
        Figure(
            Column("Free BTC", Kind.BTC, digits=4, rounding=Rounding.DOWN),
            totals.unencumbered_sats,
            "" if totals.btc_value is None else _worth(totals.unencumbered_sats, facts.figures),
        ),
        Figure(Column("Room to the first line", Kind.PERCENT, rounding=Rounding.DOWN), room, name),
    ))  # fmt: skip


def _worth(sats: int, figures: BookFigures) -> str:
    lookup = figures.prices[figures.totals.currency]
    if not isinstance(lookup, Quote):
        return ""
    column = Column("", Kind.MONEY, currency=lookup.currency, digits=0, rounding=Rounding.DOWN)
    return f"worth {value_text(EXACT.multiply(btc_of(sats), lookup.value), column)}"


def _lines_section(figures: BookFigures, loans: Sequence[LoanFigures], held: Reserve | None) -> Section:
    price = None if held is None else held.cure_each_call.price
    ruler = load_lines(figures, loans, price)
    if not ruler.marks:
        words = "No loan owes anything." if not loans else "No contract names a margin call or a forced sale."
        return Section("Load lines", (Paragraph(words),))
    drawn = {mark.name for mark in ruler.marks}
    left_out = [loan.loan.name for loan in loans if loan.loan.name not in drawn]
    notes = (f"Without a line that can be drawn in {ruler.currency}: {joined(left_out)}.",) if left_out else ()
    return Section(f"Load lines: each loan's margin call and forced sale, in {ruler.currency}", (ruler,), notes)


def _ltv_section(figures: BookFigures, loans: Sequence[LoanFigures]) -> Section:
    columns = (
        Column("Loan", wide=True),
        Column("Lender", wide=True),
        Column("State now"),
        Column("Debt", Kind.MONEY, digits=0, rounding=Rounding.UP),
        Column("Pledged BTC", Kind.BTC, digits=4, rounding=Rounding.DOWN),
        Column("LTV", Kind.PERCENT, rounding=Rounding.UP),
        Column("Called at", Kind.MONEY, digits=0, rounding=Rounding.UP),
        Column("Sold at", Kind.MONEY, digits=0, rounding=Rounding.UP),
        Column("Room", Kind.PERCENT, rounding=Rounding.DOWN),
    )
    strong = frozenset(number for number, loan in enumerate(loans) if loan.state in GRAVE)
    table = Table(columns, tuple(map(_ltv_row, loans)), strong=strong, empty="No loan owes anything.")
    more = len(figures.ledger.owing) - len(loans)
    return Section("LTV and lines now", (table,), (_left_out(len(loans), more, figures),) if more > 0 else ())


def _left_out(shown: int, more: int, figures: BookFigures) -> str:
    """Return how many loans are not shown; that none of them is graver is said only where all were judged."""
    if figures.unjudged:
        return f"{shown} of {shown + more:,} loans; which ones press the most nobody can say while prices are missing."
    return f"The {shown} most pressing loans; and {more:,} more, none of them graver."


def _ltv_row(figures: LoanFigures) -> tuple[Value, ...]:
    loan, balance = figures.loan, figures.balance
    dark = isinstance(figures.lookup, NoQuote)
    why = Missing(f"no price in {loan.currency}")
    line = first_danger(figures)
    ltv: Value = figures.ltv
    if ltv is None:
        ltv = why if dark else "no cover" if figures.state is LoanState.UNCOVERED else None
    room: Value = None if line is None else why if dark else line.headroom
    return (
        loan.name,
        loan.lender,
        STATE_WORDS[figures.state],
        Money(balance.debt, loan.currency),
        balance.collateral_sats,
        ltv,
        _price(line_price(figures, TriggerKind.MARGIN_CALL), loan.currency),
        _price(line_price(figures, TriggerKind.LIQUIDATION), loan.currency),
        room,
    )


def _price(price: Decimal | None, currency: str) -> Value:
    return None if price is None else Money(price, currency)


def _drop_section(figures: BookFigures) -> Section:
    fall = plain_percent(figures.drop)
    base = figures.prices[figures.totals.currency]
    heading = f"Drop test: after a fall of {fall}"
    if figures.ledger.owing and len(figures.unjudged) == len(figures.ledger.owing):
        return Section(heading, (Paragraph("Not tested: there is no price to fall from."),))
    found = danger_of(figures)
    hit = [*found.sold, *found.called, *found.falling]
    at = ""
    if isinstance(base, Quote):
        after = EXACT.multiply(base.value, EXACT.subtract(Decimal(1), figures.drop))
        at = f" At {danger_price(after, base.currency)}:"
    if not hit:
        dark = f" {len(figures.unjudged):,} loans were not tested." if figures.unjudged else ""
        words = f"{at} no loan is called or sold.".strip()
        return Section(heading, (Paragraph(f"{words[:1].upper()}{words[1:]}{dark}"),))
    columns = (
        Column("Loan", wide=True),
        Column("State then"),
        Column("LTV then", Kind.PERCENT, rounding=Rounding.UP),
        Column("Post BTC", Kind.BTC, digits=4, rounding=Rounding.UP),
        Column("or repay", Kind.MONEY, digits=0, rounding=Rounding.UP),
    )
    rows = tuple(map(_drop_row, hit[:_MOST_FALLEN]))
    words = f"{at} {len(hit):,} of {found.owing:,} loans called or sold.".strip()
    notes = [f"And {len(hit) - _MOST_FALLEN:,} more."] if len(hit) > _MOST_FALLEN else []
    if found.cure_sats:
        total = f"{btc_of(found.cure_sats):,f} BTC"
        free = figures.totals.unencumbered_sats
        lack = "" if found.cure_sats <= free else f", {btc_of(found.cure_sats - free):,f} BTC more than are free"
        notes.append(f"To cure {'it' if found.cured == 1 else f'all {found.cured:,}'} then: {total}{lack}.")
    return Section(heading, (Paragraph(words), Table(columns, rows)), tuple(notes))


def _drop_row(figures: LoanFigures) -> tuple[Value, ...]:
    test = figures.drop_test
    if test is None:
        why = Missing("nothing secures the loan any more" if figures.state is LoanState.UNCOVERED else "no price")
        return (figures.loan.name, STATE_WORDS[figures.state], why, None, None)
    cure = test.cure
    return (
        figures.loan.name,
        STATE_WORDS[test.state],
        test.ltv,
        None if cure is None else cure.top_up_sats,
        None if cure is None else Money(cure.repay, figures.loan.currency),
    )


def _reserve_section(positions: Positions | Unanswerable, held: Reserve | None) -> Section:
    if isinstance(positions, Unanswerable) or held is None:
        reason = positions.reason if isinstance(positions, Unanswerable) else "it cannot be reckoned"
        return Section("Reserve", (Paragraph(f"How far the free bitcoin reaches is not known: {reason}"),))
    if not positions.items:
        return Section("Reserve", (Paragraph("No loan has a line to fall to; the free bitcoin need hold none."),))
    code = positions.currency
    columns = (
        Column("Promise", wide=True),
        Column("Holds to", Kind.MONEY, currency=code, digits=0, rounding=Rounding.UP),
        Column("Fall", Kind.PERCENT, rounding=Rounding.DOWN),
        Column("Left BTC", Kind.BTC, digits=4, rounding=Rounding.DOWN),
    )
    named = (
        ("No margin call", held.no_margin_call),
        ("Cure each call", held.cure_each_call),
        ("Last stand", held.last_stand),
    )
    rows = []
    for name, found in named:
        price = found.price
        fall = None if price is None else EXACT.subtract(Decimal(1), EXACT.divide(price, positions.price))
        last = "due now" if found.already else fall
        left = None if price is None else max(ceil_sats(found.left) if found.left < 0 else int(found.left * 10**8), 0)
        rows.append((name, "no end" if price is None else price, last, left))
    block: tuple[Block, ...] = (Paragraph(reserve_words(positions, held)), Table(columns, tuple(rows)))
    return Section("Reserve", block, positions.left_out[:2])


def _policy_section(policy: Sequence[PolicyState]) -> Section:
    columns = tuple(Column(heading, wide=True) for heading in ("Limit", "Bound", "Now", "State"))
    words = {True: "kept", False: "BROKEN", None: "not judged"}
    rows = tuple((one.name, one.bound, one.value, words[one.kept]) for one in policy[:_MOST_LIMITS])
    strong = frozenset(number for number, one in enumerate(policy[:_MOST_LIMITS]) if one.kept is False)
    return Section("Policy limits", (Table(columns, rows, strong=strong),))
