"""Which windows are stepped through, and which one is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from console.core.datasets import CLASS_NAMES
from console.core.inspection import ALL, PARTS, InspectedData
from console.ui.forms.editors import CalmComboBox
from console.ui.forms.format import grouped
from console.ui.i18n import tr
from console.ui.pages.window_words import part_words
from console.ui.widgets.basics import IconButton, label

GROUPS = ("stored", "grouped", "price", "size", "rest")
WIDTHS = {"part": 104, "class": 88, "symbol": 88, "model": 88, "group": 140}  # at least
BESIDE = ("part", "class", "symbol", "model")


class WindowChoice(QWidget):
    """Part, class and symbol of the windows; the model that is asked; the features shown.

    The box of features, ``boxes["group"]``, is placed by whoever shows them.

    Signals:
        windows_chosen(): other windows are stepped through.
        features_chosen(): other features are shown.
        model_chosen(): another model is asked.
    """

    windows_chosen = Signal()
    features_chosen = Signal()
    model_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.boxes = {name: CalmComboBox() for name in WIDTHS}
        self._titles = {name: label(tone="muted", size="small") for name in BESIDE}
        self._data: InspectedData | None = None
        self._models: Sequence[tuple[str, str]] = ()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        for name, box in self.boxes.items():
            box.setMinimumWidth(WIDTHS[name])
            box.setMinimumContentsLength(4)
        for column, name in enumerate(BESIDE):
            grid.addWidget(self._titles[name], 0, column)
            grid.addWidget(self.boxes[name], 1, column)
            grid.setColumnStretch(column, WIDTHS[name])
        for name in ("part", "class", "symbol"):
            self.boxes[name].activated.connect(self._on_windows)
        self.boxes["group"].activated.connect(self._on_features)
        self.boxes["model"].activated.connect(self._on_model)
        self.retranslate()

    def request(self) -> dict[str, str]:
        """The windows to choose from, as a request names them."""
        return {
            name: str(self.boxes[name].currentData() or "") for name in ("part", "class", "symbol")
        }

    @property
    def run(self) -> str:
        """The run whose model is asked; empty for none."""
        return str(self.boxes["model"].currentData() or "")

    def feature_order(self) -> list[int]:
        """Which features are shown, from the top down."""
        if self._data is None:
            return []
        groups, chosen = self._data.groups, self.boxes["group"].currentData()
        every = range(len(groups))
        if chosen == "grouped":
            return sorted(
                every, key=[("price", "size", "").index(group) for group in groups].__getitem__
            )
        wanted = {"price": "price", "size": "size", "rest": ""}.get(str(chosen))
        return [index for index in every if wanted is None or groups[index] == wanted]

    def choose(self, **values: str) -> None:
        """Choose by value, without a signal."""
        for name, value in values.items():
            box = self.boxes[name]
            box.setCurrentIndex(max(0, box.findData(value)))

    def show_data(self, data: InspectedData) -> None:
        """The windows there are."""
        self._data = data
        self.retranslate()

    def show_models(self, models: Sequence[tuple[str, str]]) -> None:
        """Runs that can be asked: their ids and words."""
        self._models = models
        self._fill("model", [("", tr("none")), *models])
        self.boxes["model"].setEnabled(bool(models))

    def retranslate(self) -> None:
        """Words in the language in force."""
        words = {
            "part": tr("Windows"), "class": tr("Class"), "symbol": tr("Symbol"),
            "group": tr("Features"), "model": tr("Model"),
        }  # fmt: skip
        for name, text in words.items():
            self.boxes[name].setAccessibleName(text)
        for name, title in self._titles.items():
            title.setText(words[name])
        self.boxes["group"].setToolTip(tr("Features"))
        data = self._data
        self._fill("part", [(part, self._part_words(part)) for part in PARTS])
        self._fill("class", [("", tr("all")), *((name, name) for name in CLASS_NAMES)])
        symbols = data.symbols if data is not None else ()
        self._fill("symbol", [("", tr("all")), *((name, name) for name in symbols)])
        self._fill("group", self._groups())
        self._fill("model", [("", tr("none")), *self._models])
        self.boxes["model"].setToolTip(tr("A run whose best model says what it sees in the window"))

    def _groups(self) -> list[tuple[str, str]]:
        words = {
            "stored": tr("all, as stored"), "grouped": tr("all, by group"), "price": tr("prices"),
            "size": tr("sizes"), "rest": tr("the others"),
        }  # fmt: skip
        data = self._data
        if data is None:
            return list(words.items())
        counts = {name: data.groups.count(group) for name, group in _GROUP_OF.items()}
        shown = [
            name for name in GROUPS if counts.get(name, 1) and counts.get(name) != len(data.groups)
        ]
        return [
            (name, f"{words[name]}  ({counts[name]})" if name in counts else words[name])
            for name in shown
        ]

    def _part_words(self, part: str) -> str:
        words = part_words(part)
        if self._data is None or part == ALL:
            return words
        return f"{words}  ({grouped(sum(self._data.counts[part]))})"

    def _fill(self, name: str, entries: Sequence[tuple[str, str]]) -> None:
        box: QComboBox = self.boxes[name]
        chosen = box.currentData()
        box.clear()
        for value, words in entries:
            box.addItem(words, value)
        box.setCurrentIndex(max(0, box.findData(chosen)))

    @Slot(int)
    def _on_windows(self, _index: int) -> None:
        self.windows_chosen.emit()

    @Slot(int)
    def _on_features(self, _index: int) -> None:
        self.features_chosen.emit()

    @Slot(int)
    def _on_model(self, _index: int) -> None:
        self.model_chosen.emit()


class WindowStepper(QWidget):
    """The number of the window among the chosen ones, and buttons to the next and the previous.

    Signals:
        stepped(int): so many windows on.
        jumped(int): to this place, from 0.
    """

    stepped = Signal(int)
    jumped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.number, self._title = QLineEdit(), label(tone="muted", size="small")
        self._of = label(tone="muted")
        self.previous, self.next = IconButton("chevron-left"), IconButton("chevron-right")
        self._found = 0
        self.number.setFixedWidth(76)
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.number.setValidator(QIntValidator(1, 999_999_999, self))
        self._of.setMinimumWidth(self._of.fontMetrics().horizontalAdvance("из 0 000 000"))
        row = QHBoxLayout()
        row.setSpacing(4)
        for part in (self.previous, self.number, self.next, self._of):
            row.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._title)
        layout.addLayout(row)
        self.previous.clicked.connect(self._back)
        self.next.clicked.connect(self._on)
        self.number.returnPressed.connect(self._jump)
        self.show_place(0, 0)
        self.retranslate()

    def show_place(self, place: int, found: int) -> None:
        """Which of how many windows is shown."""
        self._found = found
        if not self.number.hasFocus() or not self.number.isModified():
            self.number.setText(str(place + 1) if found else "")
        self._of.setText(tr("of {n}", n=grouped(found)))
        self.setEnabled(found > 0)
        self.previous.setEnabled(place > 0)
        self.next.setEnabled(place + 1 < found)

    def retranslate(self) -> None:
        """Words in the language in force."""
        self._title.setText(tr("Window"))
        self.number.setAccessibleName(tr("Number of the window"))
        self.previous.set_words(tr("Previous window"))
        self.next.set_words(tr("Next window"))
        self._of.setText(tr("of {n}", n=grouped(self._found)))

    @Slot()
    def _back(self) -> None:
        self.stepped.emit(-1)

    @Slot()
    def _on(self) -> None:
        self.stepped.emit(1)

    @Slot()
    def _jump(self) -> None:
        text = self.number.text()
        self.number.setModified(False)
        if text:
            self.jumped.emit(int(text) - 1)


_GROUP_OF = {"price": "price", "size": "size", "rest": ""}
