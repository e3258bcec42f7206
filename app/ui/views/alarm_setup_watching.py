"""Watching: whether the system watches when no window does, the start of the window, and the service outside."""

from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import PlimsollError
from app.services.alert_ports import SecretState
from app.services.base_urls import check_base_url
from app.services.desk import DeskSnapshot
from app.ui.dialogs.fields import CheckField, TypedField
from app.ui.models.channels import secret_words
from app.ui.view import Workbench
from app.ui.views.watch_card import WatchCard
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel

ASKING = "Looking whether the system watches this book …"
NOT_INSTALLED = "○ No. When this window is closed nobody watches this book."


class WatchingPanel(QWidget):
    """Everything that lets the watch go on without the window."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._asked = False
        self.setAccessibleName("Watching")
        self.card = WatchCard(bench, whole=True)
        self.watcher = PlainLabel(ASKING, wraps=True)
        self.install = Button("Keep watching when this window is closed", self._install, kind="primary")
        self.remove = Button("Stop that", self._remove, name="Stop watching when this window is closed")
        self.steps = PlainLabel("", size="small", tone="muted", wraps=True)
        self.autostart = CheckField("Start Plimsoll's window when I log in")
        self.autostart.clicked.connect(self._set_autostart)
        self.heartbeat = TypedField(
            "Heartbeat address",
            _read_url,
            hint="A service outside expects a sign of life every few minutes and calls you when it stays away. "
            "It is kept like a password.",
            placeholder="https://",
            optional=True,
        )
        line = self.heartbeat.editor
        if isinstance(line, QLineEdit):
            line.setEchoMode(QLineEdit.EchoMode.Password)
        self.heartbeat_state = PlainLabel("", tone="muted", wraps=True)
        self.heartbeat_save = Button("Keep", self._save_heartbeat, name="Keep the heartbeat address")
        self.heartbeat_off = Button("Switch off", self._stop_heartbeat, name="Switch the heartbeat off")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.card)
        layout.addWidget(self._closed_card())
        layout.addWidget(self._heartbeat_card())
        layout.addStretch(1)

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show what is in force."""
        self.card.refresh(snapshot)
        on, demo = snapshot.settings.heartbeat, snapshot.book.demo
        self.heartbeat_state.setText("✓ On: sent only while fresh prices are judged." if on else "○ Off.")
        self.heartbeat_off.setVisible(on)
        for widget in (self.install, self.heartbeat, self.heartbeat_save):
            widget.setEnabled(not demo)
        if demo:
            self._say("The demo book is not watched in the background.")
        if self.isVisible() and not self._asked:
            self._asked = True
            self._ask()

    def _closed_card(self) -> Card:
        card = Card("While this window is closed", "a watcher that the system starts and restarts")
        row = QHBoxLayout()
        row.addWidget(self.watcher, 1)
        row.addWidget(self.install)
        row.addWidget(self.remove)
        self.remove.hide()
        card.body.addLayout(row)
        card.body.addWidget(self.steps)
        self.steps.hide()
        card.body.addWidget(self.autostart)
        return card

    def _heartbeat_card(self) -> Card:
        card = Card("Heartbeat", "who tells you when this machine is dead")
        card.body.addWidget(self.heartbeat_state)
        card.body.addWidget(self.heartbeat)
        row = QHBoxLayout()
        row.addWidget(self.heartbeat_save)
        row.addWidget(self.heartbeat_off)
        row.addStretch(1)
        card.body.addLayout(row)
        return card

    def _ask(self) -> None:
        residence = self._bench.alarm.residence
        self._bench.tasks.on_network(
            lambda _ticket: (residence.watcher_words(), residence.starts_window()),
            label="Look for the watcher",
            done=self._tell,
            failed=lambda error: self.watcher.setText(f"✗ {error}"),
        )

    def _tell(self, found: tuple[str, bool]) -> None:
        words, window = found
        self.watcher.setText(f"✓ {words}" if words else NOT_INSTALLED)
        self.install.setVisible(not words)
        self.remove.setVisible(bool(words))
        self.autostart.setChecked(window)

    def _install(self) -> None:
        self._change("Set up the watcher", install=True)

    def _remove(self) -> None:
        self._change("Remove the watcher", install=False)

    def _change(self, label: str, *, install: bool) -> None:
        alarm = self._bench.alarm
        for button in (self.install, self.remove):
            button.setEnabled(False)
        self._bench.tasks.on_network(
            lambda _ticket: alarm.install_watcher() if install else alarm.residence.remove_watcher(),
            label=label,
            done=self._changed,
            failed=lambda error: self._say(f"✗ {error}"),
            lost=self._free,
        )

    def _changed(self, steps: tuple[str, ...]) -> None:
        self._free()
        self._say(" ".join(steps))
        self._ask()

    def _free(self) -> None:
        for button in (self.install, self.remove):
            button.setEnabled(True)

    def _set_autostart(self, on: bool) -> None:  # noqa: FBT001 - a signal hands it over
        def fail(error: PlimsollError) -> None:
            self.autostart.setChecked(not on)
            self._say(f"✗ {error}")

        residence = self._bench.alarm.residence
        self._bench.tasks.on_network(
            lambda _ticket: residence.autostart(on=on), label="Start when logging in", failed=fail
        )

    def _save_heartbeat(self) -> None:
        if self.heartbeat.check() or not self.heartbeat.text:
            self.heartbeat.show_fault("write the address that the service gave you")
            return
        self._put(self.heartbeat.text)

    def _stop_heartbeat(self) -> None:
        self._put("")

    def _say(self, words: str) -> None:
        self.steps.setText(words)
        self.steps.setVisible(bool(words))

    def _put(self, address: str) -> None:
        self.heartbeat_save.setEnabled(False)

        def kept(state: SecretState | None) -> None:
            self.heartbeat_save.setEnabled(True)
            if state is not None:
                self.heartbeat.show_fault(secret_words(state))
                return
            self.heartbeat.set_text("")
            settings = replace(self._bench.live.snapshot.settings, heartbeat=bool(address))
            self._bench.requests.change_settings(settings=settings)

        self._bench.tasks.on_network(
            lambda _ticket: self._bench.alarm.put_heartbeat(address),
            label="Keep the heartbeat address",
            done=kept,
            lost=lambda: self.heartbeat_save.setEnabled(True),
        )


def _read_url(text: str) -> str:
    check_base_url(text, "heartbeat")
    return text
