"""Puts a finished file in its place, whole or not at all."""

import os
from pathlib import Path

from app.domain.errors import BookError, BookExistsError, BookMissingError, BookNotWritableError


def temporary_beside(target: Path) -> Path:
    """Return the name of a file that does not exist yet, in the folder of ``target``."""
    return target.with_name(f".{target.name}.{os.urandom(8).hex()}.tmp")


def check_target(target: Path, *, overwrite: bool = False) -> None:
    """Refuse a target that cannot take a new file.

    Raises:
        BookExistsError: something is there.
        BookMissingError: its folder is not there.
        BookNotWritableError: its folder is read-only.
    """
    try:
        there, is_folder = os.path.lexists(target), target.is_dir()
    except (OSError, ValueError) as error:
        msg = f"{target} cannot be a file ({getattr(error, 'strerror', error)}); choose another name."
        raise BookNotWritableError(msg) from error
    if there and not overwrite:
        raise _exists(target)
    if is_folder:
        msg = f"{target} is a folder; name a file in it."
        raise BookExistsError(msg)
    folder = target.parent
    if not folder.is_dir():
        msg = f"There is no folder {folder}; make it first, or choose another place."
        raise BookMissingError(msg)
    if not (os.access(folder, os.W_OK) and folder.stat().st_mode & 0o222):
        msg = f"The folder {folder} is read-only; choose another place, or allow writing there."
        raise BookNotWritableError(msg)


def claim(temporary: Path) -> None:
    """Make the empty file ``temporary``, readable by its owner alone.

    Raises:
        BookNotWritableError: the folder takes no file.
    """
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        msg = f"The folder {temporary.parent} takes no new file ({error.strerror}); choose another place."
        raise BookNotWritableError(msg) from error


def place(temporary: Path, target: Path, *, overwrite: bool = False) -> None:
    """Make the finished file ``temporary`` become ``target``, durably and in one step.

    Raises:
        BookExistsError: something appeared at ``target`` in the meantime, and it may not be overwritten.
        BookError: the drive refused; ``target`` is as it was.
    """
    try:
        sync_file(temporary)
        if overwrite:
            temporary.replace(target)
        else:
            _rename_to_new(temporary, target)
        sync_folder(target.parent)
    except FileExistsError as error:
        raise _exists(target) from error
    except OSError as error:
        msg = f"{target} could not be written ({error.strerror}); nothing was changed. Choose another place."
        raise BookNotWritableError(msg) from error


def discard(temporary: Path) -> None:
    """Remove what an unfinished attempt left behind."""
    for name in (temporary.name, f"{temporary.name}-journal"):
        temporary.with_name(name).unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Wait until the drive has the file's content."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the drive has the folder's names, where the system lets a folder be opened."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _rename_to_new(temporary: Path, target: Path) -> None:
    """Rename, but never onto a file that is there."""
    if os.name == "nt":
        temporary.rename(target)
        return
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # A drive without hard links: claim the name first, then replace the claim.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        temporary.replace(target)
        return
    temporary.unlink()


def _exists(target: Path) -> BookError:
    return BookExistsError(f"There is already a file at {target}; nothing was changed. Choose another name.")
