from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.domain.attachments import Attachment
from app.domain.book import Account, AccountKind, Book, LotPick, Transaction, TransactionKind
from app.domain.errors import InputError
from app.services.edits import replace_transaction
from app.services.transaction_bulk import BulkChange, Chosen, bulk_edit, chosen_entries, preview_of
from app.services.transaction_lines import Lines

BTC = 100_000_000
KIND = TransactionKind
PAPER = Attachment("a" * 64, "receipt.pdf", 10)


def day(number: int) -> datetime:
    return datetime(2025, 3, number, tzinfo=UTC)


def book() -> Book:
    rows = (
        Transaction(day(1), KIND.BUY, 3 * BTC, Decimal(90_000), "EUR", Decimal(5), "one", attachments=(PAPER.key,)),
        Transaction(day(2), KIND.BUY, BTC, note="two", picks=(LotPick(day(1), 1),)),
        Transaction(day(4), KIND.TRANSFER, BTC, to_account="Desk", note="over"),
    )
    desk = (Transaction(day(3), KIND.BUY, BTC),)
    accounts = (Account("Vault", AccountKind.SELF_CUSTODY, rows), Account("Desk", AccountKind.EXCHANGE, desk))
    return Book("Test", accounts=accounts, attachments=(PAPER,))


def entries(of: Book, name: str = "Vault") -> tuple[Transaction, ...]:
    return of.account(name).transactions


def test_lines_lead_to_entries_each_once() -> None:
    lines = Lines(book())
    chosen, loans = chosen_entries(lines, range(len(lines)))
    assert {part.account: len(part.entries) for part in chosen} == {"Vault": 3, "Desk": 1}
    assert loans == 0


def test_values_notes_and_kinds_change_together() -> None:
    before = book()
    chosen = (Chosen("Vault", entries(before)[:2]),)
    change = BulkChange(kind=KIND.INCOME, note="mined", clear_value=True)
    made = entries(bulk_edit(chosen, change).change(before))
    assert made[:2] == (
        Transaction(day(1), KIND.INCOME, 3 * BTC, note="mined", attachments=(PAPER.key,)),
        Transaction(day(2), KIND.INCOME, BTC, note="mined"),
    )
    assert made[2] is entries(before)[2]
    preview = preview_of(chosen, change)
    assert preview.sentences == ("2 entries become income", "2 entries get another note", "1 entry lose value and fee")


def test_entries_move_to_their_places_in_time() -> None:
    before = book()
    edit = bulk_edit((Chosen("Vault", entries(before)[:2]),), BulkChange(account="Desk"))
    after = edit.change(before)
    assert [row.at for row in entries(after, "Desk")] == [day(1), day(2), day(3)]
    assert [row.at for row in entries(after)] == [day(4)]
    assert entries(after, "Desk")[1].picks == ()
    assert edit.label == "Change 2 entries"


def test_a_deletion_lets_go_of_papers_that_nothing_names() -> None:
    before = book()
    after = bulk_edit((Chosen("Vault", entries(before)[:1]),), BulkChange(delete=True)).change(before)
    assert len(entries(after)) == 2
    assert after.attachments == ()
    preview = preview_of((Chosen("Vault", entries(before)[:1]),), BulkChange(delete=True))
    assert preview.sentences == ("1 entry deleted",)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (BulkChange(kind=KIND.TRANSFER), "an entry of 2025-03-01 would be a transfer to nowhere"),
        (BulkChange(account="Desk"), "the transfer of 2025-03-04 to “Desk” cannot move there"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(change: BulkChange, told: str) -> None:
    before = book()
    chosen = (Chosen("Vault", entries(before)),)
    for act in (lambda: preview_of(chosen, change), lambda: bulk_edit(chosen, change).change(before)):
        with pytest.raises(InputError) as caught:
            act()
        assert caught.value.problem.startswith(told)


def test_an_entry_that_changed_meanwhile_is_not_touched() -> None:
    before = book()
    chosen = (Chosen("Vault", entries(before)[:1]),)
    other = entries(before)[0]._replace(note="edited")
    changed = replace_transaction("Vault", entries(before)[0], other).change(before)
    with pytest.raises(InputError, match="changed or deleted meanwhile"):
        bulk_edit(chosen, BulkChange(note="x")).change(changed)


def test_a_book_that_was_read_anew_is_changed_by_equal_entries() -> None:
    chosen = (Chosen("Vault", entries(book())[1:2]),)
    again = book()
    after = bulk_edit(chosen, BulkChange(note="found")).change(again)
    assert [row.note for row in entries(after)] == ["one", "found", "over"]
