"""The head of a form: which preset, how many changes, and everything one can do with presets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from console.core import presets
from console.core.errors import ConsoleError
from console.core.presets import Preset, PresetKind
from console.ui.dialogs.file_dialogs import file_dialogs
from console.ui.dialogs.prompts import prompts
from console.ui.forms.editors import CalmComboBox
from console.ui.forms.form_model import FormModel
from console.ui.i18n import tr, trn
from console.ui.theme import icon, theme_events
from console.ui.widgets.basics import label
from console.ui.widgets.notice import Notice

# What the menu offers: method of PresetBar, words, icon, only for the user's own presets.
MENU = (
    ("reset_all", "Reset all to the preset", "reset", False),
    ("", "", "", False),
    ("save", "Save changes to this preset", "", True),
    ("save_as", "Save as a new preset…", "", False),
    ("duplicate", "Duplicate…", "copy", False),
    ("rename", "Rename…", "rename", True),
    ("delete", "Delete", "trash", True),
    ("", "", "", False),
    ("import_file", "Import from a file…", "import", False),
    ("export_file", "Export to a file…", "export", False),
)


class PresetBar(QWidget):
    """Chooses, compares, saves and manages the presets of one form.

    A form without presets (``kind`` None) is compared with the defaults of its class.
    ``presets_changed`` tells other parts of the window that the list on disk is another one.
    """

    presets_changed = Signal()
    preset_chosen = Signal(str)

    def __init__(
        self, kind: PresetKind | None, title: str, model: FormModel, notice: Notice
    ) -> None:
        super().__init__()
        self.kind: Any = kind
        self._menu = MENU if kind else MENU[:1]
        self._title, self._model, self._notice = title, model, notice
        self._name = ""
        self._presets: list[Preset] = []
        self.title = label(bold=True)
        self.combo = CalmComboBox()
        self.changes = label(tone="accent", size="small")
        self.menu_button = QToolButton()
        self.actions_by_name: dict[str, QAction] = {}
        self._build_ui()
        self._connect()
        self.reload()
        self.retranslate()

    @property
    def preset(self) -> str:
        """The preset in force."""
        return self._name

    def choose(self, name: str, *, keep_values: bool = False) -> None:
        """Take a preset; with ``keep_values`` only compare with it.

        Raises:
            ConfigError: there is no such preset, or it is damaged.
        """
        config = self._find(name).config() if self.kind else self._model.defaults()
        self._name = name
        self.combo.setCurrentIndex(self.combo.findData(name))
        if keep_values:
            self._model.compare_with(config)
        else:
            self._model.load_preset(config)
        self.refresh()
        self.preset_chosen.emit(name)

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.title.setText(tr(self._title))
        self.combo.setAccessibleName(tr("{form} preset", form=tr(self._title)))
        self.menu_button.setAccessibleName(tr("Actions for presets"))
        self.menu_button.setToolTip(tr("Actions for presets"))
        for name, words, _icon, _own in self._menu:
            if name:
                self.actions_by_name[name].setText(tr(words))
        self._show_descriptions()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Count the changes; say which actions make sense now."""
        changed = len(self._model.changed())
        self.changes.setText(trn("{n} changed", "{n} changed", changed) if changed else "")
        own = bool(self.kind and self._name) and not self._is_built_in(self._name)
        for name, _words, _icon, only_own in self._menu:
            if name:
                self.actions_by_name[name].setEnabled(own or not only_own)
        self.actions_by_name["reset_all"].setEnabled(changed > 0)
        if self.kind:
            savable = not self._model.problems
            self.actions_by_name["save"].setEnabled(own and changed > 0 and savable)
            self.actions_by_name["save_as"].setEnabled(savable)

    @Slot()
    def reload(self) -> None:
        """Read the list of presets again."""
        self._presets = presets.list_presets(self.kind) if self.kind else []
        self.combo.clear()
        for preset in self._known():
            self.combo.addItem(preset.name, preset.name)
        self.combo.setCurrentIndex(self.combo.findData(self._name))
        self._show_descriptions()

    @Slot()
    def reset_all(self) -> None:
        """Put every field back, with a way to undo it."""
        before = self._model.values()
        self._model.reset()
        self._offer_undo(tr("All fields are back at the preset."), before)

    @Slot()
    def save(self) -> None:
        """Write the changes into the user's preset in force."""
        self._try(self._save_under, self._name)

    @Slot()
    def save_as(self) -> None:
        """Keep the values under a new name."""
        name = prompts().ask_name(
            self, tr("Save as a new preset"), tr("Name of the new preset"),
            self._free_name(self._name), tr("Save"),
        )  # fmt: skip
        if name:
            self._try(self._save_under, name)

    @Slot()
    def duplicate(self) -> None:
        """Copy the preset in force, as it is on disk."""
        name = prompts().ask_name(
            self, tr("Duplicate the preset"), tr("Name of the copy"),
            self._free_name(self._name), tr("Duplicate"),
        )  # fmt: skip
        if name:
            self._try(presets.duplicate_preset, self.kind, self._name, name, then=name)

    @Slot()
    def rename(self) -> None:
        """Give the user's preset another name."""
        name = prompts().ask_name(
            self, tr("Rename the preset"), tr("New name"), self._name, tr("Rename")
        )
        if name and name != self._name:
            self._try(presets.rename_preset, self.kind, self._name, name, then=name)

    @Slot()
    def delete(self) -> None:
        """Delete the user's preset; the strip offers to bring it back."""
        gone = self._name
        deleted = self._try(presets.delete_preset, self.kind, gone, then=self.combo.itemData(0))
        if isinstance(deleted, Preset):
            self._notice.say(
                tr("The preset “{name}” was deleted.", name=gone),
                action=tr("Undo"), run=_Restore(self, deleted),
            )  # fmt: skip

    @Slot()
    def import_file(self) -> None:
        """Take a preset from a YAML file."""
        path = file_dialogs().open_file(
            self, tr("Import a preset"), [tr("Presets") + " (*.yaml *.yml)"]
        )
        if path is not None:
            self.take_file(path)

    def take_file(self, path: Path) -> None:
        """Keep the preset of a YAML file, and choose it if it is one for this form."""
        imported = self._try(presets.import_preset, path)
        if isinstance(imported, Preset):
            self._notice.say(tr("The preset “{name}” was imported.", name=imported.name))
            if imported.kind == self.kind:
                self._try(self.choose, imported.name)

    @Slot()
    def export_file(self) -> None:
        """Write the preset in force to a YAML file."""
        path = file_dialogs().save_file(
            self, tr("Export the preset"), f"{self._name}.yaml", [tr("Presets") + " (*.yaml)"]
        )
        if path is not None and self._try(self._export, path) is not None:
            self._notice.say(tr("Written to {path}.", path=path), tone="good")

    def bring_back(self, preset: Preset) -> None:
        """Save a deleted preset again and choose it."""
        config = preset.config()
        self._try(presets.save_preset, self.kind, preset.name, config, preset.description,
                  then=preset.name)  # fmt: skip

    def _build_ui(self) -> None:
        menu = QMenu(self.menu_button)
        for name, _words, _icon, _own in self._menu:
            if not name:
                menu.addSeparator()
                continue
            action = menu.addAction("")
            action.triggered.connect(getattr(self, name))
            self.actions_by_name[name] = action
        self.menu_button.setMenu(menu)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setIconSize(QSize(18, 18))
        self._draw_icons()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.title, 0 if self.kind else 1)
        layout.addWidget(self.combo, 1)
        self.combo.setVisible(bool(self.kind))
        layout.addWidget(self.changes)
        layout.addWidget(self.menu_button)

    def _connect(self) -> None:
        self.combo.activated.connect(self._activated)
        self._model.state_changed.connect(self.refresh)
        theme_events().theme_changed.connect(self._draw_icons)

    @Slot()
    def _draw_icons(self, _theme: object = None) -> None:
        self.menu_button.setIcon(icon("menu", "muted"))
        for name, _words, picture, _own in self._menu:
            if picture:
                self.actions_by_name[name].setIcon(icon(picture, "muted"))

    @Slot(int)
    def _activated(self, _index: int) -> None:
        before, changes = self._model.values(), len(self._model.changed())
        former = self._name
        self._try(self.choose, str(self.combo.currentData()))
        if changes and former:
            self._offer_undo(
                trn(
                    "{n} change was replaced by the preset.",
                    "{n} changes were replaced by the preset.",
                    changes,
                ),
                before,
                former,
            )

    def _offer_undo(self, text: str, before: dict[str, object], preset: str = "") -> None:
        self._notice.say(
            text, action=tr("Undo"), run=_PutBack(self, self._model, before, preset or self._name)
        )

    def _try(self, work: Callable[..., object], *arguments: object, then: str = "") -> object:
        """Do something with presets on disk; an error is shown in place, and None comes back."""
        try:
            result = work(*arguments)
            self.reload()
            if then:
                self.choose(then)
            self.presets_changed.emit()
        except ConsoleError as error:
            self.reload()
            self._notice.show_error(error)
            return None
        else:
            return result if result is not None else True

    def _save_under(self, name: str) -> None:
        presets.save_preset(self.kind, name, self._model.config())
        self.reload()
        self.choose(name)
        self._notice.say(tr("The preset “{name}” was saved.", name=name), tone="good")

    def _export(self, path: Path) -> None:
        presets.export_preset(self.kind, self._name, path)

    def _free_name(self, name: str) -> str:
        taken = {preset.name for preset in self._known()}
        number = 2
        while f"{name} {number}" in taken:
            number += 1
        return f"{name} {number}"

    def _is_built_in(self, name: str) -> bool:
        return any(preset.name == name and preset.built_in for preset in self._known())

    def _find(self, name: str) -> Preset:
        known = next((preset for preset in self._presets if preset.name == name), None)
        return known or presets.get_preset(self.kind, name)

    def _known(self) -> list[Preset]:
        """The presets as last read; reading them at every keystroke would be felt."""
        return self._presets

    def _show_descriptions(self) -> None:
        for index, preset in enumerate(self._known()):
            self.combo.setItemData(index, tr(preset.description), Qt.ItemDataRole.ToolTipRole)


class _PutBack:
    """Brings back the values that were there before."""

    def __init__(
        self, bar: PresetBar, model: FormModel, values: dict[str, object], preset: str
    ) -> None:
        self._bar, self._model, self._values, self._preset = bar, model, values, preset

    def __call__(self) -> None:
        self._bar.choose(self._preset, keep_values=True)
        self._model.set_values(self._values)


class _Restore:
    """Brings back a deleted preset."""

    def __init__(self, bar: PresetBar, preset: Preset) -> None:
        self._bar, self._deleted = bar, preset

    def __call__(self) -> None:
        self._bar.bring_back(self._deleted)
