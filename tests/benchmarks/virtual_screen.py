"""A screen in memory that is watched from outside: the same for every program, and no hook in any of them.

Xvfb keeps what its screen shows in a file (an X window dump). What a program has painted is read from there, so that
"painted" means pixels on the screen and not what the program says of itself.
"""

import mmap
import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

WIDTH, HEIGHT = 1440, 900
_DEPTH = "24"
_BYTES = 4
_HEADER = struct.Struct(">25I")


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the screen, in pixels."""

    left: int
    top: int
    right: int
    bottom: int


WHOLE = Area(0, 0, WIDTH, HEIGHT)


class Screen:
    """What a virtual screen shows now."""

    def __init__(self, display: str, pixels: mmap.mmap) -> None:
        self.display = display
        self._pixels = pixels
        header = _HEADER.unpack_from(pixels)
        self._start = header[0] + header[19] * 12
        self._stride = header[12]

    def colours(self, area: Area, step: int = 3) -> int:
        """Return how many different colours every ``step``-th row of the area holds."""
        return len(set(memoryview(self._rows(area, step)).cast("I")))

    def checksum(self, area: Area, step: int = 5) -> int:
        """Return a number that changes with the pixels of every ``step``-th row of the area."""
        return crc32(self._rows(area, step))

    def _rows(self, area: Area, step: int) -> bytes:
        left, right = area.left * _BYTES, area.right * _BYTES
        starts = (self._start + row * self._stride for row in range(area.top, area.bottom, step))
        return b"".join(self._pixels[start + left : start + right] for start in starts)


@contextmanager
def virtual_screen() -> Iterator[Screen]:
    """Run Xvfb on a display number that it chooses itself, and stop it at the end.

    Raises:
        RuntimeError: Xvfb is not installed, or did not start.
    """
    if shutil.which("Xvfb") is None:
        msg = "Xvfb is not installed; on Debian: apt-get install xvfb"
        raise RuntimeError(msg)
    folder = Path(tempfile.mkdtemp(prefix="plimsoll-screen-"))
    reading, writing = os.pipe()
    size = f"{WIDTH}x{HEIGHT}x{_DEPTH}"
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-fbdir", str(folder), "-noreset"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        if not number:
            msg = "Xvfb did not start"
            raise RuntimeError(msg)
        with (
            (folder / "Xvfb_screen0").open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as pixels,
        ):
            yield Screen(f":{number}", pixels)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)
