"""``plimsoll report``: a report into a file, or onto stdout."""

import gc
import os
from argparse import Namespace
from pathlib import Path

from app.bootstrap import books
from app.cli.figures_asked import figures_asked, unpriced_figures
from app.cli.gains import rules_asked
from app.cli.outcome import NO_PRICE, SUCCESS, complain, write_bytes, write_text
from app.domain.errors import InputError
from app.services.report_ports import Format, Paper, Report
from app.services.reports import Need, ReportAsk, ReportKind, file_name, report_kind


def start(arguments: Namespace) -> int:
    """Make the report and write it; return the exit code, which says so where a price is missing."""
    from app.bootstrap.reports import facts_beside, report_writer  # noqa: PLC0415 - brings the store and Qt

    if arguments.alone:
        gc.disable()  # very many objects and no rubbish, in a short life
    kind = report_kind(arguments.report)
    _refuse_strangers(arguments, kind)
    form = _form(arguments)
    if arguments.out not in (None, "-"):
        _refuse_existing(Path(arguments.out), overwrite=arguments.overwrite)
    priced = Need.PRICE in kind.takes
    book, figures = figures_asked(arguments, None) if priced else unpriced_figures(arguments)
    place = books.book_place(arguments.book)
    facts = facts_beside(place, book, figures, lambda closes: rules_asked(arguments, closes))
    report = kind.build(facts, ReportAsk(arguments.year, arguments.start, arguments.until, arguments.loan))
    writer = report_writer()
    data = writer.write(report, form, Paper(arguments.paper))
    arguments.keep((facts, report, writer))
    _hand_over(data, report, form, arguments)
    return NO_PRICE if priced and any(line.value is None for line in report.prices) else SUCCESS


def _form(arguments: Namespace) -> Format:
    """Return what to write: as asked, else as the file's name ends, else a PDF."""
    if arguments.form:
        return Format(arguments.form)
    ending = Path(arguments.out or "").suffix.lower().removeprefix(".")
    return Format(ending) if ending in tuple(Format) else Format.PDF


def _hand_over(data: bytes, report: Report, form: Format, arguments: Namespace) -> None:
    if arguments.out == "-":
        write_bytes(data)
        return
    path = Path(arguments.out or file_name(report, form))
    _refuse_existing(path, overwrite=arguments.overwrite)
    books.write_file(path, data)
    if report.warning:
        complain(report.warning)
    write_text(str(path))


def _refuse_existing(path: Path, *, overwrite: bool) -> None:
    if not overwrite and os.path.lexists(path):
        msg = f"{path} is there already; name another file, or say --overwrite"
        raise InputError(msg, "--out")


def _refuse_strangers(arguments: Namespace, kind: ReportKind) -> None:
    """Refuse what the report would not look at: whoever gives it expects it to count."""
    given = (
        ("--year", arguments.year is not None, (Need.YEAR, Need.MAYBE_YEAR)),
        ("--from", arguments.start is not None, (Need.PERIOD,)),
        ("--until", arguments.until is not None, (Need.PERIOD,)),
        ("--loan", bool(arguments.loan), (Need.LOAN,)),
        ("--price", bool(arguments.price), (Need.PRICE,)),
    )
    for option, is_there, wanted in given:
        if is_there and not kind.takes.intersection(wanted):
            msg = f"the report “{kind.key}” does not take it; leave it out"
            raise InputError(msg, option)
    if Need.YEAR in kind.takes and arguments.year is None:
        msg = f"the report “{kind.key}” is about one year; name it, like --year 2025"
        raise InputError(msg, "--year")
    if arguments.start and arguments.until and arguments.start > arguments.until:
        msg = "a period ends on its first day or later; exchange --from and --until"
        raise InputError(msg, "--until")
