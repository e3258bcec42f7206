"""Starting and ending the window: the application, its look, one session at a time, the staged shutdown."""

import gc
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import QApplication

from app.domain.errors import PlimsollError
from app.ui.house import House, OpenedBook
from app.ui.icons import Icons, draw_svg
from app.ui.layout_memory import LayoutMemory
from app.ui.main_window import WindowHooks
from app.ui.messages import Messages
from app.ui.session import Session, hide_instead
from app.ui.theme import Theme

if TYPE_CHECKING:
    from app.ui.first_start import FirstStart
    from app.ui.opening import Openings

# What a start does not need before the first paint is imported where it is used.
# ruff: noqa: PLC0415
log = logging.getLogger(__name__)
# A lane that reckons gives way this often. By Python's own 5 ms each cell that is painted meanwhile may wait as long:
# scrolling then took half a second a step.
SWITCH_SECONDS = 0.0005
BOOK_FILES = "Books (*.plimsoll);;All files (*)"


def run(house: House, arguments: list[str] | None = None) -> int:
    """Open the window and return the exit code when it has closed.

    Raises:
        PlimsollError: the book that was asked for cannot be opened, before any window was shown.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.disable()  # what is made before the first paint lives on; the collector would only look at it
    application = QApplication(arguments if arguments is not None else sys.argv[:1])
    program = Program(application, house)
    program.start()
    code = application.exec()
    program.shut_down()
    return code


class Program(QObject):
    """The whole program with a window: which book is open, what closing means, what happens to a fault."""

    def __init__(self, application: QApplication, house: House) -> None:
        super().__init__()
        self._application = application
        self._house = house
        application.setApplicationName("Plimsoll")
        application.setApplicationDisplayName("")
        application.setDesktopFileName("plimsoll")
        application.setQuitOnLastWindowClosed(False)
        self.theme = Theme(application, house.resources, house.settings().theme, dressed=False)
        self.icons = Icons(house.resources / "icons", self.theme)
        self.memory = LayoutMemory(house.layout_file)
        self.session: Session | None = None
        self.first: FirstStart | None = None
        self._quitting = False
        self._other: Openings | None = None
        application.aboutToQuit.connect(self.shut_down)

    def start(self) -> None:
        """Show the book that was left open, or the page of a first start."""
        place = self._house.first_book()
        if place is None:
            self.show_first_start()
        else:
            self.enter(self._house.open_book(place))

    def enter(self, opened: OpenedBook) -> None:
        """Show a book in the place of what is shown now."""
        before, page = self.session, self.first
        hooks = WindowHooks(self._closing, self.quit_all, self.open_other, self.start_own)
        self.session = Session(self._house, opened, self.theme, self.icons, self.memory, hooks)
        self.session.window.painted.connect(self._settle)
        self.theme.dress(self.session.window)
        self.session.window.show()
        self.first = None
        if page is not None:
            page.deleteLater()
        if before is not None:
            self._openings().leave(before)
        self._watch_faults(self.session.tell_fault)

    def show_first_start(self) -> None:
        """Offer the three ways to begin."""
        from app.ui.first_start import FirstStart, Ways

        self._first_messages = Messages()
        ways = Ways(self.look_around, self.start_own, self.open_other)
        self.first = FirstStart(ways, self._first_messages, self.icons)
        self.theme.dress(self.first)
        self.first.resize(900, 520)
        self.first.show()
        self.first.destroyed.connect(self._maybe_quit)
        QTimer.singleShot(0, self, self._settle)

    def look_around(self) -> None:
        """Open the demo book."""
        self._open("Opening the demo", self._house.open_demo)

    def start_own(self) -> None:
        """Make an own book at its usual place, or open it if there is one."""
        place = self._house.own_place()
        if Path(place).exists():
            self._open_place(place)
        else:
            self._open("Making your book", self._make_own)

    def _make_own(self) -> OpenedBook:
        return self._house.new_book(self._house.own_place(), "My book", self._house.settings().display_currency)

    def open_other(self) -> None:
        """Choose a book file and open it."""
        from PySide6.QtWidgets import QFileDialog

        parent = self.session.window if self.session is not None else self.first
        dialog = QFileDialog(parent, "Open a book", "", BOOK_FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._open_place)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def quit_all(self) -> None:
        """End the program."""
        self._quitting = True
        self._application.quit()

    def shut_down(self) -> None:
        """Close what is open; a second call does nothing."""
        session, self.session = self.session, None
        if session is not None:
            session.close()
        if self._other is not None:
            self._other.wait()
        self._house.stop_log()

    def _open_place(self, place: str) -> None:
        self._open(f"Opening {Path(place).name}", lambda: self._house.open_book(place))

    def _open(self, label: str, opener: Callable[[], OpenedBook]) -> None:
        """Open a book: beside the window where one is shown, at once on the page of a first start."""
        # The book that is open is locked; opening it again would only be refused by ourselves.
        if self.session is not None:
            self._openings().begin(self.session, label, opener)
            return
        try:
            self.enter(opener())
        except PlimsollError as error:
            self._first_messages.fail(error)

    def _openings(self) -> "Openings":
        from app.ui.opening import Openings

        if self._other is None:
            self._other = Openings(self.enter)
        return self._other

    def _closing(self, event: QCloseEvent) -> None:
        from app.ui.tray import tray_is_there

        session = self.session
        if session is None or self._quitting or not tray_is_there():
            self.quit_all()
            return
        if session.live.snapshot.settings.close_to_tray:
            hide_instead(event, session.window)
        elif self.memory.flag("closing/explained"):
            self.quit_all()
        else:
            event.ignore()
            self._explain_closing(session)

    def _explain_closing(self, session: Session) -> None:
        from app.ui.questions import ask

        count = len(session.live.snapshot.book.loans)
        watched = f"{count} loan{'' if count == 1 else 's'}"
        ask(
            session.window,
            "Close the window",
            f"Shall Plimsoll keep watching {watched} from the tray?",
            (("Keep watching", self._keep_watching), ("Quit", self._quit_for_good)),
            "This is asked once. Ctrl+Q always quits; while nothing runs, nobody watches. Settings can change it.",
        )

    def _keep_watching(self) -> None:
        self.memory.keep_flag("closing/explained", on=True)
        if self.session is not None:
            settings = replace(self.session.live.snapshot.settings, close_to_tray=True)
            self.session.requests.change_settings(settings=settings)
            self.session.window.hide()

    def _quit_for_good(self) -> None:
        self.memory.keep_flag("closing/explained", on=True)
        self.quit_all()

    def _maybe_quit(self) -> None:
        if self.session is None:
            self.quit_all()

    def _settle(self, _window: object = None) -> None:
        """After the first paint: the collector works again, the log is written, and the window gets its icon."""
        gc.freeze()
        gc.enable()
        self._house.start_log()
        drawing = (self._house.resources / "icons" / "plimsoll.svg").read_text(encoding="utf-8")
        icon = QIcon()
        for size in (16, 32, 64, 128):
            icon.addPixmap(draw_svg(drawing, size, 1))
        self._application.setWindowIcon(icon)

    def _watch_faults(self, tell: Callable[[BaseException], None]) -> None:
        """Log what nobody caught, once, and tell it; no traceback reaches the user."""

        def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            log.error("fault", exc_info=(kind, error, trace))
            tell(error)

        sys.excepthook = hook
