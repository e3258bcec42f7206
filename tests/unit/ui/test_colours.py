"""Contrast is computed as in WCAG 2.2: text 4.5 : 1, marks and the edges of controls 3 : 1."""

from itertools import pairwise

import pytest

from app.ui.colours import DARK, LIGHT, Colours
from app.ui.levels import SHAPES, Level

BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffbf00", "#ffffff") < 3


@BOTH
def test_words_can_be_read_on_every_ground(colours: Colours) -> None:
    for ground in (colours.window, colours.panel, colours.rail, colours.field, colours.hover, colours.selected):
        for words in (colours.text, colours.muted):
            assert contrast(words, ground) >= 4.5, (words, ground)
    for words, ground in (
        (colours.on_accent, colours.accent),
        (colours.on_demo, colours.demo),
        (colours.on_problem, colours.problem),
        (colours.on_note, colours.note),
    ):
        assert contrast(words, ground) >= 4.5, (words, ground)


@BOTH
@pytest.mark.parametrize("level", [Level.SAFE, Level.WATCH, Level.CALL, Level.SALE])
def test_levels_can_be_read_as_words_and_seen_as_marks(colours: Colours, level: Level) -> None:
    for ground in (colours.panel, colours.window, colours.selected):
        assert contrast(colours.mark(level), ground) >= 4.5, (level, ground)
    assert contrast(colours.mark(level), colours.track) >= 3


@BOTH
@pytest.mark.parametrize("level", list(Level))
def test_chips_can_be_read_and_stand_out_from_the_panel(colours: Colours, level: Level) -> None:
    look = colours.chips[level]
    assert contrast(look.text, look.fill) >= 4.5
    edge = max(contrast(look.border, colours.panel), contrast(look.fill, colours.panel))
    assert edge >= 3


@BOTH
def test_controls_have_an_edge_that_can_be_seen(colours: Colours) -> None:
    for ground in (colours.panel, colours.window, colours.field):
        assert contrast(colours.strong_border, ground) >= 3, ground
        assert contrast(colours.accent, ground) >= 3, ground


@BOTH
def test_the_ramp_runs_one_way_from_light_to_dark_or_back(colours: Colours) -> None:
    zones = [luminance(colours.zone(level)) for level in (Level.SAFE, Level.WATCH, Level.CALL, Level.SALE)]
    if colours.name == "light":
        assert all(lighter > darker for lighter, darker in pairwise(zones[1:]))
    chips = [luminance(colours.chips[level].fill) for level in (Level.WATCH, Level.CALL, Level.SALE)]
    assert len({round(value, 2) for value in chips}) == 3


def test_no_level_rests_on_its_colour() -> None:
    assert len(set(SHAPES.values())) == len(Level)
