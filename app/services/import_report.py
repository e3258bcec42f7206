"""What an import would do or has done, for scripts and for people."""

from typing import Any, Final

from app.services.import_ports import AsideKind
from app.services.import_preview import FilePreview, ImportPreview, asked_lines
from app.services.text_table import table_lines

_SHOWN: Final = 20


def import_document(found: ImportPreview, *, stored: bool) -> dict[str, Any]:
    """Return an import as one JSON document; ``stored`` tells whether the book was changed."""
    return {
        "stored": stored,
        "fault": found.fault or None,
        "accounts": found.accounts,
        "accounts_made": list(found.made),
        "loans": found.loans,
        "files": [_file_document(file) for file in found.files],
    }


def import_text(found: ImportPreview, *, stored: bool) -> str:
    """Return an import as lines for a terminal."""
    rows: list[tuple[str, ...]] = [("File", "Format", "Rows", "New", "There", "Aside", "Skipped", "Asked", "Refused")]
    rows += [
        (
            file.head.name,
            f"{file.head.key} {file.head.generation}".strip(),
            *(
                f"{count:,}"
                for count in (
                    file.rows,
                    file.new,
                    file.known,
                    sum(each.rows for each in file.aside.values()),
                    sum(each.rows for each in file.skipped.values()),
                    sum(counted.rows for _question, counted in file.asked.values()),
                    file.refused_rows,
                )
            ),
        )
        for file in found.files
    ]
    lines = table_lines(rows)
    for file in found.files:
        lines += ["", *_file_lines(file)]
    lines += ["", *_target_lines(found)]
    if found.fault:
        lines.append(f"The history cannot be: {found.fault}")
    lines.append(_verdict(found, stored=stored))
    return "\n".join(map(_shown, lines))


def obstacle(found: ImportPreview) -> str:
    """Return in one sentence why nothing was stored."""
    return _shown(_why(found))


def _why(found: ImportPreview) -> str:
    if found.fault:
        return f"Nothing was stored: {found.fault}"
    for file in found.files:
        if file.asked:
            return f"Nothing was stored: {file.head.name}, {asked_lines(file)[0]}."
        if file.refused:
            more = f" ({file.refused_rows - 1:,} more)" if file.refused_rows > 1 else ""
            first = file.refused[0]
            return (
                f"Nothing was stored: {file.head.name}, line {first.line}: {first.reason}{more}; "
                "--leave-out-refused imports the rest."
            )
    return "Nothing was stored."


def _shown(line: str) -> str:
    """Return a line without what steers a terminal or turns the order of what is read: cells are strangers' text."""
    return line if line.isprintable() else "".join(char if char.isprintable() else " " for char in line)


def _file_lines(file: FilePreview) -> list[str]:
    head = file.head
    sheet = f", sheet “{file.notes.sheet}”" if file.notes.sheet else ""
    lines = [f"{head.name}: {head.format}, times in {head.zone}, {head.encoding}{sheet}"]
    lines += [f"  look: {count:,} × {remark}" for remark, count in file.notes.remarks.items()]
    for (kind, what), counted in sorted(file.aside.items(), key=lambda item: -item[1].rows)[:_SHOWN]:
        why = "another asset" if kind is AsideKind.OTHER_ASSET else "unrecognised"
        lines.append(f"  aside: {counted.rows:,} × {what} ({why}; first on line {counted.line})")
    lines += [
        f"  unrecognised, line {unknown.line}: {' | '.join(cell for cell in unknown.row if cell)[:160]}"
        for unknown in file.unrecognised[:_SHOWN]
    ]
    lines += [
        f"  skipped: {counted.rows:,} × {reason} (first on line {counted.line})"
        for reason, counted in file.skipped.items()
    ]
    lines += [f"  asked: {line}" for line in asked_lines(file)]
    lines += [f"  refused, line {refused.line}: {refused.reason}" for refused in file.refused[:_SHOWN]]
    if len(file.refused) > _SHOWN:
        lines.append(f"  refused: {file.refused_rows - _SHOWN:,} more")
    if file.notes.rounded:
        lines.append(f"  rounded to the satoshi: {file.notes.rounded:,} amounts that the file writes finer")
    return lines


def _target_lines(found: ImportPreview) -> list[str]:
    made = frozenset(found.made)
    lines = [
        f"Account “{name}”{', which is new' if name in made else ''}: {count:,} transactions"
        for name, count in found.accounts.items()
    ]
    return lines + [f"Loan “{name}”: {count:,} events" for name, count in found.loans.items()]


def _verdict(found: ImportPreview, *, stored: bool) -> str:
    if stored:
        return f"Imported: {found.new:,} rows."
    if found.refused:
        return "Nothing was stored."
    return f"A dry run: {found.new:,} rows would be imported." if found.new else "Nothing new; the book is as it was."


def _file_document(file: FilePreview) -> dict[str, Any]:
    head = file.head
    return {
        "file": head.name,
        "format": head.key,
        "format_name": head.format,
        "generation": head.generation,
        "encoding": head.encoding,
        "delimiter": head.delimiter,
        "header_line": head.header_line,
        "zone": head.zone,
        "sheet": file.notes.sheet or None,
        "remarks": file.notes.remarks,
        "rows": file.rows,
        "new": file.new,
        "already_there": file.known,
        "aside": [
            {"kind": kind.value, "what": what, "rows": counted.rows, "first_line": counted.line}
            for (kind, what), counted in file.aside.items()
        ],
        "unrecognised": [{"line": each.line, "row": list(each.row)} for each in file.unrecognised],
        "skipped": [
            {"reason": reason, "rows": counted.rows, "first_line": counted.line}
            for reason, counted in file.skipped.items()
        ],
        "asked": [
            {"answer": key, "question": question, "rows": counted.rows, "first_line": counted.line}
            for key, (question, counted) in file.asked.items()
        ],
        "refused": [{"line": refused.line, "reason": refused.reason} for refused in file.refused],
        "refused_rows": file.refused_rows,
        "rounded": file.notes.rounded,
    }
