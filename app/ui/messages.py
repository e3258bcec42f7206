"""The one way to tell the user: a bar above the screen that says what, so what, and what to do. Plain text.

A bar never moves what is below it out of the window, never takes the focus, and goes by itself only where nothing is
lost by it. A window of its own is for what cannot wait: a fault of ours.
"""

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.domain.errors import PlimsollError
from app.ui.icons import Icons
from app.ui.widgets.buttons import Button, IconButton
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.speech import announce

MOST_BARS: Final = 3


class Message(NamedTuple):
    """Something to tell.

    Attributes:
        what: one sentence: what happened.
        so_what: what it means for the user, or empty.
        action, act: words of a button, and what it does.
        tone: ``problem`` stays until it is dealt with; ``note`` may go by itself.
        seconds: after which it goes by itself, or None.
        key: a newer message with the same key takes its place.
    """

    what: str
    so_what: str = ""
    action: str = ""
    act: Callable[[], object] | None = None
    tone: Literal["note", "problem"] = "problem"
    seconds: int | None = None
    key: str = ""

    @property
    def text(self) -> str:
        """All of its words."""
        return f"{self.what} {self.so_what}".strip()


class Messages(QObject):
    """Collects what is to be told; the window shows it.

    Signals:
        told: a ``Message``.
        withdrawn: the key of a message that no longer holds.
    """

    told = Signal(object)
    withdrawn = Signal(object)

    def tell(self, message: Message) -> None:
        """Tell something."""
        self.told.emit(message)

    def fail(self, error: PlimsollError, so_what: str = "", key: str = "") -> None:
        """Tell the world's fault; its text is a sentence that names the place and the remedy."""
        text = str(error) or "It did not work."
        self.tell(Message(text if text.endswith((".", "?")) else f"{text}.", so_what, key=key or text))

    def withdraw(self, key: str) -> None:
        """Take a message back."""
        self.withdrawn.emit(key)


class MessageBar(QFrame):
    """One message, with its button and a way to put it away.

    Signals:
        closed: the bar itself, when it has been put away or its time is over.
    """

    closed = Signal(object)

    def __init__(self, message: Message, icons: Icons) -> None:
        super().__init__()
        self.message = message
        self.setObjectName("messageBar")
        self.setProperty("tone", message.tone)
        self.setAccessibleName(message.text)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.setSpacing(10)
        shape = PlainLabel("▲" if message.tone == "problem" else "●")
        shape.setAccessibleName("Problem" if message.tone == "problem" else "Note")
        layout.addWidget(shape)
        self.words = PlainLabel(message.text, wraps=True)
        self.words.set_selectable()
        layout.addWidget(self.words, 1)
        self.button: Button | None = None
        if message.act is not None:
            self.button = Button(message.action, self._act)
            layout.addWidget(self.button)
        self.close_button = IconButton(icons, "close", "Put this message away", self.put_away)
        layout.addWidget(self.close_button)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        if message.seconds is not None:
            timer = QTimer(self)
            timer.setSingleShot(True)
            timer.timeout.connect(self.put_away)
            timer.start(message.seconds * 1000)

    def put_away(self) -> None:
        """Remove the bar."""
        self.closed.emit(self)

    def _act(self) -> None:
        if self.message.act is not None:
            self.message.act()
        self.put_away()


class MessageArea(QWidget):
    """Where bars stand: the newest first, at most a few; older ones wait behind them."""

    def __init__(self, messages: Messages, icons: Icons) -> None:
        super().__init__()
        self.setAccessibleName("Messages")
        self._icons = icons
        self._bars: list[MessageBar] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(18, 8, 18, 0)
        self._layout.setSpacing(6)
        self.setVisible(False)
        messages.told.connect(self.show_message)
        messages.withdrawn.connect(self.withdraw)

    @property
    def bars(self) -> tuple[MessageBar, ...]:
        """What is shown or waits, newest first."""
        return tuple(self._bars)

    def show_message(self, message: Message) -> None:
        """Add a bar, in the place of one with the same key."""
        if message.key:
            self.withdraw(message.key)
        bar = MessageBar(message, self._icons)
        bar.closed.connect(self._remove)
        self._bars.insert(0, bar)
        self._layout.insertWidget(0, bar)
        self._arrange()
        announce(self, message.text)

    def withdraw(self, key: str) -> None:
        """Remove the bars of that key."""
        for bar in [bar for bar in self._bars if bar.message.key == key]:
            self._remove(bar)

    def _remove(self, bar: MessageBar) -> None:
        if bar in self._bars:
            self._bars.remove(bar)
            self._layout.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        self._arrange()

    def _arrange(self) -> None:
        for index, bar in enumerate(self._bars):
            bar.setVisible(index < MOST_BARS)
        self.setVisible(bool(self._bars))
