"""Exit codes, errors and output of the command line as a whole."""

from __future__ import annotations

import subprocess
import sys

import pytest

from console.cli import presets
from console.cli.arguments import arrange
from tests.cli.conftest import Command


def test_that_global_options_may_stand_anywhere() -> None:
    words = ["train", "--symbols", "BTCUSDT", "ETHUSDT", "--json", "--workspace", "w", "--dry-run"]
    assert arrange(words) == [
        "--json", "--workspace", "w", "train", "--symbols", "BTCUSDT,ETHUSDT", "--dry-run",
    ]  # fmt: skip


def test_that_words_after_a_double_dash_are_left_alone() -> None:
    assert arrange(["runs", "show", "--", "--json"]) == ["runs", "show", "--", "--json"]


def test_that_help_costs_neither_torch_nor_polars_nor_qt() -> None:
    code = (
        "import sys\n"
        "from console.cli.app import run_command_line\n"
        "assert run_command_line(['train', '--help']) == 0\n"
        "heavy = {'torch', 'polars', 'onnx', 'onnxruntime', 'PySide6', 'pyqtgraph', 'mlflow'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_that_an_unknown_command_is_answered_with_the_closest(cli: Command) -> None:
    answer = cli("trian")
    assert answer.code == 2
    assert "Did you mean 'train'?" in answer.err


def test_that_errors_are_one_json_object_on_the_last_line(cli: Command) -> None:
    answer = cli("runs", "show", "nothing", "--json")
    assert answer.code == 1
    assert answer.result["error"]["type"] == "RunError"
    assert "runs list" in answer.result["error"]["remedy"]
    assert answer.err == ""


def test_that_a_wrong_setting_ends_with_code_2_and_a_suggestion(cli: Command) -> None:
    answer = cli("train", "--set", "trainer.epcohs=3")
    assert answer.code == 2
    assert "Did you mean 'epochs'?" in answer.err
    assert "Traceback" not in answer.err


def test_that_a_mistake_of_ours_is_a_sentence_and_a_report(
    cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(kind: str) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(presets.store, "list_presets", fail)
    answer = cli("presets", "list", "--json")
    assert answer.code == 1
    assert answer.result["error"]["type"] == "ZeroDivisionError"
    assert "the details are in" in answer.result["error"]["remedy"]


def test_that_an_interrupt_ends_with_130(cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(kind: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(presets.store, "list_presets", interrupt)
    assert cli("presets", "list").code == 130


def test_that_a_workspace_that_cannot_be_made_is_named(cli: Command, tmp_path: object) -> None:
    answer = cli("runs", "list", "--workspace", "/dev/null/here", "--json")
    assert answer.code == 1
    assert answer.result["error"]["type"] == "WorkspaceError"
