"""Files into a book: first a preview in which every row has its place, then one edit, which one undo takes back.

A preview applies the files to the book and lets the book's own check refuse what cannot be true, so that nothing is
stored that was not seen to fit. As long as a row is refused or asked about, there is no edit.
"""

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Final, Generic, TypeVar

from app.domain.book import Account, Book, LoanEvent, Transaction
from app.domain.check import check_book
from app.domain.errors import HistoryError, InputError
from app.domain.private_keys import SENTENCE, note_holds_private_key
from app.services.edits import Edit
from app.services.import_ports import Answers, Aside, Asked, FileHead, Lent, Moved, Outcome, Reading, Refused, Skipped
from app.services.import_preview import MOST_KEPT, FilePreview, ImportPreview

_Entry = TypeVar("_Entry", Transaction, LoanEvent)
_Index = dict[str, tuple[Transaction | LoanEvent, int, int]]
_MOST_SORTS: Final = 500
_MOST_ACCOUNTS: Final = 1_000
_AT: Final = attrgetter("at")
_PLACE: Final = re.compile(r"(accounts|loans)\[([0-9]+)\]\.(?:transactions|events)\[([0-9]+)\]", re.ASCII)


@dataclass(slots=True)
class _Added(Generic[_Entry]):
    """New entries of one account or loan, with file and line of each."""

    entries: list[_Entry] = field(default_factory=list)
    files: "array[int]" = field(default_factory=lambda: array("H"))
    lines: "array[int]" = field(default_factory=lambda: array("I"))

    def add(self, entry: _Entry, file: int, line: int) -> None:
        """Add one."""
        self.entries.append(entry)
        self.files.append(file)
        self.lines.append(line)


def preview(
    book: Book, readings: Iterable[Reading], answers: Answers, *, leave_out_refused: bool = False
) -> ImportPreview:
    """Return what files would bring.

    Args:
        book: to look at; it is not changed.
        readings: the files, in any order; each is taken before the next is asked for.
        answers: which account and loan they belong to, and what else somebody said.
        leave_out_refused: whether the rest is looked at without the refused rows.

    Raises:
        InputError: a file that cannot be read at all, or an answer that cannot be.
    """
    if answers.loan and answers.loan not in {loan.name for loan in book.loans}:
        raise InputError(f"there is no loan “{answers.loan[:60]}”; add it first, or correct the name", "--loan")
    gathering = _Gathering(book, answers)
    for reading in readings:
        gathering.take(reading)
    stuck = any(file.asked or (file.refused_rows and not leave_out_refused) for file in gathering.files)
    after, fault = (book, "") if stuck else gathering.applied()
    if leave_out_refused and not stuck:
        for file in gathering.files:
            _leave_out(file)
    return ImportPreview(
        tuple(gathering.files),
        {name: len(added.entries) for name, added in gathering.accounts.items()},
        {name: len(added.entries) for name, added in gathering.loans.items()},
        tuple(name for name in gathering.accounts if name not in gathering.own_accounts),
        fault,
        book,
        after,
    )


def import_edit(found: ImportPreview) -> Edit:
    """Return the edit that puts everything new into the book; the pair of books is its undo.

    Raises:
        InputError: rows are refused or asked about, so there is no edit.
    """
    if found.refused:
        raise InputError("is not imported as long as rows are refused or asked about", found.files[0].head.name)

    def change(book: Book) -> Book:
        if book is not found.before:
            raise InputError("the book has changed since the preview; look at the files again")
        return found.after

    names = ", ".join(f"“{file.head.name}”" for file in found.files[:3])
    more = f" and {len(found.files) - 3} more" if len(found.files) > 3 else ""  # noqa: PLR2004 - names that fit
    return Edit(f"Import {names}{more}", change)


def _leave_out(file: FilePreview) -> None:
    for refused in file.refused:
        file.skipped["refused, and left out as asked"].add(refused.line, 0)
    if file.refused_rows:
        file.skipped["refused, and left out as asked"].rows += file.refused_rows
        file.refused_rows = 0


