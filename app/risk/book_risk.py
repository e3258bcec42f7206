"""Every probability of a book at one moment: its loans' lines, the whole book's, and what a bad end would cost.

There is one price, so the book's chance of any call is that of touching the highest call line, and its chance of a
forced sale against the best use of the free bitcoin that of touching the last stand. Interest raises each line until
the horizon's end, where it is looked at: the careful side.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

import numpy as np

from app.domain.candles import DailyCandle
from app.domain.money import EXACT
from app.domain.portfolio import BookFigures
from app.domain.terms import TriggerKind
from app.risk.cure_window import CureCell, sale_within
from app.risk.exact import FloatArray, exact, floats, log_distances, probability, rising_distances
from app.risk.model import PATHS, SCENARIO_DAYS, Basis, Chance, Column, RiskModel, model_of
from app.risk.positions import Position, Positions, Unanswerable, positions_of
from app.risk.reserve import exhaustion
from app.risk.results import (
    STANDARD_HORIZONS,
    BookHorizonRisk,
    BookRisk,
    HorizonRisk,
    LoanRisk,
    ModelBasis,
    Probability,
    Shortfall,
    UncuredCall,
)
from app.risk.series import NoModel
from app.risk.shortfall import book_shortfall, price_shortfall
from app.risk.simulation import never, unheard

GROWTH_DAYS: Final = 90
OLD_HISTORY_DAYS: Final = 7
SHORTFALL_LEVEL: Final = Decimal("0.975")
_YEAR_DAYS: Final = Decimal(365)
_RATIO_PLACES: Final = 6
_SHARE_PLACES: Final = 2


def longest_horizon(figures: BookFigures, horizons: Sequence[int] = STANDARD_HORIZONS) -> int:
    """Return the longest horizon that a book asks for: the longest given, a year, or its last maturity."""
    maturities = [_days_left(figures, index) or 0 for index in range(len(figures.loans))]
    return max(*horizons, SCENARIO_DAYS, *maturities)


def build_model(
    figures: BookFigures,
    candles: Sequence[DailyCandle],
    horizons: Sequence[int] = STANDARD_HORIZONS,
    *,
    paths: int = PATHS,
    threads: int = 1,
    should_stop: Callable[[], bool] = never,
    progress: Callable[[float], None] = unheard,
) -> RiskModel | NoModel:
    """Return the model that a book's questions need, from the history up to its moment; slow, for a lane.

    Raises:
        CancelledError: ``should_stop`` said so.
    """
    return model_of(
        candles,
        figures.as_of.date(),
        longest=longest_horizon(figures, horizons),
        paths=paths,
        threads=threads,
        should_stop=should_stop,
        progress=progress,
    )


def book_risk(
    figures: BookFigures,
    model: RiskModel | NoModel,
    horizons: Sequence[int] = STANDARD_HORIZONS,
    *,
    loans: Collection[int] | None = None,
) -> BookRisk | Unanswerable:
    """Return every probability of the book; Unanswerable where a price is missing.

    Args:
        figures: the book at a price.
        model: of its price history, or why there is none: then the answer says so.
        horizons: in days.
        loans: the places in the book of the loans that are told; None for all. The book's own figures count them all.
    """
    positions = positions_of(figures, GROWTH_DAYS)
    if isinstance(positions, Unanswerable):
        return positions
    if isinstance(model, NoModel):
        return BookRisk(figures.as_of, None, model.reason, left_out=positions.left_out)
    days = tuple(sorted(set(horizons)))
    told = positions
    if loans is not None:
        told = replace(positions, items=tuple(item for item in positions.items if item.index in loans))
    return BookRisk(
        figures.as_of,
        _basis(model.basis, figures.as_of.date()),
        "",
        _loans(figures, told, model, days),
        tuple(_book_horizon(positions, model, horizon) for horizon in days),
        tuple(filter(None, (_shortfall(figures, positions, model, horizon) for horizon in days))),
        positions.left_out,
    )


def _basis(basis: Basis, today: date) -> ModelBasis:
    notes = []
    if not basis.intraday:
        notes.append("The history has daily closes only; lows within a day reach further, so true chances are higher.")
    if basis.missing_days:
        notes.append(f"{basis.missing_days:,} days are missing in the history; nothing was put in their place.")
    if (today - basis.as_of).days > OLD_HISTORY_DAYS:
        notes.append(f"The history ends on {basis.as_of}; how nervous the market has been since then is not known.")
    return ModelBasis(
        basis.name,
        exact(basis.sigma, _RATIO_PLACES) or Decimal(0),
        exact(basis.weekly_sigma, _RATIO_PLACES) or Decimal(0),
        basis.days,
        basis.first,
        basis.as_of,
        basis.intraday,
        tuple(notes),
    )


def _loans(figures: BookFigures, positions: Positions, model: RiskModel, days: Sequence[int]) -> tuple[LoanRisk, ...]:
    items = positions.items
    if not items:
        return ()
    rates = floats(_yearly_growth(item) for item in items)
    calls = _by_horizon(positions, model, days, rates, TriggerKind.MARGIN_CALL)
    sales = _by_horizon(positions, model, days, rates, TriggerKind.LIQUIDATION)
    left = [_days_left(figures, item.index) for item in items]
    return tuple(
        LoanRisk(
            item.index,
            item.loan,
            tuple(
                sorted(
                    (
                        *_horizons(item, place, calls, sales, days),
                        *_maturity(item, positions, model, rates[place], end),
                    ),
                    key=lambda horizon: horizon.days,
                )
            ),
            _uncured(item),
        )
        for place, (item, end) in enumerate(zip(items, left, strict=True))
    )


def _by_horizon(
    positions: Positions, model: RiskModel, days: Sequence[int], rates: FloatArray, kind: TriggerKind
) -> tuple[Column | NoModel, ...]:
    distances = log_distances([_line(item, kind) for item in positions.items], positions.price)
    return model.touch(rising_distances(distances, rates, days), days)


def _line(item: Position, kind: TriggerKind) -> Decimal:
    """Return today's price of a line; zero, which no price touches, where the contract has none."""
    trigger = item.call if kind is TriggerKind.MARGIN_CALL else item.sale
    if trigger is None:
        return Decimal(0)
    return EXACT.divide(item.exposure_now, EXACT.multiply(trigger.ltv, item.collateral_btc))


