"""What the button does that joins withdrawals and deposits."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.services.transfer_pairs import Pairs, find_pairs
from app.ui.dialogs.context import context_of
from app.ui.dialogs.transfer_pairs import TransferPairsForm
from app.ui.tasks import Ticket
from app.ui.view import Workbench


def join_transfers(
    *, bench: Workbench, parent: QWidget, shown: Callable[[TransferPairsForm], None] | None = None
) -> Ticket:
    """Look for transfers beside the window, then list them; ``shown`` is handed the open form."""
    book = bench.live.snapshot.book

    def show(found: Pairs) -> None:
        form = TransferPairsForm(context_of(bench), found, bench.memory, parent)
        form.begin()
        if shown is not None:
            shown(form)

    return bench.tasks.on_reckoning(lambda _ticket: find_pairs(book), label="Look for transfers", done=show)
