"""A short run over files nobody would write; ``python -m tests.importers.fuzz`` is the long one."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.importers.registry import formats
from app.services.import_ports import Answers
from app.services.import_preview import ImportPreview
from tests.importers.fuzz import answers_of, judged, mutated
from tests.importers.golden import samples

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["BTC", "USD", "0.1", "-0.5", "1.205", "2024-01-01 00:00:00", "Buy", "Sell", "trade", "", "Deposit", "deposit"]
)


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.name)
def test_a_damaged_sample_is_borne(path: object) -> None:
    source = next(each for each in samples() if each == path).read_bytes()
    tables = 0
    for number in range(25):
        chance = random.Random(number)
        tables += isinstance(judged(mutated(source, chance), answers_of(chance)), ImportPreview)
    assert tables > 0


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_cells_below_a_known_header_are_borne(data: st.DataObject) -> None:
    signature = data.draw(st.sampled_from([each for known in formats() for each in known.signatures]))
    header = [name.replace("{cur}", "USD") for name in signature.columns]
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), max_size=4))
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [header, *rows]]
    judged("\n".join(lines).encode(), Answers())


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_borne(data: bytes) -> None:
    assert judged(data, Answers()) is not None
