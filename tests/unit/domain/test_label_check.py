"""Labels of a book: what cannot be one, and where it stands."""

import pytest

from app.domain import label_check
from app.domain.book import Book
from app.domain.check import check_book
from app.domain.errors import HistoryError
from app.domain.label_check import check_labels
from app.domain.labels import Label, LabelKind

TX = Label(LabelKind.TX, "f9" * 32, "Salary")


def test_labels_of_every_kind_are_fine() -> None:
    fine = [Label(kind, "ref", "x" * 255, "wpkh([d34db33f])", extra='{"height":1}') for kind in LabelKind]
    check_labels([*fine, Label(LabelKind.OUTPUT, "ab:0", "line\nof two", spendable=False), TX])
    check_labels([TX, Label(LabelKind.TX, TX.ref, "the same in another wallet", "wpkh([aaaaaaaa])")])


@pytest.mark.parametrize(
    ("label", "place"),
    [
        (Label(LabelKind.TX, ""), "ref"),
        (Label(LabelKind.TX, " ab"), "ref"),
        (Label(LabelKind.TX, "a\u202eb"), "ref"),
        (Label(LabelKind.TX, "a" * 1001), "ref"),
        (Label(LabelKind.TX, "ab", "x" * 256), "text"),
        (Label(LabelKind.TX, "ab", "nul\0"), "text"),
        (Label(LabelKind.TX, "ab", "half \ud83d"), "text"),
        (Label(LabelKind.TX, "ab", "", "a\nb"), "origin"),
        (Label(LabelKind.ADDR, "ab", spendable=True), "spendable"),
        (Label(LabelKind.TX, "ab", extra="[1]"), "extra"),
        (Label(LabelKind.TX, "ab", extra="{"), "extra"),
        (Label(LabelKind.TX, "ab", extra='{"a":"' + "x" * 10_000 + '"}'), "extra"),
    ],
)
def test_what_is_no_label_is_refused_with_its_place(label: Label, place: str) -> None:
    with pytest.raises(HistoryError) as error:
        check_book(Book("Test", labels=(TX, label)))
    assert error.value.place == f"labels[1].{place}"


def test_two_labels_of_one_thing_are_refused() -> None:
    with pytest.raises(HistoryError, match=r"labels\[2\].ref: the tx f9f9.* has another label already"):
        check_labels([TX, Label(LabelKind.ADDR, TX.ref), Label(LabelKind.TX, TX.ref, "Bonus")])


def test_more_labels_than_a_book_keeps_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_check, "MAX_LABELS", 1)
    with pytest.raises(HistoryError, match="at most 1 labels, and here are 2"):
        check_labels([TX, Label(LabelKind.ADDR, "a")])
