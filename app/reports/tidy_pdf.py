"""Puts a PDF of Qt's in order, so that the same pages are the same bytes and their words can be searched and copied.

Qt numbers and writes fonts in an order that chance decides, names each embedded part of a font after that number, and
writes the time of day. It tells readers that a space is a tab, and that a figure of one width is no letter at all. Here
objects are numbered anew in the order in which the file refers to them, from its root; the rest is put right on the
way. A file that is built in another way is left as it is.
"""

import re
from typing import Final

_START: Final = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_ENTRY: Final = re.compile(rb"(\d{10}) (\d{5}) ([nf])")
_OBJECT: Final = re.compile(rb"(\d+) 0 obj\s")
_REFERENCE: Final = re.compile(rb"(?<![\d.])(\d+) 0 R\b")
_ROOTS: Final = re.compile(rb"/(Root|Info) (\d+) 0 R")
_NAME: Final = re.compile(rb"/ID \[[^\]]*\]")
_DATE: Final = re.compile(rb"\(D:\d{14}[^)]*\)")
_FONTS: Final = re.compile(rb"(/Font <<\n)((?:/\w+ \d+ 0 R\n)+)")
_PART: Final = re.compile(rb"/FontName /[A-Z]{6}\+")
_RUN: Final = re.compile(rb"^<([0-9A-F]{4})> <([0-9A-F]{4})> <([0-9A-F]{4})> ?$", re.MULTILINE)
_LENGTH: Final = re.compile(rb"/Length \d+")
_MEANT: Final = re.compile(rb"\[[^\]]*\]")
_LETTER: Final = re.compile(rb"<([0-9A-F]{4})>")
# What our letters call their figures of one width (a private range of Unicode), and what those are.
_TABULAR: Final = dict(
    [
        *((0xE071 + digit, ord("0") + digit) for digit in range(10)),
        *zip(range(0xE093, 0xE097), map(ord, ",.:;"), strict=True),
        *zip((0xEE48, 0xEE49, 0xEE54, 0xEE56, 0xEE57, 0xEE5A), map(ord, "()-<>="), strict=True),
        *zip((0xEE5C, 0xEE5D, 0xEE61, 0xEE62, 0xEE63), map(ord, "+−≈~*"), strict=True),
        *((space, ord(" ")) for space in (0x0009, 0x00A0, 0x202F)),
    ]
)
_PLAIN: Final = {b"%04X" % code: b"%04X" % meant for code, meant in _TABULAR.items()}
_STREAM: Final = b"stream\n"


def tidied(data: bytes, moment: str) -> bytes:
    """Return a PDF in order, with ``moment`` (``D:20260205143000Z``) as its date."""
    parts = _parts(data)
    if parts is None:
        return data
    head, bodies, trailer = parts
    roots = {name: int(number) for name, number in _ROOTS.findall(trailer)}
    if b"Root" not in roots:
        return data
    bodies = {number: _righted(body, moment) for number, body in bodies.items()}
    order = _order([roots[name] for name in sorted(roots, reverse=True)], bodies)
    numbers = {old: new for new, old in enumerate(order, start=1)}
    out, places = bytearray(head), []
    for old in order:
        places.append(len(out))
        out += b"%d 0 obj\n%sendobj\n" % (numbers[old], _renumbered(bodies[old], numbers))
    start, count = len(out), len(order) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    named = b"".join(b"/%s %d 0 R\n" % (name, numbers[old]) for name, old in sorted(roots.items()))
    identity = _NAME.search(trailer)
    out += b"trailer\n<<\n/Size %d\n%s%s\n>>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        named,
        identity[0] if identity else b"",
        start,
    )
    return bytes(out)


def _parts(data: bytes) -> tuple[bytes, dict[int, bytes], bytes] | None:
    """Return what stands before the objects, each object by its number, and the trailer."""
    end = _START.search(data)
    table = int(end[1]) if end else -1
    trailer = data.find(b"trailer", max(table, 0))
    if end is None or data[table : table + 4] != b"xref" or trailer < 0:
        return None
    places = sorted(int(place) for place, _, used in _ENTRY.findall(data, table, trailer) if used == b"n")
    bodies: dict[int, bytes] = {}
    for place, beyond in zip(places, [*places[1:], table], strict=True):
        found = _OBJECT.match(data, place)
        close = data.rfind(b"endobj", place, beyond)
        if found is None or close < 0:
            return None
        bodies[int(found[1])] = data[found.end() : close]
    return data[: places[0]] if places else b"", bodies, data[trailer : end.start()]


def _righted(body: bytes, moment: str) -> bytes:
    """Return an object with its date, its fonts in order, and spaces that are spaces."""
    if b"begincmap" in body:
        return _spaced(body)
    head, stream, rest = body.partition(_STREAM)
    head = _DATE.sub(b"(%s)" % moment.encode("ascii"), head)
    head = _FONTS.sub(lambda found: found[1] + b"".join(sorted(found[2].splitlines(keepends=True))), head)
    return head + stream + rest


def _spaced(body: bytes) -> bytes:
    """Return a table of letters in which spaces are spaces and figures of one width are figures."""
    head, _, rest = body.partition(_STREAM)
    table, end, tail = rest.rpartition(b"endstream")
    table = _RUN.sub(_listed, table)
    table = _MEANT.sub(lambda found: _LETTER.sub(lambda one: b"<%s>" % _PLAIN.get(one[1], one[1]), found[0]), table)
    length = len(table) - (1 if table.endswith(b"\n") else 0)
    return _LENGTH.sub(b"/Length %d" % length, head) + _STREAM + table + end + tail


def _listed(run: re.Match[bytes]) -> bytes:
    """Return a run of letters that follow each other as a list of them."""
    first, last, letter = (int(code, 16) for code in run.groups())
    letters = b" ".join(b"<%04X>" % (letter + place) for place in range(last - first + 1))
    return b"<%04X> <%04X> [%s]" % (first, last, letters)


def _order(roots: list[int], bodies: dict[int, bytes]) -> list[int]:
    """Return the objects in the order in which they are referred to, each before what it refers to."""
    order: dict[int, None] = {}
    waiting = list(reversed(roots))
    while waiting:
        number = waiting.pop()
        if number in order or number not in bodies:
            continue
        order[number] = None
        head = bodies[number].partition(_STREAM)[0]
        waiting += [int(found) for found in reversed(_REFERENCE.findall(head))]
    return list(order)


def _renumbered(body: bytes, numbers: dict[int, int]) -> bytes:
    head, stream, rest = body.partition(_STREAM)
    head = _REFERENCE.sub(lambda found: b"%d 0 R" % numbers.get(int(found[1]), 0), head)
    # The letters before a font's name only have to differ from part to part of the fonts.
    first = _REFERENCE.search(head)
    head = _PART.sub(lambda _found: b"/FontName /%s+" % _letters(int(first[1]) if first else 0), head)
    return head + stream + rest


def _letters(number: int) -> bytes:
    found = bytearray()
    for _ in range(6):
        number, digit = divmod(number, 26)
        found.append(65 + digit)
    return bytes(found)
