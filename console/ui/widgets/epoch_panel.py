"""The figures of one epoch: the newest, the one under the cursor, or the one that was pinned."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.core.metrics import EpochMetrics
from console.runtime.run_curves import RunCurves
from console.ui.forms.format import duration_text
from console.ui.i18n import language_events, tr
from console.ui.plots.numbers import value_text
from console.ui.theme import font, theme_events
from console.ui.widgets.basics import IconButton, button, label, line
from console.ui.widgets.confusion_view import ConfusionView

PANEL_WIDTH = 288
CLASS_FIGURES = ("val_class_precision", "val_class_recall", "val_class_f1")


class EpochPanel(QFrame):
    """Shows ``curves.epochs``; follows the newest epoch until one is pinned.

    Signals:
        pinned_changed(int): the pinned epoch, 0 when the newest is followed.
    """

    pinned_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self.setFixedWidth(PANEL_WIDTH)
        self._curves = RunCurves()
        self._pinned = self._hovered = self._shown = 0
        self._build_ui()
        language_events().language_changed.connect(self._on_language)
        theme_events().theme_changed.connect(self._on_theme)
        self.retranslate()

    @property
    def shown_epoch(self) -> int:
        """The epoch whose figures are shown, 0 when there is none."""
        return self._shown

    @property
    def pinned(self) -> int:
        """The pinned epoch, 0 when the newest is followed."""
        return self._pinned

    def set_curves(self, curves: RunCurves) -> None:
        """Show another run."""
        self._curves = curves
        self._hovered = 0
        self._set_pinned(0)
        self.refresh()

    def hover(self, x: float | None) -> None:
        """Show the epoch under the cursor; None goes back."""
        epoch = 0 if x is None else self._nearest(x)
        if epoch != self._hovered:
            self._hovered = epoch
            self.refresh()

    def pin(self, x: float) -> None:
        """Keep the figures of the epoch at ``x``; the same epoch again lets go."""
        epoch = self._nearest(x)
        self._set_pinned(0 if epoch == self._pinned else epoch)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the epoch that is to be shown."""
        epoch = self._hovered or self._pinned or self._curves.last_epoch
        metrics = self._curves.epochs.get(epoch)
        self._shown = epoch if metrics else 0
        known = sorted(self._curves.epochs)
        self.back.setEnabled(bool(known) and epoch > known[0])
        self.forward.setEnabled(bool(known) and epoch < known[-1])
        self.latest.setVisible(bool(self._pinned))
        self._show_title(metrics)
        self._show_figures(metrics)

    def retranslate(self) -> None:
        """Write the words again."""
        self.back.set_words(tr("Epoch before"))
        self.forward.set_words(tr("Epoch after"))
        self.latest.setText(tr("Newest"))
        for caption, text in zip(self._captions, self._caption_texts(), strict=True):
            caption.setText(text)
        for head, text in zip(self._heads, (tr("precision"), tr("recall"), tr("F1")), strict=True):
            head.setText(text)
        self.class_title.setText(tr("By class"))
        self.confusion_title.setText(tr("Confusion, rows true"))
        self.confusion.retranslate()
        self.refresh()

    def _caption_texts(self) -> tuple[str, ...]:
        return (
            tr("accuracy"), tr("majority floor"), tr("macro F1"), tr("MCC"),
            tr("validation loss"), tr("calibration error"), tr("Brier score"), tr("time"),
        )  # fmt: skip

    def _build_ui(self) -> None:
        self.title, self.remark = label(bold=True), label(tone="good")
        self.title.setMinimumWidth(76)
        self.back, self.forward = IconButton("chevron-right"), IconButton("chevron-right")
        self.back.setArrowType(Qt.ArrowType.LeftArrow)
        self.forward.setArrowType(Qt.ArrowType.RightArrow)
        self.latest = button(kind="link")
        self.back.clicked.connect(self._go_back)
        self.forward.clicked.connect(self._go_forward)
        self.latest.clicked.connect(self._go_latest)
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.title)
        head.addWidget(self.remark)
        head.addStretch(1)
        for widget in (self.latest, self.back, self.forward):
            head.addWidget(widget)
        self.class_title, self.confusion_title = label(tone="muted"), label(tone="muted")
        for small in (self.class_title, self.confusion_title):
            small.setFont(font("small"))
        self.confusion = ConfusionView()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(self._figure_grid())
        layout.addWidget(line())
        layout.addLayout(self._class_grid())
        layout.addWidget(line())
        layout.addWidget(self.confusion_title)
        layout.addWidget(self.confusion)
        layout.addStretch(1)

    def _figure_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(1)
        self._captions: list[QLabel] = []
        self._values: list[QLabel] = []
        for index in range(8):
            caption, value = label(tone="muted"), label(bold=index in (0, 2, 3))
            caption.setFont(font("small"))
            row, column = divmod(index, 2)
            grid.addWidget(caption, 2 * row, column)
            grid.addWidget(value, 2 * row + 1, column)
            grid.setColumnStretch(column, 1)
            self._captions.append(caption)
            self._values.append(value)
        return grid

    def _class_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        grid.setHorizontalSpacing(8)
        grid.addWidget(self.class_title, 0, 0)
        self._heads: list[QLabel] = []
        self._class_names: list[QLabel] = []
        self._class_values: list[list[QLabel]] = []
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for column in range(1, 4):
            head = label(tone="muted")
            head.setFont(font("small"))
            head.setAlignment(right)
            self._heads.append(head)
            grid.addWidget(head, 0, column)
            grid.setColumnStretch(column, 1)
        for row in range(1, 4):
            name, values = label(), [label() for _ in range(3)]
            grid.addWidget(name, row, 0)
            for column, value in enumerate(values, 1):
                value.setAlignment(right)
                grid.addWidget(value, row, column)
            self._class_names.append(name)
            self._class_values.append(values)
        return grid

    def _show_title(self, metrics: EpochMetrics | None) -> None:
        if metrics is None:
            self.title.setText(tr("No epoch yet"))
            self.remark.setText("")
            return
        self.title.setText(tr("Epoch {epoch}", epoch=metrics.epoch))
        best = metrics.epoch == self._curves.best_epoch
        self.remark.setText(tr("best") if best else "")

    def _show_figures(self, metrics: EpochMetrics | None) -> None:
        names = (
            "val_accuracy", "val_majority_floor", "val_f1", "val_mcc", "val_loss", "val_ece",
            "val_brier",
        )  # fmt: skip
        texts = [value_text(getattr(metrics, name) if metrics else None) for name in names]
        texts.append(duration_text(metrics.epoch_time) if metrics else "–")
        captions = self._caption_texts()
        for value, text, caption in zip(self._values, texts, captions, strict=True):
            value.setText(text)
            value.setAccessibleName(f"{caption}: {text}")
        classes = self._curves.class_names
        for index, name in enumerate(classes):
            self._class_names[index].setText(name)
            for field, value in zip(CLASS_FIGURES, self._class_values[index], strict=True):
                scores = getattr(metrics, field) if metrics else ()
                value.setText(value_text(scores[index] if index < len(scores) else None))
        self.confusion.show_counts(tuple(classes), metrics.val_confusion if metrics else ())

    def _nearest(self, x: float) -> int:
        known = self._curves.epochs
        return min(known, key=lambda epoch: abs(epoch - x)) if known else 0

    def _set_pinned(self, epoch: int) -> None:
        if epoch != self._pinned:
            self._pinned = epoch
            self.pinned_changed.emit(epoch)

    def _step(self, direction: int) -> None:
        known = sorted(self._curves.epochs)
        if self._shown in known:
            index = known.index(self._shown) + direction
            if 0 <= index < len(known):
                self._set_pinned(0 if index == len(known) - 1 else known[index])
                self.refresh()

    @Slot()
    def _go_back(self) -> None:
        self._step(-1)

    @Slot()
    def _go_forward(self) -> None:
        self._step(1)

    @Slot()
    def _go_latest(self) -> None:
        self._set_pinned(0)
        self.refresh()

    @Slot(str)
    def _on_language(self, _code: str) -> None:
        self.retranslate()

    @Slot(object)
    def _on_theme(self, _theme: object) -> None:
        self.confusion.update()
