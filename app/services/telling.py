"""The sentence of a warning that merely stands: made when somebody reads it, by the figures of the last round.

Thousands of warnings may stand at every tick, and a screen shows thirty. What is stored is written out.
"""

from datetime import datetime
from typing import Any, Self

from app.domain.figures import LoanFigures
from app.domain.warning_records import WarningRecord
from app.services.wording import unconfirmed_sentence, warning_sentence


class SpokenWarning(WarningRecord):
    """A warning whose ``sentence`` is made at each reading; as a tuple it still holds the one that was stored.

    Two are equal when their stored selves are. A copy with other values speaks on; one with a sentence has that one.
    Loan and moment are plain attributes, and not a function of them, because a thousand are made at a tick.
    """

    loan: LoanFigures
    judged_at: datetime

    @classmethod
    def of(cls, record: WarningRecord, loan: LoanFigures, judged_at: datetime) -> Self:
        """Return the same warning, telling what these figures say."""
        made = tuple.__new__(cls, record)
        made.loan, made.judged_at = loan, judged_at
        return made

    @property
    def sentence(self) -> str:
        """What, when, how much, by when; as judged in the last round that had a price."""
        sentence = warning_sentence(self.loan, self.kind.value, self.judged_at, self.due_at)
        return sentence if self.confirmed else unconfirmed_sentence(sentence)

    def _replace(self, **changes: Any) -> WarningRecord:  # type: ignore[override]  # the tuple's own names each field
        plain = WarningRecord._make(self)._replace(**changes)
        return plain if "sentence" in changes else SpokenWarning.of(plain, self.loan, self.judged_at)


def spoken(record: WarningRecord, loan: LoanFigures, judged_at: datetime) -> WarningRecord:
    """Return a warning that tells these figures when it is read; one that is over, or has none, tells what it told."""
    if not record.is_open or loan.drop_test is None:
        return record
    return SpokenWarning.of(record, loan, judged_at)


def written(record: WarningRecord) -> WarningRecord:
    """Return a warning with its sentence written out, to be stored."""
    return WarningRecord._make(record)._replace(sentence=record.sentence)
