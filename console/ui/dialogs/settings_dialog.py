"""Theme, language and announcements; every choice acts at once."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from console.runtime.settings import Settings
from console.ui.forms.editors import CalmComboBox
from console.ui.i18n import LANGUAGES, language_events, set_language, tr
from console.ui.notifications import NOTIFY, SOUND
from console.ui.theme import apply_theme
from console.ui.widgets.basics import button, label, text_block

THEME_WORDS = (("system", "Like the desktop"), ("light", "Light"), ("dark", "Dark"))


class SettingsDialog(QDialog):
    """Changes the look while it is open, and keeps it."""

    def __init__(self, parent: QWidget, settings: Settings, workspace: str) -> None:
        super().__init__(parent)
        self._settings = settings
        self.theme, self.language = CalmComboBox(), CalmComboBox()
        self.notify, self.sound = QCheckBox(), QCheckBox()
        self._theme_words, self._language_words = label(), label()
        self._notify_words = label()
        self._place_words = label()
        self._place = text_block(workspace, tone="muted")
        self._place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = button(kind="primary")
        self._build_ui()
        self.retranslate()
        self._connect()

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.setWindowTitle(tr("Settings"))
        self._theme_words.setText(tr("Theme"))
        self._language_words.setText(tr("Language"))
        self._notify_words.setText(tr("Announcements"))
        self.notify.setText(tr("When a run ends or needs me"))
        self.notify.setToolTip(tr("Only while another window is in front"))
        self.sound.setText(tr("With a sound"))
        self._place_words.setText(tr("Workspace"))
        self.theme.setAccessibleName(tr("Theme"))
        self.language.setAccessibleName(tr("Language"))
        self.close_button.setText(tr("Close"))
        _fill(self.theme, [(code, tr(words)) for code, words in THEME_WORDS], self._settings.theme)
        languages = [("system", tr("Like the desktop")), *LANGUAGES.items()]
        _fill(self.language, languages, self._settings.language)

    def _build_ui(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        rows = (
            (self._theme_words, self.theme), (self._language_words, self.language),
            (self._notify_words, self.notify), (label(), self.sound),
            (self._place_words, self._place),
        )  # fmt: skip
        for row, (words, editor) in enumerate(rows):
            side = (
                Qt.AlignmentFlag.AlignTop
                if editor is self._place
                else Qt.AlignmentFlag.AlignVCenter
            )
            grid.addWidget(words, row, 0, side)
            grid.addWidget(editor, row, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(24)
        layout.addLayout(grid)
        layout.addLayout(foot)
        self.setMinimumWidth(440)
        self.notify.setChecked(self._settings.flag(NOTIFY, True))
        self.sound.setChecked(self._settings.flag(SOUND))
        self.sound.setEnabled(self.notify.isChecked())

    def _connect(self) -> None:
        self.theme.activated.connect(self._theme_chosen)
        self.language.activated.connect(self._language_chosen)
        self.notify.toggled.connect(self._notify_chosen)
        self.sound.toggled.connect(self._sound_chosen)
        self.close_button.clicked.connect(self.accept)
        language_events().language_changed.connect(self._language_changed)

    @Slot(int)
    def _theme_chosen(self, _index: int) -> None:
        self._settings.theme = str(self.theme.currentData())
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, self._settings.theme)

    @Slot(int)
    def _language_chosen(self, _index: int) -> None:
        self._settings.language = str(self.language.currentData())
        set_language(self._settings.language)

    @Slot(bool)
    def _notify_chosen(self, wanted: bool) -> None:
        self._settings.set_flag(NOTIFY, wanted)
        self.sound.setEnabled(wanted)

    @Slot(bool)
    def _sound_chosen(self, wanted: bool) -> None:
        self._settings.set_flag(SOUND, wanted)

    @Slot(str)
    def _language_changed(self, _code: str) -> None:
        self.retranslate()


def _fill(box: CalmComboBox, entries: list[tuple[str, str]], chosen: str) -> None:
    box.clear()
    for code, words in entries:
        box.addItem(words, code)
    box.setCurrentIndex(max(0, box.findData(chosen)))
