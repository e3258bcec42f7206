"""How warnings are told on the screen."""

from app.services.telling import spoken
from app.ui.formats import Display
from app.ui.models.warning_words import shown_warnings
from tests.fakes.desk import NOW, snapshot_of, warning_record


def test_hidden_amounts_leave_prices_and_per_cents() -> None:
    sentence = (
        "Coin revolver is called at $65,307, 7.6 % below now. You would have 12 h to post 36.02251489 BTC or repay "
        "$1,490,442.18 to be back at 65 %."
    )
    record = warning_record(sentence=sentence)
    (hidden,) = shown_warnings((record,), Display(hidden=True))
    assert hidden.sentence == (
        "Coin revolver is called at $65,307, 7.6 % below now. You would have 12 h to post ••• BTC or repay "
        "••• to be back at 65 %."
    )
    assert shown_warnings((record,), Display()) == (record,)


def test_a_hidden_sentence_follows_the_figures_of_its_warning() -> None:
    figures = snapshot_of().figures
    loan = next(item for item in figures.loans if item.loan.name == "Coin revolver")
    told = spoken(warning_record(sentence="An old sentence."), loan, NOW)
    (hidden,) = shown_warnings((told,), Display(hidden=True))
    assert hidden.subject == told.subject
    assert hidden.sentence.startswith("Coin revolver is called at $")
    assert "••• BTC" in hidden.sentence
