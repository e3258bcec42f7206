"""Files that nobody has seen, read as their columns were mapped."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.domain.book import Book, EventKind, TransactionKind
from app.domain.column_map import mapping_text, parse_mapping
from app.domain.errors import InputError
from app.domain.import_profiles import ImportProfile
from app.importers.beginning import beginning, sample
from app.importers.reading import read_import
from app.services.import_ports import Answers, Aside, Asked, FileDoubt, Lent, Moved, Outcome, Refused, Skipped
from app.services.imports import preview
from app.services.map_text import typed_map
from tests.fakes.loans import loan, post
from tests.importers.workbooks import RIVER, workbook

HEADER = "Nr;Datum;Zeit;Typ;Menge;Betrag;Gebühr;Notiz"
ROWS = (
    "17;03.05.2024;12:00:01;Kauf;0,50000000;30.000,00;25,00;=1+1",
    "18;04.05.2024;12:00:01;Verkauf;-0,10000000;6.000,00;5,00;",
    "19;05.05.2024;12:00:01;Storno;0,1;;;",
    "20;06.05.2024;12:00:01;Staking;0,1;;;",
)
MAP = (
    "date=Datum,time=Zeit,btc=Menge,kind=Typ,kind:Kauf=buy,kind:Verkauf=sell,kind:Storno=skip,id=Nr,value=Betrag,"
    "fee=Gebühr,note=Notiz,currency:=EUR,unit:=btc,zone:=Europe/Berlin,place:=Mein Broker,place_kind:=exchange"
)


def read(lines: Sequence[str], typed: str, answers: Answers | None = None) -> list[Outcome]:
    """Return what a file of these lines is read as by a map."""
    answers = replace(answers or Answers(), mapping=typed_map(typed))
    return list(read_import(io.BytesIO("\n".join(lines).encode()), "own.csv", answers).outcomes)


def one(row: str, typed: str, header: str = "date,btc,value,kind,more", answers: Answers | None = None) -> Outcome:
    """Return what one row is read as."""
    (outcome,) = read([header, row], typed, answers)
    return outcome


def refusal(outcome: Outcome) -> str:
    """Return why a row is refused."""
    assert isinstance(outcome, Refused)
    return outcome.reason


def test_a_file_is_read_as_it_was_mapped() -> None:
    buy, sell, left_out, unknown = read(["Mein Broker GmbH", HEADER, *ROWS], MAP)
    assert isinstance(buy, Moved)
    (entry,) = buy.transactions
    assert (buy.line, entry.kind, entry.sats, entry.note) == (3, TransactionKind.BUY, 50_000_000, "=1+1")
    assert entry.at == datetime(2024, 5, 3, 10, 0, 1, tzinfo=UTC)
    assert (entry.value, entry.currency, entry.fee) == (Decimal("30000.00"), "EUR", Decimal("25.00"))
    assert isinstance(sell, Moved)
    assert (sell.transactions[0].kind, sell.transactions[0].sats) == (TransactionKind.SELL, 10_000_000)
    assert isinstance(left_out, Skipped)
    assert isinstance(unknown, Aside)
    assert (unknown.what, unknown.row[0]) == ("Staking", "20")


def test_money_with_the_fee_in_it_is_parted() -> None:
    buy, sell, *_rest = read([HEADER, *ROWS], f"{MAP},value:=with_fee")
    assert isinstance(buy, Moved)
    assert isinstance(sell, Moved)
    assert (buy.transactions[0].value, sell.transactions[0].value) == (Decimal("29975.00"), Decimal("6005.00"))
    whole = refusal(read([HEADER, "1;03.05.2024;;Kauf;0,5;1,00;25,00;"], f"{MAP},value:=with_fee")[0])
    assert "more than the whole" in whole


def test_a_profile_is_known_again_by_its_header_and_adds_nothing_twice() -> None:
    data = "\n".join([HEADER, *ROWS]).encode()
    typed = typed_map(MAP)
    kept = mapping_text(replace(parse_mapping(typed), header=tuple(HEADER.split(";"))))
    profiles = (ImportProfile("Broker", kept),)
    first = preview(Book("Test"), [read_import(io.BytesIO(data), "a.csv", Answers(mapping=typed))], Answers())
    assert (first.new, first.made) == (2, ("Mein Broker",))
    again = preview(first.after, [read_import(io.BytesIO(data), "b.csv", Answers(), profiles)], Answers())
    assert (again.new, again.files[0].known) == (0, 2)
    assert again.files[0].head.format == "profile “Broker”"
    more = data.replace(b"Notiz", b"Notiz;Mehr", 1)
    with pytest.raises(FileDoubt, match="has no header that is known"):
        read_import(io.BytesIO(more), "c.csv", Answers(), profiles)
    named = read_import(io.BytesIO(more), "c.csv", Answers(profile="Broker"), profiles)
    assert len(list(named.outcomes)) == 4


def test_profiles_are_chosen_by_name_and_never_guessed() -> None:
    kept = mapping_text(replace(parse_mapping(typed_map("date=A,btc=B")), header=("A", "B")))
    twice = (ImportProfile("One", kept), ImportProfile("Two", kept))
    with pytest.raises(FileDoubt, match="share; say which with --profile") as doubt:
        read_import(io.BytesIO(b"A,B\n"), "x", Answers(), twice)
    assert (doubt.value.key, doubt.value.options) == ("profile", ("One", "Two"))
    with pytest.raises(InputError, match="the book has no profile “Three”; it has “One”, “Two”"):
        read_import(io.BytesIO(b"A,B\n"), "x", Answers(profile="Three"), twice)
    with pytest.raises(FileDoubt, match="has no header with the columns “B”, “A”"):
        read_import(io.BytesIO(b"A,C\n"), "x", Answers(profile="One"), twice)
    assert read_import(io.BytesIO(b"A,B\n"), "x", Answers(profile="Two"), twice).head.format == "profile “Two”"


def test_a_profile_comes_before_a_format_unless_the_format_is_named() -> None:
    header = ",".join(RIVER).encode() + b"\n"
    typed = typed_map("date=Date,btc=Received Amount,unit:=btc")
    mine = (ImportProfile("Mine", mapping_text(replace(parse_mapping(typed), header=tuple(RIVER)))),)
    assert read_import(io.BytesIO(header), "x", Answers(), mine).head.format == "profile “Mine”"
    assert read_import(io.BytesIO(header), "x", Answers(format="river"), mine).head.key == "river"


@pytest.mark.parametrize(
    ("cell", "typed", "sats"),
    [
        ("0.5", "unit:=btc", 50_000_000),
        ("50 000", "unit:=sats", 50_000),
        ("0.5 BTC", "unit:=sats", 50_000_000),
        ("₿ 0.5", "", 50_000_000),
        ("21 sats", "unit:=btc", 21),
        ("-0.25", "unit:=btc", 25_000_000),
    ],
)
def test_the_unit_is_told_by_the_cell_or_the_map(cell: str, typed: str, sats: int) -> None:
    moved = one(f"2024-01-01,{cell},,,", f"date=date,btc=btc,zone:=UTC,{typed}")
    assert isinstance(moved, Moved)
    (entry,) = moved.transactions
    wanted = TransactionKind.WITHDRAWAL if cell.startswith("-") else TransactionKind.DEPOSIT
    assert (entry.sats, entry.kind, entry.value) == (sats, wanted, None)


def test_unit_zone_and_order_of_days_are_asked_about() -> None:
    keys = [
        each.key
        for row in ("2024-01-01,0.5,,,", "03/04/2024,0.5 BTC,,,", "2024-01-01,0.5 BTC,,,")
        if isinstance(each := one(row, "date=date,btc=btc"), Asked)
    ]
    assert keys == ["zone", "day_first", "zone"]
    unit = one("2024-01-01,0.5,,,", "date=date,btc=btc,zone:=UTC")
    assert isinstance(unit, Asked)
    assert unit.key == "unit"
    answered = one("03/04/2024,0.5,,,", "date=date,btc=btc", answers=Answers(zone="UTC", unit="btc", day_first="yes"))
    assert isinstance(answered, Moved)
    assert answered.transactions[0].at.month == 4


@pytest.mark.parametrize(
    ("time", "cell"), [("epoch_s", "1714737601"), ("epoch_ms", "1714737601000"), ("excel", "45415.5000115741")]
)
def test_times_that_count_are_read(time: str, cell: str) -> None:
    moved = one(f"{cell},1 sat,,,", f"date=date,btc=btc,zone:=UTC,time:={time}")
    assert isinstance(moved, Moved)
    assert moved.transactions[0].at == datetime(2024, 5, 3, 12, 0, 1, tzinfo=UTC)
    assert "is no" in refusal(one("soon,1 sat,,,", f"date=date,btc=btc,zone:=UTC,time:={time}"))


def test_columns_of_what_came_in_and_what_went_out() -> None:
    typed = "date=date,btc_in=in,btc_out=out,unit:=btc,zone:=UTC,kind:=trade"
    header = "date,in,out"
    came, went = one("2024-01-01,0.5,", typed, header), one("2024-01-01,,0.5", typed, header)
    assert isinstance(came, Moved)
    assert isinstance(went, Moved)
    assert (came.transactions[0].kind, went.transactions[0].kind) == (TransactionKind.BUY, TransactionKind.SELL)
    assert "that came in and that went out" in refusal(one("2024-01-01,0.5,0.5", typed, header))
    assert "less than nothing" in refusal(one("2024-01-01,-0.5,", typed, header))
    assert isinstance(one("2024-01-01,,", typed, header), Skipped)


def test_sides_with_their_currencies_are_read_in_satoshis_too() -> None:
    header = "date,out,outc,in,inc,fee,feec"
    typed = (
        "date=date,sent=out,sent_currency=outc,received=in,received_currency=inc,fee=fee,fee_currency=feec,zone:=UTC"
    )
    buy = one("2024-01-01,100.00,EUR,150000,SATS,1.00,EUR", typed, header)
    assert isinstance(buy, Moved)
    (entry,) = buy.transactions
    assert (entry.kind, entry.sats, entry.value, entry.fee) == (TransactionKind.BUY, 150_000, Decimal(100), Decimal(1))
    assert isinstance(one("2024-01-01,1,ETH,2,SOL,,", typed, header), Aside)


def test_other_coins_are_kept_aside_and_the_price_makes_the_value() -> None:
    typed = "date=date,btc=btc,asset=kind,price=value,currency:=EUR,unit:=btc,zone:=UTC,kind:=buy"
    moved = one("2024-01-01,0.5,60000,BTC,", typed)
    assert isinstance(moved, Moved)
    assert moved.transactions[0].value == 30_000
    assert isinstance(one("2024-01-01,0.5,3000,ETH,", typed), Aside)


@pytest.mark.parametrize(
    ("row", "typed", "why"),
    [
        ("2024-01-01,-0.5,,,", "kind:=buy", "is a buy of less than nothing"),
        ("2024-01-01,0.5,$5,,", "value=value,currency:=EUR,kind:=buy", ""),
        ("2024-01-01,0.5,£5,,", "value=value,currency:=EUR,kind:=buy", "is not in EUR"),
        ("2024-01-01,0.5,5 USD,,", "value=value,currency:=EUR,kind:=buy", "is not in EUR"),
        ("2024-01-01,0.5,5,,", "value=value,currency=more,kind:=buy", "names no currency"),
        ("2024-01-01,0.5,5,,EU", "value=value,currency=more,kind:=buy", "is not a currency code"),
        ("2024-01-01,0.5,,,-1", "fee=more,currency:=EUR,kind:=buy", "is negative"),
        ("2024-01-01,0.5,,,", "kind:=transfer,to_account=more", "names no receiving account"),
        ("2024-13-01,0.5,,,", "", "is no time"),
        ("2024-01-01,x,,,", "", "is not a number"),
        ("2024-01-01,22000000,,,", "", "21 million"),
    ],
)
def test_what_cannot_be_is_refused_in_its_row(row: str, typed: str, why: str) -> None:
    outcome = one(row, f"date=date,btc=btc,unit:=btc,zone:=UTC,{typed}")
    if why:
        assert why in refusal(outcome)
    else:
        assert isinstance(outcome, Moved)  # a dollar sign stands for many dollars


def test_rows_of_a_loan_become_its_events() -> None:
    header = "Day,What,Amount,BTC,Fee,Loan,Price,Rate"
    typed = (
        "date=Day,kind=What,value=Amount,btc=BTC,fee=Fee,loan=Loan,price=Price,rate=Rate,unit:=btc,zone:=UTC,rate:=percent,"
        "kind:draw=loan_draw,kind:top-up=loan_post,kind:paid=loan_repay,kind:sold=loan_liquidation,kind:rate=loan_rate"
    )
    rows = [
        "2024-01-01,Top-up,,2,,Coin loan,,",
        "2024-01-01,Draw,50000,,250,Coin loan,,",
        "2024-02-01,Paid,-1000,,,Coin loan,,",
        "2024-03-01,Rate,,,,Coin loan,,9.5",
        "2024-04-01,Sold,,0.5,10,Coin loan,40000,",
    ]
    found = [each for each in read([header, *rows], typed) if isinstance(each, Lent)]
    kinds = [event.kind for each in found for event in each.events]
    assert kinds == [
        EventKind.POST,
        EventKind.DRAW,
        EventKind.FEE,
        EventKind.REPAY,
        EventKind.RATE,
        EventKind.LIQUIDATION,
    ]
    assert found[2].events[0].amount == 1000
    assert found[3].events[0].rate == Decimal("0.095")
    assert (found[4].events[0].price, found[4].events[0].fee) == (Decimal(40_000), Decimal(10))
    assert {each.wallet for each in found} == {None}
    book = Book("Test", loans=(loan(post("2023-12-01", "1"), name="Coin loan", opened_on=date(2023, 12, 1)),))
    data = "\n".join([header, *rows]).encode()
    seen = preview(book, [read_import(io.BytesIO(data), "x", Answers(mapping=typed_map(typed)))], Answers())
    assert (seen.loans, seen.fault) == ({"Coin loan": 6}, "")


def test_a_rate_without_a_sign_is_not_guessed() -> None:
    typed = "date=date,rate=value,kind:=loan_rate,zone:=UTC"
    assert "is per cent or a fraction" in refusal(one("2024-01-01,,9.5,,", typed))
    percent, fraction = one("2024-01-01,,9.5%,,", typed), one("2024-01-01,,0.095,,", f"{typed},rate:=fraction")
    assert isinstance(percent, Lent)
    assert isinstance(fraction, Lent)
    assert percent.events[0].rate == fraction.events[0].rate == Decimal("0.095")


def test_equal_names_and_columns_without_one_are_told_apart() -> None:
    header = "date,Cur.,Cur.,"
    moved = one("2024-01-01,x,0.5,note", "date=date,btc=Cur.#2,note=#4,unit:=btc,zone:=UTC", header)
    assert isinstance(moved, Moved)
    assert (moved.transactions[0].sats, moved.transactions[0].note) == (50_000_000, "note")


def test_ids_begin_anew_each_year_in_some_files() -> None:
    typed = "date=date,btc=btc,id=more,unit:=btc,zone:=UTC"
    ids = []
    for row in ("2023-01-01,0.5,,,1", "2024-01-01,0.5,,,1", "2024-01-01,0.5,,,2"):
        moved = one(row, typed)
        assert isinstance(moved, Moved)
        ids.append(moved.transactions[0].external_id)
    assert len(set(ids)) == 3
    assert all(each is not None and each.startswith("map-") and " " not in each for each in ids)


def test_the_beginning_of_an_unknown_file_is_shown_with_its_lines() -> None:
    start = beginning(io.BytesIO("\n".join(["Mein Broker", "", HEADER, *ROWS]).encode()), "own.csv", Answers())
    assert [line for line, _cells in start.rows] == [1, 3, 4, 5, 6, 7]
    assert start.rows[start.header][1][:3] == ("Nr", "Datum", "Zeit")
    outcomes = sample(start, Answers(mapping=typed_map(MAP)))
    assert [each.line for each in outcomes] == [4, 5, 6, 7]


def test_the_beginning_of_a_workbook_is_that_of_its_widest_sheet() -> None:
    data = workbook({"Read me": [["Thank you"]], "Data": [["Day", "BTC"], ["2024-01-01", 0.5]]})
    start = beginning(io.BytesIO(data), "own.xlsx", Answers())
    assert (start.sheet, start.sheets) == ("Data", ("Read me", "Data"))
    (moved,) = sample(start, Answers(mapping=typed_map("date=Day,btc=BTC,unit:=btc,zone:=UTC")))
    assert isinstance(moved, Moved)
    with pytest.raises(InputError, match="has no table"):
        beginning(io.BytesIO(b"just\nwords\n"), "x", Answers())
