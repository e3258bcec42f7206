"""Fresh places for a book to lie in: files always, a real PostgreSQL where its programs and driver are installed."""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol


class Places(Protocol):
    """Gives one empty place after the other."""

    def fresh(self) -> str:
        """Return a place where no book is yet."""
        ...


class FilePlaces:
    """Files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    def fresh(self) -> str:
        return str(self._folder / f"book-{next(self._numbers)}.plimsoll")


class ServerPlaces:
    """Schemas of one database on one server, and databases of their own, which take a second each to make."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._numbers = count()

    def fresh(self) -> str:
        name = self._made("SCHEMA")
        return f"{self._url('postgres')}?options=-csearch_path%3D{name}"

    def fresh_database(self) -> str:
        return self._url(self._made("DATABASE"))

    def _made(self, kind: str) -> str:
        from sqlalchemy import create_engine

        name = f"book{next(self._numbers)}"
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE {kind} {name}")
        engine.dispose()
        return name

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://plimsoll@127.0.0.1:{self._port}/{database}"


def server_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, if a test can use them."""
    if os.name == "nt" or importlib.util.find_spec("psycopg") is None:
        return None
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def running_server(programs: Path) -> Iterator[ServerPlaces]:
    """Run a PostgreSQL of our own on loopback, in a folder that goes away."""
    # It refuses to run for root.
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="plimsoll-pg-") as name:
        folder = Path(name)
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]

        def run(*command: str) -> None:
            with (folder / "output").open("w") as output:
                subprocess.run(
                    command,
                    check=True,
                    cwd=folder,
                    user=user.pw_uid if user else None,
                    group=user.pw_gid if user else None,
                    env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                )

        data = str(folder / "data")
        control = str(programs / "pg_ctl")
        run(str(programs / "initdb"), "-D", data, "-U", "plimsoll", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=20"
        run(control, "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield ServerPlaces(port)
        finally:
            run(control, "-D", data, "-w", "-m", "immediate", "stop")
