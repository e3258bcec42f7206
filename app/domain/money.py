"""Exact amounts: bitcoin as integer satoshis, fiat as ``Decimal``.

Decimals are computed under ``EXACT`` (60 significant digits): products of the amounts that occur here are then
exact, and quotients are wrong only beyond the fiftieth digit.
"""

import re
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from functools import partial
from typing import Final

from app.domain.errors import AmountError

SATS_PER_BTC: Final = 100_000_000
MAX_SATS: Final = 21_000_000 * SATS_PER_BTC
EXACT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
# ``with exactly():`` makes operators compute under EXACT. They take a third of the time of the context's methods;
# entering costs as much as three of those, so it pays around many operations. Nothing lazy may leave the block.
exactly: Final = partial(localcontext, EXACT)

_ONE_SAT: Final = Decimal("0.00000001")
_PLAIN: Final = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3,5}", re.ASCII)
# ISO 4217 currencies whose minor unit is not a hundredth.
_MINOR_DIGITS: Final = {
    **dict.fromkeys(("JPY", "KRW", "CLP", "ISK", "VND", "XAF", "XOF", "XPF", "PYG", "UGX", "RWF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_QUANTUM: Final = {digits: Decimal(1).scaleb(-digits) for digits in range(9)}
_SETTLED: Final = Decimal(1).scaleb(-20)
MAX_FIAT: Final = Decimal(10) ** 15
_FIAT_DECIMALS: Final = 8


def parse_decimal(text: str) -> Decimal:
    """Return the plain decimal number in ``text`` (ASCII digits, at most one point, no exponent).

    Raises:
        AmountError: for anything else; Python's own parser would take ``1_0``, other scripts' digits and ``NaN``.
    """
    if not _PLAIN.fullmatch(text):
        msg = f"“{text[:40]}” is not a number; write digits with a point, like 1234.56"
        raise AmountError(msg)
    return Decimal(text)


def parse_btc(text: str) -> int:
    """Return satoshis for an amount in BTC written plainly (``"0.5"``).

    Raises:
        AmountError: not a number, negative, finer than a satoshi, or more than will ever exist.
    """
    value = parse_decimal(text)
    sats = EXACT.multiply(value, Decimal(SATS_PER_BTC))
    if value < 0:
        msg = f"{text} BTC is negative; the kind of the entry says which way it moves"
    elif sats != sats.to_integral_value():
        msg = f"{text} BTC is finer than a satoshi; give at most 8 decimals"
    elif sats > MAX_SATS:
        msg = f"{text} BTC is more than the 21 million that will ever exist"
    else:
        return int(sats)
    raise AmountError(msg)


def parse_fiat(text: str) -> Decimal:
    """Return a non-negative fiat amount written plainly.

    Raises:
        AmountError: not a number, negative, finer than 8 decimals, or not below 10¹⁵.
    """
    value = parse_decimal(text)
    exponent = value.as_tuple().exponent
    if value < 0:
        msg = f"{text} is negative; the kind of the entry says which way it moves"
    elif value >= MAX_FIAT:
        msg = f"{text} is too large; an amount must be below 10¹⁵"
    elif isinstance(exponent, int) and -exponent > _FIAT_DECIMALS:
        msg = f"{text} has more than 8 decimals"
    else:
        return value
    raise AmountError(msg)


def check_currency(code: str) -> str:
    """Return ``code`` if it looks like a currency code.

    Raises:
        AmountError: it is not three to five capital letters, or it is bitcoin itself.
    """
    if not _CURRENCY.fullmatch(code) or code in ("BTC", "XBT", "SATS"):
        msg = f"“{code[:20]}” is not a currency code; write one like USD or EUR"
        raise AmountError(msg)
    return code


def minor_digits(currency: str) -> int:
    """Return how many decimals the currency's minor unit has (USD 2, JPY 0)."""
    return _MINOR_DIGITS.get(currency, 2)


def btc_of(sats: int) -> Decimal:
    """Return satoshis as an exact amount in BTC, with eight decimals."""
    return Decimal(sats).scaleb(-8, EXACT)


def btc_text(sats: int) -> str:
    """Return satoshis as BTC with eight decimals (``"0.50000000"``)."""
    whole, rest = divmod(abs(sats), SATS_PER_BTC)
    return f"{'-' if sats < 0 else ''}{whole}.{rest:08d}"


def round_fiat(amount: Decimal, currency: str) -> Decimal:
    """Return ``amount`` rounded half-even to the currency's minor unit; never a negative zero."""
    return EXACT.plus(amount.quantize(_QUANTUM[minor_digits(currency)], ROUND_HALF_EVEN, EXACT))


def ceil_fiat(amount: Decimal, currency: str) -> Decimal:
    """Return ``amount`` rounded up to the currency's minor unit."""
    return _settled(amount).quantize(_QUANTUM[minor_digits(currency)], ROUND_CEILING, EXACT)


def floor_fiat(amount: Decimal, currency: str) -> Decimal:
    """Return ``amount`` rounded down to the currency's minor unit."""
    return _settled(amount).quantize(_QUANTUM[minor_digits(currency)], ROUND_FLOOR, EXACT)


def ceil_sats(btc: Decimal) -> int:
    """Return an amount in BTC as satoshis, rounded up."""
    return int(_settled(btc.scaleb(8, EXACT)).to_integral_value(ROUND_CEILING, EXACT))


def floor_sats(btc: Decimal) -> int:
    """Return an amount in BTC as satoshis, rounded down."""
    return int(_settled(btc.scaleb(8, EXACT)).to_integral_value(ROUND_FLOOR, EXACT))


def _settled(amount: Decimal) -> Decimal:
    """Return a quotient without the last digits, where its rounding lives: 440 + 10⁻⁵⁵ is 440, and needs no satoshi."""
    return amount.quantize(_SETTLED, ROUND_HALF_EVEN, EXACT)


def round_ratio(ratio: Decimal, digits: int = 6) -> Decimal:
    """Return a ratio rounded half-even to ``digits`` decimals; never a negative zero."""
    return EXACT.plus(ratio.quantize(_QUANTUM[digits], ROUND_HALF_EVEN, EXACT))
