"""The loans table: exact figures for the rows on the screen, everything else left unreckoned."""

from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.domain.figures import LoanFigures
from app.services.desk import DeskSnapshot
from app.ui.formats import Display, percent_text
from app.ui.levels import standing_of
from app.ui.models.loan_columns import CHANCE, FULL, Column, columns_of, cure_words, spoken
from app.ui.models.loan_order import LoanFacts, Moment, facts_of, matching, moment_of
from app.ui.models.loan_ranks import Ranks
from app.ui.models.risk_pending import Chances, PendingChances
from app.ui.plain_tips import plain_tip
from app.ui.roles import Role
from app.ui.widgets.marks import bar_figures

SECOND: Final = Qt.ItemDataRole.UserRole + 20
# Qt hands roles over as plain numbers, and comparing those with enum members costs more than all the rest.
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_ALIGN: Final = int(Qt.ItemDataRole.TextAlignmentRole)
_SPOKEN: Final = int(Qt.ItemDataRole.AccessibleTextRole)
_HINT: Final = int(Qt.ItemDataRole.ToolTipRole)
_SECOND: Final = int(SECOND)
_RAW, _BAR, _CHIP, _KEY = int(Role.RAW), int(Role.BAR), int(Role.CHIP), int(Role.KEY)
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_ASKED: Final = frozenset((_DISPLAY, _ALIGN, _SPOKEN, _HINT, _SECOND, _RAW, _BAR, _CHIP))
DEFAULT_SORT: Final = "drop"

Index = QModelIndex | QPersistentModelIndex


