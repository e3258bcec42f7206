"""Adding or editing a channel: which service, where it leads, whom it reaches, when, and a real test.

The address goes to the password store first and the channel into the book after it, so that no channel stands in the
book whose address was lost on the way. Both happen off the window's thread.
"""

from collections.abc import Iterable
from datetime import time

from PySide6.QtCore import QTimeZone
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QWidget

from app.domain.book import Book
from app.domain.channels import Channel, ChannelKind, QuietHours
from app.domain.errors import InputError, PlimsollError
from app.domain.rule_check import check_channel
from app.services.alert_ports import SecretState, Sent, given_names
from app.services.channel_edits import add_channel, channel_key, replace_channel, unshared
from app.services.edits import Edit
from app.ui.dialogs.address_fields import AddressFields
from app.ui.dialogs.context import context_of
from app.ui.dialogs.fields import CheckField, ChoiceField, Field, TypedField
from app.ui.dialogs.form import Form, section, side_by_side
from app.ui.dialogs.kinds import text_field, whole_field
from app.ui.models.channels import DEMO_SENDS_NOTHING, KIND_WORDS, SHORT_KINDS, secret_words, sent_words
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel

_AT_ONCE = {True: "At once", False: "Only if nobody acknowledged"}

# Kinds whose server a person names; the others lead to one service.
_HOSTED = (ChannelKind.EMAIL, ChannelKind.WEBHOOK, ChannelKind.NTFY, ChannelKind.OTHER)


