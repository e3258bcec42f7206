"""Every colour on the screen by what it is for: one set for light, one for dark.

The ramp of levels runs from light to dark (dark to light on dark grounds), so that it survives a grey printer and
any colour deficiency; a colour never stands without a shape and a word.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from app.ui.levels import Level


class ChipLook(NamedTuple):
    """Colours of a chip; the border keeps 3 : 1 against the panel where the fill does not."""

    fill: str
    text: str
    border: str


class Colours(NamedTuple):
    """Every colour on the screen by what it is for, as ``#rrggbb``.

    Attributes:
        window, panel, rail, field: grounds.
        hover, selected: grounds of a row or a button under the pointer, and of a chosen one.
        border, grid: quiet lines; ``strong_border`` (3 : 1) where a line is all that shows a control.
        text, muted: words, and lesser words; both 4.5 : 1 on every ground.
        accent, on_accent: the one blue: default buttons, focus, today's price.
        track: the empty part of a bar.
        quiet, unknown, safe, watch, call, sale: a level as a mark or as text on a panel (4.5 : 1).
        safe_zone … sale_zone: the same as a tint behind other things.
        demo, on_demo: the band that says that this is not the user's money.
        problem, on_problem, note, on_note: grounds and words of the message bar.
        chips: chip colours per level.
    """

    name: str
    window: str
    panel: str
    rail: str
    field: str
    hover: str
    selected: str
    border: str
    strong_border: str
    grid: str
    text: str
    muted: str
    accent: str
    on_accent: str
    track: str
    safe: str
    watch: str
    call: str
    sale: str
    safe_zone: str
    watch_zone: str
    call_zone: str
    sale_zone: str
    demo: str
    on_demo: str
    problem: str
    on_problem: str
    note: str
    on_note: str
    chips: Mapping[Level, ChipLook]

    def mark(self, level: Level) -> str:
        """Return the colour of a level as a mark or as text."""
        return {
            Level.SAFE: self.safe,
            Level.WATCH: self.watch,
            Level.CALL: self.call,
            Level.SALE: self.sale,
        }.get(level, self.muted)

    def zone(self, level: Level) -> str:
        """Return the tint of a level."""
        return {
            Level.SAFE: self.safe_zone,
            Level.WATCH: self.watch_zone,
            Level.CALL: self.call_zone,
            Level.SALE: self.sale_zone,
        }.get(level, self.track)


LIGHT: Final = Colours(
    name="light",
    window="#f5f6f8",
    panel="#ffffff",
    rail="#eaecf1",
    field="#ffffff",
    hover="#eef1f6",
    selected="#e3edfd",
    border="#e1e4ea",
    strong_border="#838b9a",
    grid="#e6e8ed",
    text="#16191f",
    muted="#5a6270",
    accent="#1a66dc",
    on_accent="#ffffff",
    track="#e4e7ec",
    safe="#2a678f",
    watch="#7d5f00",
    call="#b34a00",
    sale="#a3123f",
    safe_zone="#dde8f2",
    watch_zone="#f6e7b4",
    call_zone="#f5c9a2",
    sale_zone="#e3a2ad",
    demo="#f08a24",
    on_demo="#1d1204",
    problem="#fdecec",
    on_problem="#7a0b2e",
    note="#e8f0fe",
    on_note="#173b73",
    chips={
        Level.QUIET: ChipLook("#f0f1f4", "#4a515d", "#838b9a"),
        Level.UNKNOWN: ChipLook("#ffffff", "#4a515d", "#6b7280"),
        Level.SAFE: ChipLook("#d6e8ff", "#10315c", "#6a90bd"),
        Level.WATCH: ChipLook("#ffe27a", "#3d2f00", "#a08200"),
        Level.CALL: ChipLook("#f08a24", "#1d1204", "#b8610a"),
        Level.SALE: ChipLook("#7a0b2e", "#ffffff", "#7a0b2e"),
    },
)

DARK: Final = Colours(
    name="dark",
    window="#14171c",
    panel="#1c2027",
    rail="#101318",
    field="#14171c",
    hover="#252a33",
    selected="#22324a",
    border="#2b313b",
    strong_border="#727b8a",
    grid="#2a2f38",
    text="#eceff4",
    muted="#9aa2b0",
    accent="#6fa8ff",
    on_accent="#08172c",
    track="#30363f",
    safe="#7fb8de",
    watch="#dcb93c",
    call="#f59542",
    sale="#ff8095",
    safe_zone="#1e3445",
    watch_zone="#4d4222",
    call_zone="#6b4423",
    sale_zone="#74303a",
    demo="#f08a24",
    on_demo="#1d1204",
    problem="#3d1a22",
    on_problem="#ffd1dc",
    note="#1d2f4a",
    on_note="#d6e6ff",
    chips={
        Level.QUIET: ChipLook("#262b33", "#c4cad4", "#727b8a"),
        Level.UNKNOWN: ChipLook("#1c2027", "#c4cad4", "#8a93a1"),
        Level.SAFE: ChipLook("#27415f", "#e6f1ff", "#6688b0"),
        Level.WATCH: ChipLook("#7a6412", "#fff6d6", "#a58a24"),
        Level.CALL: ChipLook("#f08a24", "#1d1204", "#f08a24"),
        Level.SALE: ChipLook("#ffd1dc", "#3d0517", "#ffd1dc"),
    },
)
