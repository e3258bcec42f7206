"""The questions of an import as fields, side by side; a changed answer is told at once."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.ui.dialogs.column_sheet import narrow
from app.ui.dialogs.fields import ChoiceField
from app.ui.models.import_questions import Question

_COLUMNS = 3


class AnswerFields(QWidget):
    """Fields for questions.

    Args:
        answered: gets the question and the answer that was chosen.
    """

    def __init__(self, answered: Callable[[Question, str], object]) -> None:
        super().__init__()
        self._answered = answered
        self._shown: tuple[Question, ...] = ()
        self.fields: dict[tuple[int, str], ChoiceField[str]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(8)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)

    def show_questions(self, questions: Sequence[Question]) -> None:
        """Show these; fields that are there stay, so that the keys stay where they are."""
        if tuple(questions) == self._shown:
            return
        self._shown = tuple(questions)
        wanted = {(question.file, question.key): question for question in questions}
        for place in [place for place in self.fields if place not in wanted]:
            field = self.fields.pop(place)
            self._grid.removeWidget(field)
            field.deleteLater()
        for number, (place, question) in enumerate(wanted.items()):
            found = self.fields.get(place)
            if found is None:
                found = self._made(place, question)
            else:
                found.offer(question.choices, question.chosen)
            found.show_note(question.why)
            open_yet = question.key != "account" and not question.chosen
            found.editor.setProperty("wrong", open_yet)
            self._grid.addWidget(found, number // _COLUMNS, number % _COLUMNS, Qt.AlignmentFlag.AlignTop)

    def _made(self, place: tuple[int, str], question: Question) -> ChoiceField[str]:
        field = ChoiceField(question.title, question.choices, question.chosen)
        field.edited.connect(lambda: self._answered(self._question(place), field.value))
        narrow(field)
        self.fields[place] = field
        return field

    def _question(self, place: tuple[int, str]) -> Question:
        return next(question for question in self._shown if (question.file, question.key) == place)
