"""What several rounds do, and what holds for all answers."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.consensus import Failure, Memory, Round, judge, median_of
from app.domain.feeds import RawQuote, Tier
from app.domain.price_alarm import AlarmSign, alarm_sign, may_clear
from app.domain.price_gates import clock_skew
from app.domain.quotes import Consensus, LastGood, PriceStatus, Verdict

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
VENUES = ("kraken", "coinbase", "bitstamp", "bitfinex", "gemini")


def quote(
    source: str,
    price: Decimal | int | str,
    mono: float = 1000.0,
    currency: str = "USD",
    stamp_age: float | None = None,
    **more: object,
) -> RawQuote:
    at = NOW + timedelta(seconds=mono - 1000)
    fields: dict[str, object] = {
        "group": source,
        "tier": Tier.VENUE,
        "echo": currency,
        "last": Decimal(price),
        "bid": None,
        "ask": None,
        "stated_at": None if stamp_age is None else at - timedelta(seconds=stamp_age),
        "received_at": at,
        "received_mono": mono,
        **more,
    }
    return RawQuote(source=source, currency=currency, **fields)  # type: ignore[arg-type]  # fields by name


def ask(
    quotes: list[RawQuote],
    memory: Memory | None = None,
    mono: float = 1000.0,
    last: LastGood | None = None,
    skew: timedelta = timedelta(0),
    failures: tuple[Failure, ...] = (),
) -> tuple[Consensus, Memory]:
    currency = quotes[0].currency if quotes else "USD"
    now = NOW + timedelta(seconds=mono - 1000)
    return judge(Round(currency, now, mono, quotes, failures, skew), memory or Memory(), last)


def rows(consensus: Consensus) -> dict[str, tuple[Verdict, str]]:
    return {row.name: (row.verdict, row.reason) for row in consensus.sources}


def test_three_outlying_rounds_put_a_source_in_quarantine_and_three_calm_ones_free_it() -> None:
    memory = Memory()
    seen = []
    for index, price in enumerate([42000, 42000, 42000, 70300, 70000, 70000, 70000, 70000]):
        mono = 1000.0 + 60 * index
        sound = [quote(name, 70000 + index, mono) for name in VENUES[:3]]
        consensus, memory = ask([*sound, quote("gemini", price + index, mono)], memory, mono)
        seen.append(rows(consensus)["gemini"])
        assert consensus.status is PriceStatus.OK
    outside, jailed = (Verdict.OUTLIER, "outside_band"), (Verdict.OUTLIER, "quarantined")
    # The fourth price lies within half the band, too, so it is the first calm one.
    assert seen == [outside] * 3 + [jailed] * 3 + [(Verdict.USED, "")] * 2


def test_a_quarantined_source_has_no_vote() -> None:
    memory = Memory()
    for index in range(3):
        mono = 1000.0 + 60 * index
        sound = [quote(name, 70000 + index, mono) for name in VENUES[:2]]
        _, memory = ask([*sound, quote("gemini", 42000, mono)], memory, mono)
    consensus, _ = ask([quote("kraken", 70000, 1200.0), quote("gemini", 42001, 1200.0)], memory, 1200.0)
    assert (consensus.status, consensus.representatives) == (PriceStatus.SINGLE, (Decimal(70000),))


def test_the_band_widens_while_all_groups_fall_fast() -> None:
    calm = [quote(name, 70000) for name in VENUES[:3]]
    _, memory = ask(calm)
    falling = [65000, 66000, 64000]
    quotes = [quote(name, price, 1060.0) for name, price in zip(VENUES, falling, strict=False)]
    assert ask(quotes, memory, 1060.0)[0].value == Decimal(65000)
    assert rows(ask(quotes, memory, 1060.0)[0])["coinbase"][0] is Verdict.USED
    # Without the fall, the same three prices do not agree.
    assert ask(quotes, Memory(), 1060.0)[0].status is PriceStatus.DISAGREE
    # Nor where one group stood still.
    stood = [quote("kraken", 65000, 1060.0), quote("coinbase", 66000, 1060.0), quote("bitstamp", 69000, 1060.0)]
    assert ask(stood, memory, 1060.0)[0].status is PriceStatus.DISAGREE


def test_the_widest_band_is_three_per_cent() -> None:
    _, memory = ask([quote(name, 70000) for name in VENUES[:3]])
    quotes = [quote(name, price, 1060.0) for name, price in zip(VENUES, (60000, 62000, 58000), strict=False)]
    assert ask(quotes, memory, 1060.0)[0].status is PriceStatus.DISAGREE


def test_a_stuck_price_is_refused_after_ten_minutes() -> None:
    memory = Memory()
    reasons = []
    for mono in (1000.0, 1300.0, 1600.0, 1601.0):
        others = [quote("coinbase", int(70000 + mono), mono), quote("bitstamp", int(70000 + mono), mono)]
        consensus, memory = ask([quote("kraken", 71000, mono), *others], memory, mono)
        reasons.append(rows(consensus)["kraken"][1])
    assert reasons == ["", "", "", "stuck"]


def test_a_changed_book_frees_a_stuck_source() -> None:
    _, memory = ask([quote("kraken", 71000)])
    consensus, memory = ask([quote("kraken", 71000, 1700.0)], memory, 1700.0)
    assert rows(consensus)["kraken"][1] == "stuck"
    consensus, _ = ask([quote("kraken", 71001, 1760.0)], memory, 1760.0)
    assert rows(consensus)["kraken"] == (Verdict.USED, "")


@pytest.mark.parametrize(("tier", "currency"), [(Tier.AGGREGATE, "USD"), (Tier.VENUE, "CHF")])
def test_aggregates_and_thin_currencies_are_never_stuck(tier: Tier, currency: str) -> None:
    _, memory = ask([quote("coingecko", 71000, currency=currency, tier=tier)])
    consensus, _ = ask([quote("coingecko", 71000, 1700.0, currency, tier=tier)], memory, 1700.0)
    assert rows(consensus)["coingecko"][1] == ""


def test_a_trade_number_must_not_fall() -> None:
    _, memory = ask([quote("coinbase", 71000, sequence=100)])
    consensus, memory = ask([quote("coinbase", 71001, 1060.0, sequence=99)], memory, 1060.0)
    assert rows(consensus)["coinbase"] == (Verdict.REJECTED, "regressed")
    consensus, _ = ask([quote("coinbase", 71002, 1120.0, sequence=100)], memory, 1120.0)
    assert rows(consensus)["coinbase"] == (Verdict.USED, "")


def test_an_alternating_old_answer_is_refused_each_time() -> None:
    memory, reasons = Memory(), []
    for index in range(4):
        mono = 1000.0 + index
        age = 0.0 if index % 2 == 0 else 37_800.0
        consensus, memory = ask([quote("coinbase", 71000 + index, mono, stamp_age=age)], memory, mono)
        reasons.append(rows(consensus)["coinbase"][1])
    assert reasons == ["", "regressed", "", "regressed"]


def test_a_thin_pair_is_judged_by_its_book() -> None:
    bid, ask_price = Decimal(56000), Decimal(56010)
    consensus, _ = ask([quote("kraken", 50000, currency="CHF", stamp_age=1800, bid=bid, ask=ask_price)])
    assert (consensus.status, consensus.value) == (PriceStatus.SINGLE, Decimal(56005))
    consensus, _ = ask([quote("kraken", 56000, currency="CHF", stamp_age=1800)])
    assert rows(consensus)["kraken"][1] == "stale"
    consensus, _ = ask([quote("kraken", 56000, currency="CHF", stamp_age=37_800, bid=bid, ask=ask_price)])
    assert rows(consensus)["kraken"][1] == "stale"


def test_time_in_a_cache_and_time_since_receipt_count() -> None:
    old = quote("kraken", 70000, age_header=121)
    assert rows(ask([old])[0])["kraken"][1] == "stale"
    assert rows(ask([quote("kraken", 70000, 1000.0)], mono=1121.0)[0])["kraken"][1] == "stale"
    assert rows(ask([quote("kraken", 70000, 1000.0)], mono=1120.0)[0])["kraken"][1] == ""


def test_a_sleep_is_seen_by_the_wall_clock() -> None:
    early = quote("kraken", 70000, received_at=NOW - timedelta(hours=1))
    assert rows(ask([early])[0])["kraken"][1] == "stale"


def test_a_wrong_clock_is_corrected_by_what_three_servers_say() -> None:
    ours = NOW
    skew = clock_skew([(NOW + timedelta(hours=1), ours)] * 3)
    assert skew == timedelta(hours=1)
    quotes = [quote(name, 70000, stamp_age=-3600) for name in VENUES[:3]]
    consensus, _ = ask(quotes, skew=skew)
    assert consensus.status is PriceStatus.OK
    assert consensus.note == "this computer's clock is 60 min behind; set it"


def test_two_servers_do_not_move_the_clock_and_one_liar_of_three_neither() -> None:
    assert clock_skew([(NOW + timedelta(hours=1), NOW)] * 2) == timedelta(0)
    assert clock_skew([(NOW, NOW), (NOW, NOW), (NOW + timedelta(days=900), NOW)]) == timedelta(0)


@pytest.mark.parametrize(
    ("minutes", "price", "note"), [(14, 66000, "unconfirmed jump"), (14, 68000, ""), (16, 66000, "")]
)
def test_a_lone_source_that_jumps_is_marked(minutes: int, price: int, note: str) -> None:
    value = Decimal(70000)
    last = LastGood("USD", value, value, value, VENUES, 5, NOW - timedelta(minutes=minutes))
    consensus, _ = ask([quote("kraken", price)], last=last)
    assert (consensus.status, consensus.note) == (PriceStatus.SINGLE, note)


def test_a_crash_that_all_see_is_believed_at_once() -> None:
    _, memory = ask([quote(name, 70000) for name in VENUES])
    consensus, _ = ask([quote(name, 45000, 1060.0) for name in VENUES], memory, 1060.0)
    assert (consensus.status, consensus.value) == (PriceStatus.OK, Decimal(45000))


@pytest.mark.parametrize("currency", ["CHF", "CAD", "AUD", "JPY"])
def test_thin_markets_have_a_wider_band(currency: str) -> None:
    base = 10_000_000 if currency == "JPY" else 60_000
    pair = [quote("kraken", base, currency=currency), quote("bitfinex", int(base * 1.014), currency=currency)]
    assert ask(pair)[0].status is PriceStatus.THIN
    dollars = [quote("kraken", 60000), quote("bitfinex", 60840)]
    assert ask(dollars)[0].status is PriceStatus.DISAGREE


def test_failures_keep_their_reason() -> None:
    failures = (
        Failure("kraken", "kraken", "timeout: no answer"),
        Failure("gemini", "gemini", "off", off=True),
        Failure("bitstamp", "bitstamp", "unparsable_or_nonpositive: 'x'"),
    )
    consensus, _ = ask([], failures=failures)
    assert rows(consensus) == {
        "kraken": (Verdict.FAILED, "timeout: no answer"),
        "gemini": (Verdict.OFF, "off"),
        "bitstamp": (Verdict.REJECTED, "unparsable_or_nonpositive: 'x'"),
    }
    assert consensus.status is PriceStatus.NONE


def test_the_median_is_exact() -> None:
    assert median_of([Decimal("0.1"), Decimal("0.2")]) == Decimal("0.15")
    assert median_of([Decimal(3), Decimal(1), Decimal(2)]) == Decimal(2)


PRICES = st.decimals(min_value=1500, max_value=99_000_000, places=2)
NEAR = st.decimals(min_value=69_700, max_value=70_300, places=2)
HONEST = st.lists(NEAR, min_size=3, max_size=5)
TRIGGERS = st.decimals(min_value=1000, max_value=200_000, places=2)


@given(prices=st.lists(PRICES, max_size=5), order=st.randoms(use_true_random=False))
def test_the_order_of_answers_never_matters(prices: list[Decimal], order: object) -> None:
    quotes = [quote(name, price) for name, price in zip(VENUES, prices, strict=False)]
    quotes.append(quote("coingecko", 70000, stamp_age=5, tier=Tier.AGGREGATE))
    quotes.append(quote("mempool", 71000, stamp_age=5, tier=Tier.AGGREGATE))
    shuffled = list(quotes)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert ask(shuffled) == ask(quotes)


@given(honest=HONEST, lie=PRICES, trigger=TRIGGERS)
def test_one_liar_neither_raises_nor_silences(honest: list[Decimal], lie: Decimal, trigger: Decimal) -> None:
    quotes = [quote(name, price) for name, price in zip(VENUES, honest, strict=False)]
    before, _ = ask(quotes)
    after, _ = ask([*quotes, quote("liar", lie)])
    assert before.status is PriceStatus.OK
    assert after.status is PriceStatus.OK
    low, high = min(honest) * Decimal("0.99"), max(honest) * Decimal("1.01")
    assert after.value is not None
    assert low <= after.value <= high
    if not low <= trigger <= high:
        assert alarm_sign(after, trigger) is alarm_sign(before, trigger)


@given(
    prices=st.lists(PRICES, min_size=1, max_size=5),
    lie=PRICES,
    trigger=TRIGGERS,
)
def test_one_more_answer_never_turns_an_agreed_sign_around(
    prices: list[Decimal], lie: Decimal, trigger: Decimal
) -> None:
    quotes = [quote(name, price) for name, price in zip(VENUES, prices, strict=False)]
    before, _ = ask(quotes)
    if before.status is not PriceStatus.OK or before.value is None:
        return
    after, _ = ask([*quotes, quote("liar", lie)])
    low, high = before.value * Decimal("0.97"), before.value * Decimal("1.03")
    used = sum(row.verdict is Verdict.USED for row in before.sources)
    if used == len(quotes) >= 3 and not low <= trigger <= high:
        signs = {alarm_sign(before, trigger), alarm_sign(after, trigger)}
        assert signs != {AlarmSign.CONFIRMED, AlarmSign.CLEAR}


@given(kept=st.sets(st.sampled_from(VENUES), max_size=1), rounds=st.integers(min_value=1, max_value=5), price=PRICES)
def test_removing_sources_never_lets_an_alarm_be_cleared(kept: set[str], rounds: int, price: Decimal) -> None:
    trigger = Decimal(70000)
    first, memory = ask([quote(name, 69000) for name in VENUES])
    assert alarm_sign(first, trigger) is AlarmSign.CONFIRMED
    for index in range(rounds):
        mono = 1060.0 + 60 * index
        fewer, memory = ask([quote(name, price, mono) for name in sorted(kept)], memory, mono)
        assert not may_clear(fewer, trigger)
