"""Settings that turn a dataset into training, validation and test windows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

from console.core.errors import Problem
from console.core.fields import config, setting

LabelSource = Literal["auto", "given", "prices"]
Normalisation = Literal["standard", "robust", "grouped", "rolling", "none"]
SplitMethod = Literal["chronological", "walk_forward", "rolling", "combinatorial"]
Storage = Literal["auto", "memory", "disk"]


@config
class DataConfig:
    """Which rows, which label, how they are split in time and how they are scaled."""

    dataset: str = setting(
        "Dataset", "Name of an imported dataset; empty takes the feature store or the sample.",
        default="", group="Data",
    )  # fmt: skip
    label: str = setting(
        "Label", "Label column; empty takes the first, or labels made from prices.", default="",
        group="Data",
    )  # fmt: skip
    label_source: LabelSource = setting(
        "Label source",
        "Use the stored classes, or make classes from future prices by the balancing preset.",
        default="auto", choice_labels=("automatic", "as stored", "from prices"), group="Data",
        advanced=True,
    )  # fmt: skip
    horizon: int = setting(
        "Horizon", "Rows ahead for labels made from prices.", default=20, unit="rows", minimum=1,
        maximum=100_000, group="Data", advanced=True,
    )  # fmt: skip
    horizon_s: float = setting(
        "Horizon in time",
        "Time ahead for labels made from prices, instead of rows; 0 counts rows.", default=0.0,
        unit="s", minimum=0.0, maximum=31_536_000.0, group="Data", advanced=True,
    )  # fmt: skip
    horizon_tolerance_s: float = setting(
        "Horizon tolerance",
        "How far from that time the nearest row may be; farther stays unlabelled.", default=1.0,
        unit="s", minimum=0.0, maximum=86_400.0, group="Data", advanced=True,
    )  # fmt: skip
    symbols: tuple[str, ...] = setting(
        "Symbols", "Symbols to train on; empty takes all.", default=(), group="Data",
    )  # fmt: skip
    days: int = setting(
        "Last days", "Only the last days of the data; 0 takes all.", default=0, unit="days",
        minimum=0, maximum=36_500, group="Data",
    )  # fmt: skip
    window_stride: int = setting(
        "Window step", "Rows between the ends of neighbouring training windows.", default=1,
        unit="rows", minimum=1, maximum=10_000, group="Data", advanced=True,
    )  # fmt: skip
    storage: Storage = setting(
        "Where the rows are held",
        "On disk they are read in blocks and shuffled within groups of blocks; automatic does so "
        "when they would take more than half of the free memory.",
        default="auto", choice_labels=("automatic", "in memory", "on disk"), group="Data",
        advanced=True,
    )  # fmt: skip
    split_method: SplitMethod = setting(
        "Split method",
        "One cut in time; or folds that walk forward, training on all earlier days or on a rolling "
        "stretch; or blocks of which some are tested and the others trained on.",
        default="chronological", group="Split",
        choice_labels=(
            "chronological", "walk-forward, growing", "walk-forward, rolling",
            "combinatorial purged",
        ),
    )  # fmt: skip
    num_blocks: int = setting(
        "Blocks",
        "Walk-forward: blocks of the test share, one for each fold. Combinatorial: blocks of all "
        "data.",
        default=5, minimum=2, maximum=24, group="Split", advanced=True,
    )  # fmt: skip
    num_test_blocks: int = setting(
        "Tested blocks", "Blocks that each combinatorial fold tests.", default=2, minimum=1,
        maximum=12, group="Split", advanced=True,
    )  # fmt: skip
    fold: int = setting(
        "Fold", "Which fold is trained, counted from 1; 0 is the last.", default=0, minimum=0,
        maximum=2_704_156, group="Split", advanced=True,
    )  # fmt: skip
    train_fraction: float = setting(
        "Training share", "Share of the days (or rows) used for training, in time order.",
        default=0.70, minimum=0.05, maximum=0.98, step=0.05, group="Split",
    )  # fmt: skip
    validation_fraction: float = setting(
        "Validation share", "Share used to choose the best epoch.", default=0.15, minimum=0.01,
        maximum=0.9, step=0.05, group="Split",
    )  # fmt: skip
    test_fraction: float = setting(
        "Test share", "Share judged once, at the very end.", default=0.15, minimum=0.0,
        maximum=0.9, step=0.05, group="Split",
    )  # fmt: skip
    embargo_fraction: float = setting(
        "Embargo", "Share of the rows left out before each later split, after purging.",
        default=0.02, minimum=0.0, maximum=0.2, step=0.01, group="Split", advanced=True,
    )  # fmt: skip
    extra_purge_rows: int = setting(
        "Extra purge", "Rows left out beyond the window length and the label horizon.", default=0,
        unit="rows", minimum=0, maximum=100_000, group="Split", advanced=True,
    )  # fmt: skip
    normalisation: Normalisation = setting(
        "Scaling",
        "Fitted on the training rows only, or for each day on the days before it; saved with the "
        "run.",
        default="standard", group="Scaling",
        choice_labels=(
            "mean and deviation", "median and quartiles", "prices and sizes in groups",
            "by previous days", "none",
        ),
    )  # fmt: skip
    rolling_days: int = setting(
        "Previous days", "Days before each day that scaling by previous days takes.", default=5,
        unit="days", minimum=1, maximum=1_000, group="Scaling", advanced=True,
    )  # fmt: skip
    clip_sigma: float = setting(
        "Clip", "Scaled values beyond this are cut; 0 is off.", default=5.0, unit="σ", minimum=0.0,
        maximum=100.0, step=0.5, group="Scaling", advanced=True,
    )  # fmt: skip

    def cross_checks(self) -> Iterator[Problem]:
        """Rules that span several fields."""
        total = self.train_fraction + self.validation_fraction + self.test_fraction
        if abs(total - 1.0) > 1e-6:
            yield Problem(
                "train_fraction", self.train_fraction,
                f"training, validation and test shares add up to {total:g}, not 1.",
            )  # fmt: skip
        if self.split_method in ("walk_forward", "rolling") and self.test_fraction <= 0:
            yield Problem(
                "test_fraction", self.test_fraction, "walk-forward folds need a test share."
            )
        if self.split_method == "combinatorial" and self.num_test_blocks >= self.num_blocks:
            yield Problem(
                "num_test_blocks", self.num_test_blocks, "at least one block must be trained on."
            )
        elif self.fold > self.num_folds:
            yield Problem("fold", self.fold, f"there are only {self.num_folds} folds.")

    @property
    def num_folds(self) -> int:
        """How many different trainings the split method makes of the data."""
        if self.split_method == "combinatorial":
            return math.comb(self.num_blocks, self.num_test_blocks)
        return 1 if self.split_method == "chronological" else self.num_blocks

    @property
    def train_share(self) -> float:
        """About which share of the rows the chosen fold trains on, before purging."""
        if self.split_method == "combinatorial":
            judged = self.validation_fraction / (self.train_fraction + self.validation_fraction)
            return (1.0 - self.num_test_blocks / self.num_blocks) * (1.0 - judged)
        if self.split_method == "walk_forward":
            earlier = ((self.fold or self.num_blocks) - 1) / self.num_blocks
            return self.train_fraction + earlier * self.test_fraction
        return self.train_fraction
