"""The risk room's door for a screen or a command: keeps the model of the newest history, answers for any figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.candles import DailyCandle
from app.domain.portfolio import BookFigures
from app.risk.book_risk import book_risk, build_model, longest_horizon
from app.risk.model import RiskModel
from app.risk.positions import Positions, Unanswerable, positions_of
from app.risk.reserve import reserve
from app.risk.reserve_result import Reserve
from app.risk.results import STANDARD_HORIZONS, BookRisk
from app.risk.series import NoModel
from app.services.risk_curve import CURVE_DAYS, curve_loans

FIRST_PATHS: Final = 8_000
PATHS: Final = 100_000


@dataclass(frozen=True, slots=True)
class RiskAnswer:
    """What the risk room says of a book at one moment.

    Attributes:
        figures: what it was reckoned from.
        positions: the book as the risk room sees it, today; or why there is no answer.
        risk: the probabilities; Unanswerable without a price.
        reserve: the four reserve prices; None without an answer, or where more is pledged than the accounts hold.
        final: reckoned with the full number of futures; a first answer has fewer.
    """

    figures: BookFigures
    positions: Positions | Unanswerable
    risk: BookRisk | Unanswerable
    reserve: Reserve | None
    final: bool


class RiskRoom:
    """Holds the model of one price history; not for several threads at once."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._model: RiskModel | NoModel | None = None
        self._paths = 0

    @property
    def _settled(self) -> bool:
        """Whether more futures would change nothing."""
        return isinstance(self._model, NoModel) or self._paths >= PATHS

    def knows(self, figures: BookFigures, candles: Sequence[DailyCandle]) -> bool:
        """Return whether the model for this history is there and settled, so that an answer is quick."""
        return self._settled and self._of == _key(figures, candles)

    def answer(
        self,
        figures: BookFigures,
        candles: Sequence[DailyCandle],
        *,
        paths: int = PATHS,
        horizons: Sequence[int] = STANDARD_HORIZONS,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> RiskAnswer:
        """Return everything; the model is built only where the history or the longest horizon has changed.

        Raises:
            CancelledError: ``should_stop`` said so.
        """
        positions = positions_of(figures)
        overdrawn = isinstance(positions, Unanswerable) or positions.free_sats < 0
        held = None if overdrawn or isinstance(positions, Unanswerable) else reserve(positions)
        model = self._model_for(figures, candles, horizons, paths, should_stop)
        return RiskAnswer(figures, positions, book_risk(figures, model, horizons), held, self._settled)

    def curves(
        self,
        answer: RiskAnswer,
        candles: Sequence[DailyCandle],
        *,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> BookRisk | Unanswerable:
        """Return the same book at many horizons, with those of its loans that a curve may be wanted of.

        Raises:
            CancelledError: ``should_stop`` said so.
        """
        model = self._model_for(answer.figures, candles, CURVE_DAYS, PATHS, should_stop)
        return book_risk(answer.figures, model, CURVE_DAYS, loans=curve_loans(answer.risk))

    def _model_for(
        self,
        figures: BookFigures,
        candles: Sequence[DailyCandle],
        horizons: Sequence[int],
        paths: int,
        should_stop: Callable[[], bool],
    ) -> RiskModel | NoModel:
        key = _key(figures, candles, horizons)
        if self._model is None or self._of != key or self._paths < paths:
            self._model = build_model(figures, candles, horizons, paths=paths, should_stop=should_stop)
            self._of, self._paths = key, paths
        return self._model


def _key(
    figures: BookFigures, candles: Sequence[DailyCandle], horizons: Sequence[int] = STANDARD_HORIZONS
) -> tuple[object, ...]:
    """Return what a model depends on; a history only grows, or is replaced whole."""
    ends = (candles[0], candles[-1]) if candles else ()
    return (len(candles), ends, figures.as_of.date(), longest_horizon(figures, horizons))
