"""All of some things, or only those that are ticked."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem, QVBoxLayout

from app.ui.dialogs.fields import Field

_HEIGHT = 112


class PickField(Field):
    """A choice between all and some; the list is filled when some are wanted."""

    def __init__(self, label: str, every: str, some: str, names: Sequence[str], chosen: Sequence[str] = ()) -> None:
        self._box = QComboBox()
        super().__init__(label, self._box)
        self._names = tuple(names)
        self._chosen = frozenset(chosen)
        self._box.addItems([every, some])
        self.list = QListWidget()
        self.list.setAccessibleName(f"{label}: {some}")
        self.list.setMaximumHeight(_HEIGHT)
        self.list.setUniformItemSizes(True)
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(layout.indexOf(self.note), self.list)
        self._box.setCurrentIndex(1 if chosen else 0)
        self._fill()
        self._box.currentIndexChanged.connect(self._take)
        self.list.itemChanged.connect(lambda _item: self.edited.emit())

    @property
    def only_some(self) -> bool:
        """Whether only some are wanted."""
        return self._box.currentIndex() == 1

    @property
    def value(self) -> tuple[str, ...]:
        """The names that are ticked; empty where all are wanted."""
        if not self.only_some:
            return ()
        items = (self.list.item(row) for row in range(self.list.count()))
        return tuple(item.text() for item in items if item.checkState() is Qt.CheckState.Checked)

    def check(self) -> str:
        """Show and return why it is not good, or an empty text."""
        if self.only_some and not self.value:
            why = "tick at least one" if self._names else "there is none to choose"
            self.show_fault(why)
            return f"{self.name}: {why}"
        self.show_note("")
        return ""

    def pick(self, names: Sequence[str]) -> None:
        """Tick these alone."""
        self._box.setCurrentIndex(1 if names else 0)
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setCheckState(Qt.CheckState.Checked if item.text() in names else Qt.CheckState.Unchecked)

    def _take(self, _index: int) -> None:
        self._fill()
        self.edited.emit()

    def _fill(self) -> None:
        self.list.setVisible(self.only_some)
        if not self.only_some or self.list.count():
            return
        self.list.blockSignals(True)
        for name in self._names:
            item = QListWidgetItem(name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in self._chosen else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
