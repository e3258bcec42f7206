"""Where what was told is, in words."""

from datetime import UTC, timedelta

from app.domain.deliveries import DeliveryFault, MessageState
from app.ui.models.delivery_words import (
    MOST_LINES,
    ChannelNames,
    is_settled,
    short_state,
    told_line,
    told_lines,
    told_summary,
)
from tests.fakes.desk import NOW
from tests.fakes.inbox import CHANNELS, DESKTOP, HOOK, MAIL, delivery, full_story, message

NAMES = ChannelNames({channel.key: (channel.name, channel.person) for channel in CHANNELS})


def test_a_row_tells_each_channel_once_trouble_first() -> None:
    assert told_summary(full_story("w").deliveries, NAMES, NOW, UTC) == (
        "Pager hook retry 14:37 · Desktop ✓ · Desk mail ✓"
    )
    again = (delivery(MAIL, "w", 1), message(MAIL, MessageState.EXPIRED, fault=DeliveryFault.GONE))
    assert told_summary((*full_story("w").deliveries, again), NAMES, NOW, UTC).startswith("Desk mail ✗ given up")
    assert told_summary((), NAMES, NOW, UTC) == "—"


def test_a_line_tells_person_time_and_fault() -> None:
    lines = told_lines(full_story("w").deliveries, NAMES, NOW, UTC)
    assert lines == (
        "↻ Pager hook: tried 3 times, the server did not answer in time; again 14:37",
        "✓ Desk mail (Anna): sent 13:30:01, 1.2 s after it was judged",
        "✓ Desktop: sent 13:30:01, 1.2 s after it was judged",
    )


def test_what_has_not_gone_out_says_why() -> None:
    held = delivery(HOOK, "w", not_before=NOW + timedelta(hours=1))
    assert short_state((held, None), NOW, UTC) == "quiet until 15:30"
    assert told_line((held, None), NAMES, NOW, UTC) == "◔ Pager hook: held until 15:30, quiet hours"
    assert told_line((delivery(HOOK, "w"), None), NAMES, NOW, UTC) == "◔ Pager hook: going out"
    first = message(HOOK, MessageState.WAITING, attempts=0)
    assert short_state((delivery(HOOK, "w"), first), NOW, UTC) == "going out"
    lost = message(HOOK, MessageState.EXPIRED, attempts=40, fault=DeliveryFault.GONE)
    assert told_line((delivery(HOOK, "w"), lost), NAMES, NOW, UTC).endswith(
        "given up after 40 attempts: the address no longer exists there"
    )


def test_a_channel_that_is_gone_is_told_by_its_key() -> None:
    told = (delivery(DESKTOP, "w")._replace(channel="old-pager"), message(DESKTOP, MessageState.SENT))
    assert told_line(told, NAMES, NOW, UTC).startswith("✓ old-pager: sent")


def test_of_many_deliveries_the_newest_are_listed() -> None:
    many = [(delivery(MAIL, "w", step), message(MAIL, MessageState.SENT)) for step in range(30)]
    lines = told_lines(many, NAMES, NOW, UTC)
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "and 18 earlier"


def test_only_what_was_sent_or_given_up_is_settled() -> None:
    assert [is_settled(told) for told in full_story("w").deliveries] == [True, True, False]
    assert not is_settled((delivery(MAIL, "w"), None))
