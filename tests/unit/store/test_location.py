from pathlib import Path

import pytest

from app.domain.errors import BookError
from app.store.location import Location, parse_location


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("desk.plimsoll", "desk.plimsoll"),
        ("/home/anna/a b.plimsoll", "/home/anna/a b.plimsoll"),
        ("sqlite:///desk.plimsoll", "desk.plimsoll"),
        ("sqlite:////home/anna/a%20b.plimsoll", "/home/anna/a b.plimsoll"),
        ("sqlite+pysqlite:///x.db?mode=ro", "x.db"),
        (r"C:\Books\desk.plimsoll", r"C:\Books\desk.plimsoll"),
    ],
)
def test_a_file_is_a_file_in_every_writing(place: str, path: str) -> None:
    assert parse_location(place) == Location(Path(path), None)


def test_a_path_is_taken_as_it_is() -> None:
    assert parse_location(Path("sqlite:x")) == Location(Path("sqlite:x"), None)


@pytest.mark.parametrize("place", ["sqlite:///", "sqlite:///:memory:"])
def test_a_url_without_a_file_is_refused(place: str) -> None:
    with pytest.raises(BookError, match="names no file"):
        parse_location(place)


def test_a_server_is_shown_without_its_password() -> None:
    location = parse_location("postgresql+psycopg://anna:s3cret@db.local:5432/desk?password=s3cret")
    assert location.path is None
    assert str(location) == "postgresql+psycopg://anna@db.local:5432/desk"
