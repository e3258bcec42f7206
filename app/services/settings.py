"""Every option, declared once: key, type, default and one line of help.

The configuration file, the settings screen and the documentation derive from ``OPTIONS``. Price sources are a table of
their own below ``[prices.sources]``, two keys each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.domain.errors import AmountError, ConfigError
from app.domain.money import check_currency, parse_decimal
from app.domain.wallets import GAP_LIMIT, MAX_GAP_LIMIT
from app.services.base_urls import check_base_url
from app.services.pricing_settings import DEFAULT_BASE_URLS, SOURCE_KEYS, PriceSettings, SourceSetting
from app.services.wallet_servers import check_proxy, check_server


class DropMode(StrEnum):
    """Which fall the weekly drop test assumes."""

    FIXED = "fixed"
    LAST_WEEK = "last_week"
    SIGMAS = "sigmas"


class Units(StrEnum):
    """How bitcoin amounts are shown."""

    BTC = "btc"
    SATS = "sats"


class Theme(StrEnum):
    """Which colours the window wears."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


DEFAULT_SALE_COST: Final = Decimal("0.0025")
DEFAULT_DROP: Final = Decimal("0.10")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings in force; immutable.

    Attributes:
        prices: which sources are asked, and how often.
        drop_mode: which fall the weekly drop test assumes.
        drop: the fixed fall, a fraction; also used where history is too short for the other modes.
        drop_sigmas: how many weekly standard deviations.
        sale_cost: cost of selling bitcoin, a fraction.
        display_currency: fiat code of the price in the header; sums are in the book's base currency.
        units: BTC or satoshis.
        theme: the desktop's colours, or always light or dark.
        confirm_age_days: after how many days a contract's terms are to be confirmed again.
        close_to_tray: whether closing the window leaves it watching in the tray.
        heartbeat: whether a service outside is told, every few minutes, that somebody watches.
        wallet_server: who is asked about watched wallets; empty: nobody, until the user names one.
        wallet_second_server: who has to tell the same; empty: nobody.
        wallet_proxy: the SOCKS proxy on the way there, or empty.
        wallet_gap_limit: of new wallets: unused addresses in a row that end a scan.
        wallet_requests_per_second: how often a server is asked at most; 0 for no limit.
    """

    prices: PriceSettings = field(default_factory=PriceSettings)
    drop_mode: DropMode = DropMode.FIXED
    drop: Decimal = DEFAULT_DROP
    drop_sigmas: Decimal = Decimal(1)
    sale_cost: Decimal = DEFAULT_SALE_COST
    display_currency: str = "USD"
    units: Units = Units.BTC
    theme: Theme = Theme.SYSTEM
    confirm_age_days: int = 180
    close_to_tray: bool = False
    heartbeat: bool = False
    wallet_server: str = ""
    wallet_second_server: str = ""
    wallet_proxy: str = ""
    wallet_gap_limit: int = GAP_LIMIT
    wallet_requests_per_second: int = 5


Value = Any


@dataclass(frozen=True, slots=True)
class Option:
    """One option of the configuration file.

    Attributes:
        key: section and name (``prices.interval_seconds``).
        attribute: where it lives in ``Settings``; ``prices.`` before it means in its ``PriceSettings``.
        read: turns what TOML gave into the value.
        help: one line.
        choices: the words it may be, or empty.
    """

    key: str
    attribute: str
    read: Callable[[Any], Value]
    help: str
    choices: tuple[str, ...] = ()

    @property
    def default(self) -> Value:
        """The value where the file says nothing."""
        return self.value_in(Settings())

    def value_in(self, settings: Settings) -> Value:
        """Return the option's value in ``settings``."""
        owner, _, name = self.attribute.rpartition(".")
        return getattr(settings.prices if owner else settings, name)


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ConfigError(f"must be a whole number from {least} to {most}")
        return value

    return read


def _fraction(least: str, most: str) -> Callable[[Any], Decimal]:
    low, high = Decimal(least), Decimal(most)

    def read(value: Any) -> Decimal:
        number: Decimal | None = None
        if isinstance(value, str):
            try:
                number = parse_decimal(value)
            except AmountError:
                number = None
        elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            number = Decimal(value)
        if number is None or not number.is_finite() or not low <= number <= high:
            raise ConfigError(f"must be a number from {least} to {most}")
        return number

    return read


def _word(words: type[StrEnum]) -> Callable[[Any], StrEnum]:
    table = {member.value: member for member in words}

    def read(value: Any) -> StrEnum:
        found = table.get(value) if isinstance(value, str) else None
        if found is None:
            raise ConfigError(f"must be one of {', '.join(table)}")
        return found

    return read


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ConfigError("must be true or false")
    return value


def _currency(value: Any) -> str:
    try:
        return check_currency(value if isinstance(value, str) else "")
    except AmountError:
        raise ConfigError("must be a currency code like USD or EUR") from None


