"""Which reports there are, what each has to be told, and where it is made; one line each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib import import_module
from typing import Final, NamedTuple, cast

from app.domain.book import Book
from app.domain.disposals import LotRules
from app.domain.errors import InputError
from app.domain.margin_calls import MarginCall
from app.domain.portfolio import BookFigures
from app.domain.quotes import NoQuote, PriceLookup, Quote
from app.services.book_state_hash import book_state_hash
from app.services.day_prices import DayPrices
from app.services.report_ports import Format, Paper, PriceLine, Report, Section


class Need(StrEnum):
    """What a report has to be told.

    Attributes:
        YEAR: one calendar year that is over.
        MAYBE_YEAR: a calendar year, or none for all.
        PERIOD: a first and a last day.
        LOAN: one loan.
        PRICE: judges by the price of now, and says so where there is none.
        LOTS: how lots are reckoned.
    """

    YEAR = "year"
    MAYBE_YEAR = "maybe_year"
    PERIOD = "period"
    LOAN = "loan"
    PRICE = "price"
    LOTS = "lots"


class PolicyState(NamedTuple):
    """One limit of the treasury's policy and how it stands, in words.

    ``kept`` is None where it cannot be judged; ``words`` then say why.
    """

    name: str
    bound: str
    value: str
    kept: bool | None
    words: str = ""


class DataAge(NamedTuple):
    """How old something is that a report rests on; ``at`` None where it has never been."""

    name: str
    at: datetime | date | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """All that reports are made of, read once.

    Attributes:
        figures: of the book at ``figures.as_of`` and ``figures.prices``.
        closes: daily closes beside the book.
        rules: how lots are reckoned.
        calls: margin calls on record, newest first.
        policy: the treasury's limits and their state, in the order of the book; empty where it has none.
        ages: of data that the book does not show itself (price history, wallet scans).
    """

    book: Book
    figures: BookFigures
    closes: DayPrices
    rules: LotRules = LotRules()  # noqa: RUF009 - an immutable value
    calls: tuple[MarginCall, ...] = ()
    policy: tuple[PolicyState, ...] = ()
    ages: tuple[DataAge, ...] = ()


class ReportAsk(NamedTuple):
    """What is asked of a report; what it does not need is not looked at.

    Attributes:
        start, until: the first and the last day of a period, both in it; None for the loan's opening and for today.
        loan: a loan's name; empty where the book has but one.
    """

    year: int | None = None
    start: date | None = None
    until: date | None = None
    loan: str = ""


Builder = Callable[[ReportFacts, ReportAsk], Report]


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A report that can be asked for.

    Attributes:
        about: one line for a list of reports.
        place: ``module:function`` of what makes it; imported when it is first wanted.
        takes: what it has to be told.
    """

    key: str
    title: str
    about: str
    place: str
    takes: frozenset[Need] = frozenset()

    def build(self, facts: ReportFacts, ask: ReportAsk) -> Report:
        """Return the report.

        Raises:
            InputError: what is asked cannot be answered (no such loan, a year that is not over).
        """
        module, _, name = self.place.partition(":")
        made = cast("Builder", getattr(import_module(module), name))
        return made(facts, ask)


KINDS: Final = (
    ReportKind(
        "board",
        "Board report",
        "one page: load lines, LTV, drop test, reserve, what is due, how old the data are",
        "app.services.board_report:board_report",
        frozenset((Need.PRICE,)),
    ),
    ReportKind(
        "loan-statement",
        "Loan statement",
        "one loan over any period: interest schedule, accruals, events and how payments were split",
        "app.services.report_loan_statement:loan_statement",
        frozenset((Need.LOAN, Need.PERIOD)),
    ),
    ReportKind(
        "encumbrance",
        "Encumbrance schedule",
        "what is pledged to whom, where it lies, by which terms; and what is free",
        "app.services.report_encumbrance:encumbrance",
        frozenset((Need.PRICE,)),
    ),
    ReportKind(
        "counterparties",
        "Counterparty exposure",
        "what each lender and exchange holds, and how much of it beyond the debt",
        "app.services.report_counterparties:counterparties",
        frozenset((Need.PRICE,)),
    ),
    ReportKind(
        "gains",
        "Realised gains",
        "by year and account, each disposal with its lots, and what is held",
        "app.services.report_gains:realised_gains",
        frozenset((Need.MAYBE_YEAR, Need.LOTS)),
    ),
    ReportKind(
        "rollforward",
        "Annual roll-forward",
        "from opening to closing fair value in the shape of ASC 350-60, tied to the gains",
        "app.services.report_roll_forward:annual_roll_forward",
        frozenset((Need.YEAR, Need.LOTS)),
    ),
)
BY_KEY: Final[Mapping[str, ReportKind]] = {kind.key: kind for kind in KINDS}


def report_kind(key: str) -> ReportKind:
    """Return the report of that key.

    Raises:
        InputError: there is none.
    """
    try:
        return BY_KEY[key]
    except KeyError:
        msg = f"there is no report “{key[:40]}”; there are {', '.join(BY_KEY)}"
        raise InputError(msg, "report") from None


def file_name(report: Report, form: Format) -> str:
    """Return a name for a report's file: ``board-2026-11-23.pdf``."""
    about = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in report.subtitle.lower())
    middle = "-".join(part for part in about.split("-") if part)[:40].strip("-")
    return f"{report.key}{'-' if middle else ''}{middle}-{report.as_of:%Y-%m-%d}.{form.value}"


def new_report(
    facts: ReportFacts,
    key: str,
    title: str,
    sections: tuple[Section, ...],
    *,
    subtitle: str = "",
    sources: tuple[str, ...] = (),
    warning: str = "",
    prices: bool = True,
    one_page: bool = False,
) -> Report:
    """Return a report with the frame that all share: book, time, prices, hash.

    Where ``prices`` is false it does not rest on the price of now; then none is named, nor goes into the hash.
    """
    figures = facts.figures
    used: Mapping[str, PriceLookup] = figures.prices if prices else {}
    return Report(
        key,
        title,
        facts.book.name,
        figures.as_of,
        book_state_hash(facts.book, used, figures.as_of),
        sections,
        tuple(price_line(lookup) for lookup in used.values()),
        sources,
        subtitle,
        warning,
        one_page,
        facts.book.demo,
    )


def price_line(lookup: PriceLookup) -> PriceLine:
    """Return a price as a report names it."""
    if isinstance(lookup, NoQuote):
        last = None if lookup.last is None else lookup.last.value
        return PriceLine(lookup.currency, None, reason=lookup.reason, last=last)
    return PriceLine(lookup.currency, lookup.value, _origin(lookup), lookup.at)


def _origin(quote: Quote) -> str:
    if quote.origin == "manual":
        return "given by hand"
    if quote.origin == "demo":
        return "a recorded demo price"
    asked = f", {quote.sources_used} of {quote.sources_asked} sources" if quote.sources_asked else ""
    return f"{quote.origin}{asked}"


__all__ = [
    "BY_KEY", "KINDS", "Builder", "DataAge", "Format", "Need", "Paper", "PolicyState", "ReportAsk", "ReportFacts",
    "ReportKind", "file_name", "new_report", "price_line", "report_kind",
]  # fmt: skip
