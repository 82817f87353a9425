"""Walks every field of every config: a setting that changes nothing is a defect.

Each field has one probe: a base to start from and the value to change it to. What a config does is
boiled down to a footprint; the two footprints must differ. A field without a probe fails the walk.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from console.core.configs import BalancingConfig, DataConfig, ModelConfigV2, TrainerConfigV2
from console.core.errors import ConfigError, ConsoleError
from console.core.fields import fields_of
from console.engine.data.prepare import PreparedData, prepare_windows
from console.engine.data.rows import MarketRows
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.run_machine import choose
from console.engine.training.class_weights import class_weights
from console.engine.training.model_trainer_v2 import ModelTrainerV2, TrainingHooks


@dataclass(frozen=True)
class Probe:
    """Change one field to ``value``, starting from the defaults of the test plus ``base``."""

    value: Any
    base: Mapping[str, Any] = field(default_factory=dict)


def digest(*parts: Any) -> str:
    """One fingerprint of tensors, arrays and plain values."""
    hashed = hashlib.sha256()
    for part in parts:
        if isinstance(part, torch.Tensor):
            part = part.detach().numpy()
        hashed.update(part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode())
    return hashed.hexdigest()


# --- model ---------------------------------------------------------------------------------------

SMALL_MODEL = {
    "input_features": 4, "sequence_length": 16, "cnn_channels": (8, 8), "cnn_kernel_sizes": (3, 3),
    "lstm_hidden": 8, "attention_heads": 2, "attention_units": 4,
}  # fmt: skip
ADDITIVE = {"use_multi_head_attention": False}
MODEL_PROBES = {
    "input_features": Probe(5),
    "sequence_length": Probe(20),
    "input_norm": Probe("bin"),
    "cnn_layout": Probe("flattened"),
    "cnn_channels": Probe((8, 12)),
    "cnn_kernel_sizes": Probe((3, 5)),
    "pooling": Probe((True, False)),
    "use_residual": Probe(False),
    "use_se_block": Probe(True),
    "lstm_hidden": Probe(12),
    "lstm_layers": Probe(1),
    "lstm_dropout": Probe(0.6),
    "use_layer_norm": Probe(False),
    "use_multi_head_attention": Probe(False),
    "attention_heads": Probe(4),
    "attention_units": Probe(6, ADDITIVE),
    "attention_dropout": Probe(0.5),
    "dropout": Probe(0.1),
    "stochastic_depth_prob": Probe(0.5),
    "num_classes": Probe(3),
    "init_method": Probe("orthogonal"),
    "use_gradient_checkpointing": Probe(True),
}


def model_footprint(config: ModelConfigV2) -> str:
    """First weights, outputs and gradients of one noisy step, and what it keeps in memory."""
    torch.manual_seed(1)
    model = HybridCNNLSTMv2(config).train()
    weights = [parameter.clone() for parameter in model.parameters()]
    x = torch.randn(4, config.sequence_length, config.input_features)
    kept = []

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        kept.append(tensor.numel())
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        outputs = model(x)
        loss = sum((output**2).sum() for output in outputs.values())
    loss.backward()
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    return digest(*weights, *outputs.values(), *gradients, sum(kept))


@pytest.mark.parametrize("name", [record.name for record in fields_of(ModelConfigV2)])
def test_that_every_model_setting_acts(name: str) -> None:
    probe = MODEL_PROBES[name]
    if name == "num_classes":  # the three classes are the product's; the setting guards them
        with pytest.raises(ConfigError, match="num_classes"):
            ModelConfigV2(num_classes=4)
        return
    base = {**SMALL_MODEL, **probe.base}
    before = model_footprint(ModelConfigV2(**base))
    assert before == model_footprint(ModelConfigV2(**base))
    assert before != model_footprint(ModelConfigV2(**{**base, name: probe.value}))


# --- data and balancing --------------------------------------------------------------------------

NUM_ROWS, NUM_DAYS, T = 2400, 12, 16


def market_rows(hold_share: float = 0.6) -> MarketRows:
    """Two symbols, 12 days, a drifting price and four features with different scales."""
    rng = np.random.default_rng(3)
    rare = (1.0 - hold_share) / 2
    per_day = NUM_ROWS // 2 // NUM_DAYS
    day = np.tile(np.repeat(np.arange(NUM_DAYS, dtype=np.int32), per_day), 2)
    matrix = rng.standard_t(3, (NUM_ROWS, 4)).astype(np.float32) * np.float32([1, 10, 100, 1])
    mid = 100 * np.exp(np.cumsum(rng.normal(0, 2e-4, NUM_ROWS)))
    classes = rng.choice(np.array([0, 1, 2], np.int8), NUM_ROWS, p=[rare, hold_share, rare])
    return MarketRows(
        matrix=matrix,
        symbol_code=np.repeat(np.arange(2, dtype=np.int32), NUM_ROWS // 2),
        segment=np.arange(NUM_ROWS, dtype=np.int32) // per_day,
        time=day * 86400.0 + np.tile(np.arange(per_day), 2 * NUM_DAYS),
        day=day, mid=mid, mid_kind="price",
        labels={"first": classes, "second": classes[::-1].copy()},
        label_horizons={"first": 5, "second": 9},
        features=("a", "b", "c", "d"), symbols=("AAA", "BBB"), source="dataset", name="probe",
        fingerprint="probe",
    )  # fmt: skip


def data_footprint(data: DataConfig, balancing: BalancingConfig) -> str:
    """Windows, labels, order and scaled rows of each part."""
    try:
        prepared: PreparedData = prepare_windows(market_rows(), data, balancing, T, seed=1)
    except ConsoleError as error:
        return str(error)
    parts = (prepared.train, prepared.validation, prepared.test)
    found = [(part.ends, part.labels, part.sample_index) for part in parts]
    return digest(*(array for part in found for array in part), prepared.train.matrix)


HALF = {"train_fraction": 0.4, "validation_fraction": 0.2, "test_fraction": 0.4}
DATA_PROBES = {
    "label": Probe("second"),
    "label_source": Probe("prices", {"label": "first"}),
    "horizon": Probe(7, {"label_source": "prices"}),
    "horizon_s": Probe(7.0, {"label_source": "prices"}),
    "horizon_tolerance_s": Probe(
        0.5, {"label_source": "prices", "horizon_s": 7.4, "horizon_tolerance_s": 0.1}
    ),
    "symbols": Probe(("AAA",)),
    "days": Probe(9),
    "window_stride": Probe(2),
    "split_method": Probe("walk_forward", {"num_blocks": 2}),
    "num_blocks": Probe(3, {"split_method": "walk_forward", "num_blocks": 2, **HALF}),
    "num_test_blocks": Probe(1, {"split_method": "combinatorial"}),
    "fold": Probe(1, {"split_method": "rolling", "num_blocks": 2, **HALF}),
    "train_fraction": Probe(0.6, {"validation_fraction": 0.15}),
    "validation_fraction": Probe(0.2, {"train_fraction": 0.6}),
    "test_fraction": Probe(0.1, {"train_fraction": 0.6}),
    "embargo_fraction": Probe(0.05),
    "extra_purge_rows": Probe(10),
    "normalisation": Probe("robust"),
    "rolling_days": Probe(2, {"normalisation": "rolling"}),
    "clip_sigma": Probe(2.0),
}
ELSEWHERE = {
    "dataset": "tests/e2e/test_orchestrator_settings.py",
    "storage": "tests/e2e/test_storage_and_rolling.py",
}


def shares(values: dict[str, Any]) -> dict[str, Any]:
    """Fill in the one share that was not named, so that the three add up to 1."""
    names = ("train_fraction", "validation_fraction", "test_fraction")
    given = [name for name in names if name in values]
    if len(given) == 2:
        (missing,) = set(names) - set(given)
        values[missing] = 1.0 - sum(values[name] for name in given)
    return values


@pytest.mark.parametrize("name", [r.name for r in fields_of(DataConfig) if r.name not in ELSEWHERE])
def test_that_every_data_setting_acts(name: str) -> None:
    probe = DATA_PROBES[name]
    base = {"label": "first", "embargo_fraction": 0.0} | dict(probe.base)
    if name.endswith("_fraction") and name != "embargo_fraction":
        before = DataConfig(label="first")
        after = DataConfig(**shares({**base, name: probe.value}))
    else:
        before, after = DataConfig(**base), DataConfig(**{**base, name: probe.value})
    balancing = BalancingConfig()
    assert data_footprint(before, balancing) == data_footprint(before, balancing)
    assert data_footprint(before, balancing) != data_footprint(after, balancing)


BALANCING_PROBES = {
    "label_method": Probe("fixed"),
    "lower_percentile": Probe(20.0),
    "upper_percentile": Probe(80.0),
    "fixed_threshold": Probe(0.0005, {"label_method": "fixed", "fixed_threshold": 0.0004}),
    "target_mix": Probe((0.2, 0.6, 0.2), {"label_method": "adaptive"}),
    "price_move": Probe("deeplob"),
    "smoothing_rows": Probe(4, {"price_move": "tlob"}),
    "volatility_rows": Probe(30, {"label_method": "volatility", "volatility_rows": 20}),
    "volatility_factor": Probe(0.8, {"label_method": "volatility", "volatility_rows": 20}),
    "take_profit": Probe(0.7, {"label_method": "triple_barrier", "volatility_rows": 20}),
    "stop_loss": Probe(0.7, {"label_method": "triple_barrier", "volatility_rows": 20}),
    "use_oversampling": Probe(False, {"oversample_ratio": 0.9}),
    "oversample_ratio": Probe(0.9),
}
# these act on the loss: tests/e2e/test_orchestrator_settings.py
BALANCING_ELSEWHERE = {"use_class_weights", "class_weight_method", "focal_gamma"}


@pytest.mark.parametrize("name", sorted(BALANCING_PROBES))
def test_that_every_balancing_setting_acts_on_the_windows(name: str) -> None:
    probe = BALANCING_PROBES[name]
    data = DataConfig(label_source="prices", horizon=5)
    before = BalancingConfig(**probe.base)
    after = dataclasses.replace(before, **{name: probe.value})
    assert data_footprint(data, before) != data_footprint(data, after)


def test_that_every_balancing_setting_is_walked() -> None:
    walked = set(BALANCING_PROBES) | BALANCING_ELSEWHERE
    assert walked == {record.name for record in fields_of(BalancingConfig)}


# --- trainer -------------------------------------------------------------------------------------

QUICK = {"epochs": 3, "batch_size": 64, "learning_rate": 1e-3, "num_threads": 1, "device": "cpu"}
PLATEAU = {
    "scheduler_type": "reduce_on_plateau", "scheduler_patience": 0, "learning_rate": 1e-6,
    "epochs": 4,
}  # fmt: skip
EXPONENTIAL = {"scheduler_type": "exponential", "scheduler_gamma": 0.1}
STOPPING = {"early_stopping_patience": 1, "early_stopping_delta": 1.0}
COLLAPSING = {
    "stop_on_collapse": True, "collapse_grace_epochs": 1, "learning_rate": 1e-2, "epochs": 5,
}  # fmt: skip
TRAINER_PROBES = {
    "epochs": Probe(2),
    "batch_size": Probe(32),
    "learning_rate": Probe(5e-4),
    "weight_decay": Probe(0.5),
    "scheduler_type": Probe("constant"),
    "scheduler_T_0": Probe(2),
    "scheduler_T_mult": Probe(1, {"scheduler_T_0": 1, "epochs": 4}),
    "scheduler_eta_min": Probe(5e-4),
    "min_learning_rate": Probe(5e-4, EXPONENTIAL),
    "scheduler_patience": Probe(5, PLATEAU),
    "scheduler_factor": Probe(0.9, PLATEAU),
    "scheduler_gamma": Probe(0.5, EXPONENTIAL),
    "early_stopping_patience": Probe(0, STOPPING),
    "early_stopping_delta": Probe(0.0, STOPPING),
    "early_stopping_metric": Probe("val_f1"),
    "stop_on_collapse": Probe(False, COLLAPSING),
    "collapse_grace_epochs": Probe(3, COLLAPSING),
    "non_finite_policy": Probe("stop", {"non_finite_policy": "skip", "max_skipped_steps": 100}),
    "max_skipped_steps": Probe(1, {"non_finite_policy": "skip", "max_skipped_steps": 100}),
    "use_focal_loss": Probe(False),
    "focal_gamma": Probe(1.0),
    "label_smoothing": Probe(0.3),
    "use_class_weights": Probe(True),
    "class_weight_method": Probe("log", {"use_class_weights": True}),
    "direction_loss_weight": Probe(2.0),
    "confidence_loss_weight": Probe(0.0),
    "return_loss_weight": Probe(0.0),
    "use_augmentation": Probe(False),
    "gaussian_noise_std": Probe(0.1),
    "mixup_alpha": Probe(0.0, {"mixup_prob": 1.0}),
    "mixup_prob": Probe(1.0),
    "time_mask_ratio": Probe(0.5),
    "feature_dropout_ratio": Probe(0.5),
    "grad_clip_value": Probe(0.01),
    "gradient_accumulation_steps": Probe(3),
    "use_mixed_precision": Probe("fp16"),
    "num_threads": Probe(2),
    "compile_model": Probe("compiled"),
    "gradient_shards": Probe(2),
    "save_every_n_epochs": Probe(3, {"epochs": 6, "keep_last": 2, "save_every_n_epochs": 2}),
    "keep_last": Probe(4, {"epochs": 6, "keep_last": 2, "save_every_n_epochs": 1}),
    "device": Probe("mps"),
    "seed": Probe(7),
    "deterministic": Probe(True),
}


def trainer_footprint(config: TrainerConfigV2, folder: Path, prepared: PreparedData) -> str:
    """Final weights, everything announced (times aside), checkpoints left, threads, determinism."""
    announced: list[Any] = []

    def emit(kind: str, epoch: int, step: int, data: Mapping[str, Any]) -> None:
        if kind == "epoch_started":
            announced.append(
                (torch.get_num_threads(), torch.are_deterministic_algorithms_enabled())
            )
        shown = {k: v for k, v in data.items() if k in ("val_loss", "code", "metric", "value")}
        if kind not in ("step", "checkpoint_saved"):
            announced.append((kind, epoch, step, sorted(shown.items())))

    torch.manual_seed(0)
    model = HybridCNNLSTMv2(ModelConfigV2(**{**SMALL_MODEL, "sequence_length": T}))
    counts = prepared.train.class_counts()
    weights = class_weights(counts, config.class_weight_method)
    try:
        trainer = ModelTrainerV2(
            model, config, checkpoint_dir=folder / "checkpoints",
            hooks=TrainingHooks(emit, list, int),
            class_weights=weights if config.use_class_weights else None,
        )  # fmt: skip
        trainer.train(prepared.train, prepared.validation, prepared.test)
    except ConsoleError as error:
        return str(error)
    left = sorted(path.name for path in (folder / "checkpoints").iterdir())
    return digest(*model.state_dict().values(), announced, left)


def prepare(hold_share: float) -> PreparedData:
    data = DataConfig(label="first", normalisation="none", clip_sigma=0.0, window_stride=3)
    balancing = BalancingConfig(use_oversampling=False)
    return prepare_windows(market_rows(hold_share), data, balancing, T, seed=1)


@pytest.fixture(scope="module")
def prepared() -> PreparedData:
    """Windows over noise."""
    return prepare(0.6)


@pytest.fixture(scope="module")
def nearly_one_class() -> PreparedData:
    """Windows on which a net soon predicts HOLD only."""
    return prepare(0.96)


@pytest.fixture(scope="module")
def with_gaps() -> PreparedData:
    """Windows with values that are no numbers, in every batch."""
    gaps = prepare(0.6)
    gaps.train.matrix[::7] = float("nan")
    return gaps


@pytest.fixture(autouse=True)
def machine_as_before() -> Any:
    """Threads and determinism are settings of the whole process: put them back."""
    threads, deterministic = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(deterministic)


@pytest.mark.parametrize("name", [record.name for record in fields_of(TrainerConfigV2)])
def test_that_every_trainer_setting_acts(
    name: str,
    tmp_path: Path,
    prepared: PreparedData,
    nearly_one_class: PreparedData,
    with_gaps: PreparedData,
) -> None:
    probe = TRAINER_PROBES[name]
    if "collapse" in name:
        prepared = nearly_one_class
    elif "non_finite_policy" in probe.base:
        prepared = with_gaps
    if name == "compile_model":  # acts where a run settles what it takes of the machine
        network = HybridCNNLSTMv2(ModelConfigV2(**{**SMALL_MODEL, "sequence_length": T}))
        trainer = ModelTrainerV2(network, TrainerConfigV2(num_threads=1, device="cpu"))
        assert choose(trainer, prepared.train, prepared.validation).compilation is None
        trainer.config.compile_model = "cuda_graphs"  # refused without a GPU, and said
        report = choose(trainer, prepared.train, prepared.validation).compilation
        assert report is not None and report.asked == "cuda_graphs"
        return
    base = {**QUICK, **probe.base}
    before = trainer_footprint(TrainerConfigV2(**base), tmp_path / "before", prepared)
    changed = TrainerConfigV2(**{**base, name: probe.value})
    assert before != trainer_footprint(changed, tmp_path / "after", prepared)


def test_that_training_leaves_the_same_footprint_twice(
    tmp_path: Path, prepared: PreparedData
) -> None:
    """Without this, every probe above would pass on noise."""
    config = TrainerConfigV2(**QUICK)
    first = trainer_footprint(config, tmp_path / "first", prepared)
    assert first == trainer_footprint(config, tmp_path / "second", prepared)
