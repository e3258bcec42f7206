"""Maps of columns kept in the book under a name."""

from dataclasses import replace

from app.domain.book import Book
from app.domain.column_map import ColumnMap, mapping_text, parse_mapping
from app.domain.errors import HistoryError, InputError
from app.domain.import_profiles import ImportProfile
from app.domain.profile_check import check_profiles
from app.services.edits import Edit
from app.services.import_preview import ImportPreview


def profile_of(name: str, columns: ColumnMap) -> ImportProfile:
    """Return a map under a name.

    Raises:
        InputError: the name or the map cannot be.
    """
    profile = ImportProfile(name.strip(), mapping_text(columns))
    try:
        check_profiles((profile,))
    except HistoryError as error:
        what = "the name" if error.place.endswith(".name") else error.place.partition(".mapping.")[2] or "the map"
        raise InputError(f"{what} {error.problem}", "--save-profile") from None
    return profile


def with_profile(book: Book, profile: ImportProfile) -> Book:
    """Return the book with a profile, in the place of the one of its name."""
    others = tuple(each for each in book.profiles if each.name != profile.name)
    if len(others) == len(book.profiles):
        return replace(book, profiles=(*book.profiles, profile))
    return replace(book, profiles=tuple(profile if each.name == profile.name else each for each in book.profiles))


def keep_profile(found: ImportPreview, name: str, mapping: str) -> ImportPreview:
    """Return a preview that also keeps, under a name, the map by which its files were read.

    Args:
        found: what the files would bring.
        name: of the profile.
        mapping: the JSON text of the map.

    Raises:
        InputError: there is no map, or the files have several headers.
    """
    if not mapping:
        raise InputError("keeps a map, and there is none; say one with --map", "--save-profile")
    headers = {file.notes.header for file in found.files}
    if len(headers) != 1 or not (header := headers.pop()):
        raise InputError(
            "keeps a map of one header, and the files have several; import them one by one", "--save-profile"
        )
    profile = profile_of(name, replace(parse_mapping(mapping), header=header))
    return found if found.refused else replace(found, after=with_profile(found.after, profile))


def save_profile(profile: ImportProfile) -> Edit:
    """Return the edit that keeps a profile."""
    return Edit(f"Keep profile “{profile.name}”", lambda book: with_profile(book, profile))


def remove_profile(name: str) -> Edit:
    """Return the edit that takes a profile out; what was imported with it stays."""

    def change(book: Book) -> Book:
        rest = tuple(each for each in book.profiles if each.name != name)
        if len(rest) == len(book.profiles):
            raise InputError(f"there is no profile “{name[:60]}” any more")
        return replace(book, profiles=rest)

    return Edit(f"Remove profile “{name}”", change)
