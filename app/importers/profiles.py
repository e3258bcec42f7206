"""Which formats a file may have: those that ship, and those that a person mapped."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from app.domain.column_map import ColumnMap, parse_mapping
from app.domain.errors import HistoryError, InputError
from app.domain.import_profiles import ImportProfile
from app.importers.format import Format
from app.importers.mapping import answered, mapped_format
from app.importers.registry import formats
from app.services.import_ports import Answers

_UNKNOWN: Final = (
    "has no header that is known; name the format with --format, or say what its columns mean with "
    "--map 'date=COLUMN,btc=COLUMN' (the window's Import asks for them)"
)


@dataclass(frozen=True, slots=True)
class Known:
    """Formats to look for.

    Attributes:
        mapped: by a person; they come first.
        formats: that ship.
        stranger: what is told when none fits.
        remedy: which answer helps then, or empty.
        maps: by a mapped format's name.
    """

    mapped: tuple[Format, ...]
    formats: tuple[Format, ...]
    stranger: str
    remedy: str = ""
    maps: Mapping[str, ColumnMap] = field(default_factory=dict)

    def answered(self, found: Format, answers: Answers) -> Answers:
        """Return what a person said, filled up with what a map says."""
        columns = self.maps.get(found.name)
        return answers if columns is None else answered(answers, columns)


def known_formats(answers: Answers, profiles: Sequence[ImportProfile], name: str) -> Known:
    """Return what a file may be.

    Args:
        answers: may name a format, a profile, or hold a map.
        profiles: of the book.
        name: the file's, for messages.

    Raises:
        InputError: there is no such format or profile, or the map makes no sense.
    """
    if answers.mapping:
        return _one(_parsed(answers.mapping, "--map"), "", name)
    if answers.profile:
        chosen = [each for each in profiles if each.name == answers.profile]
        if not chosen:
            known = ", ".join(f"“{each.name[:40]}”" for each in profiles[:10]) or "none yet"
            raise InputError(f"the book has no profile “{answers.profile[:40]}”; it has {known}", "--profile")
        return _one(_parsed(chosen[0].mapping, "--profile"), chosen[0].name, name)
    shipped = formats()
    if answers.format:
        asked = tuple(each for each in shipped if each.key == answers.format)
        if not asked:
            keys = ", ".join(each.key for each in shipped)
            raise InputError(f"there is no format “{answers.format[:40]}”; write one of {keys}", "--format")
        return Known((), asked, f"has not the columns of {asked[0].name}; leave out --format, or name another")
    maps = {}
    for each in profiles:
        with suppress(HistoryError):  # a newer Plimsoll's may say more than is known here; named, it is refused
            maps[each.name] = parse_mapping(each.mapping)
    mapped = {key: mapped_format(columns, key, exact=True) for key, columns in maps.items()}
    return Known(tuple(mapped.values()), shipped, _UNKNOWN, "mapping", {mapped[key].name: maps[key] for key in maps})


def _one(columns: ColumnMap, profile: str, _name: str) -> Known:
    found = mapped_format(columns, profile, exact=False)
    wanted = ", ".join(f"“{each[:40]}”" for each in dict.fromkeys(columns.columns.values()))
    return Known(
        (found,), (), f"has no header with the columns {wanted}; correct their names", "mapping", {found.name: columns}
    )


def _parsed(text: str, place: str) -> ColumnMap:
    try:
        return parse_mapping(text)
    except HistoryError as error:
        raise InputError(f"{error.place}: {error.problem}" if error.place else error.problem, place) from None
