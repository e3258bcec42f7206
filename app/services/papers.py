"""Papers of a transaction or a loan: taken into the book, opened, taken out again.

The bytes are stored before the edit that names them, and stay as long as an undo may want them: what no entry names
is removed when the book is closed. The edits are pure.
"""

from dataclasses import replace
from hashlib import sha256
from pathlib import PurePath
from typing import Final

from app.domain.attachments import MAX_ATTACHMENT_BYTES, Attachment
from app.domain.book import Book, Loan, Transaction
from app.domain.errors import BookError, InputError
from app.services.edits import Edit, replace_loan, replace_transaction
from app.services.papers_ports import PaperStore

_MEGABYTES: Final = MAX_ATTACHMENT_BYTES // (1024 * 1024)
_MAX_NAME: Final = 200
_UNSAFE: Final = frozenset('\\/:*?"<>|')


class Papers:
    """The papers of one open book; belongs to the lane that owns the store."""

    def __init__(self, store: PaperStore, known: tuple[Attachment, ...]) -> None:
        """Work on a store; ``known`` are the papers that the book had when it was opened."""
        self._store = store
        self._known = frozenset(paper.key for paper in known)
        self._touched = False

    def take(self, name: str, content: bytes) -> Attachment:
        """Store a paper's bytes and return what the book is to know of it.

        Raises:
            InputError: empty, or too large.
            BookError: it cannot be stored.
        """
        if not content:
            msg = f"“{name}” is empty; choose another file"
            raise InputError(msg)
        if len(content) > MAX_ATTACHMENT_BYTES:
            msg = f"“{name}” is larger than {_MEGABYTES} MB; keep it outside the book and write down where"
            raise InputError(msg)
        key = sha256(content).hexdigest()
        self._touched = True
        self._store.keep(key, content)
        return Attachment(key, plain_name(name), len(content))

    def content(self, paper: Attachment) -> bytes:
        """Return a paper's bytes, checked against their key.

        Raises:
            BookError: they are not there, or damaged.
        """
        content = self._store.read(paper.key)
        if content is None:
            msg = f"The content of “{paper.name}” is not in this book; it may be in an older backup."
            raise BookError(msg)
        if sha256(content).hexdigest() != paper.key:
            msg = f"The content of “{paper.name}” is damaged; take it from a backup."
            raise BookError(msg)
        return content

    def close(self, book: Book) -> None:
        """Remove bytes that nothing names any more; a book that cannot be written keeps them."""
        named = frozenset(paper.key for paper in book.attachments)
        if self._touched or self._known - named:
            self._store.sweep(named)


def plain_name(name: str) -> str:
    """Return a file's name without folders and without signs that some file system refuses."""
    bare = PurePath(name.replace("\\", "/")).name
    safe = "".join(sign for sign in bare if sign.isprintable() and sign not in _UNSAFE).strip(" .")
    return (safe or "paper")[:_MAX_NAME]


def papers_of(book: Book, keys: tuple[str, ...]) -> tuple[Attachment, ...]:
    """Return what the book knows of these papers, in their order."""
    known = {paper.key: paper for paper in book.attachments}
    return tuple(known[key] for key in keys if key in known)


def attach_to_transaction(account: str, entry: Transaction, paper: Attachment) -> Edit:
    """Return the edit that puts a paper to a transaction."""
    made = entry._replace(attachments=_with(entry.attachments, paper))
    edit = replace_transaction(account, entry, made)
    return Edit(_label("Attach", paper), lambda book: _knowing(edit.change(book), paper))


def detach_from_transaction(account: str, entry: Transaction, paper: Attachment) -> Edit:
    """Return the edit that takes a paper from a transaction."""
    made = entry._replace(attachments=_without(entry.attachments, paper))
    edit = replace_transaction(account, entry, made)
    return Edit(_label("Remove", paper), lambda book: without_unnamed(edit.change(book)))


def attach_to_loan(loan: Loan, paper: Attachment) -> Edit:
    """Return the edit that puts a paper to a loan."""
    edit = replace_loan(loan, replace(loan, attachments=_with(loan.attachments, paper)))
    return Edit(_label("Attach", paper), lambda book: _knowing(edit.change(book), paper))


def detach_from_loan(loan: Loan, paper: Attachment) -> Edit:
    """Return the edit that takes a paper from a loan."""
    edit = replace_loan(loan, replace(loan, attachments=_without(loan.attachments, paper)))
    return Edit(_label("Remove", paper), lambda book: without_unnamed(edit.change(book)))


def without_unnamed(book: Book) -> Book:
    """Return the book without papers that no entry and no loan names; the same one where there are none."""
    if not book.attachments:
        return book
    named = {key for account in book.accounts for row in account.transactions for key in row.attachments}
    named |= {key for loan in book.loans for key in loan.attachments}
    kept = tuple(paper for paper in book.attachments if paper.key in named)
    return book if len(kept) == len(book.attachments) else replace(book, attachments=kept)


def size_words(size: int) -> str:
    """Return a file's size in words."""
    for unit, step in (("MB", 1024 * 1024), ("kB", 1024)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} bytes"


def _knowing(book: Book, paper: Attachment) -> Book:
    if any(one.key == paper.key for one in book.attachments):
        return book
    return replace(book, attachments=(*book.attachments, paper))


def _with(keys: tuple[str, ...], paper: Attachment) -> tuple[str, ...]:
    if paper.key in keys:
        msg = f"“{paper.name}” is attached here already"
        raise InputError(msg)
    return (*keys, paper.key)


def _without(keys: tuple[str, ...], paper: Attachment) -> tuple[str, ...]:
    return tuple(key for key in keys if key != paper.key)


def _label(verb: str, paper: Attachment) -> str:
    return f"{verb} “{paper.name[:60]}”"
