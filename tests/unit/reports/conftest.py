"""Reports are written inside the one application that a test run has; a process of its own makes one itself."""

import pytest
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> QApplication:
    """There can be one application in a process, and screens need theirs to have widgets."""
    return qapp
