"""What ``plimsoll risk`` answers: how likely each loan is called or sold, and the whole book."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.domain.portfolio import BookFigures
from app.risk.positions import Unanswerable, positions_of
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
from app.services.report_figures import money_of, plain, price_reports, ratio_text, time_text


def risk_report(
    figures: BookFigures, risk: BookRisk, history_currency: str, horizons: Sequence[int] = STANDARD_HORIZONS
) -> dict[str, Any]:
    """Return the document; a probability that cannot be told is null, and ``reason`` beside it says why.

    Args:
        figures: the book at a price.
        risk: its probabilities.
        history_currency: what the price history is in.
        horizons: that were asked for, in days; without a model each is told as one that cannot be known.
    """
    currency = figures.totals.currency
    return {
        "as_of": time_text(figures.as_of),
        "prices": price_reports(figures.prices, figures.as_of),
        "model": None if risk.model is None else _model(risk.model, history_currency),
        "reason": risk.reason,
        "loans": [_loan(loan) for loan in risk.loans] if risk.model else _unknown_loans(figures, risk, horizons),
        "book": {
            "horizons": [_book(horizon) for horizon in risk.horizons]
            if risk.model
            else [_book(BookHorizonRisk(days, None, None, None, risk.reason)) for days in sorted(set(horizons))],
            "shortfall": [_shortfall(each, currency) for each in risk.shortfalls],
        },
        "left_out": list(risk.left_out),
        "problems": [risk.reason] if risk.reason else list(risk.model.notes if risk.model else ()),
    }


def no_risk_report(figures: BookFigures, reason: str) -> dict[str, Any]:
    """Return the document without an answer, as a price is missing."""
    return {
        "as_of": time_text(figures.as_of),
        "prices": price_reports(figures.prices, figures.as_of),
        "model": None,
        "reason": reason,
        "loans": [],
        "book": None,
        "left_out": [],
        "problems": [reason],
    }


def _model(basis: ModelBasis, currency: str) -> dict[str, Any]:
    return {
        "name": basis.name,
        "sigma": ratio_text(basis.annual_sigma),
        "weekly_sigma": ratio_text(basis.weekly_sigma),
        "history_days": basis.days,
        "history_currency": currency,
        "first_day": _day(basis.first_day),
        "as_of": _day(basis.last_day),
        "intraday": basis.intraday,
        "notes": list(basis.notes),
    }


def _loan(loan: LoanRisk) -> dict[str, Any]:
    return {
        "name": loan.loan,
        "horizons": [_horizon(horizon) for horizon in loan.horizons],
        "uncured_call": None if loan.uncured is None else _uncured(loan.uncured),
    }


def _unknown_loans(figures: BookFigures, risk: BookRisk, horizons: Sequence[int]) -> list[dict[str, Any]]:
    """Return every loan that a fall could reach, each horizon null with the reason."""
    positions = positions_of(figures)
    if isinstance(positions, Unanswerable):
        return []
    unknown = tuple(HorizonRisk(days, None, None, reason=risk.reason) for days in sorted(set(horizons)))
    return [_loan(LoanRisk(item.index, item.loan, unknown, None)) for item in positions.items]


def _horizon(horizon: HorizonRisk) -> dict[str, Any]:
    return {
        "days": horizon.days,
        "maturity": horizon.maturity,
        "scenario": horizon.scenario,
        "margin_call_probability": _chance(horizon.margin_call),
        "liquidation_probability": _chance(horizon.liquidation),
        "reason": horizon.reason,
    }


def _book(horizon: BookHorizonRisk) -> dict[str, Any]:
    return {
        "days": horizon.days,
        "scenario": horizon.scenario,
        "any_call_probability": _chance(horizon.any_call),
        "any_forced_sale_no_action_probability": _chance(horizon.any_sale_no_action),
        "any_forced_sale_best_use_probability": _chance(horizon.any_sale_best_use),
        "reason": horizon.reason,
    }


def _chance(chance: Probability | None) -> dict[str, str] | None:
    if chance is None:
        return None
    parts = {"value": chance.value, "low": chance.low, "high": chance.high, "gbm_90d": chance.gbm}
    return {name: plain(part) for name, part in parts.items()}


def _uncured(call: UncuredCall) -> dict[str, Any]:
    return {
        "cure_hours": call.hours,
        "measured_hours": call.measured_hours,
        "forced_sale_low": plain(call.low),
        "forced_sale_high": plain(call.high),
        "events": call.events,
        "label": "order of magnitude",
    }


def _shortfall(shortfall: Shortfall, currency: str) -> dict[str, Any]:
    money = money_of(currency)
    return {
        "days": shortfall.days,
        "level": plain(shortfall.level),
        "currency": currency,
        "value_at_risk": money.text(shortfall.value_at_risk),
        "expected_shortfall": money.text(shortfall.expected_shortfall),
    }


def _day(day: date) -> str:
    return day.isoformat()
