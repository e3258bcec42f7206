"""Every contract of the store is kept by a file and, where one can be started, by a PostgreSQL server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.store.places import FilePlaces, Places, ServerPlaces, running_server, server_programs

_KINDS = ["file"] if server_programs() is None else ["file", "postgresql"]


@pytest.fixture(scope="session")
def server_places() -> Iterator[ServerPlaces]:
    """Run the server once for all tests."""
    programs = server_programs()
    assert programs is not None
    with running_server(programs) as places:
        yield places


@pytest.fixture(scope="module", params=_KINDS)
def places(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Give places of each kind."""
    if request.param == "file":
        folder: Path = tmp_path_factory.mktemp("books")
        return FilePlaces(folder)
    server: Places = request.getfixturevalue("server_places")
    return server
