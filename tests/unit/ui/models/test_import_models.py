"""What the import dialogs say, before any widget."""

from pathlib import Path
from typing import Final

import pytest

from app.domain.book import AccountKind, Book
from app.domain.column_map import ColumnMap
from app.domain.errors import InputError
from app.services.import_choice import ChosenFile, LookedAt, UnreadFile
from app.services.import_ports import Answers, Aside, AsideKind, Asked, FileHead, ReadNotes, Skipped, TableStart
from app.services.import_preview import FilePreview, ImportPreview
from app.ui.formats import HIDDEN, Display
from app.ui.models.import_columns import (
    ColumnsDraft,
    draft_of,
    first_draft,
    is_all_told,
    sample_model,
    sample_rows,
)
from app.ui.models.import_questions import WHOLE, answered, questions, targets, verdict
from app.ui.models.import_rows import file_rows, file_words, files_model, line_rows, lines_model, masked, spoken
from app.ui.models.import_zones import time_zones
from tests.fakes import loans as fake

HEAD: Final = FileHead("a.csv", "river", "River", "2024", "River", AccountKind.EXCHANGE)
BOOK: Final = Book("Test", accounts=(fake.account("Cold", "1", "2020-01-01"),), loans=(fake.loan(name="Coin loan"),))
START: Final = TableStart(
    "own.csv", ((1, ("Day", "Amount BTC", "Type", "")), (2, ("x", "0.5", "Buy", "1")), (3, ("y", "1", "Gift", "2")))
)


def preview(*files: FilePreview, fault: str = "", accounts: dict[str, int] | None = None) -> ImportPreview:
    """Return a preview of these files."""
    return ImportPreview(files, accounts or {}, {}, ("River",), fault, BOOK, BOOK)


def seen(file: FilePreview, **more: object) -> LookedAt:
    """Return what one file brings."""
    return LookedAt((file,), preview(file, **more))  # type: ignore[arg-type] # fields of a preview


def test_before_a_look_only_names_are_told() -> None:
    (row,) = file_rows(["a.csv"], None)
    assert (row.state, row.rows, file_words(row)) == ("not read yet", None, "a.csv: not read yet")
    assert line_rows(["a.csv"], None) == ()
    assert verdict(None, leave_out=False) == (False, "Choose files, or drop them here.")


def test_a_file_is_told_in_counts_and_in_words() -> None:
    file = FilePreview(
        HEAD, ReadNotes(sheet="Data", remarks={"formula without a result": 2}, rounded=3), rows=10, new=4
    )
    file.aside[AsideKind.OTHER_ASSET, "ETH"].add(3, 2)
    file.aside[AsideKind.UNRECOGNISED, "Gift"].add(4, 1)
    file.unrecognised.append(Aside(4, AsideKind.UNRECOGNISED, "Gift", ("2024", "Gift", "0.1")))
    file.skipped["is pending"].add(5, 2)
    file.refuse(6, "is wrong", 1)
    looked = seen(file)
    (row,) = file_rows(["a.csv"], looked)
    assert (row.found_as, row.state) == ("River 2024 · sheet Data", "■ 1 row refused")
    assert (row.rows, row.new, row.aside, row.skipped, row.refused) == (10, 4, 3, 2, 1)
    assert (
        file_words(row)
        == "a.csv, River 2024 · sheet Data: 1 row refused; 10 rows, 4 new, 3 aside, 2 skipped, 1 refused"
    )
    assert [(each.what, each.line) for each in line_rows(["a.csv"], looked)] == [
        ("■ Refused", 6),
        ("▲ Look", 0),
        ("○ Not known", 4),
        ("○ Aside", 3),
        ("○ Skipped", 5),
        ("○ Rounded", 0),
    ]
    assert verdict(looked, leave_out=False) == (
        False,
        "1 row cannot be taken. Correct the file, or leave it out.",
    )
    model, lines = files_model(), lines_model()
    model.show_rows((row,), Display())
    lines.show_rows(line_rows(["a.csv"], looked), Display())
    assert model.index(0, 0).data() == "a.csv"
    assert lines.rowCount() == 6


def test_questions_stay_when_they_are_answered() -> None:
    file = FilePreview(HEAD, ReadNotes(), rows=1)
    file.ask(Asked(2, "decimal", "“1.205” is 1.205 or 1205"))
    file.ask(Asked(3, "loan", "Which loan"))
    chosen = (ChosenFile(Path("a.csv"), Answers()),)
    first = questions(BOOK, chosen, Answers(), seen(file), {}, ())
    assert [(each.file, each.key) for each in first] == [(WHOLE, "account"), (0, "decimal"), (WHOLE, "loan")]
    assert list(first[0].choices.values()) == ["as the files call it", "Cold"]
    assert list(first[2].choices) == ["", "Coin loan"]
    told = answered(chosen, first[1], "point")
    assert told[0].answers.decimal == "point"
    done = seen(FilePreview(HEAD, ReadNotes(), rows=1, new=1))
    again = questions(BOOK, told, Answers(account="New"), done, {(0, "decimal"): ("why", ())}, ())
    assert [(each.key, each.chosen) for each in again] == [("account", "New"), ("decimal", "point")]
    assert verdict(seen(file), leave_out=True) == (False, "Answer the 2 questions first.")


