"""What is picked out of the XML of a spreadsheet, element by element; nothing of it is kept that is not asked for."""

from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple
from xml.sax.handler import ContentHandler

from app.domain.errors import PlimsollError

_MAX_ROW: Final = 1_048_576
_LETTERS: Final = 26


class SheetError(PlimsollError):
    """A sheet has something that no table has.

    Attributes:
        row: where, from 1.
    """

    def __init__(self, problem: str, row: int) -> None:
        super().__init__(problem)
        self.row = row


class RawCell(NamedTuple):
    """A cell as the file keeps it.

    Attributes:
        column: from 0.
        kind: ``n``, ``s``, ``str``, ``inlineStr``, ``b``, ``e``, ``d``.
        style: which one of the file's.
        text: the value's text, or that of the cell itself.
        formula: whether it is reckoned.
        valued: whether a value is kept.
    """

    column: int
    kind: str
    style: int
    text: str
    formula: bool
    valued: bool


class CountingHandler(ContentHandler):
    """Counts elements, so that whoever feeds it can stop in time.

    Attributes:
        begun, ended: how many; what is between the two is how deep they stand in each other.
    """

    def __init__(self) -> None:
        super().__init__()
        self.begun = 0
        self.ended = 0

    def startElement(self, _name: str, _attrs: Any) -> None:  # noqa: N802 - the library's name
        """Count one."""
        self.begun += 1

    def endElement(self, _name: str) -> None:  # noqa: N802 - the library's name
        """Count its end."""
        self.ended += 1


class ElementsHandler(CountingHandler):
    """Hands over every element's name and attributes."""

    def __init__(self, take: Callable[[str, Any], None]) -> None:
        super().__init__()
        self._take = take

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the library's name
        """Hand one over."""
        self.begun += 1
        self._take(name.rpartition(":")[2], attrs)


class TextsHandler(CountingHandler):
    """Gathers the texts that cells share; letters of phonetic readings are no part of them.

    Attributes:
        texts: in order.
        letters: of all of them.
    """

    def __init__(self, longest: int) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.letters = 0
        self._longest = longest
        self._parts: list[str] = []
        self._length = 0
        self._reading = False
        self._phonetic = 0

    def startElement(self, name: str, _attrs: Any) -> None:  # noqa: N802 - the library's name
        """Begin a text."""
        self.begun += 1
        tag = name.rpartition(":")[2]
        if tag == "si":
            self._parts, self._length = [], 0
        elif tag == "rPh":
            self._phonetic += 1
        elif tag == "t":
            self._reading = not self._phonetic

    def endElement(self, name: str) -> None:  # noqa: N802 - the library's name
        """End a text."""
        self.ended += 1
        tag = name.rpartition(":")[2]
        if tag == "t":
            self._reading = False
        elif tag == "rPh":
            self._phonetic -= 1
        elif tag == "si":
            self.texts.append("".join(self._parts)[: self._longest])
            self.letters += self._length

    def characters(self, content: str) -> None:
        """Gather letters."""
        if self._reading and self._length <= self._longest:
            self._parts.append(content)
            self._length += len(content)


class RowsHandler(CountingHandler):
    """Gathers the rows of a sheet.

    Attributes:
        rows: number and cells of each complete row that nobody has taken yet.
    """

    def __init__(self, most_columns: int, longest: int) -> None:
        super().__init__()
        self.rows: deque[tuple[int, list[RawCell]]] = deque()
        self._most_columns = most_columns
        self._longest = longest
        self._row = 0
        self._cells: list[RawCell] = []
        self._column = -1
        self._kind, self._style = "n", 0
        self._parts: list[str] = []
        self._length = 0
        self._reading = False
        self._formula = False
        self._valued = False
        self._local: dict[str, str] = {}

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the library's name
        """Begin a row, a cell or its value."""
        self.begun += 1
        tag = self._local.get(name) or self._name(name)
        if tag == "c":
            self._begin_cell(attrs)
        elif tag in {"v", "t"}:
            self._reading, self._valued = True, True
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._begin_row(attrs)
        elif tag == "rPh":
            self._reading = False

    def endElement(self, name: str) -> None:  # noqa: N802 - the library's name
        """End a row, a cell or its value."""
        self.ended += 1
        tag = self._local.get(name) or self._name(name)
        if tag == "c":
            text = "".join(self._parts)
            if text or self._formula:
                if self._column >= self._most_columns:
                    raise SheetError(f"has a cell in column {self._column + 1:,}; no export has so many", self._row)
                self._cells.append(
                    RawCell(self._column, self._kind, self._style, text, self._formula, self._valued and bool(text))
                )
        elif tag in {"v", "t"}:
            self._reading = False
        elif tag == "row" and self._cells:
            self.rows.append((self._row, self._cells))
            self._cells = []

    def characters(self, content: str) -> None:
        """Gather the letters of a value."""
        if self._reading:
            self._length += len(content)
            if self._length > self._longest:
                raise SheetError(f"has a cell of more than {self._longest:,} characters; check it", self._row)
            self._parts.append(content)

    def _begin_row(self, attrs: Any) -> None:
        told = attrs.get("r", "")
        row = int(told) if told.isascii() and told.isdigit() and len(told) < 8 else self._row + 1  # noqa: PLR2004
        if not self._row < row <= _MAX_ROW:
            raise SheetError("is out of order; open the file in a spreadsheet program and save it again", row)
        self._row, self._column, self._cells = row, -1, []

    def _begin_cell(self, attrs: Any) -> None:
        place = attrs.get("r", "")
        column = _column(place) if place else self._column + 1
        if column <= self._column:
            raise SheetError(
                "has cells out of order; open the file in a spreadsheet program and save it again", self._row
            )
        self._column = column
        self._kind = attrs.get("t", "n")
        style = attrs.get("s", "0")
        self._style = int(style) if style.isascii() and style.isdigit() and len(style) < 8 else 0  # noqa: PLR2004
        self._parts, self._length = [], 0
        self._formula = self._valued = False

    def _name(self, name: str) -> str:
        tag = name.rpartition(":")[2]
        if len(self._local) < 100:  # noqa: PLR2004 - a sheet has a few dozen names
            self._local[name] = tag
        return tag


def _column(place: str) -> int:
    """Return the column of a place like ``AB12``, from 0; a very high one where it names none."""
    number = 0
    for char in place[:8].upper():
        if not "A" <= char <= "Z":
            break
        number = number * _LETTERS + ord(char) - ord("A") + 1
    return number - 1 if number else 1 << 30
