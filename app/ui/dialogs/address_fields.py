"""The part of a channel's form that says where it leads: the fields of its kind; secrets are shown as dots."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.channels import ChannelKind
from app.services.channel_forms import FORMS, FormField, address_of, check_address, check_fields
from app.ui.dialogs.fields import ChoiceField, Field, TypedField
from app.ui.dialogs.form import side_by_side


class AddressFields(QWidget):
    """The fields of each kind, made when the kind is first chosen; what was typed stays with its kind.

    Signals:
        edited: a person changed one.
    """

    edited = Signal()

    def __init__(self, kind: ChannelKind) -> None:
        super().__init__()
        self.setAccessibleName("Where it leads")
        self._made: dict[ChannelKind, dict[str, Field]] = {}
        self._pages: dict[ChannelKind, QWidget] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.kind = kind
        self.show_kind(kind)

    @property
    def fields(self) -> dict[str, Field]:
        """The fields of the kind that is shown, by their keys."""
        return self._made[self.kind]

    def show_kind(self, kind: ChannelKind) -> None:
        """Show the fields of another kind."""
        self.kind = kind
        if kind not in self._made:
            made = {form.key: self._field(form) for form in FORMS[kind]}
            page, grid = QWidget(), _grid(list(made.values()))
            page.setLayout(grid)
            self._made[kind], self._pages[kind] = made, page
            self._layout.addWidget(page)
        for other, page in self._pages.items():
            page.setVisible(other is kind)

    def check(self, *, internal: bool) -> str:
        """Show what is wrong beside its field and return it, or an empty text."""
        values = self._values()
        for field in self.fields.values():
            field.show_note("")
        problem = check_fields(self.kind, values)
        if problem is not None:
            field = self.fields[problem.field]
            if not isinstance(field, TypedField) or field.touched:
                field.show_fault(problem.sentence)
            return problem.sentence
        sentence = check_address(self.kind, address_of(self.kind, values), internal=internal)
        if sentence is None:
            return ""
        first = next(iter(self.fields.values()), None)
        if first is not None:
            first.show_fault(sentence)
        return sentence

    def address(self) -> str:
        """Return the secret address; only after ``check`` found nothing."""
        return address_of(self.kind, self._values())

    def _values(self) -> dict[str, str]:
        # A password may begin or end with a space, so the line's own text is read.
        return {
            key: field.value if isinstance(field, ChoiceField) else _text(field) for key, field in self.fields.items()
        }

    def _field(self, form: FormField) -> Field:
        field: Field
        if form.choices:
            field = ChoiceField(
                form.label, {choice: choice for choice in form.choices}, form.default or None, form.help
            )
        else:
            field = TypedField(form.label, str, text=form.default, hint=form.help, optional=True)
            line = field.editor
            if form.secret and isinstance(line, QLineEdit):
                line.setEchoMode(QLineEdit.EchoMode.Password)
        field.edited.connect(self.edited)
        return field


def _text(field: Field) -> str:
    return field.editor.text() if isinstance(field.editor, QLineEdit) else ""


def _grid(fields: list[Field]) -> QGridLayout:
    return side_by_side(*fields, columns=min(len(fields), 3) or 1)
