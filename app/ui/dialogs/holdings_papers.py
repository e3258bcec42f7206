"""The papers of a transaction or a loan: add a file, open it, save a copy, take it out."""

import atexit
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Final, NamedTuple

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.domain.attachments import MAX_ATTACHMENT_BYTES, Attachment
from app.domain.book import Book
from app.domain.errors import InputError, PlimsollError
from app.services.edits import Edit
from app.services.papers import papers_of, size_words
from app.ui.plain_tips import plain_tip
from app.ui.tasks import Ticket
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel
from app.ui.words import READ_ONLY

# What a viewer shows; anything else could be a program, and is only saved.
OPENED: Final = frozenset(
    (".pdf", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".txt", ".csv", ".xlsx", ".docx", ".odt", ".ods", ".eml")
)
NO_PAPERS: Final = "No papers yet. Add a contract, a statement, a receipt: up to 20 MB each, kept in the book."
NOT_HERE: Final = "Papers cannot be kept in this book."


class Holder(NamedTuple):
    """What papers belong to.

    Attributes:
        title: in words.
        keys: returns the papers' keys in a book; None where the holder is gone.
        attach, detach: return the edit for the book as it is shown.
    """

    title: str
    keys: Callable[[Book], tuple[str, ...] | None]
    attach: Callable[[Book, Attachment], Edit]
    detach: Callable[[Book, Attachment], Edit]


class Choosers(NamedTuple):
    """How a person names files; replaced in tests."""

    open_file: Callable[[QWidget], str]
    save_file: Callable[[QWidget, str], str]
    show: Callable[[Path], bool]


def _choose_open(parent: QWidget) -> str:
    return QFileDialog.getOpenFileName(parent, "Add a paper")[0]


def _choose_save(parent: QWidget, name: str) -> str:
    return QFileDialog.getSaveFileName(parent, "Save a copy", name)[0]


def _show(path: Path) -> bool:
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


BY_HAND: Final = Choosers(_choose_open, _choose_save, _show)


