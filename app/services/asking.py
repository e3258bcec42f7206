"""One question to one source: spot prices and rates, and what went wrong."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from app.domain.errors import PriceError
from app.domain.feeds import FeedError, FxRate, RawQuote
from app.services.ports import FxSource, SpotSource

_Value = TypeVar("_Value")
log = logging.getLogger(__name__)

# The pair does not exist (any more): asking again every minute is of no use.
LASTING_PAIR_FAULTS: Final = frozenset({"no_such_pair", "not_found", "bad_request"})


@dataclass(frozen=True, slots=True)
class Question:
    """What one source is asked in a round; both may be empty."""

    key: str
    spot: SpotSource | None
    currencies: tuple[str, ...]
    fx: FxSource | None
    fx_currencies: tuple[str, ...]

    @property
    def keep_seconds(self) -> int:
        """How long its answer is good enough not to ask again."""
        if self.spot is not None:
            return self.spot.min_interval_seconds
        return 0 if self.fx is None else self.fx.min_interval_seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source said.

    Attributes:
        key: source key.
        round_id: of the round it was asked in.
        quotes, rates: by currency; a failure where there is none.
    """

    key: str
    round_id: int
    quotes: Mapping[str, RawQuote | PriceError] = field(default_factory=dict)
    rates: Mapping[str, FxRate | PriceError] = field(default_factory=dict)

    @property
    def failure(self) -> PriceError | None:
        """The failure that counts against the source, or None if anything came back or only pairs are missing."""
        answers: list[object] = list(self.quotes.values()) or list(self.rates.values())
        failures = [one for one in answers if isinstance(one, PriceError)]
        if not failures or len(failures) < len(answers):
            return None
        telling = [one for one in failures if one.reason not in LASTING_PAIR_FAULTS]
        return telling[0] if telling else None


def ask_source(question: Question, round_id: int) -> Answer:
    """Ask; never raises, whatever the source does."""
    spot, fx = question.spot, question.fx
    quotes: Mapping[str, RawQuote | PriceError] = {}
    rates: Mapping[str, FxRate | PriceError] = {}
    if spot is not None and question.currencies:
        quotes = _guarded(question.key, question.currencies, spot.spot)
    if fx is not None and question.fx_currencies:
        rates = _guarded(question.key, question.fx_currencies, fx.rates)
    return Answer(question.key, round_id, quotes, rates)


def _guarded(
    key: str,
    currencies: Sequence[str],
    ask: Callable[[Sequence[str]], Mapping[str, _Value | PriceError]],
) -> Mapping[str, _Value | PriceError]:
    try:
        return ask(currencies)
    except PriceError as error:
        return dict.fromkeys(currencies, error)
    except Exception as error:  # noqa: BLE001 - a source's answer may break anything; it must not stop the others
        log.warning("%s: unexpected %s in the answer", key, type(error).__name__)
        return dict.fromkeys(currencies, FeedError("unexpected_shape", type(error).__name__))
