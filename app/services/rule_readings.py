"""What every rule of a book says in one round, as readings for the state machine.

What a price does not change is reckoned once for each ledger (a day, an edit): the loans in order of their par prices
with a reading for each (``app.services.rule_levels``). A round then only parts them, so that ten thousand loans cost
little more than ten.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Final, NamedTuple

from app.domain.book import Loan
from app.domain.candles import DailyCandle
from app.domain.ledger import Ledger, PriceKey
from app.domain.margin_calls import MarginCall
from app.domain.portfolio import BookFigures
from app.domain.rule_machine import Reading, Sign
from app.domain.rules import Rule, RuleKind
from app.services.rule_actions import clocks_of
from app.services.rule_book_signs import BookSign, book_signs
from app.services.rule_context import Confirmed, RuleContext, confirmed_prices
from app.services.rule_dates import Dated, DatePanel, dated
from app.services.rule_falls import fall_of
from app.services.rule_levels import Afloat, LevelPanel, Tell, afloat
from app.services.rule_starts import closes_of, first_day, opening_ltv
from app.services.rule_telling import Telling, tell_book, tell_date, tell_level

_LEVEL_KINDS: Final = (RuleKind.LTV, RuleKind.HEADROOM, RuleKind.DROP)
_DATE_KINDS: Final = (RuleKind.DEADLINE, RuleKind.BALANCE_AGE)
_STANDARD_HORIZONS: Final = (1, 7, 30, 90)


def wanted_horizons(rules: Sequence[Rule]) -> tuple[int, ...]:
    """Return the horizons in days for which the risk room has to be asked, its usual ones among them."""
    asked = {rule.horizon_days for rule in rules if rule.enabled and rule.horizon_days is not None}
    return tuple(sorted(asked | set(_STANDARD_HORIZONS)))


def needs_risk(rules: Sequence[Rule]) -> bool:
    """Return whether a rule asks for probabilities."""
    return any(rule.enabled and rule.kind is RuleKind.PROBABILITY for rule in rules)


def needs_reserve(rules: Sequence[Rule]) -> bool:
    """Return whether a rule asks for the price at which the free bitcoin is used up."""
    return any(rule.enabled and rule.kind is RuleKind.RESERVE for rule in rules)


def readings(rules: Sequence[Rule], figures: BookFigures, context: RuleContext) -> tuple[Reading, ...]:
    """Return what every enabled rule says of every subject; a ``RuleReader`` is quicker from round to round."""
    return RuleReader().readings(rules, figures, context)


class _Opening(NamedTuple):
    """A loan with the LTV it began at, and whether more history cannot tell another."""

    loan: Loan
    ltv: Decimal | None
    final: bool


class _Panel(NamedTuple):
    """What is kept of an LTV, HEADROOM or DROP rule, and for which fall."""

    fall: Decimal | None
    panel: LevelPanel


class _Answer(NamedTuple):
    """What a PROBABILITY rule made of an answer of the risk room, and for which prices it was confirmed."""

    risk: object
    priced: frozenset[PriceKey]
    readings: tuple[Reading, ...]


class RuleReader:
    """Reads rules round after round and keeps what does not change; not for several threads at once.

    A reading's ``tell`` speaks of the newest round, so call it before the next one. Without ``starts``, no reading says
    that a loan stood beyond a level when it began.
    """

    def __init__(self, *, starts: bool = True) -> None:
        self._starts = starts
        self._scene: Telling | None = None
        self._ledger: Ledger | None = None
        self._afloat: Afloat | None = None
        self._panels: dict[Rule, _Panel] = {}
        self._dates: dict[Rule, DatePanel] = {}
        self._answers: dict[Rule, _Answer] = {}
        self._calls: tuple[MarginCall, ...] = ()
        self._clocks: dict[str, datetime] = {}
        self._openings: dict[int, _Opening] = {}
        self._closes: dict[str, dict[date, Decimal]] = {}
        self._history: tuple[object, ...] = ()
        self._pasts: dict[str, Sequence[DailyCandle]] = {}
        self._clear: dict[Rule, dict[int, Reading]] = {}

    def readings(self, rules: Sequence[Rule], figures: BookFigures, context: RuleContext) -> tuple[Reading, ...]:
        """Return what every enabled rule says of every subject it is about, in the order of the rules.

        A rule that is about a loan whose contract has no such line says nothing of it.
        """
        self._refresh(figures, context)
        self._scene = Telling(figures, context, self._clocks)
        prices = confirmed_prices(figures, context)
        found: list[Reading] = []
        for rule in rules:
            if not rule.enabled:
                continue
            if rule.kind in _LEVEL_KINDS:
                found += self._level_readings(rule, figures, context, prices)
            elif rule.kind in _DATE_KINDS:
                found += self._date_readings(rule, figures, context)
            elif rule.kind is RuleKind.PROBABILITY:
                found += self._chances(rule, figures, context, frozenset(prices))
            else:
                found += [self._of_book(rule, sign) for sign in book_signs(rule, figures, context)]
        return tuple(found)

    def _refresh(self, figures: BookFigures, context: RuleContext) -> None:
        calls = tuple(context.calls)
        if calls != self._calls:
            self._calls, self._clocks = calls, clocks_of(calls)
            self._dates.clear()
        history = (figures.as_of.date(), *map(_ends, context.candles.items()))
        if self._starts and history != self._history:
            grown = all(_continues(past, context.candles.get(currency, ())) for currency, past in self._pasts.items())
            self._openings = {key: one for key, one in self._openings.items() if one.final and grown}
            self._closes = {currency: closes_of(candles) for currency, candles in context.candles.items()}
            self._history, self._pasts = history, dict(context.candles)
            self._forget_panels()
        if figures.ledger is not self._ledger:
            self._ledger, self._afloat = figures.ledger, afloat(figures.ledger)
            self._forget_panels()
            self._dates.clear()
            self._answers.clear()
            current = {id(figures.loans.loan(index)) for index in range(len(figures.loans))}
            self._openings = {key: opening for key, opening in self._openings.items() if key in current}

    def _forget_panels(self) -> None:
        if self._panels:
            self._clear = {rule: said for rule, said in self._clear.items() if rule in self._panels}
            self._panels.clear()

    def _level_readings(
        self, rule: Rule, figures: BookFigures, context: RuleContext, prices: Mapping[PriceKey, Confirmed]
    ) -> list[Reading]:
        candles = context.candles.get(figures.totals.currency) or next(iter(context.candles.values()), ())
        fall = fall_of(rule, candles, context.now.date()) if rule.kind is RuleKind.DROP else None
        known = self._panels.get(rule)
        if known is None or known.fall != fall:
            assert self._afloat is not None  # noqa: S101 - refreshed before any rule is read
            openings = partial(self._opening, figures)
            # After an edit nearly all loans say what they said before.
            said = self._clear.setdefault(rule, {})
            panel = LevelPanel(
                rule, figures.loans, figures.ledger, self._afloat, fall or Decimal(0), openings, self._tell_level, said
            )
            known = self._panels[rule] = _Panel(fall, panel)
        blind = rule.kind is RuleKind.DROP and fall is None
        return known.panel.readings({} if blind else prices)

    def _opening(self, figures: BookFigures, index: int) -> Decimal | None:
        """Return the LTV a loan began at; reckoned once for each loan object."""
        if not self._starts:
            return None
        loan = figures.loans.loan(index)
        known = self._openings.get(id(loan))
        if known is None or known.loan is not loan:
            closes = self._closes.get(loan.currency, {})
            ltv = opening_ltv(loan, closes, figures.as_of.date())
            known = self._openings[id(loan)] = _Opening(loan, ltv, final=ltv is not None and first_day(loan) in closes)
        return known.ltv

    def _tell_level(self, rule: Rule, index: int) -> Tell:
        return partial(self._told, tell_level, rule, index)

    def _date_readings(self, rule: Rule, figures: BookFigures, context: RuleContext) -> list[Reading]:
        panel = self._dates.get(rule)
        if panel is None:

            def reading(one: Dated, sign: Sign) -> Reading:
                due = one.at if rule.kind is RuleKind.DEADLINE else None
                tell = partial(self._told, tell_date, rule, one)
                return Reading(rule, figures.loans.loan(one.place).name, sign, tell, due)

            found = dated(rule, figures.loans, figures.ledger, context.calls, context.now)
            panel = self._dates[rule] = DatePanel(found, reading)
        return panel.readings(context.now)

    def _chances(
        self, rule: Rule, figures: BookFigures, context: RuleContext, priced: frozenset[PriceKey]
    ) -> tuple[Reading, ...]:
        """Return the readings of a PROBABILITY rule; the risk room answers less often than prices come."""
        known = self._answers.get(rule)
        if known is None or known.risk is not context.risk or known.priced != priced:
            said = tuple([self._of_book(rule, sign) for sign in book_signs(rule, figures, context)])
            known = self._answers[rule] = _Answer(context.risk, priced, said)
        return known.readings

    def _of_book(self, rule: Rule, sign: BookSign) -> Reading:
        return Reading(rule, sign.subject, sign.sign, partial(self._told, tell_book, rule, sign))

    def _told(self, tell: Callable[..., tuple[str, str]], rule: Rule, about: object) -> tuple[str, str]:
        assert self._scene is not None  # noqa: S101 - a reading exists only after a round
        return tell(self._scene, rule, about)


def _ends(history: tuple[str, Sequence[DailyCandle]]) -> tuple[object, ...]:
    """Return what tells one history from another; it only grows, or is replaced whole."""
    currency, candles = history
    return (currency, len(candles), candles[0], candles[-1]) if candles else (currency,)


def _continues(past: Sequence[DailyCandle], now: Sequence[DailyCandle]) -> bool:
    """Return whether a history is another one, and possibly more."""
    return not past or (len(now) >= len(past) and now[0] == past[0] and now[len(past) - 1] == past[-1])
