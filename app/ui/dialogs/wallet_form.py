"""A wallet to be watched: what is pasted is read while it is typed, and shows what it is and its first addresses.

A private key or seed words are refused at once: the field is emptied with its undo history, and nothing of it goes on.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.errors import InputError, PlimsollError
from app.domain.private_keys import SENTENCE, holds_private_key
from app.domain.wallets import MAX_GAP_LIMIT
from app.services.desk import Edited
from app.services.wallet_desk import ReadWallet
from app.services.wallet_drafts import WalletDraft
from app.ui.dialogs.fields import ChoiceField, Field, TypedField
from app.ui.dialogs.form import side_by_side
from app.ui.models.wallets import COMPARE, SCRIPTS, Belongs, belongs_choices, server_words
from app.ui.tasks import Ticket
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.speech import announce
from app.ui.words import READ_ONLY

REST_MS: Final = 250
REFUSED: Final = f"▲ What was put in here {SENTENCE}."
_HINT: Final = "Public things only: xpub, ypub or zpub; a descriptor, also of a multisig; or addresses."
_LINES: Final = 4
_PUBLIC: Final = "pub"


class WalletForm(QDialog):
    """Reads a wallet, shows what it is, and watches it.

    Signals:
        watched: the name of the wallet that was stored.
    """

    watched = Signal(str)

    def __init__(
        self, bench: Workbench, parent: QWidget | None = None, *, choose_server: Callable[[], object] | None = None
    ) -> None:
        super().__init__(parent)
        self._bench = bench
        self._desk = bench.wallets()
        self._turn = 0
        self._reading: Ticket | None = None
        self._storing = False
        self._why = ""
        self.read: ReadWallet | None = None
        self.setWindowTitle("Watch a wallet")
        self.setAccessibleName("Watch a wallet")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setSizeGripEnabled(True)
        snapshot = bench.live.snapshot
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * _LINES + 18)
        self.source = Field("Public key, descriptor or addresses", self.text, _HINT)
        self.name = TypedField("Name", str, hint="Vault, escrow at a lender …")
        self.belongs = ChoiceField("Its bitcoin belongs to", belongs_choices(snapshot.book))
        self.scripts = ChoiceField("Kind of addresses", SCRIPTS)
        self.gap = TypedField(
            "Gap limit",
            _whole,
            text=str(snapshot.settings.wallet_gap_limit),
            hint="Unused addresses in a row that end a scan.",
        )
        self.fields: dict[str, Field] = {
            "key": self.source,
            "name": self.name,
            "account": self.belongs,
            "loan": self.belongs,
            "scripts": self.scripts,
            "gap_limit": self.gap,
        }
        self.refusal = PlainLabel(REFUSED, size="title", tone="sale", wraps=True)
        self.refusal.setVisible(False)
        self.what = PlainLabel("", size="title", wraps=True)
        self.compare = PlainLabel(COMPARE, size="small", tone="muted", wraps=True)
        self.addresses = PlainLabel("")
        self.addresses.setFont(self.text.font())
        self.addresses.set_selectable()
        self.addresses.setAccessibleName("First addresses")
        self.privacy = PlainLabel(self._desk.privacy, size="small", wraps=True)
        self.server = PlainLabel("", size="small", tone="muted", wraps=True)
        self.server_button = Button("Server …", choose_server, kind="quiet")
        self.reason = PlainLabel("", size="small", tone="muted", wraps=True)
        self.ok = Button("Watch it", self.submit, kind="primary")
        self.cancel = Button("Cancel", self.reject)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.look)
        self._lay_out()
        self.text.textChanged.connect(self._typed)
        for field in (self.name, self.belongs, self.scripts, self.gap):
            field.edited.connect(self._typed)
        bench.live.changed.connect(self._hear)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.submit)
        self._show()

    def begin(self) -> None:
        """Open, without blocking; the form is gone when it is closed."""
        self.finished.connect(self.deleteLater)
        room = self.screen().availableGeometry().size()
        self.resize(QSize(640, 600).boundedTo(QSize(room.width() - 40, room.height() - 40)))
        self.open()
        self.text.setFocus()

    def look(self) -> None:
        """Read what is typed, beside the window."""
        self._rest.stop()
        self._turn += 1
        turn, draft, desk = self._turn, self._draft(), self._desk
        if not self.text.toPlainText().strip():
            return
        draft = WalletDraft(draft.name or "-", draft.text, draft.account, draft.loan, draft.scripts, draft.gap_limit)

        def done(read: ReadWallet) -> None:
            if turn == self._turn:
                self.read = read
                self.refusal.setVisible(False)
                self.source.show_note("")
                self._show()

        def failed(error: PlimsollError) -> None:
            if turn == self._turn and isinstance(error, InputError):
                self._refuse(error)
            elif turn == self._turn:
                self._show(str(error))

        self._reading = self._bench.tasks.on_reckoning(
            lambda _ticket: desk.read(draft), label="Read a wallet", done=done, failed=failed
        )

    def submit(self) -> None:
        """Watch the wallet; the form closes when it is stored."""
        if not self.ok.isEnabled() or self._storing:
            return
        draft, desk = self._draft(), self._desk
        self._storing = True
        self.ok.setEnabled(False)
        self.reason.setText("Storing …")

        def work() -> Edited:
            return desk.add(draft)

        self._bench.edits.take("Watch a wallet", work, done=lambda: self._stored(draft.name), failed=self._not_stored)

    def reject(self) -> None:
        """Close without storing; while it is being stored its outcome is waited for."""
        if not self._storing:
            self._turn += 1
            super().reject()

    def _stored(self, name: str) -> None:
        self._storing = False
        self.accept()
        self.watched.emit(name)

    def _not_stored(self, error: PlimsollError) -> None:
        self._storing = False
        if isinstance(error, InputError):
            self._refuse(error)
        else:
            self._show(str(error))

    def _typed(self) -> None:
        """Refuse a private key before anything else; look at the rest when the keys rest."""
        if holds_private_key(self.text.toPlainText()) or holds_private_key(self.name.text):
            self._drop_secret()
            return
        self.read = None
        self._turn += 1
        self.source.show_note("")
        self._rest.start()
        self._show()

    def _drop_secret(self) -> None:
        """Empty what holds a private key, with its undo history, and say so loudly."""
        self._turn += 1
        self._rest.stop()
        self.read = None
        self.text.blockSignals(True)
        self.text.setPlainText("")  # this forgets what could be undone, too
        self.text.document().clearUndoRedoStacks()
        self.text.blockSignals(False)
        if holds_private_key(self.name.text):
            self.name.set_text("")
        self.source.show_fault("was emptied")
        self.refusal.setVisible(True)
        announce(self, REFUSED)
        self._show()

    def _refuse(self, error: InputError) -> None:
        self.read = None
        # What was pasted names its own parts: “address 2 of 3”, “descriptor”.
        field = self.fields.get(error.place)
        problem = error.problem if field is not None else f"{error.place} {error.problem}".strip()
        field = self.source if field is None else field
        field.show_fault(problem)
        self._show(f"{field.name}: {problem}.")

    def _draft(self) -> WalletDraft:
        belongs = self._chosen()
        gap = self.gap.read() if not self.gap.check() else None
        scripts = self.scripts.value if self._takes_scripts() else ()
        return WalletDraft(
            self.name.text,
            self.text.toPlainText(),
            belongs.account,
            belongs.loan,
            scripts,
            gap or self._bench.live.snapshot.settings.wallet_gap_limit,
        )

    def _chosen(self) -> Belongs:
        book = self._bench.live.snapshot.book
        return self.belongs.value if book.accounts or book.loans else Belongs()

    def _takes_scripts(self) -> bool:
        """Whether an extended key is typed: only that leaves open which addresses are meant."""
        return self.text.toPlainText().strip()[1:4].lower() == _PUBLIC

    def _hear(self, _change: object) -> None:
        self._show(self._why)

    def _show(self, why: str = "") -> None:
        self._why = why
        snapshot = self._bench.live.snapshot
        self.scripts.setVisible(self._takes_scripts())
        read = self.read
        self.what.setText("" if read is None else read.what)
        self.addresses.setText("" if read is None else "\n".join(read.addresses))
        for label in (self.what, self.compare, self.addresses):
            label.setVisible(read is not None)
        self.server.setText(server_words(snapshot.settings.wallet_server, snapshot.settings.wallet_proxy))
        self.ok.setText("Watch and scan" if snapshot.settings.wallet_server else "Watch it")
        missing = why or self._missing()
        if snapshot.read_only:
            missing = READ_ONLY
        self.ok.setEnabled(read is not None and not missing and not self._storing)
        self.ok.setAccessibleDescription(missing)
        reading = "Reading …" if read is None else ""
        self.reason.setText(f"▲ {missing}" if missing else reading)

    def _missing(self) -> str:
        book = self._bench.live.snapshot.book
        if not book.accounts and not book.loans:
            return "Add an account first: a wallet's bitcoin belongs to one."
        if not self.text.toPlainText().strip():
            return "Paste a public key, a descriptor or addresses."
        gap = self.gap.check()
        return "Name is missing" if self.name.is_empty else gap

    def _lay_out(self) -> None:
        body = QVBoxLayout(self)
        body.setContentsMargins(18, 16, 18, 14)
        body.setSpacing(10)
        body.addWidget(PlainLabel("Watch a wallet", size="headline"))
        body.addWidget(self.refusal)
        body.addWidget(self.source)
        found = QVBoxLayout()
        found.setSpacing(3)
        for label in (self.what, self.compare, self.addresses):
            found.addWidget(label)
        body.addLayout(found)
        body.addLayout(side_by_side(self.name, self.belongs, self.gap, self.scripts))
        body.addStretch(1)
        body.addWidget(self.privacy)
        row = QHBoxLayout()
        row.addWidget(self.server, 1)
        row.addWidget(self.server_button)
        body.addLayout(row)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.reason, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.ok)
        body.addLayout(foot)


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= MAX_GAP_LIMIT:
        raise InputError(f"write a whole number from 1 to {MAX_GAP_LIMIT:,}")
    return int(text)
