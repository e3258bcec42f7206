"""The forms of rules and channels."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.domain.channels import Channel, ChannelKind
from app.domain.deliveries import DeliveryFault
from app.domain.rules import Fall, Rule, RuleKind, Urgency
from app.services.alert_ports import SecretState
from app.services.watch_state import ChannelHealth
from app.ui.dialogs.channel_form import ChannelForm
from app.ui.dialogs.fields import Field
from app.ui.dialogs.last_channel import LastChannelForm
from app.ui.dialogs.rule_form import RuleForm
from app.ui.messages import Message
from app.ui.models.channels import ADDRESS_STAYS, DEMO_SENDS_NOTHING, state_of
from app.ui.operations import channels as acts
from app.ui.view import Workbench
from tests.fakes.alarm_desks import AlarmParts
from tests.fakes.desk import treasury
from tests.fakes.desk_edits import EditedDesk
from tests.fakes.desk_fixtures import MakeDesk

HOOK = "https://hooks.example.com/x"
DESKTOP = Channel("d", "Desk", ChannelKind.DESKTOP)


def armed(desk: EditedDesk) -> tuple[Workbench, AlarmParts]:
    parts = AlarmParts(desk.clock)
    return replace(desk.bench, alarm=parts.desk(desk.desk)), parts


def put(field: Field, text: str) -> None:
    assert isinstance(field.editor, QLineEdit)
    field.editor.setText(text)


def form_parent(qtbot: QtBot) -> QWidget:
    """Return what owns a form: it is gone once it is closed, which the bot alone would not expect."""
    parent = QWidget()

    def end(_parent: QWidget) -> None:
        for form in parent.findChildren(QDialog):
            form.hide()

    qtbot.addWidget(parent, before_close_func=end)
    return parent


def rule_form(desk: EditedDesk, qtbot: QtBot, old: Rule | None = None) -> RuleForm:
    form = RuleForm(desk.bench, old, form_parent(qtbot))
    form.begin()
    return form


def channel_form(bench: Workbench, qtbot: QtBot, old: Channel | None = None) -> ChannelForm:
    form = ChannelForm(bench, old, form_parent(qtbot))
    form.begin()
    return form


def hook_form(bench: Workbench, qtbot: QtBot) -> ChannelForm:
    form = channel_form(bench, qtbot)
    form.kind.choose(ChannelKind.WEBHOOK)
    put(form.address.fields["url"], HOOK)
    form.refresh()
    return form


def test_a_rule_is_read_as_its_sentence_and_stored(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = rule_form(treasury_desk, qtbot)
    assert form.sentence.text() == "Tell me when any loan's LTV is at or above 70 % for 5 min."
    form.percent.set_text("65")
    form.refresh()
    assert "65 %" in form.sentence.text()
    qtbot.waitUntil(lambda: form.record.text().startswith(("In the last year", "How often", "In the ")))
    form.submit()
    qtbot.waitUntil(lambda: bool(treasury_desk.book.rules))
    rule = treasury_desk.book.rules[0]
    assert (rule.kind, rule.limit, rule.urgency) == (RuleKind.LTV, Decimal("0.65"), Urgency.EARLY)


@pytest.mark.parametrize("kind", list(RuleKind))
def test_every_kind_can_be_made(treasury_desk: EditedDesk, qtbot: QtBot, kind: RuleKind) -> None:
    form = rule_form(treasury_desk, qtbot)
    form.kind.choose(kind)
    form.percent.set_text("12 %")
    form.btc.set_text("1.5")
    form.days.set_text("7")
    form.refresh()
    assert form.ok.isEnabled()
    made = form.rule()
    assert made.kind is kind
    again = RuleForm(treasury_desk.bench, made)
    qtbot.addWidget(again)
    assert again.rule() == made
    form.reject()


@pytest.mark.parametrize(("kind", "text"), [(RuleKind.DROP, "400 %"), (RuleKind.LTV, "0 %"), (RuleKind.LTV, "900 %")])
def test_an_impossible_threshold_is_refused_beside_its_field(
    treasury_desk: EditedDesk, qtbot: QtBot, kind: RuleKind, text: str
) -> None:
    form = rule_form(treasury_desk, qtbot)
    form.kind.choose(kind)
    form.percent.set_text(text)
    form.refresh()
    assert not form.ok.isEnabled()
    assert form.percent.note.text().startswith("▲ write between")
    assert form.sentence.text() == ""
    form.reject()


def test_the_fields_follow_the_kind(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = rule_form(treasury_desk, qtbot)
    assert not form.fall.isVisible()
    form.kind.choose(RuleKind.DROP)
    assert form.fall.isVisible()
    form.fall.choose(Fall.LAST_WEEK)
    assert not form.percent.isVisible()
    form.refresh()
    assert "last week's" in form.sentence.text()
    form.kind.choose(RuleKind.FREE_BTC)
    assert form.btc.isVisible()
    assert not form.loans.isVisible()
    form.reject()


def test_some_loans_are_ticked(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    old = Rule("r", RuleKind.LTV, Decimal("0.7"), loans=("Term loan B",))
    form = rule_form(treasury_desk, qtbot, old)
    assert form.loans.value == ("Term loan B",)
    form.loans.pick(())
    form.loans.pick(("Coin revolver",))
    assert form.rule().loans == ("Coin revolver",)
    form.loans.list.item(2).setCheckState(form.loans.list.item(0).checkState())
    form.refresh()
    assert not form.ok.isEnabled()
    assert form.loans.note.text() == "▲ tick at least one"
    form.reject()


def test_a_channel_keeps_its_address_apart_from_the_book(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    bench, parts = armed(treasury_desk)
    form = hook_form(bench, qtbot)
    assert form.channel_name.text == "Webhook"
    form.submit()
    qtbot.waitUntil(lambda: bool(treasury_desk.book.channels))
    channel = treasury_desk.book.channels[0]
    assert channel.kind is ChannelKind.WEBHOOK
    assert "hooks.example.com" in parts.secrets.known[channel.key]
    assert "hooks.example.com" not in repr(treasury_desk.book)


def test_a_locked_store_leaves_the_form_open_and_the_book_alone(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    bench, parts = armed(treasury_desk)
    parts.secrets.state = SecretState.LOCKED
    form = hook_form(bench, qtbot)
    form.submit()
    qtbot.waitUntil(lambda: form.ok.text() == "Try again")
    assert "locked" in form.reason.text()
    assert "wrong" not in form.reason.text()
    assert treasury_desk.book.channels == ()
    parts.secrets.state = None
    form.submit()
    qtbot.waitUntil(lambda: bool(treasury_desk.book.channels))


def test_secret_fields_are_dots_and_never_echoed(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = channel_form(treasury_desk.bench, qtbot)
    password = form.address.fields["password"]
    assert isinstance(password.editor, QLineEdit)
    assert password.editor.echoMode() is QLineEdit.EchoMode.Password
    put(password, "hunter2")
    form.refresh()
    assert "hunter2" not in password.note.text() + form.reason.text() + password.editor.accessibleDescription()
    form.reject()


def test_a_real_message_is_sent_before_anything_is_saved(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    bench, parts = armed(treasury_desk)
    form = hook_form(bench, qtbot)
    form.try_it()
    qtbot.waitUntil(lambda: form.found.text().startswith("✓ Taken after"))
    assert len(parts.carrier.taken) == 1
    assert parts.secrets.known == {}
    assert treasury_desk.book.channels == ()
    key = parts.carrier.taken[0].channel
    parts.carrier.down[key] = DeliveryFault.GONE
    form.try_it()
    qtbot.waitUntil(lambda: form.found.text().startswith("✗ The address no longer exists there"))
    form.reject()


def test_an_address_inside_is_refused_unless_that_is_ticked(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = hook_form(treasury_desk.bench, qtbot)
    put(form.address.fields["url"], "http://127.0.0.1:9000/hook")
    form.refresh()
    assert not form.ok.isEnabled()
    assert not form.test.isEnabled()
    form.internal.setChecked(True)
    form.refresh()
    assert form.ok.isEnabled()
    assert form.channel().internal
    form.reject()


def test_quiet_hours_need_a_time_zone_that_exists(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = hook_form(treasury_desk.bench, qtbot)
    form.quiet.setChecked(True)
    form.zone.set_text("Europe/Berlin")
    form.refresh()
    assert form.channel().quiet is not None
    form.zone.set_text("Mars/Base")
    form.refresh()
    assert not form.ok.isEnabled()
    assert "no known time zone" in form.zone.note.text()
    form.zone.set_text("UTC")
    form.start.set_text("25:00")
    form.refresh()
    assert "no time of day" in form.start.note.text()
    form.reject()


def test_editing_keeps_the_address_unless_a_new_one_is_wanted(make_desk: MakeDesk, qtbot: QtBot) -> None:
    old = Channel("h", "Hook", ChannelKind.WEBHOOK)
    desk = make_desk(replace(treasury(), channels=(old,)))
    bench, parts = armed(desk)
    parts.secrets.known["h"] = "jsons://kept"
    form = channel_form(bench, qtbot, old)
    assert not form.address.isVisible()
    form.channel_name.set_text("Desk hook")
    form.submit()
    qtbot.waitUntil(lambda: desk.book.channels[0].name == "Desk hook")
    assert parts.secrets.known == {"h": "jsons://kept"}


def test_the_demo_has_no_channels(make_desk: MakeDesk, qtbot: QtBot) -> None:
    form = channel_form(make_desk(treasury(demo=True)).bench, qtbot)
    assert not form.ok.isEnabled()
    assert DEMO_SENDS_NOTHING in form.reason.text()
    form.reject()


def test_the_last_channel_goes_only_when_its_name_is_typed(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(replace(treasury(), channels=(DESKTOP, replace(DESKTOP, key="e", name="Other"))))
    assert acts.delete_channel(bench=desk.bench, channel=desk.book.channels[1], parent=form_parent(qtbot)) is not None
    qtbot.waitUntil(lambda: len(desk.live.snapshot.book.channels) == 1)
    parent = form_parent(qtbot)
    assert acts.delete_channel(bench=desk.bench, channel=DESKTOP, parent=parent) is None
    form = parent.findChild(LastChannelForm)
    assert form is not None
    assert not form.ok.isEnabled()
    form.typed.set_text("Desk")
    form.refresh()
    form.submit()
    qtbot.waitUntil(lambda: desk.book.channels == ())


def test_a_channels_key_is_made_of_its_name_and_told(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    bench, parts = armed(treasury_desk)
    parts.secrets.known["ops-hook"] = "another book's"
    form = hook_form(bench, qtbot)
    put(form.channel_name, "Ops Hook")
    qtbot.waitUntil(lambda: "memory" in form.place.text())
    form.channel_name.edited.emit()
    assert "PLIMSOLL_SECRET_OPS_HOOK" in form.place.text()
    assert "plimsoll-ops-hook" in form.place.text()
    form.refresh()
    form.submit()
    qtbot.waitUntil(lambda: bool(treasury_desk.book.channels))
    assert treasury_desk.book.channels[0].key == "ops-hook-2"
    assert parts.secrets.known["ops-hook"] == "another book's"
    assert "hooks.example.com" in parts.secrets.known["ops-hook-2"]


def test_without_a_password_store_a_channel_is_saved_where_that_is_said(
    treasury_desk: EditedDesk, qtbot: QtBot
) -> None:
    bench, parts = armed(treasury_desk)
    parts.secrets.state = SecretState.UNAVAILABLE
    form = hook_form(bench, qtbot)
    form.submit()
    qtbot.waitUntil(lambda: form.ok.text() == "Try again")
    assert not treasury_desk.book.channels
    form.given.setChecked(True)
    form.refresh()
    assert not form.address.isVisible()
    form.submit()
    qtbot.waitUntil(lambda: bool(treasury_desk.book.channels))
    channel = treasury_desk.book.channels[0]
    assert channel.key == "webhook"
    state = state_of(ChannelHealth(channel), treasury_desk.clock.now(), SecretState.UNAVAILABLE)
    assert state.words == "▲ No address on this machine"
    assert "PLIMSOLL_SECRET_WEBHOOK" in state.remedy


def test_deleting_says_that_the_address_stays(make_desk: MakeDesk, qtbot: QtBot) -> None:
    mail = Channel("m", "Mail", ChannelKind.EMAIL)
    desk = make_desk(replace(treasury(), channels=(DESKTOP, mail)))
    told: list[Message] = []
    desk.bench.messages.told.connect(told.append)
    acts.delete_channel(bench=desk.bench, channel=mail, parent=form_parent(qtbot))
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].text.endswith(ADDRESS_STAYS)
