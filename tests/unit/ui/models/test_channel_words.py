from datetime import UTC, datetime, time, timedelta

import pytest

from app.domain.channels import Channel, ChannelKind, QuietHours
from app.domain.deliveries import DeliveryFault
from app.services.alert_ports import SecretState, Sent
from app.services.watch_state import ChannelHealth
from app.ui.models.channels import result_words, secret_words, sent_words, state_of, step_words, whom_words

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MAIL = Channel("m", "Mail", ChannelKind.EMAIL, "Anna")


def test_when_a_channel_is_told() -> None:
    assert step_words(MAIL) == "at once"
    quiet = QuietHours(time(22), time(7), "Europe/Berlin")
    later = Channel("m", "Mail", ChannelKind.EMAIL, after_minutes=15, quiet=quiet)
    assert step_words(later) == "if nobody acknowledged after 15 min · quiet 22:00–07:00 Europe/Berlin"
    assert whom_words(MAIL) == "E-mail · Anna"
    assert whom_words(later) == "E-mail"


def test_a_proved_channel_says_when_and_how_fast() -> None:
    at = NOW - timedelta(days=3)
    health = ChannelHealth(MAIL, proved_at=at, drilled_at=at, drill_seconds=1.24)
    state = state_of(health, NOW)
    assert state.words == "✓ Proved 3\u202fd ago in 1.2\u202fs"
    assert state.tone == "safe"


def test_a_broken_channel_says_why_and_what_to_do() -> None:
    since = NOW - timedelta(minutes=35)
    state = state_of(ChannelHealth(MAIL, 2, DeliveryFault.REFUSED_LOGIN, since), NOW)
    assert state.words.startswith("✗ Broken since ")
    assert state.words.endswith("the server refused the password · 2 waiting")
    assert "new password" in state.remedy


def test_an_absent_address_is_told_unless_the_channel_is_off() -> None:
    assert "No address on this machine" in state_of(ChannelHealth(MAIL), NOW, SecretState.MISSING).words
    locked = state_of(ChannelHealth(MAIL), NOW, SecretState.LOCKED)
    assert "cannot be read" in locked.words
    assert locked.remedy == ""
    off = Channel("m", "Mail", ChannelKind.EMAIL, enabled=False)
    assert state_of(ChannelHealth(off), NOW, SecretState.MISSING).words == "○ Switched off"
    assert state_of(ChannelHealth(MAIL), NOW).words == "▲ Not proved yet"


@pytest.mark.parametrize("state", list(SecretState))
def test_a_store_is_never_taken_for_a_wrong_password(state: SecretState) -> None:
    assert "wrong" not in secret_words(state)
    assert secret_words(state).endswith((".", "plain text."))


@pytest.mark.parametrize("fault", list(DeliveryFault))
def test_every_fault_of_a_test_has_words(fault: DeliveryFault) -> None:
    words, tone = sent_words(Sent(fault, 0.1))
    assert words.startswith("✗ ")
    assert "by itself" not in words
    assert tone == "sale"
    assert result_words("Mail", fault, 0.1)[0].startswith("✗ Mail: ")


def test_a_message_that_was_taken_tells_its_seconds() -> None:
    assert sent_words(Sent(None, 1.24))[0].startswith("✓ Taken after 1.2\u202fs")
    assert result_words("Mail", None, 12.4) == ("✓ Mail: 12\u202fs", "safe")
