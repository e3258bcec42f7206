"""What the tests from outside start from: commands, book files made by hand, and sources on loopback."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.services.pricing_settings import SOURCE_KEYS
from tests.fakes.price_server import FakePriceServer
from tests.unit.cli.conftest import Done, Run, run

__all__ = ["run"]

Make = Callable[[dict[str, Any]], Path]


@pytest.fixture
def make(run: Run, tmp_path: Path) -> Make:
    """Return a way to turn a book file into a book."""
    count = 0

    def imported(document: dict[str, Any]) -> Path:
        nonlocal count
        count += 1
        source, place = tmp_path / f"made{count}.json", tmp_path / f"made{count}.plimsoll"
        source.write_text(json.dumps(document), "utf-8")
        done: Done = run("--book", place, "book", "import", source)
        assert (done.code, done.err) == (0, "")
        return place

    return imported


@pytest.fixture
def server() -> Iterator[FakePriceServer]:
    """Sources that agree on one price."""
    with FakePriceServer({"USD": Decimal(70727), "EUR": Decimal(60000), "JPY": Decimal(10_400_000)}) as running:
        yield running


@pytest.fixture
def config(server: FakePriceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration whose sources are those of ``server``; every command uses it."""
    path = tmp_path / "config.toml"
    tables = [f'[prices.sources.{key}]\nbase_url = "{server.base_url(key)}"\n' for key in SOURCE_KEYS]
    path.write_text("[prices]\ninterval_seconds = 5\n" + "".join(tables), "utf-8")
    monkeypatch.setenv("PLIMSOLL_CONFIG", str(path))
    return path
