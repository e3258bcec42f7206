"""Fields of a form: a label, an editor, and below it what was understood, or what is wrong.

A field reads its text with a parser that is handed in. Nothing is red while a person has not yet touched it; the form
asks ``missing`` and ``fault`` for its own line.
"""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import InputError
from app.ui.widgets.labels import PlainLabel, repolish

T = TypeVar("T")


class Field(QWidget):
    """A label above an editor, a line below it.

    Signals:
        edited: a person changed what the editor holds.
    """

    edited = Signal()

    def __init__(self, label: str, editor: QWidget, hint: str = "") -> None:
        super().__init__()
        self.name = label
        self.hint = hint
        self.editor = editor
        self.label = PlainLabel(label, size="small", tone="muted")
        self.label.setBuddy(editor)
        self.note = PlainLabel(hint, size="small", tone="muted", wraps=True)
        self.note.setVisible(bool(hint))
        editor.setAccessibleName(label)
        editor.setAccessibleDescription(hint)
        self.setFocusProxy(editor)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for widget in (self.label, editor, self.note):
            layout.addWidget(widget)

    def show_note(self, text: str) -> None:
        """Tell what was understood; empty goes back to the hint."""
        self._show(text or self.hint, wrong=False)

    def show_fault(self, text: str) -> None:
        """Tell what is wrong, next to the editor."""
        self._show(f"▲ {text}", wrong=True)

    def show_editor(self, *, shown: bool) -> None:
        """Show or hide the whole field."""
        self.setVisible(shown)

    def _show(self, text: str, *, wrong: bool) -> None:
        if self.note.text() != text:
            self.note.setText(text)
            self.editor.setAccessibleDescription(text)
        self.note.setVisible(bool(text))
        self.note.set_tone("sale" if wrong else "muted")
        if bool(self.editor.property("wrong")) != wrong:
            self.editor.setProperty("wrong", wrong)
            repolish(self.editor)


class TypedField(Field, Generic[T]):
    """A line of text that is read as a ``T``.

    Args:
        parse: returns what the text means, or raises ``InputError``.
        echo: tells what was understood.
        optional: whether it may stay empty; then its value is None.
    """

    def __init__(
        self,
        label: str,
        parse: Callable[[str], T],
        *,
        text: str = "",
        echo: Callable[[T], str] | None = None,
        hint: str = "",
        placeholder: str = "",
        optional: bool = False,
    ) -> None:
        self._line = QLineEdit(text)
        self._line.setPlaceholderText(placeholder)
        super().__init__(label, self._line, hint)
        self.optional = optional
        self.touched = False
        self._parse = parse
        self._echo = echo
        self._line.textEdited.connect(self._take)
        self.check()

    @property
    def text(self) -> str:
        """What is typed, without spaces at its ends."""
        return self._line.text().strip()

    def set_text(self, text: str) -> None:
        """Put another text in, as if it had been there from the start."""
        self._line.setText(text)
        self.check()

    def set_parse(self, parse: Callable[[str], T]) -> None:
        """Read the text in another way from now on (another currency)."""
        self._parse = parse
        self.check()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return not self.text

    def read(self) -> T | None:
        """Return what was typed; None where nothing was.

        Raises:
            InputError: it cannot be read.
        """
        return None if self.is_empty else self._parse(self.text)

    def must(self) -> T:
        """Return what was typed.

        Raises:
            InputError: nothing was, or it cannot be read.
        """
        value = self.read()
        if value is None:
            msg = f"{self.name} is missing"
            raise InputError(msg)
        return value

    def check(self) -> str:
        """Show the echo or the fault; return why the field is not good, or an empty text."""
        try:
            value = self.read()
        except InputError as error:
            self.show_fault(error.problem)
            return f"{self.name}: {error.problem}"
        echo = self._echo(value) if value is not None and self._echo is not None else ""
        self.show_note("" if echo == self.text else echo)
        return "" if value is not None or self.optional else f"{self.name} is missing"

    def _take(self, _text: str) -> None:
        self.touched = True
        self.edited.emit()


class ChoiceField(Field, Generic[T]):
    """One of several things, each with its word."""

    def __init__(self, label: str, words: Mapping[T, str], chosen: T | None = None, hint: str = "") -> None:
        self._box = QComboBox()
        self._box.view().setAccessibleName(label)
        super().__init__(label, self._box, hint)
        self._values: list[T] = []
        self.offer(words, chosen)
        self._box.currentIndexChanged.connect(self._take)

    @property
    def value(self) -> T:
        """What is chosen."""
        return self._values[self._box.currentIndex()]

    def choose(self, value: T) -> None:
        """Choose another one; its absence changes nothing."""
        if value in self._values:
            self._box.setCurrentIndex(self._values.index(value))

    def offer(self, words: Mapping[T, str], chosen: T | None = None) -> None:
        """Offer other things."""
        self._box.blockSignals(True)
        self._box.clear()
        self._values = list(words)
        self._box.addItems(list(words.values()))
        if chosen is not None:
            self.choose(chosen)
        self._box.blockSignals(False)

    def _take(self, _index: int) -> None:
        self.edited.emit()


class CheckField(QCheckBox):
    """A statement that is true or not."""

    def __init__(self, text: str, *, checked: bool = False) -> None:
        super().__init__(text.replace("&", "&&"))
        self.setAccessibleName(text)
        self.setChecked(checked)