class _Gathering:
    """Takes outcomes and sorts them into what is new, known, aside, refused, skipped or asked."""

    def __init__(self, book: Book, answers: Answers) -> None:
        self.book = book
        self.answers = answers
        self.files: list[FilePreview] = []
        self.accounts: dict[str, _Added[Transaction]] = {}
        self.loans: dict[str, _Added[LoanEvent]] = {}
        self.own_accounts = {account.name for account in book.accounts}
        self._kinds: dict[str, FileHead] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._stored = {e.external_id for a in book.accounts for e in a.transactions if e.external_id}
        self._stored.update(e.external_id for loan in book.loans for e in loan.events if e.external_id)
        self._stored.update([one for several in self._stored if " " in several for one in several.split()])
        self._alike: dict[str, frozenset[int]] = {}
        self._seen: set[str] = set()
        self._index: _Index | None = None

    def take(self, reading: Reading) -> None:
        """Sort a file's outcomes."""
        file = FilePreview(reading.head, reading.notes)
        self.files.append(file)
        for outcome in reading.outcomes:
            file.rows += outcome.rows
            if type(outcome) is Moved:
                self._move(file, outcome)
            else:
                self._other(file, outcome)

    def applied(self) -> tuple[Book, str]:
        """Return the book with everything new in it, or the old one and why it cannot be."""
        book = self.book
        # The check makes a set of its own; two of a million ids at once would be felt.
        self._seen, self._stored, self._index = set(), set(), None
        for name, added in self.accounts.items():
            if name not in self.own_accounts:
                book = book.with_account(Account(name, self._kinds[name].place_kind))
            account = book.account(name)
            merged = _merged(account.transactions, added.entries)
            book = book.with_account(replace(account, transactions=merged), replacing=name)
        for name, lent in self.loans.items():
            loan = book.loan(name)
            book = book.with_loan(replace(loan, events=_merged(loan.events, lent.entries)), replacing=name)
        try:
            check_book(book, unchanged_since=self.book)
        except HistoryError as error:
            return self.book, self._told(error, book)
        return book, ""

    def _move(self, file: FilePreview, outcome: Moved) -> None:
        name = self._account(file, outcome.wallet)
        first = outcome.transactions[0]
        if first.to_account is not None:
            target = self._account(file, first.to_account)
            if target == name:
                if len(outcome.transactions) == 1:
                    file.skipped["moves within one account"].add(outcome.line, outcome.rows)
                    return
                paid = outcome._replace(transactions=outcome.transactions[1:])  # it still cost its fee
                self._enter(file, paid, paid.transactions, self.accounts, name)
                return
            if target not in self.own_accounts and target not in self.accounts:
                self.accounts[target] = _Added()
            outcome = outcome._replace(transactions=(first._replace(to_account=target), *outcome.transactions[1:]))
        self._enter(file, outcome, outcome.transactions, self.accounts, name)

    def _lend(self, file: FilePreview, outcome: Lent) -> None:
        known = {loan.name for loan in self.book.loans}
        name = self.answers.loan or (outcome.loan if outcome.loan in known else "")
        if not name:
            about = f" of “{outcome.loan[:60]}”" if outcome.loan else ""
            file.ask(Asked(outcome.line, "loan", f"Which loan of the book the rows{about} belong to", outcome.rows))
            return
        currency = self.book.loan(name).currency
        if outcome.currency and currency != outcome.currency:
            reason = f"is in {outcome.currency[:10]}, and the loan “{name[:60]}” in {currency}; name another loan"
            file.refuse(outcome.line, reason, outcome.rows)
            return
        events = outcome.events
        if outcome.wallet is not None:
            account = self._account(file, outcome.wallet)
            events = tuple(event._replace(account=account) if event.sats is not None else event for event in events)
            if account not in self.own_accounts:
                self.accounts.setdefault(account, _Added())
        self._enter(file, outcome, events, self.loans, name)

    def _enter(
        self,
        file: FilePreview,
        outcome: Moved | Lent,
        entries: Sequence[_Entry],
        places: dict[str, _Added[_Entry]],
        name: str,
    ) -> None:
        if _holds_secret(entries):
            file.refuse(outcome.line, f"its note {SENTENCE}", outcome.rows)
            return
        native = entries[0].external_id or ""
        several = native.split() if " " in native else ()
        if native in self._seen or (several and not self._seen.isdisjoint(several)):
            renamed = self._second(file, outcome, entries[0])
            if renamed is None:
                return
            entries = [_renamed(each, f"{each.external_id}{renamed}") for each in entries]
            native += renamed
        if native in self._stored or (several and not self._stored.isdisjoint(several)):
            file.known += outcome.rows
            return
        if type(outcome) is Moved and not self._may_enter(file, outcome, name):
            return
        self._seen.add(native)
        self._seen.update(several)
        file.new += outcome.rows
        added = places.get(name)
        if added is None:
            added = places[name] = _Added()
        number = len(self.files) - 1
        for entry in entries:
            added.add(entry, number, outcome.line)
            if self._index is not None:
                _note(self._index, entry, number, outcome.line)
        if len(entries) > 1:
            self._seen.update([each.external_id or "" for each in entries[1:]])

    def _may_enter(self, file: FilePreview, outcome: Moved, name: str) -> bool:
        """Return whether a row is no twin of what the account has under another id, from an older layout or by hand."""
        alike = self._alike.get(name)
        if alike is None:
            stored = self.book.account(name).transactions if name in self.own_accounts else ()
            alike = self._alike[name] = frozenset(map(_likeness, stored))
        if not alike or self.answers.duplicates == "keep" or _likeness(outcome.transactions[0]) not in alike:
            return True
        if self.answers.duplicates == "drop":
            file.skipped["is in the book under another id, and left out"].add(outcome.line, outcome.rows)
        else:
            question = f"“{name}” has an entry of the same second, kind and amount under another id, or by hand"
            file.ask(Asked(outcome.line, "duplicates", question, outcome.rows))
        return False

    def _second(self, file: FilePreview, outcome: Moved | Lent, entry: Transaction | LoanEvent) -> str | None:
        """Return what is put behind the id of a row whose id occurred before, or None where it is not entered."""
        native = entry.external_id or ""
        ids = (native, *native.split())
        if not self._stored.isdisjoint(ids):
            file.known += outcome.rows
            return None
        first, number, line = self._entered(next(each for each in ids if each in self._seen))
        where = f"line {line}" if number == len(self.files) - 1 else f"{self.files[number].head.name}, line {line}"
        if ":#" not in native:
            if first == entry:
                file.skipped["says once more what another row with its id says"].add(outcome.line, outcome.rows)
            else:
                file.refuse(outcome.line, f"has the id of {where} and says something else; keep one", outcome.rows)
            return None
        if self.answers.duplicates == "drop" or number != len(self.files) - 1:
            file.skipped["is the same as another row, and left out"].add(outcome.line, outcome.rows)
            return None
        count = 2
        while f"{native}~{count}" in self._seen:
            count += 1
        if self.answers.duplicates == "keep" or f"{native}~{count}" in self._stored:
            return f"~{count}"
        question = f"Lines {line} and {outcome.line} are the same and have no id, so they are one purchase or two"
        file.ask(Asked(outcome.line, "duplicates", question, outcome.rows))
        return None

    def _entered(self, native: str) -> tuple[Transaction | LoanEvent, int, int]:
        """Return what was entered under an id, with the number of its file and its line."""
        if self._index is None:
            self._index = {}
            for added in self.accounts.values():
                for moved, number, line in zip(added.entries, added.files, added.lines, strict=True):
                    _note(self._index, moved, number, line)
            for lent in self.loans.values():
                for event, number, line in zip(lent.entries, lent.files, lent.lines, strict=True):
                    _note(self._index, event, number, line)
        return self._index[native]

    def _other(self, file: FilePreview, outcome: Outcome) -> None:
        match outcome:
            case Lent():
                self._lend(file, outcome)
            case Aside():
                what = (
                    outcome.what if len(file.aside) < _MOST_SORTS or (outcome.kind, outcome.what) in file.aside else "…"
                )
                file.aside[outcome.kind, what].add(outcome.line, outcome.rows)
                if outcome.row and len(file.unrecognised) < MOST_KEPT:
                    file.unrecognised.append(outcome)
            case Refused():
                file.refuse(outcome.line, outcome.reason, outcome.rows)
            case Skipped():
                known = len(file.skipped) < _MOST_SORTS or outcome.reason in file.skipped
                file.skipped[outcome.reason if known else "for other reasons"].add(outcome.line, outcome.rows)
            case Asked():
                file.ask(outcome)
            case Moved():
                self._move(file, outcome)

    def _account(self, file: FilePreview, wallet: str) -> str:
        """Return the book's name of a wallet."""
        known = self._names.get((file.head.place, wallet))
        if known is not None:
            return known
        name = self.answers.account or " ".join(wallet.split()) or file.head.place
        if len(self._kinds) > _MOST_ACCOUNTS:
            raise InputError(f"names more than {_MOST_ACCOUNTS:,} accounts; say --account NAME", file.head.name)
        self._kinds.setdefault(name, file.head)
        self._names[file.head.place, wallet] = name
        return name

    def _told(self, error: HistoryError, book: Book) -> str:
        """Return why the history cannot be, with the file and the line that brought it about where one did."""
        owners: list[tuple[Sequence[Transaction | LoanEvent], _Added[Transaction] | _Added[LoanEvent] | None]]
        owners = [(each.transactions, self.accounts.get(each.name)) for each in book.accounts]
        part, owner, position = _numbers(error.place)
        if part == "loans":
            owners = [(each.events, self.loans.get(each.name)) for each in book.loans]
        if position is not None and owner < len(owners) and position < len(owners[owner][0]):
            entries, added = owners[owner]
            for place, entry in enumerate(() if added is None else added.entries):
                if added is not None and entry is entries[position]:
                    return f"{self.files[added.files[place]].head.name}, line {added.lines[place]}: {error.problem}"
        return f"with what the files bring: {error}"


