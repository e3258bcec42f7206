"""What ``price --json`` says (pure)."""

from decimal import Decimal

from app.domain.money import round_fiat
from app.domain.quotes import Consensus, PriceStatus


def has_trustworthy_price(consensus: Consensus) -> bool:
    """Return whether several sources agree on a price now."""
    return consensus.status in (PriceStatus.OK, PriceStatus.THIN) and consensus.value is not None


def price_report(consensus: Consensus) -> dict[str, object]:
    """Return the document of one currency's price; amounts are texts, ``value`` is None without agreement."""
    currency = consensus.currency

    def text(amount: Decimal | None) -> str | None:
        return None if amount is None else str(round_fiat(amount, currency))

    return {
        "currency": currency,
        "status": consensus.status.value,
        "value": text(consensus.value) if has_trustworthy_price(consensus) else None,
        "low": text(consensus.low),
        "high": text(consensus.high),
        "sources": [
            {
                "name": row.name,
                "group": row.group,
                "verdict": row.verdict.value,
                "price": text(row.price),
                "age_seconds": row.age_seconds,
                "reason": row.reason,
            }
            for row in consensus.sources
        ],
    }
