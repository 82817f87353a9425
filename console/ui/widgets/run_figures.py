"""Small parts of the run bar: state dot, captioned figure, progress with words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from console.ui.theme import current_theme, font
from console.ui.widgets.basics import label

BAR_STEPS = 1000


class StateDot(QWidget):
    """A dot in the colour of a state."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = "muted"
        self.setFixedSize(12, 18)

    def set_role(self, role: str) -> None:
        """Another colour."""
        self._role = role
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current_theme().color(self._role))
        painter.drawEllipse(QRectF(1, self.height() / 2 - 5, 10, 10))


class Figure(QWidget):
    """A caption and a value under it, in a room that only grows, so that nothing jumps."""

    def __init__(self, widest: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widest = widest
        self.caption, self.value = label(tone="muted"), label()
        self.caption.setFont(font("small"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addWidget(self.caption)
        layout.addWidget(self.value)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_caption(self, text: str) -> None:
        """Name the figure."""
        self.caption.setText(text)
        self._reserve(self._widest)
        self._name_value()

    def show_value(self, text: str) -> None:
        """Show a value."""
        if text != self.value.text():
            self.value.setText(text)
            self._reserve(text)
            self._name_value()

    def _name_value(self) -> None:
        self.value.setAccessibleName(f"{self.caption.text()}: {self.value.text()}")

    def _reserve(self, value: str) -> None:
        words = self.caption.fontMetrics().horizontalAdvance(self.caption.text())
        figure = self.value.fontMetrics().horizontalAdvance(value)
        self.setMinimumWidth(max(self.minimumWidth(), words + 6, figure + 6))


class Progress(QWidget):
    """Words, a share and a thin bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words, self.share = label(), label(tone="muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, BAR_STEPS)
        self.bar.setTextVisible(False)
        top = QHBoxLayout()
        top.addWidget(self.words)
        top.addStretch(1)
        top.addWidget(self.share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.bar)
        self.setMinimumWidth(130)
        self.setMaximumWidth(320)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, words: str, share: float | None) -> None:
        """Show how far it is; None shows an empty bar without a figure."""
        self.words.setText(words)
        self.share.setText("" if share is None else f"{100 * share:.0f} %")
        self.bar.setValue(round(BAR_STEPS * (share or 0.0)))
        self.bar.setAccessibleName(f"{words} {self.share.text()}".strip())
