"""What a window on the demo book has not imported when it paints itself for the first time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from app.ui.session import Session

def tell(session, window):
    print(*sys.modules, flush=True)
    session.close()
    import os
    os._exit(0)

Session._begin = tell
from app.cli.main import main
main([])
"""
# Whole libraries and rooms: what they bring is felt by everybody who starts the program.
LATE = (
    "alembic",
    "app.domain.backoff",
    "app.domain.grouping",
    "app.domain.outbox",
    "app.domain.quiet",
    "app.prices",
    "app.risk",
    "app.services.message_words",
    "app.services.pricing",
    "app.services.rule_sentences",
    "app.services.settings_toml",
    "app.services.ways_out",
    "app.ui.charts",
    "app.ui.dialogs",
    "app.ui.tray",
    "app.ui.views.holdings",
    "app.ui.views.loans",
    "app.ui.views.settings",
    "app.ui.views.warnings",
    "html",
    "keyring",
    "numpy",
    "pyqtgraph",
    "requests",
    "socket",
    "sqlalchemy",
    "tomllib",
    "urllib3",
)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    home = tmp_path_factory.mktemp("home")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PLIMSOLL_", "XDG_"))}
    environ = {**kept, "HOME": str(home), "APPDATA": str(home), "LOCALAPPDATA": str(home)}
    environ["QT_QPA_PLATFORM"] = "offscreen"
    start(environ)  # the first one makes the demo book
    return start(environ)


def start(environ: dict[str, str]) -> frozenset[str]:
    """Start the window and return what it has imported when it is painted."""
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, timeout=60, check=True)
    return frozenset(done.stdout.decode().split())


def test_the_window_was_there(imported: frozenset[str]) -> None:
    assert {"PySide6.QtWidgets", "app.ui.main_window", "app.ui.views.overview"} <= imported


@pytest.mark.parametrize("name", LATE)
def test_what_the_first_paint_does_not_need_comes_after_it(imported: frozenset[str], name: str) -> None:
    assert [module for module in imported if module == name or module.startswith(f"{name}.")] == []
