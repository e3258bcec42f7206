"""Today's volatility from a stored price history, for a plan that weighs chances."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from app.domain.candles import DailyCandle
from app.risk.exact import exact
from app.risk.positions import Unanswerable
from app.risk.series import NoModel, history_of
from app.risk.volatility import ewma_variances, yearly

_PLACES: Final = 6


def sigma_of(candles: Sequence[DailyCandle], as_of: datetime) -> Decimal | Unanswerable:
    """Return the yearly volatility at ``as_of``, the one that the probabilities use; or why there is none."""
    history = history_of(candles, as_of.date())
    if isinstance(history, NoModel):
        return Unanswerable(f"The least total chance weighs loans by the market's volatility. {history.reason}")
    sigma = exact(yearly(float(ewma_variances(history.returns, history.daily)[-1])), _PLACES)
    if sigma is None or not sigma:
        return Unanswerable("The least total chance needs a price history that moves; this one stands still.")
    return sigma
