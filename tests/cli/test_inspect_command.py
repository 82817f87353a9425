"""``data inspect``: one window for people and programs, and the process that answers for many."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import psutil
import pytest

from console.core.inspection import decode_data, decode_window
from console.core.paths import Workspace
from console.engine.data.simulated import ensure_sample
from tests.cli.conftest import Command

END_S = 60

PARENT = """
import subprocess, sys
words = [sys.executable, "-m", "console", "data", "inspect", "sample", "--serve"]
child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def sample(workspace: Workspace) -> None:
    """The simulated sample."""
    ensure_sample(workspace)


def test_that_a_window_is_shown_to_people(cli: Command) -> None:
    answer = cli("data", "inspect", "sample", "--part", "test", "--at", "5")
    assert answer.code == 0
    for words in ("number 5 of test", "looks 20 rows ahead", "order_flow_imbalance", "scaled last"):
        assert words in answer.out
    left_out = cli("data", "inspect", "sample", "--part", "left_out")
    assert "purge and embargo" in left_out.out or "label is unknown" in left_out.out


def test_that_a_window_is_given_to_programs(cli: Command) -> None:
    words = ("data", "inspect", "sample", "--sequence-length", "24", "--set", "label=label_10")
    answer = cli(*words, "--window", "700", "--json")
    window, about = decode_window(answer.result["window"]), decode_data(answer.result["data"])
    assert (window.number, window.scaled.shape) == (700, (24, len(about.features)))
    assert about.label["column"] == "label_10" and window.horizon_rows == 10
    same = cli(*words, "--part", window.part, "--at", str(window.at), "--json")
    assert decode_window(same.result["window"]).number == 700


def test_that_wrong_words_are_answered(cli: Command) -> None:
    beyond = cli("data", "inspect", "sample", "--part", "test", "--at", "999999", "--json")
    assert beyond.code == 1 and "0 to" in beyond.result["error"]["message"]
    unknown = cli("data", "inspect", "smaple", "--json")
    assert unknown.code == 1 and "Did you mean 'sample'?" in unknown.result["error"]["message"]
    assert cli("data", "inspect", "--json").code == 2
    assert cli("data", "inspect", "sample", "--run", "last", "--json").code == 2
    assert cli("data", "inspect", "--run", "nothing-like-this", "--json").code == 1
    empty = ("--set", "test_fraction=0", "--set", "validation_fraction=0.3")
    none = cli("data", "inspect", "sample", *empty, "--part", "test", "--json")
    assert none.code == 1 and "has" in none.result["error"]["message"]


def test_that_a_serving_process_answers_until_its_input_ends() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "data", "inspect", "sample", "--serve"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None

    def ask(line: str) -> dict[str, Any]:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(line + "\n")
        process.stdin.flush()
        answer: dict[str, Any] = json.loads(process.stdout.readline())
        return answer

    about = decode_data(json.loads(process.stdout.readline())["ready"])
    assert about.sequence_length == 60
    assert "error" in ask("nonsense")
    assert "error" in ask('{"id": 3, "do": "window", "number": 123456789}')
    answer = ask('{"id": 4, "do": "window", "number": 12}')
    assert answer["id"] == 4 and decode_window(answer["window"]).number == 12
    assert ask('{"id": 5, "do": "counts"}')["counts"]["train"] == list(about.counts["train"])
    out, err = process.communicate(timeout=END_S)
    assert (process.returncode, out, err) == (0, "", "")


def test_that_a_serving_process_ends_with_its_parent() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None and parent.stdin is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait(timeout=END_S)
    gone, _alive = psutil.wait_procs([child], timeout=END_S)
    assert gone == [child]
    parent.stdin.close()
    parent.stdout.close()
