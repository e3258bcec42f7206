"""What the Stress screen is asked: the fall as it is set or typed, and the falls that are offered (pure)."""

import re
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from typing import Final

from app.domain.amounts import parse_typed_fiat, parse_typed_percent
from app.domain.errors import AmountError
from app.domain.money import EXACT
from app.risk.stress_path import PricePath
from app.risk.stress_result import Policy
from app.services.stress_question import StressQuestion, path_of
from app.ui.formats import MINUS, THIN, UP, number_text, percent_text, price_text

DEEPEST: Final = Decimal("0.90")
LONGEST: Final = 90
USUAL_DAYS: Final = 7
TIMELESS: Final = -1  # the slider's place where time is left out
NOW: Final = Decimal(0)
WORST_DAY: Final = Decimal("0.386")  # 12 March 2020: the day's low against the close before
_FALLS: Final = (Decimal("0.05"), Decimal("0.20"))
_ONE: Final = Decimal(1)
_NEAR: Final = Decimal(20)
_TWO_READINGS: Final = re.compile(r"[$€£¥]?([1-9][0-9]{0,2})[.,]([0-9]{3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked now.

    Attributes:
        drop: a fall, a fraction from 0 to ``DEEPEST``.
        to_price: the same as a price in the base currency, where a price was typed; it is exact.
        path: an episode's path or one's own, which stands in for a straight fall.
        days: how long a straight fall takes; None leaves time out: top-ups are there at once and no clock runs.
    """

    drop: Decimal = NOW
    to_price: Decimal | None = None
    path: PricePath | None = None
    days: int | None = USUAL_DAYS
    policy: Policy = Policy.CURE
    interest: bool = True

    @property
    def hypothetical(self) -> bool:
        """Whether anything differs from now."""
        return self.path is not None or self.drop > 0

    def fall(self, drop: Decimal) -> "Asked":
        """Return the same with a straight fall by a fraction."""
        return replace(self, drop=min(max(drop, NOW), DEEPEST), to_price=None, path=None)

    def fall_to(self, to_price: Decimal, price: Decimal) -> "Asked":
        """Return the same with a straight fall to a price, today's being ``price``."""
        drop = EXACT.subtract(_ONE, EXACT.divide(to_price, price))
        if drop <= 0:
            return self.fall(NOW)
        return replace(self, drop=drop, to_price=to_price, path=None)

    def along(self, path: PricePath) -> "Asked":
        """Return the same with a path."""
        return replace(self, drop=NOW, to_price=None, path=path)

    def stressed(self, price: Decimal) -> Decimal:
        """Return the lowest price that is asked for, today's being ``price``."""
        if self.path is not None:
            return EXACT.multiply(self.path.lowest, price)
        if self.to_price is not None:
            return min(self.to_price, price)
        return EXACT.multiply(EXACT.subtract(_ONE, self.drop), price)

    @property
    def depth(self) -> Decimal:
        """The lowest price of all as a fall, a fraction."""
        return self.drop if self.path is None else max(EXACT.subtract(_ONE, self.path.lowest), NOW)

    def straight(self, price: Decimal) -> PricePath | None:
        """Return the way the price takes where something is asked, at today's ``price``."""
        return path_of(self.question(price), price) if self.hypothetical else None

    def question(self, price: Decimal) -> StressQuestion:
        """Return it as the engine is asked, at today's ``price``."""
        days = None if self.days is None else Decimal(self.days)
        if self.path is not None:
            return StressQuestion(path=self.path, policy=self.policy, interest=self.interest)
        if self.to_price is not None and 0 < self.to_price <= price:
            return StressQuestion(to_price=self.to_price, days=days, policy=self.policy, interest=self.interest)
        return StressQuestion(drop=min(self.drop, DEEPEST), days=days, policy=self.policy, interest=self.interest)


@dataclass(frozen=True, slots=True)
class Preset:
    """A fall that is offered by a button: a fraction and its words."""

    drop: Decimal
    words: str


def presets(week_drop: Decimal, last_week: Decimal | None) -> tuple[Preset, ...]:
    """Return the falls that are offered, shallow ones first.

    Args:
        week_drop: the settings' weekly drop test.
        last_week: how the price moved in the last seven days, or None where that is not known.
    """
    found = [Preset(drop, fall_text(drop)) for drop in _FALLS]
    found.append(Preset(week_drop, f"{fall_text(week_drop)} week"))
    found.append(Preset(WORST_DAY, f"{fall_text(WORST_DAY)} 12 Mar 2020"))
    if last_week is not None and last_week < 0:
        drop = min((-last_week).quantize(Decimal("0.001"), ROUND_CEILING), DEEPEST)
        found.append(Preset(drop, f"{fall_text(drop)} last week"))
    held: dict[Decimal, Preset] = {}
    for preset in found:
        held[preset.drop] = preset  # the setting's words win over the bare fall's
    return tuple(held[drop] for drop in sorted(held))


def fall_text(drop: Decimal) -> str:
    """Return a fall as it stands on a button (``−20 %``)."""
    return f"{MINUS}{percent_text(drop)}" if drop else f"0{THIN}%"


def move_words(asked: Asked, price: Decimal, currency: str) -> str:
    """Return what the fall comes to (``−20 % → $56,582``)."""
    if not asked.hypothetical:
        return f"now {price_text(price, currency)}"
    bare = asked.to_price is None and asked.path is None
    drop = percent_text(asked.depth) if bare else f"{number_text(asked.depth * 100, 1, UP)}{THIN}%"
    return f"{MINUS}{drop} → {price_text(asked.stressed(price), currency)}"


def days_words(days: int | None) -> str:
    """Return how long a fall takes, in words."""
    if days is None:
        return "at any pace"
    return "at once" if not days else "1 day" if days == 1 else f"{days} days"


def typed_fall(text: str, asked: Asked, price: Decimal, currency: str) -> Asked:
    """Return what is asked when ``text`` is typed as the fall: per cent or a price (``-20 %``, ``56k``, ``$56,000``).

    A number that can be only one of the two needs no sign; one that can be both is asked about.

    Raises:
        AmountError: neither, both, a rise, or deeper than can be set.
    """
    body = text.strip().lstrip(f"-{MINUS}–").strip()
    signed = body != text.strip()
    if not body:
        msg = "type a fall in per cent, like -20 %, or the price it ends at, like 56k"
        raise AmountError(msg)
    grouped = _TWO_READINGS.fullmatch(body) is not None and not signed  # nobody writes thousandths of a per cent
    drop = None if grouped or _has_letter(body) else _percent(body)
    if "%" in body:
        drop = parse_typed_percent(body)
        _check_drop(drop)
        return asked.fall(drop)
    to_price = None if signed else typed_price(body, price, currency)
    lowest = EXACT.multiply(price, EXACT.subtract(_ONE, DEEPEST))
    as_price = to_price is not None and lowest <= to_price <= price
    as_drop = drop is not None and drop <= DEEPEST
    if as_price and as_drop:
        msg = f"“{text.strip()[:40]}” can mean a price or per cent; write {body} % or {currency} {body}"
        raise AmountError(msg)
    if as_drop and drop is not None:
        return asked.fall(drop)
    if to_price is not None and as_price:
        return asked.fall_to(to_price, price)
    if to_price is None:
        parse_typed_fiat(body, currency)  # raises its own sentence
    if to_price is not None and to_price > price:
        msg = f"{price_text(to_price, currency)} lies above today's {price_text(price, currency)}; type a lower price"
        raise AmountError(msg)
    msg = f"“{text.strip()[:40]}” is deeper than −90 %; type a fall up to that"
    raise AmountError(msg)


def typed_price(text: str, price: Decimal, currency: str) -> Decimal | None:
    """Return the price that ``text`` means, or None where it is none.

    Of the two readings of ``58,000`` the one is taken that is near today's ``price``, if only one is.
    """
    body = text.strip()
    try:
        return parse_typed_fiat(body, currency).amount
    except AmountError:
        found = _TWO_READINGS.fullmatch(body)
    if found is None:
        return None
    readings = [Decimal(f"{found[1]}{found[2]}"), Decimal(f"{found[1]}.{found[2]}")]
    near = [value for value in readings if price / _NEAR <= value <= price * _NEAR]
    return near[0] if len(near) == 1 else None


def slider_place(asked: Asked) -> int:
    """Return where the slider stands, in tenths of a per cent."""
    return int((min(asked.depth, DEEPEST) * 1000).to_integral_value(ROUND_HALF_EVEN))


def _has_letter(body: str) -> bool:
    return any(sign.isalpha() or sign in "$€£¥" for sign in body)


def _percent(body: str) -> Decimal | None:
    try:
        return parse_typed_percent(f"{body.removesuffix('%').strip()} %")
    except AmountError:
        return None


def _check_drop(drop: Decimal) -> None:
    if drop > DEEPEST:
        msg = f"{percent_text(drop)} is deeper than can be set; type a fall of 0 to 90 %"
        raise AmountError(msg)
