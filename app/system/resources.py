"""Where icons, fonts, styles and the other files of ``resources/`` lie: checkout, installed or frozen."""

import sys
from pathlib import Path

_APP = Path(__file__).resolve().parent.parent


def resource_path(name: str = "") -> Path:
    """Return the path of ``name`` below ``resources/`` (``fonts/Inter-Regular.otf``); the folder itself without one.

    Raises:
        FileNotFoundError: there is no such file; the program is incomplete.
    """
    path = resource_root() / name
    if not path.exists():
        raise FileNotFoundError(f"The program is incomplete: {path} is missing; install it again.")
    return path


def resource_root(app: Path = _APP, frozen_root: str | None = getattr(sys, "_MEIPASS", None)) -> Path:
    """Return the folder of resources of a frozen program, of an installed one, or of a source checkout."""
    if frozen_root is not None:
        return Path(frozen_root) / "resources"
    installed = app / "resources"
    return installed if installed.is_dir() else app.parent / "resources"
