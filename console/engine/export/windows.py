"""Real windows for the proof of an export, read sparingly from the data of the run."""

from __future__ import annotations

import dataclasses

import numpy as np

from console.core.configs import OrchestratorConfig
from console.core.datasets import get_dataset
from console.core.errors import ConsoleError
from console.core.fields import from_plain
from console.core.paths import open_workspace
from console.core.rundir import RunDir
from console.engine.data.rows import MarketRows, runs
from console.engine.data_sources import load_rows
from console.engine.export.parity import NUM_WINDOWS, Windows
from console.engine.run_plan import RunPlan

FEW_DAYS = 3


def real_windows(
    run: RunDir, features: tuple[str, ...], length: int, count: int = NUM_WINDOWS
) -> Windows | None:
    """Up to ``count`` raw windows (N, T, F) spread over the last days of one symbol of the run.

    None when the data cannot be reached or no longer has the run's features.
    """
    try:
        rows = _few_rows(run)
    except (ConsoleError, OSError):
        return None  # the data moved away; the proof then uses random windows and says so
    if rows.features != features:
        return None
    starts = [
        start
        for first, stop in runs(rows.segment)
        for start in range(first, stop - length + 1)
    ]  # fmt: skip
    if not starts:
        return None
    chosen = np.unique(np.linspace(0, len(starts) - 1, count).round().astype(int))
    windows = [rows.matrix[starts[i] : starts[i] + length] for i in chosen]
    return np.ascontiguousarray(np.stack(windows), dtype=np.float32)


def _few_rows(run: RunDir) -> MarketRows:
    content = run.read_run()
    config = from_plain(OrchestratorConfig, content["config"])
    data = RunPlan.from_plain(content["plan"]).data
    workspace = open_workspace(config.workspace)
    symbols = data.symbols[:1]
    if data.dataset and not symbols:
        symbols = get_dataset(workspace, data.dataset).symbols[:1]
    few = dataclasses.replace(
        data, symbols=symbols, days=min(data.days or FEW_DAYS, FEW_DAYS), storage="memory"
    )
    config = dataclasses.replace(config, auto_select_symbols=False)
    return load_rows(config, few, workspace, _unheard)


def _unheard(code: str, message: str, remedy: str) -> None:
    """The run has already said so."""
