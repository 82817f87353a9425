"""``packaging/run.sh --smoke`` without its set-up: the whole job in the real window."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import onnxruntime
import pytest

from tests.cli.test_train_command import ended


@pytest.mark.slow
def test_that_the_whole_job_runs_in_the_window(
    cli_process: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    answer = ended(cli_process("smoke", "--json", "--keep", tmp_path / "kept"))
    assert answer.code == 0, answer.out + answer.err
    assert (answer.result["status"], answer.result["epochs"]) == ("success", 2)
    assert answer.result["max_difference"] <= 1e-4
    session = onnxruntime.InferenceSession(tmp_path / "kept" / "smoke.onnx")
    assert [item.name for item in session.get_inputs()] == ["rows"]
