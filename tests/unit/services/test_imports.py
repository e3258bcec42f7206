"""Outcomes of files into a book: accounts, loans, transfers, what is known, what stands in the way."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from app.domain.book import AccountKind, Book, EventKind, LoanEvent, Transaction, TransactionKind
from app.domain.errors import InputError
from app.services.import_ports import (
    Answers,
    Aside,
    AsideKind,
    Asked,
    FileHead,
    Lent,
    Moved,
    Outcome,
    Reading,
    ReadNotes,
    Refused,
    Skipped,
)
from app.services.import_preview import ImportPreview
from app.services.import_report import import_document, import_text, obstacle
from app.services.imports import import_edit, preview
from tests.fakes import loans as fake
from tests.fakes.loans import at, sats


def reading(outcomes: Iterable[Outcome], name: str = "file.csv", place: str = "Exchange") -> Reading:
    """Return a file of these outcomes."""
    return Reading(FileHead(name, "test", "Test", "1", place, AccountKind.EXCHANGE), list(outcomes), ReadNotes())


def moved(line: int, when: str, kind: str, btc: str, native: str, wallet: str = "", to: str | None = None) -> Moved:
    """Return a row as a transaction."""
    entry = Transaction(at(when), TransactionKind(kind), sats(btc), external_id=native, to_account=to)
    return Moved(line, (entry,), wallet)


def brought(book: Book, *outcomes: Outcome, answers: Answers | None = None) -> ImportPreview:
    """Return what one file would bring."""
    return preview(book, [reading(outcomes)], answers or Answers())


def test_rows_are_entered_in_the_order_of_time_whatever_the_files() -> None:
    book = fake.book(accounts=(fake.account("Exchange", "1", "2024-06-01"),))
    found = brought(
        book,
        moved(2, "2024-07-01", "sell", "0.5", "t:3"),
        moved(3, "2024-05-01", "buy", "0.25", "t:1"),
        moved(4, "2024-06-15", "buy", "0.25", "t:2"),
    )
    after = import_edit(found).change(book)
    assert [entry.external_id for entry in after.account("Exchange").transactions] == ["t:1", None, "t:2", "t:3"]
    assert found.made == ()
    assert book.account("Exchange").transactions == found.before.account("Exchange").transactions


def test_files_that_need_each_other_are_one_change() -> None:
    book = Book("Test")
    out = reading([moved(4, "2024-02-01", "withdrawal", "1", "t:out")], "withdrawals.csv")
    came = reading([moved(4, "2024-01-01", "buy", "1", "t:in")], "purchases.csv")
    found = preview(book, [out, came], Answers())
    assert not found.refused
    assert found.made == ("Exchange",)
    assert import_edit(found).label == "Import “withdrawals.csv”, “purchases.csv”"
    alone = preview(book, [reading([moved(4, "2024-02-01", "withdrawal", "1", "t:out")], "withdrawals.csv")], Answers())
    assert alone.fault.startswith("withdrawals.csv, line 4: ")


def test_what_was_imported_into_another_account_is_known() -> None:
    book = Book("Test")
    first = brought(book, moved(2, "2024-01-01", "buy", "1", "t:1"), answers=Answers(account="Mine"))
    after = import_edit(first).change(book)
    again = brought(after, moved(2, "2024-01-01", "buy", "1", "t:1"), moved(3, "2024-01-02", "buy", "1", "t:2"))
    assert (again.new, again.files[0].known, again.accounts) == (1, 1, {"Exchange": 1})


def test_an_entry_of_several_ids_is_known_by_each_of_them() -> None:
    start = brought(Book("Test"), moved(2, "2024-01-01", "buy", "3", "t:0"))
    joined = moved(2, "2024-02-01", "transfer", "1", "a:out chain:ab:100000000", to="Cold")
    book = brought(start.after, joined).after
    legs = (
        moved(2, "2024-02-01", "withdrawal", "1", "a:out"),
        moved(3, "2024-02-01", "deposit", "1", "chain:ab:100000000", "Cold"),
        moved(4, "2024-02-01", "transfer", "1", "b:5 a:out", to="Cold"),
    )
    again = brought(book, *legs)
    assert (again.new, again.files[0].known, again.refused) == (0, 3, False)


def test_a_file_that_tells_one_of_several_ids_once_more_is_refused() -> None:
    rows = (
        moved(2, "2024-01-01", "buy", "1", "t:1 t:2"),
        moved(3, "2024-01-01", "buy", "2", "t:2"),
        moved(4, "2024-01-01", "buy", "1", "t:3 t:1"),
    )
    refused = brought(Book("Test"), *rows).files[0].refused
    assert [(each.line, each.reason[:33]) for each in refused] == [
        (3, "has the id of line 2 and says som"),
        (4, "has the id of line 2 and says som"),
    ]


def test_a_fee_that_another_file_tells_as_a_row_of_its_own_is_entered_once() -> None:
    sent, paid = (moved(2, "2024-01-02", kind, "0.1", f"t:1{end}") for kind, end in (("spend", ""), ("fee", "/fee")))
    whole = reading([Moved(2, (*sent.transactions, *paid.transactions))], "exchange.csv")
    rows = reading([moved(2, "2024-01-01", "buy", "1", "t:0"), sent, paid._replace(line=3)], "plimsoll.csv")
    found = preview(Book("Test"), [whole, rows], Answers())
    assert not found.refused
    assert found.accounts == {"Exchange": 3}
    assert found.files[1].skipped["says once more what another row with its id says"].rows == 2


def test_twins_of_an_entry_by_hand_with_one_id_do_not_confuse() -> None:
    book = fake.book(accounts=(fake.account("Exchange", "1", "2024-06-01"),))
    twin = moved(2, "2024-06-01", str(book.account("Exchange").transactions[0].kind), "1", "t:#1")
    found = brought(book, twin, twin._replace(line=3))
    assert found.files[0].asked["duplicates"][1].rows == 2


def test_an_entry_that_the_book_has_under_another_id_is_asked_about() -> None:
    first = brought(Book("Test"), moved(2, "2024-01-01T10:00:00", "buy", "1", "t:#hash"))
    book = import_edit(first).change(first.before)
    row = moved(2, "2024-01-01T10:00:00.5", "buy", "1", "t:native")
    asked = brought(book, row)
    assert list(asked.files[0].asked) == ["duplicates"]
    assert asked.after is book
    dropped = brought(book, row, answers=Answers(duplicates="drop"))
    assert (dropped.refused, dropped.new, dropped.after) == (False, 0, book)
    assert brought(book, row, answers=Answers(duplicates="keep")).accounts == {"Exchange": 1}
    assert brought(book, moved(2, "2024-01-01T10:00:01", "buy", "1", "t:next")).new == 1


def test_a_transfer_between_wallets_of_a_file_makes_both_accounts() -> None:
    rows = (
        moved(2, "2024-01-01", "buy", "1", "t:1", wallet="Hot"),
        moved(3, "2024-01-02", "transfer", "0.4", "t:2", wallet="Hot", to="Cold"),
    )
    found = brought(Book("Test"), *rows)
    after = import_edit(found).change(found.before)
    assert {account.name for account in after.accounts} == {"Hot", "Cold"}
    assert after.account("Hot").transactions[1].to_account == "Cold"
    one = brought(Book("Test"), *rows, answers=Answers(account="All"))
    assert (one.accounts, one.files[0].skipped["moves within one account"].line) == ({"All": 1}, 3)


def lent(line: int, loan: str = "") -> Lent:
    """Return a row of collateral that leaves the file's account, and its draw."""
    events = (
        LoanEvent(at("2025-06-02"), EventKind.POST, sats=sats("1"), external_id=f"t:{line}"),
        LoanEvent(at("2025-06-02"), EventKind.DRAW, amount=Decimal(1000), external_id=f"t:{line}/draw"),
    )
    return Lent(line, events, loan, wallet="")


