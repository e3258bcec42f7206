"""What a desk hands out: what a screen shows of an open book at one moment, and a change that was stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.domain.book import Book
from app.domain.margin_calls import MarginCall
from app.domain.portfolio import BookFigures
from app.domain.quotes import Consensus
from app.domain.warning_records import WarningRecord
from app.services.danger import Danger
from app.services.drop_test import PriceMoves
from app.services.settings import Settings
from app.services.watch_state import Watching

if TYPE_CHECKING:
    from app.domain.policy_breaches import Breach
    from app.services.policy_state import LimitState


@dataclass(frozen=True, slots=True)
class DeskSnapshot:
    """Everything a screen shows at one moment; immutable.

    Attributes:
        judged_at: UTC; for the demo book the recorded moment.
        danger: which of the loans are threatened; reckoned with the snapshot, so that no screen has to.
        consensus: what the sources said last, by currency.
        moves: how far the price moved in a day and a week, None where history does not tell.
        warnings: open ones first, gravest first, then what is pending, then the closed ones, newest first.
        calls: margin calls that stand, then those that are over, newest first.
        watching: whether anyone watches, and could reach a person.
        announcements: those a person must be told of now; each appears in one snapshot only.
        asked_at: when the sources were last asked, or None.
        asking_off: why nothing is asked (demo, switched off), or empty.
        trouble: why this round's warnings could not be stored, or empty; they are told all the same.
        policy: how the book stands to each limit of its policy, in its order.
        breaches: of the policy: those that stand, then those that are over, newest first.
    """

    book: Book
    figures: BookFigures
    danger: Danger
    consensus: Mapping[str, Consensus]
    moves: PriceMoves
    warnings: tuple[WarningRecord, ...]
    announcements: tuple[WarningRecord, ...]
    settings: Settings
    judged_at: datetime
    asked_at: datetime | None
    asking_off: str
    label: str
    read_only: bool
    trouble: str = ""
    calls: tuple[MarginCall, ...] = ()
    watching: Watching = Watching()  # noqa: RUF009 - an immutable value
    policy: "tuple[LimitState, ...]" = ()
    breaches: "tuple[Breach, ...]" = ()


@dataclass(frozen=True, slots=True)
class Edited:
    """A change of the book that was stored: its label and the book before and after."""

    label: str
    before: Book
    after: Book
