"""How the columns of somebody's own file are read, kept under a name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportProfile:
    """A named mapping of columns.

    Attributes:
        name: unique in the book.
        mapping: canonical JSON text of an object (``domain.scenario.request_text``).
    """

    name: str
    mapping: str
