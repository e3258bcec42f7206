"""What a warning's row and page need to know beside the record itself, looked up once per snapshot (pure)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Final

from app.domain.figures import LoanFigures
from app.domain.margin_calls import MarginCall
from app.domain.quotes import Quote
from app.domain.rules import Rule
from app.domain.warning_records import LINE_KINDS, WarningKind, WarningRecord
from app.services.desk import DeskSnapshot
from app.services.watch_state import WarningStory
from app.ui.formats import NOT_KNOWN, Display, price_text
from app.ui.models.delivery_words import ChannelNames, told_summary
from app.ui.models.warning_filter import Filterable
from app.ui.models.warning_words import OWN_KINDS, title_of

_TOLD: Final = re.compile(r"^Price: \D{1,4}(\d[\d,]*(?:\.\d+)?),", re.MULTILINE)


@dataclass(frozen=True)
class WarningContext:
    """A snapshot as the inbox looks at it.

    Attributes:
        now: what times are told against; for recorded prices their moment.
        stories: what became of the warnings that somebody has looked at, by their ids.
    """

    snapshot: DeskSnapshot
    now: datetime
    display: Display
    stories: Mapping[str, WarningStory] = field(default_factory=dict)

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The book's rules by key."""
        return {rule.key: rule for rule in self.snapshot.book.rules}

    @cached_property
    def channels(self) -> ChannelNames:
        """The book's channels."""
        return ChannelNames({one.key: (one.name, one.person) for one in self.snapshot.book.channels})

    @cached_property
    def lenders(self) -> dict[str, str]:
        """Each loan's lender by the loan's name."""
        return {loan.name: loan.lender for loan in self.snapshot.book.loans}

    @cached_property
    def _names(self) -> dict[str, str]:
        return self.channels.by_key()

    @cached_property
    def _places(self) -> dict[str, int]:
        return {loan.name: place for place, loan in enumerate(self.snapshot.book.loans)}

    @cached_property
    def _calls(self) -> dict[str, list[MarginCall]]:
        found: dict[str, list[MarginCall]] = {}
        for call in self.snapshot.calls:
            found.setdefault(call.loan, []).append(call)
        return found

    def title(self, record: WarningRecord) -> str:
        """Return what a warning is about."""
        return title_of(record, self._names)

    def rule(self, record: WarningRecord) -> Rule | None:
        """Return the rule that a warning comes from, while the book has it."""
        return self.rules.get(record.rule)

    def filterable(self, record: WarningRecord) -> Filterable:
        """Return a warning as a filter sees it."""
        own = record.kind in OWN_KINDS
        return Filterable(record, self.title(record), "" if own else self.lenders.get(record.subject, ""))

    def figures(self, record: WarningRecord) -> LoanFigures | None:
        """Return the figures of the loan that a warning is about, or None."""
        place = None if record.kind in OWN_KINDS else self._places.get(record.subject)
        return None if place is None else self.snapshot.figures.loans[place]

    def call(self, record: WarningRecord) -> MarginCall | None:
        """Return the margin call that a warning is about: its story's, or the loan's that was issued in its time."""
        story = self.stories.get(record.id)
        if story is not None and story.call is not None:
            return story.call
        if record.kind not in LINE_KINDS:
            return None
        end = record.closed_at or self.now
        issued = [call for call in self._calls.get(record.subject, ()) if record.opened_at <= call.issued_at <= end]
        standing = [call for call in self._calls.get(record.subject, ()) if call.stands and record.is_open]
        return max(issued or standing, key=lambda call: call.issued_at, default=None)

    def price_words(self, record: WarningRecord) -> str:
        """Return the price then and now (``$61,180 → $60,900``), as far as they are known."""
        then = self._then(record)
        currency, now = self._now(record)
        if record.is_over:
            return price_text(then, currency)
        if then is None:
            return NOT_KNOWN if now is None else f"now {price_text(now, currency)}"
        return f"{price_text(then, currency)} → {price_text(now, currency)}"

    def told_words(self, record: WarningRecord) -> str:
        """Return where its deliveries are, once somebody has looked them up."""
        story = self.stories.get(record.id)
        return "" if story is None else told_summary(story.deliveries, self.channels, self.now)

    def _then(self, record: WarningRecord) -> Decimal | None:
        told = _TOLD.search(record.facts)
        if told is not None:
            return Decimal(told[1].replace(",", ""))
        call = self.call(record) if record.kind in (WarningKind.CALL, WarningKind.SALE) else None
        return None if call is None else call.price

    def _now(self, record: WarningRecord) -> tuple[str, Decimal | None]:
        figures = self.figures(record)
        if figures is not None:
            lookup = figures.lookup
            return figures.loan.currency, lookup.value if isinstance(lookup, Quote) else None
        currency = self.snapshot.settings.display_currency
        known = self.snapshot.figures.prices.get(currency)
        priced = record.kind is WarningKind.RULE and isinstance(known, Quote)
        return currency, known.value if priced and isinstance(known, Quote) else None
