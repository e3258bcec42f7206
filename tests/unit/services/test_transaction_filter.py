from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.domain.book import (
    Account,
    AccountKind,
    Book,
    EventKind,
    Loan,
    LoanEvent,
    LotPick,
    Transaction,
    TransactionKind,
)
from app.services.transaction_completion import completions
from app.services.transaction_filter import parse_filter, tokens
from app.services.transaction_lines import Lines
from app.services.transaction_times import span_of
from tests.fakes.loans import terms

BTC = 100_000_000
KIND = TransactionKind


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def loan() -> Loan:
    taken = LoanEvent(at("2025-03-20"), EventKind.POST, sats=BTC // 2, account="Cold storage", note="pledged")
    given = LoanEvent(at("2025-04-02"), EventKind.RELEASE, sats=BTC // 4, account="Cold storage")
    opened = at("2025-03-20").date()
    return Loan("Coin revolver", "Tidewell", "USD", opened, None, (terms(),), (taken, given))


def book() -> Book:
    cold = (
        Transaction(at("2024-12-31T23:59:59"), KIND.BUY, 3 * BTC, Decimal(90_000), "USD", Decimal(25), "first lot"),
        Transaction(at("2025-01-01"), KIND.INCOME, BTC // 20, note="Mined", external_id="river:7"),
        Transaction(at("2025-02-28"), KIND.SPEND, BTC // 10, Decimal(4_000), "EUR", note="rent", attachments=("k",)),
        Transaction(at("2025-03-01"), KIND.TRANSFER, BTC, to_account="Kraken Pro", note="to sell"),
    )
    sold = Transaction(
        at("2025-03-31T12:00"), KIND.SELL, BTC, Decimal(82_000), picks=(LotPick(at("2024-12-31T23:59:59"), BTC),)
    )
    kraken = Account("Kraken Pro", AccountKind.EXCHANGE, (sold,))
    return Book("Test", accounts=(Account("Cold storage", AccountKind.SELF_CUSTODY, cold), kraken), loans=(loan(),))


def found(text: str) -> list[str]:
    """Return what a filter finds, as days with kinds, in the order of time."""
    lines = Lines(book())
    asked = parse_filter(text, lines.names, ["Coin revolver"])
    assert not asked.problems, asked.problems
    chosen = (lines[number] for number in range(len(lines)))
    return [f"{line.at:%Y-%m-%d} {line.kind}" for line in chosen if asked.matches(line)]


ALL = [
    "2024-12-31 buy", "2025-01-01 income", "2025-02-28 spend", "2025-03-01 transfer", "2025-03-01 transfer_in",
    "2025-03-20 pledge", "2025-03-31 sell", "2025-04-02 release",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", [0, 1, 2, 3, 4, 5, 6, 7]),
        ("account:cold", [0, 1, 2, 3, 5, 7]),
        ('account:"kraken pro"', [4, 6]),
        ("account:cold kind:income 2025", [1]),
        ("account:cold kind:income >1btc 2025", []),
        (">0.1btc", [0, 3, 4, 5, 6, 7]),
        ("<0.1btc", [1]),
        (">=10000000sats <=10000000sats", [2]),
        ("2025-03", [3, 4, 5, 6]),
        ("2025-01..2025-03", [1, 2, 3, 4, 5, 6]),
        ("2025-03-31..", [6, 7]),
        ("..2024", [0]),
        ("2025-02-28", [2]),
        ('note:"to sell"', [3, 4]),
        ('"FIRST lot"', [0]),
        ("mined", [1]),
        ("-kind:transfer -kind:buy", [1, 2, 5, 6, 7]),
        ("kind:transfer", [3, 4]),
        ("kind:pledge,release", [5, 7]),
        ("kind:inc", [1]),
        ("value>1000", [0, 2, 6]),
        ("value>50000", [0, 6]),
        ("value>1000eur", [2]),
        ("fee>10", [0]),
        ("has:attachment", [2]),
        ("no:value -kind:transfer", [1, 5, 7]),
        ("has:lots", [6]),
        ("id:river", [1]),
        ("loan:coin", [5, 7]),
        ("with:kraken", [3]),
        ("after<0.9btc", [6]),
    ],
)
def test_a_filter_finds_what_it_says(text: str, days: list[int]) -> None:
    assert found(text) == [ALL[number] for number in days]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (">1", "“>1” has no unit; write >1btc, >1sats or value>1."),
        (">", "“>” asks for an amount behind it, like >1btc."),
        ("2025-13", "“2025-13” is not in the calendar; write a day like 2025-03-14."),
        ("2025-3-", "“2025-3-” is not a year, month or day; write 2025, 2025-03 or 2025-03-14."),
        ("2025-04..2025-03", "“2025-04..2025-03” ends before it begins; write the earlier one first."),
        ("kind:gift", "“gift” is not a kind; there are buy, sell"),
        ("kind:s", "“s” is not a kind; there are sell, spend."),
        ("account:attic", "No account has “attic” in its name; there are “Cold storage”, “Kraken Pro”."),
        ("colour:red", "“colour:” is not a key; there are account:, kind:"),
        ("value:3", "“value” is compared; write value>1000"),
        ("note>3", "“note” cannot be compared; value, fee, btc and after can"),
        ("account:", "“account:” asks for something behind it, like account:cold."),
        (">1.205btc", "“1.205” could mean two numbers; write 1.2050 or 1 205."),
        ("has:money", "“money” is not something to have; there are attachment"),
        ('""', "Write a word between the quotes."),
        ("x" * 401, "This filter is too long"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_remedy(text: str, told: str) -> None:
    asked = parse_filter(text, ("Cold storage", "Kraken Pro"))
    assert len(asked.problems) == 1
    assert asked.problems[0].startswith(told)
    assert not asked.terms


def test_what_is_understood_holds_beside_what_is_not() -> None:
    asked = parse_filter("account:cold >1 -kind:fee 2025", ("Cold storage",))
    assert asked.words == "Account has “cold”, kind is not fee, in 2025."
    assert len(asked.problems) == 1


def test_quotes_hold_words_together() -> None:
    assert tokens('a:"b c" -note:"d e" f') == ['a:"b c"', '-note:"d e"', "f"]


def test_a_month_ends_where_the_next_begins() -> None:
    span = span_of("2024-12")
    assert span is not None
    assert (span.start, span.end) == (at("2024-12-01"), at("2025-01-01"))
    assert span_of("1999") is None


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("acc", ("account:",)),
        ("2025 account:k", ('2025 account:"Kraken Pro"',)),
        ("-kind:inc", ("-kind:income",)),
        ("kind:income", ()),
        ("has:n", ("has:note",)),
        ("fe", ("fee>",)),
        ("account:cold ", ()),
        ('account:"kraken p', ('account:"Kraken Pro"',)),
    ],
)
def test_keys_and_values_are_completed(text: str, offered: tuple[str, ...]) -> None:
    assert completions(text, ("Cold storage", "Kraken Pro"), ("Coin revolver",)) == offered


def test_lines_add_up_to_balances() -> None:
    lines = Lines(book())
    assert [(line.account, line.after) for line in (lines[n] for n in range(len(lines)))][-3:] == [
        ("Cold storage", 145_000_000),
        ("Kraken Pro", 0),
        ("Cold storage", 170_000_000),
    ]
    assert lines.last_moved() == {"Cold storage": at("2025-04-02"), "Kraken Pro": at("2025-03-31T12:00")}
    assert lines.balances_over_time("Kraken Pro") == ((at("2025-03-01"), BTC), (at("2025-03-31T12:00"), 0))
