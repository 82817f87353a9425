"""The price with the split behind it, and the classes of each part."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.core.profile import DataProfile, LabelRule, PartProfile
from console.ui.forms.editors import CalmComboBox
from console.ui.forms.format import grouped
from console.ui.i18n import tr, tr_message, trn
from console.ui.pages.data_words import part_text
from console.ui.plots.key_label import KeyLabel
from console.ui.plots.split_plot import SplitPlot
from console.ui.widgets.basics import label, text_block
from console.ui.widgets.class_bar import ClassBar

KINDS = ("train", "validation", "test", "left_out")


class SplitView(QWidget):
    """Shows price and split of a profile, one symbol at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._profile: DataProfile | None = None
        self.symbol, self.plot = CalmComboBox(), SplitPlot()
        self.reading = label(size="small")
        self._symbol_words = label(tone="muted", size="small")
        self._notes = label(tone="muted", size="small")
        self._keys = {kind: KeyLabel(kind) for kind in KINDS}
        self._problem = text_block(tone="warning", size="small")
        self.parts = {part: _PartFigures() for part in KINDS[:3]}
        self._build_ui()
        self.symbol.currentIndexChanged.connect(self._show_symbol)
        self.plot.read.connect(self.reading.setText)

    def show_profile(self, profile: DataProfile) -> None:
        """Show another profile, keeping the chosen symbol where it exists."""
        self._profile = profile
        chosen = self.symbol.currentText()
        self.symbol.blockSignals(True)
        self.symbol.clear()
        self.symbol.addItems([path.symbol for path in profile.paths])
        self.symbol.setCurrentIndex(max(0, self.symbol.findText(chosen)))
        self.symbol.blockSignals(False)
        self._show_symbol()
        problem = tr("Not split: {reason}", reason=tr_message(profile.problem))
        self._problem.setText(problem if profile.problem else "")
        self._problem.setVisible(bool(profile.problem))
        known = {part.part: part for part in profile.parts}
        for name, figures in self.parts.items():
            figures.show_part(name, known.get(name))
            self._keys[name].setVisible(name in known)
        self._keys["left_out"].setVisible(bool(known))

    def retranslate(self) -> None:
        """Words in the language in force."""
        self._symbol_words.setText(tr("Symbol"))
        self.symbol.setAccessibleName(tr("Symbol"))
        for kind, key in self._keys.items():
            key.setText(part_text(kind))
        self.plot.retranslate()
        if self._profile is not None:
            self.show_profile(self._profile)

    def _build_ui(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._symbol_words)
        self.symbol.setMinimumWidth(120)
        head.addWidget(self.symbol)
        head.addStretch(1)
        head.addWidget(self.reading)
        keys = QHBoxLayout()
        keys.setSpacing(12)
        for key in self._keys.values():
            keys.addWidget(key)
        keys.addStretch(1)
        shares = QHBoxLayout()
        shares.setSpacing(24)
        for figures in self.parts.values():
            shares.addWidget(figures, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 4)
        layout.setSpacing(6)
        layout.addWidget(self._problem)
        layout.addLayout(head)
        layout.addLayout(keys)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self._notes, 0, Qt.AlignmentFlag.AlignRight)
        layout.addLayout(shares)

    @Slot()
    def _show_symbol(self, _index: int = 0) -> None:
        profile, index = self._profile, self.symbol.currentIndex()
        if profile is None or index < 0:
            return
        path = profile.paths[index]
        self.plot.show_path(path, relative=profile.mid_kind == "relative")
        notes = [_rule_text(profile.label)] if profile.label else []
        if not profile.mid_kind:
            notes.append(tr("no mid-price to draw"))
        if profile.mid_kind == "relative":
            notes.append(tr("price as a change in %"))
        if path.shortened:
            notes.append(tr("long breaks are drawn shorter"))
        self._notes.setText("  ·  ".join(notes))


class _PartFigures(QWidget):
    """How many windows a part has, and of which classes."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._windows = label(bold=True), label(tone="muted", size="small")
        self.bar = ClassBar()
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._windows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self.bar)

    def show_part(self, name: str, part: PartProfile | None) -> None:
        """Show a part; None hides the figures."""
        self.setVisible(part is not None)
        if part is None:
            return
        title = part_text(name)
        self._title.setText(title[:1].upper() + title[1:])
        count = part.num_windows
        self._windows.setText(
            trn("{count} window", "{count} windows", count, count=grouped(count))
        )  # fmt: skip
        self.bar.set_counts(part.class_counts)


def _rule_text(rule: LabelRule) -> str:
    """What the classes say, and how far they look."""
    what = rule.column or tr("classes from prices")
    ahead = trn("{n} row ahead", "{n} rows ahead", rule.horizon_rows)
    return f"{what}, {ahead}"
