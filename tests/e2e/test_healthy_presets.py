"""The presets, trained on the simulated sample as an operator would, raise no alarm."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from console.core.configs import OrchestratorConfig
from console.core.diagnosis import Diagnosis
from console.core.events import EventReader
from console.core.paths import Workspace
from console.core.presets import get_preset
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.parametrize(("preset", "epochs"), [("quick_experiment", 30), ("production_small", 14)])
def test_that_a_preset_on_the_sample_raises_no_alarm(
    preset: str, epochs: int, workspace: Workspace
) -> None:
    trainer = dataclasses.replace(
        get_preset("trainer", preset).config(), epochs=epochs, num_threads=1
    )
    config = OrchestratorConfig(
        model_preset=preset, trainer_preset=preset, trainer=trainer, feature_store_days=3,
        use_mlflow=False, workspace=str(workspace.root), output_dir=str(workspace.models),
    )  # fmt: skip
    orchestrator = TrainingOrchestratorV2(config)
    assert asyncio.run(orchestrator.run_training())["status"] == "success"
    assert orchestrator.run is not None
    events = EventReader(orchestrator.run.events).read()
    found = [Diagnosis.from_dict(event.data) for event in events if event.kind == "diagnosis"]
    assert [diagnosis for diagnosis in found if diagnosis.level != "info"] == []
