"""What is known about the datasets of a workspace, readable without the dataframe library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from console.core.errors import DataError, did_you_mean
from console.core.paths import Workspace

CLASS_NAMES = ("SELL", "HOLD", "BUY")
FeatureSet = Literal["basic", "reference", "all"]  # what an import of raw files computes
SAMPLE_NAME = "sample"  # the simulated order book; no import may take this name


@dataclass(frozen=True)
class LabelInfo:
    """One label of a dataset: its column, its reach into the future, and its class counts."""

    column: str
    horizon_rows: int
    counts: tuple[int, int, int]
    unlabelled: int = 0


@dataclass(frozen=True)
class DatasetInfo:
    """``dataset.yaml``: what the import found. Times are seconds.

    ``missing`` is, by feature, the share of the rows read that had no value for it; an import of an
    earlier version did not count them.
    """

    name: str
    created: str
    num_rows: int
    symbols: tuple[str, ...]
    rows_per_symbol: tuple[int, ...]
    num_days: int
    num_segments: int
    shortest_segment: int
    first_time: float
    last_time: float
    features: tuple[str, ...]
    labels: tuple[LabelInfo, ...]
    has_mid_price: bool
    row_interval_s: float
    fingerprint: str
    simulated: bool = False
    sources: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    mapping: Mapping[str, Any] = field(default_factory=dict)
    missing: Mapping[str, float] = field(default_factory=dict)


def dataset_dir(workspace: Workspace, name: str) -> Path:
    """Where dataset ``name`` is kept."""
    return workspace.datasets / name


def dataset_bytes(workspace: Workspace, name: str) -> int:
    """What the rows of dataset ``name`` take on the disk."""
    rows = dataset_dir(workspace, name) / "rows"
    return sum(path.stat().st_size for path in rows.rglob("*") if path.is_file())


def list_datasets(workspace: Workspace) -> list[DatasetInfo]:
    """Every readable dataset, in name order; damaged ones are left out."""
    if not workspace.datasets.is_dir():
        return []
    found: list[DatasetInfo] = []
    for folder in sorted(workspace.datasets.iterdir()):
        if not (folder / "dataset.yaml").is_file():
            continue
        try:
            found.append(_read(folder))
        except DataError:
            continue
    return found


def get_dataset(workspace: Workspace, name: str) -> DatasetInfo:
    """The dataset called ``name``.

    Raises:
        DataError: there is none, or its description is damaged.
    """
    folder = dataset_dir(workspace, name)
    if not name or not (folder / "dataset.yaml").is_file():
        names = [info.name for info in list_datasets(workspace)]
        close = did_you_mean(name, names)
        hint = f" Did you mean '{close}'?" if close else ""
        raise DataError(
            "There is no dataset '{name}' in {folder}; known: {known}.{hint}",
            remedy="Import one with `training-console data import`.",
            name=name, folder=workspace.datasets, known=", ".join(names) or "none", hint=hint,
        )  # fmt: skip
    return _read(folder)


def _read(folder: Path) -> DatasetInfo:
    path = folder / "dataset.yaml"
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
        raw["labels"] = tuple(
            LabelInfo(**{**label, "counts": tuple(label["counts"])}) for label in raw["labels"]
        )
        for name in ("symbols", "rows_per_symbol", "features", "sources", "warnings"):
            raw[name] = tuple(raw[name])
        return DatasetInfo(**raw)
    except (
        OSError,
        yaml.YAMLError,
        UnicodeDecodeError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:
        raise DataError(
            "{path} is damaged: {reason}.",
            remedy="Import the dataset again under the same name.",
            path=path, reason=str(error).splitlines()[0],
        ) from error  # fmt: skip
