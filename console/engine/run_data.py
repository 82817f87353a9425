"""Reads and prepares the data of a run, or of several trainings one after another."""

from __future__ import annotations

from console.core.configs import DataConfig, OrchestratorConfig
from console.core.paths import Workspace
from console.engine.data.prepare import PreparedData, prepare_windows, reseeded
from console.engine.data.rows import MarketRows
from console.engine.data_sources import Warn, load_rows
from console.engine.run_plan import RunPlan


class RunData:
    """The data of one training: read once, prepared once."""

    def rows(
        self, config: OrchestratorConfig, data: DataConfig, workspace: Workspace, warn: Warn
    ) -> MarketRows:
        """The rows that ``data`` asks for, not yet scaled; as ``load_rows``."""
        return load_rows(config, data, workspace, warn)

    def prepared(self, rows: MarketRows, plan: RunPlan) -> PreparedData:
        """Their windows; as ``prepare_windows``."""
        return prepare_windows(
            rows, plan.data, plan.balancing, plan.model.sequence_length, plan.trainer.seed
        )


class SharedData(RunData):
    """The data of trainings whose plans differ in seed or fold alone.

    Rows are read again only where the scaling of another fold has used up the matrix in memory;
    windows are made again only for another fold. There are never two copies in memory.
    """

    def __init__(self) -> None:
        self._rows: MarketRows | None = None
        self._prepared: PreparedData | None = None
        self._prepared_for: DataConfig | None = None
        self._warnings: list[tuple[str, str, str]] = []

    def rows(
        self, config: OrchestratorConfig, data: DataConfig, workspace: Workspace, warn: Warn
    ) -> MarketRows:
        """The rows that ``data`` asks for; what was said when they were read is said again."""
        if self._rows is None or not self._still_good(self._rows, data):
            self._rows = self._prepared = None
            self._warnings.clear()
            self._rows = load_rows(config, data, workspace, self._remember)
        for warning in self._warnings:
            warn(*warning)
        return self._rows

    def prepared(self, rows: MarketRows, plan: RunPlan) -> PreparedData:
        """Their windows, drawn by the seed of ``plan``."""
        if self._prepared is None or self._prepared_for != plan.data:
            self._prepared = None
            self._prepared = super().prepared(rows, plan)
            self._prepared_for = plan.data
            return self._prepared
        return reseeded(self._prepared, plan.balancing, plan.trainer.seed)

    def _still_good(self, rows: MarketRows, data: DataConfig) -> bool:
        unscaled = rows.on_disk or rows.matrix.flags.writeable
        return unscaled or (self._prepared is not None and self._prepared_for == data)

    def _remember(self, code: str, message: str, remedy: str) -> None:
        self._warnings.append((code, message, remedy))
