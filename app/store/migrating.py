"""Brings a book of an older schema up to date: a verified copy first, then all steps in one transaction or none."""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config

from app.store.backup import backup
from app.store.engine import file_engine, told
from app.store.failures import damaged, not_writable
from app.store.schema import SCHEMA_NUMBER, revision_name
from app.store.sqlite_file import READ_PRAGMAS, is_writable

if TYPE_CHECKING:
    from sqlalchemy import Connection

SCRIPTS: Final = Path(__file__).parent / "migrations"
# A step that rebuilds a table must not take its children along; references are checked at the end instead.
_PRAGMAS: Final = (*READ_PRAGMAS, "PRAGMA journal_mode=DELETE", "PRAGMA synchronous=EXTRA", "PRAGMA foreign_keys=OFF")


def copy_before(path: Path, number: int) -> Path:
    """Return where the copy of a book of schema ``number`` goes before it is changed."""
    return path.with_name(f"{path.name}.format-{number}.bak")


def migrate_file(path: Path, number: int, *, target: int = SCHEMA_NUMBER, scripts: Path = SCRIPTS) -> None:
    """Bring the book in ``path`` from schema ``number`` to ``target``.

    Args:
        path: the book.
        number: its schema now.
        target: the schema it shall have.
        scripts: Alembic's script folder.

    Raises:
        BookNotWritableError: it is read-only; it is as it was.
        NotABookError: it is damaged; it is as it was.
        BookError: a step failed; it is as it was.
    """
    if not is_writable(path):
        raise not_writable(path)
    backup(path, copy_before(path, number), overwrite=True)
    engine = file_engine(path, _PRAGMAS)
    try:
        with told(path, writing=True), engine.begin() as connection:
            upgrade(connection, target=target, scripts=scripts)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise damaged(path)
            connection.exec_driver_sql(f"PRAGMA user_version={target:d}")
    except sqlite3.Error as error:
        raise damaged(path) from error
    finally:
        engine.dispose()


def upgrade(connection: "Connection", *, target: int = SCHEMA_NUMBER, scripts: Path = SCRIPTS) -> None:
    """Run the steps up to ``target`` inside the transaction of ``connection``."""
    config = Config()
    # ConfigParser reads % as the start of a reference.
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision_name(target))
