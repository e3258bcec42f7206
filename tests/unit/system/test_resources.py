"""Resources are found in a checkout, installed and frozen."""

from pathlib import Path

import pytest

from app.system.resources import resource_path, resource_root


def test_a_checkout_has_them_beside_the_code() -> None:
    root = Path(__file__).parents[3]
    assert resource_path() == root / "resources"


def test_an_installed_program_has_them_in_the_package(tmp_path: Path) -> None:
    (tmp_path / "app" / "resources").mkdir(parents=True)
    assert resource_root(tmp_path / "app") == tmp_path / "app" / "resources"


def test_a_frozen_program_has_them_where_it_was_unpacked(tmp_path: Path) -> None:
    assert resource_root(tmp_path / "app", str(tmp_path / "bundle")) == tmp_path / "bundle" / "resources"


def test_a_missing_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"program is incomplete: .*no-such-icon\.svg is missing"):
        resource_path("no-such-icon.svg")