def _address(check: Callable[[str, str], str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise ConfigError("must be an address in quotes")
        return check(value, "")

    return read


def _words(words: type[StrEnum]) -> tuple[str, ...]:
    return tuple(member.value for member in words)


OPTIONS: Final = (
    Option("prices.interval_seconds", "prices.interval_seconds", _whole(1, 86_400), "Seconds between price checks."),
    Option(
        "drop_test.mode",
        "drop_mode",
        _word(DropMode),
        "The fall to test: fixed, last week's own, or a number of weekly standard deviations.",
        _words(DropMode),
    ),
    Option("drop_test.drop", "drop", _fraction("0.01", "0.90"), "The fixed fall, as a fraction: 0.10 is 10 %."),
    Option("drop_test.sigmas", "drop_sigmas", _fraction("0.5", "6"), "How many weekly standard deviations to fall."),
    Option("cure.sale_cost", "sale_cost", _fraction("0", "0.20"), "Cost of selling bitcoin, as a fraction."),
    Option("display.currency", "display_currency", _currency, "Currency of the price in the header."),
    Option("display.units", "units", _word(Units), "Show bitcoin as btc or as sats.", _words(Units)),
    Option("display.theme", "theme", _word(Theme), "Colours: the desktop's, light or dark.", _words(Theme)),
    Option("display.close_to_tray", "close_to_tray", _flag, "Closing the window leaves it watching in the tray."),
    Option(
        "loans.confirm_age_days",
        "confirm_age_days",
        _whole(1, 3_650),
        "Days after which a contract's terms are to be confirmed again.",
    ),
    Option(
        "watch.heartbeat",
        "heartbeat",
        _flag,
        "Tell a service outside every few minutes that somebody watches; its address is the secret named heartbeat.",
    ),
    Option(
        "wallets.server",
        "wallet_server",
        _address(check_server),
        "The server for watched wallets, which sees their addresses: https:// (Esplora), ssl:// or tcp:// (Electrum).",
    ),
    Option(
        "wallets.second_server",
        "wallet_second_server",
        _address(check_server),
        "A second server that has to tell the same of every wallet; it sees their addresses, too.",
    ),
    Option(
        "wallets.proxy",
        "wallet_proxy",
        _address(check_proxy),
        "SOCKS proxy on the way to those servers, like socks5h://127.0.0.1:9050 for Tor.",
    ),
    Option(
        "wallets.gap_limit",
        "wallet_gap_limit",
        _whole(1, MAX_GAP_LIMIT),
        "Unused addresses in a row that end a scan, for new wallets.",
    ),
    Option(
        "wallets.requests_per_second",
        "wallet_requests_per_second",
        _whole(0, 1_000),
        "Questions per second to a wallet server at most; 0 for no limit, fit for one's own.",
    ),
)
_BY_KEY: Final = {option.key: option for option in OPTIONS}
_SOURCES: Final = "prices.sources"
_SOURCE_OPTIONS: Final = ("enabled", "base_url")


def parse_settings(document: Mapping[str, Any]) -> Settings:
    """Return the settings that a TOML document (floats read as ``Decimal``) stands for.

    Raises:
        ConfigError: the place is the key; the problem goes on with a verb (``is unknown; did you mean …?``).
    """
    known = _known_tables()
    values: dict[str, Value] = {}
    sources = dict(PriceSettings().sources)
    for key, value in _leaves(document, "", known):
        option = _BY_KEY.get(key)
        if option is not None:
            values[option.attribute] = _read(option.read, value, key)
        else:
            name, setting = key.removeprefix(f"{_SOURCES}.").split(".", 1)
            sources[name] = _source(sources[name], setting, value, key)
    own = {name: value for name, value in values.items() if "." not in name}
    prices = {name.removeprefix("prices."): value for name, value in values.items() if "." in name}
    return Settings(**own, prices=replace(PriceSettings(sources=sources), **prices))


def flat(settings: Settings) -> dict[str, Value]:
    """Return every key of the configuration file with its value, sources included."""
    result = {option.key: option.value_in(settings) for option in OPTIONS}
    defaults = PriceSettings().sources
    for name in SOURCE_KEYS:
        source = settings.prices.sources.get(name) or replace(defaults[name], enabled=False)
        result[f"{_SOURCES}.{name}.enabled"] = source.enabled
        result[f"{_SOURCES}.{name}.base_url"] = source.base_url
    return result


def help_of(key: str) -> str:
    """Return the line of help of a key of the configuration file."""
    option = _BY_KEY.get(key)
    if option is not None:
        return option.help
    return "Whether this source is asked." if key.endswith(".enabled") else "What stands before the documented path."


def _known_tables() -> dict[str, set[str]]:
    """Return, for each table of the file, the names that it may hold."""
    keys = [*_BY_KEY, *(f"{_SOURCES}.{name}.{setting}" for name in SOURCE_KEYS for setting in _SOURCE_OPTIONS)]
    tables: dict[str, set[str]] = {}
    for key in keys:
        while key:
            table, _, name = key.rpartition(".")
            tables.setdefault(table, set()).add(name)
            key = table  # noqa: PLW2901 - up to the top
    return tables


def _leaves(table: Mapping[str, Any], prefix: str, known: Mapping[str, set[str]]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if name not in known[prefix]:
            raise ConfigError(_unknown(name, known[prefix]), key)
        if key in known:
            if not isinstance(value, Mapping):
                raise ConfigError(f"must be a table; write [{key}] above its keys", key)
            found += _leaves(value, key, known)
        else:
            found.append((key, value))
    return found


def _unknown(name: str, known: set[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only a faulty file needs it

    close = get_close_matches(name, known, 1)
    return f"is unknown; did you mean {close[0]}?" if close else f"is unknown; known are {', '.join(sorted(known))}"


def _read(read: Callable[[Any], Value], value: Any, key: str) -> Value:
    try:
        return read(value)
    except ConfigError as error:
        raise ConfigError(error.problem, key) from None


def _source(source: SourceSetting, setting: str, value: Any, key: str) -> SourceSetting:
    if setting == "enabled":
        return replace(source, enabled=_read(_flag, value, key))
    if not isinstance(value, str):
        raise ConfigError("must be a web address in quotes", key)
    return replace(source, base_url=check_base_url(value, key))


def source_default(name: str) -> SourceSetting:
    """Return a source as it is where the file says nothing."""
    return SourceSetting(enabled=True, base_url=DEFAULT_BASE_URLS[name])


SETTING_NAMES: Final = frozenset(entry.name for entry in fields(Settings))
