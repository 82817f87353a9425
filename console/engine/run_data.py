"""Reads and prepares the data of a run, or of several trainings one after another."""

from __future__ import annotations

import dataclasses

import psutil

from console.core.configs import DataConfig, OrchestratorConfig
from console.core.paths import Workspace
from console.engine.data.prepare import PreparedData, reseeded
from console.engine.data.rows import MarketRows
from console.engine.data.storage import MOST_OF_FREE
from console.engine.data_sources import Warn, load_rows
from console.engine.run_plan import RunPlan
from console.engine.run_preparation import prepare_run_windows


class RunData:
    """The data of one training: read once, prepared once."""

    def rows(
        self, config: OrchestratorConfig, data: DataConfig, workspace: Workspace, warn: Warn
    ) -> MarketRows:
        """The rows that ``data`` asks for, not yet scaled; as ``load_rows``."""
        return load_rows(config, data, workspace, warn)

    def prepared(self, rows: MarketRows, plan: RunPlan) -> PreparedData:
        """Their windows; as ``prepare_run_windows``."""
        return prepare_run_windows(rows, plan)


class SharedData(RunData):
    """The data of trainings whose plans differ in seed or fold alone: read once where possible.

    Trainings of other seeds share their windows. Other folds are scaled in another way, and scaling
    uses up a matrix in memory: each gets a copy while there is room for one beside the original
    (``keep_unscaled``), else the rows are read again. Rows on disk are never used up.
    """

    def __init__(self, *, keep_unscaled: bool) -> None:
        self._keep_unscaled = keep_unscaled
        self._rows: MarketRows | None = None
        self._prepared: PreparedData | None = None
        self._prepared_for: DataConfig | None = None
        self._warnings: list[tuple[str, str, str]] = []

    def rows(
        self, config: OrchestratorConfig, data: DataConfig, workspace: Workspace, warn: Warn
    ) -> MarketRows:
        """The rows that ``data`` asks for; what was said when they were read is said again."""
        if self._prepared_for != data:
            self._prepared = None  # its memory is wanted for the next fold
        if self._rows is None or not self._still_good(self._rows):
            self._rows = None
            self._warnings.clear()
            self._rows = load_rows(config, data, workspace, self._remember)
        for warning in self._warnings:
            warn(*warning)
        if self._keep_unscaled and not self._rows.on_disk and _has_room_for(self._rows):
            return dataclasses.replace(self._rows, matrix=self._rows.matrix.copy())
        return self._rows

    def prepared(self, rows: MarketRows, plan: RunPlan) -> PreparedData:
        """Their windows, drawn by the seed of ``plan``."""
        if self._prepared is None or self._prepared_for != plan.data:
            self._prepared = None
            self._prepared = super().prepared(rows, plan)
            self._prepared_for = plan.data
            return self._prepared
        return reseeded(self._prepared, plan.balancing, plan.trainer.seed)

    def _still_good(self, rows: MarketRows) -> bool:
        return rows.on_disk or rows.matrix.flags.writeable or self._prepared is not None

    def _remember(self, code: str, message: str, remedy: str) -> None:
        self._warnings.append((code, message, remedy))


def _has_room_for(rows: MarketRows) -> bool:
    """Whether a second matrix like that of ``rows`` fits well into the free memory."""
    return bool(rows.matrix.nbytes <= MOST_OF_FREE * psutil.virtual_memory().available)
