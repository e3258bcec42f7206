"""Files of tax programs where they could mislead: times in seconds, wallets of one owner, headers that two share."""

import io
import json
from decimal import Decimal

import pytest

from app.domain.book import Book
from app.domain.errors import InputError
from app.importers.reading import read_import
from app.services.import_ports import Answers, Aside, FileDoubt, Moved, Outcome, Refused, Skipped
from app.services.imports import preview

TRADES = "Location,Spend Currency,Receive Currency,Receive Amount,Spend Amount,Fee,Fee Currency,Description,Timestamp"
KOINLY = (
    "Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,Net Worth Amount,"
    "Net Worth Currency,Label,Description,TxHash"
)
COINTRACKER = "Date,Received Quantity,Received Currency,Sent Quantity,Sent Currency,Fee Amount,Fee Currency,Tag"


def outcomes(text: str, **said: str) -> list[Outcome]:
    return list(read_import(io.BytesIO(text.encode()), "file", Answers(**said)).outcomes)


def activities(*items: object) -> str:
    return json.dumps({"meta": {}, "activities": items})


def activity(**changes: object) -> dict[str, object]:
    plain = {"type": "BUY", "symbol": "BTCUSD", "quantity": 1, "unitPrice": 5, "fee": 0, "currency": "USD"}
    return {**plain, "date": "2024-01-15T13:05:09.000Z", **changes}


@pytest.mark.parametrize("moment", ["1705323909", "17053239090000", "2024-01-15", "", "-1705323909000", "²"])
def test_only_milliseconds_of_bitcoin_s_years_are_a_time_of_rotki(moment: str) -> None:
    (refused,) = outcomes(f"{TRADES}\nx,EUR,BTC,0.25,100.00,,,,{moment}\n")
    assert isinstance(refused, Refused)
    assert "milliseconds" in refused.reason


def test_a_header_that_two_share_is_asked_about() -> None:
    text = f"{COINTRACKER}\n01/15/2024 13:05:09,0.15000000,BTC,6450.00,USD,9.68,USD,\n"
    with pytest.raises(FileDoubt, match="--format"):
        outcomes(text)
    (bought,) = outcomes(text, format="cointracker")
    assert isinstance(bought, Moved)


def test_bitcoin_between_wallets_of_one_owner_comes_from_nowhere_in_no_file() -> None:
    row = "2024-02-03 10:00:00 UTC,0.50000000,BTC,0.49980000,BTC,,,,,,,"
    (moved,) = outcomes(f"{KOINLY}\n{row}\n")
    assert isinstance(moved, Moved)
    assert [(entry.kind.value, entry.sats) for entry in moved.transactions] == [("fee", 20_000)]


def test_what_is_ignored_in_koinly_is_skipped_and_an_unknown_label_is_kept() -> None:
    rows = (
        "2024-02-03 10:00:00 UTC,,,0.10000000,BTC,,,,,ignored,,",
        "2024-02-04 10:00:00 UTC,,,0.10000000,BTC,,,,,bounty,For a bug,",
    )
    skipped, kept = outcomes("\n".join((KOINLY, *rows)))
    assert isinstance(skipped, Skipped)
    assert isinstance(kept, Moved)
    assert (kept.transactions[0].kind.value, kept.transactions[0].note) == ("deposit", "(bounty) For a bug")


@pytest.mark.parametrize(
    ("item", "told"),
    [
        (activity(quantity="1"), "no number as its quantity"),
        (activity(quantity=-1), "negative"),
        (activity(currency="XYZ"), "is no currency"),
        (activity(date="soon"), "is no time"),
        (5, "is no activity"),
    ],
)
def test_a_bad_activity_is_refused_with_its_number(item: object, told: str) -> None:
    good, bad = outcomes(activities(activity(), item))
    assert isinstance(good, Moved)
    assert isinstance(bad, Refused)
    assert (bad.line, told in bad.reason) == (2, True)


def test_digits_of_json_are_kept() -> None:
    text = activities(activity()).replace('"quantity": 1', '"quantity": 0.12345678').replace("5,", "43000.123456789,")
    (moved,) = outcomes(text)
    assert isinstance(moved, Moved)
    assert str(moved.transactions[0].value) == "5308.65678158"


@pytest.mark.parametrize(
    "text",
    [
        '{"activities": [',
        '{"activities": {}}',
        '{"activities": ' + "[" * 100_000,
        '{"activities": [{"quantity": NaN}]}',
        '{"activities": [{"quantity": 1e999999999}]}',
    ],
)
def test_damaged_json_is_one_sentence(text: str) -> None:
    with pytest.raises(InputError, match="export it again"):
        outcomes(text)


TRACKING = '"Type","Buy","Cur.","Sell","Cur.","Fee","Cur.","Exchange","Group","Comment","Date"'


@pytest.mark.parametrize(
    ("row", "kind", "btc", "value", "fee", "paid"),
    [
        ('"Trade","1.00000000","BTC","505.00","USD","5.00","USD"', "buy", "1", "500.00", "5.00", None),
        ('"Trade","0.99000000","BTC","500.00","USD","0.01000000","BTC"', "buy", "0.99", "500.00", None, None),
        ('"Trade","495.00","USD","1.00000000","BTC","5.00","USD"', "sell", "1", "500.00", "5.00", None),
        ('"Trade","500.00","USD","1.01000000","BTC","0.01000000","BTC"', "sell", "1", "500.00", None, "0.01"),
        ('"Withdrawal","-","-","1.00100000","BTC","0.00100000","BTC"', "withdrawal", "1", None, None, "0.001"),
        ('"Trade","1.00000000","BTC","500.00","USD","1.20000000","BNB"', "buy", "1", "500.00", None, None),
    ],
)
def test_fees_of_cointracking_stand_within_its_amounts(
    row: str, kind: str, btc: str, value: str | None, fee: str | None, paid: str | None
) -> None:
    (moved,) = outcomes(f'{TRACKING}\n{row},"Kraken","-","-","15.01.2024 13:05:09"\n', zone="UTC")
    assert isinstance(moved, Moved)
    entry, *rest = moved.transactions
    assert (entry.kind.value, Decimal(entry.sats).scaleb(-8)) == (kind, Decimal(btc))
    assert (entry.value, entry.fee) == tuple(None if text is None else Decimal(text) for text in (value, fee))
    assert [Decimal(each.sats).scaleb(-8) for each in rest] == ([] if paid is None else [Decimal(paid)])


def test_a_fee_of_cointracking_that_is_larger_than_its_amount_is_refused() -> None:
    row = '"Trade","1.00000000","BTC","4.00","USD","5.00","USD","Kraken","-","-","15.01.2024 13:05:09"'
    (refused,) = outcomes(f"{TRACKING}\n{row}\n", zone="UTC")
    assert isinstance(refused, Refused)
    assert "more than" in refused.reason


def test_other_coins_are_kept_aside() -> None:
    (aside,) = outcomes(activities(activity(symbol="BTCETH")))
    assert isinstance(aside, Aside)


def test_a_note_that_is_a_secret_is_refused_and_not_repeated() -> None:
    secret = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    text = f"{KOINLY}\n2024-02-04 10:00:00 UTC,,,0.10000000,BTC,,,,,,key {secret},\n"
    reading = read_import(io.BytesIO(text.encode()), "file", Answers())
    found = preview(Book("Desk"), [reading], Answers())
    (refused,) = found.files[0].refused
    assert "private key" in refused.reason
    assert secret not in repr(refused)
    assert found.after is found.before
