"""What every command test starts from: a book file, the book made of it, and a way to run a command."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.cli.main import main

SAMPLE = Path(__file__).parents[2] / "data" / "books" / "treasury.json"


@dataclass(frozen=True)
class Done:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def start(*argv: object) -> Done:
        code = main([str(part) for part in argv])
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return start


@pytest.fixture
def book(tmp_path: Path, run: Run) -> Path:
    """A book made of the sample file."""
    place = tmp_path / "book.plimsoll"
    done = run("--book", place, "book", "import", SAMPLE)
    assert (done.code, done.err) == (0, "")
    return place
