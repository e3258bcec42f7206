"""Whether import profiles make sense; each must be readable, under a name of its own."""

from collections.abc import Sequence

from app.domain.column_map import mapping_text, parse_mapping
from app.domain.errors import HistoryError
from app.domain.import_profiles import ImportProfile

MAX_PROFILES = 500
_MAX_NAME = 200


def check_profiles(profiles: Sequence[ImportProfile]) -> None:
    """Refuse profiles by which no file can be read.

    Raises:
        HistoryError: with its place (``profiles[0].mapping.columns.btc``).
    """
    if len(profiles) > MAX_PROFILES:
        msg = f"are more than {MAX_PROFILES}; remove some"
        raise HistoryError(msg, "profiles")
    seen: set[str] = set()
    for index, profile in enumerate(profiles):
        place = f"profiles[{index}]"
        name = profile.name
        if not name.strip() or name != name.strip() or len(name) > _MAX_NAME or not name.isprintable():
            msg = f"is empty, begins or ends with a space, or has more than {_MAX_NAME} letters; correct the name"
            raise HistoryError(msg, f"{place}.name")
        if name in seen:
            msg = f"“{name[:60]}” is taken by another one; give each a name of its own"
            raise HistoryError(msg, f"{place}.name")
        seen.add(name)
        try:
            columns = parse_mapping(profile.mapping)
        except HistoryError as error:
            raise error.at(f"{place}.mapping") from None
        if not columns.header:
            msg = "is empty; a profile is known again by the columns of its file"
            raise HistoryError(msg, f"{place}.mapping.header")
        if mapping_text(columns) != profile.mapping:
            msg = "is not the canonical JSON text of a mapping; save the profile again"
            raise HistoryError(msg, f"{place}.mapping")
