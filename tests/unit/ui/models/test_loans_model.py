from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from pytestqt.qtbot import QtBot

from app.domain.figures import figures_of
from app.domain.loan_state import balance_at
from app.domain.money import round_ratio
from app.services.danger import first_danger
from app.ui.formats import Display, ltv_text
from app.ui.levels import Standing
from app.ui.models.loan_columns import FULL
from app.ui.models.loans import SECOND, LoanTableModel
from app.ui.roles import Role
from app.ui.widgets.marks import BarFigures
from tests.fakes.desk import at_price, loan, many_loans, offline, snapshot_of, treasury

DISPLAY = Display()
COST = Decimal("0.0025")


def cell(model: LoanTableModel, row: int, key: str, role: int = Qt.ItemDataRole.DisplayRole) -> object:
    return model.index(row, FULL.index(key)).data(role)


def shown(model: LoanTableModel, key: str = "loan") -> list[object]:
    return [cell(model, row, key) for row in range(model.rowCount())]


def made() -> LoanTableModel:
    model = LoanTableModel()
    model.show(snapshot_of(), DISPLAY)
    return model


def test_rows_stand_nearest_danger_first_with_rounded_figures(qtbot: QtBot) -> None:
    model = made()
    assert shown(model) == ["Coin revolver", "Equipment facility", "EUR bridge", "Term loan B"]
    assert cell(model, 0, "call") == "$65,307"
    assert cell(model, 0, "drop") == "7.6\u202f%"
    assert cell(model, 0, "ltv") == "69.3\u202f%"
    assert cell(model, 0, "cure") == "36.0226\u202fBTC"
    assert cell(model, 3, "cure") == "—"
    assert cell(model, 0, "loan", SECOND) == "cure 12\u202fh"


def test_raw_figures_are_exact_and_empty_where_unknown(qtbot: QtBot) -> None:
    model = made()
    assert cell(model, 0, "debt", Role.RAW) == "9600000.00"
    assert cell(model, 0, "collateral", Role.RAW) == "196.00000000"
    assert cell(model, 0, "ltv", Role.RAW) == "0.692516"
    assert cell(model, 3, "cure", Role.RAW) == ""


def test_hidden_amounts_stay_hidden_in_a_spreadsheet_too(qtbot: QtBot) -> None:
    model = LoanTableModel()
    model.show(snapshot_of(), Display(hidden=True))
    assert "9" not in str(cell(model, 0, "debt", Role.RAW))
    assert "196" not in str(cell(model, 0, "loan", Qt.ItemDataRole.AccessibleTextRole))


