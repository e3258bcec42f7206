"""Where files lie on each system."""

from pathlib import Path

import pytest

from app.system.paths import named_book, named_config, user_paths

HOME = Path("/home/anna")


def test_linux_follows_xdg() -> None:
    found = user_paths("linux", {}, HOME)
    assert found.config == HOME / ".config/plimsoll/config.toml"
    assert found.book == HOME / ".local/share/plimsoll/book.plimsoll"
    assert found.log == HOME / ".local/state/plimsoll/plimsoll.log"
    assert user_paths("linux", {"XDG_CONFIG_HOME": "/etc/mine"}, HOME).config == Path("/etc/mine/plimsoll/config.toml")


@pytest.mark.parametrize("value", ["", "relative/place"])
def test_an_empty_or_relative_folder_does_not_count(value: str) -> None:
    assert user_paths("linux", {"XDG_DATA_HOME": value}, HOME) == user_paths("linux", {}, HOME)


def test_macos_keeps_all_in_the_library() -> None:
    found = user_paths("darwin", {"XDG_CONFIG_HOME": "/etc/mine"}, HOME)
    assert found.config == HOME / "Library/Application Support/Plimsoll/config.toml"
    assert found.log == HOME / "Library/Logs/Plimsoll/plimsoll.log"


def test_windows_follows_its_variables() -> None:
    environ = {"APPDATA": "C:\\Users\\anna\\Roaming", "LOCALAPPDATA": "C:\\Users\\anna\\Local"}
    found = user_paths("win32", environ, HOME)
    assert str(found.book).startswith("C:\\Users\\anna\\Roaming")
    assert str(found.log).startswith("C:\\Users\\anna\\Local")
    assert user_paths("win32", {}, HOME).config == HOME / "AppData/Roaming/Plimsoll/config.toml"


def test_the_environment_may_name_the_book_and_the_settings() -> None:
    assert named_book({"PLIMSOLL_BOOK": "postgresql://host/books"}) == "postgresql://host/books"
    assert named_config({"PLIMSOLL_CONFIG": "/x/config.toml"}) == Path("/x/config.toml")
    assert named_book({"PLIMSOLL_BOOK": ""}) is None
    assert named_config({}) is None
