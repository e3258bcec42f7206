"""Options: declared once, read strictly, written back without disturbing the user's file."""

import tomllib
from dataclasses import fields, replace
from decimal import Decimal

import pytest

from app.domain.errors import ConfigError
from app.services.pricing_settings import SOURCE_KEYS
from app.services.settings import OPTIONS, DropMode, Settings, Theme, Units, flat, help_of, parse_settings
from app.services.settings_toml import edit_toml, line_of, read_toml, write_toml

MINE = """# my settings
[prices]
interval_seconds = 30   # twice a minute
[prices.sources.kraken]
base_url = "https://proxy.example.org/kraken" # the company's
[display]
theme = 'dark'
"""
CHANGED = replace(
    Settings(),
    drop_mode=DropMode.SIGMAS,
    drop=Decimal("0.15"),
    drop_sigmas=Decimal("1.5"),
    sale_cost=Decimal(0),
    display_currency="EUR",
    units=Units.SATS,
    theme=Theme.LIGHT,
    confirm_age_days=30,
    close_to_tray=True,
)


def test_nothing_said_is_the_default() -> None:
    assert read_toml("") == parse_settings({}) == Settings()


def test_every_option_is_declared_once_with_a_line_of_help() -> None:
    attributes = [option.attribute for option in OPTIONS]
    assert len(set(attributes)) == len(attributes)
    named = {field.name for field in fields(Settings)} - {"prices"} | {"prices.interval_seconds"}
    assert set(attributes) == named
    for key in flat(Settings()):
        assert help_of(key).endswith(".")
        assert "\n" not in help_of(key)


def test_what_the_file_says_counts() -> None:
    settings = read_toml(MINE)
    assert settings.prices.interval_seconds == 30
    assert settings.prices.sources["kraken"].base_url == "https://proxy.example.org/kraken"
    assert settings.prices.sources["kraken"].enabled
    assert settings.theme is Theme.DARK
    assert set(settings.prices.sources) == set(SOURCE_KEYS)


def test_a_fraction_keeps_its_digits_and_may_stand_in_quotes() -> None:
    assert read_toml("[drop_test]\ndrop = 0.1").drop == Decimal("0.1")
    assert str(read_toml("[cure]\nsale_cost = 0.0030").sale_cost) == "0.0030"
    assert read_toml('[cure]\nsale_cost = "0.003"').sale_cost == Decimal("0.003")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("[prices]\nintervall_seconds = 5", "line 2", "prices.intervall_seconds is unknown; did you mean interval_s"),
        ("[pricing]\nx = 1", "line 1", "pricing is unknown; did you mean prices?"),
        ("[qqq]", "line 1", "known are cure, display"),
        ("[prices]\n\ninterval_seconds = 0", "line 3", "interval_seconds must be a whole number from 1 to 86400"),
        ("[prices]\ninterval_seconds = true", "line 2", "whole number"),
        ("[prices]\ninterval_seconds = 5.0", "line 2", "whole number"),
        ("prices = 5", "line 1", "prices must be a table"),
        ("[prices.sources]\nkraken = true", "line 2", "prices.sources.kraken must be a table"),
        ("[prices.sources.karken]\nenabled = true", "line 1", "did you mean kraken?"),
        ('[prices.sources.kraken]\nenabled = "no"', "line 2", "must be true or false"),
        ("[prices.sources.kraken]\nbase_url = 5", "line 2", "web address in quotes"),
        ('[prices.sources.kraken]\nbase_url = "http://example.org"', "line 2", "plain http"),
        ('[prices.sources.kraken]\nbase_url = "https://me:pw@example.org"', "line 2", "password"),
        ('[drop_test]\nmode = "weekly"', "line 2", "must be one of fixed, last_week, sigmas"),
        ("[drop_test]\ndrop = 10", "line 2", "must be a number from 0.01 to 0.90"),
        ("[drop_test]\ndrop = nan", "line 2", "must be a number"),
        ("[drop_test]\ndrop = inf", "line 2", "must be a number"),
        ('[display]\ncurrency = "bitcoin"', "line 2", "currency code"),
        ("[prices\ninterval_seconds = 5", "line 1", "not valid TOML"),
        ("[prices]\ninterval_seconds = \n", "line 2", "not valid TOML"),
        ("[prices]\n[prices]\n", "line 2", "not valid TOML"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, place: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_toml(text)
    assert caught.value.place == place
    assert words in caught.value.problem
    assert "\n" not in str(caught.value)


def test_writing_everything_and_reading_it_gives_the_same() -> None:
    sources = {key: replace(source, enabled=key == "kraken") for key, source in Settings().prices.sources.items()}
    settings = replace(CHANGED, prices=replace(CHANGED.prices, interval_seconds=15, sources=sources))
    assert read_toml(write_toml(settings)) == settings
    assert tomllib.loads(write_toml(Settings())) == {}


def test_an_edit_keeps_comments_and_order() -> None:
    before = read_toml(MINE)
    after = replace(before, theme=Theme.LIGHT, prices=replace(before.prices, interval_seconds=45), confirm_age_days=90)
    text = edit_toml(MINE, after)
    assert text == (
        MINE.replace("30   # twice", "45   # twice").replace("'dark'", '"light"') + "\n[loans]\nconfirm_age_days = 90\n"
    )


def test_an_edit_adds_a_key_to_its_table() -> None:
    text = edit_toml(MINE, replace(read_toml(MINE), units=Units.SATS))
    assert text == MINE + 'units = "sats"\n'


@pytest.mark.parametrize("text", ["prices.interval_seconds = 5", "prices = {interval_seconds = 5}", "[broken"])
def test_an_edit_that_cannot_be_done_safely_is_not_done(text: str) -> None:
    assert edit_toml(text + "\n", CHANGED) is None


def test_any_edit_says_what_was_meant() -> None:
    text = edit_toml(MINE, CHANGED)
    assert text is not None
    assert flat(read_toml(text)) == flat(CHANGED)


def test_the_line_of_a_key() -> None:
    assert line_of(MINE, "prices.interval_seconds") == 3
    assert line_of(MINE, "prices.sources.kraken.base_url") == 5
    assert line_of(MINE, "display") == 6
    assert line_of(MINE, "loans.confirm_age_days") is None
