"""The risk screen in sentences: how likely, on what it rests, and where each number comes from (pure)."""

from decimal import Decimal
from typing import Final

from app.domain.money import EXACT
from app.risk.positions import Position, Positions, Unanswerable
from app.risk.results import (
    SCENARIO_DAYS,
    BookHorizonRisk,
    BookRisk,
    HorizonRisk,
    LoanRisk,
    ModelBasis,
    Probability,
    Shortfall,
    UncuredCall,
)
from app.services.chance_words import NOT_KNOWN, band_words, chance_text, chance_words, horizon_words
from app.services.wording import danger_price, money, percent_down, percent_up

HEADLINE_DAYS: Final = 30
PENDING: Final = "Reckoning how likely a call is …"
NO_LINES: Final = "No loan has a line that a fall of the price could reach."
METHOD: Final = (
    "The middle of two methods: past days replayed at random from today's volatility, and past falls scaled to it."
)
_WORDS: Final = (
    (Decimal("0.005"), "very unlikely"),
    (Decimal("0.05"), "unlikely"),
    (Decimal("0.25"), "possible"),
    (Decimal("0.45"), "less likely than not"),
    (Decimal("0.55"), "about as likely as not"),
    (Decimal("0.75"), "more likely than not"),
    (Decimal("0.95"), "likely"),
    (Decimal(1), "very likely"),
)


def likelihood(value: Decimal) -> str:
    """Return a probability as people say it (``about as likely as not``)."""
    return next((words for below, words in _WORDS if value < below), "due already")


def headline(risk: BookRisk | Unanswerable | None) -> str:
    """Return how likely a call and a forced sale are within 30 days; or why nobody can say; None is not known yet."""
    if risk is None:
        return PENDING
    if isinstance(risk, Unanswerable) or risk.model is None:
        return f"No probabilities: {_lower(risk.reason)}"
    if not risk.loans:
        return NO_LINES
    month = risk.within(HEADLINE_DAYS)
    if month is None or month.any_call is None:
        return f"No probabilities: {_lower(month.reason if month else '') or 'this horizon was not reckoned.'}"
    if month.any_call.value >= 1:
        start = "A call is due already"
    else:
        told = likelihood(month.any_call.value)
        start = f"Within {HEADLINE_DAYS} days a call is {told} ({chance_text(month.any_call.value)})"
    if month.any_sale_no_action is None:
        return f"{start}; no loan names a forced sale."
    sale = f"a forced sale, if nobody acts, {chance_text(month.any_sale_no_action.value)}"
    best = month.any_sale_best_use
    end = "" if best is None else f"; with the best use of the free BTC {chance_text(best.value)}"
    return f"{start}; {sale}{end}."


def basis_sentence(risk: BookRisk | Unanswerable | None) -> str:
    """Return what the probabilities rest on, and what was left out; empty where there are none."""
    if not isinstance(risk, BookRisk) or risk.model is None:
        return ""
    basis = risk.model
    looked = "with the lows within each day" if basis.intraday else "by daily closes"
    told = (
        f"Learned from {basis.days:,} days, {basis.first_day} to {basis.last_day}, {looked}. "
        f"A usual week now moves {percent_up(basis.weekly_sigma)} ({percent_up(basis.annual_sigma)} a year)."
    )
    return " ".join((told, *basis.notes))


def short_week(risk: BookRisk | Unanswerable | None) -> str:
    """Return how likely a call is within a week, for the overview; empty where nobody can say."""
    week = risk.within(7) if isinstance(risk, BookRisk) else None
    if week is None or week.any_call is None or week.any_call.value >= 1:
        return ""
    return f"A call within a week: {chance_text(week.any_call.value)}."


def weekly_sigmas(headroom: Decimal | None, basis: ModelBasis | None) -> Decimal | None:
    """Return how many usual weeks' moves away a line lies: ``−ln(1 − headroom) ÷ weekly volatility``, rounded down."""
    if headroom is None or basis is None or not basis.weekly_sigma or not 0 < headroom < 1:
        return None
    log = EXACT.minus(EXACT.ln(EXACT.subtract(Decimal(1), headroom)))
    return EXACT.divide(log, basis.weekly_sigma).quantize(Decimal("0.1"), "ROUND_FLOOR", EXACT)