class PapersDialog(QDialog):
    """The list of papers with what can be done with them."""

    def __init__(
        self, bench: Workbench, holder: Holder, parent: QWidget | None = None, choosers: Choosers = BY_HAND
    ) -> None:
        super().__init__(parent)
        self._bench, self._holder, self._choosers = bench, holder, choosers
        self._papers: tuple[Attachment, ...] = ()
        self.setWindowTitle(holder.title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.list = QListWidget()
        self.list.setAccessibleName("Papers")
        self.empty = PlainLabel(NO_PAPERS, tone="muted", wraps=True)
        self.told = PlainLabel("", size="small", tone="muted", wraps=True)
        self.add = Button("Add a file …", self._add)
        self.show_paper = Button("Open", self._open)
        self.save = Button("Save a copy …", self._save)
        self.remove = Button("Remove", self._remove)
        self.close_button = Button("Close", self.accept, kind="primary")
        self._lay_out()
        self.list.itemSelectionChanged.connect(self._show_buttons)
        self.list.itemActivated.connect(lambda _item: self._open())
        bench.live.changed.connect(self._refresh)
        self.finished.connect(lambda _result: bench.live.changed.disconnect(self._refresh))
        self._refresh()
        self.resize(560, 380)

    @property
    def chosen(self) -> Attachment | None:
        """The chosen paper."""
        row = self.list.currentRow()
        return self._papers[row] if 0 <= row < len(self._papers) and self.list.selectedItems() else None

    def begin(self) -> None:
        """Open without blocking; the dialog is gone when it is closed."""
        self.finished.connect(self.deleteLater)
        self.open()

    def _refresh(self, *_change: object) -> None:
        book = self._bench.live.snapshot.book
        keys = self._holder.keys(book)
        if keys is None:
            self.reject()
            return
        papers = papers_of(book, keys)
        if papers != self._papers or not self.list.count():
            self._papers = papers
            self.list.clear()
            for paper in papers:
                self.list.addItem(QListWidgetItem(f"{paper.name}   {size_words(paper.size)}"))
            if papers:
                self.list.setCurrentRow(len(papers) - 1)
        self.list.setVisible(bool(papers))
        self.empty.setVisible(not papers)
        self._show_buttons()

    def _show_buttons(self) -> None:
        read_only, kept = self._bench.live.snapshot.read_only, self._bench.desk.papers is not None
        why = "" if kept else NOT_HERE
        for button, told in (
            (self.add, why or (READ_ONLY if read_only else "")),
            (self.show_paper, why or ("" if self.chosen else "Choose a paper first.")),
            (self.save, why or ("" if self.chosen else "Choose a paper first.")),
            (self.remove, READ_ONLY if read_only else "" if self.chosen else "Choose a paper first."),
        ):
            button.setEnabled(not told)
            button.setToolTip(plain_tip(told))
            button.setAccessibleDescription(told)

    def _add(self) -> None:
        name = self._choosers.open_file(self)
        papers = self._bench.desk.papers
        if not name or papers is None:
            return
        self.told.setText("Reading …")

        def take(_ticket: Ticket) -> Attachment:
            return papers.take(Path(name).name, _bytes_of(Path(name)))

        self._bench.tasks.on_store(take, label="Add a paper", done=self._attach, failed=self._tell)

    def _attach(self, paper: Attachment) -> None:
        self.told.setText("")
        try:
            edit = self._holder.attach(self._bench.live.snapshot.book, paper)
        except InputError as error:
            self._tell(error)
            return
        self._bench.edits.run(edit, failed=self._tell)

    def _remove(self) -> None:
        paper = self.chosen
        if paper is not None:
            self._bench.edits.run(
                self._holder.detach(self._bench.live.snapshot.book, paper), failed=self._tell, offer_undo=True
            )

    def _open(self) -> None:
        paper = self.chosen
        if paper is None:
            return
        if Path(paper.name).suffix.lower() not in OPENED:
            self.told.setText("This kind of file is not opened from here, since it could be a program; save a copy.")
            return
        self._with_content(paper, lambda content: self._show_file(paper, content))

    def _show_file(self, paper: Attachment, content: bytes) -> None:
        folder = mkdtemp(prefix="plimsoll-")
        # A viewer may read it long after this dialog is closed, but nothing of it stays behind.
        atexit.register(rmtree, folder, ignore_errors=True)
        path = Path(folder, paper.name)
        try:
            path.write_bytes(content)
        except OSError as error:
            self.told.setText(f"▲ {path.parent} cannot be written to ({error.strerror}); save a copy instead.")
            return
        if not self._choosers.show(path):
            self.told.setText("▲ No program on this computer opens this kind of file; save a copy.")

    def _save(self) -> None:
        paper = self.chosen
        if paper is None:
            return
        target = self._choosers.save_file(self, paper.name)
        if target:
            self._with_content(paper, lambda content: self._write(Path(target), content))

    def _write(self, target: Path, content: bytes) -> None:
        try:
            target.write_bytes(content)
        except OSError as error:
            self.told.setText(f"▲ {target} cannot be written ({error.strerror}); choose another place.")
            return
        self.told.setText(f"Saved as {target}.")

    def _with_content(self, paper: Attachment, use: Callable[[bytes], None]) -> None:
        papers = self._bench.desk.papers
        if papers is not None:
            self._bench.tasks.on_store(
                lambda _ticket: papers.content(paper), label="Read a paper", done=use, failed=self._tell
            )

    def _tell(self, error: PlimsollError) -> None:
        problem = error.problem if isinstance(error, InputError) else str(error)
        self.told.setText(f"▲ {problem[:1].upper()}{problem[1:].rstrip('.')}.")

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(PlainLabel(self._holder.title, size="headline", wraps=True))
        layout.addWidget(self.list, 1)
        layout.addWidget(self.empty, 1, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.told)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.add, self.show_paper, self.save, self.remove):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        layout.addLayout(row)


def _bytes_of(path: Path) -> bytes:
    """Return a file's bytes, of a larger one no more than tells that it is larger.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_ATTACHMENT_BYTES + 1)
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror}); choose another file."
        raise InputError(msg) from None
