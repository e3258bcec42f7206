"""What somebody types to find transactions, read into a predicate: ``account:cold kind:income >1btc 2025`` (pure).

Words with a space between them all have to hold. ``key:value`` asks for a part of a transaction, ``>1btc`` and
``value>1000`` compare, a year, month, day or range of them is a time, a bare word is looked for in the notes, and a
minus in front turns one round. What cannot be read is told with its remedy; the rest still holds.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import Any, Final, NamedTuple

from app.domain.amounts import parse_typed_btc, parse_typed_fiat
from app.domain.book import TransactionKind
from app.domain.errors import AmountError, InputError
from app.domain.money import btc_text
from app.services.transaction_lines import PLEDGE, RELEASE, TRANSFER_IN, Line
from app.services.transaction_times import Span, span_of

Test = Callable[[Line], bool]
Compare = Callable[[Any, Any], bool]

KINDS: Final[dict[str, frozenset[str]]] = {
    **{kind.value: frozenset((kind.value,)) for kind in TransactionKind},
    "transfer": frozenset((TransactionKind.TRANSFER.value, TRANSFER_IN)),
    PLEDGE: frozenset((PLEDGE,)),
    RELEASE: frozenset((RELEASE,)),
}
HAS: Final[dict[str, tuple[str, Test]]] = {
    "attachment": ("an attachment", lambda line: line.papers > 0),
    "value": ("a value", lambda line: line.value is not None),
    "fee": ("a fee", lambda line: line.fee is not None),
    "note": ("a note", lambda line: bool(line.note)),
    "id": ("an id of its own", lambda line: bool(line.external_id)),
    "lots": ("chosen lots", lambda line: line.entry is not None and bool(line.entry.picks)),
}
KEYS: Final = ("account", "kind", "with", "loan", "note", "id", "has", "no")
COMPARED: Final = ("value", "fee", "btc", "after")
_SIGNS: Final[dict[str, tuple[str, Compare]]] = {
    ">=": ("at least", ge), "<=": ("at most", le), ">": ("more than", gt), "<": ("less than", lt), "=": ("exactly", eq),
}  # fmt: skip
_TOKEN: Final = re.compile(r'-?(?:[^\s"]+:)?"[^"]*"?|\S+')
_KEYED: Final = re.compile(r"(?P<key>[A-Za-z]+):(?P<value>.*)", re.DOTALL)
_COMPARING: Final = re.compile(r"(?P<key>[A-Za-z]*)(?P<sign>>=|<=|>|<|=)(?P<value>.*)")
_CODE: Final = re.compile(r"(?P<body>.*?)\s*(?P<code>[A-Za-z]{3})")
_MOST: Final = 400
_TOLD: Final = 4


class Term(NamedTuple):
    """One thing that is asked for, in words and as a test."""

    words: str
    test: Test


@dataclass(frozen=True, slots=True)
class Filter:
    """What was understood of a filter.

    Attributes:
        terms: all of them hold for a line that is shown.
        problems: what was not understood, a sentence each with its remedy.
    """

    terms: tuple[Term, ...] = ()
    problems: tuple[str, ...] = ()

    def matches(self, line: Line) -> bool:
        """Return whether a line is asked for."""
        return all(term.test(line) for term in self.terms)

    @property
    def words(self) -> str:
        """What was understood, as a sentence; empty where nothing is asked."""
        if not self.terms:
            return ""
        text = ", ".join(term.words for term in self.terms)
        return f"{text[:1].upper()}{text[1:]}."


def parse_filter(text: str, accounts: Sequence[str] = (), loans: Sequence[str] = ()) -> Filter:
    """Return what ``text`` asks for.

    Args:
        text: as it was typed; unfinished is fine.
        accounts: names that the book knows; one that fits none of them is a problem.
        loans: likewise.
    """
    if len(text) > _MOST:
        return Filter(problems=(f"This filter is too long; write at most {_MOST} characters.",))
    terms, problems = [], []
    for token in tokens(text):
        negated = token.startswith("-") and len(token) > 1
        try:
            term = _term(token[1:] if negated else token, accounts, loans)
        except InputError as error:
            problems.append(f"{error.problem[:1].upper()}{error.problem[1:]}.")
            continue
        terms.append(Term(_denied(term.words), _turned(term.test)) if negated else term)
    return Filter(tuple(terms), tuple(problems))


def tokens(text: str) -> list[str]:
    """Return the words of a filter; quotes hold one together."""
    return _TOKEN.findall(text)


def quoted(value: str) -> str:
    """Return a name as it is written behind a key."""
    return f'"{value.replace(chr(34), "")}"' if re.search(r"[\s,\"]", value) else value


def _denied(words: str) -> str:
    return words.replace(" is ", " is not ", 1) if " is " in words else f"not {words}"


def _turned(test: Test) -> Test:
    return lambda line: not test(line)


def _term(token: str, accounts: Sequence[str], loans: Sequence[str]) -> Term:
    if token.startswith('"'):
        return _note(token.strip('"'))
    keyed = _KEYED.fullmatch(token)
    if keyed:
        return _keyed(keyed["key"].lower(), keyed["value"], accounts, loans)
    comparing = _COMPARING.fullmatch(token)
    if comparing:
        return _comparing(comparing["key"].lower(), comparing["sign"], comparing["value"])
    span = span_of(token)
    return _note(token) if span is None else _time(span)


def _time(span: Span) -> Term:
    start, end = span.start, span.end
    return Term(span.words, lambda line: (start is None or line.at >= start) and (end is None or line.at < end))


def _note(text: str) -> Term:
    wanted = text.casefold()
    if not wanted:
        raise InputError("write a word between the quotes")
    return Term(f"“{text}” in the note", lambda line: wanted in line.note.casefold())


def _keyed(key: str, value: str, accounts: Sequence[str], loans: Sequence[str]) -> Term:
    if key in COMPARED:
        msg = f"“{key}” is compared; write {key}>1000, {key}<1000 or {key}=1000"
        raise InputError(msg)
    if key not in KEYS:
        known = ", ".join(f"{name}:" for name in KEYS)
        msg = f"“{key}:” is not a key; there are {known} and value>, fee>, btc>, after>"
        raise InputError(msg)
    parts = [value.strip('"')] if '"' in value else [part for part in value.split(",") if part]
    if not parts or not parts[0]:
        msg = f"“{key}:” asks for something behind it, like {_example(key)}"
        raise InputError(msg)
    if key == "kind":
        return _kinds(parts)
    if key in {"has", "no"}:
        return _has(parts, negated=key == "no")
    return _text(key, parts, accounts, loans)


def _kinds(parts: list[str]) -> Term:
    wanted: set[str] = set()
    words = []
    for part in parts:
        name = _one_of(part, KINDS, "a kind")
        wanted |= KINDS[name]
        words.append(name)
    return Term(f"kind is {_or(words)}", lambda line: line.kind in wanted)


def _has(parts: list[str], *, negated: bool) -> Term:
    tests = []
    words = []
    for part in parts:
        told, test = HAS[_one_of(part, HAS, "something to have")]
        words.append(told)
        tests.append(_turned(test) if negated else test)
    return Term(f"{'without' if negated else 'with'} {_or(words)}", lambda line: any(test(line) for test in tests))


def _text(key: str, parts: list[str], accounts: Sequence[str], loans: Sequence[str]) -> Term:
    wanted = tuple(part.casefold() for part in parts)
    known = {"account": accounts, "loan": loans}.get(key, ())
    for part in parts if known else ():
        if not any(part.casefold() in name.casefold() for name in known):
            there = ", ".join(f"“{name[:30]}”" for name in known[:_TOLD]) + (" …" if len(known) > _TOLD else "")
            msg = f"no {key} has “{part}” in its name; there are {there}"
            raise InputError(msg)
    said = _or([f"“{part}”" for part in parts])
    if key == "account":
        return Term(f"account has {said}", lambda line: _holds(line.account, wanted))
    if key == "with":
        return Term(f"other side has {said}", lambda line: _holds(line.other, wanted))
    if key == "loan":
        return Term(f"loan has {said}", lambda line: line.loan is not None and _holds(line.loan, wanted))
    if key == "id":
        return Term(f"id has {said}", lambda line: _holds(line.external_id, wanted))
    return Term(f"{said} in the note", lambda line: _holds(line.note, wanted))


def _holds(text: str, wanted: tuple[str, ...]) -> bool:
    folded = text.casefold()
    return any(word in folded for word in wanted)


def _comparing(key: str, sign: str, value: str) -> Term:
    said, compare = _SIGNS[sign]
    if key and key not in COMPARED:
        msg = f"“{key}” cannot be compared; value, fee, btc and after can, like value>1000"
        raise InputError(msg)
    if not value:
        example = "1000" if key in {"value", "fee"} else "1btc"
        msg = f"“{key}{sign}” asks for an amount behind it, like {key}{sign}{example}"
        raise InputError(msg)
    if key in {"value", "fee"}:
        return _money(key, said, compare, value)
    if not key and not re.search(r"[A-Za-z]\s*$", value):
        msg = f"“{sign}{value}” has no unit; write {sign}{value}btc, {sign}{value}sats or value{sign}{value}"
        raise InputError(msg)
    sats = _sats(value)
    told = f"{btc_text(sats).rstrip('0').rstrip('.')} BTC"
    if key == "after":
        return Term(f"{said} {told} free after it", lambda line: compare(line.after, sats))
    return Term(f"{said} {told}", lambda line: compare(abs(line.sats), sats))


def _sats(value: str) -> int:
    try:
        return parse_typed_btc(value).sats
    except AmountError as error:
        raise InputError(error.problem) from None


def _money(key: str, said: str, compare: Compare, value: str) -> Term:
    named = _CODE.fullmatch(value)
    code = named["code"].upper() if named else ""
    try:
        amount = parse_typed_fiat(named["body"] if named else value, code or "USD").amount
    except AmountError as error:
        raise InputError(error.problem) from None

    def test(line: Line) -> bool:
        found: Decimal | None = line.value if key == "value" else line.fee
        return found is not None and (not code or line.currency == code) and compare(found, amount)

    return Term(f"{key} {said} {amount:f}{f' {code}' if code else ''}", test)


def _one_of(part: str, known: Collection[str], what: str) -> str:
    wanted = part.casefold()
    if wanted in known:
        return wanted
    begun = [name for name in known if name.startswith(wanted)]
    if len(begun) == 1:
        return begun[0]
    msg = f"“{part}” is not {what}; there are {', '.join(begun or known)}"
    raise InputError(msg)


def _or(words: list[str]) -> str:
    return " or ".join(words)


def _example(key: str) -> str:
    examples = {"kind": "income", "has": "attachment", "no": "value", "id": "abc", "note": '"cold wallet"'}
    return f"{key}:{examples.get(key, 'cold')}"
