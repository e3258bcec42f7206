from dataclasses import replace
from decimal import Decimal

from app.domain.quotes import NoQuote, PriceStatus, Verdict
from app.domain.warning_records import WarningKind, WarningStatus
from app.ui.formats import THIN
from app.ui.levels import Level
from app.ui.shell import sentences
from tests.fakes.desk import NOW, consensus_of, offline, quote, silence, snapshot_of, treasury, warning_record


def test_how_far_the_sources_agree_is_rounded_up() -> None:
    plain = consensus_of(quote())
    lowest = replace(plain.sources[0], price=Decimal(70_707))
    highest = replace(plain.sources[1], price=Decimal(70_749))
    outlier = replace(plain.sources[2], name="liar", price=Decimal(42_000), verdict=Verdict.OUTLIER)
    rest = (*plain.sources[2:], outlier)
    consensus = replace(plain, low=Decimal(42_000), sources=(lowest, highest, *rest))
    told = sentences.agreement_text(consensus, quote(), NOW)
    assert told == f"5 of 6 sources agree within 0.06{THIN}% · 4{THIN}s ago"


def test_a_source_that_is_off_was_not_asked() -> None:
    consensus = consensus_of(quote())
    off = replace(consensus.sources[0], verdict=Verdict.OFF)
    failed = replace(consensus.sources[1], verdict=Verdict.FAILED)
    mixed = replace(consensus, sources=(off, failed, *consensus.sources[2:]))
    assert sentences.agreement_text(mixed, quote(), NOW).startswith("3 of 4 sources agree")


def test_one_source_agrees_with_nobody() -> None:
    consensus = consensus_of(quote())
    alone = replace(consensus, status=PriceStatus.SINGLE, sources=consensus.sources[:1])
    assert sentences.agreement_text(alone, quote(), NOW) == f"1 of 1 sources · 4{THIN}s ago"


def test_a_missing_price_says_why() -> None:
    assert sentences.agreement_text(None, silence(), NOW) == "Not relied on: the last price is 21 min old"
    never = NoQuote("USD", "no source has answered yet")
    assert sentences.agreement_text(None, never, NOW) == "No price: no source has answered yet"
    assert sentences.shown_price(offline(), never) == "BTC —"
    assert sentences.shown_price(offline(), silence()) == "BTC $70,727"


def test_a_demo_price_is_called_one() -> None:
    assert "demo price of" in sentences.agreement_text(None, quote(origin="demo"), NOW)


def test_the_watch_is_blind_without_a_price() -> None:
    state = sentences.watch_state(offline(), 20.0, asking=False)
    assert state.trouble
    assert state.words == "Price alarms cannot fire"
    assert "21 min old" in state.detail


def test_the_watch_counts_down() -> None:
    assert sentences.watch_state(snapshot_of(), 26.9, asking=False).words == f"Watching · next check in 26{THIN}s"
    assert sentences.watch_state(snapshot_of(), -3.0, asking=False).words.endswith(f"0{THIN}s")
    assert sentences.watch_state(snapshot_of(), None, asking=True).words == "Watching · asking now"


def test_a_demo_is_not_watched() -> None:
    state = sentences.watch_state(snapshot_of(treasury(demo=True)), None, asking=False)
    assert (state.level, state.trouble) == (Level.QUIET, False)
    assert "demo" in state.words


def test_the_gravest_open_warning_decides_the_tray() -> None:
    kinds = (WarningKind.DROP_CALL, WarningKind.BLIND, WarningKind.CALL, WarningKind.SALE)
    wanted = (Level.WATCH, Level.UNKNOWN, Level.CALL, Level.SALE)
    records = tuple(warning_record(kind=kind, sentence="x") for kind in kinds)
    for count, level in enumerate(wanted, start=1):
        assert sentences.book_level(snapshot_of(warnings=records[:count])) is level
    closed = warning_record(kind=WarningKind.SALE, status=WarningStatus.CLOSED, sentence="x")
    assert sentences.book_level(snapshot_of(warnings=(closed,))) is Level.SAFE


def test_the_tray_tells_no_amount_and_no_name() -> None:
    record = warning_record(kind=WarningKind.CALL, sentence="Coin revolver owes $9,600,000")
    text = sentences.tray_text(snapshot_of(warnings=(record,)))
    assert not any(letter.isdigit() for letter in text)
    assert "Coin revolver" not in text


def test_every_source_has_its_line() -> None:
    detail = sentences.price_detail(consensus_of(silence()))
    assert detail.splitlines()[0] == "kraken: —, failed (timeout)"
    assert len(detail.splitlines()) == 5