class LoanTableModel(QAbstractTableModel):
    """Shows a snapshot's loans, sorted and filtered by itself.

    Signals:
        counted: how many rows a filter lets through has changed.
    """

    counted = Signal()

    def __init__(self, keys: tuple[str, ...] = FULL, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = columns_of(keys)
        self._snapshot: DeskSnapshot | None = None
        self._display = Display()
        self._ledger: object = None
        self._facts: tuple[LoanFacts, ...] = ()
        self._ranks = Ranks(())
        self._moment = Moment({}, 0.0)
        self._rows: list[int] = []
        self._texts: dict[tuple[int, int], str] = {}
        self._steady_texts: dict[tuple[int, int], str] = {}
        self._chances: Chances = PendingChances()
        self._filter = ""
        self._sorted_by = DEFAULT_SORT
        self._descending = False

    @property
    def sorted_by(self) -> tuple[str, bool]:
        """The key of the sorting column, and whether it descends."""
        return self._sorted_by, self._descending

    @property
    def filter(self) -> str:
        """The filter in force."""
        return self._filter

    @property
    def total(self) -> int:
        """How many loans there are without the filter."""
        return len(self._facts)

    def keys(self) -> tuple[str, ...]:
        """Return the columns' keys."""
        return tuple(column.key for column in self._columns)

    def show(self, snapshot: DeskSnapshot, display: Display) -> None:
        """Show another snapshot; what stays in its place keeps its selection."""
        same_loans = self._snapshot is not None and [len(self._facts)] == [len(snapshot.book.loans)]
        same_ledger = snapshot.figures.ledger is self._ledger
        if not same_ledger or display != self._display:
            self._steady_texts.clear()
        self._snapshot, self._display = snapshot, display
        self._texts.clear()
        self._moment = moment_of(snapshot.figures.lookups, float(snapshot.figures.drop))
        if not same_ledger:
            names = [facts.name for facts in self._facts]
            self._ledger = snapshot.figures.ledger
            self._facts = facts_of(snapshot.book, snapshot.figures.ledger)
            self._ranks = Ranks(self._facts)
            self._rank_chances()
            same_loans = same_loans and names == [facts.name for facts in self._facts]
        if not same_loans:
            self.beginResetModel()
            self._rows = self._ordered()
            self.endResetModel()
            self.counted.emit()
            return
        self._arrange()

    def show_chances(self, chances: Chances) -> None:
        """Show what the risk room says of each loan; ``show`` the book that it was asked about before or after."""
        self._chances = chances
        if CHANCE not in self.keys():
            return
        column = self.keys().index(CHANCE)
        for place in range(len(self._facts)):
            self._texts.pop((place, column), None)
        self._rank_chances()
        self._arrange()

    def set_filter(self, text: str) -> None:
        """Let only matching loans through."""
        if text == self._filter:
            return
        self._filter = text
        self._arrange()

    def loan_at(self, row: int) -> LoanFigures | None:
        """Return the exact figures of the loan in a row."""
        if self._snapshot is None or not 0 <= row < len(self._rows):
            return None
        return self._snapshot.figures.loans[self._rows[row]]

    def row_of(self, name: str) -> int:
        """Return the row of a loan, or −1 where it is not shown."""
        return next((row for row, index in enumerate(self._rows) if self._facts[index].name == name), -1)

    def painted(self, row: int, column: int) -> tuple[str, bool]:
        """Return a cell's text and whether it stands at the right, for a delegate that paints it."""
        return self._cell(self._rows[row], column), self._columns[column].right

    def _ordered(self) -> list[int]:
        kept = matching(self._facts, self._moment, self._filter)
        return self._ranks.order(self._moment, self._sorted_by, descending=self._descending, kept=kept)

    def _rank_chances(self) -> None:
        self._ranks.take(CHANCE, self._chances.order)

    def _arrange(self) -> None:
        """Put the rows in order again; tell the views no more than they must repaint."""
        rows = self._ordered()
        if rows is self._rows or rows == self._rows:
            if rows:
                last = self.index(len(rows) - 1, len(self._columns) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            self.counted.emit()
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        places = [self._rows[index.row()] for index in before]
        self._rows = rows
        if before:
            where = {index: row for row, index in enumerate(rows)}
            after = [
                self.index(where[place], index.column()) if place in where else QModelIndex()
                for place, index in zip(places, before, strict=True)
            ]
            self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _cell(self, index: int, column: int) -> str:
        told = self._columns[column]
        texts = self._steady_texts if told.steady else self._texts
        text = texts.get((index, column))
        if text is None and self._snapshot is not None:
            if told.key == CHANCE:
                text = self._chances.text(index)
            else:
                text = told.text(self._snapshot.figures.loans[index], self._display)
            texts[index, column] = text
        return text or ""

    def _rest(self, figures: LoanFigures, column: Column, role: int) -> object:  # noqa: PLR0911 - one for each role
        """Return what is asked for less often than a cell's text."""
        if role == _BAR:
            marks = ((line.trigger.kind, line.trigger.ltv) for line in figures.triggers)
            return bar_figures(figures.ltv, standing_of(figures).level, marks) if column.key == "ltv" else None
        if role == _CHIP:
            return standing_of(figures) if column.key == "state" else None
        if role == _SECOND:
            return cure_words(figures) if column.key == "loan" else None
        if role == _RAW:
            masked = column.private and self._display.hidden
            return column.text(figures, self._display) if masked else column.raw(figures)
        if role == _SPOKEN:
            if column.key == "loan":
                return spoken(figures, self._display)
            return f"{self._title(column)}: {column.text(figures, self._display)}"
        return plain_tip(spoken(figures, self._display) if column.key == "loan" else self._hint(figures, column))

    def _chance(self, place: int, column: Column, role: int) -> str | None:
        """Return what the chance column gives beside its text."""
        if role == _RAW:
            return self._chances.raw(place)
        if role == _SPOKEN:
            return f"{self._title(column)}: {self._chances.text(place)}"
        return plain_tip(self._chances.words(place)) if role == _HINT else None

    def _hint(self, figures: LoanFigures, column: Column) -> str:
        if column.key == "state":
            return standing_of(figures).sentence
        return f"{self._title(column)}: {column.hint}."

    def _title(self, column: Column) -> str:
        fall = "" if self._snapshot is None else percent_text(self._snapshot.figures.drop)
        return column.title.format(fall=fall)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default, an immutable value
        """Return how many loans are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as above
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        """Return what a cell shows, says or hands to a delegate."""
        if role not in _ASKED or self._snapshot is None:
            return None
        column = index.column()
        if role == _ALIGN:
            return _RIGHT if self._columns[column].right else _LEFT
        place = self._rows[index.row()]
        if role == _DISPLAY:
            return self._cell(place, column)
        if self._columns[column].key == CHANCE:
            return self._chance(place, self._columns[column], role)
        return self._rest(self._snapshot.figures.loans[place], self._columns[column], role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        """Return a heading, its alignment, its meaning or its key."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == _DISPLAY:
            return self._title(column)
        if role == _ALIGN:
            return _RIGHT if column.right else _LEFT
        if role == _HINT:
            return plain_tip(column.hint)
        return column.key if role == _KEY else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column's exact figures."""
        if not 0 <= column < len(self._columns):
            return
        self._sorted_by = self._columns[column].key
        self._descending = order is Qt.SortOrder.DescendingOrder
        self._arrange()
