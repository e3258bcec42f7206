"""Labels of wallets into a book and out of it: first what a file would bring, then one edit, which one undo takes back.

A label of a transaction becomes the note of the book's transactions that come from it and have none.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from app.domain.book import Account, Book, Transaction
from app.domain.check import check_book
from app.domain.errors import InputError
from app.domain.labels import Label, LabelKind
from app.services.edits import Edit
from app.services.label_file import BadLine, Lines, OtherKind, ReadLabel, label_line, read_labels

_CHAIN: Final = "chain:"
_MOST_NOTE: Final = 500
_MOST_KEPT: Final = 1_000
_SHOWN: Final = 20
_Key = tuple[LabelKind, str, str]


@dataclass(slots=True)
class LabelPreview:
    """What a file of labels would bring; its counts add up to ``lines``.

    Attributes:
        name: the file's.
        lines: that are not blank.
        new, changed, known: labels that the book has not yet, has with another text, or has as they are.
        again: labels that a later line of the file replaces.
        other: labels about kinds of things that the standard does not know, by kind; they are left out.
        refused: the first lines that are no label; ``refused_lines`` counts all.
        shortened: lines whose text was longer than 255 characters and was cut.
        notes: transactions that get a note.
        before: the book that was looked at.
        after: the book with everything in it; ``before`` where that is nothing.
    """

    name: str
    before: Book
    after: Book
    lines: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    again: int = 0
    notes: int = 0
    refused_lines: int = 0
    other: dict[str, int] = field(default_factory=dict)
    refused: list[BadLine] = field(default_factory=list)
    shortened: list[int] = field(default_factory=list)
    left_out: bool = False

    @property
    def stuck(self) -> bool:
        """Whether nothing can be stored as it is."""
        return bool(self.refused_lines) and not self.left_out


def preview_labels(book: Book, text: Lines, name: str, *, leave_out_refused: bool = False) -> LabelPreview:
    """Return what a file of labels would bring into a book.

    Args:
        book: to look at; it is not changed.
        text: the file from its beginning.
        name: the file's.
        leave_out_refused: whether the rest is taken without the lines that are no label.

    Raises:
        InputError: the file is no file of labels, or brings too many.
    """
    found = LabelPreview(name, book, book, left_out=leave_out_refused)
    brought = _gathered(found, text)
    if found.lines and found.refused_lines == found.lines:
        first = found.refused[0]
        raise InputError(f"holds no label; line {first.line} {first.reason}", name)
    known = {_key(label): label for label in book.labels}
    changed: dict[_Key, Label] = {}
    for key, label in brought.items():
        old = known.get(key)
        if old == label:
            found.known += 1
            continue
        found.new += old is None
        found.changed += old is not None
        changed[key] = label
    if found.stuck:
        return found
    after = book
    if changed:
        kept = [changed.pop(key, label) for key, label in known.items()]
        after = replace(after, labels=(*kept, *changed.values()))
    after, found.notes = _with_notes(after, brought.values())
    if after is not book:
        check_book(after, unchanged_since=book)
        found.after = after
    return found


def label_edit(found: LabelPreview) -> Edit:
    """Return the edit that puts a file's labels into the book.

    Raises:
        InputError: lines are refused, so there is no edit.
    """
    if found.stuck:
        raise InputError("is not imported as long as lines are refused", found.name)

    def change(book: Book) -> Book:
        if book is not found.before:
            raise InputError("the book has changed since the preview; look at the file again")
        return found.after

    return Edit(f"Import labels of “{found.name}”", change)


def labels_text(book: Book) -> str:
    """Return a book's labels as a file."""
    return "".join([f"{label_line(label)}\n" for label in book.labels])


def label_document(found: LabelPreview, *, stored: bool) -> dict[str, Any]:
    """Return an import of labels as one JSON document."""
    return {
        "stored": stored,
        "file": found.name,
        "lines": found.lines,
        "new": found.new,
        "changed": found.changed,
        "already_there": found.known,
        "repeated": found.again,
        "notes": found.notes,
        "other_kinds": found.other,
        "shortened_lines": found.shortened,
        "refused": [{"line": each.line, "reason": each.reason} for each in found.refused],
        "refused_lines": found.refused_lines,
    }


