"""A rule with a threshold that nothing can reach is refused at every door, with one sentence."""

import json
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.check import check_book
from app.domain.errors import InputError, PlimsollError
from app.domain.rules import Rule, RuleKind
from app.services.book_file import parse_book, render_book
from app.services.rule_edits import add_rule
from app.store.book_store import BookStore
from tests.fakes.carriers import ScriptedCarrier
from tests.integration.alarm.scene import CALLED, CALM, HOOK, book_of, watched

SOUND = Rule("ltv", RuleKind.LTV, Decimal("0.70"))
IMPOSSIBLE = [Decimal("-0.1"), Decimal(0), Decimal(100), Decimal("NaN"), Decimal("Infinity")]


def one_sentence(error: PlimsollError) -> bool:
    """Whether it says something, in one line, without a word of the machine."""
    text = str(error)
    return bool(text) and "\n" not in text and "Traceback" not in text


@pytest.mark.parametrize("limit", IMPOSSIBLE)
def test_no_edit_brings_it_in(tmp_path: Path, limit: Decimal) -> None:
    carrier = ScriptedCarrier()
    with watched(tmp_path / "b.plimsoll", book_of(), {}, by=lambda _clock: carrier) as scene:
        edit = add_rule(Rule("bad", RuleKind.LTV, limit))
        with pytest.raises(InputError) as refused:
            scene.desk.edit(edit.label, edit.change)
        assert one_sentence(refused.value)
        assert scene.desk.book.rules == scene.store.read().rules == ()


@pytest.mark.parametrize("limit", ["-0.1", "0", "100", "NaN", "Infinity", "1e999"])
def test_no_book_file_brings_it_in(limit: str) -> None:
    document = json.loads(render_book(book_of(rules=(SOUND,))))
    document["rules"][0]["limit"] = limit
    with pytest.raises(InputError) as refused:
        parse_book(json.dumps(document))
    assert one_sentence(refused.value)
    assert "rules[0]" in str(refused.value)


def written_by_hand(place: Path, limit: str) -> None:
    """Make a book whose one rule has this threshold."""
    BookStore.create(place, book_of(HOOK, rules=(SOUND,))).close()
    with closing(sqlite3.connect(place)) as base, base:
        base.execute("UPDATE rule SET threshold = ?", (limit,))


@pytest.mark.parametrize("limit", ["NaN", "soup"])
def test_a_row_that_holds_no_number_is_refused_where_the_book_is_opened(tmp_path: Path, limit: str) -> None:
    place = tmp_path / "b.plimsoll"
    written_by_hand(place, limit)
    with pytest.raises(PlimsollError) as refused:
        BookStore.open(place).read()
    assert one_sentence(refused.value)


@pytest.mark.parametrize("limit", ["-0.1", "100"])
def test_a_row_with_a_number_that_nothing_reaches_is_found_and_silences_nothing(tmp_path: Path, limit: str) -> None:
    place, carrier = tmp_path / "b.plimsoll", ScriptedCarrier()
    written_by_hand(place, limit)
    with watched(place, None, {"hook": "json://x"}, by=lambda _clock: carrier) as scene:
        with pytest.raises(InputError) as refused:
            check_book(scene.desk.book)
        assert one_sentence(refused.value)
        scene.tick(CALM)
        scene.round(CALLED)
        scene.round(CALLED, 61)
        assert "call" in [one.urgency.value for one in carrier.taken]
