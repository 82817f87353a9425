"""An estimate against the training that it foretold, in turns on the same machine."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from console.core.configs import DataConfig, ModelConfigV2, OrchestratorConfig, TrainerConfigV2
from console.core.events import Event
from console.core.paths import Workspace
from console.engine.data.simulated import ensure_sample
from console.engine.estimate.launch import estimate
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

WITHIN = 0.20


class Watch:
    """Keeps the times of the epochs and the peak memory of the worker of a run."""

    def __init__(self) -> None:
        self.orchestrator: TrainingOrchestratorV2 | None = None
        self.epochs: list[float] = []
        self.peak = 0

    def __call__(self, event: Event) -> None:
        assert self.orchestrator is not None and self.orchestrator.run is not None
        if event.kind == "epoch_metrics":
            self.epochs.append(event.data["epoch_time"])
        if event.kind in ("epoch_metrics", "checkpoint_saved", "evaluated"):
            pid = self.orchestrator.run.status().pid
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            line = next((line for line in lines if line.startswith("VmHWM")), "VmHWM 0")
            self.peak = max(self.peak, int(line.split()[1]) * 1024)


def train(config: OrchestratorConfig) -> Watch:
    watch = Watch()
    watch.orchestrator = TrainingOrchestratorV2(config, on_event=watch)
    result = asyncio.run(watch.orchestrator.run_training())
    assert result["status"] == "success", result
    return watch


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_that_the_epochs_and_the_memory_are_as_estimated(
    workspace: Workspace, tmp_path: Path
) -> None:
    ensure_sample(workspace)
    config = OrchestratorConfig(
        model=ModelConfigV2(input_features=31),
        trainer=TrainerConfigV2(epochs=3, num_threads=1, device="cpu"),
        data=DataConfig(dataset="sample", days=5), workspace=str(workspace.root),
        output_dir=str(tmp_path / "models"), use_mlflow=False, execution="process",
    )  # fmt: skip

    def measured() -> dict[str, Any]:
        return estimate(config, lambda share, stage: None)

    first, real, second = measured(), train(config), measured()
    ranges = [found["seconds_per_epoch_range"] for found in (first, second)]
    low, high = min(r[0] for r in ranges), max(r[1] for r in ranges)
    middle = sorted(real.epochs)[1]
    print(f"epochs {real.epochs}, estimated {ranges}")
    print(f"peak {real.peak / 1e6:.0f} MB, estimated {first['peak_memory_bytes'] / 1e6:.0f} MB")
    assert low <= middle <= high
    for found in (first, second):
        assert abs(found["peak_memory_bytes"] / real.peak - 1.0) <= WITHIN
