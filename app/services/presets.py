"""Real lenders' published terms as a start for a new loan: dated, with how sure they are, never the truth.

The contract decides. Terms taken from a preset count as not confirmed until somebody has compared them with it.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.domain.terms import Evidence, Terms
from app.services.book_file_reading import parse_terms

PRESETS_RESOURCE: Final = "lender_presets.json"
_NO_DAY: Final = "2009-01-03"


class Confidence(StrEnum):
    """How sure a preset is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


_MEANING: Final = {
    Confidence.HIGH: "the lender's own page",
    Confidence.MEDIUM: "a third party's data or the press",
    Confidence.LOW: "indirect or conflicting",
}


@dataclass(frozen=True, slots=True)
class Preset:
    """What a lender publishes.

    Attributes:
        key: stable name for the file and the tests.
        lender: its name.
        product: which of its loans.
        currency: the usual one; the contract may name another.
        read_on: month or day of the terms, as text; empty where the page gives none.
        confidence: how sure they are.
        source: where they were read.
        note: what the terms cannot say, in words.
        rate_known: whether the yearly rate was published; else the one in ``terms`` is a mere start.
        terms: with a start that means nothing; take ``terms_from``.
    """

    key: str
    lender: str
    product: str
    currency: str
    read_on: str
    confidence: Confidence
    source: str
    note: str
    rate_known: bool
    terms: Terms

    @property
    def label(self) -> str:
        """Lender, product, and how old the terms are, for a list."""
        return f"{self.lender} – {self.product} ({self.dated})"

    @property
    def dated(self) -> str:
        """How old the terms are, in words."""
        return f"as of {self.read_on}" if self.read_on else "undated"

    @property
    def caution(self) -> str:
        """The sentence that asks for confirmation."""
        return (
            f"Terms from {self.source}, {self.dated} ({_MEANING[self.confidence]}). "
            "Lenders change their terms; confirm each line against your contract."
        )

    def terms_from(self, start: date) -> Terms:
        """Return the terms from a day on, marked as not confirmed."""
        evidence = Evidence(f"preset {self.lender}, {self.product}, {self.dated}: not confirmed", None)
        return replace(self.terms, start=start, evidence=evidence)


def parse_presets(data: bytes) -> tuple[Preset, ...]:
    """Return the presets in the contents of ``PRESETS_RESOURCE``, in its order.

    Raises:
        InputError: the file is not the one that belongs to the program.
    """
    return tuple(map(_preset, json.loads(data)["presets"]))


def _preset(entry: dict[str, Any]) -> Preset:
    rate = entry["rate"]
    terms = parse_terms({"from": _NO_DAY, "rate": rate or "0.10", **entry["terms"]})
    return Preset(
        key=entry["key"],
        lender=entry["lender"],
        product=entry["product"],
        currency=entry["currency"],
        read_on=entry["read_on"],
        confidence=Confidence(entry["confidence"]),
        source=entry["source"],
        note=entry["note"],
        rate_known=rate is not None and Decimal(rate) > 0,
        terms=terms,
    )