def test_zones_and_options_that_were_told_are_offered() -> None:
    unread = UnreadFile(Path("b.csv"), "has a header that x and y share; say which with --format", "format", ("x", "y"))
    looked = LookedAt((unread,), None)
    chosen = (ChosenFile(Path("b.csv"), Answers()),)
    asked = questions(BOOK, chosen, Answers(), looked, {(0, "zone"): ("", ())}, ("Europe/Berlin", "UTC"))
    by_key = {each.key: each for each in asked}
    assert list(by_key["format"].choices) == ["", "x", "y"]
    assert by_key["format"].why == "has a header that x and y share"
    assert list(by_key["zone"].choices) == ["", "Europe/Berlin", "UTC"]
    assert verdict(looked, leave_out=False) == (False, "b.csv has a header that x and y share.")
    assert [row.what for row in line_rows(["b.csv"], looked)] == ["▲ Asked"]


def test_the_sheet_of_a_workbook_can_be_chosen() -> None:
    notes = ReadNotes(sheet="Data", sheets=("Notes", "Data"))
    chosen = (ChosenFile(Path("b.xlsx"), Answers()),)
    *_rest, sheet = questions(BOOK, chosen, Answers(), seen(FilePreview(HEAD, notes, rows=1, new=1)), {}, ())
    assert (sheet.title, list(sheet.choices), sheet.chosen) == ("b.xlsx: sheet", ["Notes", "Data"], "Data")


def test_where_it_goes_is_told_in_one_sentence() -> None:
    file = FilePreview(HEAD, ReadNotes(), rows=9, new=9)
    places = {"River": 1, **{f"Account {number}": 2 for number in range(5)}}
    looked = LookedAt((file,), preview(file, accounts=places))
    assert targets(looked) == (
        "New: 1 transaction into River (a new account); 2 transactions into Account 0; 2 transactions into Account 1; "
        "2 transactions into Account 2; and 2 more."
    )
    assert verdict(looked, leave_out=False)[0]
    assert verdict(LookedAt((file,), preview(file, fault="below zero")), leave_out=False) == (
        False,
        "The history cannot be: below zero.",
    )


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (
            "is not text in UTF-8; if it is Windows text, say --encoding cp1252",
            "is not text in UTF-8",
        ),
        ("has no header that is known; name the format with --format, or say", "has no header that is known"),
        ("is damaged", "is damaged"),
    ],
)
def test_the_command_lines_words_are_left_out(why: str, told: str) -> None:
    assert spoken(why) == told


def test_figures_of_files_are_covered_while_amounts_are_hidden() -> None:
    assert masked("1.205 BTC", Display(hidden=True)) == "•.••• BTC"
    assert masked("1.205 BTC", Display()) == "1.205 BTC"
    assert time_zones()[:1] != ("",)
    assert "UTC" in time_zones()


def test_names_suggest_roles_and_nothing_more() -> None:
    draft = first_draft(START, "Own")
    assert draft.roles == ("", "btc", "kind", "")
    assert draft.words == {"buy": "buy", "gift": "aside"}
    with pytest.raises(InputError, match="Date is not said; name the column of the date"):
        draft.columns()
    assert first_draft(TableStart("x", ((1, ("Date", "Sats")),)), "x").reads == {"unit": "sats"}


def test_a_draft_becomes_a_map_and_comes_back_from_it() -> None:
    draft = ColumnsDraft(START, 0, ("date", "btc", "kind", "note"), {"buy": "buy"}, reads={"unit": "btc", "zone": ""})
    columns = draft.columns()
    assert columns.columns == {"date": "Day", "btc": "Amount BTC", "kind": "Type", "note": "#4"}
    assert columns.words == {"buy": "buy", "gift": "aside", "*": "aside"}
    assert columns.reads == {"unit": "btc"}
    back = draft_of(START, columns)
    assert back.columns() == columns
    assert is_all_told(columns)
    assert not is_all_told(ColumnMap(fixed={"asset": "BTC"}))


def test_what_first_rows_become_is_told() -> None:
    (row,) = sample_rows([Skipped(3, "is left out")])
    model = sample_model()
    model.show_rows((row._replace(sats=50_000_000, money="€5.00"),), Display(hidden=True))
    shown = [str(model.index(0, column).data()) for column in range(model.columnCount())]
    assert shown[4] == HIDDEN
    assert "0.5" not in shown[3]
