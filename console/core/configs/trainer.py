"""Settings of the training loop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from console.core.errors import Problem
from console.core.fields import config, setting

SchedulerType = Literal[
    "cosine_warm_restarts", "cosine", "one_cycle", "reduce_on_plateau", "exponential", "constant"
]
Precision = Literal["off", "bf16", "fp16"]
CompileMode = Literal["off", "compiled", "cuda_graphs"]
ClassWeightMethod = Literal["balanced", "sqrt", "log", "effective"]
NonFinitePolicy = Literal["stop", "skip"]
StoppingMetric = Literal["val_loss", "val_f1", "val_accuracy", "val_mcc"]

_OLD_SCHEDULER_NAMES = {
    "CosineAnnealingWarmRestarts": "cosine_warm_restarts",
    "CosineAnnealing": "cosine",
    "OneCycleLR": "one_cycle",
    "ReduceLROnPlateau": "reduce_on_plateau",
    "ExponentialLR": "exponential",
}


def _modern_scheduler_name(value: Any) -> Any:
    return _OLD_SCHEDULER_NAMES.get(value, value) if isinstance(value, str) else value


def _precision_from_switch(value: Any) -> Any:
    return {True: "bf16", False: "off"}[value] if isinstance(value, bool) else value


@config
class TrainerConfigV2:
    """How ``ModelTrainerV2`` trains."""

    epochs: int = setting(
        "Epochs", "Passes over the training windows.", default=150, minimum=1, maximum=500,
        group="Training",
    )  # fmt: skip
    batch_size: int = setting(
        "Batch size", "Windows in one optimisation step.", default=256, unit="windows", minimum=8,
        maximum=4096, step=32, group="Training",
    )  # fmt: skip
    learning_rate: float = setting(
        "Learning rate", "Step size of AdamW at the top of the schedule.", default=5e-5,
        minimum=1e-7, maximum=0.1, scale="log", group="Training",
    )  # fmt: skip
    weight_decay: float = setting(
        "Weight decay", "Pulls weights to zero; never applied to norms and biases.", default=0.01,
        minimum=0.0, maximum=1.0, step=0.005, group="Training",
    )  # fmt: skip
    scheduler_type: Annotated[SchedulerType, BeforeValidator(_modern_scheduler_name)] = setting(
        "Schedule", "How the learning rate changes from epoch to epoch.",
        default="cosine_warm_restarts",
        choice_labels=(
            "warm restarts", "cosine", "one cycle", "reduce on plateau", "exponential", "constant",
        ),
        group="Schedule",
    )  # fmt: skip
    scheduler_T_0: int = setting(
        "First restart after", "Length of the first cosine cycle (warm restarts).", default=10,
        unit="epochs", minimum=1, maximum=100, group="Schedule",
    )  # fmt: skip
    scheduler_T_mult: int = setting(
        "Cycle growth", "Each cycle is this many times as long as the one before.", default=2,
        minimum=1, maximum=10, group="Schedule",
    )  # fmt: skip
    scheduler_eta_min: float = setting(
        "Lowest rate of a cycle", "The bottom of a cosine cycle (both cosine schedules).",
        default=1e-7, minimum=0.0, maximum=0.1, scale="log", group="Schedule", advanced=True,
    )  # fmt: skip
    min_learning_rate: float = setting(
        "Learning rate floor", "No schedule goes below this rate.", default=1e-7, minimum=0.0,
        maximum=0.1, scale="log", group="Schedule", advanced=True,
    )  # fmt: skip
    scheduler_patience: int = setting(
        "Plateau patience", "Evaluations without progress before the rate is reduced.", default=5,
        unit="evaluations", minimum=0, maximum=100, group="Schedule", advanced=True,
    )  # fmt: skip
    scheduler_factor: float = setting(
        "Plateau factor", "The rate is multiplied by this on a plateau.", default=0.5,
        minimum=0.01, maximum=0.99, step=0.05, group="Schedule", advanced=True,
    )  # fmt: skip
    scheduler_gamma: float = setting(
        "Exponential decay", "The rate is multiplied by this every epoch (exponential).",
        default=0.95, minimum=0.1, maximum=1.0, step=0.01, group="Schedule", advanced=True,
    )  # fmt: skip
    early_stopping_patience: int = setting(
        "Patience", "Evaluations without progress before training stops; 0 never stops.",
        default=20, unit="evaluations", minimum=0, maximum=100, group="Stopping",
    )  # fmt: skip
    early_stopping_delta: float = setting(
        "Smallest progress", "A change below this does not count as progress.", default=1e-4,
        minimum=0.0, maximum=1.0, scale="log", group="Stopping", advanced=True,
    )  # fmt: skip
    early_stopping_metric: StoppingMetric = setting(
        "Judge by", "The validation figure that decides which epoch is best.", default="val_loss",
        choice_labels=(
            "validation loss", "validation macro F1", "validation accuracy", "validation MCC",
        ),
        group="Stopping",
    )  # fmt: skip
    stop_on_collapse: bool = setting(
        "Stop on class collapse",
        "Stop when nearly every prediction is one class; otherwise only warn.", default=False,
        group="Stopping", advanced=True,
    )  # fmt: skip
    collapse_grace_epochs: int = setting(
        "Collapse grace", "First epochs in which a collapse is neither reported nor acted on.",
        default=10, unit="epochs", minimum=1, maximum=500, group="Stopping", advanced=True,
    )  # fmt: skip
    non_finite_policy: NonFinitePolicy = setting(
        "On a loss that is no number",
        "Stop, or leave that step out: neither weights nor moments change.", default="stop",
        choice_labels=("stop", "skip the step"), group="Stopping", advanced=True,
    )  # fmt: skip
    max_skipped_steps: int = setting(
        "Skip at most", "Steps in a row that may be skipped; ten times as many over the whole run.",
        default=10, unit="steps", minimum=1, maximum=10_000, group="Stopping", advanced=True,
    )  # fmt: skip
    use_focal_loss: bool = setting(
        "Focal loss", "Give more weight to windows that are hard (Lin et al. 2017).", default=True,
        group="Loss",
    )  # fmt: skip
    focal_gamma: float = setting(
        "Focal gamma", "How strongly easy windows are played down; 0 is cross-entropy.",
        default=2.5, minimum=0.0, maximum=5.0, step=0.25, group="Loss",
    )  # fmt: skip
    label_smoothing: float = setting(
        "Label smoothing", "Share of the target spread over the other classes.", default=0.1,
        minimum=0.0, maximum=0.5, step=0.05, group="Loss",
    )  # fmt: skip
    use_class_weights: bool = setting(
        "Class weights", "Give rare classes more weight in the loss.", default=False, group="Loss",
    )  # fmt: skip
    class_weight_method: ClassWeightMethod = setting(
        "Weight formula",
        "How class weights follow from class counts: inverse, its square root, logarithm, or "
        "effective number of samples (Cui et al. 2019).", default="balanced",
        choice_labels=("balanced", "square root", "logarithm", "effective number"), group="Loss",
        advanced=True,
    )  # fmt: skip
    direction_loss_weight: float = setting(
        "Direction weight", "Share of the direction head in the total loss.", default=1.0,
        minimum=0.0, maximum=10.0, step=0.1, group="Loss", advanced=True,
    )  # fmt: skip
    confidence_loss_weight: float = setting(
        "Confidence weight", "Share of the confidence head in the total loss.", default=0.5,
        minimum=0.0, maximum=10.0, step=0.1, group="Loss", advanced=True,
    )  # fmt: skip
    return_loss_weight: float = setting(
        "Return weight", "Share of the expected-return head in the total loss.", default=0.3,
        minimum=0.0, maximum=10.0, step=0.1, group="Loss", advanced=True,
    )  # fmt: skip
    use_augmentation: bool = setting(
        "Augmentation", "Switch for noise, MixUp, time masking and feature dropout.", default=True,
        group="Augmentation",
    )  # fmt: skip
    gaussian_noise_std: float = setting(
        "Gaussian noise", "Noise added to the inputs, in units of the scaled feature.",
        default=0.01, unit="σ", minimum=0.0, maximum=0.1, step=0.005, group="Augmentation",
    )  # fmt: skip
    mixup_alpha: float = setting(
        "MixUp alpha", "Shape of the mixing weight (Zhang et al. 2018); 0 is off.", default=0.2,
        minimum=0.0, maximum=5.0, step=0.05, group="Augmentation",
    )  # fmt: skip
    mixup_prob: float = setting(
        "MixUp chance", "Share of the batches that are mixed.", default=0.3, minimum=0.0,
        maximum=1.0, step=0.05, group="Augmentation",
    )  # fmt: skip
    time_mask_ratio: float = setting(
        "Time masking", "Longest stretch of rows set to zero, as a share of the window.",
        default=0.0, minimum=0.0, maximum=0.5, step=0.05, group="Augmentation", advanced=True,
    )  # fmt: skip
    feature_dropout_ratio: float = setting(
        "Feature dropout", "Share of the features set to zero in a window.", default=0.0,
        minimum=0.0, maximum=0.5, step=0.05, group="Augmentation", advanced=True,
    )  # fmt: skip
    grad_clip_value: float = setting(
        "Gradient clipping", "Largest gradient norm; 0 is off.", default=1.0, minimum=0.0,
        maximum=1000.0, step=0.5, group="Optimisation", advanced=True,
    )  # fmt: skip
    gradient_accumulation_steps: int = setting(
        "Gradient accumulation", "Batches added up before one step.", default=1, unit="batches",
        minimum=1, maximum=64, group="Optimisation", advanced=True,
    )  # fmt: skip
    use_mixed_precision: Annotated[Precision, BeforeValidator(_precision_from_switch)] = setting(
        "Mixed precision", "Half-precision arithmetic, where the device has it.", default="off",
        group="Optimisation", advanced=True,
    )  # fmt: skip
    num_threads: int = setting(
        "CPU threads",
        "Threads for the CPU; 0 times a few steps at the first start and keeps the best number.",
        default=0, unit="threads", minimum=0, maximum=512, group="Optimisation", advanced=True,
    )  # fmt: skip
    compile_model: CompileMode = setting(
        "Compilation",
        "Code generated for this model and machine; takes a minute at the start and is used only "
        "where a timing says that it is faster.",
        default="off", choice_labels=("off", "compiled", "compiled, with CUDA graphs"),
        group="Optimisation", advanced=True,
    )  # fmt: skip
    gradient_shards: int = setting(
        "Gradient shards",
        "Each batch is computed in so many parts, which several processes can share; results "
        "depend on the parts, not on the processes.", default=1, unit="parts", minimum=1,
        maximum=256, group="Optimisation", advanced=True,
    )  # fmt: skip
    save_every_n_epochs: int = setting(
        "Save every", "Epochs between kept checkpoints; the latest state is always saved.",
        default=10, unit="epochs", minimum=1, maximum=500, group="Checkpoints",
    )  # fmt: skip
    keep_last: int = setting(
        "Keep", "How many checkpoints to keep beside the best one.", default=3, unit="checkpoints",
        minimum=2, maximum=1000, group="Checkpoints", advanced=True,
    )  # fmt: skip
    device: str = setting(
        "Device", "auto, cpu, cuda, cuda:0 or mps.", default="auto", group="Machine",
        advanced=True,
    )  # fmt: skip
    seed: int = setting(
        "Seed",
        "The same seed with as many CPU threads on the same machine gives the same weights.",
        default=42, minimum=0, maximum=2**31 - 1, group="Machine",
    )  # fmt: skip
    deterministic: bool = setting(
        "Deterministic kernels", "Only reproducible kernels, even where slower.", default=False,
        group="Machine", advanced=True,
    )  # fmt: skip

    def cross_checks(self) -> Iterator[Problem]:
        """Rules that span several fields."""
        for name in ("min_learning_rate", "scheduler_eta_min"):
            if getattr(self, name) > self.learning_rate:
                yield Problem(
                    name, getattr(self, name),
                    f"{getattr(self, name):g} is above the learning rate {self.learning_rate:g}.",
                )  # fmt: skip
        base = self.device.partition(":")[0]
        if base not in ("auto", "cpu", "cuda", "mps"):
            yield Problem(
                "device", self.device, f"{self.device!r} is not auto, cpu, cuda, cuda:N or mps."
            )
