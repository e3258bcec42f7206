from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from pytestqt.qtbot import QtBot

from app.ui.operations.loans import presets_of
from app.ui.theme import Theme
from app.ui.views.loans import LoansView
from app.ui.views.warnings import WarningsView
from tests.fakes.bench import make_bench
from tests.fakes.desk import snapshot_of


@pytest.mark.parametrize(("screen", "keys"), [(LoansView, {"Del", "F2", "Ctrl+F"}), (WarningsView, {"A", "S"})])
def test_keys_of_a_screen_hold_only_within_their_part(
    qtbot: QtBot, theme: Theme, screen: type[LoansView | WarningsView], keys: set[str]
) -> None:
    bench = make_bench(snapshot_of(), theme)
    view = screen(bench)
    qtbot.addWidget(view)
    shortcuts = view.findChildren(QShortcut)
    assert keys <= {shortcut.key().toString() for shortcut in shortcuts}
    assert {shortcut.context() for shortcut in shortcuts} == {Qt.ShortcutContext.WidgetWithChildrenShortcut}
    bench.tasks.stop()


def test_presets_come_from_the_handed_in_resources(theme: Theme, tmp_path: Path) -> None:
    bench = make_bench(snapshot_of(), theme)
    assert presets_of(bench)
    assert presets_of(replace(bench, resources=tmp_path)) == ()
    bench.tasks.stop()
