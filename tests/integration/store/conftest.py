"""A folder that an ordinary user works in: an administrator, whom no mark of a file stops, would test nothing."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store import engine, migrating, writing  # noqa: F401 - imported before the rights to read them may be gone


@pytest.fixture
def users_folder() -> Iterator[Path]:
    """Give an ordinary user's folder, and be that user while the test runs."""
    folder = Path(tempfile.mkdtemp(prefix="plimsoll-user-"))
    administrator = os.name != "nt" and os.geteuid() == 0
    try:
        if administrator:
            user = pwd.getpwnam("nobody")
            os.chown(folder, user.pw_uid, user.pw_gid)
            os.seteuid(user.pw_uid)
        yield folder
    finally:
        if administrator:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)
