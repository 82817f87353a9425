"""Built-in and user presets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.core.configs import ModelConfigV2, TrainerConfigV2
from console.core.errors import ConfigError, WorkspaceError
from console.core.paths import user_presets_dir
from console.core.presets import (
    CONFIG_CLASSES,
    damaged_presets,
    delete_preset,
    duplicate_preset,
    export_preset,
    get_preset,
    import_preset,
    list_presets,
    rename_preset,
    save_preset,
)

NAMES = {
    "model": {"production_small", "production_large", "quick_experiment", "conservative"},
    "trainer": {"production_small", "production_large", "quick_experiment", "conservative"},
    "balancing": {"production", "conservative", "aggressive"},
}


@pytest.mark.parametrize("kind", CONFIG_CLASSES)
def test_that_the_built_in_presets_are_there_and_valid(kind: str) -> None:
    presets = list_presets(kind)
    assert {preset.name for preset in presets} == NAMES[kind]
    for preset in presets:
        assert isinstance(preset.config(), CONFIG_CLASSES[kind])
        assert preset.description.endswith(".")


@pytest.mark.parametrize(
    ("name", "channels", "hidden", "layers", "dropout", "residual", "squeeze"),
    [
        ("production_small", (32, 64, 128), 128, 2, 0.4, True, False),
        ("production_large", (64, 128, 256), 256, 2, 0.3, True, False),
        ("quick_experiment", (32, 64), 64, 1, 0.3, False, False),
        ("conservative", (32, 64, 128), 128, 2, 0.5, True, True),
    ],
)
def test_that_model_presets_have_their_figures(
    name: str,
    channels: tuple[int, ...],
    hidden: int,
    layers: int,
    dropout: float,
    residual: bool,
    squeeze: bool,
) -> None:
    made = get_preset("model", name).config()
    assert (made.cnn_channels, made.lstm_hidden, made.lstm_layers) == (channels, hidden, layers)
    assert (made.dropout, made.use_residual, made.use_se_block) == (dropout, residual, squeeze)
    assert made.use_layer_norm == made.use_multi_head_attention == (name != "quick_experiment")


@pytest.mark.parametrize(
    ("name", "figures", "noise"),
    [
        ("production_small", (150, 5e-5, 256, 0.01, 0.1, 2.5, 20), 0.01),
        ("production_large", (100, 1e-4, 128, 0.005, 0.05, 2.0, 15), 0.005),
        ("quick_experiment", (30, 1e-4, 128, 0.001, 0.0, 2.0, 10), None),
        ("conservative", (200, 3e-5, 256, 0.02, 0.15, 3.0, 25), 0.02),
    ],
)
def test_that_trainer_presets_have_their_figures(
    name: str, figures: tuple[float, ...], noise: float | None
) -> None:
    made = get_preset("trainer", name).config()
    assert figures == (
        made.epochs, made.learning_rate, made.batch_size, made.weight_decay,
        made.label_smoothing, made.focal_gamma, made.early_stopping_patience,
    )  # fmt: skip
    assert made.use_augmentation == (noise is not None)
    assert noise is None or made.gaussian_noise_std == noise
    assert made.scheduler_T_0 == (15 if name == "conservative" else 10)


def test_that_an_unknown_preset_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError) as caught:
        get_preset("model", "prodction_small")
    assert "quick_experiment" in str(caught.value)
    assert "Did you mean 'production_small'?" in str(caught.value)


def test_that_a_saved_preset_holds_only_what_differs_and_comes_back() -> None:
    config = ModelConfigV2(dropout=0.25, cnn_channels=(8, 16, 32))
    save_preset("model", "my net", config, "Small.")
    found = get_preset("model", "my net")
    assert found.config() == config
    assert found.values == {"dropout": 0.25, "cnn_channels": [8, 16, 32]}
    assert not found.built_in


def test_that_user_presets_are_duplicated_renamed_and_deleted() -> None:
    duplicate_preset("trainer", "conservative", "mine")
    rename_preset("trainer", "mine", "ours")
    assert get_preset("trainer", "ours").config() == get_preset("trainer", "conservative").config()
    deleted = delete_preset("trainer", "ours")
    assert [preset.name for preset in list_presets("trainer") if not preset.built_in] == []
    save_preset("trainer", deleted.name, deleted.config(), deleted.description)
    assert get_preset("trainer", "ours") == deleted


def test_that_an_exported_preset_is_complete_and_can_be_imported(tmp_path: Path) -> None:
    save_preset("trainer", "mine", TrainerConfigV2(epochs=9))
    export_preset("trainer", "mine", tmp_path / "mine.yaml")
    delete_preset("trainer", "mine")
    assert "learning_rate" in (tmp_path / "mine.yaml").read_text()
    assert import_preset(tmp_path / "mine.yaml").config() == TrainerConfigV2(epochs=9)
    with pytest.raises(ConfigError, match="already taken"):
        import_preset(tmp_path / "mine.yaml")
    assert import_preset(tmp_path / "mine.yaml", "second").name == "second"


@pytest.mark.parametrize("change", [rename_preset, duplicate_preset])
def test_that_built_in_names_are_protected(change: object) -> None:
    save_preset("model", "mine", ModelConfigV2())
    with pytest.raises(ConfigError, match="built-in"):
        change("model", "mine", "conservative")
    with pytest.raises(ConfigError, match="built-in"):
        save_preset("model", "production_small", ModelConfigV2())
    with pytest.raises(ConfigError, match="built in"):
        delete_preset("model", "production_small")
    with pytest.raises(ConfigError, match="built in"):
        rename_preset("model", "production_small", "other")


@pytest.mark.parametrize("name", ["", "../evil", "a/b", ".hidden", "x" * 65])
def test_that_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="letters"):
        save_preset("model", name, ModelConfigV2())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kind: model\nname: x\nvalues: [", "not valid YAML"),
        ("- a\n- b\n", "not a preset"),
        ("kind: modle\nname: x\n", "'kind' must be"),
        ("kind: model\nvalues: {}\n", "'name' and 'values'"),
        ("kind: model\nname: x\nvalues: {dropuot: 0.3}\n", "Did you mean 'dropout'?"),
        ("kind: model\nname: x\nvalues: {dropout: 3}\n", "between 0 and 0.9"),
        ("kind: trainer\nname: x\nvalues: {epochs: !!python/object:os.system {}}\n", "YAML"),
    ],
)
def test_that_a_corrupt_preset_is_named_and_the_others_stay(
    tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"bad\.yaml") as caught:
        import_preset(file)
    assert words in str(caught.value)

    own = user_presets_dir() / "model" / "bad.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(text)
    assert {preset.name for preset in list_presets("model")} == NAMES["model"]
    assert [path for path, _ in damaged_presets("model")] == [own]


def test_that_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        import_preset(tmp_path / "nothing.yaml")


def test_that_a_folder_that_cannot_be_written_is_named() -> None:
    folder = user_presets_dir() / "model"
    folder.parent.mkdir(parents=True)
    folder.write_text("a file where a folder should be")
    with pytest.raises(WorkspaceError, match="model"):
        save_preset("model", "mine", ModelConfigV2())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_that_a_read_only_folder_is_named() -> None:
    folder = user_presets_dir() / "model"
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    with pytest.raises(WorkspaceError, match="read-only"):
        save_preset("model", "mine", ModelConfigV2())
