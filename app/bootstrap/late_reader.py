"""The reader of files, made when the first file is chosen: a window that imports nothing pays nothing for it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.import_profiles import ImportProfile

if TYPE_CHECKING:
    from app.bootstrap.imports import FileReader
    from app.services.import_ports import Answers, Outcome, Reading, TableStart


class LateReader:
    """Implements ``services.import_ports.ImportReader``."""

    def formats(self) -> tuple[tuple[str, str], ...]:
        """Return key and name of each format."""
        return _reader().formats()

    def reading(
        self, path: Path, answers: "Answers", profiles: Sequence[ImportProfile]
    ) -> "AbstractContextManager[Reading]":
        """Open a file as rows."""
        return _reader().reading(path, answers, profiles)

    def beginning(self, path: Path, answers: "Answers") -> "TableStart":
        """Return the first rows of a file."""
        return _reader().beginning(path, answers)

    def sample(self, start: "TableStart", answers: "Answers") -> "tuple[Outcome, ...]":
        """Return what first rows become."""
        return _reader().sample(start, answers)


def _reader() -> "FileReader":
    from app.bootstrap.imports import FileReader  # noqa: PLC0415 - what this module is for

    return FileReader()
