"""A CSV file becomes a history, or one sentence."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest

from app.domain.candles import DailyCandle
from app.domain.errors import BookNotWritableError, InputError
from app.domain.histories import Gap
from app.services.history_csv import MAX_LINE_BYTES, MAX_LINES
from app.services.history_import import Disagreement, HistoryImport, import_history
from tests.fakes.price_store import FakePriceStore

TODAY = date(2026, 11, 22)
FIRST = date(2026, 1, 1)


def load(content: bytes | str, store: FakePriceStore | None = None, currency: str = "USD") -> HistoryImport:
    data = content.encode() if isinstance(content, str) else content
    return import_history(BytesIO(data), "p.csv", currency, TODAY, store or FakePriceStore())


def stored(content: bytes | str, currency: str = "USD") -> tuple[DailyCandle, ...]:
    store = FakePriceStore()
    load(content, store, currency)
    return store.daily["imported", currency]


def test_days_may_stand_in_any_order() -> None:
    assert stored("date,close\n2026-01-02,101.50\n2026-01-01,100\n") == (
        DailyCandle.closing(FIRST, Decimal(100)),
        DailyCandle.closing(date(2026, 1, 2), Decimal("101.50")),
    )


WHOLE = DailyCandle(FIRST, Decimal(100), Decimal(110), Decimal("90.5"), Decimal(101))


@pytest.mark.parametrize(
    "content",
    [
        "date,open,high,low,close\n2026-01-01,100,110,90.5,101\n",
        "date,open,high,low,close\r\n2026-01-01,100,110,90.5,101",
        "\ufeffDate;Open;High;Low;Close\r\n2026-01-01;100;110;90.5;101\r\n\r\n",
        '"date","open","high","low","close"\n"2026-01-01","100","110","90.5","101"\n',
        "Close\tLow\tHigh\tOpen\tDay\n101\t90.5\t110\t100\t2026-01-01\n",
        "date,open,high,low,close,volume,adj close\n2026-01-01,100,110,90.5,101,7,99\n",
        "date, open, high, low, close\n2026-01-01T00:00:00Z, 100, 110, 90.5, 101\n",
        "date,price,close,open,high,low\n2026-01-01 00:00:00,7,101,100,110,90.5\n",
    ],
)
def test_many_forms_say_the_same(content: str) -> None:
    assert stored(content) == (WHOLE,)


@pytest.mark.parametrize("column", ["close", "price", "price_usd", "Price_USD"])
def test_a_column_of_prices_has_few_names(column: str) -> None:
    assert stored(f"date,{column}\n2026-01-01,0.0495\n") == (DailyCandle.closing(FIRST, Decimal("0.0495")),)


def test_a_field_that_is_empty_is_not_known() -> None:
    text = "date,open,high,low,close\n2026-01-01,,,99,101\n2026-01-02,,,,102\n"
    assert stored(text) == (
        DailyCandle(FIRST, None, None, Decimal(99), Decimal(101)),
        DailyCandle.closing(date(2026, 1, 2), Decimal(102)),
    )
    assert load(text).with_lows == 1


REFUSED: dict[str, tuple[bytes | str, str]] = {
    "no day": ("date,close\n2026-01-01,100\n2026-13-02,100\n", "line 3: “2026-13-02” is not a day"),
    "another order": ("date,close\n01/02/2026,100\n", "line 2: “01/02/2026” is not a day"),
    "an hour": ("date,close\n2026-01-01T05:00:00Z,100\n", "line 2: “2026-01-01T05"),
    "other digits": ("date,close\n\u0662\u0660\u0662\u0666-01-01,100\n", "line 2:"),
    "before bitcoin": ("date,close\n2009-01-02,100\n", "line 2: 2009-01-02 lies before"),
    "tomorrow": ("date,close\n2026-11-23,100\n", "line 2: 2026-11-23 lies in the future"),
    "no number": ("date,close\n2026-01-01,1e5\n", "line 2: close “1e5” is not a number"),
    "thousands": ('date,close\n2026-01-01,"70,727"\n', "line 2: close “70,727” is not a number"),
    "a decimal comma": ("date;close\n2026-01-01;70727,50\n", "line 2: close “70727,50” is not a number"),
    "not a number": ("date,open,close\n2026-01-01,NaN,5\n", "line 2: open “NaN” is not a number"),
    "no close": ("date,close\n2026-01-01,\n", "line 2: close “” is not a number"),
    "negative": ("date,close\n2026-01-01,-5\n", "line 2: close -5 is not above zero"),
    "zero": ("date,low,close\n2026-01-01,0,5\n", "line 2: low 0 is not above zero"),
    "beyond measure": (f"date,close\n2026-01-01,{'9' * 20}\n", "line 2: close 9999.* is too large"),
    "two prices": ("date,close\n2026-01-01,5\n2026-01-02,5\n2026-01-01,6\n", "line 4: .* other prices than on line 2"),
    "high and low": ("date,high,low,close\n2026-01-01,5,6,5\n", "line 2: the high 5 is below the low 6"),
    "close outside": (
        "date,high,low,close\n2026-01-01,9,6,5\n",
        "line 2: the close 5 lies outside the day's low 6 and",
    ),
    "open outside": ("date,open,high,close\n2026-01-01,9,6,5\n", "line 2: the open 9 lies outside the day's high 6;"),
    "a hundredth": (
        "date,close\n2026-01-01,100\n2026-01-02,1\n2026-01-03,100\n",
        "line 3: 2026-01-02 closes at 1 betw",
    ),
    "its low": ("date,low,close\n2026-01-01,1,100\n", "line 2: 2026-01-01 has a low of 1"),
    "too many fields": ("date,close\n2026-01-01,70727,50\n", "line 2: has 3 fields where the first line names 2"),
    "half a quotation": ('date,close\n2026-01-01,"5\n', "line 2: has a quotation mark"),
    "nothing": ("", "p.csv: is empty"),
    "blank lines": ("\r\n\n ,,\n", "p.csv: is empty"),
    "no days": ("date,close\n", "p.csv: holds no finished day"),
    "today alone": ("date,close\n2026-11-22,5\n", "p.csv: holds no finished day"),
    "no header": ("2026-01-01,100\n", "line 1: names no column date"),
    "no close column": ("date,volume\n2026-01-01,100\n", "line 1: names no column close"),
    "two closes": ("date,close,close\n2026-01-01,100,100\n", "line 1: names the column close twice"),
    "two prices' columns": ("date,price,price_usd\n2026-01-01,1,1\n", "line 1: names several columns"),
    "another currency": ("date,price_eur\n2026-01-01,1\n", "line 1: has prices in EUR, not in USD; say --currency EUR"),
    "UTF-16": ("date,close\n2026-01-01,5\n".encode("utf-16"), "line 1: is not text in UTF-8"),
    "Latin-1": ("date,close,café\n".encode("latin-1"), "line 1: is not text in UTF-8"),
    "zeros": (bytes(10_000), "line 1: is not text in UTF-8"),
    "an endless line": (b"date,close," + b"x" * 2 * MAX_LINE_BYTES, "line 1: is longer than 4096 bytes"),
    "a line a second": ("date,close\n" + "2026-01-01,5\n" * MAX_LINES, "p.csv: has over 100,000 lines"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_with_a_fault_is_refused_in_one_sentence_and_nothing_is_stored(kind: str) -> None:
    content, words = REFUSED[kind]
    store = FakePriceStore()
    with pytest.raises(InputError, match=words) as caught:
        load(content, store)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250
    assert store.daily == {}


def test_a_file_is_read_no_further_than_it_has_to_be() -> None:
    class Endless(BytesIO):
        given = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            self.given += 1
            return b"date,close\n" if self.given == 1 else b"2026-01-01,5\n"

        def read(self, size: int | None = -1, /) -> bytes:
            return b"2"

    file = Endless()
    with pytest.raises(InputError, match="over 100,000 lines"):
        import_history(file, "p.csv", "USD", TODAY, FakePriceStore())
    assert file.given == MAX_LINES


def test_repeated_lines_count_once_and_the_running_day_is_left_out() -> None:
    done = load("date,close\n2026-11-20,5\n2026-11-20,5.0\n2026-11-22,9\n")
    assert (done.days, done.duplicates, done.running) == (1, 1, TODAY)


def test_gaps_are_told_and_not_refused() -> None:
    done = load("date,close\n2026-01-01,5\n2026-01-02,5\n2026-01-05,5\n2026-03-01,40\n")
    assert done.gaps == (
        Gap(date(2026, 1, 3), date(2026, 1, 4)),
        Gap(date(2026, 1, 6), date(2026, 2, 28)),
    )


def test_importing_twice_adds_nothing() -> None:
    store = FakePriceStore()
    text = "date,close\n" + "".join(f"{FIRST + timedelta(days=at)},{100 + at}\n" for at in range(50))
    first, second = load(text, store), load(text, store)
    assert (first.days, first.added, first.changed) == (50, 50, 0)
    assert (second.days, second.added, second.changed) == (50, 0, 0)
    assert store.saved_candles == 50


def test_a_second_file_adds_days_and_corrects_them() -> None:
    store = FakePriceStore()
    load("date,close\n2026-01-01,100\n2026-01-02,101\n", store)
    done = load("date,close\n2026-01-02,105\n2026-01-03,102\n", store)
    assert (done.added, done.changed, done.kept) == (1, 1, 0)
    assert [str(candle.close) for candle in store.daily["imported", "USD"]] == ["100", "105", "102"]


def test_a_known_low_is_not_lost_to_a_file_of_closes() -> None:
    store = FakePriceStore()
    load("date,low,close\n2026-01-01,90,100\n2026-01-02,90,100\n", store)
    done = load("date,close\n2026-01-01,101\n2026-01-02,110\n", store)
    assert (done.added, done.changed, done.kept) == (0, 1, 1)
    assert [candle.low for candle in store.daily["imported", "USD"]] == [Decimal(90), None]


def test_a_file_that_does_not_fit_the_one_before_is_refused() -> None:
    store = FakePriceStore()
    load("date,close\n2026-01-01,70000\n2026-01-02,70100\n", store)
    with pytest.raises(InputError, match=r"p\.csv, line 2: 2026-01-03 .* does not fit the history imported before"):
        load("date,close\n2026-01-03,7\n2026-01-04,7\n", store)
    assert len(store.daily["imported", "USD"]) == 2


@pytest.mark.parametrize(("factor", "told"), [("1.01", ()), ("0.86", (Disagreement("kraken", 30, 30),))])
def test_a_file_that_other_sources_contradict_is_taken_and_told(factor: str, told: tuple[Disagreement, ...]) -> None:
    store = FakePriceStore()
    days = [FIRST + timedelta(days=at) for at in range(30)]
    store.save_daily("kraken", "USD", [DailyCandle.closing(day, Decimal(70000)) for day in days])
    text = "date,close\n" + "".join(f"{day},{70000 * Decimal(factor)}\n" for day in days)
    done = load(text, store)
    assert (done.added, done.disagreements) == (30, told)
    assert load(text, store).disagreements == told


def test_currencies_are_kept_apart() -> None:
    store = FakePriceStore()
    load("date,close\n2026-01-01,70000\n", store)
    load("date,price_eur\n2026-01-01,60000\n", store, "EUR")
    assert {key: len(candles) for key, candles in store.daily.items()} == {
        ("imported", "USD"): 1,
        ("imported", "EUR"): 1,
    }


def test_a_book_that_refuses_is_told() -> None:
    store = FakePriceStore()
    store.full = True
    with pytest.raises(BookNotWritableError):
        load("date,close\n2026-01-01,70000\n", store)
