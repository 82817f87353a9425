"""``train``, ``resume``, ``runs`` and ``export`` on the simulated sample, really trained."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Command

Start = Callable[..., "subprocess.Popen[str]"]
QUICK = (
    "train", "--preset", "quick_experiment", "--data", "sample", "--json", "--no-onnx",
    "--set", "use_mlflow=false", "--set", "data.days=3", "--set", "trainer.num_threads=1",
    "--set", "model.cnn_channels=8,8", "--set", "model.lstm_hidden=8",
    "--set", "model.sequence_length=20",
)  # fmt: skip


def ended(process: subprocess.Popen[str]) -> Answer:
    out, err = process.communicate(timeout=240)
    return Answer(process.returncode, out, err)


@pytest.fixture
def trained(cli: Command, tmp_path: Path) -> Answer:
    """Two epochs on the sample."""
    answer = cli(*QUICK, "--epochs", 2)
    assert answer.code == 0, answer.out
    return answer


def test_that_a_training_tells_its_epochs_and_ends_with_its_result(trained: Answer) -> None:
    progress = [line["progress"] for line in trained.lines[:-1]]
    stages = [line["name"] for line in progress if line["kind"] == "stage"]
    epochs = [line["epoch"] for line in progress if line["kind"] == "epoch_metrics"]
    assert stages == ["load", "analyse", "balance", "create_model", "train", "save"]
    assert epochs == [1, 2]
    assert trained.result["status"] == "success"
    assert Path(trained.result["model_path"]).is_file()


def test_that_a_run_is_listed_shown_and_exported(cli: Command, trained: Answer) -> None:
    run = trained.result["run"]
    [listed] = cli("runs", "list", "--json").result["runs"]
    shown = cli("runs", "show", "last", "--json").result
    exported = cli("export", run, "--format", "safetensors", "--output", "m.st", "--json").result

    assert (listed["run"], listed["state"], listed["epoch"]) == (run, "finished", 2)
    assert [epoch["epoch"] for epoch in shown["epochs_done"]] == [1, 2]
    assert any(checkpoint["is_best"] for checkpoint in shown["checkpoints"])
    assert exported["max_difference"] <= 1e-6 and exported["on_real_windows"]
    assert Path("m.st").stat().st_size == exported["size_bytes"]
    assert cli("runs", "show", run).code == 0
    assert cli("runs", "list").code == 0
    followed = cli("runs", "follow", run, "--json")
    assert followed.result["status"] == "success"


def test_that_a_finished_run_takes_no_commands(cli: Command, trained: Answer) -> None:
    answer = cli("runs", "stop", trained.result["run"], "--json")
    assert answer.code == 1
    assert "is not running: it is finished" in answer.result["error"]["message"]


def test_that_ctrl_c_keeps_everything_and_resume_goes_on(cli_process: Start) -> None:
    training = cli_process(*QUICK, "--epochs", 500)
    assert training.stdout is not None
    for line in training.stdout:
        if '"kind": "epoch_metrics"' in line:
            break
    training.send_signal(signal.SIGINT)
    stopped = ended(training)
    assert stopped.code == 130, stopped.err
    assert stopped.result["status"] == "stopped"

    resuming = cli_process("resume", stopped.result["run"], "--json")
    assert resuming.stdout is not None
    kinds = []
    for line in resuming.stdout:
        kinds.append(line)
        if '"kind": "epoch_metrics"' in line:
            break
    resuming.send_signal(signal.SIGINT)
    assert ended(resuming).code == 130
    assert any('"kind": "resumed"' in line for line in kinds)


def test_that_a_detached_training_goes_on_and_obeys(cli: Command) -> None:
    started = cli(*QUICK, "--epochs", 500, "--detach")
    run = started.result["run"]
    assert started.code == 0
    assert cli("runs", "show", run, "--json").result["state"] in ("starting", "running")
    assert cli("runs", "stop", run, "--now", "--json").result["status"] == "sent"
    followed = cli("runs", "follow", run, "--json")
    assert followed.result["status"] == "stopped", followed.out


def test_that_a_detached_training_that_cannot_start_says_why(cli: Command) -> None:
    words = [word for word in QUICK if word not in ("--data", "sample")]
    answer = cli(*words, "--legacy-only", "--detach")
    code = answer.code or cli("runs", "follow", "last", "--json").code
    assert code == 1


def test_that_a_dry_run_shows_the_plan_and_starts_nothing(cli: Command) -> None:
    answer = cli(*QUICK, "--dry-run")
    assert answer.result["status"] == "dry_run"
    assert answer.result["model"]["input_features"] == 31
    assert answer.result["trainer"]["num_threads"] == 1
    assert cli("runs", "list", "--json").result["runs"] == []
    assert "learning_rate" in cli(*[w for w in QUICK if w != "--json"], "--dry-run").out


def test_that_several_processes_share_a_batch_unless_it_is_cut_otherwise(cli: Command) -> None:
    answer = cli(*QUICK, "--dry-run", "--processes", 2)
    assert answer.result["trainer"]["gradient_shards"] == 2
    answer = cli(*QUICK, "--dry-run", "--processes", 2, "--set", "trainer.gradient_shards=6")
    assert answer.result["trainer"]["gradient_shards"] == 6
    refused = cli(*QUICK, "--dry-run", "--hosts", 2)
    assert refused.code == 2 and "meeting point" in refused.out + refused.err


@pytest.mark.slow
def test_that_a_training_in_two_processes_stops_on_ctrl_c_and_goes_on_in_one(
    cli: Command, cli_process: Start
) -> None:
    process = cli_process(*QUICK, "--epochs", 200, "--processes", 2)
    assert process.stdout is not None
    for line in process.stdout:
        if '"epoch_metrics"' in line:
            break
    process.send_signal(signal.SIGINT)
    stopped = ended(process)
    assert stopped.code == 130 and stopped.result["status"] == "stopped"
    run = stopped.result["run"]
    assert cli("runs", "show", run, "--json").result["processes"] == 2
    resumed = cli_process("resume", run, "--processes", 1, "--json")
    assert resumed.stdout is not None
    for line in resumed.stdout:
        if '"resumed"' in line:
            assert "the number of processes was 2, is now 1" in line
            break
    resumed.send_signal(signal.SIGINT)
    assert ended(resumed).result["status"] == "stopped"
    assert cli("runs", "join", run).code == 1
