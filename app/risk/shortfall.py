"""What a bad week or month costs: value at risk and expected shortfall of a book's net value.

Net value is ``bitcoin · P − debts``: free and pledged bitcoin at the price, less all that is owed. Nobody is taken to
walk away from a debt that exceeds its collateral. It rises with the price in a straight line, so the worst ends of the
price are the worst ends of the book, and its shortfall is that of the price, times the bitcoin.
"""

import math
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Final

import numpy as np

from app.domain.money import EXACT, btc_of
from app.risk.exact import exact
from app.risk.model import RiskModel
from app.risk.series import NoModel
from app.risk.volatility import YEAR_DAYS

LEVEL: Final = 0.975
LEAST_LEVEL: Final = 0.9
_FEWEST_PATHS: Final = 20
_RATIO_PLACES: Final = 12
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class PriceFall:
    """The price's bad end.

    Attributes:
        level: such as 0.975: in 2.5 % of cases it is worse than ``var``.
        days: the horizon.
        var: the price's return at that level, a fraction, mostly below zero.
        es: the mean return of all worse cases.
    """

    level: float
    days: int
    var: float
    es: float


@dataclass(frozen=True, slots=True)
class BookShortfall:
    """A book's bad end, in its base currency, in whole cents, rounded down.

    Attributes:
        level: such as 0.975.
        days: the horizon.
        net_now: today's net value.
        net_var: the net value that is undercut in 1 − level of cases.
        net_es: the mean net value of those cases.
    """

    level: float
    days: int
    net_now: Decimal
    net_var: Decimal
    net_es: Decimal

    @property
    def loss_var(self) -> Decimal:
        """The value at risk; above zero is a loss."""
        return self.net_now - self.net_var

    @property
    def loss_es(self) -> Decimal:
        """The expected shortfall; above zero is a loss."""
        return self.net_now - self.net_es


def price_shortfall(model: RiskModel, days: int, level: float = LEVEL) -> PriceFall | NoModel:
    """Return the simulated price's value at risk and expected shortfall.

    A horizon that was not kept takes the next shorter one that was, stretched by the root of time.

    Raises:
        ValueError: the level is under 0.9 or not under 1.
    """
    if not LEAST_LEVEL <= level < 1:
        raise ValueError("the level must be at least 0.9 and under 1")
    refused = model.refusal(days)
    if refused is not None:
        return refused
    kept = max(index for index, day in enumerate(model.ends_days) if day <= days)
    tail = max(1, round((1.0 - level) * model.basis.paths))
    if tail < _FEWEST_PATHS:
        return NoModel(f"A level of {level:g} needs more simulated futures than {model.basis.paths}.")
    stretch = math.sqrt(days / model.ends_days[kept])
    worst = model.worst_ends[kept][:tail].astype(np.float64) * (model.daily_sigma * stretch)
    return PriceFall(level, days, float(np.expm1(worst[-1])), float(np.expm1(worst).mean()))


def lognormal_shortfall(volatility: float, days: int, level: float = LEVEL, log_drift: float = 0.0) -> PriceFall:
    """Return both for a price whose logarithm is normal.

    ``var = e^{μT + s·z} − 1`` and ``es = e^{μT + s²/2}·Φ(z − s) ÷ (1 − level) − 1``.

    Args:
        volatility: σ a year.
        days: T in days of a 365-day year; ``s = σ√T``.
        level: ``z = Φ⁻¹(1 − level)``.
        log_drift: μ a year.
    """
    years = days / YEAR_DAYS
    spread, drift = volatility * math.sqrt(years), log_drift * years
    from statistics import NormalDist  # noqa: PLC0415 - brings fractions with it, and no first answer needs it

    z = NormalDist().inv_cdf(1.0 - level)
    below = 0.5 * math.erfc((spread - z) / math.sqrt(2.0))
    return PriceFall(
        level,
        days,
        math.expm1(drift + spread * z),
        math.exp(drift + 0.5 * spread * spread) * below / (1.0 - level) - 1.0,
    )


def book_shortfall(
    fall: PriceFall, price: Decimal, btc_sats: int, debts: Decimal, debts_then: Decimal | None = None
) -> BookShortfall:
    """Return the book's bad end.

    Args:
        fall: the price's.
        price: of one BTC today, in the book's base currency.
        btc_sats: free and pledged bitcoin together.
        debts: all that is owed today, in the base currency.
        debts_then: at the horizon, with interest; today's where it is not given.
    """
    btc, owed = btc_of(btc_sats), debts if debts_then is None else debts_then
    return BookShortfall(
        fall.level,
        fall.days,
        _cents(EXACT.subtract(EXACT.multiply(btc, price), debts)),
        _net(btc, price, fall.var, owed),
        _net(btc, price, fall.es, owed),
    )


def _net(btc: Decimal, price: Decimal, price_return: float, owed: Decimal) -> Decimal:
    ratio = exact(1.0 + price_return, _RATIO_PLACES)
    if ratio is None:
        raise ValueError("a price's return must be finite")
    return _cents(EXACT.subtract(EXACT.multiply(btc, EXACT.multiply(price, ratio)), owed))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_FLOOR, context=EXACT)
