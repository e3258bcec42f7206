"""Documents on stdout: what is written piece by piece is the same text."""

import json
from itertools import count, islice

import pytest

from app.cli.outcome import write_json


@pytest.mark.parametrize("length", [0, 1, 99, 100, 101, 250])
def test_an_iterator_is_written_as_the_list_it_stands_for(length: int, capsys: pytest.CaptureFixture[str]) -> None:
    items = [{"name": f"Übertrag {number}", "figures": [number, None, "1.50"]} for number in range(length)]
    write_json({"before": "„x“", "items": iter(items), "after": {}})
    told = capsys.readouterr().out
    assert told == json.dumps({"before": "„x“", "items": items, "after": {}}, ensure_ascii=False) + "\n"


def test_items_are_made_some_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    numbers = count()
    write_json({"items": islice(numbers, 1_000)})
    assert json.loads(capsys.readouterr().out)["items"][-1] == 999
    write_json([1, {}])
    assert capsys.readouterr().out == "[1, {}]\n"
