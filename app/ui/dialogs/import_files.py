"""Importing files: choose, look at what they would bring, answer what they leave open, import as one edit.

Files are read beside the window. Whatever is answered is looked at anew; nothing is stored before Import is pressed.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QHeaderView, QProgressBar, QVBoxLayout, QWidget

from app.domain.errors import InputError, PlimsollError
from app.services.import_choice import ChosenFile, LookedAt, UnreadFile, choice_edit
from app.services.import_ports import Answers
from app.services.import_preview import FilePreview
from app.ui.dialogs.fields import CheckField
from app.ui.dialogs.import_answers import AnswerFields
from app.ui.dialogs.import_columns import ColumnsDialog
from app.ui.dialogs.import_looking import Asked, Looking
from app.ui.file_drop import dropped_files, let_in
from app.ui.models.import_questions import (
    WHOLE,
    Question,
    answered,
    asked_now,
    questions,
    refused_rows,
    verdict,
)
from app.ui.models.import_rows import FileRow, file_rows, files_model, line_rows, lines_model, masked
from app.ui.models.import_zones import time_zones
from app.ui.plain_tips import plain_tip
from app.ui.shortcuts import scoped_key
from app.ui.tasks import Progress
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import EmptyState
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.speech import announce
from app.ui.widgets.table import Table
from app.ui.words import READ_ONLY

FILES: Final = "Tables (*.csv *.xlsx *.txt *.tsv *.json *.jsonl);;All files (*)"
NOTHING_YET: Final = (
    "Choose what an exchange, a wallet or a lender let you download, or drop it here. You see what it brings before "
    "anything is stored."
)
_SIZE: Final = QSize(1160, 720)
_MARGIN: Final = 40
_MOST_FILES: Final = 200


class ImportDialog(QDialog):
    """Files, what they would bring, and what they ask.

    Attributes:
        chosen: the files with what was said about each.
        looked: what they would bring; None before the first look and while another is under way.
    """

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self.chosen: tuple[ChosenFile, ...] = ()
        self.whole = Answers()
        self.looked: LookedAt | None = None
        self._seen: LookedAt | None = None
        self._asked: dict[tuple[int, str], tuple[str, tuple[str, ...]]] = {}
        self._storing = False
        self.setWindowTitle("Import files")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setSizeGripEnabled(True)
        self.setAcceptDrops(True)
        self._make()
        self._lay_out()
        self.looking = Looking(bench, done=self._take, failed=self._refuse, progressed=self._tell, ended=self._show)
        self.finished.connect(lambda _code: self.looking.leave())
        self._show()

    def begin(self) -> None:
        """Open, without blocking; the dialog is gone when it is closed."""
        self.finished.connect(self.deleteLater)
        room = self.screen().availableGeometry().size()
        self.resize(_SIZE.boundedTo(QSize(room.width() - _MARGIN, room.height() - _MARGIN)))
        self.open()

    def add_files(self, paths: Sequence[Path]) -> None:
        """Take more files and look at all of them."""
        known = {each.path for each in self.chosen}
        new = [path for path in dict.fromkeys(paths) if path not in known]
        if new:
            self.chosen = (*self.chosen, *(ChosenFile(path, Answers()) for path in new))[:_MOST_FILES]
            self.look()

    def look(self) -> None:
        """Look at the files as they are answered now."""
        self.looked = None
        if self.chosen:
            self.looking.start(Asked(self.chosen, self.whole, self.leave_out.isChecked()))
        else:
            self.looking.stop()
        self._show()

    def submit(self) -> None:
        """Import, as one edit."""
        ready, _why = verdict(self.looked, leave_out=self.leave_out.isChecked())
        if not ready or self.looked is None or self._storing or self._bench.live.snapshot.read_only:
            return
        try:
            edit = choice_edit(self.looked, self.chosen)
        except InputError as error:
            self._refuse(error)
            return
        self._storing = True
        self.reason.setText("Storing …")
        self.ok.setEnabled(False)
        self._bench.edits.run(edit, done=lambda _edited: self._stored(), failed=self._not_stored)

    def reject(self) -> None:
        """Close without storing; while something is being stored its outcome is waited for."""
        if not self._storing:
            super().reject()

    def open_columns(self) -> None:
        """Open the dialog that says what the columns of the chosen file mean."""
        number = self._mappable()
        if number is None or self.looked is None:
            return
        file = self.chosen[number]
        read = self.looked.files[number]
        words, profile = tuple[str, ...](), ""
        if isinstance(read, FilePreview):
            words = tuple(dict.fromkeys(each.what for each in read.unrecognised))
            profile = read.head.format.removeprefix("profile “").removesuffix("”")
        dialog = ColumnsDialog(self._bench, file, words, self, profile=profile)
        dialog.chosen_columns.connect(lambda told: self._map(number, told))
        dialog.begin()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let files in."""
        let_in(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at files that were dropped."""
        event.acceptProposedAction()
        self.add_files(dropped_files(event))

    def _make(self) -> None:
        memory = self._bench.memory
        self.heading = PlainLabel("Import files", size="headline")
        self.choose = Button("Choose files …", self._choose)
        self.take_out = Button("Take out", self._take_out)
        self.columns = Button("What the columns mean …", self.open_columns)
        self.files_model, self.lines_model = files_model(), lines_model()
        self.files = Table("import-files", "Files", memory)
        self.files.setModel(self.files_model)
        self.files.horizontalHeader().setStretchLastSection(True)
        self.files.selectionModel().selectionChanged.connect(lambda *_rows: self._show_buttons())
        self.files.opened.connect(lambda _index: self.open_columns())
        scoped_key("Del", self.files, self._take_out)
        self.lines = Table("import-lines", "Rows to look at", memory)
        self.lines.setModel(self.lines_model)
        self.lines.horizontalHeader().setStretchLastSection(True)
        self.empty = EmptyState("No files yet", NOTHING_YET, (Button("Choose files …", self._choose, kind="primary"),))
        self.lines_title = PlainLabel("Rows to look at", size="title")
        self.answers = AnswerFields(self._answer)
        self.leave_out = CheckField("Leave the refused rows out")
        self.leave_out.toggled.connect(lambda _on: self.look())
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName("Reading")
        self.doing = PlainLabel("", size="small", tone="muted")
        self.stop = Button("Stop", self.looking_stop)
        self.reason = PlainLabel("", size="small", tone="muted", wraps=True)
        self.cancel = Button("Close", self.reject)
        self.ok = Button("Import", self.submit, kind="primary")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.submit)

    def looking_stop(self) -> None:
        """Stop reading; what was seen before is not shown either, for it is not what was asked."""
        self.looking.stop()
        self._show()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.heading, 1)
        for button in (self.columns, self.take_out, self.choose):
            head.addWidget(button)
        doing = QHBoxLayout()
        doing.setSpacing(8)
        doing.addWidget(self.doing)
        doing.addWidget(self.progress, 1)
        doing.addWidget(self.stop)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.reason, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.ok)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.files, 2)
        layout.addWidget(self.answers)
        layout.addWidget(self.lines_title)
        layout.addWidget(self.lines, 3)
        layout.addWidget(self.leave_out)
        layout.addLayout(doing)
        layout.addLayout(foot)

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Choose files to import", "", FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.add_files([Path(name) for name in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take_out(self) -> None:
        gone = set(self._selected())
        kept = [number for number in range(len(self.chosen)) if number not in gone]
        self.chosen = tuple(self.chosen[number] for number in kept)
        self._seen = None
        self._asked = {
            (kept.index(file) if file != WHOLE else WHOLE, key): told
            for (file, key), told in self._asked.items()
            if file == WHOLE or file in kept
        }
        self.look()

    def _answer(self, question: Question, answer: str) -> None:
        if question.file == WHOLE:
            self.whole = replace(self.whole, **{question.key: answer})
        else:
            self.chosen = answered(self.chosen, question, answer)
        self.look()

    def _map(self, number: int, told: ChosenFile) -> None:
        """Read a file as its columns were mapped."""
        self.chosen = tuple(told if place == number else each for place, each in enumerate(self.chosen))
        self.look()

    def _take(self, looked: LookedAt) -> None:
        self.looked = self._seen = looked
        self._asked |= asked_now(looked)
        self._show()
        announce(self, self.reason.text().lstrip("▲ "))

    def _refuse(self, error: PlimsollError) -> None:
        self._show()
        self.ok.setEnabled(False)
        self.reason.setText(f"▲ {error}")

    def _stored(self) -> None:
        self._storing = False
        self.accept()

    def _not_stored(self, error: PlimsollError) -> None:
        self._storing = False
        self._refuse(error)

    def _tell(self, progress: Progress) -> None:
        self.doing.setText(progress.words)

    def _show(self) -> None:
        """Show the files, what they ask, what there is to look at, and whether Import is ready."""
        display = self._bench.display
        names = [each.path.name for each in self.chosen]
        shown = self.looked
        if shown is None and self.looking_busy and self._seen is not None and len(self._seen.files) == len(names):
            shown = self._seen  # what was seen stays while it is looked at again
        lines = line_rows(names, shown)
        self.files_model.show_rows(file_rows(names, shown), display)
        self.lines_model.show_rows(lines, display)
        self.files.fit_columns(most=300)
        self.lines.fit_columns(most=300)
        _fit_height(self.files, len(names))
        there = bool(names)
        self.empty.setVisible(not there)
        self.choose.setVisible(there)
        self.files.setVisible(there)
        self.answers.setVisible(there)
        self.lines.setVisible(bool(lines))
        self.lines_title.setVisible(bool(lines))
        if there and self.looked is not None:
            book = self._bench.live.snapshot.book
            needs_zone = any(key == "zone" for _file, key in self._asked)
            zones = time_zones() if needs_zone else ()
            self.answers.show_questions(questions(book, self.chosen, self.whole, self.looked, self._asked, zones))
        refused = refused_rows(self.looked)
        if self.looked is not None or not there:
            self.leave_out.setVisible(there and (bool(refused) or self.leave_out.isChecked()))
        self._show_progress()
        self._show_buttons()
        self._show_verdict()

    def _show_progress(self) -> None:
        looking = getattr(self, "looking", None)
        busy = looking is not None and looking.busy
        for widget in (self.progress, self.doing, self.stop):
            widget.setVisible(busy)
        if not busy:
            self.doing.setText("")

    def _show_buttons(self) -> None:
        self.take_out.setEnabled(bool(self._selected()))
        self.take_out.setVisible(bool(self.chosen))
        mappable = self._mappable()
        self.columns.setVisible(mappable is not None)

    def _show_verdict(self) -> None:
        if self.looking_busy:
            ready, why = False, "Reading the files …"
        elif self.looked is None and self.chosen:
            ready, why = False, "Stopped. Take a file out, or choose another, to read again."
        else:
            ready, why = verdict(self.looked, leave_out=self.leave_out.isChecked())
        if self.looked is not None and self.looked.found is not None and self.looked.found.fault:
            why = masked(why, self._bench.display)
        if ready and self._bench.live.snapshot.read_only:
            ready, why = False, READ_ONLY
        self.ok.setEnabled(ready)
        self.ok.setToolTip(plain_tip("Ctrl+Enter" if ready else why))
        self.ok.setAccessibleDescription("" if ready else why)
        self.reason.setText(why if ready or not self.chosen or self.looking_busy else f"▲ {why}")

    @property
    def looking_busy(self) -> bool:
        """Whether files are being read."""
        looking: Looking | None = getattr(self, "looking", None)
        return looking is not None and looking.busy

    def _selected(self) -> list[int]:
        rows = sorted({index.row() for index in self.files.selectionModel().selectedRows()})
        found: list[FileRow | None] = [self.files_model.row_at(row) for row in rows]
        return [row.number for row in found if row is not None]

    def _mappable(self) -> int | None:
        """Return the file whose columns can be mapped: the chosen one, or the one that needs it."""
        if self.looked is None:
            return None
        able = [number for number in range(len(self.chosen)) if self._can_map(number)]
        chosen = [number for number in self._selected() if number in able]
        needing = [number for number in able if isinstance(self.looked.files[number], UnreadFile)]
        return next(iter(chosen or needing or (able if len(self.chosen) == 1 else [])), None)

    def _can_map(self, number: int) -> bool:
        read = self.looked.files[number] if self.looked is not None else None
        if isinstance(read, UnreadFile):
            return read.key == "mapping"
        return read is not None and (bool(self.chosen[number].answers.mapping) or read.head.key.startswith("map-"))


def _fit_height(table: Table, count: int) -> None:
    header = table.horizontalHeader()
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
    rows = min(max(count, 1), 5)
    height = header.sizeHint().height() + rows * table.verticalHeader().defaultSectionSize() + 18
    table.setFixedHeight(height)
