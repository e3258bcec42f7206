"""What ``rollforward`` answers, for scripts and for people."""

from decimal import Decimal
from typing import Any

from app.domain.disposals import amount_of
from app.domain.money import btc_text
from app.services.gains_report import rules_document, sum_document
from app.services.gains_table import rules_words
from app.services.report_figures import money_of
from app.services.roll_forward import RollForward, Stand
from app.services.text_table import NOTHING, table_lines
from app.services.wording import money


def roll_forward_document(roll: RollForward) -> dict[str, Any]:
    """Return the roll-forward as JSON; null where a figure is not known, with the reasons in ``problems``."""
    known = money_of(roll.currency).optional
    return {
        "book": roll.book,
        "currency": roll.currency,
        "year": roll.year,
        **rules_document(roll.rules),
        "opening": _stand(roll.opening, roll.currency),
        "additions": {"btc": btc_text(roll.added_sats), "amount": known(roll.additions)},
        "dispositions": {"btc": btc_text(roll.disposed_sats), "amount": known(roll.dispositions)},
        "departures": {"btc": btc_text(roll.departed_sats), "amount": known(roll.departures)},
        "gains": known(roll.gains),
        "losses": known(roll.losses),
        "closing": _stand(roll.closing, roll.currency),
        "realised": sum_document(roll.realised, roll.currency),
        "unrealised_change": known(roll.unrealised),
        "difference": known(roll.difference),
        "problems": list(roll.problems),
    }


def roll_forward_page(roll: RollForward) -> str:
    """Return the roll-forward as a page for a terminal."""
    code = roll.currency

    def row(name: str, sats: int | None, amount: Decimal | None) -> tuple[str, str, str]:
        return name, "" if sats is None else btc_text(sats), NOTHING if amount is None else money(amount, code)

    def minus(amount: Decimal | None) -> Decimal | None:
        return None if amount is None else -amount

    realised = amount_of(roll.realised.gain)
    rows = [
        ("", "BTC", code),
        row(f"Opening, fair value at the close of {roll.opening.day}", roll.opening.sats, roll.opening.fair_value),
        row("Additions, at their basis", roll.added_sats, roll.additions),
        row("Dispositions, at their proceeds", -roll.disposed_sats, minus(roll.dispositions)),
        row("Left the book without a sale, at its basis", -roll.departed_sats, minus(roll.departures)),
        row("Gains in net income", None, roll.gains),
        row("Losses in net income", None, minus(roll.losses)),
        row(f"Closing, fair value at the close of {roll.closing.day}", roll.closing.sats, roll.closing.fair_value),
        row("  of it pledged (restricted)", roll.closing.pledged_sats, roll.closing.pledged_value),
        row("Cost basis at closing", None, roll.closing.basis),
        row("  of it pledged", None, roll.closing.pledged_basis),
        row("Realised gain, as in plimsoll gains", None, None if roll.realised.unknown else realised),
        row("  realised gains alone", None, amount_of(roll.realised.gains)),
        row("  realised losses alone", None, amount_of(roll.realised.losses)),
        row("Change of what is unrealised", None, roll.unrealised),
    ]
    head = f"{roll.book}: roll-forward of bitcoin for {roll.year}, in {code}"
    lines = [head, f"Lots: {rules_words(roll.rules)}.", "", *table_lines(rows, left=(0,))]
    if roll.problems:
        lines += ["", *roll.problems]
    return "\n".join(lines)


def _stand(stand: Stand, currency: str) -> dict[str, Any]:
    known = money_of(currency).optional
    return {
        "day": stand.day.isoformat(),
        "price": known(stand.price),
        "btc": btc_text(stand.sats),
        "fair_value": known(stand.fair_value),
        "basis": known(stand.basis),
        "pledged_btc": btc_text(stand.pledged_sats),
        "pledged_fair_value": known(stand.pledged_value),
        "pledged_basis": known(stand.pledged_basis),
    }
