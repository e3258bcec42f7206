"""Withdrawals and deposits that are one movement, as rows (pure)."""

from collections.abc import Sequence
from datetime import UTC
from typing import NamedTuple

from app.services.transfer_pairs import Pair, Pairs, Unclear
from app.ui.formats import Display, btc_text, moment_text
from app.ui.models.rows import RowColumn, RowsModel

NOTHING = "–"


class PairRow(NamedTuple):
    """A pair, and its place in what was found."""

    place: int
    pair: Pair


def pair_rows(found: Pairs) -> tuple[PairRow, ...]:
    """Return the pairs as rows."""
    return tuple(PairRow(place, pair) for place, pair in enumerate(found.pairs))


def pairs_model() -> RowsModel[PairRow]:
    """Return the model of the list."""
    return RowsModel(
        (
            RowColumn("when", "Left (UTC)", lambda row, _d: moment_text(row.pair.out.entry.at, UTC), _place),
            RowColumn("from", "From", lambda row, _d: row.pair.out.account, lambda row: row.pair.out.account),
            RowColumn("to", "To", lambda row, _d: row.pair.into.account, lambda row: row.pair.into.account),
            RowColumn(
                "btc",
                "Arrived",
                lambda row, display: btc_text(row.pair.into.entry.sats, display, digits=8),
                lambda row: row.pair.into.entry.sats,
                None,
                True,
                True,
            ),
            RowColumn("rest", "Not arrived", _rest, lambda row: row.pair.rest_sats, None, True, True),
            RowColumn("known", "Known by", lambda row, _d: _known(row.pair), lambda row: _known(row.pair)),
        ),
        _words,
        sort_key="when",
    )


def unclear_words(unclear: Sequence[Unclear], display: Display, most: int = 5) -> str:
    """Return what is left to a person, in sentences; empty where nothing is."""
    if not unclear:
        return ""
    told = []
    for one in unclear[:most]:
        entry = one.out.entry
        count = len(one.candidates)
        fits = f"fits {count} deposits" if count > 1 else "shares its deposit with another withdrawal"
        amount = btc_text(entry.sats, display, digits=8)
        told.append(f"{amount} from {one.out.account}, {moment_text(entry.at, UTC)}, {fits}.")
    more = f" {len(unclear) - most} more are unclear." if len(unclear) > most else ""
    return f"Not joined, because they have two readings: {' '.join(told)}{more} Enter those transfers by hand."


def _place(row: PairRow) -> int:
    return row.place


def _rest(row: PairRow, display: Display) -> str:
    return btc_text(row.pair.rest_sats, display, digits=8) if row.pair.rest_sats else NOTHING


def _known(pair: Pair) -> str:
    return "the same transaction" if pair.same_transaction else "amount and time"


def _words(row: PairRow, display: Display) -> str:
    pair = row.pair
    amount = btc_text(pair.into.entry.sats, display, digits=8)
    return f"{amount} from {pair.out.account} to {pair.into.account}, {moment_text(pair.out.entry.at, UTC)}"