def _holds_secret(entries: Sequence[Transaction | LoanEvent]) -> bool:
    return any(entry.note and note_holds_private_key(entry.note) for entry in entries)


def _numbers(place: str) -> tuple[str, int, int | None]:
    """Return ``accounts[0].transactions[12].btc`` as ``accounts``, 0 and 12; None for what is about no entry."""
    found = _PLACE.match(place)
    return (found[1], int(found[2]), int(found[3])) if found else ("", 0, None)


def _note(index: _Index, entry: Transaction | LoanEvent, file: int, line: int) -> None:
    """Note where an entry came from, under each of its ids."""
    native = entry.external_id or ""
    for each in (native, *native.split()) if " " in native else (native,):
        index[each] = entry, file, line


def _likeness(entry: Transaction) -> int:
    """Return one number for time, kind and amount; a million tuples would take too much room."""
    return hash((entry.at.replace(microsecond=0), entry.kind, entry.sats))


def _renamed(entry: _Entry, external_id: str) -> _Entry:
    renamed: _Entry = entry._replace(external_id=external_id)
    return renamed


def _merged(stored: tuple[_Entry, ...], new: list[_Entry]) -> tuple[_Entry, ...]:
    """Return entries in the order of time; those of one moment stay in theirs, what is stored before what is new."""
    ordered = sorted(new, key=_AT)
    if not stored:
        return tuple(ordered)
    merged = list(stored)
    merged += ordered
    if ordered and ordered[0].at < stored[-1].at:
        merged.sort(key=_AT)
    return tuple(merged)
