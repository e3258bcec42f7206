"""The card of watched wallets: what each holds by its last scan, how old that is, and what does not fit the book."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.services.desk import DeskSnapshot
from app.services.wallet_desk import ScanOutcome
from app.services.wallet_holdings import WalletView
from app.ui.models.wallets import WalletText, wallet_text
from app.ui.operations import wallets
from app.ui.plain_tips import plain_tip
from app.ui.tasks import Ticket
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.figures import steady_figures
from app.ui.widgets.labels import ElidedLabel, PlainLabel
from app.ui.words import READ_ONLY

NONE_YET = (
    "No wallet is watched. Give a public key, a descriptor or addresses, and Plimsoll reads from the chain what lies"
    " there; it can never spend anything."
)


class WalletItem(QWidget):
    """One wallet with its buttons."""

    def __init__(self, card: "WalletsCard", text: WalletText) -> None:
        super().__init__()
        self._name = text.name
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 8)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.title = ElidedLabel(text.name, size="title")
        self.amount = PlainLabel("", size="title")
        steady_figures(self.amount)
        head.addWidget(self.title, 1)
        head.addWidget(self.amount)
        column.addLayout(head)
        self.about = ElidedLabel("", size="small", tone="muted")
        self.age = PlainLabel("", size="small", tone="muted", wraps=True)
        self.pending = PlainLabel("", size="small", wraps=True)
        self.difference = PlainLabel("", size="small", tone="call", wraps=True)
        self.difference.set_selectable()
        for label in (self.about, self.age, self.pending, self.difference):
            column.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.scan = Button("Scan", lambda: card.scan((self._name,)), name=f"Scan {text.name}")
        self.remove = Button("Remove", lambda: card.remove(self._name), kind="quiet", name=f"Remove {text.name}")
        row.addWidget(self.scan)
        row.addWidget(self.remove)
        row.addStretch(1)
        column.addLayout(row)
        self.show_text(text)

    def show_text(self, text: WalletText) -> None:
        """Show the same wallet as it stands now."""
        self.amount.setText(text.amount)
        self.about.set_whole(text.about)
        self.age.setText(text.age)
        self.pending.setText(text.pending)
        self.pending.setVisible(bool(text.pending))
        self.difference.setText(f"◆ {text.difference}" if text.difference else "")
        self.difference.setVisible(bool(text.difference))
        self.setAccessibleName(f"Wallet {text.name}")
        self.setAccessibleDescription(text.sentence)


class WalletsCard(Card):
    """The watched wallets, and the buttons that scan them and add one. Its owner calls ``refresh``."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__("Watched wallets", " ")
        self._bench = bench
        self._views: tuple[WalletView, ...] = ()
        self._looked_at: object = None
        self._looking: Ticket | None = None
        self.items: list[WalletItem] = []
        self.scanner = wallets.Scanner(bench, self)
        self.scan_all = Button("Scan all", lambda: self.scan(()))
        self.stop = Button("Stop", self.scanner.stop, name="Stop the scan")
        self.server = Button("Server …", self._choose_server, kind="quiet")
        self.watch = Button("Watch a wallet …", self._watch)
        for button in (self.server, self.stop, self.scan_all, self.watch):
            self.head.addWidget(button)
        self.progress = PlainLabel("", size="small", tone="muted", wraps=True)
        self.trouble = PlainLabel("", size="small", tone="call", wraps=True)
        self.trouble.set_selectable()
        self.empty = PlainLabel(NONE_YET, tone="muted", wraps=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        holder = QWidget()
        holder.setObjectName("page")
        self._list = QVBoxLayout(holder)
        self._list.setContentsMargins(0, 0, 4, 0)
        self._list.setSpacing(2)
        self._list.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(holder)
        self.area.setAccessibleName("Watched wallets")
        self.area.setMinimumHeight(110)
        for widget in (self.progress, self.trouble, self.empty):
            self.body.addWidget(widget)
        self.body.addWidget(self.area, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        for label in (self.progress, self.trouble):
            label.setVisible(False)
        self._show()

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show another snapshot; what the last scans found is read anew when the book has changed."""
        if self._looked_at is not snapshot.book:
            self._looked_at = snapshot.book
            if snapshot.book.wallets:
                self._look()
            else:
                self._views = ()
        self._show()

    def scan(self, names: tuple[str, ...]) -> None:
        """Scan these wallets, or all; where nobody may be asked yet, ask for a server first."""
        if not self._bench.live.snapshot.settings.wallet_server:
            self._choose_server(then=lambda: self._scan_now(names))
        else:
            self.scanner.start(names)

    def remove(self, name: str) -> None:
        """Watch a wallet no longer."""
        wallets.remove_wallet(bench=self._bench, name=name)

    def scan_began(self) -> None:
        """Show that a scan is under way."""
        self.scan_told("Asking …")
        self.trouble.setVisible(False)
        self._show()

    def scan_told(self, words: str) -> None:
        """Show how far it is."""
        self.progress.setText(words)
        self.progress.setVisible(True)

    def scan_ended(self, outcome: ScanOutcome | None, failure: str) -> None:
        """Show what it came to."""
        self.progress.setVisible(False)
        self.trouble.setText(f"▲ {failure}" if failure else "")
        self.trouble.setVisible(bool(failure))
        if outcome is not None:
            self._look()
        self._show()

    def _look(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        self._looking = wallets.look(bench=self._bench, done=self._take)

    def _take(self, views: tuple[WalletView, ...]) -> None:
        self._looking = None
        self._views = views
        self._show()

    def _scan_now(self, names: tuple[str, ...]) -> None:
        if self._bench.live.snapshot.settings.wallet_server:
            self.scanner.start(names)

    def _choose_server(self, then: Callable[[], None] | None = None) -> None:
        wallets.choose_server(bench=self._bench, parent=self, chosen=then)

    def _watch(self) -> None:
        wallets.watch_wallet(bench=self._bench, parent=self, watched=lambda name: self.scan((name,)))

    def _show(self) -> None:
        snapshot, busy = self._bench.live.snapshot, self.scanner.busy
        now, display = self._bench.clock.now(), self._bench.display
        texts = [wallet_text(view, now, display) for view in self._views]
        if [item.title.whole for item in self.items] != [text.name for text in texts]:
            self._rebuild(texts)
        for item, text in zip(self.items, texts, strict=True):
            item.show_text(text)
            item.scan.setEnabled(not busy and not snapshot.read_only)
            item.remove.setEnabled(not busy and not snapshot.read_only)
        self.empty.setVisible(not texts)
        self.area.setVisible(bool(texts))
        self.scan_all.setVisible(bool(texts) and not busy)
        self.stop.setVisible(busy)
        self.server.setVisible(bool(texts))
        self.scan_all.setEnabled(not snapshot.read_only)
        self.watch.setEnabled(not snapshot.read_only)
        for button in (self.scan_all, self.watch):
            button.setToolTip(plain_tip(READ_ONLY) if snapshot.read_only else "")

    def _rebuild(self, texts: list[WalletText]) -> None:
        for item in self.items:
            self._list.removeWidget(item)
            item.hide()
            item.deleteLater()
        self.items = [WalletItem(self, text) for text in texts]
        for place, item in enumerate(self.items):
            self._list.insertWidget(place, item)
