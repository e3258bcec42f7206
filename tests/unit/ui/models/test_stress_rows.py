from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt

from app.domain.book import Loan
from app.domain.errors import InputError
from app.domain.scenario import Scenario, ScenarioKind, request_text
from app.risk.episodes import EPISODES_RESOURCE, parse_episodes
from app.risk.positions import Positions, Unanswerable, positions_of
from app.risk.stress_result import Policy, StressComparison, StressKind
from app.services.desk import DeskSnapshot
from app.services.stress_question import StressQuestion, answer_on
from app.services.stress_question import answer as answer_for_command
from app.ui.formats import HIDDEN, Display
from app.ui.models.stress_asked import Asked
from app.ui.models.stress_ends import end_rows, end_words, ends_model
from app.ui.models.stress_events import explained, in_time_words, stress_model, stress_rows
from app.ui.models.stress_path_typed import typed_path
from app.ui.models.stress_saved import asked_of, name_of, scenario_of
from app.ui.models.stress_says import interest_words, nothing_to_fall, said, unanswered
from app.ui.roles import Role
from app.ui.views.stress_reckoner import Held, answer
from tests.fakes.bench import ICONS
from tests.fakes.desk import NOW, loan, offline, snapshot_of, treasury

EPISODES = parse_episodes((ICONS.parent / EPISODES_RESOURCE).read_bytes())


def reckoned(asked: Asked, snapshot: DeskSnapshot | None = None) -> tuple[StressComparison, Positions]:
    positions = positions_of((snapshot or snapshot_of()).figures, 90)
    assert isinstance(positions, Positions)
    return answer_on(asked.question(positions.price), positions), positions


def test_events_are_rows_in_their_true_order() -> None:
    comparison, _ = reckoned(Asked().fall(Decimal("0.2")))
    rows = stress_rows(comparison.chosen.events, "USD")
    model = stress_model()
    model.show_rows(rows, Display())
    days = [model.index(row, 0).data(Role.RAW) for row in range(model.rowCount())]
    assert days == sorted(days, key=Decimal)
    cells = [model.index(0, column).data() for column in range(model.columnCount())]
    assert cells[2:4] == ["Coin revolver", "◆ Called"]
    assert cells[1] == "$65,307"
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Coin revolver is called on day")


def test_what_comes_too_late_says_so() -> None:
    comparison, _ = reckoned(Asked(days=0).fall(Decimal("0.45")))
    told = {in_time_words(row, Display()) for row in stress_rows(comparison.chosen.events, "USD")}
    assert "✗ too late" in told or any(words.startswith("✗ lacks") for words in told)
    assert "line reached" in told


def test_an_explanation_has_its_formula_unless_amounts_are_hidden() -> None:
    comparison, _ = reckoned(Asked().fall(Decimal("0.2")))
    row = stress_rows(comparison.chosen.events, "USD")[0]
    assert "LTV = E ÷ (C · P) = $9,600,000 ÷ (196 BTC · $65,307)" in explained(row, Display())
    masked = explained(row, Display(hidden=True))
    assert "9,600,000" not in masked
    assert "Ctrl+Shift+H" in masked


def test_hidden_amounts_are_in_no_cell_and_in_no_copy() -> None:
    comparison, positions = reckoned(Asked().fall(Decimal("0.3")))
    events, ends = stress_model(), ends_model()
    events.show_rows(stress_rows(comparison.chosen.events, "USD"), Display(hidden=True))
    ends.show_rows(end_rows(comparison, positions), Display(hidden=True))
    for model, private in ((events, {"btc", "amount", "free"}), (ends, {"posted", "sold", "idle_sold", "debt"})):
        assert model.rowCount()
        for column in range(model.columnCount()):
            key = model.headerData(column, Qt.Orientation.Horizontal, Role.KEY)
            for row in range(model.rowCount()):
                raw = str(model.index(row, column).data(Role.RAW))
                masked = HIDDEN in raw or raw == "—"
                assert masked or key not in private, (key, raw)
                assert not (masked and key in ("price", "loan", "state", "now"))


def test_ends_stand_beside_those_without_any_action_the_worst_first() -> None:
    comparison, positions = reckoned(Asked().fall(Decimal("0.2")))
    rows = end_rows(comparison, positions)
    assert [row.end.loan for row in rows] == [row.idle.loan for row in rows]
    model = ends_model()
    model.show_rows(rows, Display())
    assert model.index(0, 1).data() in {"● Holds", "▲ Watch"}
    revolver = next(row for row in rows if row.end.loan == "Coin revolver")
    assert revolver.end.sold_sats == 0
    assert revolver.idle.sold_sats > 0
    assert "With no action: Coin revolver" in end_words(revolver, Display())


def test_the_headline_of_now_names_no_fall() -> None:
    asked = Asked()
    words = said(asked, reckoned(asked)[0], "", Display())
    assert words.headline == "At today's price no loan is called."
    fallen = Asked().fall(Decimal("0.2"))
    words = said(fallen, reckoned(fallen)[0], "Forced sale begins somewhere.", Display())
    assert words.headline.startswith("At −20\u202f% three loans are called")
    assert words.sub == "Forced sale begins somewhere."
    assert "If nobody does anything" in words.baseline