def chance_sentence(name: str, days: int, chance: Probability | None, *, why: str = "", maturity: bool = False) -> str:
    """Return a probability with its band and the textbook's number beside it, as a sentence."""
    when = f"until it matures in {days:,} days" if maturity else f"within {horizon_words(days)}"
    if chance is None:
        return f"{name} {when}: no number. {why}".strip()
    label = " (a scenario: history is too short to check it)" if days >= SCENARIO_DAYS else ""
    if chance.value >= 1:
        return f"{name} {when}: the price is there already."
    return (
        f"{name} {when}: {chance_text(chance.value)}{label}. The models say {band_words(chance)}; "
        f"GBM-90d says {chance_text(chance.gbm)}. {METHOD}"
    )


def line_sentence(item: Position, positions: Positions, *, sale: bool) -> str:
    """Return where a loan's line lies and how that is reckoned."""
    trigger = item.sale if sale else item.call
    word = "forced sale" if sale else "margin call"
    if trigger is None:
        return f"{item.loan} has no {word} in its terms."
    price = EXACT.divide(item.exposure_now, EXACT.multiply(trigger.ltv, item.collateral_btc))
    room = EXACT.subtract(Decimal(1), EXACT.divide(price, positions.price))
    below = f"{percent_down(room)} below {money(positions.price, positions.currency, 0)}" if room > 0 else "passed"
    grows = " It rises with the interest until then." if item.exposure > item.exposure_now else ""
    return (
        f"{item.loan}, {word} at {danger_price(price, positions.currency)}, {below}: "
        f"exposure ÷ ({percent_up(trigger.ltv)} × collateral).{grows}"
    )


def uncured_words(call: UncuredCall | None) -> str:
    """Return the range for a call that nobody answers (``8–17 %``), or a dash."""
    if call is None:
        return NOT_KNOWN
    return f"{_whole(call.low)}–{_whole(call.high)} %"


def uncured_sentence(loan: LoanRisk) -> str:
    """Return what an unanswered call leads to, and on what that rests."""
    call = loan.uncured
    if call is None:
        return f"{loan.loan}: no clock runs after its call, or nothing was measured for one."
    return (
        f"{loan.loan}: of past calls that nobody answered, {uncured_words(call)} reached the forced sale within "
        f"{call.measured_hours} h. An order of magnitude: it rests on {call.events} separate falls."
    )


def end_words(horizon: HorizonRisk | None, *, sale: bool) -> str:
    """Return a loan's chance until it matures, with the days; a scenario is labelled."""
    if horizon is None:
        return NOT_KNOWN
    chance = horizon.liquidation if sale else horizon.margin_call
    return f"{chance_words(chance)} · scenario" if chance is not None and horizon.scenario else chance_words(chance)


def maturity_of(loan: LoanRisk) -> HorizonRisk | None:
    """Return the horizon that ends when the loan matures."""
    return next((horizon for horizon in loan.horizons if horizon.maturity), None)


def book_sentence(horizon: BookHorizonRisk, kind: str) -> str:
    """Return one of the book's chances (``call``, ``sale`` or ``best``) as a sentence."""
    name, chance, why = {
        "call": ("At least one call", horizon.any_call, "No loan has a line."),
        "sale": ("At least one forced sale, if nobody acts,", horizon.any_sale_no_action, "No loan names one."),
        "best": (
            "At least one forced sale, although the free BTC is used in the best way,",
            horizon.any_sale_best_use,
            "No fall uses the free BTC up.",
        ),
    }[kind]
    rests = {
        "call": "Loans fall together, so this is the chance of touching the highest call line.",
        "sale": "Loans fall together, so this is the chance of touching the highest forced-sale line.",
        "best": "This is the chance of touching the last stand.",
    }[kind]
    told = chance_sentence(name, horizon.days, chance, why=horizon.reason or why)
    return f"{told} {rests}" if chance is not None else told


def shortfall_sentence(shortfall: Shortfall, currency: str, *, hidden: bool) -> str:
    """Return what the worst cases cost the book's net value."""
    share = percent_up(EXACT.subtract(Decimal(1), shortfall.level))
    lost = "•••" if hidden else money(shortfall.expected_shortfall, currency, 0)
    least = "•••" if hidden else money(shortfall.value_at_risk, currency, 0)
    return (
        f"Within {horizon_words(shortfall.days)}, in the worst {share} of simulated futures, the net value loses "
        f"{lost} on average, and at least {least}. Debts stay as they are, bitcoin falls; nothing is posted or sold."
    )


def _whole(share: Decimal) -> str:
    return f"{EXACT.multiply(share, Decimal(100)):.0f}"


def _lower(reason: str) -> str:
    """Return a sentence as it goes on after a colon; a name or a number keeps its first letter."""
    starts = ("There ", "The ", "A ", "No ")
    return reason[:1].lower() + reason[1:] if reason.startswith(starts) else reason
