"""What ``plimsoll transfers`` answers, for scripts and for people."""

from typing import Any, Final

from app.services.json_values import btc_digits, time_text
from app.services.text_table import NOTHING, short_name, table_lines
from app.services.transfer_pairs import Leg, Pairs

_MOST: Final = 50
_HEAD: Final = ("Left", "From", "To", "BTC arrived", "BTC not arrived", "Known by")


def transfers_document(found: Pairs, *, stored: bool) -> dict[str, Any]:
    """Return everything that was found as plain data."""
    return {
        "stored": stored,
        "pairs": [
            {
                "from": _leg(pair.out),
                "to": _leg(pair.into),
                "rest_btc": btc_digits(pair.rest_sats),
                "known_by": "transaction" if pair.same_transaction else "amount_and_time",
            }
            for pair in found.pairs
        ],
        "unclear": [
            {"from": _leg(one.out), "candidates": [_leg(leg) for leg in one.candidates]} for one in found.unclear
        ],
    }


def transfers_page(found: Pairs, *, stored: bool) -> str:
    """Return what was found as a page."""
    if not found.pairs and not found.unclear:
        return "No withdrawal fits a deposit of another account."
    lines = []
    if found.pairs:
        rows = [
            (
                f"{pair.out.entry.at:%Y-%m-%d %H:%M}",
                short_name(pair.out.account),
                short_name(pair.into.account),
                btc_digits(pair.into.entry.sats),
                btc_digits(pair.rest_sats) if pair.rest_sats else NOTHING,
                "same transaction" if pair.same_transaction else "amount and time",
            )
            for pair in found.pairs[:_MOST]
        ]
        lines += table_lines([_HEAD, *rows], left=(0, 1, 2, 5))
        if len(found.pairs) > _MOST:
            lines.append(f"and {len(found.pairs) - _MOST:,} more")
        count = f"{len(found.pairs):,} transfer{'' if len(found.pairs) == 1 else 's'}"
        lines += ["", f"{count} stored, as one change." if stored else f"{count} found; --apply stores them."]
    for one in found.unclear[:_MOST]:
        fits = "; ".join(
            f"{short_name(leg.account)} {leg.entry.at:%Y-%m-%d %H:%M}, {btc_digits(leg.entry.sats)} BTC"
            for leg in one.candidates[:4]
        )
        shared = "" if len(one.candidates) > 1 else ", which another withdrawal fits, too"
        out = one.out.entry
        lines.append(
            f"Unclear: {btc_digits(out.sats)} BTC from {short_name(one.out.account)} on {out.at:%Y-%m-%d %H:%M} fits"
            f" {fits}{shared}. Enter this transfer by hand."
        )
    if len(found.unclear) > _MOST:
        lines.append(f"and {len(found.unclear) - _MOST:,} more that are unclear")
    return "\n".join(lines)


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "account": leg.account,
        "at": time_text(leg.entry.at),
        "btc": btc_digits(leg.entry.sats),
        "external_id": leg.entry.external_id,
    }
