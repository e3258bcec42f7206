"""Rules: each a sentence with a switch, how urgent it is, and how often it would have fired in the last year."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import PlimsollError
from app.domain.rules import Rule
from app.services.desk import DeskSnapshot
from app.services.rule_backtest import RuleRecord
from app.services.rule_sentences import rule_sentence, rule_title
from app.ui.dialogs.fields import CheckField
from app.ui.models.rules import record_words, short_record, urgency_standing
from app.ui.operations import rules as acts
from app.ui.plain_tips import plain_tip
from app.ui.tasks import Ticket
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button, IconButton
from app.ui.widgets.cards import Card, EmptyState
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.marks import Chip

_CHIP_WIDTH = 84
ALWAYS = (
    "Margin call and forced sale are watched for every loan, reached or within reach of the weekly fall. "
    "No rule is needed for them, and none can switch them off."
)


class RuleRow(QFrame):
    """One rule."""

    def __init__(self, bench: Workbench, rule: Rule, owner: QWidget) -> None:
        super().__init__()
        self.rule = rule
        title, sentence = rule_title(rule), rule_sentence(rule)
        self.switch = CheckField("", checked=rule.enabled)
        self.switch.setAccessibleName(f"Watch: {sentence}")
        self.switch.setToolTip(plain_tip("On" if rule.enabled else "Off: kept, but not watched"))
        self.switch.clicked.connect(lambda on: acts.switch(bench=bench, rule=rule, enabled=on))
        self.sentence = PlainLabel(sentence, wraps=True, tone="text" if rule.enabled else "muted")
        self.chip = Chip(bench.theme, urgency_standing(rule))
        self.record = PlainLabel("…", tone="muted")
        self.record.setFixedWidth(86)
        self.record.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        edit = partial(acts.edit_rule, bench=bench, rule=rule, parent=owner)
        self.edit = IconButton(bench.icons, "edit", f"Edit rule {title}", edit)
        self.delete = IconButton(
            bench.icons, "delete", f"Delete rule {title}", partial(acts.delete_rule, bench=bench, rule=rule)
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(10)
        layout.addWidget(self.switch)
        layout.addWidget(self.sentence, 1)
        urgency = QWidget()
        urgency.setFixedWidth(_CHIP_WIDTH)
        beside = QHBoxLayout(urgency)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.chip)
        beside.addStretch(1)
        for widget in (urgency, self.record, self.edit, self.delete):
            layout.addWidget(widget)

    def show_record(self, record: RuleRecord | None) -> None:
        """Tell how often it would have fired; None: that cannot be told."""
        words = "not known" if record is None else record_words(record)
        self.record.setText("—" if record is None else short_record(record))
        self.record.setToolTip(plain_tip(words))
        self.record.setAccessibleName(words)


class RulesPanel(QWidget):
    """All rules of the book."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.rows: dict[str, RuleRow] = {}
        self._shown: tuple[object, ...] = ()
        self._records: dict[Rule, RuleRecord | None] = {}
        self._asked: object = None
        self._ticket: Ticket | None = None
        self.setAccessibleName("Rules")
        self.add = Button("Add a rule …", self._add, kind="primary")
        self.usual = Button("Add the usual rules", lambda: acts.add_usual_rules(bench=bench))
        top = QHBoxLayout()
        top.addWidget(PlainLabel(ALWAYS, tone="muted", wraps=True), 1)
        top.addWidget(self.usual, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.add, 0, Qt.AlignmentFlag.AlignTop)
        self.card = Card("Rules", "how often each would have fired in the last year")
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.card.body.addLayout(self._list)
        self.empty = EmptyState(
            "No rules yet",
            "The usual nine warn of falls, deadlines, and free bitcoin that runs short.",
            (Button("Add the usual rules", lambda: acts.add_usual_rules(bench=bench), kind="primary"),),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self.card)
        layout.addWidget(self.empty)
        layout.addStretch(1)

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show the rules as they stand; the last year is looked at again when the book has changed."""
        rules = snapshot.book.rules
        state = (rules, snapshot.read_only)
        if self._shown != state:
            self._shown = state
            self._fill(rules)
            for widget in (self.add, self.usual, *self._changers()):
                widget.setEnabled(not snapshot.read_only)
        self.card.setVisible(bool(rules))
        self.empty.setVisible(not rules)
        if self.isVisible():
            self._ask(snapshot)

    def _changers(self) -> list[QWidget]:
        return [widget for row in self.rows.values() for widget in (row.switch, row.edit, row.delete)]

    def _fill(self, rules: tuple[Rule, ...]) -> None:
        """Keep the rows whose rule has not changed: the one that was just clicked keeps the keyboard."""
        before, self.rows = self.rows, {}
        for place, rule in enumerate(rules):
            row = before.pop(rule.key, None)
            if row is None or row.rule != rule:
                focused = row is not None and row.switch.hasFocus()
                if row is not None:
                    self._drop(row)
                row = RuleRow(self._bench, rule, self)
                self._list.insertWidget(place, row)
                if rule in self._records:
                    row.show_record(self._records[rule])
                if focused:
                    row.switch.setFocus()
            elif self._list.indexOf(row) != place:
                self._list.insertWidget(place, row)
            self.rows[rule.key] = row
        for row in before.values():
            self._drop(row)

    def _drop(self, row: RuleRow) -> None:
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _ask(self, snapshot: DeskSnapshot) -> None:
        """Look at the last year beside the window, rule by rule."""
        if self._asked is snapshot.book:
            return
        if self._ticket is not None:
            self._ticket.cancel()
        self._asked, book = snapshot.book, snapshot.book

        def look(ticket: Ticket) -> dict[Rule, RuleRecord | None]:
            found: dict[Rule, RuleRecord | None] = {}
            for place, rule in enumerate(book.rules):
                ticket.check()
                ticket.report("Looking at the last year", place + 1, len(book.rules))
                try:
                    found[rule] = self._bench.alarm.backtest(rule)
                except PlimsollError:
                    found[rule] = None
            return found

        self._ticket = self._bench.tasks.on_reckoning(look, label="Look at the last year", done=self._tell)

    def _tell(self, found: dict[Rule, RuleRecord | None]) -> None:
        self._records = found
        for row in self.rows.values():
            if row.rule in found:
                row.show_record(found[row.rule])

    def _add(self) -> None:
        acts.add_rule(bench=self._bench, parent=self)
