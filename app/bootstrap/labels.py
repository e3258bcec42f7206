"""Labels of wallets, for a command that needs neither desk nor network."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.bootstrap.books import Place
from app.bootstrap.stores import to_change, to_read
from app.importers.text_source import open_text
from app.services.labels import LabelPreview, label_edit, preview_labels
from app.services.ports import Clock
from app.system.files import open_file


def preview_label_file(place: Place, path: Path, *, leave_out_refused: bool = False) -> LabelPreview:
    """Return what a file of labels would bring into the book at ``place``; nothing is stored.

    Raises:
        BookError: the book cannot be opened.
        InputError: the file cannot be read.
    """
    with to_read(place) as store, _label_file(path) as text:
        return preview_labels(store.read(), text, str(path), leave_out_refused=leave_out_refused)


def import_label_file(
    place: Place, path: Path, *, leave_out_refused: bool = False, clock: Clock | None = None
) -> LabelPreview:
    """Put a file's labels into the book at ``place`` in one transaction; a refused line leaves it as it was.

    Raises:
        BookError: the book cannot be opened or written, or another Plimsoll has it.
        InputError: the file cannot be read.
    """
    with to_change(place, clock) as store:
        with _label_file(path) as text:
            found = preview_labels(store.read(), text, str(path), leave_out_refused=leave_out_refused)
        if not found.stuck and found.after is not found.before:
            store.apply(found.before, label_edit(found).change(found.before))
        return found


@contextmanager
def _label_file(path: Path) -> Iterator[io.TextIOBase]:
    with open_file(path) as file:
        yield open_text(file, str(path))[0]
