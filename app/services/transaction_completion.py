"""What a filter may go on with: keys, then what stands behind them (pure)."""

from collections.abc import Sequence
from typing import Final

from app.services.transaction_filter import COMPARED, HAS, KEYS, KINDS, quoted

_MOST: Final = 12
_NAMES: Final = frozenset(("account", "with", "loan"))


def completions(text: str, accounts: Sequence[str] = (), loans: Sequence[str] = ()) -> tuple[str, ...]:
    """Return whole filters that ``text`` may become by completing its last word; none after a space."""
    start = _last_word(text)
    before, word = text[:start], text[start:]
    sign = "-" if word.startswith("-") else ""
    word = word.removeprefix("-")
    if not word:
        return ()
    key, colon, value = word.partition(":")
    if colon:
        names = _values(key.lower(), accounts, loans)
        offered = (f"{key}:{quoted(name)}" for name in names if _fits(name, value, anywhere=key.lower() in _NAMES))
    else:
        keys = (*(f"{name}:" for name in KEYS), *(f"{name}>" for name in COMPARED))
        offered = (name for name in keys if name.startswith(word.lower()) and name != word)
    return tuple(f"{before}{sign}{one}" for one in offered if one != word)[:_MOST]


def _last_word(text: str) -> int:
    """Return where the last word begins; a quote that is open holds it together."""
    start, inside = 0, False
    for place, sign in enumerate(text):
        if sign == '"':
            inside = not inside
        elif sign.isspace() and not inside:
            start = place + 1
    return start


def _values(key: str, accounts: Sequence[str], loans: Sequence[str]) -> Sequence[str]:
    return {
        "account": accounts,
        "with": (*accounts, *loans),
        "loan": loans,
        "kind": tuple(KINDS),
        "has": tuple(HAS),
        "no": tuple(HAS),
    }.get(key, ())


def _fits(name: str, typed: str, *, anywhere: bool) -> bool:
    wanted = typed.strip('"').casefold()
    return wanted in name.casefold() if anywhere else name.startswith(wanted)