def _horizons(
    item: Position,
    place: int,
    calls: Sequence[Column | NoModel],
    sales: Sequence[Column | NoModel],
    days: Sequence[int],
) -> list[HorizonRisk]:
    found = []
    for horizon, call, sale in zip(days, calls, sales, strict=True):
        if isinstance(call, NoModel) or isinstance(sale, NoModel):
            refused = call if isinstance(call, NoModel) else sale
            found.append(
                HorizonRisk(horizon, None, None, reason=refused.reason if isinstance(refused, NoModel) else "")
            )
            continue
        found.append(
            HorizonRisk(
                horizon,
                None if item.call is None else _told(call.chance(place)),
                None if item.sale is None else _told(sale.chance(place)),
            )
        )
    return found


def _maturity(
    item: Position, positions: Positions, model: RiskModel, rate: float, left: int | None
) -> tuple[HorizonRisk, ...]:
    """Return the horizon that ends when the loan matures; none where it is open or has matured."""
    if left is None or left < 1:
        return ()
    refused = model.refusal(left)
    if refused is not None:
        return (HorizonRisk(left, None, None, maturity=True, reason=refused.reason),)
    lines = [_line(item, kind) for kind in (TriggerKind.MARGIN_CALL, TriggerKind.LIQUIDATION)]
    distances = rising_distances(log_distances(lines, positions.price), np.full(2, rate), (left,))[:, 0]
    call, sale = (_told(chance) for chance in model.touch_each(distances, (left, left)) if isinstance(chance, Chance))
    return (HorizonRisk(left, call if item.call else None, sale if item.sale else None, maturity=True),)


def _book_horizon(positions: Positions, model: RiskModel, days: int) -> BookHorizonRisk:
    refused = model.refusal(days)
    if refused is not None:
        return BookHorizonRisk(days, None, None, None, refused.reason)
    grown = _grown(positions, days)
    if not grown.items:
        return BookHorizonRisk(days, None, None, None)
    call = max(item.price_at(item.danger_ltv) for item in grown.items)
    sales = [item.price_at(item.sale.ltv) for item in grown.items if item.sale is not None]
    stand = exhaustion(grown, "last_stand", grown.free_sats).price
    lines = [call, max(sales, default=Decimal(0)), stand or Decimal(0)]
    chances = model.touch_each(log_distances(lines, positions.price), (days,) * 3)
    told = [_told(chance) for chance in chances if isinstance(chance, Chance)]
    return BookHorizonRisk(days, told[0], told[1] if sales else None, told[2] if stand is not None else None)


def _grown(positions: Positions, days: int) -> Positions:
    """Return the positions with each exposure where simple growth has carried it after so many days."""
    items = tuple(
        replace(
            item,
            exposure=EXACT.multiply(
                item.exposure_now,
                EXACT.add(Decimal(1), EXACT.divide(EXACT.multiply(_yearly_growth(item), Decimal(days)), _YEAR_DAYS)),
            ),
        )
        for item in positions.items
    )
    return replace(positions, items=items, horizon_days=days)


def _yearly_growth(item: Position) -> Decimal:
    """Return how fast the exposure grows by interest, a yearly fraction; 0 where principal alone counts."""
    grown = EXACT.subtract(EXACT.divide(item.exposure, item.exposure_now), Decimal(1))
    return EXACT.divide(EXACT.multiply(grown, _YEAR_DAYS), Decimal(GROWTH_DAYS))


def _uncured(item: Position) -> UncuredCall | None:
    """Return what past falls say of a call that nobody answers."""
    if item.call is None or item.call.cure_hours is None or item.sale is None:
        return None
    cell = sale_within(item.call.cure_hours, item.call.ltv, item.sale.ltv)
    if not isinstance(cell, CureCell):
        return None
    low, high = exact(cell.low, _SHARE_PLACES), exact(cell.high, _SHARE_PLACES)
    if low is None or high is None:
        return None
    return UncuredCall(item.call.cure_hours, cell.hours, low, high, cell.events)


def _shortfall(figures: BookFigures, positions: Positions, model: RiskModel, days: int) -> Shortfall | None:
    fall = price_shortfall(model, days, float(SHORTFALL_LEVEL))
    debts = figures.totals.debt
    if isinstance(fall, NoModel) or debts is None:
        return None
    bad = book_shortfall(fall, positions.price, figures.totals.btc_sats, debts)
    return Shortfall(days, SHORTFALL_LEVEL, bad.loss_var, bad.loss_es)


def _told(chance: Chance) -> Probability:
    value, low, high, gbm = (probability(part) for part in (chance.value, chance.low, chance.high, chance.gbm))
    if value is None or low is None or high is None or gbm is None:
        raise ValueError("a chance must be finite")
    return Probability(value, low, high, gbm)


def _days_left(figures: BookFigures, index: int) -> int | None:
    matures = figures.loans.loan(index).matures_on
    return None if matures is None else (matures - figures.as_of.date()).days
