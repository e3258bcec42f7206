"""Every tooltip goes through one door, so that no name is ever read as markup."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.ui.plain_tips import plain_tip

UI = Path(__file__).parents[3] / "app" / "ui"
# The tray's tooltip is shown by the desktop, which may not read markup at all; no name is in it.
EXEMPT = {"tray.py"}


def raw_tips(source: str) -> Iterator[int]:
    """Yield the lines that set a tooltip which is neither plain_tip nor empty."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in ("setToolTip", "showText"):
            continue
        told = node.args[1 if node.func.attr == "showText" else 0]
        names = {inner.id for inner in ast.walk(told) if isinstance(inner, ast.Name)}
        empty = isinstance(told, ast.Constant) and told.value == ""
        if not empty and not names & {"plain_tip", "words"}:
            yield node.lineno


def test_a_tip_shows_markup_letter_for_letter() -> None:
    assert plain_tip("<b>A & B</b>\nC") == "<qt>&lt;b&gt;A &amp; B&lt;/b&gt;<br>C</qt>"
    assert plain_tip("") == ""


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: str(path.relative_to(UI)))
def test_tooltips_go_through_one_door(path: Path) -> None:
    if path.name not in EXEMPT:
        assert list(raw_tips(path.read_text("utf-8"))) == []


def test_the_search_finds_a_raw_tip() -> None:
    assert list(
        raw_tips('button.setToolTip(f"{name}")\nbutton.setToolTip("")\nbutton.setToolTip(plain_tip(name))')
    ) == [1]
