"""The treasury's limits: a bound for each kind, or none."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget

from app.domain.amounts import BtcUnit, parse_typed_btc, parse_typed_percent
from app.domain.book import Book
from app.domain.errors import HistoryError, InputError
from app.domain.money import EXACT, btc_of
from app.domain.policy import AT_MOST, LimitKind, PolicyLimit
from app.domain.policy_check import check_limit
from app.services.edits import Edit
from app.services.policy_edits import example, set_policy, typed_limit
from app.services.policy_words import MEANINGS, NAMES, bound_words
from app.ui.dialogs.context import FormContext
from app.ui.dialogs.fields import Field, TypedField
from app.ui.dialogs.form import Form
from app.ui.dialogs.typed_values import typed_btc, typed_percent
from app.ui.widgets.labels import PlainLabel

WHY: Final = (
    "A limit that is breached at a confirmed price opens one early warning and an entry in the breach log. Leave a"
    " field empty for no limit."
)
_SATS: Final = Decimal(100_000_000)
_LEAST: Final = Decimal("0.05")
_PERCENTS: Final = (LimitKind.BOOK_LTV, LimitKind.LENDER_SHARE, LimitKind.FREE_SHARE)


class PolicyForm(Form):
    """Sets the whole policy at once."""

    def __init__(self, context: FormContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "Policy limits", "Save", parent, previews=False)
        bounds = {limit.kind: limit.bound for limit in context.snapshot().book.limits}
        sats = context.display().sats
        self.bounds: dict[LimitKind, TypedField[PolicyLimit]] = {}
        self.body.addWidget(PlainLabel(WHY, size="small", tone="muted", wraps=True))
        for kind in LimitKind:
            side = "at most" if kind in AT_MOST else "at least"
            unit = " (sats)" if sats and kind is LimitKind.FREE_BTC else ""
            field = TypedField(
                f"{NAMES[kind]}{unit}, {side}",
                partial(_read, kind, sats=sats),
                text=_text(kind, bounds.get(kind), sats=sats),
                echo=bound_words,
                hint=MEANINGS[kind],
                placeholder=example(kind),
                optional=True,
            )
            self.bounds[kind] = field
            self.fields[kind.value] = field
            self.body.addWidget(field)
        self.body.addStretch(1)
        self.watch(*self.fields.values())
        self.resize(520, 620)

    def edit(self) -> Edit:
        """Return the edit that sets the policy as typed."""
        typed = [field.read() for field in self.bounds.values()]
        return set_policy(tuple(limit for limit in typed if limit is not None))

    def field_at(self, place: str, after: Book) -> Field | None:
        """Return the field of the limit that a refusal is about."""
        found = next((limit for index, limit in enumerate(after.limits) if place.startswith(f"limits[{index}]")), None)
        return None if found is None else self.bounds[found.kind]


def _read(kind: LimitKind, text: str, *, sats: bool) -> PolicyLimit:
    """Return the limit that was typed.

    Raises:
        InputError: it is none, or makes no sense.
    """
    if kind is LimitKind.INTEREST_MONTHS:
        return typed_limit(kind, text)
    read: Callable[[str], Decimal] = _share if kind in _PERCENTS else partial(_bitcoin, sats=sats)
    limit = PolicyLimit(kind, read(text))
    try:
        check_limit(limit)
    except HistoryError as error:
        raise InputError(error.problem) from None
    return limit


def _share(text: str) -> Decimal:
    return parse_typed_percent(text, least=_LEAST, most=Decimal(2)).normalize(EXACT)


def _bitcoin(text: str, *, sats: bool) -> Decimal:
    unit = BtcUnit.SATS if sats else BtcUnit.BTC
    return btc_of(parse_typed_btc(text, unit=unit).sats).normalize(EXACT)


def _text(kind: LimitKind, bound: Decimal | None, *, sats: bool) -> str:
    if bound is None:
        return ""
    if kind in _PERCENTS:
        return typed_percent(bound)
    if kind is LimitKind.FREE_BTC:
        amount = int(bound * _SATS)
        return str(amount) if sats else typed_btc(amount)
    return f"{bound.normalize(EXACT):f}"
