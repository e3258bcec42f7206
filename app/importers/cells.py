"""What stands in a cell: amounts with every sign that exports use, and times; two readings are asked about."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from app.domain.errors import InputError, PlimsollError
from app.domain.money import EXACT, MAX_FIAT, MAX_SATS, SATS_PER_BTC
from app.importers.times import Local, read_time
from app.services.import_ports import Answers, ReadNotes

_PLAIN: Final = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,24}))?", re.ASCII)
_MONEY: Final = re.compile(r"-?(?:[0-9]{1,14}\.(?:[0-9]{1,2}|[0-9]{4,8})|0\.[0-9]{3})", re.ASCII)
_SPACES: Final = str.maketrans(dict.fromkeys(" \t\u00a0\u2007\u2009\u200a\u202f'’") | {"−": "-", "–": "-"})
_MONEY_SIGNS: Final = re.compile(r"US\$|CA\$|AU\$|[$€£¥₿]|\b[A-Z]{3,5}\b|^[A-Z]{3,5}(?=[-0-9])|(?<=[0-9])[A-Z]{3,5}$")
_NUMBER: Final = re.compile(r"([-+]?)([0-9][0-9.,]*|[.,][0-9]+)(?:[eE]([-+]?[0-9]{1,2}))?", re.ASCII)
_MOST: Final = 80
_REMEMBERED: Final = 50_000
_NONE: Final = frozenset(("", "-", "–", "—", "n/a", "N/A", "NaN", "null", "None"))
_DIGITS_OF_A_GROUP: Final = 3
_BTC_DECIMALS: Final = 8


class CellError(PlimsollError):
    """A cell cannot be taken; the row is refused with this sentence."""


class NothingMovedError(CellError):
    """A row moves nothing, or less than half a satoshi; it is left out, and counted."""


class CellDoubt(PlimsollError):  # noqa: N818 - a question is no failure
    """A cell has two readings.

    Attributes:
        key: which answer decides (a field of ``Answers``).
    """

    def __init__(self, key: str, question: str) -> None:
        super().__init__(question)
        self.key = key
        self.question = question


class Signs:
    """Which decimal signs cells with one reading have shown.

    Attributes:
        known: the sign that decides where a cell has two readings, or empty.
    """

    def __init__(self, known: str = "") -> None:
        self.known = known
        self.seen: set[str] = set()

    @property
    def told(self) -> str:
        """The sign, where only one was ever seen; else empty."""
        return self.known or (next(iter(self.seen)) if len(self.seen) == 1 else "")


class Cells:
    """Reads cells of one file as its person answered, and remembers what the file itself gave away.

    Attributes:
        answers: what somebody said.
        notes: what is told in the preview.
        coins: the decimal sign of amounts of bitcoin.
        cash: the decimal sign of money; a file can write the two differently.
    """

    def __init__(
        self,
        answers: Answers,
        notes: ReadNotes | None = None,
        coins: "Signs | None" = None,
        cash: "Signs | None" = None,
    ) -> None:
        self.answers = answers
        self.notes = notes or ReadNotes()
        said = {"point": ".", "comma": ","}.get(answers.decimal, "")
        self.coins = Signs(said or (coins.told if coins else ""))
        self.cash = Signs(said or (cash.told if cash else ""))
        self._amounts: dict[str, Decimal] = {}
        self._zone: tzinfo | None = named_zone(answers.zone) if answers.zone else None

    def empty(self, text: str) -> bool:
        """Return whether a cell says that there is nothing."""
        return text.strip() in _NONE

    def number(self, text: str, signs: Signs | None = None) -> Decimal:
        """Return the number in a cell, with its sign; money signs and currency codes around it are passed over.

        Args:
            text: the cell.
            signs: ``self.coins`` for an amount of bitcoin; else it is money.

        Raises:
            CellError: no number.
            CellDoubt: ``1.205`` is 1.205 or 1205.
        """
        signs = signs or self.cash
        plain = _PLAIN.fullmatch(text)
        if plain is not None and signs.known != ",":
            part = plain[3]
            if part is None:
                return Decimal(text)
            if len(part) != _DIGITS_OF_A_GROUP or signs.known or len(plain[2]) > _DIGITS_OF_A_GROUP or plain[2] == "0":
                signs.seen.add(".")
                return Decimal(text)
        return _odd_number(text, signs)

    def money(self, text: str) -> Decimal | None:
        """Return an amount of money with its sign, or None for an empty cell.

        Raises:
            CellError: no amount, or one that cannot be.
            CellDoubt: as ``number``.
        """
        if text in _NONE:
            return None
        plain = _MONEY.fullmatch(text)
        if plain is not None and self.cash.known != ",":
            # The commonest shape by far: nothing about it is in doubt. Fees repeat, and a Decimal takes 104 bytes.
            self.cash.seen.add(".")
            known = self._amounts.get(text)
            if known is None:
                known = Decimal(text)
                if len(self._amounts) < _REMEMBERED:
                    self._amounts[text] = known
            return known
        value = self.number(text)
        if not -MAX_FIAT < value < MAX_FIAT:
            raise CellError(f"“{text[:40]}” is too large for an amount; check the row")
        if value.as_tuple().exponent.__index__() < -_BTC_DECIMALS:  # type: ignore[union-attr] # it is finite
            return value.quantize(Decimal("1e-8"), context=EXACT)
        return value

    def sats(self, text: str) -> int:
        """Return an amount of BTC as satoshis, with its sign; what is finer is rounded half-even, and counted.

        Raises:
            CellError: no amount, or more than will ever exist.
            CellDoubt: as ``number``.
        """
        plain = _PLAIN.fullmatch(text)
        if plain is not None and self.coins.known != ",":
            sign, whole, part = plain.groups()
            if part and len(part) <= _BTC_DECIMALS and (len(part) != _DIGITS_OF_A_GROUP or whole == "0"):
                self.coins.seen.add(".")
                sats = int(whole + part.ljust(_BTC_DECIMALS, "0"))
                if sats <= MAX_SATS:
                    return -sats if sign else sats
        return self.sats_of(self.number(text, self.coins), text)

    def sats_of(self, btc: Decimal, text: str = "") -> int:
        """Return an exact amount of BTC as satoshis, as ``sats`` does."""
        exact = EXACT.multiply(btc, SATS_PER_BTC)
        if abs(exact) > MAX_SATS:
            raise CellError(f"{(text or str(btc))[:40]} BTC is more than the 21 million that will ever exist")
        sats = int(exact.to_integral_value(context=EXACT))
        if sats != exact:
            self.notes.rounded += 1
        return sats

    def utc(self, text: str, day_first: str = "") -> datetime:
        """Return a time that the format writes in UTC, unless the cell names another zone.

        Args:
            text: the cell.
            day_first: ``yes`` or ``no`` where the format is known to write 03/04/2025 in one way only.

        Raises:
            CellError: no time.
        """
        # The commonest shape by far, without a look at the others.
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            at = None
        if at is not None and len(text) > len("2024-01-01"):
            if at.tzinfo is UTC:
                return at
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        return self._time(text, day_first, lambda local: local.at.replace(tzinfo=UTC))

    def local(self, text: str, day_first: str = "") -> datetime:
        """Return a time that the format writes in the zone of the computer that wrote it.

        Raises:
            CellError: no time.
            CellDoubt: it names no zone, and nobody said one.
        """

        def placed(local: Local) -> datetime:
            if self._zone is None:
                raise CellDoubt(
                    "zone", "Times stand in the zone of the computer that wrote the file, which it does not name"
                )
            zone = self.answers.zone
            self.notes.zones[zone] = self.notes.zones.get(zone, 0) + 1
            return local.at.replace(tzinfo=self._zone).astimezone(UTC)

        return self._time(text, day_first, placed)

    def _time(self, text: str, day_first: str, placed: Callable[[Local], datetime]) -> datetime:
        found = read_time(text, self.answers.day_first or day_first)
        if isinstance(found, str):
            if found:
                raise CellDoubt("day_first", found)
            raise CellError(f"“{text[:40]}” is no time; check the row")
        try:
            return placed(found) if found.at.tzinfo is None else found.at.astimezone(UTC)
        except OverflowError:
            raise CellError(f"“{text[:40]}” lies outside the years that can be computed") from None


def _odd_number(text: str, signs: Signs) -> Decimal:
    body = _MONEY_SIGNS.sub("", text[: _MOST + 1].strip()).translate(_SPACES)
    if body.startswith("(") and body.endswith(")"):
        body = f"-{body[1:-1]}"
    if body.endswith("-"):  # 12.00- as accountants write it
        body = f"-{body[:-1]}"
    found = _NUMBER.fullmatch(body)
    if found is None or len(text) > _MOST:
        raise CellError(f"“{text[:40]}” is not a number; check the row")
    sign, digits, power = found.groups()
    number = Decimal(sign + _with_point(digits, text, signs))
    return number if power is None else number.scaleb(int(power), EXACT)


def _with_point(digits: str, text: str, signs: Signs) -> str:
    """Return digits with a point and without group signs."""
    points, commas = digits.count("."), digits.count(",")
    if not points and not commas:
        return digits
    last = max(digits.rfind("."), digits.rfind(","))
    mark = digits[last]
    other = "," if mark == "." else "."
    if points and commas:
        decimal = mark if digits.count(mark) == 1 else ""
    elif points + commas > 1:
        decimal = other
    elif signs.known:
        decimal = signs.known
    elif len(digits) - last - 1 == _DIGITS_OF_A_GROUP and 0 < last <= _DIGITS_OF_A_GROUP and digits[0] != "0":
        whole, part = digits[:last], digits[last + 1 :]
        raise CellDoubt("decimal", f"“{text.strip()[:40]}” is {whole}.{part} or {whole}{part}")
    else:
        decimal = mark
    group = "," if decimal == "." else "."
    whole, _, part = digits.partition(decimal) if decimal else (digits, "", "")
    groups = whole.split(group)
    grouped = all(len(each) == _DIGITS_OF_A_GROUP for each in groups[1:]) and len(groups[0]) <= _DIGITS_OF_A_GROUP
    if not decimal or (signs.known and decimal != signs.known) or group in part or (len(groups) > 1 and not grouped):
        raise CellError(f"“{text[:40]}” is not a number as this file writes them; check the row")
    signs.seen.add(decimal)
    return f"{''.join(groups) or '0'}.{part or '0'}" if part else "".join(groups) or "0"


def named_zone(name: str) -> tzinfo:
    """Return the zone of that name.

    Raises:
        InputError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InputError(f"“{name[:40]}” is no time zone; write one like Europe/Berlin", "--zone") from None
