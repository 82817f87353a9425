"""The columns of a dataset as a table: small histogram, missing share, drift, figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.core.profile import ColumnProfile, drift_level
from console.ui.i18n import tr
from console.ui.pages.data_words import part_text
from console.ui.theme import current_theme, font, pixmap

_Index = QModelIndex | QPersistentModelIndex
PROFILE_ROLE, SORT_ROLE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
SIGN = 14
SIGNS = {"good": "good", "warning": "warning", "bad": "problem"}


@dataclass(frozen=True)
class Column:
    """One column of the table: its title, its words, and what it is sorted by."""

    title: str
    text: Callable[[ColumnProfile], str]
    value: Callable[[ColumnProfile], Any]
    is_number: bool = True


def figure_text(value: float) -> str:
    """A figure of any size with four digits."""
    return f"{value:.4g}"


def share_text(share: float | None) -> str:
    """A share with sensible digits; a dash where it is not known."""
    if share is None:
        return "–"
    if share == 0:
        return "0\u00a0%"
    return "<0.1\u00a0%" if share < 0.001 else f"{100 * share:.1f}\u00a0%"


def drift_text(column: ColumnProfile) -> str:
    """How far the worst part is from training, in words."""
    worst = column.worst
    if worst is None or worst.psi is None:
        return "–"
    words = {"good": tr("steady"), "warning": tr("some drift"), "bad": tr("drift")}
    return f"{worst.psi:.2f} {words[drift_level(worst.psi)]}"


def drift_details(column: ColumnProfile) -> str:
    """The drift of every part."""
    lines = []
    for part in column.parts:
        if part.psi is not None:
            figures = {"psi": f"{part.psi:.3f}", "ks": f"{part.ks:.3f}"}
            lines.append(
                tr("{part}: stability index (PSI) {psi}, greatest distance (KS) {ks}",
                   part=part_text(part.part), **figures)
            )  # fmt: skip
    return "\n".join(lines)


def _psi(column: ColumnProfile) -> float:
    worst = column.worst
    return worst.psi if worst is not None and worst.psi is not None else -1.0


NAME, HISTOGRAM, DRIFT = 0, 1, 3  # positions in COLUMNS
COLUMNS = (
    Column("Column", lambda c: c.name, lambda c: c.name.lower(), is_number=False),
    Column("Histogram", lambda c: "", lambda c: c.deviation, is_number=False),
    Column("Missing", lambda c: share_text(c.missing), lambda c: c.missing or 0.0),
    Column("Drift", drift_text, _psi, is_number=False),
    Column("Mean", lambda c: figure_text(c.mean), lambda c: c.mean),
    Column("Deviation", lambda c: figure_text(c.deviation), lambda c: c.deviation),
    Column("Zeros", lambda c: share_text(c.zeros), lambda c: c.zeros),
)


class ColumnTableModel(QAbstractTableModel):
    """One row per column of the dataset."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: Sequence[ColumnProfile] = ()

    def show_columns(self, columns: Sequence[ColumnProfile]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self._columns = columns
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of columns of the dataset."""
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Number of columns of the table."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles, aligned like their figures."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section].title)
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, order and profile of a cell."""
        column, profile = COLUMNS[index.column()], self._columns[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(profile)
        if role == Qt.ItemDataRole.ToolTipRole:
            return drift_details(profile) if index.column() == DRIFT else profile.name
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return column.text(profile) or tr("histogram")
        return {PROFILE_ROLE: profile, SORT_ROLE: column.value(profile)}.get(role)  # type: ignore[call-overload]


class HistogramDelegate(QStyledItemDelegate):
    """A small histogram of all rows."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the bars."""
        profile: ColumnProfile = index.data(PROFILE_ROLE)
        theme = current_theme()
        painter.save()
        _paint_ground(painter, option)
        area = QRectF(option.rect).adjusted(6, 5, -6, -5)  # type: ignore[attr-defined]
        highest = max(*profile.counts, 1)
        width = area.width() / len(profile.counts)
        for place, count in enumerate(profile.counts):
            height = area.height() * count / highest
            if count:
                bar = QRectF(area.left() + place * width, 0, max(width - 0.5, 1), max(height, 1))
                bar.moveBottom(area.bottom())
                painter.fillRect(bar, theme.color("control"))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Wide enough for forty bars."""
        return QSize(104, 28)


class DriftDelegate(QStyledItemDelegate):
    """The drift with a sign in the colour of its level."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw sign and words."""
        worst = index.data(PROFILE_ROLE).worst
        painter.save()
        _paint_ground(painter, option)
        area = option.rect.adjusted(6, 0, -4, 0)  # type: ignore[attr-defined]
        if worst is not None:
            level = drift_level(worst.psi)
            scale = option.widget.devicePixelRatioF()  # type: ignore[attr-defined]
            top = area.top() + (area.height() - SIGN) // 2
            painter.drawPixmap(area.left(), top, pixmap(SIGNS[level], level, SIGN, scale))
            area.setLeft(area.left() + SIGN + 6)
        painter.setFont(font())
        painter.setPen(current_theme().color("text"))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), index.data())
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Room for sign and words."""
        hint = super().sizeHint(option, index)
        return QSize(hint.width() + SIGN + 8, hint.height())


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    if option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
        painter.fillRect(option.rect, current_theme().color("selection"))  # type: ignore[attr-defined]


def _alignment(section: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if COLUMNS[section].is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
