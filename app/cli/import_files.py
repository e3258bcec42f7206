"""``plimsoll import FILE…``: files of exchanges, wallets and lenders into the book."""

import gc
from argparse import Namespace
from pathlib import Path

from app.bootstrap import books
from app.cli.outcome import FAILED, SUCCESS, complain, write_json, write_text
from app.services.import_ports import Answers
from app.services.import_report import import_document, import_text, obstacle


def start(arguments: Namespace) -> int:
    """Show what the files bring, store it unless it is a dry run; return the exit code."""
    from app.bootstrap.imports import format_names, import_files, preview_files  # noqa: PLC0415 - brings the store

    if arguments.list_formats:
        write_text("\n".join(f"{key:24} {name}" for key, name in format_names()))
        return SUCCESS
    if arguments.alone:
        gc.disable()  # very many objects and no rubbish, in a short life
    answers = Answers(
        decimal=arguments.decimal,
        zone=arguments.zone,
        encoding=arguments.encoding,
        day_first=arguments.day_first,
        unit=arguments.unit,
        duplicates=arguments.duplicates,
        format="" if arguments.format == "auto" else arguments.format,
        account=arguments.account,
        loan=arguments.loan,
    )
    place, paths = books.book_place(arguments.book), [Path(name) for name in arguments.files]
    bring = preview_files if arguments.dry_run else import_files
    found = bring(place, paths, answers, leave_out_refused=arguments.leave_out_refused)
    stored = not arguments.dry_run and not found.refused and found.after is not found.before
    if arguments.json:
        write_json(import_document(found, stored=stored))
    else:
        write_text(import_text(found, stored=stored))
    if found.refused:
        complain(obstacle(found))
        return FAILED
    return SUCCESS