def test_loan_rows_go_to_the_loan_that_is_named_or_are_asked_about() -> None:
    book = fake.book(fake.loan(), accounts=(fake.account("Exchange", "5"),))
    asked = brought(book, lent(2, "LOAN-77"))
    assert list(asked.files[0].asked) == ["loan"]
    assert "--loan NAME" in obstacle(asked)
    named = brought(book, lent(2, "LOAN-77"), answers=Answers(loan="Coin revolver"))
    after = import_edit(named).change(book)
    post, draw = after.loan("Coin revolver").events
    assert (post.account, post.sats, draw.account, draw.amount) == ("Exchange", sats("1"), None, Decimal(1000))
    assert brought(book, lent(2, "Coin revolver")).loans == {"Coin revolver": 2}
    assert brought(after, lent(2, "Coin revolver")).files[0].known == 1
    with pytest.raises(InputError, match="there is no loan “Other”"):
        brought(book, lent(2), answers=Answers(loan="Other"))


def test_a_loan_that_cannot_be_names_the_line() -> None:
    book = fake.book(fake.loan(), accounts=(fake.account("Exchange", "5"),))
    early = LoanEvent(at("2020-01-01"), EventKind.DRAW, amount=Decimal(5), external_id="t:9")
    found = brought(book, Lent(9, (early,), "Coin revolver"))
    assert found.fault.startswith("file.csv, line 9: 2020-01-01 is before the loan opened")
    assert found.after is book


