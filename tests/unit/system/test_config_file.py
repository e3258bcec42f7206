"""The configuration file on disk."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.services.settings import Settings, Theme
from app.system.config_file import ConfigFile

DARK = replace(Settings(), theme=Theme.DARK)


def test_a_file_that_is_not_there_means_the_defaults_unless_it_was_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert ConfigFile(path).load() == Settings()
    with pytest.raises(ConfigError) as caught:
        ConfigFile(path, required=True).load()
    assert caught.value.place == str(path)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    file = ConfigFile(tmp_path / "deep" / "er" / "config.toml")
    file.save(DARK)
    assert file.load() == DARK
    assert file.path.read_text("utf-8").count("theme") == 1


def test_the_users_own_lines_stay(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("# mine\n[display]\ntheme = 'light' # for the office\n", "utf-8")
    path.chmod(0o640)
    ConfigFile(path).save(DARK)
    assert path.read_text("utf-8") == '# mine\n[display]\ntheme = "dark" # for the office\n'
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["config.toml"]


def test_a_file_that_is_written_anew_is_kept_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("display = {theme = 'light'}\n", "utf-8")
    ConfigFile(path).save(DARK)
    assert ConfigFile(path).load() == DARK
    assert (tmp_path / "config.toml.old").read_text("utf-8") == "display = {theme = 'light'}\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[prices]\nintervall_seconds = 5", ", line 2: prices.intervall_seconds is unknown; did you mean"),
        (b"\xff\xfe", "not UTF-8"),
        (b"x" * (1024 * 1024 + 1), "larger than 1 MB"),
    ],
)
def test_a_fault_names_the_file(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        ConfigFile(path).load()
    assert str(caught.value).startswith(str(path))
    assert words in str(caught.value)


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[display]\ntheme = 'light'\n", "utf-8")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="no space left on device"):
        ConfigFile(path).save(DARK)
    assert path.read_text("utf-8") == "[display]\ntheme = 'light'\n"
    assert [one.name for one in tmp_path.iterdir()] == ["config.toml"]


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a folder"):
        ConfigFile(tmp_path).load()
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    with pytest.raises(ConfigError):
        ConfigFile(blocked / "config.toml").save(DARK)
