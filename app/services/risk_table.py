"""Probabilities for a terminal: the book, then a row for each loan, then what they rest on."""

from app.domain.portfolio import BookFigures
from app.risk.results import BookRisk, LoanRisk
from app.services.chance_words import NOT_KNOWN, band_words, chance_words, horizon_words
from app.services.text_table import MOST_ROWS, price_lines, short_name, table_lines
from app.services.wording import money, percent_up, plain_percent


def risk_table(figures: BookFigures, risk: BookRisk, title: str) -> str:
    """Return the whole page as lines of text, without a line feed at the end."""
    lines = [f"{title}, {figures.as_of:%Y-%m-%d %H:%M} UTC", *price_lines(figures), ""]
    if risk.model is None:
        return "\n".join([*lines, risk.reason, *risk.left_out])
    lines += _book_lines(risk, figures.totals.currency)
    lines += _loan_lines(risk)
    lines += ["", *_basis_lines(risk)]
    if risk.left_out:
        lines += ["", *risk.left_out]
    return "\n".join(lines)


def _book_lines(risk: BookRisk, currency: str) -> list[str]:
    headings = ("The book, within", *(_days_words(h.days, scenario=h.scenario) for h in risk.horizons))
    rows = [
        headings,
        ("any call", *(chance_words(h.any_call) for h in risk.horizons)),
        ("any forced sale, nobody acts", *(chance_words(h.any_sale_no_action) for h in risk.horizons)),
        ("… with the best use of free BTC", *(chance_words(h.any_sale_best_use) for h in risk.horizons)),
    ]
    if len(risk.shortfalls) == len(risk.horizons):
        told = (money(s.expected_shortfall, currency, 0) for s in risk.shortfalls)
        rows.append((f"net value, worst {plain_percent(1 - risk.shortfalls[0].level)}: loss", *told))
    reasons = dict.fromkeys(h.reason for h in risk.horizons if h.reason)
    return [*table_lines(rows, (0,)), *reasons]


def _loan_lines(risk: BookRisk) -> list[str]:
    if not risk.loans:
        return ["", "No loan has a line that a fall of the price could reach."]
    rows = [("Loan", "Reaches", *(_days_words(h.days, scenario=h.scenario) for h in risk.horizons), "maturity")]
    for loan in risk.loans[:MOST_ROWS]:
        rows += _rows(loan)
    lines = ["", *table_lines(rows)]
    if len(risk.loans) > MOST_ROWS:
        lines.append(f"… and {len(risk.loans) - MOST_ROWS} more; --json gives them all.")
    return lines + _uncured_lines(risk)


def _rows(loan: LoanRisk) -> list[tuple[str, ...]]:
    name = short_name(loan.loan)
    regular = [h for h in loan.horizons if not h.maturity]
    ends = next((h for h in loan.horizons if h.maturity), None)
    call = None if ends is None else ends.margin_call
    sale = None if ends is None else ends.liquidation
    label = "" if ends is None else f" ({ends.days} d{', scenario' if ends.scenario else ''})"
    rows = []
    if any(h.margin_call for h in loan.horizons):
        told = [f"{chance_words(h.margin_call)}" for h in regular]
        rows.append((name, "margin call", *told, NOT_KNOWN if call is None else chance_words(call) + label))
        rows.append(("", "  models say", *(band_words(h.margin_call) for h in regular), band_words(call)))
        name = ""
    told = [chance_words(h.liquidation) for h in regular]
    rows.append((name, "forced sale", *told, NOT_KNOWN if sale is None else chance_words(sale) + label))
    return rows


def _uncured_lines(risk: BookRisk) -> list[str]:
    lines = []
    for loan in risk.loans[:MOST_ROWS]:
        call = loan.uncured
        if call is None:
            continue
        low, high = plain_percent(call.low), plain_percent(call.high)
        lines.append(
            f"{loan.loan}: of past calls that nobody answered, {low} to {high} reached the forced sale within "
            f"{call.measured_hours} h (order of magnitude, {call.events} falls)."
        )
    return ["", *lines] if lines else []


def _basis_lines(risk: BookRisk) -> list[str]:
    basis = risk.model
    if basis is None:
        return []
    looked = "lows within the day" if basis.intraday else "daily closes"
    history = f"{basis.days:,} days from {basis.first_day} to {basis.last_day}, {looked}"
    volatility = f"{percent_up(basis.annual_sigma)} a year, {percent_up(basis.weekly_sigma)} a week"
    return [f"Model: {basis.name}; {history}; volatility {volatility}.", *basis.notes]


def _days_words(days: int, *, scenario: bool) -> str:
    return f"{horizon_words(days)} (scenario)" if scenario else horizon_words(days)
