"""Whether the labels of a book can be true: each about one thing, once, and short enough for every wallet."""

from collections.abc import Sequence
from typing import Final

from app.domain.errors import HistoryError
from app.domain.labels import Label, LabelKind

MAX_LABELS: Final = 1_000_000
MAX_TEXT: Final = 255
"""What BIP 329 suggests as the longest label, in characters."""
MAX_REF: Final = 1_000
MAX_ORIGIN: Final = 1_000
MAX_EXTRA: Final = 10_000


def check_labels(labels: Sequence[Label]) -> None:
    """Refuse labels that are too many or too long, that stand twice, or that say what their kind cannot.

    Raises:
        HistoryError: with its place (``labels[2].text``).
    """
    if len(labels) > MAX_LABELS:
        msg = f"a book keeps at most {MAX_LABELS:,} labels, and here are {len(labels):,}; leave some out"
        raise HistoryError(msg, "labels")
    seen: set[tuple[LabelKind, str, str]] = set()
    for index, label in enumerate(labels):
        fault = label_fault(label)
        if fault is not None:
            name, msg = fault
            raise HistoryError(msg, f"labels[{index}].{name}")
        key = (label.kind, label.ref, label.origin)
        if key in seen:
            msg = f"the {label.kind} {label.ref[:60]} has another label already; keep one"
            raise HistoryError(msg, f"labels[{index}].ref")
        seen.add(key)


def label_fault(label: Label) -> tuple[str, str] | None:
    """Return which field of a label cannot be, and why; None where nothing is wrong with it."""
    ref, text, origin, extra = label.ref, label.text, label.origin, label.extra
    if not ref or ref != ref.strip() or not ref.isprintable() or len(ref) > MAX_REF:
        fault = "ref", f"must name what the label is about, in at most {MAX_REF:,} plain characters; correct it"
    elif len(text) > MAX_TEXT:
        fault = "text", f"a label has at most {MAX_TEXT} characters, and this one {len(text):,}; shorten it"
    elif not _storable(text):
        fault = "text", "holds a character that no text has; remove it"
    elif origin and (not origin.isprintable() or len(origin) > MAX_ORIGIN):
        fault = "origin", f"has at most {MAX_ORIGIN:,} plain characters; correct it"
    elif label.spendable is not None and label.kind is not LabelKind.OUTPUT:
        fault = "spendable", f"only an output can be spendable, and this is about a {label.kind}; leave it out"
    elif extra and (not _storable(extra) or not _is_object(extra)):
        fault = "extra", f"must be a JSON object of at most {MAX_EXTRA:,} characters; correct it"
    else:
        return None
    return fault


def _storable(text: str) -> bool:
    return text.isprintable() or not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)


def _is_object(text: str) -> bool:
    import json  # noqa: PLC0415 - few labels have more to say

    if len(text) > MAX_EXTRA or not text.startswith("{"):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
