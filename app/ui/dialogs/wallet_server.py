"""Who may be asked about watched wallets, and by which way: nobody is, before somebody has said so here."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import ConfigError, InputError
from app.services.wallet_ports import DEFAULT_SERVER, PRIVACY
from app.services.wallet_servers import check_proxy, check_server, is_onion
from app.ui.dialogs.fields import TypedField
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel

ABOUT: Final = (
    f"{PRIVACY} A server of your own tells nobody. Esplora and mempool servers begin with https://, Electrum servers"
    " with ssl://."
)


class WalletServerForm(QDialog):
    """Sets the server, a second one that has to agree, and a SOCKS proxy."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self.setWindowTitle("Server for wallets")
        self.setAccessibleName("Server for wallets")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        settings = bench.live.snapshot.settings
        self.server = TypedField(
            "Server",
            partial(_read, check_server),
            text=settings.wallet_server,
            hint="Empty: nobody is asked.",
            placeholder=DEFAULT_SERVER,
            optional=True,
        )
        self.second = TypedField(
            "Second server",
            partial(_read, check_server),
            text=settings.wallet_second_server,
            hint="Where one is named it has to tell the same; it sees the addresses, too.",
            optional=True,
        )
        self.proxy = TypedField(
            "SOCKS proxy",
            partial(_read, check_proxy),
            text=settings.wallet_proxy,
            hint="For Tor; a .onion server needs it.",
            placeholder="socks5h://127.0.0.1:9050",
            optional=True,
        )
        self.suggest = Button("Use mempool.space", self._suggest)
        self.reason = PlainLabel("", size="small", tone="muted", wraps=True)
        self.ok = Button("Save", self.submit, kind="primary")
        self.ok.setDefault(True)
        self.cancel = Button("Cancel", self.reject)
        self._lay_out()
        for field in (self.server, self.second, self.proxy):
            field.edited.connect(self.check)
        self.check()

    def begin(self) -> None:
        """Open, without blocking; the form is gone when it is closed."""
        self.finished.connect(self.deleteLater)
        self.resize(560, 380)
        self.open()
        self.server.setFocus()

    def check(self) -> None:
        """Say whether it can be saved, or why not."""
        wrong = next((why for why in (field.check() for field in (self.server, self.second, self.proxy)) if why), "")
        if not wrong:
            named = (self.server.read() or "", self.second.read() or "")
            if any(is_onion(url) for url in named if url) and self.proxy.is_empty:
                wrong = "A .onion server is reached through Tor alone; name its SOCKS proxy."
            elif named[1] and not named[0]:
                wrong = "Name the first server before a second one."
        self.ok.setEnabled(not wrong)
        self.ok.setAccessibleDescription(wrong)
        self.reason.setText(f"▲ {wrong}" if wrong else "")

    def submit(self) -> None:
        """Save."""
        self.check()
        if not self.ok.isEnabled():
            return
        settings = replace(
            self._bench.live.snapshot.settings,
            wallet_server=self.server.read() or "",
            wallet_second_server=self.second.read() or "",
            wallet_proxy=self.proxy.read() or "",
        )
        self._bench.requests.change_settings(settings=settings, done=self.accept)

    def _suggest(self) -> None:
        self.server.set_text(DEFAULT_SERVER)
        self.check()

    def _lay_out(self) -> None:
        body = QVBoxLayout(self)
        body.setContentsMargins(18, 16, 18, 14)
        body.setSpacing(10)
        body.addWidget(PlainLabel("Server for wallets", size="headline"))
        body.addWidget(PlainLabel(ABOUT, size="small", wraps=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.server, 1)
        row.addWidget(self.suggest, 0, Qt.AlignmentFlag.AlignVCenter)
        body.addLayout(row)
        body.addWidget(self.second)
        body.addWidget(self.proxy)
        body.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.reason, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.ok)
        body.addLayout(foot)


def _read(check: Callable[[str, str], str], text: str) -> str:
    """Return an address as it is used.

    Raises:
        InputError: it cannot be one.
    """
    try:
        return check(text, "")
    except ConfigError as error:
        raise InputError(error.problem) from None
