"""What differs between two books that share what did not change.

Objects are compared by identity: a change makes new accounts and loans only where something changed, and so one
event in ten thousand loans is found without looking into the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.domain.book import Account, Loan

_Item = TypeVar("_Item", Account, Loan)


@dataclass(frozen=True, slots=True)
class ItemChanges(Generic[_Item]):
    """What became of the accounts, or of the loans.

    Attributes:
        removed: names of those that are gone.
        changed: those whose content, name or both are new, each beside what it was.
        added: those that were not there.
    """

    removed: tuple[str, ...]
    changed: tuple[tuple[_Item, _Item], ...]
    added: tuple[_Item, ...]


def compare(before: Sequence[_Item], after: Sequence[_Item]) -> ItemChanges[_Item]:
    """Return what turns ``before`` into ``after``, but for the order."""
    old_ids, new_ids = set(map(id, before)), set(map(id, after))
    gone = {item.name: item for item in before if id(item) not in new_ids}
    come = [(index, item) for index, item in enumerate(after) if id(item) not in old_ids]
    changed = [(gone.pop(item.name), item) for _, item in come if item.name in gone]
    matched = {item.name for _, item in changed}
    added: list[_Item] = []
    for index, item in come:
        if item.name in matched:
            continue
        there = before[index] if index < len(before) else None
        if there is not None and gone.get(there.name) is there:
            # A new name in the place of an old one: renamed.
            changed.append((gone.pop(there.name), item))
        else:
            added.append(item)
    return ItemChanges(tuple(gone), tuple(changed), tuple(added))


def common_prefix(before: Sequence[object], after: Sequence[object]) -> int:
    """Return how many leading items the two share, by identity."""
    count = 0
    for old, new in zip(before, after, strict=False):
        if old is not new:
            break
        count += 1
    return count
