"""Which codes are bitcoin and which are money; everything else is another coin."""

from typing import Final

BITCOIN: Final = frozenset(("BTC", "XBT", "XXBT"))
_CODES: Final = """
    AED ARS AUD BRL CAD CHF CLP CNY COP CRC CZK DKK EGP EUR GBP GEL GHS HKD HUF IDR ILS INR ISK JPY KES KRW KZT MAD MXN
    MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD SAR SEK SGD THB TRY TWD UAH USD UYU VND ZAR
"""
MONEY: Final = frozenset(_CODES.split())


def code(text: str) -> str:
    """Return a cell's asset code as it is compared."""
    return text.strip().upper()
