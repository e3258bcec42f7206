"""The chance column of the loans tables: each loan's chance of a call within 30 days (pure)."""

from typing import TYPE_CHECKING, Final

from app.risk.positions import Unanswerable
from app.risk.results import BookRisk, LoanRisk, Probability
from app.services.chance_words import chance_text
from app.services.risk_words import chance_sentence
from app.ui.formats import NOT_KNOWN, THIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.services.risk_room import RiskAnswer

DAYS: Final = 30
_NO_LINE: Final = "This loan has no line that a fall of the price could reach."


class LoanChances:
    """What the newest answer says of each loan of a book, by its place there."""

    def __init__(self, answer: "RiskAnswer") -> None:
        risk = answer.risk
        self._why = ""
        loans: Iterable[LoanRisk] = ()
        if isinstance(risk, Unanswerable):
            self._why = risk.reason
        elif isinstance(risk, BookRisk):
            self._why, loans = risk.reason, risk.loans
        self._loans = {loan.index: loan for loan in loans}

    def text(self, index: int) -> str:
        """Return what the cell shows: the chance, or a dash."""
        chance = self._chance(index)
        return NOT_KNOWN if chance is None else chance_text(chance.value).replace(" %", f"{THIN}%")

    def raw(self, index: int) -> str:
        """Return the fraction for a spreadsheet, empty where there is none."""
        chance = self._chance(index)
        return "" if chance is None else f"{chance.value:f}"

    def order(self, index: int) -> float:
        """Return what rows are sorted by; a loan without a number stands below all others."""
        chance = self._chance(index)
        return -1.0 if chance is None else float(chance.value)

    def words(self, index: int) -> str:
        """Return the chance with its band, or why there is none."""
        loan = self._loans.get(index)
        if loan is None:
            return self._why or _NO_LINE
        horizon = loan.within(DAYS)
        name = _name(loan)
        return chance_sentence(name, DAYS, self._chance(index), why=horizon.reason if horizon else self._why)

    def _chance(self, index: int) -> Probability | None:
        loan = self._loans.get(index)
        horizon = None if loan is None else loan.within(DAYS)
        if horizon is None:
            return None
        return horizon.margin_call or horizon.liquidation


def _name(loan: LoanRisk) -> str:
    horizon = loan.within(DAYS)
    sold_only = horizon is not None and horizon.margin_call is None and horizon.liquidation is not None
    return f"{loan.loan} is {'sold' if sold_only else 'called'}"