def label_text(found: LabelPreview, *, stored: bool) -> str:
    """Return an import of labels as lines for a terminal."""
    lines = [
        f"{found.name}: {found.lines:,} lines",
        f"  new: {found.new:,}, changed: {found.changed:,}, there: {found.known:,}, refused: {found.refused_lines:,}",
    ]
    if found.again:
        lines.append(f"  told twice in the file, the last one counts: {found.again:,}")
    lines += [
        f"  left out: {count:,} × “{kind}”, which no wallet's label is about" for kind, count in found.other.items()
    ]
    if found.shortened:
        more = "…" if len(found.shortened) > _SHOWN else ""
        where = ", ".join(map(str, found.shortened[:_SHOWN]))
        lines.append(f"  cut to 255 characters: {len(found.shortened):,} (line {where}{more})")
    lines += [f"  refused, line {each.line}: {each.reason}" for each in found.refused[:_SHOWN]]
    if found.refused_lines > _SHOWN:
        lines.append(f"  refused: {found.refused_lines - _SHOWN:,} more")
    if found.notes:
        lines.append(f"  transactions that get their label as a note: {found.notes:,}")
    lines.append(_verdict(found, stored=stored))
    return "\n".join(
        line if line.isprintable() else "".join(c if c.isprintable() else " " for c in line) for line in lines
    )


def label_obstacle(found: LabelPreview) -> str:
    """Return in one sentence why nothing was stored."""
    first = found.refused[0]
    return (
        f"Nothing was stored: {found.name}, line {first.line}: {first.reason}; "
        "--leave-out-refused imports the other lines."
    )


def _verdict(found: LabelPreview, *, stored: bool) -> str:
    if stored:
        return f"Imported: {found.new + found.changed:,} labels."
    if found.stuck:
        return "Nothing was stored."
    if found.after is found.before:
        return "Nothing new; the book is as it was."
    return f"A dry run: {found.new + found.changed:,} labels would be imported."


def _gathered(found: LabelPreview, text: Lines) -> dict[_Key, Label]:
    """Count the lines and return their labels; of those about the same the last."""
    brought: dict[_Key, Label] = {}
    for read in read_labels(text, found.name):
        found.lines += 1
        match read:
            case ReadLabel():
                key = _key(read.label)
                found.again += key in brought
                brought[key] = read.label
                if read.shortened:
                    found.shortened.append(read.line)
            case BadLine():
                found.refused_lines += 1
                if len(found.refused) < _MOST_KEPT:
                    found.refused.append(read)
            case OtherKind():
                kind = read.kind if read.kind in found.other or len(found.other) < _SHOWN else "…"
                found.other[kind] = found.other.get(kind, 0) + 1
    return brought


def _key(label: Label) -> _Key:
    return label.kind, label.ref, label.origin


def _with_notes(book: Book, labels: Iterable[Label]) -> tuple[Book, int]:
    """Return the book with labels of transactions as notes where none is, and how many were set."""
    texts = {
        each.ref: " ".join(each.text.split())[:_MOST_NOTE]
        for each in labels
        if each.kind is LabelKind.TX and each.text.strip()
    }
    if not texts:
        return book, 0
    total, accounts = 0, list[Account]()
    for account in book.accounts:
        entries = tuple([_noted(entry, texts) for entry in account.transactions])
        count = sum(new is not old for new, old in zip(entries, account.transactions, strict=True))
        accounts.append(replace(account, transactions=entries) if count else account)
        total += count
    return (replace(book, accounts=tuple(accounts)), total) if total else (book, 0)


def _noted(entry: Transaction, texts: dict[str, str]) -> Transaction:
    if entry.note or entry.external_id is None or _CHAIN not in entry.external_id:
        return entry
    for each in entry.external_id.split():
        parts = each.split(":")
        # The fee of a payment stands beside it and needs no note of its own.
        if each.startswith(_CHAIN) and len(parts) > 1 and "/" not in each and parts[1] in texts:
            return entry._replace(note=texts[parts[1]])
    return entry
