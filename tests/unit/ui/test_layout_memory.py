from pathlib import Path

from PySide6.QtCore import QByteArray

from app.ui.layout_memory import ColumnLayout, LayoutMemory, TableLayout

COLUMNS = (ColumnLayout("ltv", 140), ColumnLayout("name", 220), ColumnLayout("debt", 90, hidden=True))


def test_a_table_comes_back_as_it_was_left(tmp_path: Path) -> None:
    layout = TableLayout(COLUMNS, "ltv", descending=True)
    first = LayoutMemory(tmp_path / "window.ini")
    first.keep_table("loans", layout)
    first.flush()
    assert LayoutMemory(tmp_path / "window.ini").table("loans") == layout


def test_tables_do_not_mix(tmp_path: Path) -> None:
    memory = LayoutMemory(tmp_path / "window.ini")
    memory.keep_table("loans", TableLayout(COLUMNS))
    assert memory.table("accounts") == TableLayout()


def test_a_single_column_is_no_special_case(tmp_path: Path) -> None:
    memory = LayoutMemory(tmp_path / "window.ini")
    memory.keep_table("one", TableLayout(COLUMNS[:1], "ltv"))
    memory.flush()
    assert LayoutMemory(tmp_path / "window.ini").table("one") == TableLayout(COLUMNS[:1], "ltv")


def test_what_somebody_scribbled_into_the_file_counts_as_nothing(tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    path.write_text("[tables]\nloans\\columns=name, ltv:wide, :5, debt:80\nloans\\sort=@Invalid()\n")
    assert LayoutMemory(path).table("loans") == TableLayout((ColumnLayout("debt", 80),))


def test_flags_and_geometries(tmp_path: Path) -> None:
    memory = LayoutMemory(tmp_path / "window.ini")
    assert not memory.flag("privacy/hidden")
    assert memory.bytes_of("window/geometry").isEmpty()
    memory.keep_flag("privacy/hidden", on=True)
    memory.keep_bytes("window/geometry", QByteArray(b"abc"))
    memory.flush()
    again = LayoutMemory(tmp_path / "window.ini")
    assert again.flag("privacy/hidden")
    assert again.bytes_of("window/geometry") == QByteArray(b"abc")
