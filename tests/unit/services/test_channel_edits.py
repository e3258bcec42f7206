"""Keys of channels: made of their names, and never another book's."""

from dataclasses import replace

import pytest

from app.domain.channels import Channel, ChannelKind
from app.services.alert_ports import SecretState, given_names
from app.services.channel_edits import channel_key, unshared
from tests.fakes.desk import treasury


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Desk mail", "desk-mail"),
        ("  Büro & Co. ", "b-ro-co"),
        ("夜", "email"),
        ("x" * 90, "x" * 40),
        ("Heartbeat", "heartbeat-2"),
    ],
)
def test_a_key_is_what_an_administrator_can_write(name: str, key: str) -> None:
    assert channel_key(name, ChannelKind.EMAIL, treasury()) == key


def test_a_key_is_one_channels_alone() -> None:
    book = replace(treasury(), channels=(Channel("mail", "Mail", ChannelKind.EMAIL),))
    assert channel_key("mail", ChannelKind.EMAIL, book) == "mail-2"
    kept = {"mail-2": None, "mail-3": None}
    found = unshared("mail-2", book, lambda key: kept.get(key, SecretState.MISSING))
    assert found not in kept
    assert found not in {channel.key for channel in book.channels}


def test_a_store_that_does_not_answer_holds_up_no_key() -> None:
    assert unshared("mail", treasury(), lambda _key: SecretState.LOCKED) == "mail"


def test_the_names_that_an_administrator_is_told() -> None:
    assert given_names("desk-mail") == ("PLIMSOLL_SECRET_DESK_MAIL", "plimsoll-desk-mail")
