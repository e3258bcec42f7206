"""An account: a name and where its bitcoin lies."""

from PySide6.QtWidgets import QWidget

from app.domain.book import Account, Book
from app.services.edits import Edit, add_account, rename_account
from app.services.places import account_place, below
from app.ui.dialogs.context import FormContext
from app.ui.dialogs.fields import ChoiceField, Field
from app.ui.dialogs.form import Form, side_by_side
from app.ui.dialogs.kinds import text_field
from app.ui.words import ACCOUNT_WORDS


class AccountForm(Form):
    """Adds an account or, with ``replacing``, renames one."""

    def __init__(self, context: FormContext, replacing: Account | None = None, parent: QWidget | None = None) -> None:
        title = f"Edit {replacing.name}" if replacing else "Add an account"
        super().__init__(context, title, "Save" if replacing else "Add account", parent, previews=False)
        self._replacing = replacing
        shown = replacing or Account("")
        self.name = text_field("Name", shown.name, hint="Cold storage, an exchange …")
        self.kind = ChoiceField("Where its bitcoin lies", ACCOUNT_WORDS, shown.kind)
        self.fields = {"name": self.name, "kind": self.kind}
        self.body.addLayout(side_by_side(self.name, self.kind))
        self.body.addStretch(1)
        self.watch(*self.fields.values())
        self.resize(560, 260)

    def edit(self) -> Edit:
        """Return the edit that adds or renames the account."""
        made = Account(self.name.must(), self.kind.value)
        return rename_account(self._replacing.name, made) if self._replacing else add_account(made)

    def field_at(self, place: str, after: Book) -> Field | None:
        """Return the field that a refusal is about; a name taken twice stands at the later of the two."""
        name = below(place, account_place(after, self.name.text)) or ""
        return self.name if place.endswith("].name") else self.fields.get(name)
