from collections.abc import Iterator
from decimal import Decimal
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.domain.book import Account, EventKind, TransactionKind
from app.domain.terms import ExtentMode, Trigger, TriggerKind
from app.services.presets import Preset, parse_presets
from app.ui.dialogs.account_form import AccountForm
from app.ui.dialogs.context import context_of
from app.ui.dialogs.event_form import FIELDS_OF, EventForm
from app.ui.dialogs.form import Form
from app.ui.dialogs.loan_form import AddLoanForm, EditLoanForm
from app.ui.dialogs.preset_box import CHECKED
from app.ui.dialogs.terms_form import TermsForm
from app.ui.dialogs.transaction_form import TransactionForm
from app.ui.plain_tips import plain_tip
from tests.fakes.desk import NOW
from tests.fakes.desk_edits import RESOURCES, EditedDesk
from tests.fakes.desk_fixtures import MakeDesk

BTC = 100_000_000
AnyForm = TypeVar("AnyForm", bound=Form)


@pytest.fixture(scope="module")
def presets() -> tuple[Preset, ...]:
    return parse_presets((RESOURCES / "lender_presets.json").read_bytes())


def event_form(desk: EditedDesk, qtbot: QtBot, **rest: object) -> EventForm:
    form = EventForm(context_of(desk.bench), desk.book.loan("Coin revolver"), **rest)  # type: ignore[arg-type] # passed on
    return shown(form, qtbot)


def shown(form: AnyForm, qtbot: QtBot) -> AnyForm:
    """Open a form; it deletes itself when it is closed, so qtbot is not told of it."""
    form.begin()
    return form


