"""Forms made from field records: editing, marks, ways back, problems, presets."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.core.configs import BalancingConfig, DataConfig, ModelConfigV2, TrainerConfigV2
from console.core.fields import fields_of, to_plain
from console.core.presets import get_preset, list_presets
from console.ui.forms.config_form import ConfigForm
from console.ui.forms.number_edit import NumberEdit
from tests.ui.conftest import AnsweringDialogs, AnsweringPrompts

FORMS = (
    ("model", "Model", ModelConfigV2),
    ("trainer", "Trainer", TrainerConfigV2),
    ("balancing", "Balancing", BalancingConfig),
    (None, "Split", DataConfig),
)


@pytest.fixture
def model_form(app: QApplication, qtbot: QtBot) -> ConfigForm:
    form = ConfigForm("model", "Model", ModelConfigV2)
    qtbot.addWidget(form)
    form.show()
    return form


@pytest.fixture
def trainer_form(app: QApplication, qtbot: QtBot) -> ConfigForm:
    form = ConfigForm("trainer", "Trainer", TrainerConfigV2)
    qtbot.addWidget(form)
    form.show()
    return form


def type_into(qtbot: QtBot, editor: NumberEdit, text: str) -> None:
    editor.lineEdit().selectAll()
    qtbot.keyClicks(editor.lineEdit(), text)


@pytest.mark.parametrize(("kind", "title", "config_class"), FORMS)
def test_that_every_field_that_can_vary_has_a_row(
    app: QApplication, qtbot: QtBot, kind: str, title: str, config_class: type
) -> None:
    form = ConfigForm(kind, title, config_class)
    qtbot.addWidget(form)
    shown = {name for row in form.rows for name in row.names}
    expected = {
        record.name
        for record in fields_of(config_class)
        if record.minimum is None or record.minimum != record.maximum
    }
    assert shown == expected


@pytest.mark.parametrize(("kind", "title", "config_class"), FORMS)
def test_that_an_untouched_form_gives_the_preset(
    app: QApplication, qtbot: QtBot, kind: str, title: str, config_class: type
) -> None:
    form = ConfigForm(kind, title, config_class)
    qtbot.addWidget(form)
    name = form.presets.preset
    expected = get_preset(kind, name).config() if kind else config_class()
    assert to_plain(form.model.config()) == to_plain(expected)
    assert form.model.changed() == {}


def test_that_a_typed_rate_reaches_the_config(trainer_form: ConfigForm, qtbot: QtBot) -> None:
    type_into(qtbot, trainer_form.row("learning_rate").editor, "3e-04")
    assert trainer_form.model.config().learning_rate == pytest.approx(3e-4)


def test_that_arrow_keys_step_a_rate_along_one_two_five(
    trainer_form: ConfigForm, qtbot: QtBot
) -> None:
    editor = trainer_form.row("learning_rate").editor
    seen = []
    for _ in range(3):
        qtbot.keyClick(editor, Qt.Key.Key_Up)
        seen.append(trainer_form.model.value("learning_rate"))
    assert seen == pytest.approx([1e-4, 2e-4, 5e-4])


def test_that_a_change_is_marked_counted_and_can_be_put_back(
    model_form: ConfigForm, qtbot: QtBot
) -> None:
    row = model_form.row("dropout")
    type_into(qtbot, row.editor, "0.45")
    assert row.is_changed
    assert model_form.presets.changes.text() == "1 changed"
    assert row._preset.text() == "preset 0.4"
    qtbot.mouseClick(row.reset_button, Qt.MouseButton.LeftButton)
    assert model_form.model.value("dropout") == 0.4
    assert not row.is_changed
    assert model_form.presets.changes.text() == ""


def test_that_resetting_everything_can_be_undone(model_form: ConfigForm) -> None:
    model_form.model.set_values({"dropout": 0.5, "lstm_layers": 3})
    model_form.presets.reset_all()
    assert model_form.model.changed() == {}
    model_form.notice.click_action()
    assert set(model_form.model.changed()) == {"dropout", "lstm_layers"}


def test_that_a_value_outside_its_limits_is_explained_beside_the_field(
    trainer_form: ConfigForm, qtbot: QtBot
) -> None:
    row = trainer_form.row("batch_size")
    type_into(qtbot, row.editor, "5000")
    assert row.problem == "5000 is outside 8 to 4096 windows."
    assert row.editor.property("invalid") is True
    type_into(qtbot, row.editor, "abc")
    assert row.problem == "“abc” is not a number."
    type_into(qtbot, row.editor, "64.5")
    assert row.problem == "A whole number is needed."
    type_into(qtbot, row.editor, "64")
    assert row.problem == ""
    assert trainer_form.model.config().batch_size == 64


def test_that_blocks_are_edited_as_rows(model_form: ConfigForm, qtbot: QtBot) -> None:
    editor = model_form.row("cnn_channels").editor
    editor._add.click()
    type_into(qtbot, editor._rows[3].channels, "256")
    type_into(qtbot, editor._rows[3].kernel, "9")
    editor._rows[3].halve.click()
    made = model_form.model.config()
    assert made.cnn_channels == (32, 64, 128, 256)
    assert made.cnn_kernel_sizes == (3, 5, 7, 9)
    assert made.pooling == (True, True, True, False)
    editor._rows[0].remove.click()
    assert model_form.model.config().cnn_channels == (64, 128, 256)


def test_that_an_even_kernel_is_reported_at_the_blocks(
    model_form: ConfigForm, qtbot: QtBot
) -> None:
    row = model_form.row("cnn_channels")
    type_into(qtbot, row.editor._rows[0].kernel, "4")
    assert "odd" in row.problem


def test_that_advanced_rows_wait_behind_a_link(model_form: ConfigForm, qtbot: QtBot) -> None:
    row = model_form.row("input_norm")
    assert not row.isVisible()
    model_form.reveal("input_norm")
    assert row.isVisible()


def test_that_the_help_of_the_focused_field_is_shown(
    trainer_form: ConfigForm, qtbot: QtBot
) -> None:
    trainer_form.activateWindow()
    trainer_form.row("epochs").focused.emit(trainer_form.row("epochs"))
    assert "Passes over the training windows." in trainer_form._help.text()
    assert "1 to 500" in trainer_form._help_title.text()


def test_that_a_preset_is_saved_renamed_and_deleted_with_undo(
    model_form: ConfigForm, answers: AnsweringPrompts
) -> None:
    model_form.model.set_value("dropout", 0.5)
    answers.answers = ["calm", "calmer"]
    model_form.presets.save_as()
    assert model_form.presets.preset == "calm"
    assert model_form.model.changed() == {}
    model_form.presets.rename()
    assert model_form.presets.preset == "calmer"
    assert get_preset("model", "calmer").config().dropout == 0.5
    model_form.presets.delete()
    assert "calmer" not in [preset.name for preset in list_presets("model")]
    model_form.notice.click_action()
    assert model_form.presets.preset == "calmer"
    assert get_preset("model", "calmer").config().dropout == 0.5


def test_that_a_built_in_preset_can_be_duplicated_but_not_renamed(
    model_form: ConfigForm, answers: AnsweringPrompts
) -> None:
    assert not model_form.presets.actions_by_name["rename"].isEnabled()
    assert not model_form.presets.actions_by_name["delete"].isEnabled()
    answers.answers = ["copy"]
    model_form.presets.duplicate()
    assert model_form.presets.preset == "copy"
    assert model_form.presets.actions_by_name["rename"].isEnabled()


def test_that_a_name_of_a_built_in_preset_is_refused_in_place(
    model_form: ConfigForm, answers: AnsweringPrompts
) -> None:
    answers.answers = ["production_large"]
    model_form.presets.save_as()
    assert "built-in" in model_form.notice.text
    assert model_form.presets.preset == "production_small"


def test_that_presets_travel_through_files(
    model_form: ConfigForm,
    answers: AnsweringPrompts,
    files: AnsweringDialogs,
    tmp_path: Path,
) -> None:
    target = tmp_path / "mine.yaml"
    model_form.model.set_value("lstm_hidden", 64)
    answers.answers = ["mine"]
    model_form.presets.save_as()
    files.answers = [target, target]
    model_form.presets.export_file()
    model_form.presets.delete()
    model_form.presets.import_file()
    assert model_form.presets.preset == "mine"
    assert model_form.model.value("lstm_hidden") == 64


def test_that_a_corrupt_preset_file_is_explained_and_changes_nothing(
    model_form: ConfigForm, files: AnsweringDialogs, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("kind: [model", "utf-8")
    files.answers = [broken]
    before = model_form.model.values()
    model_form.presets.import_file()
    assert "broken.yaml" in model_form.notice.text
    assert model_form.model.values() == before


def test_that_choosing_a_preset_over_changes_can_be_undone(model_form: ConfigForm) -> None:
    model_form.model.set_value("dropout", 0.55)
    box = model_form.presets.combo
    box.setCurrentIndex(box.findData("production_large"))
    box.activated.emit(box.currentIndex())
    assert model_form.model.value("lstm_hidden") == 256
    model_form.notice.click_action()
    assert model_form.presets.preset == "production_small"
    assert model_form.model.value("dropout") == 0.55


def test_that_a_form_remembers_preset_and_changes(model_form: ConfigForm, qtbot: QtBot) -> None:
    model_form.presets.choose("conservative")
    model_form.model.set_value("lstm_layers", 3)
    state = model_form.state()
    again = ConfigForm("model", "Model", ModelConfigV2)
    qtbot.addWidget(again)
    again.restore(state)
    assert again.presets.preset == "conservative"
    assert set(again.model.changed()) == {"lstm_layers"}
    again.restore({"preset": "is gone", "changed": {"dropout": 0.2, "unknown": 1}})
    assert again.presets.preset == "production_small"
    assert again.model.value("dropout") == 0.2
