"""The field in which a filter is typed, what was understood of it below, and what it may go on with."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QStringListModel, Qt, QTimer
from PySide6.QtWidgets import QCompleter, QLineEdit, QVBoxLayout, QWidget

from app.services.transaction_completion import completions
from app.services.transaction_filter import Filter, parse_filter
from app.ui.plain_tips import plain_tip
from app.ui.widgets.labels import PlainLabel, repolish

REST_MS: Final = 120
_MOST: Final = 2
EXAMPLE: Final = "account:cold kind:income >1btc 2025"
KEYS_TIP: Final = (
    "Words all have to hold.\naccount:cold  kind:income  with:kraken  loan:coin  id:abc\n"
    ">1btc  <50000sats  value>1000  fee>10  after<0.1btc\n2025  2025-03  2025-01..2025-03\n"
    'note:"two words", or bare words for notes\nhas:attachment  no:value  -kind:fee turns one round'
)


class FilterField(QWidget):
    """A line for a filter.

    Args:
        asked: told of what was understood, when the keys rest.
    """

    def __init__(self, asked: Callable[[Filter], object]) -> None:
        super().__init__()
        self._asked = asked
        self._accounts: tuple[str, ...] = ()
        self._loans: tuple[str, ...] = ()
        self.understood = Filter()
        self.line = QLineEdit()
        self.line.setPlaceholderText(f"Filter, like {EXAMPLE}")
        self.line.setAccessibleName("Filter transactions")
        self.line.setToolTip(plain_tip(KEYS_TIP))
        self.line.setClearButtonEnabled(True)
        self._offered = QStringListModel(self)
        self._completer = QCompleter(self._offered, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        popup = self._completer.popup()
        if popup is not None:
            popup.setAccessibleName("What the filter may go on with")
        self.line.setCompleter(self._completer)
        self.told = PlainLabel("", size="small", tone="muted", wraps=True)
        self.told.hide()
        self.wrong = PlainLabel("", size="small", tone="sale", wraps=True)
        self.wrong.hide()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.read)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.line)
        layout.addWidget(self.wrong)
        layout.addWidget(self.told)
        self.setFocusProxy(self.line)
        self.line.textEdited.connect(self._offer)
        self.line.textChanged.connect(self._later)
        self.line.returnPressed.connect(self.read)

    def know(self, accounts: Sequence[str], loans: Sequence[str]) -> None:
        """Take the names that a filter may ask for."""
        names = tuple(accounts), tuple(loans)
        if names != (self._accounts, self._loans):
            self._accounts, self._loans = names
            if self.line.text():
                self.read()

    def ask(self, text: str) -> None:
        """Ask for something else, now."""
        self.line.setText(text)
        self.read()

    def read(self) -> None:
        """Read what is typed, say what was understood, and ask for it."""
        self._rest.stop()
        understood = parse_filter(self.line.text(), self._accounts, self._loans)
        self._tell(understood)
        if understood != self.understood:
            self.understood = understood
            self._asked(understood)

    def _tell(self, understood: Filter) -> None:
        wrong = bool(understood.problems)
        problems = [f"▲ {problem}" for problem in understood.problems[:_MOST]]
        if len(understood.problems) > _MOST:
            problems.append(f"▲ {len(understood.problems) - _MOST} more.")
        words = f"Understood: {understood.words}" if wrong and understood.words else understood.words
        self.wrong.setText("  ".join(problems))
        self.wrong.setVisible(wrong)
        self.told.setText(words)
        self.told.setVisible(bool(words))
        self.line.setAccessibleDescription(" ".join((*problems, words)).strip())
        if bool(self.line.property("wrong")) != wrong:
            self.line.setProperty("wrong", wrong)
            repolish(self.line)

    def _later(self, _text: str) -> None:
        self._rest.start()

    def _offer(self, text: str) -> None:
        self._offered.setStringList(list(completions(text, self._accounts, self._loans)))