def test_no_action_has_no_sentence_of_itself_beside_it() -> None:
    asked = Asked(policy=Policy.NONE).fall(Decimal("0.2"))
    assert said(asked, reckoned(asked)[0], "", Display()).baseline == ""


def test_what_cannot_be_reckoned_says_why_and_what_helps() -> None:
    snapshot = offline()
    why = positions_of(snapshot.figures, 90)
    assert isinstance(why, Unanswerable)
    words = unanswered(snapshot, why)
    assert "21 min old" in words.sub
    assert "F5" in words.sub


def test_a_book_without_lines_says_so() -> None:
    snapshot = snapshot_of(treasury((loan("Plain", "1000000", "30", ()),)))
    positions = positions_of(snapshot.figures, 90)
    assert isinstance(positions, Positions)
    words = nothing_to_fall(positions)
    assert words.headline == "No fall of the price calls or sells anything."
    assert "Plain" in words.sub


def test_many_loans_without_lines_are_counted() -> None:
    lineless = tuple(loan(f"Plain {number}", "1000", "1", ()) for number in range(5))
    positions = positions_of(snapshot_of(treasury(lineless)).figures, 90)
    assert isinstance(positions, Positions)
    assert nothing_to_fall(positions).sub.endswith("4 more loans are left out likewise.")


def test_interest_is_told_with_its_time() -> None:
    asked = Asked(days=30).fall(Decimal("0.1"))
    paying = snapshot_of(treasury((replace_rate("0.12"),)))
    comparison = reckoned(asked, paying)[0]
    assert comparison.chosen.interest > 0
    assert interest_words(asked, comparison, Display()).endswith("over 30 days")
    assert interest_words(asked, comparison, Display(hidden=True)).startswith("$•••")
    assert interest_words(replace(asked, interest=False), comparison, Display()) == "left out"
    assert interest_words(asked, None, Display()) == ""


def replace_rate(rate: str) -> Loan:
    first = treasury().loans[0]
    return replace(first, terms=(replace(first.terms[0], rate=Decimal(rate)),))


@pytest.mark.parametrize(
    "asked",
    [
        Asked().fall(Decimal("0.2")),
        Asked(days=30, policy=Policy.NONE, interest=False).fall_to(Decimal("56000.5"), Decimal(70_727)),
        Asked().along(EPISODES.find("covid-2020-03").path),
    ],
)
def test_what_is_saved_is_asked_again(asked: Asked) -> None:
    assert asked_of(scenario_of(asked, "A fall", NOW), EPISODES) == asked


def test_an_own_path_is_saved_with_its_points() -> None:
    asked = Asked().along(typed_path("3 65k\n7 -20 %", Decimal(70_727), "USD"))
    again = asked_of(scenario_of(asked, "Mine", NOW), EPISODES)
    assert again.path is not None
    assert again.path.lowest == Decimal("0.8")
    assert again.path.name == "Mine"


@pytest.mark.parametrize("fields", [{"drop": "much"}, {"drop": "1.5"}, {"policy": "hope"}, {"path": [["3"]]}])
def test_a_scenario_that_holds_no_fall_is_refused(fields: dict[str, object]) -> None:
    scenario = Scenario("Old", NOW, ScenarioKind.STRESS, request_text(fields))
    with pytest.raises(InputError, match="Old"):
        asked_of(scenario, EPISODES)


def test_names_say_what_is_asked_and_are_not_taken_twice() -> None:
    asked = Asked().fall(Decimal("0.2"))
    assert name_of(asked, [], "") == "−20 % over 7 days"
    assert name_of(asked, ["−20 % over 7 days"], "") == "−20 % over 7 days (2)"
    at_once = Asked(days=0, policy=Policy.NONE).fall_to(Decimal(56_000), Decimal(70_727))
    assert name_of(at_once, [], "$56,000") == "To $56,000 at once, no top-ups"
    assert name_of(Asked().along(EPISODES.find("may-2021").path), [], "") == "May 2021"


def test_a_forced_sale_says_what_caused_it() -> None:
    comparison, _ = reckoned(Asked(policy=Policy.NONE).fall(Decimal("0.3")))
    sales = [row for row in stress_rows(comparison.chosen.events, "USD") if row.event.kind is StressKind.LIQUIDATION]
    assert {in_time_words(row, Display()) for row in sales} <= {"call ran out", "line reached"}
    assert sales


def test_a_kept_fall_at_any_pace_stays_one() -> None:
    asked = Asked(days=None).fall(Decimal("0.2"))
    assert asked_of(scenario_of(asked, "Any pace", NOW), EPISODES) == asked
    assert name_of(asked, (), "") == "−20 % at any pace"


def test_a_fall_at_any_pace_is_the_command_s_own() -> None:
    figures = snapshot_of().figures
    on_screen = answer(figures, Held(figures), Asked(days=None).fall(Decimal("0.2"))).comparison
    assert on_screen == answer_for_command(StressQuestion(drop=Decimal("0.2")), figures)


def test_a_fall_over_days_is_the_command_s_own() -> None:
    figures = snapshot_of().figures
    on_screen = answer(figures, Held(figures), Asked(days=7).fall(Decimal("0.35"))).comparison
    assert on_screen == answer_for_command(StressQuestion(drop=Decimal("0.35"), days=Decimal(7)), figures)
