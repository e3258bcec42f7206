"""An import contract: which third-party packages each room may import, everything not named being refused.

import-linter's own kinds need every forbidden package listed, and one that nobody thought of would slip through.
"""

import sys

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class RoomLibraries(Contract):
    """Rooms with the packages they may import beyond the standard library.

    Attributes:
        allowed: lines of ``app.room: package package``; a room that has none imports none.
    """

    type_name = "room_libraries"

    allowed = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every import of the graph that leaves our own package."""
        table = parse_table(list(self.allowed))  # type: ignore[call-overload] # a descriptor gives the parsed list
        own = graph.find_matching_modules("app.**") | {"app"}
        strangers = sorted(
            (importer, imported)
            for importer in own
            for imported in graph.find_modules_directly_imported_by(importer)
            if imported not in own and not is_allowed(importer, imported, table)
        )
        return ContractCheck(kept=not strangers, metadata={"strangers": strangers})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import that has no place in its room."""
        for importer, imported in check.metadata["strangers"]:
            output.print_error(f"{importer} is not allowed to import {imported}")


def parse_table(lines: list[str]) -> dict[str, frozenset[str]]:
    """Return room -> packages from lines of ``app.room: package package``."""
    pairs = (line.split(":") for line in lines)
    return {room.strip(): frozenset(packages.split()) for room, packages in pairs}


def is_allowed(importer: str, imported: str, table: dict[str, frozenset[str]]) -> bool:
    """Tell whether ``importer`` may import the package ``imported``."""
    package = imported.split(".", maxsplit=1)[0]
    if package in sys.stdlib_module_names:
        return True
    return any(package in packages for room, packages in table.items() if f"{importer}.".startswith(f"{room}."))
