"""A warning as it is kept: what kind it is, where it is in its life, what was told of it (values only)."""

from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from app.domain.rules import LINES, Urgency


class WarningKind(StrEnum):
    """What a warning says. The last four are a loan's lines, in rising gravity; ``rule`` is a rule of the book.

    The first ones are about the alarm itself: no price, disputed prices, nobody judging, a broken way to a person, a
    book that takes no changes. ``collateral`` is about a loan: the chain holds another amount than its record.
    """

    BLIND = "blind"
    DISPUTED = "disputed"
    WATCHER = "watcher"
    CHANNEL = "channel"
    STORE = "store"
    COLLATERAL = "collateral"
    RULE = "rule"
    DROP_CALL = "drop_call"
    DROP_SALE = "drop_sale"
    CALL = "call"
    SALE = "sale"


RANK: Final = {kind: rank for rank, kind in enumerate(WarningKind)}


LINE_KINDS: Final = frozenset(
    (WarningKind.DROP_CALL, WarningKind.DROP_SALE, WarningKind.CALL, WarningKind.SALE),
)


class WarningStatus(StrEnum):
    """Where a warning is in its life.

    Attributes:
        PENDING: reached, but not yet for as long as its rule asks; nobody is told.
        SKIPPED: it stood when its loan began; nobody is told until it has been clear once.
        OPEN: it fires.
        ACKNOWLEDGED: it fires, and somebody has seen it.
        CLOSED: over.
    """

    PENDING = "pending"
    SKIPPED = "skipped"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class WarningRecord(NamedTuple):
    """One warning from its opening to its end; a tuple, because thousands of them stand at every tick.

    Attributes:
        id: unique text.
        subject: the loan's name, or for ``blind`` the currency.
        kind: the level it has reached.
        status: open, acknowledged or closed.
        confirmed: False while the sources disagree about it.
        announced: whether a person has been told of this level.
        opened_at, closed_at: UTC.
        updated_at: UTC; when it last changed or was stored with a new sentence. A round that holds it changes nothing.
        sentence: what, when, how much, by when; as last stored.
        due_at: when the cure period of a reached margin call ends.
        acknowledged_at: by the user.
        snoozed_until: hides it until then, unless it rises.
        calm_rounds: how many rounds in a row have been clear.
        rule: key of the rule that it comes from, or ``LINES`` for what every loan is watched for.
        urgency: how soon a person has to know.
        told: how often people were told of it; the step of the next delivery.
        told_at: UTC; when they were told last, or None.
        resolving_since: UTC; since when it has been clear, while it still has to stay so; or None.
        facts: the numbers it was judged by when it last changed, in plain words, one per line.
        first_told_at: UTC; when people were first told of what has been repeated since, or None while nothing was.
    """

    id: str
    subject: str
    kind: WarningKind
    status: WarningStatus
    confirmed: bool
    announced: bool
    opened_at: datetime
    updated_at: datetime
    sentence: str
    closed_at: datetime | None = None
    due_at: datetime | None = None
    acknowledged_at: datetime | None = None
    snoozed_until: datetime | None = None
    calm_rounds: int = 0
    rule: str = LINES
    urgency: Urgency = Urgency.EARLY
    told: int = 0
    told_at: datetime | None = None
    resolving_since: datetime | None = None
    facts: str = ""
    first_told_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still stands, acknowledged or not."""
        return self.status in (WarningStatus.OPEN, WarningStatus.ACKNOWLEDGED)

    @property
    def is_over(self) -> bool:
        """Whether it is history."""
        return self.status is WarningStatus.CLOSED

    @property
    def never_told(self) -> bool:
        """Whether it ended without anybody having been told: no part of the history."""
        return self.status is WarningStatus.CLOSED and not self.told

    @property
    def is_muted(self) -> bool:
        """Whether it stands and nobody was told, because a forced sale of the same loan stands."""
        return self.kind is WarningKind.RULE and self.is_open and not self.told

    def needs_you(self, now: datetime) -> bool:
        """Whether it waits for the user: open, not acknowledged, not snoozed, not muted."""
        snoozed = self.snoozed_until is not None and self.snoozed_until > now
        return self.status is WarningStatus.OPEN and not self.is_muted and not snoozed
