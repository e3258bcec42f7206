"""A short version of ``python -m tests.kill``: some kills of each kind, over one book."""

from pathlib import Path

from tests.kill.rounds import Tally, run_book

KILLS = 14
SEED = 1


def test_nothing_is_lost_nor_told_under_two_names(tmp_path: Path) -> None:
    tally = Tally()
    run_book(tmp_path, KILLS, SEED, tally)
    assert tally.odd == []
    assert tally.kills >= KILLS
    assert tally.duplicates <= tally.kills
    # They did die where it hurts, or this would prove nothing: between sending and marking, or with half a transaction.
    assert tally.while_sending + tally.in_commit >= 1
    assert tally.crossed >= 1
