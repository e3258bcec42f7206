"""How warnings are told on the screen."""

from app.ui.formats import Display
from app.ui.models.warning_words import shown_warnings
from tests.fakes.desk import warning_record


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
