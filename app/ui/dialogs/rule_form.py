"""Adding or editing a rule: the parts of its sentence, the sentence, and what it would have done in the last year."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.amounts import parse_typed_percent
from app.domain.book import Book
from app.domain.errors import AmountError, InputError, PlimsollError
from app.domain.money import parse_decimal
from app.domain.rule_check import MOST_LTV, check_rule
from app.domain.rules import LOAN_KINDS, Fall, Rule, RuleKind, Urgency
from app.domain.terms import TriggerKind
from app.services.edits import Edit
from app.services.rule_backtest import RuleRecord
from app.services.rule_edits import add_rule, free_key, replace_rule
from app.services.rule_sentences import rule_sentence
from app.ui.dialogs.context import context_of
from app.ui.dialogs.fields import ChoiceField, Field, TypedField
from app.ui.dialogs.form import Form, side_by_side
from app.ui.dialogs.kinds import btc_field, whole_field
from app.ui.dialogs.pick_list import PickField
from app.ui.dialogs.typed_values import typed_percent
from app.ui.models.rules import (
    ASKING,
    DUE_WORDS,
    FALL_WORDS,
    KIND_WORDS,
    LINE_WORDS,
    UNKNOWN,
    URGENCY_WORDS,
    record_words,
)
from app.ui.tasks import Ticket
from app.ui.view import Workbench
from app.ui.widgets.labels import PlainLabel

_LEAST: Final = Decimal("0.005")
_LEAST_LTV: Final = Decimal("0.05")
_DAYS: Final = (RuleKind.DEADLINE, RuleKind.BALANCE_AGE)
_LINED: Final = (RuleKind.HEADROOM, RuleKind.DROP, RuleKind.PROBABILITY)
_PERCENT_LABELS: Final = {
    RuleKind.LTV: "LTV at or above",
    RuleKind.HEADROOM: "Less than so far away",
    RuleKind.DROP: "The fall",
    RuleKind.WEEK_MOVE: "Fallen by",
    RuleKind.PROBABILITY: "Chance above",
    RuleKind.RESERVE: "Used up at a price less than so far away",
    RuleKind.BOOK_LTV: "Debts above, of the pledged bitcoin's value",
    RuleKind.LENDER_SHARE: "Share of all bitcoin above",
}
_EXAMPLES: Final = {
    RuleKind.LTV: "70 %",
    RuleKind.BOOK_LTV: "60 %",
    RuleKind.LENDER_SHARE: "50 %",
    RuleKind.PROBABILITY: "20 %",
    RuleKind.RESERVE: "15 %",
}


class RuleForm(Form):
    """A form over one rule; ``old`` is the one that is edited, None for a new one."""

    def __init__(self, bench: Workbench, old: Rule | None = None, parent: QWidget | None = None) -> None:
        title, ok = ("Add a rule", "Add rule") if old is None else ("Edit rule", "Save rule")
        super().__init__(context_of(bench), title, ok, parent, previews=False)
        self._bench, self._old = bench, old
        self._asked: Rule | None = None
        self._ticket: Ticket | None = None
        book = bench.live.snapshot.book
        start = old or Rule("", RuleKind.LTV, Decimal("0.70"), hold_minutes=5)
        self.kind = ChoiceField("Tell me when", KIND_WORDS, start.kind)
        self._make_limits(start)
        self.line = ChoiceField("Which line", LINE_WORDS, start.line)
        self.due = ChoiceField("Which date", DUE_WORDS, start.due)
        self.horizon = whole_field("Within days", start.horizon_days or 30)
        self.loans = PickField("For", "Any loan", "Only these loans", [loan.name for loan in book.loans], start.loans)
        self.urgency = ChoiceField("How urgent", URGENCY_WORDS, start.urgency)
        self.hold = whole_field(
            "Has to hold for minutes",
            start.hold_minutes,
            hint="0: told at once. A few minutes part a level from a spike.",
        )
        self.channels = PickField(
            "Tell by", "Every channel", "Only these channels", [one.name for one in book.channels], start.channels
        )
        self.sentence = PlainLabel("", size="title", wraps=True)
        self.sentence.setAccessibleName("The rule as a sentence")
        self.record = PlainLabel("", tone="muted", wraps=True)
        self.record.setAccessibleName("What it would have done")
        self.fields = {
            "kind": self.kind,
            "line": self.line,
            "due": self.due,
            "fall": self.fall,
            "horizon_days": self.horizon,
            "loans": self.loans,
            "urgency": self.urgency,
            "hold_minutes": self.hold,
            "channels": self.channels,
        }
        self.body.addWidget(self.kind)
        self._parts = side_by_side()
        parts: tuple[Field, ...] = (self.level, self.fall, self.percent, self.btc, self.days, self.sigmas)
        for field in (*parts, self.line, self.due, self.horizon):
            field.setParent(self._page)
        self.body.addLayout(self._parts)
        self.body.addLayout(side_by_side(self.loans, self.channels))
        self.body.addLayout(side_by_side(self.urgency, self.hold))
        self.body.addStretch(1)
        self.body.addWidget(self.sentence)
        self.body.addWidget(self.record)
        self.kind.edited.connect(self._shape)
        self.level.edited.connect(self._shape)
        self.fall.edited.connect(self._shape)
        limits = (self.percent, self.btc, self.days, self.sigmas, self.level)
        self.watch(*self.fields.values(), *limits)
        self.finished.connect(self._stop_asking)
        self._shape()
        self.resize(640, 560)

    def rule(self) -> Rule:
        """Return the rule that the fields describe.

        Raises:
            InputError: a field is missing, cannot be read, or asks for what never is.
        """
        kind = self.kind.value
        book = self.context.snapshot().book
        made = Rule(
            "",
            kind,
            self._limit(),
            line=self.line.value if kind in _LINED else None,
            fall=self.fall.value if kind is RuleKind.DROP else None,
            due=self.due.value if kind is RuleKind.DEADLINE else None,
            horizon_days=self.horizon.must() if kind is RuleKind.PROBABILITY else None,
            loans=self.loans.value if kind in LOAN_KINDS else (),
            urgency=self.urgency.value,
            hold_minutes=self.hold.must(),
            keep_minutes=10 if self._old is None else self._old.keep_minutes,
            channels=self.channels.value,
            enabled=self._old is None or self._old.enabled,
        )
        taken = [rule.key for rule in book.rules]
        key = self._old.key if self._old is not None else free_key(taken, f"{kind.value.replace('_', '-')}-rule")
        made = replace(made, key=key)
        check_rule(made, {loan.name for loan in book.loans}, {one.name for one in book.channels})
        return made

    def edit(self) -> Edit:
        """Return the edit that stores it."""
        rule = self.rule()
        return add_rule(rule) if self._old is None else replace_rule(self._old, rule)

    def field_at(self, place: str, after: Book) -> Field | None:
        """Return the field whose name a refusal's place ends with."""
        del after
        return self.fields.get(place.rsplit(".", 1)[-1].split("[", maxsplit=1)[0])

    def checks(self) -> Iterable[str]:
        """Yield what is missing or cannot be read, of the fields that belong to the kind."""
        yield from super().checks()
        for pick in (self.loans, self.channels):
            if pick.isVisibleTo(self):
                yield pick.check()

    def refresh(self) -> None:
        """Check the fields, and tell the sentence and its record."""
        super().refresh()
        try:
            rule = self.rule() if self.ok.isEnabled() else None
        except InputError:
            rule = None
        if rule is None:
            self.sentence.setText("")
            self.record.setText("")
            self._stop_asking()
            return
        self.sentence.setText(rule_sentence(rule))
        self._ask(rule)

    def _make_limits(self, start: Rule) -> None:
        limit, kind = start.limit, start.kind
        is_days, is_btc = kind in _DAYS, kind is RuleKind.FREE_BTC
        is_sigmas = start.fall is Fall.SIGMAS
        share = None if is_days or is_btc or is_sigmas else limit
        self.percent = TypedField(
            "Level", self._read_percent, text=typed_percent(share), echo=typed_percent, placeholder="10 %"
        )
        self.btc = btc_field("Less than", self.context.display(), int(limit) if is_btc and limit else None)
        self.days = whole_field("Days", int(limit) if is_days and limit is not None else None)
        self.sigmas = TypedField(
            "Weekly standard deviations",
            parse_decimal,
            text=f"{limit.normalize():f}" if is_sigmas and limit is not None else "",
            placeholder="2",
        )
        self.fall = ChoiceField("Which fall", FALL_WORDS, start.fall or Fall.FIXED)
        own = {False: "A level that I choose", True: "The contract's own warning level"}
        self.level = ChoiceField("Which level", own, kind is RuleKind.LTV and limit is None)

    def _read_percent(self, text: str) -> Decimal:
        """Read a share with the bounds of its kind, so that what never is, or always, is refused while it is typed."""
        of_ltv = self.kind.value in (RuleKind.LTV, RuleKind.BOOK_LTV)
        least, most = (_LEAST_LTV, MOST_LTV) if of_ltv else (_LEAST, 1 - _LEAST)
        value = parse_typed_percent(text, least=least, most=most)
        if not least <= value <= most:
            msg = f"write between {typed_percent(least)} and {typed_percent(most)}: nothing else is ever told"
            raise AmountError(msg)
        return value

    def _limit(self) -> Decimal | None:
        field = self._limit_field()
        if field is None:
            return None
        return Decimal(field.must())

    def _limit_field(self) -> "TypedField[Decimal] | TypedField[int] | None":
        kind = self.kind.value
        if kind is RuleKind.FREE_BTC:
            return self.btc
        if kind in _DAYS:
            return self.days
        if kind is RuleKind.LTV and self.level.value:
            return None
        if kind is RuleKind.DROP and self.fall.value is not Fall.FIXED:
            return self.sigmas if self.fall.value is Fall.SIGMAS else None
        return self.percent

    def _shape(self) -> None:
        """Show the fields that the kind has."""
        kind = self.kind.value
        limit = self._limit_field()
        if limit is None:
            self.fields.pop("limit", None)
        else:
            self.fields["limit"] = limit
        label = _PERCENT_LABELS.get(kind, "Level")
        self.percent.name = label
        self.percent.label.setText(label)
        self.percent.editor.setAccessibleName(label)
        self.percent.editor.setPlaceholderText(_EXAMPLES.get(kind, "10 %"))  # type: ignore[attr-defined] # a line edit
        self.percent.check()
        lines = {
            line: words
            for line, words in LINE_WORDS.items()
            if kind is not RuleKind.PROBABILITY or line is not TriggerKind.WARNING
        }
        self.line.offer(lines, self.line.value)
        self.loans.show_editor(shown=kind in LOAN_KINDS)
        shown: tuple[tuple[Field, bool], ...] = (
            (self.level, kind is RuleKind.LTV),
            (self.fall, kind is RuleKind.DROP),
            *((field, field is limit) for field in (self.percent, self.btc, self.days, self.sigmas)),
            (self.line, kind in _LINED),
            (self.due, kind is RuleKind.DEADLINE),
            (self.horizon, kind is RuleKind.PROBABILITY),
        )
        for field, _here in shown:
            self._parts.removeWidget(field)
        for place, field in enumerate(field for field, here in shown if here):
            self._parts.addWidget(field, place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        for field, here in shown:
            field.setVisible(here)

    def _ask(self, rule: Rule) -> None:
        """Look at the last year beside the window; only the newest rule's answer is shown."""
        if rule == self._asked:
            return
        self._stop_asking()
        self._asked = rule
        self.record.setText(ASKING)
        asked = replace(rule, urgency=Urgency.EARLY, channels=())

        def tell(record: RuleRecord) -> None:
            if self._asked == rule:
                self.record.setText(record_words(record))

        def fail(_error: PlimsollError) -> None:
            if self._asked == rule:
                self.record.setText(UNKNOWN)

        self._ticket = self._bench.tasks.on_reckoning(
            lambda _ticket: self._bench.alarm.backtest(asked), label="Look at the last year", done=tell, failed=fail
        )

    def _stop_asking(self) -> None:
        self._asked = None
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