def test_typing_shows_the_resulting_ltv_without_storing(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    before = treasury_desk.book
    form = event_form(treasury_desk, qtbot)
    form.btc.set_text("36.02251489")
    form.refresh()
    assert form.strip.sentence.text() == "LTV 69.3\u202f% → 58.5\u202f%"
    assert form.strip.detail.text().startswith("Called at $55,168, 22.0")
    assert form.ok.isEnabled()
    assert treasury_desk.book is before


def test_the_preview_follows_when_the_keys_rest(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = event_form(treasury_desk, qtbot)
    line = form.btc.editor
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "40")
    qtbot.waitUntil(lambda: "→" in form.strip.sentence.text())
    assert form.btc.note.text().startswith("40\u202fBTC = 4\u202f000\u202f000\u202f000\u202fsats ≈ $2,829,080")


def test_ctrl_enter_stores_and_closes(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = event_form(treasury_desk, qtbot)
    form.btc.set_text("40")
    qtbot.waitUntil(form.isActiveWindow)
    with qtbot.waitSignal(form.accepted):
        QTest.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    event = treasury_desk.book.loan("Coin revolver").events[-1]
    assert (event.kind, event.sats, event.account) == (EventKind.POST, 40 * BTC, None)
    assert treasury_desk.edits.undo_text == "Add post to “Coin revolver”"


def test_what_was_stored_can_be_undone_and_redone(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    before = treasury_desk.book
    form = event_form(treasury_desk, qtbot)
    form.btc.set_text("40")
    with qtbot.waitSignal(form.accepted):
        form.submit()
    after = treasury_desk.book
    with qtbot.waitSignal(treasury_desk.live.changed):
        treasury_desk.edits.undo()
    assert treasury_desk.book == before
    qtbot.waitUntil(lambda: not treasury_desk.edits.busy)
    with qtbot.waitSignal(treasury_desk.live.changed):
        treasury_desk.edits.redo()
    assert treasury_desk.book == after


def test_esc_leaves_everything_as_it_was(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    before = treasury_desk.book
    form = event_form(treasury_desk, qtbot)
    form.btc.set_text("40")
    with qtbot.waitSignal(form.rejected):
        QTest.keyClick(form, Qt.Key.Key_Escape)
    assert treasury_desk.book is before


def test_two_readings_are_asked_about_next_to_the_field(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = event_form(treasury_desk, qtbot)
    form.btc.set_text("61.200")
    form.refresh()
    assert form.btc.note.text() == "▲ “61.200” could mean two numbers; write 61.2 or 61 200"
    assert form.btc.editor.property("wrong") is True
    assert not form.ok.isEnabled()
    assert "could mean two numbers" in form.reason.text()
    assert form.ok.toolTip() == plain_tip(form.reason.text().removeprefix("▲ "))


def test_ok_says_what_is_missing(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = event_form(treasury_desk, qtbot)
    form.refresh()
    assert form.reason.text() == "▲ Bitcoin (BTC) is missing"
    assert not form.btc.note.isVisible() or not form.btc.note.text().startswith("▲")


def test_a_refusal_of_the_book_stands_at_its_field(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = event_form(treasury_desk, qtbot)
    form.kind.choose(EventKind.REPAY)
    form.amount.set_text("99m")
    form.refresh()
    assert "more than the debt" in form.amount.note.text()
    assert not form.ok.isEnabled()
    form.amount.set_text("1m")
    form.refresh()
    assert form.amount.note.text() == "1\u202f000\u202f000.00\u202fUSD"
    assert form.ok.isEnabled()


def test_a_full_disk_keeps_the_form_and_the_book(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    before = treasury_desk.book
    treasury_desk.keeper.full = True
    form = event_form(treasury_desk, qtbot)
    form.btc.set_text("1")
    form.submit()
    qtbot.waitUntil(lambda: "no space left" in form.reason.text())
    assert form.isVisible()
    assert form.ok.isEnabled()
    assert form.btc.text == "1"
    assert treasury_desk.book is before


def test_a_read_only_book_says_so(make_desk: MakeDesk, qtbot: QtBot) -> None:
    form = event_form(make_desk(readonly=True), qtbot)
    form.btc.set_text("1")
    form.refresh()
    assert "reading only" in form.reason.text()
    assert not form.ok.isEnabled()


@pytest.mark.parametrize("kind", list(EventKind))
def test_the_kind_switches_the_fields(kind: EventKind, treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = event_form(treasury_desk, qtbot)
    form.kind.choose(kind)
    visible = {
        name for name in ("amount", "btc", "account", "rate", "price", "fee") if not form.fields[name].isHidden()
    }
    assert visible == set(FIELDS_OF[kind])


def test_a_forced_sale_has_a_price_and_a_fee(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = event_form(treasury_desk, qtbot)
    form.kind.choose(EventKind.LIQUIDATION)
    form.btc.set_text("10")
    form.price.set_text("57623")
    form.fee.set_text("11.5k")
    form.refresh()
    event = form.typed_event()
    assert (event.sats, event.price, event.fee, event.amount) == (
        10 * BTC,
        Decimal("57623.00"),
        Decimal("11500.00"),
        None,
    )
    assert form.ok.isEnabled()


def test_editing_an_event_keeps_its_seconds_and_its_place(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    old = treasury_desk.book.loan("Coin revolver").events[1]
    form = event_form(treasury_desk, qtbot, replacing=old)
    form.note.set_text("first draw")
    with qtbot.waitSignal(form.accepted):
        form.submit()
    assert treasury_desk.book.loan("Coin revolver").events[1] == old._replace(note="first draw")


def fill_loan(form: AddLoanForm) -> None:
    form.name.set_text("House <b>money</b>")
    form.lender.set_text("Strike")
    form.collateral.set_text("36")
    form.debt.set_text("1.5m")
    form.matures.set_text("2027-02-05")


def test_a_preset_waits_for_the_tick(treasury_desk: EditedDesk, presets: tuple[Preset, ...], qtbot: QtBot) -> None:
    form = shown(AddLoanForm(context_of(treasury_desk.bench), presets), qtbot)
    number = next(n for n, preset in enumerate(presets) if preset.lender == "Strike")
    form.presets.choice.choose(number)
    fill_loan(form)
    form.refresh()
    assert presets[number].caution in form.presets.about.text()
    assert not form.ok.isEnabled()
    assert CHECKED in form.reason.text()
    form.presets.checked.setChecked(True)
    form.refresh()
    assert form.ok.isEnabled()
    with qtbot.waitSignal(form.accepted):
        form.submit()
    stored = treasury_desk.book.loan("House <b>money</b>")
    assert stored.terms[0].triggers == presets[number].terms.triggers
    assert stored.terms[0].evidence.confirmed_on == NOW.date()
    assert "not confirmed" not in stored.terms[0].evidence.source
    assert [event.kind for event in stored.events] == [EventKind.POST, EventKind.DRAW]
    assert stored.events[1].amount == Decimal("1500000.00")


def test_another_preset_asks_for_the_tick_again(
    treasury_desk: EditedDesk, presets: tuple[Preset, ...], qtbot: QtBot
) -> None:
    form = shown(AddLoanForm(context_of(treasury_desk.bench), presets), qtbot)
    form.presets.choice.choose(0)
    form.presets.checked.setChecked(True)
    form.presets.choice.choose(1)
    assert not form.presets.checked.isChecked()


def test_a_taken_name_is_told_at_the_name(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = shown(AddLoanForm(context_of(treasury_desk.bench)), qtbot)
    fill_loan(form)
    form.terms_fields.rate.set_text("10.5")
    form.name.set_text("Term loan B")
    form.refresh()
    assert "taken by another" in form.name.note.text()


def test_a_loan_that_pledges_more_than_there_is(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = shown(AddLoanForm(context_of(treasury_desk.bench)), qtbot)
    fill_loan(form)
    form.terms_fields.rate.set_text("10.5")
    form.collateral.set_text("1026")
    form.source.choose("Cold storage")
    form.refresh()
    assert "would hold -1" in form.collateral.note.text()


def test_a_loans_head_is_edited(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = shown(EditLoanForm(context_of(treasury_desk.bench), treasury_desk.book.loan("Coin revolver")), qtbot)
    form.name.set_text("Revolver")
    form.opened.set_text("2026-02-01")
    form.refresh()
    assert "after the loan opened" in form.opened.note.text()
    form.opened.set_text("2026-02-04")
    with qtbot.waitSignal(form.accepted):
        form.submit()
    assert treasury_desk.book.loan("Revolver").lender == "Tidewater Lending"


def test_terms_start_from_those_in_force_and_sort_their_triggers(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    loan = treasury_desk.book.loan("Coin revolver")
    form = shown(TermsForm(context_of(treasury_desk.bench), loan), qtbot)
    form.terms_fields.triggers.add(Trigger(TriggerKind.WARNING, Decimal("0.6")))
    form.start.set_text("2026-03-01")
    with qtbot.waitSignal(form.accepted):
        form.submit()
    first, second = treasury_desk.book.loan("Coin revolver").terms
    assert first is loan.terms[0]
    assert [trigger.ltv for trigger in second.triggers] == [Decimal(text) for text in ("0.6", "0.70", "0.75", "0.85")]


def test_a_cure_above_its_call_is_told_at_the_row(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    loan = treasury_desk.book.loan("Coin revolver")
    form = shown(TermsForm(context_of(treasury_desk.bench), loan, loan.terms[0]), qtbot)
    row = form.terms_fields.triggers.rows[1]
    row.cure_ltv.set_text("80")
    form.refresh()
    assert "not above the call" in row.cure_ltv.note.text()
    row.cure_ltv.set_text("60")
    form.refresh()
    assert form.ok.isEnabled()
    assert form.strip.sentence.text().startswith("LTV stays 69.3")


def test_a_trigger_row_for_a_partial_sale(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    loan = treasury_desk.book.loan("Coin revolver")
    form = shown(TermsForm(context_of(treasury_desk.bench), loan, loan.terms[0]), qtbot)
    row = form.terms_fields.triggers.rows[2]
    assert row.extent_ltv.isHidden()
    row.extent.choose(ExtentMode.TO_LTV)
    form.refresh()
    assert form.reason.text() == "▲ Forced sale: LTV is missing"
    row.extent_ltv.set_text("65")
    row.fee_rate.set_text("0.99 %")
    assert row.trigger() == Trigger(
        TriggerKind.LIQUIDATION,
        Decimal("0.85"),
        extent=ExtentMode.TO_LTV,
        extent_ltv=Decimal("0.65"),
        fee_rate=Decimal("0.0099"),
    )
    row.remove.click()
    assert len(form.terms_fields.triggers.rows) == 2


def test_an_account_is_added_and_a_taken_name_refused(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = shown(AccountForm(context_of(treasury_desk.bench)), qtbot)
    form.name.set_text("Cold storage")
    form.refresh()
    assert "is taken" in form.name.note.text()
    form.name.set_text("Exchange")
    with qtbot.waitSignal(form.accepted):
        form.submit()
    assert treasury_desk.book.accounts[-1] == Account("Exchange")


def test_a_transaction_is_added(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = shown(TransactionForm(context_of(treasury_desk.bench), "Cold storage"), qtbot)
    form.btc.set_text("=0.1+0.32")
    form.value.set_text("29,705.34")
    with qtbot.waitSignal(form.accepted):
        form.submit()
    entry = treasury_desk.book.account("Cold storage").transactions[-1]
    assert (entry.kind, entry.sats, entry.value, entry.currency) == (
        TransactionKind.BUY, 42_000_000, Decimal("29705.34"), "USD",
    )  # fmt: skip


def test_a_transfer_needs_its_goal_and_a_sale_its_bitcoin(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    form = shown(TransactionForm(context_of(treasury_desk.bench), "Cold storage"), qtbot)
    form.btc.set_text("1")
    form.kind.choose(TransactionKind.TRANSFER)
    form.refresh()
    assert "choose the account that receives it" in form.to_account.note.text()
    form.kind.choose(TransactionKind.SELL)
    form.btc.set_text("1026")
    form.refresh()
    assert "would hold -1" in form.btc.note.text()


def all_forms(desk: EditedDesk, presets: tuple[Preset, ...]) -> Iterator[Form]:
    context, loan = context_of(desk.bench), desk.book.loan("Coin revolver")
    yield AddLoanForm(context, presets)
    yield EditLoanForm(context, loan)
    yield TermsForm(context, loan)
    yield EventForm(context, loan)
    yield AccountForm(context)
    yield TransactionForm(context, "Cold storage")


def test_every_editor_has_a_name_is_reached_by_tab_and_holds_plain_text(
    treasury_desk: EditedDesk, presets: tuple[Preset, ...], qtbot: QtBot
) -> None:
    for form in all_forms(treasury_desk, presets):
        shown(form, qtbot)
        assert not form.findChildren(QAbstractSpinBox)
        for label in form.findChildren(QLabel):
            assert label.textFormat() is Qt.TextFormat.PlainText, label.text()
        for widget in form.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.objectName().startswith("qt_"):
                assert widget.accessibleName() or widget.focusProxy() is not None, (type(form), widget)
        assert isinstance(form.focusWidget(), QWidget)
        form.close()
