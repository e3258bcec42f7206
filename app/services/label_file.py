"""Labels as wallets exchange them (BIP 329): one JSON object in each line."""

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, Protocol

from app.domain.errors import HistoryError, InputError
from app.domain.label_check import MAX_LABELS, MAX_TEXT, label_fault
from app.domain.labels import Label, LabelKind
from app.domain.private_keys import note_holds_private_key
from app.domain.scenario import request_text

_MOST_LINE: Final = 1 << 16
_KINDS: Final = {kind.value: kind for kind in LabelKind}
_NUMBER: Final = "$number"


class Lines(Protocol):
    """Text that is read line by line."""

    def readline(self, size: int = -1, /) -> str:
        """Return the next line, or so much of it."""
        ...


class ReadLabel(NamedTuple):
    """A line's label; ``shortened`` where its text was longer than a label may be."""

    line: int
    label: Label
    shortened: bool = False


class BadLine(NamedTuple):
    """A line that is no label, and why."""

    line: int
    reason: str


class OtherKind(NamedTuple):
    """A label about something that the standard did not know of; it is left out."""

    line: int
    kind: str


def read_labels(text: Lines, name: str) -> Iterator[ReadLabel | BadLine | OtherKind]:
    """Yield what each line that is not blank says.

    Args:
        text: from its beginning.
        name: the file's, for messages.

    Raises:
        InputError: far too many lines.
    """
    number = 0
    while line := text.readline(_MOST_LINE):
        number += 1
        if number > 2 * MAX_LABELS:
            raise InputError(f"has more than {2 * MAX_LABELS:,} lines; split it by wallet", name)
        if len(line) == _MOST_LINE and not line.endswith("\n"):
            while line and not line.endswith("\n"):
                line = text.readline(_MOST_LINE)
            yield BadLine(number, "is far longer than a label can be; check the file")
        elif line.strip("\ufeff \t\r\n"):
            yield _read(number, line.strip("\ufeff \t\r\n"))


def label_line(label: Label) -> str:
    """Return a label as a line of a file, without the line's end."""
    fields: dict[str, Any] = {"type": label.kind.value, "ref": label.ref, "label": label.text}
    if label.origin:
        fields["origin"] = label.origin
    if label.spendable is not None:
        fields["spendable"] = label.spendable
    if label.extra:
        fields |= {key: _unpacked(value) for key, value in json.loads(label.extra).items() if key not in fields}
    return json.dumps(fields, ensure_ascii=False)


class _NoLabelError(Exception):
    """A line is no label; its words say why."""


def _read(number: int, line: str) -> ReadLabel | BadLine | OtherKind:
    try:
        return _label(number, _object(line))
    except _NoLabelError as error:
        return BadLine(number, str(error))


def _object(line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line, parse_float=_packed, parse_constant=_refused)
    except (ValueError, RecursionError):
        raise _NoLabelError("is no JSON; a file of labels has one object in each line") from None
    if not isinstance(fields, dict):
        raise _NoLabelError("is no JSON object; a label is {“type”: …, “ref”: …, “label”: …}")
    return fields


def _label(number: int, fields: dict[str, Any]) -> ReadLabel | OtherKind:
    kind, ref = fields.pop("type", None), fields.pop("ref", None)
    # Some wallets write null for nothing.
    text, origin = (value if (value := fields.pop(name, "")) is not None else "" for name in ("label", "origin"))
    if not all(isinstance(value, str) for value in (kind, ref, text, origin)):
        raise _NoLabelError("is no label: {“type”: …, “ref”: …, “label”: …} with texts; correct it")
    known = _KINDS.get(kind)
    if known is None:
        return OtherKind(number, kind[:40])
    spendable = _flag(fields.pop("spendable", None))
    if known is not LabelKind.OUTPUT and spendable is not None:
        fields["spendable"], spendable = spendable, None
    ref = ref.strip().casefold() if known is LabelKind.TX else ref.strip()
    try:
        extra = request_text(fields) if fields else ""
    except HistoryError:
        raise _NoLabelError("has further fields that are too large or too deep; leave them out") from None
    if any(map(note_holds_private_key, (ref, text, origin, extra, *filter(_is_text, fields.values())))):
        raise _NoLabelError("holds a private key or seed words, and nothing of it was kept; take them out of the file")
    label = Label(known, ref, text[:MAX_TEXT], origin.strip(), spendable, extra)
    fault = label_fault(label)
    if fault is not None:
        raise _NoLabelError(f"{fault[0]}: {fault[1]}")
    return ReadLabel(number, label, len(text) > MAX_TEXT)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _flag(value: Any) -> bool | None:
    """Return yes or no, which some wallets write as text, or None where nothing is said."""
    if value in ("true", "false"):
        return bool(value == "true")
    if value is not None and not isinstance(value, bool):
        raise _NoLabelError("has a “spendable” that is neither true nor false; correct it")
    return value


def _packed(digits: str) -> dict[str, str]:
    """Return a number with a point as it is kept: with every digit."""
    return {_NUMBER: digits}


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {_NUMBER} and isinstance(value[_NUMBER], str):
            return _number(value[_NUMBER])
        return {key: _unpacked(each) for key, each in value.items()}
    return [_unpacked(each) for each in value] if isinstance(value, list) else value


def _number(digits: str) -> Any:
    try:
        value = float(digits)
    except ValueError:
        return digits
    return value if value not in (float("inf"), float("-inf")) and value == value else digits  # noqa: PLR0124 - no NaN


def _refused(name: str) -> Any:
    raise ValueError(name)
