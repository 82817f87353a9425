"""The proof of an exact resume, on real runs: interrupted, changed, damaged, alive."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.cli.app import run_command_line
from console.core.checkpoints import list_checkpoints
from console.core.configs import DataConfig, OrchestratorConfig
from console.core.datasets import DatasetInfo
from console.core.errors import CheckpointError
from console.core.events import Event
from console.core.paths import Workspace
from console.core.rundir import RunDir
from console.engine.child import run_module
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import ImportMapping
from console.engine.resume_proof.recorded import read_recorded
from console.engine.resume_proof.replay import CheckpointCopies
from console.engine.resume_proof.span import choose_span
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2
from console.engine.verify_resume import MESSAGES, verify_resume
from tests.e2e.conftest import MAPPING, market_table

MakeConfig = Callable[..., OrchestratorConfig]
Send = dict[str, Any]


def train(
    config: OrchestratorConfig, *, at: dict[int, Send] | None = None, resume: RunDir | None = None
) -> RunDir:
    """Train to the end; ``at`` holds commands by the checkpoint count at which they are sent."""
    planned, seen = dict(at or {}), 0

    def hear(event: Event) -> None:
        nonlocal seen
        seen += event.kind == "checkpoint_saved"
        command = planned.pop(seen, None)
        if command is not None:
            assert orchestrator.run is not None
            orchestrator.run.send(command["command"], **command.get("arguments", {}))

    orchestrator = TrainingOrchestratorV2(config, on_event=hear)
    work = orchestrator.resume(resume) if resume else orchestrator.run_training()
    result = asyncio.run(work)
    assert result["status"] in ("success", "stopped"), result
    assert orchestrator.run is not None
    return orchestrator.run


def files_of(run: RunDir) -> dict[str, tuple[int, int]]:
    """Every file of a run with its size and time of change."""
    paths = [path for path in run.path.rglob("*") if path.is_file()]
    stats = {str(path): path.stat() for path in paths}
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in stats.items()}


@pytest.fixture
def trained(small_config: MakeConfig) -> RunDir:
    """One epoch, never interrupted: a checkpoint before it and one behind it."""
    return train(small_config(trainer={"epochs": 1, "mixup_prob": 0.5, "batch_size": 32}))


def test_that_an_untouched_run_is_bit_identical_and_stays_untouched(trained: RunDir) -> None:
    before, told = files_of(trained), []
    check = verify_resume(trained, num_steps=20, progress=lambda *done: told.append(done))
    assert (check.status, check.steps, check.largest_difference) == ("identical", 20, 0.0)
    assert check.message.startswith("Bit-identical: 20 steps from checkpoint step-0")
    assert check.reasons == () and told[-1] == (20, 20)
    assert files_of(trained) == before


def test_that_whole_checkpoints_are_compared_when_one_is_within_reach(trained: RunDir) -> None:
    newest, older = list_checkpoints(trained.path)[:2]
    check = verify_resume(trained, to_checkpoint="last")
    assert check.status == "identical"
    assert (check.from_checkpoint, check.to_checkpoint) == (older.name, newest.name)
    assert check.steps == newest.step - older.step
    assert f"every weight, moment and generator of checkpoint {newest.name}" in check.message


def test_that_settings_changed_by_command_are_changed_again(small_config: MakeConfig) -> None:
    change = {"command": "set", "arguments": {"name": "learning_rate", "value": 1e-3}}
    config = small_config(trainer={"epochs": 3, "batch_size": 64, "save_every_n_epochs": 1})
    run = train(config, at={2: change})
    first_epoch = next(info for info in reversed(list_checkpoints(run.path)) if info.epoch == 1)
    check = verify_resume(run, checkpoint=first_epoch.name, to_checkpoint="last")
    assert check.status == "identical", check


def test_that_a_run_of_several_attempts_is_judged_by_what_still_counts(
    small_config: MakeConfig,
) -> None:
    config = small_config(trainer={"epochs": 3, "batch_size": 64})
    run = train(config, at={2: {"command": "stop_now"}})
    stale = list_checkpoints(run.path)[0]
    shutil.copytree(stale.path, run.path / "aside")
    shutil.rmtree(stale.path)  # the second attempt goes on from an earlier one
    train(config, resume=run)
    for info in list_checkpoints(run.path):
        if info.step == stale.step:
            shutil.rmtree(info.path)
    shutil.move(run.path / "aside", stale.path)
    check = verify_resume(run)
    assert check.status == "identical" and check.steps > 0
    with pytest.raises(CheckpointError, match=f"no checkpoint '{stale.name}' that counts"):
        verify_resume(run, checkpoint=stale.name)


def test_that_a_run_with_nothing_behind_its_checkpoint_says_what_to_do(trained: RunDir) -> None:
    for info in list_checkpoints(trained.path)[1:]:
        shutil.rmtree(info.path)
    check = verify_resume(trained)
    assert check.status == "cannot_tell" and check.steps == 0
    assert "nothing to replay" in check.message and "train on" in check.remedy
    shutil.rmtree(list_checkpoints(trained.path)[0].path)
    check = verify_resume(trained)
    assert check.status == "cannot_tell" and "no checkpoint to check yet" in check.message


def test_that_changed_data_are_named(
    trained: RunDir, tmp_path: Path, workspace: Workspace, small_dataset: DatasetInfo
) -> None:
    path = tmp_path / "other.parquet"
    market_table(seed=1).write_parquet(path)
    shutil.rmtree(workspace.datasets / small_dataset.name)
    import_dataset([path], ImportMapping(**MAPPING), small_dataset.name, workspace)
    check = verify_resume(trained)
    assert (check.status, check.message) == ("differs", MESSAGES["data"])
    assert "small is another version" in check.reasons[0] and check.remedy


def test_that_a_record_that_differs_by_one_bit_is_found(trained: RunDir) -> None:
    start = list_checkpoints(trained.path)[1]
    lines = trained.events.read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        event = json.loads(line)
        if event["kind"] == "step" and event["data"]["steps"][-1] > start.step + 3:
            event["data"]["loss"][-1] += 2**-20
            wrong, lines[number] = event["data"]["steps"][-1], json.dumps(event)
            break
    trained.events.write_text("\n".join(lines) + "\n", "utf-8")
    check = verify_resume(trained, checkpoint=start.name, num_steps=wrong - start.step)
    assert check.status == "within"
    assert check.largest_difference == pytest.approx(2**-20, rel=0.3)
    assert check.reasons[0] == f"the losses differ from step {wrong} on"


def test_that_another_configuration_is_named_as_the_reason(trained: RunDir) -> None:
    path = trained.path / "run.json"
    content = json.loads(path.read_text("utf-8"))
    content["plan"]["trainer"]["label_smoothing"] = 0.2
    content["environment"]["numpy"] = "1.0"
    path.write_text(json.dumps(content), "utf-8")
    check = verify_resume(trained, num_steps=5)
    assert check.status == "differs"
    assert "label_smoothing was 0.1, is now 0.2" in check.reasons
    assert any(reason.startswith("numpy was 1.0, is now ") for reason in check.reasons)


def test_that_a_checkpoint_that_does_not_exist_is_refused_with_the_known_ones(
    trained: RunDir,
) -> None:
    with pytest.raises(CheckpointError, match="it has: step-"):
        verify_resume(trained, checkpoint="step-000000999")


def test_that_a_damaged_checkpoint_is_passed_over_or_refused_by_name(
    small_config: MakeConfig,
) -> None:
    config = small_config(trainer={"epochs": 3, "batch_size": 64, "save_every_n_epochs": 1})
    run = train(config)
    newer = list_checkpoints(run.path)[1]
    weights = newer.path / "optim.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    check = verify_resume(run, num_steps=3)
    assert check.status == "identical" and check.from_checkpoint != newer.name
    with pytest.raises(CheckpointError, match=f"{newer.name} cannot be used: optim"):
        verify_resume(run, checkpoint=newer.name)


def test_that_a_live_run_is_checked_from_a_process_of_its_own(small_config: MakeConfig) -> None:
    answers: list[dict[str, Any]] = []

    def hear(event: Event) -> None:
        if event.kind == "epoch_started" and event.epoch == 2:
            assert orchestrator.run is not None and orchestrator.run.is_locked()
            path = str(orchestrator.run.path)
            answers.append(run_module("console.engine.verify_resume", [path, "--steps", "9"]))

    config = small_config(trainer={"epochs": 2, "batch_size": 64})
    orchestrator = TrainingOrchestratorV2(config, on_event=hear)
    assert asyncio.run(orchestrator.run_training())["status"] == "success"
    (answer,) = answers
    assert (answer["result"]["status"], answer["result"]["steps"]) == ("identical", 9)


def test_that_the_command_line_says_it_in_one_sentence_and_by_its_exit_code(
    trained: RunDir, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command_line(["verify-resume", "last", "--steps", "7", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["status"] == "identical" and lines[-1]["steps"] == 7
    assert lines[-1].keys() >= {
        "run", "from_checkpoint", "to_checkpoint", "largest_difference", "reasons", "message",
    }  # fmt: skip
    assert lines[-2]["progress"] == {"kind": "verify", "done": 7, "total": 7}
    shutil.rmtree(list_checkpoints(trained.path)[1].path)
    assert run_command_line(["verify-resume", trained.id]) == 1
    assert "nothing to replay" in capsys.readouterr().out


def test_that_a_checkpoint_that_is_rotated_away_while_it_is_copied_is_noticed(
    trained: RunDir, tmp_path: Path
) -> None:
    span = choose_span(trained, read_recorded(trained), 5)
    shutil.rmtree(span.start.path)
    with pytest.raises(OSError, match="step-"):
        CheckpointCopies(tmp_path, span, None)


@pytest.mark.slow
@pytest.mark.parametrize("storage", ["memory", "disk"])
def test_that_rolling_scales_and_rows_on_disk_resume_exactly(
    storage: str, small_config: MakeConfig, small_dataset: DatasetInfo
) -> None:
    data = DataConfig(
        dataset=small_dataset.name, label="label_1", normalisation="rolling", storage=storage
    )
    config = small_config(data=data, trainer={"epochs": 3, "batch_size": 64})
    whole = train(config)
    parts = train(config, at={2: {"command": "stop_now"}})
    stopped_at = list_checkpoints(parts.path)[0]
    assert not stopped_at.complete_epoch or stopped_at.epoch < 3
    train(config, resume=parts)
    first, second = (list_checkpoints(run.path)[0].path for run in (whole, parts))
    for name in ("model.safetensors", "optim.safetensors"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    assert verify_resume(parts).status == "identical"


@pytest.mark.slow
def test_that_a_compiled_run_is_repeated_compiled(small_config: MakeConfig) -> None:
    config = small_config(trainer={"epochs": 1, "batch_size": 64, "compile_model": "compiled"})
    run = train(config)
    if run.read_run()["resolved"]["compile"]["used"] == "off":
        pytest.skip("this machine cannot compile models")
    assert verify_resume(run).status == "identical"
