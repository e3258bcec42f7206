from dataclasses import replace

from app.domain.book import Loan
from app.store.changes import common_prefix, compare
from tests.unit.store.sample import loan

A, B, C = loan("A"), loan("B"), loan("C")


def _names(pairs: tuple[tuple[Loan, Loan], ...]) -> list[tuple[str, str]]:
    return [(old.name, new.name) for old, new in pairs]


def test_the_same_objects_are_no_change() -> None:
    changes = compare((A, B), (A, B))
    assert (changes.removed, changes.changed, changes.added) == ((), (), ())


def test_another_order_is_no_change_of_content() -> None:
    changes = compare((A, B, C), (C, A, B))
    assert (changes.removed, changes.changed, changes.added) == ((), (), ())


def test_an_equal_copy_counts_as_changed() -> None:
    # Equal is not enough: 1.0 and 1.00 are equal, too.
    assert _names(compare((A,), (replace(A),)).changed) == [("A", "A")]


def test_added_removed_and_changed_are_told_apart() -> None:
    changed = replace(B, lender="Other")
    changes = compare((A, B), (changed, C))
    assert changes.removed == ("A",)
    assert changes.changed == ((B, changed),)
    assert changes.added == (C,)


def test_a_new_name_in_the_old_place_is_a_rename() -> None:
    renamed = replace(B, name="Bee")
    changes = compare((A, B, C), (A, renamed, C))
    assert (changes.removed, changes.changed, changes.added) == ((), ((B, renamed),), ())


def test_swapped_names_go_by_the_name() -> None:
    first, second = replace(A, name="B"), replace(B, name="A")
    changes = compare((A, B), (first, second))
    assert changes.changed == ((B, first), (A, second))


def test_the_common_prefix_goes_by_identity() -> None:
    one, two, three = A.events
    assert common_prefix((one, two, three), (one, two)) == 2
    assert common_prefix((one, two), (one, two._replace(note=""), three)) == 1
    assert common_prefix((), (one,)) == 0
