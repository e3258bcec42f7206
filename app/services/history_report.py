"""What ``history`` answers, for scripts and for people."""

from collections.abc import Sequence
from typing import Any, Final

from app.domain.histories import IMPORTED, Gap, ShownHistory, gaps_of, is_derived
from app.services.history_import import HistoryImport

DEMO: Final = "demo"
_GAPS_TOLD: Final = 5


def history_document(currency: str, shown: ShownHistory) -> dict[str, Any]:
    """Return the stored history's extent as JSON; days are ISO texts, null where nothing is stored."""
    candles = shown.candles
    return {
        "currency": currency,
        "source": shown.source or None,
        "extended_by": shown.extended_by or None,
        "lows_from": shown.lows_from or None,
        "derived": is_derived(shown.source),
        "first_day": candles[0].day.isoformat() if candles else None,
        "last_day": candles[-1].day.isoformat() if candles else None,
        "days": len(candles),
        "gaps": _gap_documents(gaps_of(candles)),
        "with_lows": sum(candle.low is not None for candle in candles),
    }


def import_document(done: HistoryImport) -> dict[str, Any]:
    """Return what an import came to as JSON."""
    return {
        "currency": done.currency,
        "source": IMPORTED,
        "first_day": done.first.isoformat(),
        "last_day": done.last.isoformat(),
        "days": done.days,
        "with_lows": done.with_lows,
        "added": done.added,
        "changed": done.changed,
        "kept": done.kept,
        "duplicates": done.duplicates,
        "running_day": None if done.running is None else done.running.isoformat(),
        "gaps": _gap_documents(done.gaps),
        "disagreements": [
            {"source": one.source, "days": one.days, "shared_days": one.shared} for one in done.disagreements
        ],
    }


def history_text(currency: str, shown: ShownHistory) -> str:
    """Return the stored history's extent in lines for a person."""
    candles = shown.candles
    if not candles:
        return f"No history in {currency} is stored. Load one with: plimsoll history import FILE.csv"
    lows = sum(candle.low is not None for candle in candles)
    extent = f"{candles[0].day} to {candles[-1].day}: {_days(len(candles))}, {_lows(lows, len(candles))}"
    return f"Prices in {currency}, {extent}.\nSource: {_source(shown)}.\n{_gap_line(gaps_of(candles))}"


def import_text(done: HistoryImport) -> str:
    """Return what an import came to in lines for a person."""
    extent = f"{done.first} to {done.last}: {_days(done.days)}, {_lows(done.with_lows, done.days)}"
    news = f"{done.added:,} new, {done.changed:,} changed"
    lines = [f"Imported prices in {done.currency}, {extent}; {news}.", _gap_line(done.gaps)]
    if done.kept:
        stay = (
            "stays as imported before, with its low" if done.kept == 1 else "stay as imported before, with their lows"
        )
        lines.append(f"{_days(done.kept)} {stay}.")
    if done.duplicates:
        lines.append(f"{done.duplicates:,} repeated {'line' if done.duplicates == 1 else 'lines'} counted once.")
    if done.running is not None:
        lines.append(f"{done.running} is still running and was left out.")
    lines += [
        f"{one.source} tells closes over 2 % apart on {one.days:,} of {_days(one.shared)} that both know;"
        " check the file's currency."
        for one in done.disagreements
    ]
    return "\n".join(lines)


def _source(shown: ShownHistory) -> str:
    name = {IMPORTED: "imported from a file", DEMO: "the demo's recording, which is invented"}.get(shown.source)
    if name is None:
        name = shown.source
    if is_derived(shown.source):
        name += (
            " (derived: dollar prices times the central bank's daily rate, at weekends that of the last working day)"
        )
    later = f"; later days from {shown.extended_by}" if shown.extended_by else ""
    lows = f"; lows from {shown.lows_from} where the closes agree" if shown.lows_from else ""
    return f"{name}{later}{lows}"


def _days(count: int) -> str:
    return f"{count:,} {'day' if count == 1 else 'days'}"


def _lows(count: int, of: int) -> str:
    if count in (0, of):
        return "each with its intraday low" if count else "closes alone, without intraday lows"
    return f"{count:,} of them with an intraday low"


def _gap_line(gaps: Sequence[Gap]) -> str:
    if not gaps:
        return "No day is missing."
    told = [f"{gap.first}" if gap.days == 1 else f"{gap.first} to {gap.last}" for gap in gaps[:_GAPS_TOLD]]
    more = f" and {len(gaps) - _GAPS_TOLD:,} more gaps" if len(gaps) > _GAPS_TOLD else ""
    return f"Missing: {_days(sum(gap.days for gap in gaps))} ({', '.join(told)}{more})."


def _gap_documents(gaps: Sequence[Gap]) -> list[dict[str, Any]]:
    return [{"from": gap.first.isoformat(), "to": gap.last.isoformat(), "days": gap.days} for gap in gaps]
