"""Private keys and seed words, told apart from public things before anything is done with them.

Whoever has one can spend the coins, so Plimsoll takes none. The refusal names no part of the text, and nobody may pass
the text on: not to a log, not to an exception.
"""

import re
import unicodedata
from typing import Final

from app.domain.errors import InputError

SENTENCE: Final = (
    "holds a private key or seed words, and whoever has those can spend the coins: nothing of it was kept. Give a"
    " public key, a descriptor or addresses instead; if it was typed or pasted into a computer with a network, move"
    " the coins to a new wallet"
)
_B58: Final = "1-9A-HJ-NP-Za-km-z"
# Extended private keys of any network, also broken off; WIF keys; encrypted ones (BIP 38); mini keys.
_KEYS: Final = re.compile(
    rf"[A-Za-z]prv[{_B58}]{{20,}}"
    rf"|(?<![{_B58}])[5KL9c][{_B58}]{{50,51}}(?![{_B58}])"
    rf"|(?<![{_B58}])6P[{_B58}]{{56}}(?![{_B58}])"
    rf"|(?<![{_B58}])S[{_B58}]{{21,29}}(?![{_B58}])"
)
SHORTEST_KEY: Final = 22
"""No private key that is known has fewer letters."""
_FEWEST_WORDS: Final = 12
_PHRASES: Final = frozenset((12, 15, 18, 21, 24))
_PROSE: Final = frozenset(("the", "and", "for", "from", "was", "were", "are", "has", "had", "not", "his", "her", "our"))
_SHORTEST, _LONGEST = 3, 8
_BREAKS: Final = re.compile(r"[\s,;()]+")
_AROUND: Final = "0123456789.,;:()[]{}\"'#-*"


def holds_private_key(text: str) -> bool:
    """Return whether any part of ``text`` looks like a private key or like twelve or more seed words in a row."""
    plain = text if text.isascii() else _plain(text)
    return any(_is_mixed(found.group()) for found in _KEYS.finditer(plain)) or _has_seed_words(plain)


def note_holds_private_key(note: str) -> bool:
    """Return whether a person's free text holds a private key, or is a seed phrase and nothing else.

    Prose has rows of short words, too: so only a text that is all words of a phrase's number counts, and none of those
    that prose is made of and the list of seed words has not.
    """
    if len(note) < SHORTEST_KEY:
        return False
    plain = note if note.isascii() else _plain(note)
    if any(_is_mixed(found.group()) for found in _KEYS.finditer(plain)):
        return True
    words = plain.split()
    return len(words) in _PHRASES and all(map(_is_word, words)) and _PROSE.isdisjoint(map(str.casefold, words))


def refuse_private_key(text: str, place: str = "") -> None:
    """Refuse a text with a private key in it.

    Raises:
        InputError: it has one; the text is not repeated.
    """
    if holds_private_key(text):
        raise InputError(SENTENCE, place)


def _plain(text: str) -> str:
    """Return a text without what cannot be seen, in the usual form of its letters."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")


def _is_mixed(found: str) -> bool:
    # Base 58 has both; addresses of segwit and hexadecimal numbers, where long runs look like keys, have one of them.
    return not found.islower() and not found.isupper()


def _has_seed_words(text: str) -> bool:
    row = 0
    for token in _BREAKS.split(text):
        word = token.strip(_AROUND)
        if not word:
            continue
        row = row + 1 if _is_word(word) else 0
        if row >= _FEWEST_WORDS:
            return True
    return False


def _is_word(token: str) -> bool:
    # Letters of another script carry more each: Chinese words have one.
    return token.isalpha() and (_SHORTEST if token.isascii() else 1) <= len(token) <= _LONGEST
