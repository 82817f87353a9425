"""The ribbon of the trainings of a run: one chip each, and what they add up to."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from console.runtime.run_members import MemberStory, RunMembers
from console.ui.i18n import language_events, tr
from console.ui.plots.numbers import value_text
from console.ui.theme import icon, theme_events
from console.ui.widgets.basics import button, label
from console.ui.widgets.member_words import (
    MEMBER_ROLES,
    member_name,
    member_state_words,
    summary_details,
    summary_words,
)

CHIP_HEIGHT, SCROLL_BAR = 26, 14


class MemberRibbon(QWidget):
    """Hidden for a run of one training.

    Signals:
        member_picked(int): show this training; 0 for the one at work.
    """

    member_picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._members = RunMembers()
        self.chips: list[QToolButton] = []
        self._group = QButtonGroup(self)
        self._build_ui()
        self._scroll.horizontalScrollBar().rangeChanged.connect(self._make_room)
        self._make_room(0, 0)
        self._group.idClicked.connect(self.member_picked)
        self.live.clicked.connect(self._ask_live)
        theme_events().theme_changed.connect(self._on_news)
        language_events().language_changed.connect(self._on_news)
        self.show_members(self._members)

    def show_members(self, members: RunMembers) -> None:
        """Show the trainings as they are now."""
        self._members = members
        self.setVisible(bool(members))
        self._make_chips(members.total)
        shown = members.shown
        for chip, index in zip(self.chips, sorted(members.stories), strict=True):
            story = members.stories[index]
            self._dress(chip, story)
            if story is shown and not chip.isChecked():
                chip.setChecked(True)
                self._scroll.ensureWidgetVisible(chip, 24, 0)
        self.live.setText(tr("Show the newest"))
        self.live.setVisible(bool(members.picked) and members.picked != members.live)
        self.summary.setText(summary_words(members))
        self.summary.setToolTip(summary_details(members))
        self.summary.setAccessibleDescription(summary_details(members))
        self.summary.setVisible(bool(self.summary.text()))
        self._scroll.setAccessibleName(tr("Trainings of the run"))

    def _build_ui(self) -> None:
        inside = QWidget()
        inside.setObjectName("scrolled")
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._row.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._row.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.live, self.summary = button(kind="link"), label(bold=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.live)
        layout.addWidget(self.summary)

    def _make_chips(self, count: int) -> None:
        if len(self.chips) == count:
            return
        for chip in self.chips:
            self._group.removeButton(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = []
        for index in range(1, count + 1):
            chip = QToolButton()
            chip.setProperty("kind", "chip")
            chip.setCheckable(True)
            chip.setIconSize(QSize(14, 14))
            chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            chip.setFixedHeight(CHIP_HEIGHT)
            self._group.addButton(chip, index)
            self._row.insertWidget(index - 1, chip)
            self.chips.append(chip)

    @Slot(int, int)
    def _make_room(self, _low: int, high: int) -> None:
        """Height for the scroll bar where the chips are wider than their place."""
        self._scroll.setFixedHeight(CHIP_HEIGHT + (SCROLL_BAR if high else 0))
        shown = self._group.checkedButton()
        if shown is not None:
            self._scroll.ensureWidgetVisible(shown, 24, 0)

    def _dress(self, chip: QToolButton, story: MemberStory) -> None:
        name, best = member_name(story.kind, story.number), story.best_f1
        known = best is not None
        chip.setText(f"{name}  {value_text(best)}" if known else name)
        chip.setIcon(icon("dot", MEMBER_ROLES[story.state]))
        chip.setEnabled(story.state != "waiting")
        words = [name, member_state_words(story.state)]
        if known:
            words.append(tr("best macro F1 {value}", value=value_text(best)))
        if story.test:
            words.append(tr("test macro F1 {value}", value=value_text(story.test.get("f1"))))
        chip.setToolTip(", ".join(words))
        chip.setAccessibleName(", ".join(words))

    @Slot()
    def _ask_live(self) -> None:
        self.member_picked.emit(0)

    @Slot(object)
    def _on_news(self, _news: object) -> None:
        self.show_members(self._members)
