"""Writing a unit file so that a refusal by the system leaves everything as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.errors import BookNotWritableError, ServiceSetupError
from app.system.files import reason, write_file


@contextmanager
def placed(path: Path, data: bytes) -> Iterator[None]:
    """Put ``data`` at ``path`` for good where what is done with it succeeds; else put back what was there.

    Raises:
        ServiceSetupError: it cannot be written.
    """
    before = _read(path)
    _write(path, data)
    try:
        yield
    except BaseException:
        if before is None:
            remove(path)
        else:
            _write(path, before)
        raise


def remove(path: Path) -> bool:
    """Remove a file; return whether it was there.

    Raises:
        ServiceSetupError: it cannot be removed.
    """
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ServiceSetupError(f"{path} cannot be removed ({reason(error)}); remove it yourself.") from None
    return True


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ServiceSetupError(f"{path} cannot be read ({reason(error)}); check its rights.") from None


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, data)
    except BookNotWritableError as error:
        raise ServiceSetupError(str(error).replace("choose another place or make room", "check its rights")) from None
    except OSError as error:
        raise ServiceSetupError(f"{path.parent} cannot be made ({reason(error)}); check its rights.") from None
