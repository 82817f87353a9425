"""Small parts that every page uses: labels by role, lines, cards, icon buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from console.ui.theme import current_theme, icon, pixmap, theme_events


def set_style_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, and have the widget dressed again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


def label(text: str = "", *, tone: str = "", size: str = "", bold: bool = False) -> QLabel:
    """A label with a tone (``muted``, ``good``, ``warning``, ``bad``) and a type size."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    for name, value in (("tone", tone), ("type", size), ("weight", "bold" if bold else "")):
        if value:
            made.setProperty(name, value)
    return made


class ElidedLabel(QLabel):
    """One line that ends in dots where there is no room for all of it."""

    def __init__(self, *, tone: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if tone:
            self.setProperty("tone", tone)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as fits."""
        words = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        self.style().drawItemText(
            QPainter(self), self.rect(), Qt.AlignmentFlag.AlignVCenter, self.palette(), True, words,
            self.foregroundRole(),
        )  # fmt: skip


class TextBlock(QLabel):
    """Text of several lines that always gets the height that its width asks for."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setMinimumWidth(40)

    def setText(self, text: str) -> None:
        """Show a text."""
        super().setText(text)
        self._take_height()

    def sizeHint(self) -> QSize:
        """As high as the present width needs, not as the narrowest would."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another height."""
        super().resizeEvent(event)
        self._take_height()

    def changeEvent(self, event: QEvent) -> None:
        """Another type size, another height."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._take_height()

    def _take_height(self) -> None:
        self.setMinimumHeight(0)  # heightForWidth never answers less than the present minimum
        self.setMinimumHeight(max(0, self.heightForWidth(self.width())))
        self.updateGeometry()


def text_block(text: str = "", *, tone: str = "", size: str = "") -> TextBlock:
    """A label of several lines, with a tone and a type size."""
    made = TextBlock(text)
    for name, value in (("tone", tone), ("type", size)):
        if value:
            made.setProperty(name, value)
    return made


def card(parent: QWidget | None = None, kind: str = "true") -> QFrame:
    """A framed surface; ``kind`` is ``true`` or ``notice``."""
    frame = QFrame(parent)
    frame.setProperty("card", kind)
    return frame


def line() -> QFrame:
    """A thin horizontal line."""
    frame = QFrame()
    frame.setProperty("line", True)
    return frame


def button(text: str = "", *, kind: str = "") -> QPushButton:
    """A push button; ``kind`` is empty, ``primary`` or ``link``."""
    made = QPushButton(text)
    if kind:
        made.setProperty("kind", kind)
    if kind == "link":
        made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


class IconButton(QToolButton):
    """A button with only an icon; its words are its tool tip and its accessible name."""

    def __init__(self, name: str, role: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._role = name, role
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._draw()
        theme_events().theme_changed.connect(self._draw)

    def set_words(self, text: str) -> None:
        """What the button does."""
        self.setToolTip(text)
        self.setAccessibleName(text)

    def _draw(self, _theme: object = None) -> None:
        self.setIcon(icon(self._name, self._role))


class Badge(QWidget):
    """An icon in a tone, such as a warning sign beside a sentence."""

    def __init__(self, name: str, role: str, size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._role, self._size = name, role, size
        self.setFixedSize(size, size)

    def set_icon(self, name: str, role: str) -> None:
        """Show another icon."""
        self._name, self._role = name, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon in today's colours."""
        painter = QPainter(self)
        picture = pixmap(self._name, self._role, self._size, self.devicePixelRatioF())
        painter.drawPixmap(0, 0, picture)


class Dot(QWidget):
    """A filled dot in the colour of a role; it keeps its place while it is not seen."""

    def __init__(self, role: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role, self._on = role, False
        self.setFixedSize(8, 16)

    @property
    def on(self) -> bool:
        """Whether the dot is seen."""
        return self._on

    def set_on(self, on: bool) -> None:
        """Show or hide the dot."""
        if on != self._on:
            self._on = on
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot."""
        if not self._on:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current_theme().color(self._role))
        painter.drawEllipse(QRectF(1, self.height() / 2 - 3, 6, 6))
