"""The tabs of the settings that set the alarm up, the watch card, and the cells of the status bar."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Protocol, cast

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.domain.book import Book
from app.domain.channels import Channel, ChannelKind
from app.domain.deliveries import DeliveryFault
from app.domain.rules import Rule
from app.services.alert_ports import JudgeRole, Lease, SecretState
from app.services.desk import DeskSnapshot
from app.services.judging import Question
from app.services.rule_defaults import default_rules
from app.services.watch_state import ChannelHealth, Watching, WatchRole
from app.ui.dialogs.channel_form import ChannelForm
from app.ui.shell.status_bar import StatusBar
from app.ui.view import Workbench
from app.ui.views.alarm_setup_channels import ChannelsPanel
from app.ui.views.alarm_setup_rules import RulesPanel
from app.ui.views.alarm_setup_watching import NOT_INSTALLED, WatchingPanel
from app.ui.views.settings import SettingsView
from app.ui.views.watch_bar import WatchBar
from app.ui.views.watch_card import WatchCard
from app.ui.widgets.labels import PlainLabel
from tests.fakes.alarm_desks import AlarmParts
from tests.fakes.desk import NOW, treasury
from tests.fakes.desk_edits import EditedDesk
from tests.fakes.desk_fixtures import MakeDesk

MAIL = Channel("m", "Mail", ChannelKind.EMAIL)
HOOK = Channel("h", "Hook", ChannelKind.WEBHOOK)
RULES = default_rules()


class Scene:
    """A desk, a workbench with an alarm that can be looked at, and a screen that follows the book."""

    def __init__(self, desk: EditedDesk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.parts = AlarmParts(desk.clock)
        self.bench: Workbench = replace(desk.bench, alarm=self.parts.desk(desk.desk))

    def show(self, panel: "RulesPanel | ChannelsPanel | WatchingPanel | WatchCard | WatchBar") -> None:
        self.qtbot.addWidget(panel)
        panel.show()
        panel.refresh(self.desk.live.snapshot)
        self.desk.live.changed.connect(lambda change: panel.refresh(change.snapshot))

    def rest(self) -> None:
        self.qtbot.waitUntil(lambda: not self.bench.tasks.under_way)


class MakeScene(Protocol):
    """Makes a scene over a treasury with these channels and rules."""

    def __call__(self, *channels: Channel, rules: tuple[Rule, ...] = (), demo: bool = False) -> Scene: ...


@pytest.fixture
def make_scene(make_desk: MakeDesk, qtbot: QtBot) -> MakeScene:
    """Return a maker of scenes over a book."""

    def make(*channels: Channel, rules: tuple[Rule, ...] = (), demo: bool = False) -> Scene:
        book: Book = replace(treasury(demo=demo), channels=channels, rules=rules)
        return Scene(make_desk(book), qtbot)

    return make


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(PlainLabel) if label.isVisibleTo(widget))


def told(snapshot: DeskSnapshot, *healths: ChannelHealth) -> DeskSnapshot:
    return replace(snapshot, watching=Watching(channels=healths))


def test_rules_are_sentences_with_a_switch(make_scene: MakeScene) -> None:
    scene = make_scene(rules=RULES)
    panel = RulesPanel(scene.bench)
    scene.show(panel)
    row = panel.rows["week-move"]
    assert row.sentence.text() == "Tell me when bitcoin has fallen by 10 % or more within 7 days."
    row.switch.click()
    scene.qtbot.waitUntil(lambda: not scene.desk.book.rules[1].enabled)
    assert not panel.rows["week-move"].switch.isChecked()
    scene.rest()
    assert all(row.record.accessibleName() for row in panel.rows.values())


def test_a_rule_is_deleted_with_an_undo(make_scene: MakeScene) -> None:
    scene = make_scene(rules=RULES)
    panel = RulesPanel(scene.bench)
    scene.show(panel)
    panel.rows["week-move"].delete.click()
    scene.qtbot.waitUntil(lambda: "week-move" not in panel.rows)
    scene.rest()
    scene.bench.edits.undo()
    scene.qtbot.waitUntil(lambda: "week-move" in panel.rows)
    assert list(panel.rows) == [rule.key for rule in RULES]
    scene.rest()


def test_the_usual_rules_are_added_once(make_scene: MakeScene) -> None:
    scene = make_scene(rules=RULES[:2])
    panel = RulesPanel(scene.bench)
    scene.show(panel)
    panel.usual.click()
    scene.qtbot.waitUntil(lambda: len(scene.desk.book.rules) == len(RULES))
    panel.usual.click()
    assert len(scene.desk.book.rules) == len(RULES)
    scene.rest()


def test_a_book_without_rules_offers_the_usual_ones(make_scene: MakeScene) -> None:
    scene = make_scene()
    panel = RulesPanel(scene.bench)
    scene.show(panel)
    assert panel.empty.isVisible()
    assert not panel.card.isVisible()


def test_a_channel_tells_its_state_and_is_tested(make_scene: MakeScene) -> None:
    scene = make_scene(MAIL, HOOK)
    scene.parts.secrets.known["m"] = "mailtos://x"
    panel = ChannelsPanel(scene.bench)
    scene.show(panel)
    scene.qtbot.waitUntil(lambda: "No address" in panel.rows["h"].state.text())
    assert "Not proved yet" in panel.rows["m"].state.text()
    panel.rows["m"].test.click()
    scene.qtbot.waitUntil(lambda: panel.rows["m"].state.text().startswith("✓ Taken after"))
    assert panel.rows["m"].test.isEnabled()


def test_a_locked_store_is_told_once_and_can_be_tried_again(make_scene: MakeScene) -> None:
    scene = make_scene(MAIL, HOOK)
    scene.parts.secrets.state = SecretState.LOCKED
    scene.parts.secrets.known.update(m="mailtos://x", h="jsons://x")
    panel = ChannelsPanel(scene.bench)
    scene.show(panel)
    scene.qtbot.waitUntil(panel.locked.isVisible)
    assert words(panel).count("The password store is locked") == 1
    scene.parts.secrets.state = None
    panel.again.click()
    scene.qtbot.waitUntil(lambda: not panel.locked.isVisible())


def test_a_broken_channel_names_its_remedy(make_scene: MakeScene) -> None:
    scene = make_scene(MAIL)
    panel = ChannelsPanel(scene.bench)
    scene.show(panel)
    scene.rest()
    broken = ChannelHealth(MAIL, 1, DeliveryFault.REFUSED_LOGIN, NOW)
    panel.refresh(told(scene.desk.live.snapshot, broken))
    assert "refused the password" in panel.rows["m"].state.text()
    assert "new password" in panel.rows["m"].remedy.text()


def test_the_demo_sends_nothing(make_scene: MakeScene) -> None:
    scene = make_scene(demo=True)
    panel = ChannelsPanel(scene.bench)
    scene.show(panel)
    assert panel.demo.isVisible()
    assert not panel.add.isEnabled()
    card = WatchCard(scene.bench)
    scene.show(card)
    scene.rest()
    assert not card.nobody.isVisible()
    assert not card.drill.isVisible()
    assert not card.keep.isVisible()


def test_the_card_says_that_no_one_is_woken(make_scene: MakeScene) -> None:
    scene = make_scene()
    card = WatchCard(scene.bench)
    scene.show(card)
    assert card.nobody.isVisible()
    assert card.add.isVisible()
    assert not card.drill.isVisible()
    scene.rest()


def test_a_fire_drill_tells_seconds_for_each_channel(make_scene: MakeScene) -> None:
    scene = make_scene(MAIL, HOOK)
    scene.parts.secrets.known.update(m="mailtos://x", h="jsons://x")
    scene.parts.carrier.down["h"] = DeliveryFault.GONE
    scene.parts.room.brief(cast("Question", SimpleNamespace(book=scene.desk.book)))
    card = WatchCard(scene.bench)
    scene.show(card)
    scene.rest()
    card.drill.click()
    assert not card.drill.isEnabled()
    scene.qtbot.waitUntil(card.drill.isEnabled)
    scene.qtbot.waitUntil(lambda: "✓ Mail: 0.2\u202fs" in words(card))  # Qt shows what is added a moment later
    assert "✗ Hook: the address no longer exists there" in words(card)


def test_the_watcher_is_installed_from_the_card(make_scene: MakeScene) -> None:
    scene = make_scene(MAIL)
    card = WatchCard(scene.bench)
    scene.show(card)
    scene.qtbot.waitUntil(card.keep.isVisible)
    assert "while it is open" in words(card)
    card.keep.click()
    scene.qtbot.waitUntil(lambda: not card.keep.isVisible())
    assert scene.parts.residence.watched == "treasury.plimsoll"
    assert "✓ The system watches" in words(card)


def test_a_refused_installation_is_told(make_scene: MakeScene) -> None:
    scene = make_scene(MAIL)
    scene.parts.residence.refuses = "systemd does not answer; start it"
    panel = WatchingPanel(scene.bench)
    scene.show(panel)
    scene.qtbot.waitUntil(lambda: panel.watcher.text() == NOT_INSTALLED)
    panel.install.click()
    scene.qtbot.waitUntil(lambda: "systemd does not answer" in panel.steps.text())
    assert panel.install.isEnabled()


def test_the_window_starts_at_login_and_the_heartbeat_is_kept(make_scene: MakeScene) -> None:
    scene = make_scene(MAIL)
    panel = WatchingPanel(scene.bench)
    scene.show(panel)
    scene.rest()
    panel.autostart.click()
    scene.qtbot.waitUntil(lambda: scene.parts.residence.window)
    panel.heartbeat.set_text("https://hc.example.com/abc")
    panel.heartbeat_save.click()
    scene.qtbot.waitUntil(lambda: scene.desk.live.snapshot.settings.heartbeat)
    assert "https://hc.example.com/abc" in scene.parts.secrets.known.values()
    assert panel.heartbeat.text == ""
    panel.heartbeat_off.click()
    scene.qtbot.waitUntil(lambda: not scene.desk.live.snapshot.settings.heartbeat)


def test_the_tabs_are_reached_by_name(make_scene: MakeScene) -> None:
    scene = make_scene(MAIL, rules=RULES)
    view = SettingsView(scene.bench)
    scene.qtbot.addWidget(view)
    view.show()
    assert view.panels == {}
    for name in ("channels", "rules", "watching"):
        view.open_item(name)
        panel = view.panels[name]
        assert isinstance(panel, QWidget)
        assert panel.isVisible()
    scene.rest()


def test_the_cells_of_the_status_bar_open_the_right_tab(make_scene: MakeScene) -> None:
    scene = make_scene()
    bench, went = scene.bench, list[tuple[str, str | None]]()
    bar = StatusBar(
        bench.live,
        bench.tasks,
        bench.edits,
        bench.clock,
        go=lambda key, name: went.append((key, name)),
        toggle_units=lambda: None,
        toggle_hidden=lambda: None,
    )
    scene.qtbot.addWidget(bar)
    assert bar.watch.text().startswith("Watching ✓")
    assert bar.channels.text() == "▲ No one will wake you"
    bar.watch.click()
    bar.channels.click()
    assert went == [("settings", "watching"), ("settings", "channels")]


def test_the_line_of_the_watch_says_who_judges_and_what_is_broken(make_scene: MakeScene) -> None:
    scene = make_scene(MAIL, HOOK)
    bar = WatchBar(scene.bench)
    scene.show(bar)
    scene.qtbot.waitUntil(lambda: bar.judge.text() == "▲ Judged by this window, while it is open")
    health = ChannelHealth(HOOK, fault=DeliveryFault.GONE, failing_since=NOW)
    lease = Lease(1, 1, "x", JudgeRole.WATCHER, "tower", 7, NOW)
    watching = Watching(WatchRole.ELSEWHERE, lease, NOW - timedelta(seconds=12), (ChannelHealth(MAIL), health))
    bar.refresh(replace(scene.desk.live.snapshot, watching=watching))
    assert bar.judge.text() == "✓ Judged by the watcher on tower, pulse 12\u202fs ago"
    bar.refresh(replace(scene.desk.live.snapshot, watching=watching._replace(channels=(health,))))
    assert bar.channels.whole.startswith("✗ Hook: broken since")
    assert not bar.nobody.isVisible()
    scene.rest()


def test_the_line_of_the_watch_asks_for_a_channel(make_scene: MakeScene) -> None:
    scene = make_scene()
    bar = WatchBar(scene.bench)
    scene.show(bar)
    assert bar.nobody.isVisible()
    assert not bar.title.isVisible()
    bar.add.click()
    form = bar.findChild(ChannelForm)
    assert form is not None
    scene.rest()
    form.reject()


def test_the_card_beside_the_chart_leaves_reasons_to_the_tip(make_scene: MakeScene) -> None:
    scene = make_scene(MAIL, HOOK)
    healths = (
        ChannelHealth(MAIL, proved_at=NOW),
        ChannelHealth(HOOK, fault=DeliveryFault.SECRETS_LOCKED, failing_since=NOW),
    )
    snapshot = replace(scene.desk.live.snapshot, watching=Watching(channels=healths))
    for whole in (False, True):
        card = WatchCard(scene.bench, whole=whole)
        scene.show(card)
        scene.rest()
        card.refresh(snapshot)
        line = next(line for line in card.lines if line.name.text() == "Hook")
        assert line.words.text().startswith("Broken since")
        assert ("password store" in line.words.text()) is whole
        assert "password store" in line.words.toolTip()


def test_words_that_wrap_in_the_card_are_not_cut(make_scene: MakeScene) -> None:
    scene = make_scene(MAIL)
    card = WatchCard(scene.bench)
    outer = QWidget()
    column = QVBoxLayout(outer)
    column.addWidget(card)
    column.addStretch(1)
    scene.qtbot.addWidget(outer)
    outer.resize(330, 600)
    outer.show()
    scene.rest()
    lease = Lease(1, 1, "x", JudgeRole.WATCHER, "a-host with a rather long name of many words", 7, NOW)
    silent = Watching(WatchRole.NOBODY, lease, NOW - timedelta(minutes=4), (ChannelHealth(MAIL),))
    card.refresh(replace(scene.desk.live.snapshot, watching=silent))
    judge = next(line for line in card.lines if line.name.text() == "Judged by").words
    scene.qtbot.waitUntil(
        lambda: judge.height() >= judge.heightForWidth(judge.width()) > 2 * judge.fontMetrics().height() - 4
    )
