"""The dialogs of the plan screen."""

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.domain.scenario import Scenario, ScenarioKind
from app.risk.plan import carry_out, plan
from app.risk.plan_request import PlanRequest, SellFrom
from app.risk.plan_result import Action, Plan
from app.risk.positions import Positions, positions_of
from app.services.plan_sheet import plan_sheet
from app.services.scenario_edits import save_scenario
from app.services.scenario_file import plan_request_of
from app.ui.dialogs.context import context_of
from app.ui.dialogs.plan_events import EnterPlanForm
from app.ui.dialogs.plan_name import NOT_BY_HAND, SavePlanForm
from app.ui.dialogs.plan_sheet import HIDDEN_SHEET, SheetDialog, write_pdf
from app.ui.widgets.labels import PlainLabel
from tests.fakes.desk import NOW
from tests.fakes.desk_edits import EditedDesk


def made(desk: EditedDesk, *actions: Action) -> Plan:
    positions = positions_of(desk.live.snapshot.figures)
    assert isinstance(positions, Positions)
    request = PlanRequest(sell_from=SellFrom.BOTH)
    found = carry_out(positions, actions, request) if actions else plan(positions, PlanRequest())
    assert isinstance(found, Plan)
    return found


def test_pledged_bitcoin_that_is_sold_asks_where(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    sold = made(treasury_desk, Action(2, sell_collateral_sats=1_000_000_000, repay=Decimal(1000)))
    form = EnterPlanForm(context_of(treasury_desk.bench), sold, treasury_desk.bench.memory)
    qtbot.addWidget(form)
    form.begin()
    assert form.sold_in.isVisible()
    whats = [row.what for row in form.rows.all_rows]
    assert whats == ["Release", "Repayment"]
    form.sold_in.choose("Cold storage")
    form.refresh()
    assert [row.what for row in form.rows.all_rows] == ["Release", "Repayment", "Sell"]
    assert form.ok.isEnabled()
    form.reject()


def test_a_time_that_cannot_be_read_is_told(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = EnterPlanForm(context_of(treasury_desk.bench), made(treasury_desk), treasury_desk.bench.memory)
    qtbot.addWidget(form)
    form.begin()
    assert form.ok.isEnabled()
    form.at.set_text("soon")
    form.refresh()
    assert not form.ok.isEnabled()
    assert form.rows.rowCount() == 0
    form.reject()


def test_a_scenario_has_a_free_name_and_keeps_no_volatility(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(treasury_desk.live.changed):
        treasury_desk.edits.run(save_scenario(Scenario("Plan 1", NOW, ScenarioKind.PLAN, "{}")))
    asked = PlanRequest(to_ltv=Decimal("0.5"), sigma=Decimal("0.45"))
    form = SavePlanForm(context_of(treasury_desk.bench), asked, NOW, by_hand=True)
    qtbot.addWidget(form)
    form.refresh()
    assert form.scenario_name.text == "Plan 2"
    assert any(NOT_BY_HAND in label.text() for label in form.findChildren(PlainLabel))
    with qtbot.waitSignal(form.accepted):
        form.submit()
    kept = plan_request_of(treasury_desk.book.scenarios[-1])
    assert (kept.to_ltv, kept.sigma) == (Decimal("0.5"), None)


def test_a_sheet_becomes_a_pdf(treasury_desk: EditedDesk, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = SheetDialog(plan_sheet(made(treasury_desk), "Treasury"), hidden=True)
    qtbot.addWidget(dialog)
    assert dialog.note.text().startswith(HIDDEN_SHEET)
    file = tmp_path / "Plan.pdf"
    assert dialog.write(file)
    assert file.read_bytes().startswith(b"%PDF-")
    assert dialog.outcome.text() == "Saved as Plan.pdf."
    dialog.copy.click()
    assert "Send bitcoin to the lender" in QGuiApplication.clipboard().text()


@pytest.mark.qt_log_ignore("QPdf|QPainter|Cannot open")
def test_a_sheet_that_cannot_be_written_says_so(treasury_desk: EditedDesk, qtbot: QtBot, tmp_path: Path) -> None:
    sheet = plan_sheet(made(treasury_desk), "Treasury")
    dialog = SheetDialog(sheet)
    qtbot.addWidget(dialog)
    assert not dialog.write(tmp_path / "nowhere" / "Plan.pdf")
    assert "choose another folder" in dialog.outcome.text()
    assert not write_pdf(sheet, tmp_path / "nowhere" / "Plan.pdf")
