"""Figures that tests measured, printed after the run: counts and ratios to read, never a reason to fail.

A test asks for the fixture ``figure`` and hands it a name, what it found and what is wanted.
"""

from collections.abc import Callable

import pytest

_FIGURES = pytest.StashKey[list[tuple[str, str, str]]]()

Figure = Callable[[str, object, object], None]


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """Return what notes a figure for the report: its name, what was found, what is wanted."""
    found = request.config.stash.setdefault(_FIGURES, [])

    def note(name: str, value: object, wanted: object) -> None:
        found.append((name, str(value), str(wanted)))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what was noted."""
    found = config.stash.get(_FIGURES, [])
    if not found:
        return
    terminalreporter.section("figures of the alarm")
    for name, value, wanted in found:
        terminalreporter.write_line(f"{name}: {value} (wanted: {wanted})")
