"""Asking before the last channel goes: its name has to be typed, since nobody could be woken after it."""

from collections.abc import Iterable

from PySide6.QtWidgets import QWidget

from app.domain.book import Book
from app.domain.channels import Channel
from app.services.edits import Edit
from app.ui.dialogs.context import context_of
from app.ui.dialogs.fields import Field
from app.ui.dialogs.form import Form
from app.ui.dialogs.kinds import text_field
from app.ui.view import Workbench
from app.ui.widgets.labels import PlainLabel


class LastChannelForm(Form):
    """Asks for the channel's name; ``verb`` is what happens to it, ``note`` what is to be known besides."""

    def __init__(
        self,
        bench: Workbench,
        channel: Channel,
        edit: Edit,
        verb: str,
        parent: QWidget | None = None,
        *,
        note: str = "",
    ) -> None:
        super().__init__(context_of(bench), f"{verb} the last channel?", verb, parent, previews=False)
        self._channel, self._edit = channel, edit
        self.typed = text_field("Type its name to go on", hint=f"The name is {channel.name}")
        self.fields = {"name": self.typed}
        text = f"“{channel.name}” is the last way to reach anybody. Without it no one will be woken. {note}".rstrip()
        self.body.addWidget(PlainLabel(text, wraps=True))
        self.body.addWidget(self.typed)
        self.body.addStretch(1)
        self.watch(self.typed)
        self.resize(460, 260)

    def edit(self) -> Edit:
        """Return what is asked about."""
        return self._edit

    def field_at(self, place: str, after: Book) -> Field | None:
        """No refusal is about the name."""
        del place, after
        return None

    def checks(self) -> Iterable[str]:
        """Wait for the name."""
        yield "" if self.typed.text == self._channel.name else f"Type {self._channel.name} to go on"
