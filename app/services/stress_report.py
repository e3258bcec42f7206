"""The ``stress --json`` document: figures as text with their own number of digits, rounded half-even."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from app.domain.money import EXACT, btc_text
from app.domain.portfolio import BookFigures
from app.risk.episodes import Episodes
from app.risk.stress_path import PathKind, PricePath
from app.risk.stress_result import LoanEnd, StressComparison, StressEvent, StressResult
from app.services.report_figures import money_of, plain, price_reports, ratio_text, time_text
from app.services.stress_words import event_sentence

_SIXTH: Final = Decimal("0.000001")


def stress_report(comparison: StressComparison, figures: BookFigures) -> dict[str, Any]:
    """Return a stress test as a JSON document; prices and losses in the base currency, the rest in each loan's.

    ``baseline`` is what happens if nobody does anything.
    """
    currency = comparison.currency
    return {
        "as_of": time_text(figures.as_of),
        "prices": price_reports(figures.prices, figures.as_of),
        "currency": currency,
        "scenario": _scenario(comparison.path, comparison.price, currency),
        "policy": comparison.chosen.policy.value,
        **_course(comparison.chosen, currency),
        "baseline": {"policy": comparison.baseline.policy.value, **_course(comparison.baseline, currency)},
        "left_out": list(comparison.left_out),
        "problems": list(figures.problems),
    }


def unanswered_report(reason: str, figures: BookFigures) -> dict[str, Any]:
    """Return the document of a stress test that has no answer: every figure is null, and a sentence says why."""
    return {
        "as_of": time_text(figures.as_of),
        "prices": price_reports(figures.prices, figures.as_of),
        "currency": None,
        "scenario": None,
        "policy": None,
        "events": None,
        "loans": None,
        "unencumbered_left_btc": None,
        "btc_sold": None,
        "loss": None,
        "baseline": None,
        "left_out": [],
        "problems": list(dict.fromkeys([reason, *figures.problems])),
    }


def episodes_report(episodes: Episodes) -> dict[str, Any]:
    """Return every episode that can be replayed."""
    return {
        "origin": episodes.origin,
        "episodes": [
            {
                "id": item.key,
                "name": item.name,
                "peak": item.peak.isoformat(),
                "trough": item.trough.isoformat(),
                "days": item.days,
                "fall": ratio_text(EXACT.subtract(Decimal(1), item.lowest)),
                "lows": item.lows,
            }
            for item in episodes.items
        ],
    }


def _scenario(path: PricePath, price: Decimal, currency: str) -> dict[str, Any]:
    return {
        "kind": path.kind.value,
        "name": path.name,
        "episode": path.key if path.kind is PathKind.EPISODE else None,
        "days": None if path.timeless else _day(path.days),
        "start_price": money_of(currency).text(price),
        "lowest_price": money_of(currency).text(EXACT.multiply(path.lowest, price)),
        "end_price": money_of(currency).text(EXACT.multiply(path.end, price)),
        "drop": ratio_text(EXACT.subtract(Decimal(1), path.lowest)),
        "intraday_lows": path.lows,
    }


def _course(result: StressResult, currency: str) -> dict[str, Any]:
    return {
        "events": [_event(event, currency) for event in result.events],
        "loans": [_loan(loan) for loan in result.loans],
        "unencumbered_start_btc": btc_text(result.free_start_sats),
        "unencumbered_left_btc": btc_text(result.free_left_sats),
        "btc_posted": btc_text(result.posted_sats),
        "btc_sold": btc_text(result.sold_sats),
        "loss": money_of(currency).text(result.loss),
        "loss_parts": {
            "fees": money_of(currency).text(result.fees),
            "sold_below_end": money_of(currency).text(result.sold_below_end),
        },
        "shortfall": money_of(currency).text(result.shortfall),
        "interest": money_of(currency).text(result.interest),
        "end_day": _day(result.end_day),
    }


def _event(event: StressEvent, base: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "price": money_of(base).text(event.price),
        "day": _day(event.day),
        "loan": event.loan,
        "kind": event.kind.value,
        "btc": btc_text(event.sats),
        "amount": money_of(event.currency).text(event.amount),
        "currency": event.currency,
        "ltv": ratio_text(event.ltv),
        "line": plain(event.line),
        "to_ltv": ratio_text(event.to_ltv),
    }
    if event.cure_hours is not None or event.deadline_day is not None:
        row["cure_hours"] = event.cure_hours
        row["deadline"] = None if event.deadline_day is None else _day(event.deadline_day)
    if event.arrives_day is not None:
        row["arrives"] = _day(event.arrives_day)
    if event.in_time is not None:
        row["in_time"] = event.in_time
    if event.short_sats:
        row["short_btc"] = btc_text(event.short_sats)
    if event.repaid or event.fee:
        row["fee"] = money_of(event.currency).text(event.fee)
        row["repaid"] = money_of(event.currency).text(event.repaid)
        row["uncured"] = event.uncured
    row["unencumbered_btc"] = btc_text(event.free_sats)
    row["sentence"] = event_sentence(event, base)
    return row


def _loan(loan: LoanEnd) -> dict[str, Any]:
    return {
        "name": loan.loan,
        "lender": loan.lender,
        "currency": loan.currency,
        "state": loan.state.value,
        "debt": money_of(loan.currency).text(loan.debt),
        "exposure": money_of(loan.currency).text(loan.exposure),
        "collateral_btc": btc_text(loan.collateral_sats),
        "ltv": ratio_text(loan.ltv),
        "margin_calls": loan.called,
        "posted_btc": btc_text(loan.posted_sats),
        "sold_btc": btc_text(loan.sold_sats),
        "returned_btc": btc_text(loan.returned_sats),
        "fees": money_of(loan.currency).text(loan.fees),
        "shortfall": money_of(loan.currency).text(loan.shortfall),
    }


def _day(value: Decimal) -> float | int:
    """Return days since the start as a number: whole ones as such, others to the sixth decimal (0.1 s)."""
    rounded = value.quantize(_SIXTH, ROUND_HALF_EVEN, EXACT)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)
