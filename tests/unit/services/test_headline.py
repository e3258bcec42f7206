from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.warning_records import WarningKind
from app.services.danger import nearest_loans
from app.services.drop_test import PriceMoves
from app.services.headline import PlainShown, Tone, fall_text, headline, short_btc
from tests.fakes.desk import (
    PRICES,
    at_price,
    loan,
    many_loans,
    offline,
    quote,
    silence,
    snapshot_of,
    treasury,
    treasury_loans,
    triggers,
    warning_record,
)


def test_a_fall_that_calls_two_loans_names_both_nearest_first_rounded_against_the_borrower() -> None:
    words = headline(snapshot_of())
    assert words.sentence == (
        "A 10 % fall calls two loans: Coin revolver at $65,307 (7.6 % below now) "
        "and Equipment facility at $64,070 (9.4 %)."
    )
    assert words.detail == (
        "Bitcoin fell 9.8 % in the last seven days. Curing both at $63,654 takes 496.2 BTC of your 1,025 BTC free."
    )
    assert words.tone is Tone.CALL


def test_too_little_free_bitcoin_says_what_is_lacking() -> None:
    words = headline(snapshot_of(treasury(free_btc="100")))
    assert words.detail.endswith("takes 496.2 BTC; you have 100 BTC free and lack 396.2 BTC.")


def test_a_fall_that_calls_nobody_names_the_nearest() -> None:
    words = headline(at_price("90000"))
    assert words.sentence == "A 10 % fall calls no loan; the nearest is Coin revolver, at $65,307 (27.4 % below now)."
    assert "Curing" not in words.detail


def test_many_loans_are_counted_after_the_first_two() -> None:
    snapshot = snapshot_of(treasury(many_loans(200)))
    count = len(snapshot.danger.falling)
    assert count > 12
    assert headline(snapshot).sentence.startswith(f"A 10 % fall calls {count} loans: ")
    assert headline(snapshot).sentence.endswith(f" and {count - 2} more.")


def test_a_called_loan_comes_first_with_its_remedy_and_deadline() -> None:
    record = warning_record("Coin revolver", WarningKind.CALL, due_in=timedelta(hours=11, minutes=59))
    words = headline(at_price("64500", warnings=(record,)))
    assert words.sentence == (
        "Coin revolver is called: 76.0 % LTV (called at 75 %). "
        "Post 32.99 BTC or repay $1,382,700 until Fri 06 Feb 02:29 UTC (11 h)."
    )
    assert words.detail.startswith("A 10 % fall calls two more loans.")
    assert words.tone is Tone.SALE


def test_a_loan_past_its_forced_sale_level_outranks_calls() -> None:
    words = headline(at_price("50000"))
    assert words.sentence.startswith("ACT NOW: three loans are at or past a forced-sale level: Coin revolver at 98.0")
    single = headline(at_price("57000"))
    assert single.sentence.startswith(
        "ACT NOW: Coin revolver is at 86.0 % LTV, at or past its forced-sale level of 85 %."
    )


def test_a_debt_without_collateral_is_told() -> None:
    bare = loan("Bare", "5000", "0.00000001", triggers("0.5", "0.6", "0.7", 24, "0.5"))
    bare = type(bare)(bare.name, bare.lender, bare.currency, bare.opened_on, None, bare.terms, bare.events[1:])
    assert headline(snapshot_of(treasury((bare,)))).sentence == "Bare owes $5,000 with no collateral left."


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        (21, "No confirmed price since Thu 05 Feb 14:09 UTC (21 min); price alarms are blind."),
        (None, "No confirmed price in USD yet; price alarms are blind."),
    ],
)
def test_without_a_price_it_says_that_alarms_are_blind(minutes: int | None, sentence: str) -> None:
    assert headline(offline(minutes)).sentence == sentence


def test_without_a_price_the_detail_tells_the_nearest_call_then() -> None:
    assert headline(offline()).detail == (
        "At $70,727, the last one, the nearest was Coin revolver at $65,307 (7.6 % below). "
        "The last price is 21 min old."
    )


def test_one_missing_currency_leaves_the_others_judged() -> None:
    words = headline(snapshot_of(prices={"USD": quote(), "EUR": silence("EUR")}))
    assert words.sentence.startswith("A 10 % fall calls two loans")
    assert words.detail.endswith("EUR bridge is not judged: the last price is 21 min old.")


def test_books_without_loans_or_debts() -> None:
    assert headline(snapshot_of(treasury(()))).sentence == "No loans yet."
    idle = loan("Idle", "0", "1", triggers("0.5", "0.6", "0.7", 24, "0.5"))
    assert headline(snapshot_of(treasury((idle,)))).sentence == "No debts: no fall can call a loan."


def test_a_contract_without_calls_says_sells() -> None:
    only_sale = loan("Flash", "60000", "1", triggers(None, None, "0.9", 0, None))
    words = headline(snapshot_of(treasury((only_sale,))))
    assert words.sentence == "A 10 % fall sells one loan: Flash at $66,667 (5.7 % below now)."


def test_a_week_that_rose_is_rounded_down() -> None:
    words = headline(snapshot_of(moves=PriceMoves(None, Decimal("0.0199"))))
    assert words.detail.startswith("Bitcoin rose 1.9 % in the last seven days.")


def test_hidden_amounts_leave_no_amount_in_the_words() -> None:
    words = headline(at_price("64500"), PlainShown(hidden=True))
    assert "32.99" not in words.sentence
    assert "$•••" in words.sentence
    assert "843" not in words.detail


def test_satoshis_are_told_in_full() -> None:
    assert short_btc(123_456_789, PlainShown(sats=True)) == "123\u2009456\u2009789 sats"
    assert short_btc(123_456_789) == "1.24 BTC"


def test_a_fall_with_decimals_is_told_with_one() -> None:
    assert fall_text(Decimal("0.1")) == "10 %"
    assert fall_text(Decimal("0.0981")) == "9.9 %"


def test_the_danger_of_few_is_the_danger_of_all_reckoned_one_by_one() -> None:
    snapshot = snapshot_of(treasury((*treasury_loans(), *many_loans(60))))
    found = snapshot.danger
    every = [item for item in snapshot.figures.loans if item.drop_test is not None and item.drop_test.cure is not None]
    assert found.cured == len(every)
    assert found.cure_sats == sum(
        item.drop_test.cure.top_up_sats for item in every if item.drop_test and item.drop_test.cure
    )
    assert found.owing == 64


def test_nearest_loans_reach_over_currencies() -> None:
    snapshot = snapshot_of()
    names = [snapshot.book.loans[index].name for index in nearest_loans(snapshot.figures, 3)]
    assert names == ["Coin revolver", "Equipment facility", "EUR bridge"]
    assert set(PRICES) == {"USD", "EUR"}


def test_a_forced_sale_names_no_deadline_though_a_cure_period_runs() -> None:
    record = warning_record("Coin revolver", WarningKind.SALE, due_in=timedelta(hours=11, minutes=59))
    sentence = headline(at_price("57000", warnings=(record,))).sentence
    assert sentence.startswith("ACT NOW: Coin revolver")
    assert "repay" in sentence
    assert sentence.endswith(".")
    assert "until" not in sentence
