"""Many transactions changed at once, as one edit with a preview of what changes (pure).

Entries are named by the very objects of the book that was looked at. Where one is gone meanwhile the edit refuses, so
that a change never lands on another row. What the book could not hold is for ``domain.check`` to say.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import NamedTuple

from app.domain.book import Account, Book, Transaction, TransactionKind
from app.domain.errors import InputError
from app.services.edits import Edit
from app.services.papers import without_unnamed
from app.services.transaction_lines import Lines
from app.services.transaction_order import PIECE, nothing

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What is to be changed; None and False leave things as they are.

    Attributes:
        account: the account that entries are moved to.
        note: the new note; empty takes notes away.
        clear_value: takes value, fee and their currency away.
        delete: takes the entries out; the rest then does not count.
    """

    kind: TransactionKind | None = None
    account: str | None = None
    note: str | None = None
    clear_value: bool = False
    delete: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return self == BulkChange()


class Chosen(NamedTuple):
    """Entries of one account, each once."""

    account: str
    entries: tuple[Transaction, ...]


class Preview(NamedTuple):
    """What a bulk change would do.

    Attributes:
        changed: how many entries become others.
        unchanged: how many are that way already.
        left_out: rows that stand for an event of a loan; those are changed on the loan's page.
        sentences: what changes, in words.
        examples: pairs of what an entry is and becomes (None: it goes).
    """

    changed: int
    unchanged: int
    left_out: int
    sentences: tuple[str, ...]
    examples: tuple[tuple[Transaction, Transaction | None], ...]


def chosen_entries(
    lines: Lines, numbers: Sequence[int], check: Callable[[], None] = nothing
) -> tuple[tuple[Chosen, ...], int]:
    """Return the entries behind lines by their accounts, and how many lines are a loan's."""
    found: dict[str, dict[int, Transaction]] = {}
    loans = 0
    for place, number in enumerate(numbers):
        if not place % PIECE:
            check()
        line = lines[number]
        if line.entry is None:
            loans += 1
        else:
            found.setdefault(line.home, {})[id(line.entry)] = line.entry
    return tuple(Chosen(name, tuple(entries.values())) for name, entries in found.items()), loans


def changed_entry(entry: Transaction, change: BulkChange, home: str) -> Transaction | None:
    """Return what an entry becomes, itself where nothing changes, None where it goes.

    Raises:
        InputError: the change makes no sense for it.
    """
    if change.delete:
        return None
    kind = change.kind or entry.kind
    target = change.account or home
    receiver = entry.to_account if kind is TransactionKind.TRANSFER else None
    if kind is TransactionKind.TRANSFER and entry.kind is not kind:
        msg = f"an entry of {entry.at:%Y-%m-%d} would be a transfer to nowhere; edit it by itself and name the account"
        raise InputError(msg)
    if receiver == target:
        msg = f"the transfer of {entry.at:%Y-%m-%d} to “{target}” cannot move there; leave it out"
        raise InputError(msg)
    made = entry._replace(
        kind=kind,
        to_account=receiver,
        note=entry.note if change.note is None else change.note,
        value=None if change.clear_value else entry.value,
        fee=None if change.clear_value else entry.fee,
        currency=None if change.clear_value else entry.currency,
        picks=entry.picks if kind is entry.kind and target == home else (),
    )
    return entry if made == entry else made


def preview_of(chosen: Iterable[Chosen], change: BulkChange, left_out: int = 0) -> Preview:
    """Return what a change would do.

    Raises:
        InputError: it makes no sense for one of the entries.
    """
    changed = same = 0
    examples: list[tuple[Transaction, Transaction | None]] = []
    kinds = notes = values = moved = 0
    for part in chosen:
        for entry in part.entries:
            made = changed_entry(entry, change, part.account)
            moves = made is not None and change.account is not None and change.account != part.account
            if made is entry and not moves:
                same += 1
                continue
            changed += 1
            if len(examples) < _EXAMPLES:
                examples.append((entry, made))
            if made is not None:
                kinds += made.kind is not entry.kind
                notes += made.note != entry.note
                values += (made.value, made.fee, made.currency) != (entry.value, entry.fee, entry.currency)
                moved += moves
    told = [
        f"{_entries(number)} {what}"
        for number, what in (
            (changed if change.delete else 0, "deleted"),
            (kinds, f"become {change.kind.value}" if change.kind else ""),
            (moved, f"move to “{change.account}”"),
            (notes, "get another note" if change.note else "lose their note"),
            (values, "lose value and fee"),
        )
        if number
    ]
    return Preview(changed, same, left_out, tuple(told), tuple(examples))


def bulk_edit(chosen: Sequence[Chosen], change: BulkChange) -> Edit:
    """Return the edit that changes entries together."""
    count = sum(len(part.entries) for part in chosen)
    label = f"{'Delete' if change.delete else 'Change'} {_entries(count)}"

    def run(book: Book) -> Book:
        if change.account is not None and all(one.name != change.account for one in book.accounts):
            raise _gone(f"The account “{change.account}”")
        by_name = {part.account: part.entries for part in chosen}
        moving: list[Transaction] = []
        accounts: list[Account] = []
        for account in book.accounts:
            entries = by_name.pop(account.name, ())
            if entries:
                account, moved = _changed(account, entries, change)  # noqa: PLW2901 - the changed one stands in
                moving += moved
            accounts.append(account)
        if by_name:
            raise _gone("An account")
        if moving:
            accounts = [_taken_in(one, moving) if one.name == change.account else one for one in accounts]
        made = replace(book, accounts=tuple(accounts))
        return without_unnamed(made) if change.delete else made

    return Edit(label, run)


def _changed(account: Account, entries: Sequence[Transaction], change: BulkChange) -> tuple[Account, list[Transaction]]:
    """Return the account with its entries changed, and those that move to another one."""
    wanted = {id(entry) for entry in entries}
    if sum(id(entry) in wanted for entry in account.transactions) != len(wanted):
        # Reading the book anew makes every entry another object; then equal ones are meant, each once.
        wanted = _equal_ones(account, entries)
    moves = change.account is not None and change.account != account.name and not change.delete
    kept: list[Transaction] = []
    moving: list[Transaction] = []
    for entry in account.transactions:
        if id(entry) not in wanted:
            kept.append(entry)
            continue
        made = changed_entry(entry, change, account.name)
        if made is not None:
            (moving if moves else kept).append(made)
    return replace(account, transactions=tuple(kept)), moving


def _equal_ones(account: Account, entries: Sequence[Transaction]) -> set[int]:
    left = list(account.transactions)
    found = set()
    for entry in entries:
        if entry not in left:
            raise _gone("An entry")
        found.add(id(left.pop(left.index(entry))))
    return found


def _taken_in(account: Account, moving: list[Transaction]) -> Account:
    """Return an account with entries put in at their places in time, behind what was there at the same moment."""
    return replace(account, transactions=tuple(sorted([*account.transactions, *moving], key=attrgetter("at"))))


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def _gone(what: str) -> InputError:
    return InputError(f"{what} was changed or deleted meanwhile; close this and look again")