class ChannelForm(Form):
    """A form over one channel; ``old`` is the one that is edited, None for a new one."""

    def __init__(self, bench: Workbench, old: Channel | None = None, parent: QWidget | None = None) -> None:
        title, ok = ("Add a channel", "Add channel") if old is None else ("Edit channel", "Save channel")
        super().__init__(context_of(bench), title, ok, parent, previews=False)
        self._bench, self._old = bench, old
        self._ok_words = ok
        self._testing = False
        self._open = True
        self.finished.connect(self._close)
        start = old or Channel("", "", ChannelKind.EMAIL)
        # Where an address was put already, and for which key made of a name.
        self._address_at: tuple[str, str] | None = None
        self._where = ""
        self._suggested = ""
        self.kind = ChoiceField("How", KIND_WORDS, start.kind)
        self.channel_name = text_field("Name", start.name, hint="Short: it stands in the status bar.")
        self.person = text_field("Whom it reaches", start.person, optional=True, hint="For example Anna, or the desk.")
        self.renew = CheckField("Give a new address", checked=old is None)
        self.address = AddressFields(start.kind)
        self.internal = CheckField("It may lead to an address inside my own network", checked=start.internal)
        self.internal_note = PlainLabel(
            "Tick this only for a server of your own. Otherwise an address that leads to this computer or its "
            "neighbours is refused.",
            size="small",
            tone="muted",
            wraps=True,
        )
        self.given = CheckField("Save it without an address: the address is given to a server by its administrator")
        self.place = PlainLabel("", size="small", tone="muted", wraps=True)
        self.place.set_selectable()
        self._make_times(start)
        self.test = Button("Send a test message", self.try_it)
        self.found = PlainLabel("", wraps=True)
        self.found.setAccessibleName("What the test found")
        self.fields = {
            "kind": self.kind,
            "name": self.channel_name,
            "person": self.person,
            "after_minutes": self.minutes,
            "quiet.start": self.start,
            "quiet.end": self.end,
            "quiet.zone": self.zone,
        }
        self._lay_out_parts()
        self.kind.edited.connect(self._shape)
        self.step.edited.connect(self._shape)
        for tick in (self.renew, self.internal, self.quiet, self.given):
            tick.toggled.connect(self._shape)
        self.watch(*self.fields.values(), self.step)
        self.address.edited.connect(self.later)
        self.channel_name.edited.connect(self._show_place)
        self._shape()
        self.resize(760, 740)

    def begin(self) -> None:
        """Open; where secrets lie is told when it is known."""
        super().begin()
        self._bench.tasks.on_network(
            lambda _ticket: self._bench.alarm.secrets_place(),
            label="Look for the password store",
            done=self._tell_place,
            failed=lambda _error: self._tell_place(""),
        )

    def channel(self) -> Channel:
        """Return the channel that the fields describe.

        Raises:
            InputError: a field is missing or cannot be read.
        """
        quiet = None
        if self.quiet.isChecked():
            quiet = QuietHours(self.start.must(), self.end.must(), self.zone.must())
        after = 0 if self.step.value else self.minutes.must()
        channel = Channel(
            self._key,
            self.channel_name.must(),
            self.kind.value,
            self.person.text,
            after,
            quiet,
            internal=self._internal,
            enabled=self._old is None or self._old.enabled,
        )
        check_channel(channel)
        return channel

    def edit(self) -> Edit:
        """Return the edit that stores it."""
        channel = self.channel()
        return add_channel(channel) if self._old is None else replace_channel(self._old, channel)

    def field_at(self, place: str, after: Book) -> Field | None:
        """Return the field whose name a refusal's place ends with."""
        del after
        return self.fields.get(place.split("].", 1)[-1])

    def checks(self) -> Iterable[str]:
        """Yield what is missing or cannot be read; what is wrong with the address, too."""
        yield DEMO_SENDS_NOTHING if self.context.snapshot().book.demo else ""
        yield self._address_fault()
        yield from super().checks()

    def refresh(self) -> None:
        """Check the fields; a test needs the address alone."""
        super().refresh()
        demo = self.context.snapshot().book.demo
        self.test.setEnabled(not self._testing and not demo and not self._address_fault())

    def submit(self) -> None:
        """Keep the address, then store the channel; the form stays open where either is refused."""
        self.refresh()
        if self._busy or not self.ok.isEnabled():
            return
        if not self._wants_address():
            super().submit()
            return
        self._busy = True
        self.ok.setEnabled(False)
        self.reason.setText("Putting the address into the password store …")
        wanted, address, book = self._wanted_key(), self.address.address(), self.context.snapshot().book
        alarm, known = self._bench.alarm, self._key
        # An address that this form has put there already is its own.
        shared = self._old is None and (self._address_at is None or self._address_at[0] != wanted)

        def keep() -> tuple[str, str, SecretState | None]:
            key = unshared(wanted, book, alarm.address_state) if shared else known
            return wanted, key, alarm.put_address(key, address)

        self._bench.tasks.on_network(
            lambda _ticket: keep(),
            label="Keep the address",
            done=self._kept,
            failed=self._not_kept,
            lost=self._unbusy,
        )

    def try_it(self) -> None:
        """Send a real message with what is typed, before anything is saved."""
        if self._testing or not self.test.isEnabled():
            return
        self._testing = True
        self.test.setEnabled(False)
        self.found.set_tone("muted")
        self.found.setText("Sending …")
        channel = Channel(
            self._key,
            self.channel_name.text or SHORT_KINDS[self.kind.value],
            self.kind.value,
            internal=self._internal,
        )
        address = self.address.address() if self._wants_address() else None
        self._bench.tasks.on_network(
            lambda _ticket: self._bench.alarm.try_channel(channel, address),
            label="Send a test message",
            done=self._tell_test,
            failed=self._test_failed,
            lost=self._test_over,
        )

    def _make_times(self, start: Channel) -> None:
        self.step = ChoiceField("When it is told", _AT_ONCE, not start.after_minutes)
        self.minutes = whole_field("After minutes", start.after_minutes or 15)
        self.quiet = CheckField(
            "Quiet hours: warnings wait, calls and forced sales never", checked=start.quiet is not None
        )
        zone = bytes(QTimeZone.systemTimeZoneId().data()).decode()
        hours = start.quiet or QuietHours(time(22), time(7), zone or "UTC")
        self.start = _time_field("From", hours.start)
        self.end = _time_field("To", hours.end)
        self.zone = text_field("Time zone", hours.zone)
        line = self.zone.editor
        if isinstance(line, QLineEdit):
            zones = [bytes(one.data()).decode() for one in QTimeZone.availableTimeZoneIds()]
            completer = QCompleter([one for one in zones if "/" in one], line)
            completer.activated.connect(lambda _text: self.later())
            line.setCompleter(completer)

    def _lay_out_parts(self) -> None:
        self.body.addLayout(side_by_side(self.kind, self.channel_name))
        where = section("Where it leads")
        for widget in (self.renew, self.address, self.internal, self.internal_note, self.given, self.place):
            where.addWidget(widget)
        row = QHBoxLayout()
        row.addWidget(self.test)
        row.addWidget(self.found, 1)
        where.addLayout(row)
        self.body.addLayout(where)
        who = section("Whom and when")
        who.addLayout(side_by_side(self.person, self.step, self.minutes, columns=3))
        who.addWidget(self.quiet)
        who.addLayout(side_by_side(self.start, self.end, self.zone, columns=3))
        self.body.addLayout(who)
        self.body.addStretch(1)

    def _shape(self) -> None:
        kind = self.kind.value
        suggested = SHORT_KINDS[kind]
        if self._old is None and self.channel_name.text in ("", self._suggested):
            self.channel_name.set_text(suggested)
        self._suggested = suggested
        secret = kind is not ChannelKind.DESKTOP
        changed = self._old is not None and kind is not self._old.kind
        self.renew.setVisible(secret and self._old is not None and not changed)
        self.address.show_kind(kind)
        self.address.setVisible(self._wants_address())
        hosted = kind in _HOSTED
        self.place.setVisible(secret)
        self.given.setVisible(secret and (self._old is None or changed or self.renew.isChecked()))
        self._show_place()
        for widget in (self.internal, self.internal_note):
            widget.setVisible(hosted)
        self.minutes.show_editor(shown=not self.step.value)
        for field in (self.start, self.end, self.zone):
            field.show_editor(shown=self.quiet.isChecked())
        self.found.setText("")
        self.later()

    @property
    def _internal(self) -> bool:
        return self.internal.isChecked() and self.kind.value in _HOSTED

    def _wants_address(self) -> bool:
        kind = self.kind.value
        if kind is ChannelKind.DESKTOP:
            return False
        wants = self._old is None or kind is not self._old.kind or self.renew.isChecked()
        return wants and not self.given.isChecked()

    def _wanted_key(self) -> str:
        """Return the key that a new channel's name makes."""
        if self._old is not None:
            return self._old.key
        return channel_key(self.channel_name.text, self.kind.value, self.context.snapshot().book)

    @property
    def _key(self) -> str:
        wanted = self._wanted_key()
        put = self._address_at
        return put[1] if put is not None and put[0] == wanted else wanted

    def _address_fault(self) -> str:
        return self.address.check(internal=self._internal) if self._wants_address() else ""

    def _close(self) -> None:
        """What comes back from now on finds no form: it is gone soon after it is closed."""
        self._open = False

    def _tell_place(self, place: str) -> None:
        if not self._open:
            return
        self._where = f"Where secrets lie: {place or 'not known'}. Never in the book, nor in a file."
        self._show_place()

    def _show_place(self) -> None:
        """Tell where secrets lie, and under which names a server's administrator can give this one."""
        variable, credential = given_names(self._key)
        given = f"On a server it can be given as {variable}, or as the systemd credential {credential}."
        self.place.setText(f"{self._where} {given}".strip())

    def _tell_test(self, sent: Sent) -> None:
        if not self._open:
            return
        words, tone = sent_words(sent)
        self.found.set_tone(tone)
        self.found.setText(words)
        self._test_over()

    def _test_failed(self, error: PlimsollError) -> None:
        if not self._open:
            return
        self.found.set_tone("sale")
        self.found.setText(f"✗ {error}")

    def _test_over(self) -> None:
        self._testing = False
        if self._open:
            self.refresh()

    def _kept(self, kept: tuple[str, str, SecretState | None]) -> None:
        wanted, key, state = kept
        self._busy = False
        if state is not None:
            self._not_ready(secret_words(state))
            self.ok.setText("Try again")
            self.ok.setEnabled(True)
            return
        self._address_at = wanted, key
        self.ok.setText(self._ok_words)
        super().submit()

    def _not_kept(self, error: PlimsollError) -> None:
        self._not_ready(str(error))
        self.ok.setEnabled(True)

    def _unbusy(self) -> None:
        self._busy = False


def _time_field(label: str, at: time) -> TypedField[time]:
    return TypedField(label, _read_time, text=f"{at:%H:%M}", placeholder="22:00")


def _read_time(text: str) -> time:
    hours, _, minutes = text.partition(":")
    digits = all(part.isascii() and part.isdigit() for part in (hours, minutes or "0"))
    if not digits or int(hours) > 23 or int(minutes or "0") > 59:  # noqa: PLR2004 - a day's last hour and minute
        msg = f"“{text[:20]}” is no time of day; write 22:00"
        raise InputError(msg)
    return time(int(hours), int(minutes or "0"))
