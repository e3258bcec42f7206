"""What a report is asked: which one, about what, on which paper, as which file."""

from datetime import date
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QSizePolicy

from app.domain.errors import InputError
from app.services.desk import DeskSnapshot
from app.services.report_ports import Format, Paper
from app.services.reports import BY_KEY, KINDS, Need, ReportAsk, ReportKind
from app.ui.dialogs.fields import ChoiceField, TypedField
from app.ui.dialogs.kinds import day_field
from app.ui.models.report_choices import ALL_YEARS, FORMAT_WORDS, PAPER_WORDS, loan_words, year_words
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel

_REST_MS: Final = 200
_WIDTH: Final = 270


class ReportControls(Card):
    """The controls.

    Signals:
        asked: another report is wanted; told when the keys rest.
        dressed: the same one on other paper or as another file.
    """

    asked = Signal()
    dressed = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self.setAccessibleName("Which report")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        self.setFixedWidth(_WIDTH)
        self._snapshot: DeskSnapshot | None = None
        self.report: ChoiceField[str] = ChoiceField("Report", {kind.key: kind.title for kind in KINDS}, KINDS[0].key)
        self.about = PlainLabel("", size="small", tone="muted", wraps=True)
        self.year: ChoiceField[int] = ChoiceField("Year", {today.year - 1: str(today.year - 1)})
        self.start: TypedField[date] = day_field("From", today, optional=True, hint="empty: from the beginning")
        self.until: TypedField[date] = day_field("Until, itself counted", today, optional=True, hint="empty: today")
        self.loan: ChoiceField[str] = ChoiceField("Loan", {"": "no loan"})
        self.form: ChoiceField[Format] = ChoiceField("File", FORMAT_WORDS, Format.PDF)
        self.paper: ChoiceField[Paper] = ChoiceField("Paper", PAPER_WORDS, Paper.A4)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.asked)
        for widget in (self.report, self.about, self.loan, self.year, self.start, self.until, self.form, self.paper):
            self.body.addWidget(widget)
        for field in (self.year, self.start, self.until, self.loan):
            field.edited.connect(self._rest.start)
        self.report.edited.connect(self._choose)
        self.form.edited.connect(self._dress)
        self.paper.edited.connect(self.dressed)
        self._arrange()

    @property
    def kind(self) -> ReportKind:
        """The report that is chosen."""
        return BY_KEY[self.report.value]

    def show_book(self, snapshot: DeskSnapshot) -> None:
        """Offer this book's loans and years; what is chosen stays where it still can."""
        self._snapshot = snapshot
        loan, year = self.loan.value, self.year.value
        self.loan.offer(loan_words(snapshot.book) or {"": "no loan in this book"}, loan)
        self.year.offer(year_words(self.kind, snapshot.book, snapshot.judged_at.date()), year)

    def ask(self) -> ReportAsk:
        """Return what is asked.

        Raises:
            InputError: a field cannot be read; it tells so itself too.
        """
        takes = self.kind.takes
        year = self.year.value if takes & {Need.YEAR, Need.MAYBE_YEAR} else None
        start = until = None
        if Need.PERIOD in takes:
            for field in (self.start, self.until):
                field.check()
            start, until = self.start.read(), self.until.read()
            if start is not None and until is not None and start > until:
                msg = "the period ends before it begins; exchange the two days"
                raise InputError(msg, "From")
        loan = self.loan.value if Need.LOAN in takes else ""
        return ReportAsk(None if year in (None, ALL_YEARS) else year, start, until, loan)

    def choose(self, key: str) -> None:
        """Choose another report."""
        self.report.choose(key)

    def _choose(self) -> None:
        if self._snapshot is not None:
            self.show_book(self._snapshot)
        self._arrange()
        self._rest.start()

    def _dress(self) -> None:
        self._arrange()
        self.dressed.emit()

    def _arrange(self) -> None:
        """Show what this report has to be told."""
        takes = self.kind.takes
        self.about.setText(f"{self.kind.about[:1].upper()}{self.kind.about[1:]}.")
        self.year.show_editor(shown=bool(takes & {Need.YEAR, Need.MAYBE_YEAR}))
        self.start.show_editor(shown=Need.PERIOD in takes)
        self.until.show_editor(shown=Need.PERIOD in takes)
        self.loan.show_editor(shown=Need.LOAN in takes)
        self.paper.show_editor(shown=self.form.value is Format.PDF)
