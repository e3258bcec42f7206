"""What the buttons about loans and their terms do. Each opens a form, or hands in an edit that can be undone."""

from datetime import date

from PySide6.QtWidgets import QWidget

from app.domain.terms import Terms
from app.services import edits
from app.services.presets import PRESETS_RESOURCE, Preset, parse_presets
from app.ui.dialogs.context import context_of
from app.ui.dialogs.loan_form import AddLoanForm, EditLoanForm
from app.ui.dialogs.terms_form import TermsForm
from app.ui.tasks import Ticket
from app.ui.view import Workbench


def add_loan(*, bench: Workbench, parent: QWidget) -> AddLoanForm:
    """Open the form for a new loan, with the lenders' presets to start from."""
    form = AddLoanForm(context_of(bench), presets_of(bench), parent)
    form.accepted.connect(lambda: bench.go("loans", form.name.text))
    form.begin()
    return form


def presets_of(bench: Workbench) -> tuple[Preset, ...]:
    """Return the lenders' published terms; none where the program came without its resources."""
    path = bench.resources / PRESETS_RESOURCE
    return parse_presets(path.read_bytes()) if path.is_file() else ()


def edit_loan(*, bench: Workbench, parent: QWidget, name: str) -> EditLoanForm:
    """Open the form for a loan's head."""
    form = EditLoanForm(context_of(bench), bench.live.snapshot.book.loan(name), parent)
    form.begin()
    return form


def delete_loan(*, bench: Workbench, name: str) -> Ticket:
    """Take a loan out; a bar offers to undo it."""
    return bench.edits.run(edits.remove_loan(name), offer_undo=True)


def add_terms(*, bench: Workbench, parent: QWidget, name: str) -> TermsForm:
    """Open the form for an amendment, starting from the terms in force."""
    form = TermsForm(context_of(bench), bench.live.snapshot.book.loan(name), parent=parent)
    form.begin()
    return form


def edit_terms(*, bench: Workbench, parent: QWidget, name: str, terms: Terms) -> TermsForm:
    """Open the form for terms that stand."""
    form = TermsForm(context_of(bench), bench.live.snapshot.book.loan(name), terms, parent)
    form.begin()
    return form


def delete_terms(*, bench: Workbench, name: str, start: date) -> Ticket:
    """Take terms out; a bar offers to undo it."""
    return bench.edits.run(edits.remove_terms(name, start), offer_undo=True)
