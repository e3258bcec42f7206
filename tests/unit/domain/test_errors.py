"""The error tree: places are joined like a path, and every failure reads as a sentence."""

import pytest

from app.domain import errors
from app.domain.errors import BookError, BookFileError, HistoryError, InputError, PlimsollError, PriceError


@pytest.mark.parametrize(
    ("place", "prefix", "joined"),
    [
        ("btc", "events[2]", "events[2].btc"),
        ("events[2].btc", "loans[0]", "loans[0].events[2].btc"),
        ("[3].at", "transactions", "transactions[3].at"),
        ("", "loans[0]", "loans[0]"),
    ],
)
def test_a_place_gains_what_stands_before_it(place: str, prefix: str, joined: str) -> None:
    inner = HistoryError("is wrong; correct it", place)
    outer = inner.at(prefix)
    assert type(outer) is HistoryError
    assert (outer.place, outer.problem) == (joined, "is wrong; correct it")
    assert str(outer) == f"{joined}: is wrong; correct it"


def test_without_a_place_the_sentence_stands_alone() -> None:
    assert str(BookFileError("the file is empty")) == "the file is empty"
    assert str(PriceError("timeout")) == "timeout"
    assert str(PriceError("timeout", "after 5 s")) == "timeout: after 5 s"


def test_every_failure_hangs_in_the_one_tree() -> None:
    found = [thing for thing in vars(errors).values() if isinstance(thing, type) and issubclass(thing, Exception)]
    assert len(found) > 12
    assert all(issubclass(kind, PlimsollError) for kind in found)
    assert not issubclass(InputError, BookError)
