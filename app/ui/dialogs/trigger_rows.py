"""The triggers of a set of terms, a row each: what happens, at which LTV, and what the contract then asks."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import InputError
from app.domain.terms import ExtentMode, Trigger, TriggerKind
from app.ui.dialogs.fields import CheckField, ChoiceField, Field, TypedField
from app.ui.dialogs.kinds import ltv_field, rate_field, whole_field
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel
from app.ui.words import EXTENT_WORDS, FEE_BASE_WORDS, TRIGGER_WORDS

_TEN_DIGITS = 77  # pixels in the font that the widths below are told in


class TriggerRow(QWidget):
    """One trigger.

    Signals:
        edited: something in it changed.
        removed: it is to go; carries the row.
    """

    edited = Signal()
    removed = Signal(object)

    def __init__(self, trigger: Trigger) -> None:
        super().__init__()
        self.kind = ChoiceField("Kind", TRIGGER_WORDS, trigger.kind)
        self.ltv = ltv_field("At LTV", trigger.ltv or None)
        self.cure_hours = whole_field("Cure within, hours", trigger.cure_hours, optional=True, unit="h")
        self.cure_ltv = ltv_field("Cure to LTV", trigger.cure_ltv, optional=True)
        self.latching = CheckField("Stands even if the price recovers", checked=trigger.latching)
        self.extent = ChoiceField("The lender", EXTENT_WORDS, trigger.extent)
        self.extent_ltv = ltv_field("LTV", trigger.extent_ltv)
        self.fee_rate = rate_field("Fee", trigger.fee_rate or None, optional=True, example="none")
        self.fee_base = ChoiceField("Fee is a part", FEE_BASE_WORDS, trigger.fee_base)
        self.remove = Button("Remove", lambda: self.removed.emit(self), kind="quiet")
        self._lay_out()
        for field in self._fields():
            field.edited.connect(self._take)
        self.latching.toggled.connect(lambda _on: self.edited.emit())
        self._show_kind()

    def trigger(self) -> Trigger:
        """Return the trigger that the row describes.

        Raises:
            InputError: a field is missing or cannot be read.
        """
        kind, ltv = self.kind.value, self.ltv.must()
        if kind is TriggerKind.MARGIN_CALL:
            return Trigger(kind, ltv, self.cure_hours.read(), self.cure_ltv.read(), self.latching.isChecked())
        if kind is TriggerKind.LIQUIDATION:
            part = self.extent.value is ExtentMode.TO_LTV
            return Trigger(
                kind,
                ltv,
                extent=self.extent.value,
                extent_ltv=self.extent_ltv.must() if part else None,
                fee_rate=self.fee_rate.read() or Decimal(0),
                fee_base=self.fee_base.value,
            )
        return Trigger(kind, ltv)

    def checks(self) -> Iterator[str]:
        """Yield what is wrong with the row's fields."""
        for field in self._fields():
            if isinstance(field, TypedField) and not field.isHidden():
                wrong = field.check()
                yield f"{TRIGGER_WORDS[self.kind.value]}: {wrong}" if wrong else ""

    def field_at(self, name: str) -> Field | None:
        """Return the field of that name in the book file."""
        names: dict[str, Field] = {
            "ltv": self.ltv,
            "cure_hours": self.cure_hours,
            "cure_ltv": self.cure_ltv,
            "extent.ltv": self.extent_ltv,
            "fee_rate": self.fee_rate,
        }
        return names.get(name)

    def _fields(self) -> tuple[Field, ...]:
        typed = (self.ltv, self.cure_hours, self.cure_ltv, self.extent_ltv, self.fee_rate)
        return (self.kind, *typed, self.extent, self.fee_base)

    def _take(self) -> None:
        self._show_kind()
        self.edited.emit()

    def _show_kind(self) -> None:
        kind = self.kind.value
        call, sale = kind is TriggerKind.MARGIN_CALL, kind is TriggerKind.LIQUIDATION
        shown: dict[QWidget, bool] = {
            self.cure_hours: call,
            self.cure_ltv: call,
            self.latching: call,
            self.extent: sale,
            self.fee_rate: sale,
        }
        for widget, visible in shown.items():
            widget.setVisible(visible)
        self.extent_ltv.setVisible(sale and self.extent.value is ExtentMode.TO_LTV)
        self.fee_base.setVisible(sale and not self.fee_rate.is_empty)
        self.remove.setAccessibleName(f"Remove {TRIGGER_WORDS[kind].lower()} at {self.ltv.text}")

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        scale = max(self.fontMetrics().horizontalAdvance("0123456789") / _TEN_DIGITS, 1.0)
        for field, width in (
            (self.kind, 140), (self.ltv, 84), (self.cure_hours, 110), (self.cure_ltv, 84),
            (self.extent, 130), (self.extent_ltv, 84), (self.fee_rate, 84), (self.fee_base, 140),
        ):  # fmt: skip
            field.setFixedWidth(int(width * scale))
            row.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(_lowered(self.latching), 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        row.addWidget(_lowered(self.remove), 0, Qt.AlignmentFlag.AlignTop)


class TriggerRows(QWidget):
    """All triggers of a set of terms, and buttons that add one.

    Signals:
        edited: something in it changed.
    """

    edited = Signal()

    def __init__(self, triggers: tuple[Trigger, ...] = ()) -> None:
        super().__init__()
        self.rows: list[TriggerRow] = []
        self._none = PlainLabel("No triggers yet: nothing would warn of a fall.", tone="muted")
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        adders = QHBoxLayout()
        adders.setSpacing(8)
        for kind, word in TRIGGER_WORDS.items():
            fresh = Trigger(kind, Decimal(0))
            adders.addWidget(Button(f"Add {word.lower()}", partial(self.add, fresh, focus=True)))
        adders.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._none)
        layout.addLayout(self._list)
        layout.addLayout(adders)
        self.set_triggers(triggers)

    def set_triggers(self, triggers: tuple[Trigger, ...]) -> None:
        """Show other triggers."""
        for row in self.rows[:]:
            self._drop(row)
        for trigger in triggers:
            self.add(trigger)

    def add(self, trigger: Trigger, *, focus: bool = False) -> None:
        """Add a row; one of LTV 0 is yet to be filled in."""
        row = TriggerRow(trigger)
        row.edited.connect(self.edited)
        row.removed.connect(self._remove)
        self.rows.append(row)
        self._list.addWidget(row)
        self._none.setVisible(not self.rows)
        if focus:
            row.ltv.setFocus()
            self.edited.emit()

    def triggers(self) -> tuple[Trigger, ...]:
        """Return the triggers in rising order of LTV, as a contract's list is kept.

        Raises:
            InputError: a row is not complete; its place names the row.
        """
        return tuple(sorted((row.trigger() for row in self.rows), key=lambda trigger: trigger.ltv))

    def checks(self) -> Iterator[str]:
        """Yield what is wrong, row by row."""
        for row in self.rows:
            yield from row.checks()

    def field_at(self, place: str) -> Field | None:
        """Return the field of ``triggers[1].ltv``; rows count in rising order of LTV, as they are stored."""
        number, _, name = place.removeprefix("triggers[").partition("].")
        if not number.isdigit():
            return None
        try:
            order = sorted(self.rows, key=lambda row: row.trigger().ltv)
        except InputError:
            return None
        return order[int(number)].field_at(name) if int(number) < len(order) else None

    def _remove(self, row: TriggerRow) -> None:
        self._drop(row)
        self.edited.emit()

    def _drop(self, row: TriggerRow) -> None:
        self.rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._none.setVisible(not self.rows)


def _lowered(widget: QWidget) -> QWidget:
    """Return the widget level with the editors beside it, which stand below their labels."""
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(3)
    layout.addWidget(PlainLabel(" ", size="small"))
    layout.addWidget(widget)
    if isinstance(widget, QCheckBox):
        layout.setContentsMargins(0, 6, 0, 0)
    return box
