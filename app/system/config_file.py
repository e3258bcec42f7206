"""The configuration file: TOML, read with the place of a fault, written whole or not at all."""

from pathlib import Path

from app.domain.errors import BookFileError, BookNotWritableError, ConfigError
from app.services.settings import Settings

# Often there is no such file, and a start has to read none: what reads and writes it is imported there.
# ruff: noqa: PLC0415
MAX_BYTES = 1024 * 1024


class ConfigFile:
    """Keeps the settings in one TOML file; implements ``ports.SettingsKeeper``.

    Args:
        path: the file; it need not exist.
        required: the user named it, so that it has to exist.
    """

    def __init__(self, path: Path, *, required: bool = False) -> None:
        self._path = path
        self._required = required

    @property
    def path(self) -> Path:
        """Where the file is, or would be."""
        return self._path

    def load(self) -> Settings:
        """Return the settings in the file; the defaults where there is none.

        Raises:
            ConfigError: the file has a fault; it names the file, the line and the key.
        """
        if not self._required and not self._path.exists():
            return Settings()
        from app.services.settings_toml import read_toml

        text = self._text()
        try:
            return read_toml(text)
        except ConfigError as error:
            place = f"{self._path}, {error.place}" if error.place else str(self._path)
            raise ConfigError(error.problem, place) from None

    def save(self, settings: Settings) -> None:
        """Write the settings, keeping the user's comments and order where that can be done safely.

        A file that can only be written anew is kept beside it, with ``.old`` at the end of its name.

        Raises:
            ConfigError: the file cannot be written; it is as it was.
        """
        from app.services.settings_toml import edit_toml, write_toml
        from app.system.files import write_file

        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            old = self._text() if self._path.exists() else ""
            new = edit_toml(old, settings) if old.strip() else None
            if new is None:
                new = write_toml(settings)
                if old.strip():
                    write_file(self._path.with_name(f"{self._path.name}.old"), old.encode())
            write_file(self._path, new.encode())
        except BookNotWritableError as error:
            raise ConfigError(str(error)) from None
        except OSError as error:
            raise ConfigError(f"cannot be made ({error.strerror}); check the folder", str(self._path.parent)) from None

    def _text(self) -> str:
        from app.system.files import read_file

        try:
            return read_file(self._path, MAX_BYTES).decode("utf-8-sig")
        except BookFileError as error:
            raise ConfigError(error.problem, error.place) from None
        except UnicodeDecodeError:
            raise ConfigError("is not UTF-8 text; save it as UTF-8", str(self._path)) from None
