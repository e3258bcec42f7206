"""What the columns of an unknown file mean: a role for each, seen at once in what the first rows become."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.column_map import ColumnMap, mapping_text, parse_mapping
from app.domain.errors import HistoryError, InputError, PlimsollError
from app.services.import_choice import ChosenFile
from app.services.import_ports import FileDoubt, TableStart
from app.ui.dialogs.column_sheet import ColumnSheet, narrow
from app.ui.dialogs.fields import CheckField, ChoiceField, Field
from app.ui.dialogs.kinds import text_field
from app.ui.models.import_columns import (
    KIND_WORDS,
    ColumnsDraft,
    draft_of,
    first_draft,
    is_all_told,
    sample_model,
    sample_rows,
)
from app.ui.models.import_rows import spoken
from app.ui.models.import_zones import time_zones
from app.ui.tasks import Ticket
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.table import Table
from app.ui.words import ACCOUNT_WORDS

EXPLAINED: Final = (
    "Nobody has seen this file before, so nothing is guessed: say what each column means. Below stands what the first "
    "rows become. Kept as a profile, the next file with these columns is read by itself."
)
_SIZE: Final = QSize(1120, 820)
_MARGIN: Final = 40
_REST_MS: Final = 150
_SAMPLE_HEIGHTS: Final = (112, 234)
_COLUMNS: Final = 3
_READS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "unit": ("Bitcoin amounts are in", {"": "as the cells say", "btc": "BTC", "sats": "satoshis"}),
    "decimal": ("Decimal sign", {"": "as the cells show", "point": "a point: 1.5", "comma": "a comma: 1,5"}),
    "day_first": ("03/04/2025 is", {"": "asked about", "yes": "3 April", "no": "4 March"}),
    "time": (
        "Times are written as",
        {
            "": "text",
            "epoch_s": "seconds since 1970",
            "epoch_ms": "milliseconds since 1970",
            "excel": "Excel's days",
        },
    ),
    "value": ("Money is told", {"": "without the fee", "with_fee": "with the fee in it"}),
    "rate": ("Rates are in", {"": "as the cells say", "percent": "per cent", "fraction": "fractions: 0.1 is 10 %"}),
}


class ColumnsDialog(QDialog):
    """A file's columns and what they mean.

    Signals:
        chosen_columns: the ``ChosenFile`` with the map among its answers.
    """

    chosen_columns = Signal(object)

    def __init__(
        self,
        bench: Workbench,
        file: ChosenFile,
        words: Sequence[str] = (),
        parent: QWidget | None = None,
        *,
        profile: str = "",
    ) -> None:
        super().__init__(parent)
        self._bench = bench
        self._file = file
        self._words = tuple(words)
        self._profile = profile
        self._ticket: Ticket | None = None
        self.draft: ColumnsDraft | None = None
        self.setWindowTitle("What the columns mean")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setSizeGripEnabled(True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.refresh)
        self._make()
        self._lay_out()

    def begin(self) -> None:
        """Open, without blocking, and read the file's first rows."""
        self.finished.connect(self.deleteLater)
        self.finished.connect(lambda _code: self._forget())
        room = self.screen().availableGeometry().size()
        self.resize(_SIZE.boundedTo(QSize(room.width() - _MARGIN, room.height() - _MARGIN)))
        self.open()
        self.read()

    def read(self) -> None:
        """Read the file's first rows beside the window."""
        path, answers, reader = self._file.path, self._file.answers, self._bench.imports
        self.reason.setText("Reading the first rows …")
        self.ok.setEnabled(False)
        self._forget()
        self._ticket = self._bench.tasks.on_reckoning(
            lambda _ticket: reader.beginning(path, replace(answers, mapping="")),
            label="Read the first rows",
            done=self.take,
            failed=self._refuse,
        )

    def take(self, start: TableStart) -> None:
        """Show a file's first rows, with the map that it has, or what its names suggest."""
        self._ticket = None
        stem = self._file.path.stem.replace("_", " ").strip() or "Imported"
        self.draft = first_draft(start, stem[:60].strip())
        before = self._before()
        if before is not None:
            self.draft = draft_of(start, before)
        self._fill(start)
        self.refresh()

    def refresh(self) -> None:
        """Show what the first rows become, or what is missing."""
        self._rest.stop()
        if self.draft is None:
            return
        self._gather()
        self._show_words()
        self._show_needed()
        try:
            columns = self.draft.columns()
            answers = replace(self._file.answers, mapping=mapping_text(columns), format="", profile="")
            rows = sample_rows(self._bench.imports.sample(self.draft.start, answers))
        except InputError as error:
            self.sample.show_rows((), self._bench.display)
            self._not_ready(_clause(error))
            return
        self.sample.show_rows(rows, self._bench.display)
        self.sample_table.fit_columns(most=320)
        named = not self.keep.isChecked() or bool(self.profile.text)
        self.ok.setEnabled(named)
        self.reason.setText("" if named else "▲ Name the profile.")

    def submit(self) -> None:
        """Hand the map over."""
        self.refresh()
        if self.draft is None or not self.ok.isEnabled():
            return
        answers = replace(
            self._file.answers,
            mapping=mapping_text(self.draft.columns()),
            sheet=self.draft.start.sheet,
            format="",
            profile="",
        )
        kept = self.profile.text if self.keep.isChecked() else ""
        self.chosen_columns.emit(replace(self._file, answers=answers, keep_as=kept))
        self.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave a quarter of the height to what the first rows become."""
        least, most = _SAMPLE_HEIGHTS
        self.sample_table.setFixedHeight(min(max(self.height() // 4, least), most))
        super().resizeEvent(event)

    def _make(self) -> None:
        self.heading = PlainLabel(f"What the columns of {self._file.path.name} mean", size="headline", wraps=True)
        self.explained = PlainLabel(EXPLAINED, size="small", tone="muted", wraps=True)
        self.sheet: ChoiceField[str] = ChoiceField("Sheet", {"": ""})
        self.header: ChoiceField[int] = ChoiceField("Columns are named in line", {0: "1"})
        self.columns = ColumnSheet(self._later)
        self.kind: ChoiceField[str] = ChoiceField("Every row is", KIND_WORDS)
        self.currency = text_field("Money is in", "", hint="EUR, USD …")
        self.zone: ChoiceField[str] = ChoiceField("Times without a zone are from", {"": "asked about", "UTC": "UTC"})
        self.reads = {name: ChoiceField(title, choices) for name, (title, choices) in _READS.items()}
        self.place = text_field("Account", "Imported", hint="where no column names one")
        self.place_kind = ChoiceField("Where its bitcoin lies", ACCOUNT_WORDS)
        self.words: dict[str, ChoiceField[str]] = {}
        self.words_title = PlainLabel("What the words in the column of kinds mean", size="title")
        self.sample = sample_model()
        self.sample_table = Table("import-sample", "What the first rows become", self._bench.memory)
        self.sample_table.setModel(self.sample)
        self.sample_table.horizontalHeader().setStretchLastSection(True)
        self.keep = CheckField("Keep as a profile of this book", checked=True)
        name = self._file.keep_as or self._profile or self._file.path.stem[:60]
        self.profile = text_field("Name of the profile", name)
        self.reason = PlainLabel("", size="small", tone="muted", wraps=True)
        self.cancel = Button("Cancel", self.reject)
        self.ok = Button("Use these columns", self.submit, kind="primary")
        fields: list[Field] = [self.kind, self.currency, self.zone, self.place, self.place_kind, self.profile]
        for field in (*fields, *self.reads.values()):
            field.edited.connect(self._later)
        for choice in (*fields, *self.reads.values()):
            narrow(choice)
        self.header.setMinimumWidth(360)
        self.header.edited.connect(self._choose_header)
        self.sheet.edited.connect(self._choose_sheet)
        self.keep.toggled.connect(lambda _on: self.refresh())

    def _lay_out(self) -> None:
        self._fields, self._word_grid = _grid(), _grid()
        page = QWidget()
        page.setObjectName("page")
        body = QVBoxLayout(page)
        body.setContentsMargins(18, 16, 18, 8)
        body.setSpacing(10)
        body.addWidget(self.heading)
        body.addWidget(self.explained)
        body.addLayout(_row(self.sheet, self.header, None))
        body.addWidget(self.columns)
        body.addLayout(self._fields)
        body.addWidget(self.words_title)
        body.addLayout(self._word_grid)
        body.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        bottom = QVBoxLayout()
        bottom.setContentsMargins(18, 8, 18, 14)
        bottom.setSpacing(8)
        bottom.addWidget(PlainLabel("What the first rows become", size="title"))
        bottom.addWidget(self.sample_table)
        bottom.addLayout(_row(self.keep, self.profile, None))
        foot = _row(self.reason, self.cancel, self.ok)
        foot.setStretchFactor(self.reason, 1)
        bottom.addLayout(foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addLayout(bottom)
        self.sheet.setVisible(False)
        self.words_title.setVisible(False)

    def _fill(self, start: TableStart) -> None:
        draft = self.draft
        if draft is None:
            return
        self.sheet.setVisible(len(start.sheets) > 1)
        self.sheet.offer({title: title for title in start.sheets} or {"": ""}, start.sheet)
        lines = {number: f"{line}: {' · '.join(cells)[:60]}" for number, (line, cells) in enumerate(start.rows[:20])}
        self.header.offer(lines, draft.header)
        self.kind.choose(draft.kind)
        self.currency.set_text(draft.currency)
        zones = time_zones()
        self.zone.offer({"": "asked about", **{zone: zone for zone in zones}}, draft.reads.get("zone", ""))
        for name, field in self.reads.items():
            field.choose(draft.reads.get(name, ""))
        self.place.set_text(draft.place)
        self.place_kind.choose(draft.place_kind)
        self.columns.show_draft(draft, self._bench.display)

    def _gather(self) -> None:
        """Take what the fields say into the draft."""
        if self.draft is None:
            return
        reads = {name: field.value for name, field in self.reads.items()}
        reads["zone"] = self.zone.value
        self.draft = replace(
            self.draft,
            roles=self.columns.roles,
            words={**self.draft.words, **{word: field.value for word, field in self.words.items()}},
            kind=self.kind.value,
            currency=self.currency.text.upper(),
            reads=reads,
            place=self.place.text,
            place_kind=self.place_kind.value,
        )

    def _show_words(self) -> None:
        """Show a field for each word of the column of kinds."""
        draft = self.draft
        wanted = draft.kinds_told(self._words) if draft is not None else ()
        if draft is not None:
            extra = {word: draft.words.get(word, "aside") for word in wanted}
            self.draft = replace(draft, words={**draft.words, **extra})
        self.words_title.setVisible(bool(wanted))
        if tuple(self.words) == wanted:
            return
        for field in self.words.values():
            self._word_grid.removeWidget(field)
            field.deleteLater()
        self.words = {}
        for number, word in enumerate(wanted):
            chosen = draft.words.get(word, "aside") if draft is not None else "aside"
            field = ChoiceField(f"“{word[:40]}”", KIND_WORDS, chosen)
            field.edited.connect(self._later)
            self.words[word] = field
            narrow(field)
            self._word_grid.addWidget(field, number // _COLUMNS, number % _COLUMNS, Qt.AlignmentFlag.AlignTop)

    def _show_needed(self) -> None:
        """Show the fields that matter for the roles that are chosen."""
        if self.draft is None:
            return
        roles = set(self.draft.roles)
        money = bool(roles & {"value", "fee", "price"})
        wanted: list[tuple[QWidget, bool]] = [
            (self.kind, "kind" not in roles),
            (self.reads["unit"], bool(roles & {"btc", "btc_in", "btc_out"})),
            (self.currency, money and "currency" not in roles),
            (self.reads["value"], {"value", "fee"} <= roles),
            (self.zone, True),
            (self.reads["time"], True),
            (self.reads["day_first"], True),
            (self.reads["decimal"], True),
            (self.reads["rate"], "rate" in roles),
            (self.place, True),
            (self.place_kind, True),
        ]
        place = 0
        for widget, shown in wanted:
            widget.setVisible(shown)
            if shown:
                self._fields.addWidget(widget, place // _COLUMNS, place % _COLUMNS, Qt.AlignmentFlag.AlignTop)
                place += 1

    def _choose_header(self) -> None:
        if self.draft is None:
            return
        start = replace(self.draft.start, header=self.header.value)
        self.draft = first_draft(start, self.place.text or self.draft.place)
        self.columns.show_draft(self.draft, self._bench.display)
        self.refresh()

    def _choose_sheet(self) -> None:
        self._file = replace(self._file, answers=replace(self._file.answers, sheet=self.sheet.value))
        self.read()

    def _before(self) -> ColumnMap | None:
        """Return the map that the file has, where this dialog can show all of it."""
        mapping = self._file.answers.mapping
        if not mapping:
            named = (each.mapping for each in self._bench.live.snapshot.book.profiles if each.name == self._profile)
            mapping = next(named, "")
        if not mapping:
            return None
        try:
            columns = parse_mapping(mapping)
        except HistoryError:
            return None
        return columns if is_all_told(columns) else None

    def _later(self) -> None:
        self._rest.start()

    def _refuse(self, error: PlimsollError) -> None:
        self._ticket = None
        self._not_ready(_clause(error))

    def _not_ready(self, why: str) -> None:
        self.ok.setEnabled(False)
        self.ok.setAccessibleDescription(why)
        self.reason.setText(f"▲ {why}")

    def _forget(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(8)
    for column in range(_COLUMNS):
        grid.setColumnStretch(column, 1)
    return grid


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    """Return widgets side by side; None is what stretches."""
    row = QHBoxLayout()
    row.setSpacing(14)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    return row


def _clause(error: PlimsollError) -> str:
    problem = error.problem if isinstance(error, InputError) else str(error)
    if isinstance(error, FileDoubt):
        problem = spoken(problem)
    return f"{problem[:1].upper()}{problem[1:]}.".replace("..", ".")
