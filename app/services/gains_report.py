"""What ``gains`` answers a script: one JSON document, or the disposals lot by lot as CSV."""

import csv
import io
from decimal import Decimal
from typing import Any, Final

from app.domain.disposals import Disposal, Lot, LotRules, LotUse, Source, amount_of, days_held, over_a_year
from app.domain.money import btc_text
from app.services.gains import Gains, Sum
from app.services.report_figures import money_of, time_text

_COLUMNS: Final = (
    "disposed_at", "kind", "account", "entry", "btc", "proceeds", "basis", "gain", "currency", "acquired_at",
    "lot_account", "lot_entry", "days_held", "over_a_year", "unknown",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
NO_BASIS: Final = "the basis of a lot is not known"


def gains_document(gains: Gains) -> dict[str, Any]:
    """Return everything as JSON; amounts in the book's currency, null where a figure is not known.

    Each row is rounded by itself, a total from exact amounts: added-up rows may differ from it by their roundings.
    """
    code = gains.history.currency
    unknown = [lot for lot in gains.history.acquired if lot.basis_units is None]
    return {
        "book": gains.book,
        "currency": code,
        "year": gains.year,
        **rules_document(gains.history.rules),
        "total": sum_document(gains.total, code),
        "by_year": [{"year": year, **sum_document(found, code)} for year, found in gains.by_year.items()],
        "by_account": [{"account": name, **sum_document(found, code)} for name, found in gains.by_account.items()],
        "by_lot": [{"lot": _source(one), **sum_document(found, code)} for one, found in gains.by_lot.items()],
        "disposals": [_disposal(one, code) for one in gains.disposals],
        "departures": [_disposal(one, code) for one in gains.departures],
        "unrealised": {
            "price": money_of(code).optional(gains.price),
            "price_day": None if gains.price_day is None else gains.price_day.isoformat(),
            "lots": [
                {
                    **_lot(held.lot, code),
                    "value": money_of(code).optional(held.value),
                    "gain": money_of(code).optional(held.gain),
                }
                for held in gains.held
            ],
        },
        "unknown_lots": [_lot(lot, code) for lot in unknown],
    }


def rules_document(rules: LotRules) -> dict[str, Any]:
    """Return how lots were reckoned."""
    return {
        "method": rules.method.value,
        "per": rules.scope.value,
        "fees": "in" if rules.fees_in_basis else "out",
        "network_fees": "disposal" if rules.fee_is_disposal else "no_disposal",
    }


def sum_document(found: Sum, currency: str) -> dict[str, Any]:
    """Return disposals added up; what is not known is counted and added to nothing."""
    return {
        "disposals": found.count,
        "btc": btc_text(found.sats),
        "proceeds": units_text(found.proceeds, currency),
        "basis": units_text(found.basis, currency),
        "gain": units_text(found.gain, currency),
        "gains": units_text(found.gains, currency),
        "losses": units_text(found.losses, currency),
        "gain_over_a_year": units_text(found.long_gain, currency),
        "unknown": found.unknown,
        "unknown_btc": btc_text(found.unknown_sats),
    }


def units_text(units: int, currency: str) -> str:
    """Return hundred-millionths as money, rounded to the currency's minor unit; never a negative zero."""
    text = money_of(currency).text(amount_of(units))
    return text.removeprefix("-") if not Decimal(text) else text


def gains_csv(gains: Gains) -> str:
    """Return the disposals, a line for each lot used, as CSV that no spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in gains.disposals:
        for use in one.uses:
            writer.writerow(_row(one, use, gains.history.currency))
    return out.getvalue()


def _row(one: Disposal, use: LotUse, currency: str) -> list[str]:
    known = money_of(currency).optional
    reason = one.reason or (NO_BASIS if use.basis_units is None else "")
    return [
        time_text(one.at),
        one.kind.value,
        _cell(one.account),
        str(one.source.entry + 1),
        btc_text(use.sats),
        known(use.proceeds) or "",
        known(use.basis) or "",
        known(use.gain) or "",
        currency,
        time_text(use.acquired_at),
        _cell(use.source.owner),
        str(use.source.entry + 1),
        str(days_held(use.acquired_at, one.at)),
        "yes" if over_a_year(use.acquired_at, one.at) else "no",
        reason,
    ]


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _source(source: Source) -> dict[str, Any]:
    """Return where in the book an entry stands; entries count from 1, as people do."""
    return {"loan" if source.loan else "account": source.owner, "entry": source.entry + 1}


def _lot(lot: Lot, currency: str) -> dict[str, Any]:
    return {
        "account": lot.account or None,
        "pledged_to": lot.pledged_to,
        "acquired_at": time_text(lot.acquired_at),
        "btc": btc_text(lot.sats),
        "basis": money_of(currency).optional(lot.basis),
        "unknown": lot.reason or None,
        "source": _source(lot.source),
    }


def _disposal(one: Disposal, currency: str) -> dict[str, Any]:
    known = money_of(currency).optional
    youngest, oldest = one.holding_days
    return {
        "at": time_text(one.at),
        "kind": one.kind.value,
        "account": one.account,
        "btc": btc_text(one.sats),
        "proceeds": known(one.proceeds),
        "basis": known(one.basis),
        "gain": known(one.gain),
        "days_held": [youngest, oldest],
        "unknown": one.reason or (NO_BASIS if one.basis_units is None else None),
        "source": _source(one.source),
        "lots": [
            {
                "acquired_at": time_text(use.acquired_at),
                "btc": btc_text(use.sats),
                "basis": known(use.basis),
                "gain": known(use.gain),
                "days_held": days_held(use.acquired_at, one.at),
                "over_a_year": over_a_year(use.acquired_at, one.at),
                "source": _source(use.source),
            }
            for use in one.uses
        ],
    }
