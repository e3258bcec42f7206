"""PySide6 and this Python get on: a release that crashes a long-running program passes every short test."""

import sys
from importlib.metadata import version

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

EMITS = 5000
ROUNDS = 1000


class Ticker(QObject):
    """Something that emits.

    Signals:
        ticked: a bool, as the release in question miscounts those.
    """

    ticked = Signal(object)


def test_pyside_stays_below_the_release_that_aborts_on_old_pythons() -> None:
    numbers = tuple(int(part) for part in version("PySide6-Essentials").split(".")[:2])
    assert numbers >= (6, 8)
    if sys.version_info < (3, 12):
        assert numbers < (6, 12)


@pytest.mark.usefixtures("qapp")
def test_five_thousand_emits() -> None:
    ticker = Ticker()
    heard: list[object] = []
    ticker.ticked.connect(heard.append)
    for _ in range(EMITS):
        ticker.ticked.emit(True)
    assert heard == [True] * EMITS


def test_calls_that_return_nothing_take_no_reference_from_none(qapp: QApplication) -> None:
    before = sys.getrefcount(None)
    for _ in range(ROUNDS):
        qapp.processEvents()
    assert sys.getrefcount(None) > before - ROUNDS // 2
