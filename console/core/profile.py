"""A dataset's profile: its columns, its price and its split in figures, kept beside the dataset."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from console.core.clock import utc_now
from console.core.datasets import dataset_dir
from console.core.files import jsonable, write_text_atomic
from console.core.paths import Workspace

VERSION = 1
KEPT_PROFILES = 8
BandKind = Literal["train", "validation", "test", "left_out", "outside"]
# Lewis (1994), An Introduction to Credit Scoring, and Siddiqi (2006), Credit Risk Scorecards: a
# population stability index below 0.1 is no change to speak of, above 0.25 a shift.
SMALL_DRIFT, LARGE_DRIFT = 0.10, 0.25


@dataclass(frozen=True)
class ColumnPart:
    """One column in the rows that the windows of one part cover.

    ``counts`` are over the bins of the whole column, with ``below`` and ``above`` outside them.
    ``psi`` and ``ks`` compare with the training part: population stability index and the greatest
    distance of the two distribution functions; None for training itself.
    """

    part: str
    mean: float
    deviation: float
    counts: tuple[int, ...]
    below: int
    above: int
    psi: float | None = None
    ks: float | None = None


@dataclass(frozen=True)
class ColumnProfile:
    """One column over all chosen rows; bins of equal width from ``low`` to ``high``.

    ``zeros`` and ``repeats`` are shares of the rows: exactly 0, and equal to the row before in the
    same stretch. ``missing`` is the share that had no value at import; None where not known.
    """

    name: str
    low: float
    high: float
    counts: tuple[int, ...]
    below: int
    above: int
    minimum: float
    maximum: float
    mean: float
    deviation: float
    median: float
    zeros: float
    repeats: float
    missing: float | None
    parts: tuple[ColumnPart, ...]

    @property
    def worst(self) -> ColumnPart | None:
        """The part that drifted farthest from training."""
        judged = [part for part in self.parts if part.psi is not None]
        return max(judged, key=lambda part: part.psi or 0.0, default=None)


@dataclass(frozen=True)
class PartProfile:
    """One part of the split: its windows, the rows they cover and their classes."""

    part: str
    num_windows: int
    num_rows: int
    class_counts: tuple[int, ...]


@dataclass(frozen=True)
class Band:
    """Neighbouring rows of one symbol with one lot; ``left_out`` lies between two parts.

    ``outside`` are rows before the first and after the last window. Places are as in ``PricePath``.
    """

    kind: BandKind
    first_place: float
    last_place: float
    first_time: float
    last_time: float
    num_rows: int
    num_windows: int


@dataclass(frozen=True)
class PricePath:
    """The price of one symbol, reduced to lowest and highest of each bucket, and its bands.

    ``places`` are seconds from the first row on an axis whose longest gaps are ``shortened``, so
    that nights do not fill the picture. A price of None breaks the line.
    """

    symbol: str
    num_rows: int
    times: tuple[float, ...]
    places: tuple[float, ...]
    prices: tuple[float | None, ...]
    shortened: bool
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class LabelRule:
    """How the classes were made: as in ``PreparedData.label``."""

    source: str
    column: str
    horizon_rows: int
    method: str


@dataclass(frozen=True)
class DataProfile:
    """What one choice of data looks like.

    ``problem`` says why the choice gives no windows; then there are no parts.
    """

    num_rows: int
    sequence_length: int
    label: LabelRule | None
    mid_kind: str
    columns: tuple[ColumnProfile, ...]
    parts: tuple[PartProfile, ...]
    paths: tuple[PricePath, ...]
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class _Stored:
    version: int
    made: str
    profile: DataProfile


def store_profile(workspace: Workspace, name: str, key: str, profile: DataProfile) -> None:
    """Keep the profile of dataset ``name`` under its ``gate_key``; the oldest ones give way.

    Raises:
        WorkspaceError: the dataset's folder cannot be written.
    """
    path = _path(workspace, name, key)
    plain: dict[str, Any] = dataclasses.asdict(_Stored(VERSION, utc_now(), profile))
    write_text_atomic(path, json.dumps(jsonable(plain), ensure_ascii=False))
    kept = sorted(path.parent.glob("*.json"), key=_age)
    for old in kept[:-KEPT_PROFILES]:
        old.unlink(missing_ok=True)


def read_profile(workspace: Workspace, name: str, key: str) -> DataProfile | None:
    """The profile kept under ``key``; None where there is none that can be read."""
    try:
        stored = TypeAdapter(_Stored).validate_json(_path(workspace, name, key).read_bytes())
    except (OSError, ValidationError):
        return None
    return stored.profile if stored.version == VERSION else None


def has_profile(workspace: Workspace, name: str, key: str) -> bool:
    """Whether something is kept under ``key``."""
    return _path(workspace, name, key).is_file()


def drift_level(psi: float) -> Literal["good", "warning", "bad"]:
    """What a population stability index means, as a tone of the window."""
    if psi < SMALL_DRIFT:
        return "good"
    return "warning" if psi < LARGE_DRIFT else "bad"


def _path(workspace: Workspace, name: str, key: str) -> Path:
    return dataset_dir(workspace, name) / "profiles" / f"{key[:24]}.json"


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
