"""The risk screen's table: two lines of each loan by horizon, every cell with its band and its explanation (pure)."""

from decimal import Decimal
from typing import Final, NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from app.domain.money import EXACT
from app.risk.positions import Position, Positions
from app.risk.results import STANDARD_HORIZONS, BookRisk, HorizonRisk, LoanRisk, Probability
from app.services.chance_words import band_words, chance_words, horizon_words
from app.services.risk_words import (
    chance_sentence,
    end_words,
    line_sentence,
    maturity_of,
    uncured_sentence,
    uncured_words,
)
from app.ui.formats import NOT_KNOWN, THIN, Display, danger_price_text, headroom_text
from app.ui.models.rows import RowColumn, RowsModel
from app.ui.plain_tips import plain_tip

SECOND: Final = int(Qt.ItemDataRole.UserRole) + 20
_TIP: Final = int(Qt.ItemDataRole.ToolTipRole)
_NO_NUMBER: Final = Decimal(-1)
Index = QModelIndex | QPersistentModelIndex


class RiskRow(NamedTuple):
    """One line (margin call or forced sale) of one loan."""

    loan: LoanRisk
    item: Position
    positions: Positions
    sale: bool

    @property
    def key(self) -> tuple[str, bool]:
        """What stays the same from one answer to the next."""
        return self.loan.loan, self.sale

    def chance(self, horizon: HorizonRisk | None) -> Probability | None:
        """Return this line's chance within a horizon."""
        if horizon is None:
            return None
        return horizon.liquidation if self.sale else horizon.margin_call

    @property
    def price(self) -> Decimal | None:
        """Where the line lies today, in the base currency."""
        trigger = self.item.sale if self.sale else self.item.call
        if trigger is None:
            return None
        return EXACT.divide(self.item.exposure_now, EXACT.multiply(trigger.ltv, self.item.collateral_btc))

    @property
    def room(self) -> Decimal | None:
        """How far the price may fall to it, a fraction."""
        price = self.price
        return None if price is None else EXACT.subtract(Decimal(1), EXACT.divide(price, self.positions.price))


def risk_rows(risk: BookRisk, positions: Positions) -> tuple[RiskRow, ...]:
    """Return each loan's call and sale line, the likeliest loan first; a loan without a line has no row for it."""
    items = {item.index: item for item in positions.items}
    rows = [
        RiskRow(loan, items[loan.index], positions, sale)
        for loan in risk.loans
        if loan.index in items
        for sale in (False, True)
    ]
    kept = [row for row in rows if (row.item.sale if row.sale else row.item.call) is not None]
    nearest = {row.loan.index: row.room or Decimal(1) for row in reversed(kept)}
    return tuple(sorted(kept, key=lambda row: (nearest[row.loan.index], row.loan.index, row.sale)))


def thin(text: str) -> str:
    """Return a figure with the narrow space that does not break before its per cent sign."""
    return text.replace(" %", f"{THIN}%")


class RiskModel(RowsModel[RiskRow]):
    """The rows; a chance's band is a cell's second line, its explanation the tooltip."""

    def __init__(self) -> None:
        super().__init__(_columns(), row_words, sort_key="line")

    def explanation(self, row: int, column: int) -> str:
        """Return where the number in a cell comes from."""
        found = self.row_at(row)
        return "" if found is None or column < 0 else explain(found, self._columns[column].key)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return what rows give, the band and the explanation."""
        if index.isValid() and role in (SECOND, _TIP):
            row, key = self._rows[index.row()], self._columns[index.column()].key
            return second(row, key) if role == SECOND else plain_tip(explain(row, key))
        return super().data(index, role)


def second(row: RiskRow, key: str) -> str:
    """Return a cell's second line: the models' band, or the days until maturity."""
    if key == "loan":
        return row.item.lender
    if key == "line":
        return f"{headroom_text(row.room)} below" if row.room is not None and row.room > 0 else "passed"
    if key == "uncured":
        return "" if row.loan.uncured is None or row.sale else f"sold within {row.loan.uncured.measured_hours}{THIN}h"
    horizon = _horizon(row, key)
    chance = row.chance(horizon)
    if key == "maturity" and horizon is not None:
        return f"in {horizon.days:,} days" + (" · scenario" if chance is not None and horizon.scenario else "")
    return "" if chance is None or chance.value >= 1 else thin(band_words(chance))


def explain(row: RiskRow, key: str) -> str:
    """Return where the number in a cell comes from, in sentences."""
    line = line_sentence(row.item, row.positions, sale=row.sale)
    if key == "uncured":
        return uncured_sentence(row.loan)
    if key in ("loan", "line"):
        return line
    horizon = _horizon(row, key)
    name = f"{row.loan.loan}, {'forced sale' if row.sale else 'margin call'}"
    if horizon is None:
        return f"{name}: the loan has no day on which it matures." if key == "maturity" else f"{name}: not reckoned."
    told = chance_sentence(name, horizon.days, row.chance(horizon), why=horizon.reason, maturity=horizon.maturity)
    return f"{told} {line}"


def row_words(row: RiskRow, _display: Display) -> str:
    """Return a row as a sentence, for a screen reader."""
    told = ", ".join(
        f"{chance_words(row.chance(row.loan.within(days)))} within {horizon_words(days)}" for days in STANDARD_HORIZONS
    )
    return f"{row.loan.loan}, {'forced sale' if row.sale else 'margin call'}: {told}"


def _horizon(row: RiskRow, key: str) -> HorizonRisk | None:
    return maturity_of(row.loan) if key == "maturity" else row.loan.within(int(key))


def _columns() -> tuple[RowColumn[RiskRow], ...]:
    return (
        RowColumn("loan", "Loan", lambda row, _d: row.loan.loan, lambda row: (row.loan.loan.casefold(), row.sale)),
        RowColumn(
            "line",
            "Reaches",
            _line_words,
            lambda row: -(row.price or Decimal(0)),
            lambda row: "" if row.price is None else f"{row.price:.2f}",
        ),
        *(_chance_column(days) for days in STANDARD_HORIZONS),
        RowColumn(
            "maturity",
            "Until it matures",
            lambda row, _d: thin(end_words(maturity_of(row.loan), sale=row.sale).removesuffix(" · scenario")),
            lambda row: _value(row.chance(maturity_of(row.loan))),
            lambda row: _raw(row.chance(maturity_of(row.loan))),
            right=True,
        ),
        RowColumn(
            "uncured",
            "Unanswered call",
            lambda row, _d: NOT_KNOWN if row.sale else thin(uncured_words(row.loan.uncured)),
            lambda row: row.loan.uncured.high if row.loan.uncured and not row.sale else _NO_NUMBER,
            right=True,
        ),
    )


def _chance_column(days: int) -> RowColumn[RiskRow]:
    def chance(row: RiskRow) -> Probability | None:
        return row.chance(row.loan.within(days))

    return RowColumn(
        str(days),
        horizon_words(days).capitalize(),
        lambda row, _d: thin(chance_words(chance(row))),
        lambda row: _value(chance(row)),
        lambda row: _raw(chance(row)),
        right=True,
    )


def _line_words(row: RiskRow, _display: Display) -> str:
    word = "Forced sale" if row.sale else "Margin call"
    return f"{word} at {danger_price_text(row.price, row.positions.currency)}"


def _value(chance: Probability | None) -> Decimal:
    return _NO_NUMBER if chance is None else chance.value


def _raw(chance: Probability | None) -> str:
    return "" if chance is None else f"{chance.value:f}"
