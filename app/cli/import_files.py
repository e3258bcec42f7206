"""``plimsoll import FILE…``: files of exchanges, wallets and lenders into the book."""

import gc
from argparse import Namespace
from pathlib import Path

from app.bootstrap import books
from app.cli.outcome import FAILED, SUCCESS, complain, write_json, write_text
from app.domain.column_map import parse_mapping
from app.services.import_ports import Answers
from app.services.import_report import import_document, import_text, obstacle
from app.services.map_text import typed_map


def start(arguments: Namespace) -> int:
    """Show what the files bring, store it unless it is a dry run; return the exit code."""
    from app.bootstrap.imports import format_names, import_files, preview_files  # noqa: PLC0415 - brings the store

    if arguments.list_formats:
        write_text("\n".join(f"{key:24} {name}" for key, name in format_names()))
        return SUCCESS
    if arguments.list_profiles or arguments.remove_profile:
        return _profiles(arguments)
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
        sheet=arguments.sheet,
        profile=arguments.profile,
        mapping=typed_map(arguments.map, arguments.account) if arguments.map else "",
    )
    place, paths = books.book_place(arguments.book), [Path(name) for name in arguments.files]
    leave_out = arguments.leave_out_refused
    if arguments.dry_run:
        found = preview_files(place, paths, answers, leave_out_refused=leave_out)
    else:
        kept = arguments.save_profile
        found = import_files(place, paths, answers, leave_out_refused=leave_out, save_profile=kept)
    stored = not arguments.dry_run and not found.refused and found.after is not found.before
    if arguments.json:
        write_json(import_document(found, stored=stored))
    else:
        write_text(import_text(found, stored=stored))
    if found.refused:
        complain(obstacle(found))
        return FAILED
    return SUCCESS


def _profiles(arguments: Namespace) -> int:
    """List the book's profiles, or take one out."""
    from app.bootstrap.imports import drop_profile  # noqa: PLC0415 - brings the store

    place = books.book_place(arguments.book)
    if arguments.remove_profile:
        drop_profile(place, arguments.remove_profile)
        write_text(f"Removed the profile “{arguments.remove_profile}”; what it brought stays.")
        return SUCCESS
    profiles = books.read_book(place).profiles
    lines = [f"{each.name}: {', '.join(parse_mapping(each.mapping).header)}" for each in profiles]
    write_text("\n".join(lines) or "The book keeps no profile.")
    return SUCCESS
