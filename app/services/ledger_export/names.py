"""Names of a book as another program takes them, each still telling one thing from another."""

from collections.abc import Callable, Sequence


def unique_names(names: Sequence[str], plain: Callable[[str], str]) -> dict[str, str]:
    """Return each name as the other program takes it; two different names never become one.

    Args:
        names: as the book has them; the same name may occur twice.
        plain: makes a name that the other program takes.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in dict.fromkeys(names):
        wanted = plain(name)
        number, made = 2, wanted
        while made.casefold() in taken:
            made = f"{wanted}-{number}"
            number += 1
        taken.add(made.casefold())
        found[name] = made
    return found