def test_refused_rows_stop_everything_unless_they_are_left_out() -> None:
    rows = (moved(2, "2024-01-01", "buy", "1", "t:1"), Refused(3, "“x” is not a number"))
    found = brought(Book("Test"), *rows)
    with pytest.raises(InputError):
        import_edit(found)
    assert obstacle(found).startswith("Nothing was stored: file.csv, line 3: “x” is not a number")
    rest = preview(Book("Test"), [reading(rows)], Answers(), leave_out_refused=True)
    assert (rest.refused, rest.new) == (False, 1)
    assert import_edit(rest).change(rest.before).account("Exchange").transactions[0].external_id == "t:1"


def test_a_book_that_changed_since_is_looked_at_again() -> None:
    found = brought(Book("Test"), moved(2, "2024-01-01", "buy", "1", "t:1"))
    with pytest.raises(InputError, match="has changed since"):
        import_edit(found).change(Book("Test"))


def test_the_report_has_every_row() -> None:
    found = brought(
        Book("Test"),
        moved(2, "2024-01-01", "buy", "1", "t:1"),
        Aside(3, AsideKind.OTHER_ASSET, "ETH"),
        Aside(4, AsideKind.UNRECOGNISED, "Gift", ("a", "b")),
        Skipped(5, "is pending"),
        Asked(6, "decimal", "“1.205” is 1.205 or 1205"),
        Refused(7, "is odd"),
    )
    document = import_document(found, stored=False)["files"][0]
    assert (document["rows"], document["new"], document["refused"]) == (6, 1, [{"line": 7, "reason": "is odd"}])
    assert {each["what"] for each in document["aside"]} == {"ETH", "Gift"}
    text = import_text(found, stored=False)
    for piece in ("1 × ETH", "unrecognised, line 4: a | b", "is pending", "--decimal point", "refused, line 7: is odd"):
        assert piece in text
    assert text.endswith("Nothing was stored.")


def test_cells_do_not_steer_a_terminal() -> None:
    gift = Aside(4, AsideKind.UNRECOGNISED, "Gift\x1b[31m", ("a\u202eb", "c\x07"))
    found = brought(Book("Test"), gift, Refused(5, "“\x1b[2J” is not a number"))
    text = import_text(found, stored=False)
    assert "Gift [31m" in text
    assert all(line.isprintable() for line in text.splitlines())
    assert obstacle(found).isprintable()
