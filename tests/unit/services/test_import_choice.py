"""Files chosen in the window: read together, those that cannot be read kept apart, one edit, profiles kept with it."""

from pathlib import Path

import pytest

from app.bootstrap.late_reader import LateReader
from app.domain.book import Book
from app.domain.column_map import parse_mapping
from app.domain.errors import CancelledError, InputError
from app.services.import_choice import ChosenFile, LookedAt, UnreadFile, choice_edit, look_at
from app.services.import_ports import Answers
from app.services.import_preview import FilePreview, ImportPreview
from app.services.map_text import typed_map
from app.services.profile_edits import keep_profile, profile_of, remove_profile, save_profile

RIVER = "Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,Tag\n"
BUY = "2024-09-26 19:59:41,100.00,USD,0.00150000,BTC,1.00,USD,Buy\n"
TYPED = "date=When,btc=Much,unit:=btc,zone:=UTC,place:=Bank"
BLANK = Book("Test")


def files(folder: Path, **texts: str) -> dict[str, ChosenFile]:
    """Return files of these texts."""
    made = {}
    for name, text in texts.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        made[name] = ChosenFile(path, Answers())
    return made


def look(*chosen: ChosenFile, book: Book = BLANK, leave_out: bool = False) -> LookedAt:
    """Return what files would bring."""
    return look_at(book, LateReader(), chosen, Answers(), leave_out_refused=leave_out, told=lambda _words: None)


def test_files_that_cannot_be_read_stand_beside_those_that_can(tmp_path: Path) -> None:
    some = files(tmp_path, strange="When,Much\n2024-01-01,0.5\n", good=RIVER + BUY, windows="caf")
    some["windows"].path.write_bytes(b"caf\xe9\n")
    looked = look(*some.values(), ChosenFile(tmp_path / "missing.csv", Answers()))
    kinds = [each.key if isinstance(each, UnreadFile) else "read" for each in looked.files]
    assert kinds == ["mapping", "read", "encoding", ""]
    assert looked.found is not None
    assert looked.found.new == 1
    with pytest.raises(InputError, match=r"strange.csv: has no header"):
        choice_edit(looked, tuple(some.values()))


def test_a_fault_in_the_middle_of_a_file_sets_it_apart(tmp_path: Path) -> None:
    some = files(tmp_path, good=RIVER + BUY, broken=RIVER + BUY + '2024,"' + "x" * 200_000)
    looked = look(*some.values())
    first, second = looked.files
    assert isinstance(first, FilePreview)
    assert isinstance(second, UnreadFile)
    assert second.why.startswith("line 3 has a cell without end")


def test_the_import_and_the_profiles_are_one_edit(tmp_path: Path) -> None:
    strange = files(tmp_path, strange="When,Much\n2024-01-01,0.5\n")["strange"]
    mapped = ChosenFile(strange.path, Answers(mapping=typed_map(TYPED)), keep_as="Bank")
    looked = look(mapped)
    edit = choice_edit(looked, (mapped,))
    assert edit.label == "Import “strange.csv”"
    after = edit.change(BLANK)
    (profile,) = after.profiles
    assert (profile.name, parse_mapping(profile.mapping).header) == ("Bank", ("When", "Much"))
    assert after.account("Bank").transactions[0].sats == 50_000_000
    again = look(strange, book=after)
    assert isinstance(again.files[0], FilePreview)
    assert (again.files[0].known, again.files[0].head.format) == (1, "profile “Bank”")


def test_nothing_chosen_is_nothing_to_import() -> None:
    with pytest.raises(InputError, match="choose a file"):
        choice_edit(look(), ())


def test_refused_rows_can_be_left_out(tmp_path: Path) -> None:
    one = files(tmp_path, some=RIVER + BUY + BUY.replace("0.00150000", "x"))["some"]
    with pytest.raises(InputError, match="as long as rows are refused"):
        choice_edit(look(one), (one,))
    after = choice_edit(look(one, leave_out=True), (one,)).change(BLANK)
    assert len(after.account("River").transactions) == 1


def test_whoever_stops_it_is_heard_between_rows(tmp_path: Path) -> None:
    rows = "".join(BUY.replace("19:59:41", f"19:{number % 60:02}:{number // 60 % 60:02}") for number in range(3_000))
    one = files(tmp_path, many=RIVER + rows)["many"]
    said: list[str] = []

    def told(words: str) -> None:
        said.append(words)
        if "2,000 rows" in words:
            raise CancelledError

    with pytest.raises(CancelledError):
        look_at(BLANK, LateReader(), (one,), Answers(), leave_out_refused=False, told=told)
    assert said == ["Reading many.csv", "Reading many.csv: 2,000 rows"]


def test_profiles_are_kept_replaced_and_removed(tmp_path: Path) -> None:
    columns = parse_mapping(typed_map(TYPED))
    with pytest.raises(InputError, match="header is empty"):
        profile_of("Bank", columns)
    one = files(tmp_path, strange="When,Much\n2024-01-01,0.5\n")["strange"]
    looked = look(ChosenFile(one.path, Answers(mapping=typed_map(TYPED))))
    assert isinstance(looked.found, ImportPreview)
    found = keep_profile(looked.found, "Bank", typed_map(TYPED))
    (profile,) = found.after.profiles
    with pytest.raises(InputError, match="there is none"):
        keep_profile(looked.found, "Bank", "")
    with pytest.raises(InputError, match="the name is empty"):
        keep_profile(looked.found, " ", typed_map(TYPED))
    twice = save_profile(profile).change(found.after)
    assert twice.profiles == (profile,)
    assert remove_profile("Bank").change(twice).profiles == ()
    with pytest.raises(InputError, match="no profile “Bank” any more"):
        remove_profile("Bank").change(BLANK)
