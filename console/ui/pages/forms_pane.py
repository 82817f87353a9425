"""All forms of a training: side by side where there is room, behind tabs where there is not."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QTabBar, QVBoxLayout, QWidget

from console.core.configs import (
    BalancingConfig,
    DataConfig,
    ModelConfigV2,
    OrchestratorConfig,
    TrainerConfigV2,
)
from console.core.fields import fields_of
from console.ui.forms.config_form import ConfigForm
from console.ui.i18n import tr
from console.ui.pages.data_strip import STRIP_FIELDS

TWO_COLUMNS_FROM = 700
_SEARCH_WIDTHS = {True: 210, False: 132}  # beside the tabs of a wide and of a narrow window
_FIELD_ROLE = Qt.ItemDataRole.UserRole + 1
# The tabs in a wide and in a narrow window: words and the forms they show.
_WIDE = (
    ("Model and trainer", ("model", "trainer")),
    ("Split and balancing", ("data", "balancing")),
    ("Processes", ("processes",)),
)
_NARROW = (
    ("Model", ("model",)), ("Trainer", ("trainer",)), ("Split", ("data",)),
    ("Balancing", ("balancing",)), ("Processes", ("processes",)),
)  # fmt: skip

# What the split methods need beside the shares.
FOLD_FIELDS = {
    "walk_forward": ("num_blocks", "fold"), "rolling": ("num_blocks", "fold"),
    "combinatorial": ("num_blocks", "num_test_blocks", "fold"),
}  # fmt: skip
# Of the run as a whole only these are asked for.
PROCESS_FIELDS = ("num_processes", "num_hosts", "rendezvous")

# What a balancing preset says of the loss is shown, and edited, in the trainer form.
LOSS_FIELDS = ("focal_gamma", "use_class_weights", "class_weight_method")


class FormsPane(QWidget):
    """``changed`` follows every change in any form."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.model = ConfigForm("model", "Model", ModelConfigV2)
        self.trainer = ConfigForm("trainer", "Trainer", TrainerConfigV2)
        self.data = ConfigForm(None, "Split and scaling", DataConfig, without=STRIP_FIELDS)
        self.balancing = ConfigForm("balancing", "Balancing", BalancingConfig, without=LOSS_FIELDS)
        others = [r.name for r in fields_of(OrchestratorConfig) if r.name not in PROCESS_FIELDS]
        self.processes = ConfigForm(None, "Processes", OrchestratorConfig, without=others)
        self.forms = {
            "model": self.model, "trainer": self.trainer, "data": self.data,
            "balancing": self.balancing, "processes": self.processes,
        }  # fmt: skip
        self.tabs = QTabBar()
        self.search = QLineEdit()
        self._matches = QStandardItemModel(self)
        self._layout_of_tabs = _WIDE
        self._build_ui()
        self._connect()
        self.retranslate()

    def reveal(self, path: str) -> None:
        """Show and focus a field given as ``form.field``."""
        form, _dot, name = path.partition(".")
        tabs = [
            index for index, (_words, forms) in enumerate(self._layout_of_tabs) if form in forms
        ]
        self.tabs.setCurrentIndex(tabs[0])
        self.forms[form].reveal(name)

    def places(self) -> list[tuple[str, str, str]]:
        """Every field as (``form.field``, its words, the words of its form)."""
        return [
            (f"{key}.{row.names[0]}", row.title, form.presets.title.text())
            for key, form in self.forms.items()
            for row in form.rows
        ]

    def retranslate(self) -> None:
        """Words in the language in force."""
        for form in self.forms.values():
            form.retranslate()
        self.search.setPlaceholderText(tr("Find a setting"))
        self.search.setAccessibleName(tr("Find a setting"))
        self.search.setToolTip(tr("Find a setting") + "  (Ctrl+F)")
        for index, (words, _forms) in enumerate(self._layout_of_tabs):
            self.tabs.setTabText(index, tr(words))
        self.tabs.setAccessibleName(tr("Forms"))
        self._fill_matches()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns or one, as the width allows."""
        super().resizeEvent(event)
        wanted = _WIDE if event.size().width() >= TWO_COLUMNS_FROM else _NARROW
        if wanted is not self._layout_of_tabs:
            self._arrange(wanted)

    def _build_ui(self) -> None:
        self.search.setClearButtonEnabled(True)
        completer = QCompleter(self._matches, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(12)
        self.search.setCompleter(completer)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        head = QHBoxLayout()
        head.addWidget(self.tabs)
        head.addStretch(1)
        head.addWidget(self.search)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        for form in self.forms.values():
            columns.addWidget(form, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(columns, 1)
        self._arrange(_WIDE)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._show_tab)
        completer = self.search.completer()
        completer.activated[QModelIndex].connect(self._match_chosen)
        self.search.returnPressed.connect(self._take_first)
        self.data.state_changed.connect(self._show_fold_fields)
        self._show_fold_fields()
        for form in self.forms.values():
            form.state_changed.connect(self.changed)

    @Slot()
    def _show_fold_fields(self) -> None:
        method = self.data.model.values().get("split_method")
        self.data.set_needed(FOLD_FIELDS.get(str(method), ()))

    def _arrange(self, tabs: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
        before = self._layout_of_tabs
        shown = before[max(0, self.tabs.currentIndex())][1][0]
        self._layout_of_tabs = tabs
        self.search.setFixedWidth(_SEARCH_WIDTHS[tabs is _WIDE])
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for words, _forms in tabs:
            self.tabs.addTab(tr(words))
        self.tabs.setCurrentIndex(next(i for i, (_w, forms) in enumerate(tabs) if shown in forms))
        self.tabs.blockSignals(False)
        self._show_tab(self.tabs.currentIndex())

    @Slot(int)
    def _show_tab(self, index: int) -> None:
        shown = self._layout_of_tabs[index][1]
        for name, form in self.forms.items():
            form.setVisible(name in shown)

    def _fill_matches(self) -> None:
        self._matches.clear()
        for path, words, form in self.places():
            item = QStandardItem(f"{words}  ·  {form}")
            item.setData(path, _FIELD_ROLE)
            self._matches.appendRow(item)

    @Slot(QModelIndex)
    def _match_chosen(self, index: QModelIndex) -> None:
        self._jump(str(index.data(_FIELD_ROLE)))

    @Slot()
    def _take_first(self) -> None:
        completer = self.search.completer()
        completer.setCompletionPrefix(self.search.text())
        if self.search.text() and completer.completionCount():
            self._jump(str(completer.completionModel().index(0, 0).data(_FIELD_ROLE)))

    def _jump(self, path: str) -> None:
        self.search.clear()
        self.reveal(path)
