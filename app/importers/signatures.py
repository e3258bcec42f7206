"""Which format a file has: told by the set of its columns, never by where the header stands."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_SPACES: Final = re.compile(r"\s+")
_CURRENCY: Final = "{cur}"
_CODE: Final = re.compile(r"\b[A-Z]{3}\b", re.ASCII)


def folded(name: str) -> str:
    """Return a column's name as it is compared: without outer spaces, case and byte order mark."""
    return _SPACES.sub(" ", name.strip().strip("\ufeff").strip('"')).casefold()


@dataclass(frozen=True, slots=True)
class Signature:
    """One generation's header.

    Attributes:
        generation: a word for it, shown in the preview.
        columns: names that have to be there, each as often as it stands here; ``{cur}`` stands for a currency code
            that the header names (``{cur} Subtotal``), the same one in all columns.
        optional: names that may be there as well.
        closed: whether no other columns may be there; for headers that other formats share in part.
    """

    generation: str
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A header that fits a signature.

    Attributes:
        score: how many columns were asked for and found; of two matches the higher is right.
        strange: how many columns nobody knows.
        currency: the code that stands for ``{cur}``, or empty.
    """

    signature: Signature
    score: int
    strange: int
    currency: str


def columns(line: str) -> tuple[str, ...]:
    """Return a header written as one line, as names."""
    return tuple(name.strip() for name in line.split(","))


def match(header: Sequence[str], signature: Signature) -> Match | None:
    """Return how a header fits a signature, or None."""
    present = Counter(folded(name) for name in header if name.strip())
    if not any(_CURRENCY in name for name in signature.columns):
        return _fits(present, signature, "")
    codes = dict.fromkeys(code for name in header for code in _CODE.findall(name))
    return next((found for code in codes if (found := _fits(present, signature, code)) is not None), None)


def _fits(present: Counter[str], signature: Signature, code: str) -> Match | None:
    wanted = Counter(folded(name.replace(_CURRENCY, code)) for name in signature.columns)
    if any(present[name] < count for name, count in wanted.items()):
        return None
    optional = Counter(folded(name.replace(_CURRENCY, code)) for name in signature.optional)
    strange = (present - wanted - optional).total()
    if strange and signature.closed:
        return None
    return Match(signature, wanted.total(), strange, code)