def test_the_first_column_speaks_the_row(qtbot: QtBot) -> None:
    spoken = cell(made(), 0, "loan", Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == (
        "Coin revolver, Tidewater Lending: Call −10\u202f%, called by a fall of 10\u202f%; debt $9,600,000; "
        "collateral 196\u202fBTC; LTV 69.3\u202f%; called at $65,307, 7.6\u202f% below now; "
        "after a fall of 10\u202f% post 36.0226\u202fBTC to cure."
    )


def test_delegates_get_their_figures(qtbot: QtBot) -> None:
    model = made()
    assert isinstance(cell(model, 0, "ltv", Role.BAR), BarFigures)
    assert isinstance(cell(model, 0, "state", Role.CHIP), Standing)
    assert cell(model, 0, "debt", Role.BAR) is None


def test_a_tooltip_never_reads_a_name_as_markup(qtbot: QtBot) -> None:
    model = LoanTableModel()
    named = treasury()
    loans = (replace(named.loans[0], name="<b>x</b>"), *named.loans[1:])
    model.show(snapshot_of(replace(named, loans=loans)), DISPLAY)
    tip = str(cell(model, model.row_of("<b>x</b>"), "loan", Qt.ItemDataRole.ToolTipRole))
    assert "&lt;b&gt;x&lt;/b&gt;" in tip


def test_without_a_price_nothing_is_claimed(qtbot: QtBot) -> None:
    model = LoanTableModel()
    model.show(offline(), DISPLAY)
    assert set(shown(model, "ltv")) == {"—"}
    assert set(shown(model, "state")) == {"No price"}
    assert cell(model, model.row_of("Coin revolver"), "call") == "$65,307"


def test_a_tick_reckons_only_the_rows_that_are_looked_at(qtbot: QtBot) -> None:
    model = LoanTableModel()
    snapshot = snapshot_of(treasury(many_loans(500)))
    before = len(snapshot.figures.loans._done)  # the loans in reach of a line, for the headline
    model.show(snapshot, DISPLAY)
    for row in range(10):
        cell(model, row, "ltv")
    assert len(snapshot.figures.loans._done) <= before + 10
    assert before < 250


def test_sorting_moves_rows_and_keeps_what_is_chosen(qtbot: QtBot) -> None:
    model = made()
    kept = QPersistentModelIndex(model.index(0, 0))
    model.sort(FULL.index("loan"), Qt.SortOrder.DescendingOrder)
    assert shown(model)[0] == "Term loan B"
    assert kept.data() == "Coin revolver"
    assert model.sorted_by == ("loan", True)


def test_a_new_price_tells_the_views_without_a_reset(qtbot: QtBot) -> None:
    model = made()
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    with qtbot.waitSignal(model.dataChanged):
        model.show(at_price("70000"), DISPLAY)
    assert resets == []
    assert cell(model, 0, "drop") == "6.7\u202f%"


def test_the_filter_counts_and_clears(qtbot: QtBot) -> None:
    model = made()
    with qtbot.waitSignal(model.counted):
        model.set_filter("harbour")
    assert model.rowCount() == 2
    assert model.total == 4
    model.set_filter("")
    assert model.rowCount() == 4


def test_headings_have_keys_and_the_fall(qtbot: QtBot) -> None:
    model = made()
    horizontal = Qt.Orientation.Horizontal
    assert [model.headerData(column, horizontal, Role.KEY) for column in range(model.columnCount())] == list(FULL)
    assert model.headerData(FULL.index("after"), horizontal) == "After −10\u202f%"
    assert model.loan_at(99) is None
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.rowCount(QModelIndex()) == 4


def test_what_no_price_moves_follows_the_display_and_the_book(qtbot: QtBot) -> None:
    model = made()
    row = model.row_of("Coin revolver")
    assert cell(model, row, "debt") == "$9,600,000"
    model.show(snapshot_of(), Display(hidden=True))
    assert "9" not in str(cell(model, row, "debt"))
    book = treasury()
    grown = tuple(
        loan("Coin revolver", "9700000", "196", item.terms[0].triggers) if item.name == "Coin revolver" else item
        for item in book.loans
    )
    model.show(snapshot_of(replace(book, loans=grown)), DISPLAY)
    assert cell(model, model.row_of("Coin revolver"), "debt") == "$9,700,000"


def test_after_ticks_every_row_shows_the_exact_figures(qtbot: QtBot) -> None:
    model = LoanTableModel()
    book = treasury(many_loans(200))
    for dollars in ("70000", "69999.99", "41234.56", "88000"):
        snapshot = at_price(dollars, book)
        model.show(snapshot, DISPLAY)
        figures = {
            item.name: figures_of(item, balance_at(item, snapshot.judged_at), lookup, snapshot.figures.drop, COST)
            for item in book.loans
            for lookup in (snapshot.figures.prices[item.currency],)
        }
        rooms = []
        for row in range(model.rowCount()):
            told = figures[str(cell(model, row, "loan"))]
            ratio = told.ltv or Decimal(0)
            assert cell(model, row, "ltv", Role.RAW) == f"{round_ratio(ratio):f}"
            assert model.painted(row, FULL.index("ltv")) == (ltv_text(told.ltv), True)
            danger = first_danger(told)
            assert danger is not None
            assert danger.headroom is not None
            rooms.append(danger.headroom)
        assert rooms == sorted(rooms)
