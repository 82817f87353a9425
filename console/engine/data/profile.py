"""The profile of a dataset as it would be split: columns, price, parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from console.core.configs.balancing import BalancingConfig
from console.core.configs.data import DataConfig
from console.core.datasets import CLASS_NAMES, get_dataset
from console.core.errors import DataError
from console.core.gate import gate_key
from console.core.paths import Workspace
from console.core.profile import DataProfile, LabelRule, PartProfile, store_profile
from console.engine.data.leakage import Plan, plan_from
from console.engine.data.normalise import rows_of_windows
from console.engine.data.profile_columns import column_profiles
from console.engine.data.profile_paths import price_paths
from console.engine.data.rows import Array, MarketRows
from console.engine.data.splits import PARTS
from console.engine.data.storage import load_stored
from console.engine.data.window_choice import choose_windows

Progress = Callable[[float, str], None]


def profile_dataset(
    workspace: Workspace,
    name: str,
    data: DataConfig,
    balancing: BalancingConfig,
    sequence_length: int,
    progress: Progress,
) -> DataProfile:
    """What dataset ``name`` looks like as ``data`` and ``balancing`` would prepare it.

    Memory holds the matrix once. A choice that leaves nothing to train on gives a profile without
    parts that says why.

    Raises:
        DataError: there is no such dataset, or its files cannot be read.
    """
    progress(0.0, "reading the rows")
    info = get_dataset(workspace, name)
    rows = load_stored(info, workspace, data.symbols, data)
    progress(0.3, "splitting")
    plan, problem = _plan(rows, data, balancing, sequence_length)
    ends = _ends(plan)
    used = {part: rows_of_windows(len(rows), at, sequence_length) for part, at in ends.items()}

    def columns_done(share: float) -> None:
        progress(0.4 + 0.5 * share, "profiling columns")

    columns = column_profiles(rows, used, info.missing, columns_done)
    progress(0.9, "drawing prices")
    return DataProfile(
        num_rows=len(rows), sequence_length=sequence_length,
        label=_label(plan), mid_kind=rows.mid_kind if rows.mid is not None else "",
        columns=columns, parts=_parts(plan, used),
        paths=price_paths(rows, ends, sequence_length),
        problem=problem.message if problem else "", remedy=problem.remedy if problem else "",
    )  # fmt: skip


def profile_and_store(
    workspace: Workspace,
    name: str,
    data: DataConfig,
    balancing: BalancingConfig,
    sequence_length: int,
    progress: Progress,
) -> DataProfile:
    """``profile_dataset``, kept beside the dataset for the window.

    Raises:
        DataError: as ``profile_dataset``.
        WorkspaceError: the profile cannot be written.
    """  # fmt: skip
    profile = profile_dataset(workspace, name, data, balancing, sequence_length, progress)
    key = gate_key(get_dataset(workspace, name), data, balancing, sequence_length)
    store_profile(workspace, name, key, profile)
    progress(1.0, "done")
    return profile


def _plan(
    rows: MarketRows, data: DataConfig, balancing: BalancingConfig, sequence_length: int
) -> tuple[Plan | None, DataError | None]:
    """What a training would get, or why it would get nothing."""
    try:
        return plan_from(rows, choose_windows(rows, data, balancing, sequence_length)), None
    except DataError as error:
        return None, error


def _ends(plan: Plan | None) -> dict[str, Array]:
    pairs = zip(PARTS, plan.ends, strict=True) if plan else ()
    return {part: ends for part, ends in pairs if len(ends)}


def _label(plan: Plan | None) -> LabelRule | None:
    if plan is None:
        return None
    label = plan.label
    return LabelRule(label["source"], label["column"], label["horizon_rows"], label["method"])


def _parts(plan: Plan | None, used: Mapping[str, npt.NDArray[np.bool_]]) -> tuple[PartProfile, ...]:
    pairs = zip(PARTS, plan.classes, strict=True) if plan else ()
    return tuple(
        PartProfile(
            part, len(classes), int(used[part].sum()),
            tuple(np.bincount(classes, minlength=len(CLASS_NAMES)).tolist()),
        )
        for part, classes in pairs
        if part in used
    )  # fmt: skip
