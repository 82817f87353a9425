"""The runs whose models can be asked about the windows of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QDateTime, QLocale

from console.core.checkpoints import list_checkpoints
from console.core.datasets import SAMPLE_NAME, DatasetInfo
from console.core.errors import RunError
from console.core.members import model_run
from console.core.paths import Workspace
from console.core.rundir import RunDir, list_runs
from console.ui.i18n import current_language

RUNS_LOOKED_AT = 20
_STAMP_CHARS = len("20260102-030405")


def models_of(workspace: Workspace, info: DatasetInfo | None) -> list[tuple[str, str]]:
    """The newest runs on ``info`` that have a checkpoint: their ids and words."""
    if info is None:
        return []
    found = [run for run in list_runs(workspace)[:RUNS_LOOKED_AT] if _dataset_of(run) == info.name]
    return [(run.id, _words(run)) for run in found if list_checkpoints(model_run(run).path)]


def _dataset_of(run: RunDir) -> str:
    try:
        plan: Mapping[str, Any] = run.read_run()["plan"]
        return str(plan["data"]["dataset"] or SAMPLE_NAME)
    except (RunError, KeyError, TypeError):
        return ""


def _words(run: RunDir) -> str:
    stamp, rest = run.id[:_STAMP_CHARS], run.id[_STAMP_CHARS + 1 :]
    started = QDateTime.fromString(stamp, "yyyyMMdd-HHmmss")
    when = QLocale(current_language()).toString(started, QLocale.FormatType.ShortFormat)
    return f"{rest.rpartition('-')[0]}   {when}"
