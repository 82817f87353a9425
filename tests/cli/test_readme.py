"""What the README promises is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from console.cli.app import run_command_line
from console.engine.data.mapping import mapping_from

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language; every odd part between fences is a block."""
    parts = re.split(r"^```", README, flags=re.MULTILINE)[1::2]
    found = (part.partition("\n") for part in parts)
    return [text for name, _, text in found if name == language]


def test_that_the_two_commands_stand_alone_and_exist() -> None:
    assert blocks("")[0].split("\n") == ["packaging/run.sh", "packaging/test.sh", ""]
    for name in ("run.sh", "test.sh"):
        assert (ROOT / "packaging" / name).stat().st_mode & 0o100


def test_that_the_mapping_of_the_readme_is_valid() -> None:
    [text] = blocks("yaml")
    mapping = mapping_from(yaml.safe_load(text))
    assert [label.column for label in mapping.labels] == ["label_20"]


@pytest.mark.parametrize(
    "command",
    re.findall(r"^training-console (\S+(?: [a-z]+)?)", "\n".join(blocks("")), re.MULTILINE),
)
def test_that_the_commands_of_the_readme_exist(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = command.split()
    group = words if words[0] in ("data", "runs", "presets", "models", "queue") else words[:1]
    assert run_command_line([*group, "--help"]) == 0
    capsys.readouterr()


def test_that_the_python_of_the_readme_is_python() -> None:
    for block in blocks("python"):
        compile(block, "README", "exec")
