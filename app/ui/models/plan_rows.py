"""The plan as rows that can be edited by hand: an action for each loan, what comes of it, and the sums."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont

from app.domain.amounts import BtcUnit, parse_typed_btc, parse_typed_fiat
from app.domain.errors import AmountError
from app.domain.money import btc_text as exact_btc
from app.risk.plan_result import Action, Plan, PlanLine
from app.services.plan_words import in_time_words
from app.ui.formats import NOT_KNOWN, UP, Display, btc_text, danger_price_text, ltv_text, money_text
from app.ui.models.rows import RowColumn, RowsModel
from app.ui.plain_tips import plain_tip

Index = QModelIndex | QPersistentModelIndex
EDITABLE: Final = ("post", "repay", "sell_free", "sell_pledged")
_NOTHING: Final = "–"
_FIELDS: Final = {"post": "post_sats", "sell_free": "sell_free_sats", "sell_pledged": "sell_collateral_sats"}


@dataclass(frozen=True, slots=True, eq=False)
class PlanRow:
    """A loan of the plan, or with ``line`` None the sums of all; the same row of the same plan alone is equal."""

    plan: Plan
    line: PlanLine | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlanRow) and self.plan is other.plan and self.line is other.line

    def __hash__(self) -> int:
        return hash((id(self.plan), id(self.line)))

    @property
    def order(self) -> int:
        """Its place in the book."""
        return -1 if self.line is None else self.line.index


def plan_rows(plan: Plan) -> tuple[PlanRow, ...]:
    """Return a row for each loan and one of sums where there are several."""
    rows = tuple(PlanRow(plan, line) for line in plan.lines)
    return (*rows, PlanRow(plan, None)) if len(rows) > 1 else rows


def actions_of(plan: Plan) -> tuple[Action, ...]:
    """Return what a plan does, to be changed by hand."""
    return tuple(
        Action(line.place, line.post_sats, line.repay, line.sell_free_sats, line.sell_collateral_sats)
        for line in plan.lines
        if line.acts
    )


def with_action(actions: tuple[Action, ...], place: int, key: str, value: int | Decimal) -> tuple[Action, ...]:
    """Return the actions with one amount of one loan changed."""
    old = next((action for action in actions if action.place == place), Action(place))
    new = (
        replace(old, repay=Decimal(value))
        if key == "repay"
        else Action(place, **{**_amounts(old), _FIELDS[key]: int(value)}, repay=old.repay)
    )
    return tuple(sorted((*(a for a in actions if a.place != place), new), key=lambda action: action.place))


class Amendment(NamedTuple):
    """An amount that was typed into the table: of which loan, by its place in the plan, and in which column."""

    place: int
    key: str
    amount: int | Decimal


class PlanModel(RowsModel[PlanRow]):
    """The rows; the sums stand last whatever the order.

    Args:
        typed_btc, typed_fiat: spell an amount for editing.

    Signals:
        amended: an ``Amendment``.
        refused: why what was typed is no amount.
    """

    amended = Signal(object)
    refused = Signal(str)

    def __init__(self, typed_btc: Callable[[int], str], typed_fiat: Callable[[Decimal, str], str]) -> None:
        super().__init__(_COLUMNS, row_words, sort_key="loan")
        self._typed_btc, self._typed_fiat = typed_btc, typed_fiat
        self.locked = False

    def _arrange(self) -> None:
        super()._arrange()
        self._rows.sort(key=lambda row: row.line is None)

    def key_of(self, column: int) -> str:
        """Return a column's key."""
        return self._columns[column].key

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Actions of loans can be edited where amounts are shown."""
        flags = super().flags(index)
        row = self.row_at(index.row())
        open_to_edit = row is not None and row.line is not None and not self.locked and not self._display.hidden
        return flags | Qt.ItemFlag.ItemIsEditable if open_to_edit and self.key_of(index.column()) in EDITABLE else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the amount for editing in a spelling with one reading; the sums stand out."""
        row = self.row_at(index.row()) if index.isValid() else None
        if row is not None and role == Qt.ItemDataRole.EditRole:
            return "" if self._display.hidden else self._typed_now(row, self.key_of(index.column()))
        if row is not None and row.line is None and role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setBold(True)
            return font
        if row is not None and role == Qt.ItemDataRole.ToolTipRole:
            key = self.key_of(index.column())
            if key == "waiting":
                return plain_tip(waiting_words(row, self._display))
            if key == "sale" and row.line is None:
                return plain_tip(f"The first forced sale of all, if nothing more is done: {_sale(row, self._display)}")
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Read what was typed and tell it; the rows follow when the plan has been reckoned again."""
        row = self.row_at(index.row())
        if role != Qt.ItemDataRole.EditRole or row is None or row.line is None:
            return False
        key = self.key_of(index.column())
        if str(value).strip() == self._typed_now(row, key):
            return False
        try:
            amount = _read(str(value), key, row.line.currency, sats=self._display.sats)
        except AmountError as error:
            self.refused.emit(f"{row.line.loan}: {error.problem}.")
            return False
        self.amended.emit(Amendment(row.line.place, key, amount))
        return True

    def _typed_now(self, row: PlanRow, key: str) -> str:
        line = row.line
        if line is None or key not in EDITABLE:
            return ""
        if key == "repay":
            return self._typed_fiat(line.repay, line.currency) if line.repay else ""
        amount = int(getattr(line, _FIELDS[key]))
        return "" if not amount else str(amount) if self._display.sats else self._typed_btc(amount)


def row_words(row: PlanRow, display: Display) -> str:
    """Return a row as a sentence."""
    if row.line is None:
        return f"All loans: post {_post(row, display)}, repay {_repay(row, display)}, sell {_sold(row, display)}"
    line = row.line
    if not line.acts:
        return f"{line.loan}: nothing to do; LTV {ltv_text(line.ltv_before)}, sold at {_sale(row, display)}"
    deeds = [
        f"{verb} {text}"
        for verb, text in (
            ("post", _post(row, display)),
            ("repay", _repay(row, display)),
            ("sell free", _sell_free(row, display)),
            ("sell pledged", _sell_pledged(row, display)),
        )
        if text != _NOTHING
    ]
    after = f"LTV {_ltv(row, display)}; called at {_call(row, display)}; sold at {_sale(row, display)}"
    return f"{line.loan}: {', '.join(deeds)}. {after}; in time: {in_time_words(line)}"


def waiting_words(row: PlanRow, display: Display) -> str:
    """Return what waiting until the call would take, as a sentence."""
    if row.line is None:
        totals = row.plan.totals
        if not totals.waiting_sats:
            return ""
        worth = money_text(totals.waiting_money, row.plan.currency, display, UP)
        return (
            f"Curing each loan at its own call takes {btc_text(totals.waiting_sats, display, UP)}, worth {worth} then."
        )
    waiting, code = row.line.waiting, row.line.currency
    if waiting is None:
        return f"The contract of {row.line.loan} makes no call."
    if not waiting.top_up_sats:
        return f"{row.line.loan} asks for nothing."
    when = "it is due" if waiting.due else f"at its call, {danger_price_text(waiting.call_price, code)},"
    sats, worth = btc_text(waiting.top_up_sats, display, UP), money_text(waiting.money, code, display, UP)
    return f"Waiting with {row.line.loan}: {when} curing it takes {sats}, worth {worth}."


def _waiting(row: PlanRow, display: Display) -> str:
    if row.line is None:
        return _btc(row.plan.totals.waiting_sats, display)
    return "no call" if row.line.waiting is None else _btc(row.line.waiting.top_up_sats, display)


def _loan(row: PlanRow, _display: Display) -> str:
    return "All loans" if row.line is None else row.line.loan


def _post(row: PlanRow, display: Display) -> str:
    return _btc(row.plan.totals.posted_sats if row.line is None else row.line.post_sats, display)


def _sell_free(row: PlanRow, display: Display) -> str:
    return _btc(row.plan.totals.sold_free_sats if row.line is None else row.line.sell_free_sats, display)


def _sell_pledged(row: PlanRow, display: Display) -> str:
    return _btc(row.plan.totals.sold_collateral_sats if row.line is None else row.line.sell_collateral_sats, display)


def _sold(row: PlanRow, display: Display) -> str:
    totals = row.plan.totals
    return _btc(totals.sold_free_sats + totals.sold_collateral_sats, display)


def _repay(row: PlanRow, display: Display) -> str:
    if row.line is None:
        told = [money_text(amount, code, display, UP) for code, amount in row.plan.totals.cash_used.items()]
        return " + ".join(told) or _NOTHING
    return money_text(row.line.repay, row.line.currency, display, UP) if row.line.repay else _NOTHING


def _ltv(row: PlanRow, _display: Display) -> str:
    line = row.line
    if line is None:
        return ""
    after = "no debt" if line.ltv_after is None else ltv_text(line.ltv_after)
    return _change(ltv_text(line.ltv_before), after)


def _call(row: PlanRow, _display: Display) -> str:
    line = row.line
    if line is None:
        return ""
    return _prices(line.margin_call_price_before, line.margin_call_price_after, line)


def _sale(row: PlanRow, _display: Display) -> str:
    line, plan = row.line, row.plan
    if line is not None:
        return _prices(line.liquidation_price_before, line.liquidation_price_after, line)
    first = (danger_price_text(price, plan.currency) for price in (plan.first_sale_before, plan.first_sale_after))
    return _change(*first)


def _prices(before: Decimal | None, after: Decimal | None, line: PlanLine) -> str:
    if before is None:
        return "none"
    gone = "never" if line.ltv_after is None else NOT_KNOWN
    return _change(
        danger_price_text(before, line.currency),
        gone if after is None else danger_price_text(after, line.currency),
    )


def _change(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _time(row: PlanRow, _display: Display) -> str:
    return "" if row.line is None else in_time_words(row.line)


def _btc(sats: int, display: Display) -> str:
    return btc_text(sats, display, UP) if sats else _NOTHING


def _amounts(action: Action) -> dict[str, int]:
    return {name: getattr(action, name) for name in _FIELDS.values()}


def _read(text: str, key: str, currency: str, *, sats: bool) -> int | Decimal:
    bare = text.strip()
    if bare in ("", _NOTHING, NOT_KNOWN):
        return 0 if key != "repay" else Decimal(0)
    if key == "repay":
        return parse_typed_fiat(bare, currency).amount
    return parse_typed_btc(bare, unit=BtcUnit.SATS if sats else BtcUnit.BTC).sats


def _of(read: Callable[[PlanLine], Any], missing: Any = 0) -> Callable[[PlanRow], Any]:
    """Return the order of a column; a figure that is not there comes first."""

    def order(row: PlanRow) -> Any:
        value = missing if row.line is None else read(row.line)
        return missing if value is None else value

    return order


def _raw_btc(name: str, total: str) -> Callable[[PlanRow], str]:
    return lambda row: exact_btc(getattr(row.plan.totals, total) if row.line is None else getattr(row.line, name))


def _raw_repay(row: PlanRow) -> str:
    return f"{row.plan.totals.cash_used_base if row.line is None else row.line.repay:f}"


def _raw_waiting(row: PlanRow) -> str:
    if row.line is None:
        return exact_btc(row.plan.totals.waiting_sats)
    return "" if row.line.waiting is None else exact_btc(row.line.waiting.top_up_sats)


_COLUMNS: Final[tuple[RowColumn[PlanRow], ...]] = (
    RowColumn("loan", "Loan", _loan, lambda row: row.order),
    RowColumn(
        "post", "Post", _post, _of(lambda x: x.post_sats), _raw_btc("post_sats", "posted_sats"), True, True
    ),
    RowColumn("repay", "Repay", _repay, _of(lambda x: x.repay), _raw_repay, True, True),
    RowColumn(
        "sell_free", "Sell free", _sell_free, _of(lambda x: x.sell_free_sats),
        _raw_btc("sell_free_sats", "sold_free_sats"), True, True,
    ),
    RowColumn(
        "sell_pledged", "Sell pledged", _sell_pledged, _of(lambda x: x.sell_collateral_sats),
        _raw_btc("sell_collateral_sats", "sold_collateral_sats"), True, True,
    ),
    RowColumn("ltv", "LTV now → after", _ltv, _of(lambda x: x.ltv_before), None, True),
    RowColumn("call", "Called at", _call, _of(lambda x: x.margin_call_price_before), None, True),
    RowColumn("sale", "Sold at", _sale, _of(lambda x: x.liquidation_price_before), None, True),
    RowColumn("time", "In time?", _time, _of(lambda x: x.arrival.hours)),
    RowColumn(
        "waiting", "If you wait", _waiting, _of(lambda x: x.waiting.top_up_sats if x.waiting else 0), _raw_waiting,
        True, True,
    ),
)  # fmt: skip
