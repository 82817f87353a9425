"""Settings against uneven classes; they act on the training part only, after the split."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from console.core.configs.trainer import ClassWeightMethod
from console.core.errors import Problem
from console.core.fields import config, setting

LabelMethod = Literal[
    "percentile", "fixed", "adaptive", "volatility", "mean_move", "triple_barrier"
]
PriceMove = Literal["point", "fi2010", "deeplob", "tlob"]


@config
class BalancingConfig:
    """How labels are cut from prices and how rare classes are strengthened."""

    label_method: LabelMethod = setting(
        "Label rule",
        "How a future price move becomes SELL, HOLD or BUY; limits come from training rows.",
        default="percentile", group="Labels",
        choice_labels=(
            "percentiles", "fixed threshold", "target mix", "past volatility", "half the mean move",
            "triple barrier",
        ),
    )  # fmt: skip
    price_move: PriceMove = setting(
        "Price move",
        "Which move the label rule cuts; triple barrier follows the prices themselves.",
        default="point", group="Labels",
        choice_labels=(
            "price then", "mean ahead (FI-2010)", "means ahead and before (DeepLOB)",
            "smoothed price then (TLOB)",
        ),
    )  # fmt: skip
    lower_percentile: float = setting(
        "Lower percentile", "Moves below this percentile are SELL.", default=25.0, unit="%",
        minimum=0.1, maximum=49.9, step=1.0, group="Labels",
    )  # fmt: skip
    upper_percentile: float = setting(
        "Upper percentile", "Moves above this percentile are BUY.", default=75.0, unit="%",
        minimum=50.1, maximum=99.9, step=1.0, group="Labels",
    )  # fmt: skip
    fixed_threshold: float = setting(
        "Fixed threshold", "Smallest move that is not HOLD; 0.001 is 0.1 %.", default=0.001,
        minimum=0.0, maximum=1.0, step=0.0005, group="Labels",
    )  # fmt: skip
    target_mix: tuple[float, ...] = setting(
        "Target mix", "Wanted shares of SELL, HOLD and BUY (target mix rule).",
        default=(0.30, 0.40, 0.30), minimum=0.01, maximum=0.98, group="Labels", advanced=True,
    )  # fmt: skip
    smoothing_rows: int = setting(
        "Smoothing", "Rows before both prices that TLOB moves are averaged over.", default=10,
        unit="rows", minimum=1, maximum=100_000, group="Labels", advanced=True,
    )  # fmt: skip
    volatility_rows: int = setting(
        "Volatility look-back",
        "Past rows whose moves give σ for past volatility and triple barrier.", default=100,
        unit="rows", minimum=2, maximum=100_000, group="Labels", advanced=True,
    )  # fmt: skip
    volatility_factor: float = setting(
        "Volatility factor", "Smallest move that is not HOLD, in σ of the horizon.", default=0.5,
        unit="σ", minimum=0.0, maximum=100.0, step=0.1, group="Labels",
    )  # fmt: skip
    take_profit: float = setting(
        "Take profit", "Rise that makes BUY when met first, in σ of the horizon.", default=1.0,
        unit="σ", minimum=0.01, maximum=100.0, step=0.1, group="Labels",
    )  # fmt: skip
    stop_loss: float = setting(
        "Stop loss", "Fall that makes SELL when met first, in σ of the horizon.", default=1.0,
        unit="σ", minimum=0.01, maximum=100.0, step=0.1, group="Labels",
    )  # fmt: skip
    use_oversampling: bool = setting(
        "Oversampling", "Repeat windows of rare classes while training.", default=True,
        group="Balance",
    )  # fmt: skip
    oversample_ratio: float = setting(
        "Oversampling ratio", "Rare classes are raised to this share of the largest class.",
        default=0.5, minimum=0.0, maximum=1.0, step=0.05, group="Balance",
    )  # fmt: skip
    use_class_weights: bool = setting(
        "Class weights", "Switch class weights on in the loss.", default=False, group="Balance",
    )  # fmt: skip
    class_weight_method: ClassWeightMethod = setting(
        "Weight formula", "How class weights follow from class counts.", default="balanced",
        choice_labels=("balanced", "square root", "logarithm", "effective number"),
        group="Balance", advanced=True,
    )  # fmt: skip
    focal_gamma: float = setting(
        "Focal gamma", "Taken over by the trainer where it leaves its own at the default.",
        default=2.5, minimum=0.0, maximum=5.0, step=0.25, group="Balance", advanced=True,
    )  # fmt: skip

    def cross_checks(self) -> Iterator[Problem]:
        """Rules that span several fields."""
        if len(self.target_mix) != 3 or abs(sum(self.target_mix) - 1.0) > 1e-6:
            yield Problem(
                "target_mix", self.target_mix,
                "three shares that add up to 1 are needed, for SELL, HOLD and BUY.",
            )  # fmt: skip
