"""What the buttons about many transactions, their papers and their lots do."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.domain.attachments import Attachment
from app.domain.book import Book, Transaction
from app.domain.errors import InputError
from app.services import papers
from app.services.day_prices import DayPrices, closes_of
from app.services.edits import Edit
from app.services.places import told
from app.services.transaction_bulk import BulkChange, Chosen, bulk_edit, chosen_entries
from app.services.transaction_lines import Line, Lines
from app.services.transaction_picks import offered_lots
from app.ui.dialogs.holdings_bulk import BulkForm
from app.ui.dialogs.holdings_papers import Holder, PapersDialog
from app.ui.dialogs.holdings_paste import PasteForm
from app.ui.dialogs.holdings_picks import PicksForm
from app.ui.formats import day_text
from app.ui.messages import Message
from app.ui.models.holdings_finder import Check, Finder
from app.ui.tasks import Ticket
from app.ui.view import Workbench
from app.ui.words import TRANSACTION_NOUNS

OF_LOANS: Final = "These rows are events of a loan; open the loan to change them."
NO_ROWS: Final = "The clipboard holds no text; copy rows from a spreadsheet first."


def change_lines(*, bench: Workbench, parent: QWidget, lines: Lines, numbers: Sequence[int]) -> None:
    """Open the form that changes several transactions at once."""

    def show(found: tuple[tuple[Chosen, ...], int]) -> None:
        chosen, loans = found
        if chosen:
            BulkForm(bench, chosen, loans, parent).begin()
        else:
            bench.messages.tell(Message(OF_LOANS, tone="note", key="loans"))

    _gather(bench, lines, numbers, show)


def delete_lines(*, bench: Workbench, lines: Lines, numbers: Sequence[int]) -> None:
    """Take transactions out; a bar offers to undo it."""

    def delete(found: tuple[tuple[Chosen, ...], int]) -> None:
        chosen, loans = found
        if not chosen:
            bench.messages.tell(Message(OF_LOANS, tone="note", key="loans"))
            return
        note = f"{loans:,} rows of loans stay." if loans else ""
        bench.edits.run(bulk_edit(chosen, BulkChange(delete=True)), offer_undo=True, note=note)

    _gather(bench, lines, numbers, delete)


def paste_rows(*, bench: Workbench, parent: QWidget, account: str) -> PasteForm | None:
    """Show what the clipboard's rows would become."""
    text = QGuiApplication.clipboard().text()
    if not text.strip():
        bench.messages.tell(Message(NO_ROWS, tone="note", key="paste"))
        return None
    form = PasteForm(bench, text, account, parent)
    form.begin()
    return form


def show_papers(*, bench: Workbench, parent: QWidget, line: Line) -> PapersDialog | None:
    """Show the papers of a transaction."""
    if line.entry is None:
        return None
    dialog = PapersDialog(bench, _transaction_holder(line.home, line.entry), parent)
    dialog.begin()
    return dialog


def show_loan_papers(*, bench: Workbench, parent: QWidget, name: str) -> PapersDialog:
    """Show the papers of a loan."""

    def keys(book: Book) -> tuple[str, ...] | None:
        return next((loan.attachments for loan in book.loans if loan.name == name), None)

    holder = Holder(
        f"Papers of {name}",
        keys,
        lambda book, paper: papers.attach_to_loan(book.loan(name), paper),
        lambda book, paper: papers.detach_from_loan(book.loan(name), paper),
    )
    dialog = PapersDialog(bench, holder, parent)
    dialog.begin()
    return dialog


def choose_lots(*, bench: Workbench, parent: QWidget, line: Line) -> None:
    """Let somebody choose the lots that an entry takes; they are reckoned beside the window first."""
    entry, book, desk = line.entry, bench.live.snapshot.book, bench.desk
    if entry is None:
        return

    def read(_ticket: Ticket) -> DayPrices:
        codes = {row.currency for one in book.accounts for row in one.transactions if row.currency}
        codes |= {book.base_currency, *(loan.currency for loan in book.loans)}
        return closes_of(book.base_currency, {code: desk.history(code) for code in codes})

    def reckon(prices: DayPrices) -> None:
        bench.tasks.on_reckoning(
            lambda _ticket: offered_lots(book, line.home, entry, prices),
            label="Looking for lots",
            done=lambda offered: PicksForm(bench, line.home, entry, offered, prices, parent).begin(),
            failed=lambda error: bench.messages.tell(
                Message(told(error, book) if isinstance(error, InputError) else str(error), key="lots")
            ),
        )

    bench.tasks.on_store(read, label="Reading stored prices", done=reckon)


def _gather(
    bench: Workbench,
    lines: Lines,
    numbers: Sequence[int],
    use: Callable[[tuple[tuple[Chosen, ...], int]], None],
) -> None:
    def work(check: Check) -> tuple[tuple[Chosen, ...], int]:
        return chosen_entries(lines, numbers, check)

    Finder(bench.tasks, "Reading what is chosen").make(work, len(numbers), use)


def _transaction_holder(account: str, entry: Transaction) -> Holder:
    """Return a transaction as a holder of papers; each edit makes another entry, which is followed."""
    current = [entry]

    def keys(book: Book) -> tuple[str, ...] | None:
        rows = next((one.transactions for one in book.accounts if one.name == account), ())
        bare = entry._replace(attachments=())
        found = [row for row in rows if row.at == entry.at and row._replace(attachments=()) == bare]
        if not found:
            return None
        current[0] = next((row for row in found if row is current[0]), found[0])
        return current[0].attachments

    def attach(book: Book, paper: Attachment) -> Edit:
        keys(book)
        return papers.attach_to_transaction(account, current[0], paper)

    def detach(book: Book, paper: Attachment) -> Edit:
        keys(book)
        return papers.detach_from_transaction(account, current[0], paper)

    title = f"Papers of the {TRANSACTION_NOUNS[entry.kind]} of {day_text(entry.at.date())}"
    return Holder(title, keys, attach, detach)
