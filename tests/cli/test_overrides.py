"""``--set`` and the short options of ``train`` become one validated config."""

from __future__ import annotations

import pytest

from console.cli.output import Invocation, Output
from console.cli.overrides import SECTIONS, apply, describe_fields, parse_overrides
from console.cli.request import TrainRequest, make_config
from console.core.errors import ConfigError, DataError
from console.core.fields import to_plain
from console.core.presets import CONFIG_CLASSES


@pytest.fixture
def invocation() -> Invocation:
    return Invocation(Output())


@pytest.mark.parametrize("section", SECTIONS)
def test_that_every_field_can_be_set_to_its_own_default(section: str) -> None:
    config_class = SECTIONS[section]
    for record in describe_fields(section):
        default = to_plain(record.default)
        text = ",".join(map(str, default)) if isinstance(default, list) else str(default)
        values = parse_overrides([f"{section}.{record.name}={text}"])[section]
        assert getattr(config_class(**values), record.name) == record.default, record.name


def test_that_lists_may_be_written_with_or_without_brackets() -> None:
    for text in ("16,32", "[16, 32]", "(16,32)"):
        values = parse_overrides([f"model.cnn_channels={text}", "model.cnn_kernel_sizes=3,3"])
        assert apply(values["model"], "model", "production_small").cnn_channels == (16, 32)


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("trainer.epcohs=3", "Did you mean 'epochs'?"),
        ("trianer.epochs=3", "Did you mean 'trainer'?"),
        ("model.epochs=3", "Did you mean 'trainer.epochs'?"),
        ("epochs=3", "Did you mean 'trainer.epochs'?"),
        ("trainer.epochs", "section.field=value"),
    ],
)
def test_that_a_wrong_name_is_answered_with_the_right_one(assignment: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_overrides([assignment])
    assert expected in str(caught.value)


@pytest.mark.parametrize("value", ["0", "501", "many", "1.5"])
def test_that_a_value_outside_its_limits_is_refused(value: str) -> None:
    values = parse_overrides([f"trainer.epochs={value}"])
    with pytest.raises(ConfigError, match="epochs"):
        apply(values["trainer"], "trainer", "production_small")


def test_that_nothing_given_means_the_presets(invocation: Invocation) -> None:
    config = make_config(TrainRequest(legacy_only=True), invocation)
    assert (config.model, config.trainer, config.balancing) == (None, None, None)
    assert config.model_preset == config.trainer_preset == "production_small"


def test_that_short_options_and_settings_meet_in_one_config(invocation: Invocation) -> None:
    request = TrainRequest(
        trainer="quick_experiment", epochs=7, batch_size=64, learning_rate=1e-3, patience=0,
        seed=5, device="cpu", days=9, symbols="A,B", name="night", output_dir="out",
        settings=("trainer.weight_decay=0.5", "balancing.oversample_ratio=0.9", "use_mlflow=no"),
        legacy_only=True,
    )  # fmt: skip
    config = make_config(request, invocation)

    assert config.trainer is not None and config.balancing is not None and config.data is not None
    assert (config.trainer.epochs, config.trainer.batch_size) == (7, 64)
    assert (config.trainer.early_stopping_patience, config.trainer.seed) == (0, 5)
    assert config.trainer.focal_gamma == 2.0  # of the preset
    assert (config.trainer.weight_decay, config.balancing.oversample_ratio) == (0.5, 0.9)
    assert (config.data.days, config.data.symbols, config.symbols) == (9, ("A", "B"), ("A", "B"))
    assert (config.experiment_name, config.output_dir) == ("night", "out")
    assert not config.use_mlflow and not config.use_feature_store and not config.allow_simulated


def test_that_the_model_follows_the_features_of_the_dataset(invocation: Invocation) -> None:
    request = TrainRequest(data="sample", settings=("model.dropout=0.2",))
    config = make_config(request, invocation)
    assert config.model is not None and config.data is not None
    assert config.data.dataset == "sample"
    assert (config.model.input_features, config.model.dropout) == (31, 0.2)


def test_that_an_unknown_dataset_label_or_preset_is_refused_at_once(
    invocation: Invocation,
) -> None:
    with pytest.raises(DataError, match="known"):
        make_config(TrainRequest(data="smaple"), invocation)
    with pytest.raises(ConfigError, match="label_10"):
        make_config(TrainRequest(data="sample", label="label_11"), invocation)
    with pytest.raises(ConfigError, match="production_small"):
        make_config(TrainRequest(data="sample", model="production_smal"), invocation)


def test_that_automatic_presets_cannot_be_changed_in_part(invocation: Invocation) -> None:
    request = TrainRequest(model="auto", settings=("model.dropout=0.2",), legacy_only=True)
    with pytest.raises(ConfigError, match="name a preset"):
        make_config(request, invocation)


def test_that_every_preset_kind_is_a_section() -> None:
    assert set(CONFIG_CLASSES) < set(SECTIONS)
