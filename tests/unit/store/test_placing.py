import os
from pathlib import Path

import pytest

from app.domain.errors import BookExistsError, BookMissingError, BookNotWritableError
from app.store import placing
from tests.unit.store.sample import names_in


def _made(folder: Path, text: str = "new") -> tuple[Path, Path]:
    target = folder / "target"
    temporary = placing.temporary_beside(target)
    placing.claim(temporary)
    temporary.write_text(text)
    return temporary, target


def test_the_file_gets_its_name_and_nothing_stays_behind(tmp_path: Path) -> None:
    temporary, target = _made(tmp_path)
    placing.place(temporary, target)
    assert target.read_text() == "new"
    assert names_in(tmp_path) == {"target"}


def test_a_file_that_appeared_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    temporary, target = _made(tmp_path)
    target.write_text("theirs")
    with pytest.raises(BookExistsError):
        placing.place(temporary, target)
    assert target.read_text() == "theirs"
    placing.place(temporary, target, overwrite=True)
    assert target.read_text() == "new"


def test_a_drive_without_links_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    temporary, target = _made(tmp_path)
    placing.place(temporary, target)
    assert target.read_text() == "new"
    other, _ = _made(tmp_path, "newer")
    with pytest.raises(BookExistsError):
        placing.place(other, target)
    assert target.read_text() == "new"
    placing.discard(other)
    assert names_in(tmp_path) == {"target"}


def test_a_drive_that_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(handle: int) -> None:
        raise OSError(28, "No space left on device")

    temporary, target = _made(tmp_path)
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(BookNotWritableError, match="No space left"):
        placing.place(temporary, target)
    assert not target.exists()


def test_targets_that_cannot_be_are_refused(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("there", "dangling"):
        with pytest.raises(BookExistsError):
            placing.check_target(tmp_path / name)
    with pytest.raises(BookExistsError, match="is a folder"):
        placing.check_target(tmp_path, overwrite=True)
    with pytest.raises(BookMissingError):
        placing.check_target(tmp_path / "none" / "x")
    placing.check_target(tmp_path / "there", overwrite=True)
    placing.check_target(tmp_path / "free")


def test_a_folder_marked_read_only_takes_no_book(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o555)
    with pytest.raises(BookNotWritableError, match="is read-only"):
        placing.check_target(folder / "x")
