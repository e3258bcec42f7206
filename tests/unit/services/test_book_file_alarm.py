"""Rules and channels in the book file: the same after a round trip, and never with an address."""

import json
from dataclasses import replace
from typing import Any

import pytest

from app.domain.book import Book
from app.domain.errors import BookFileError
from app.services.book_file_reading import parse_book
from app.services.book_file_writing import render_book
from tests.contract.store.alarm_samples import CHANNELS, RULES

BOOK = Book("Desk", rules=RULES, channels=CHANNELS)


def _document(**changes: Any) -> str:
    return json.dumps({**json.loads(render_book(BOOK)), **changes})


def test_they_come_back_digit_for_digit() -> None:
    text = render_book(BOOK)
    assert repr(parse_book(text)) == repr(BOOK)
    assert render_book(parse_book(text)) == text


def test_a_book_without_them_has_no_key_for_them() -> None:
    text = render_book(replace(BOOK, rules=(), channels=()))
    assert "rules" not in text
    assert "channels" not in text
    assert '"loans": []\n}\n' in text


@pytest.mark.parametrize("key", ["url", "address", "password", "token"])
def test_an_address_is_refused_where_it_stands(key: str) -> None:
    mail = {"key": "mail", "name": "E-mail", "kind": "email", key: "mailto://secret"}
    with pytest.raises(BookFileError) as caught:
        parse_book(_document(rules=[], channels=[mail]))
    assert caught.value.place == f"channels[0].{key}"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"kind": "ltv"}, "rules[0].key"),
        ({"key": "a", "kind": "moon"}, "rules[0].kind"),
        ({"key": "a", "kind": "ltv", "limit": 0.7}, "rules[0].limit"),
        ({"key": "a", "kind": "ltv", "limit": "0.7", "enabled": "yes"}, "rules[0].enabled"),
        ({"key": "a", "kind": "ltv", "limit": "0.7", "loans": ["x", 3]}, "rules[0].loans[1]"),
        ({"key": "a", "kind": "ltv", "limit": "0.7", "level": 1}, "rules[0].level"),
        ({"key": "a", "kind": "ltv", "limit": "0.7", "loans": ["nobody"]}, "rules[0].loans"),
    ],
)
def test_a_faulty_rule_is_named_with_its_place(rule: dict[str, Any], place: str) -> None:
    with pytest.raises(BookFileError) as caught:
        parse_book(_document(rules=[rule]))
    assert str(caught.value.place).startswith(place)


@pytest.mark.parametrize("start", ["25:00", "2200", "22:00Z", "soon", 22])
def test_a_time_that_is_none_is_named_with_its_place(start: Any) -> None:
    quiet = {"start": start, "end": "06:30", "zone": "UTC"}
    channel = {"key": "mail", "name": "E-mail", "kind": "email", "quiet": quiet}
    with pytest.raises(BookFileError) as caught:
        parse_book(_document(rules=[], channels=[channel]))
    assert caught.value.place == "channels[0].quiet.start"
