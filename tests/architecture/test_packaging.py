"""The wheel, the pinned versions and the set-up scripts."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from console.core.paths import resources_dir

ROOT = Path(__file__).resolve().parents[2]
SETUP = ROOT / "packaging" / "setup.sh"


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = (ROOT / "packaging" / "constraints.txt").read_text().splitlines()
    found = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonical(name): version for name, version in found}


def requirements() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [line for extra in project["optional-dependencies"].values() for line in extra]
    return {canonical(re.split(r"[<>=\[ ;]", line)[0]) for line in project["dependencies"] + extras}


def shell(script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f"set -u; source '{SETUP}'; {script}"],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_that_every_requirement_is_pinned_exactly() -> None:
    assert requirements() - set(pins()) == set()
    assert pins()["torch"] == "2.13.0"


def test_that_the_pins_are_what_is_installed() -> None:
    different = {}
    for name, version in pins().items():
        try:
            found = metadata.version(name).partition("+")[0]
        except metadata.PackageNotFoundError:
            continue  # of an extra that is not installed here
        if found != version:
            different[name] = (version, found)
    assert different == {}


def test_that_constraints_name_no_machine_and_no_index() -> None:
    text = (ROOT / "packaging" / "constraints.txt").read_text()
    assert not re.search(r"file:|https?:|^-|@ ", text, flags=re.MULTILINE)


def test_that_missing_libraries_are_named_by_package() -> None:
    wanted = "libc.so.6 libc6\nlibnothing.so.9 libnothing9\n/nowhere/font.ttf fonts-nothing\n"
    assert shell(f"missing_packages '{wanted}'").stdout.split() == ["libnothing9", "fonts-nothing"]


@pytest.mark.skipif(shutil.which("apt-get") is None, reason="not a Debian machine")
def test_that_nothing_is_installed_where_nothing_is_missing() -> None:
    done = shell("install_packages; install_packages $(missing_packages 'libc.so.6 libc6')")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_that_an_unchanged_environment_is_not_installed_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\n[ "$1" = -c ] || echo "$@" >> {log}\n')
    python.chmod(0o755)
    for _ in range(2):
        done = shell("setup_environment dev", TRAINING_CONSOLE_VENV=str(tmp_path / "venv"))
        assert done.returncode == 0, done.stderr
    [call] = log.read_text().splitlines()
    assert "-m pip install" in call and call.endswith("[dev]") and "constraints.txt" in call


def test_that_the_scripts_are_valid_shell() -> None:
    for path in (*(ROOT / "packaging").glob("*.sh"), ROOT / ".ci" / "run"):
        subprocess.run(["bash", "-n", str(path)], check=True)


@pytest.mark.slow
def test_that_the_wheel_brings_its_resources(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(tmp_path)]
    subprocess.run([*command, str(ROOT)], check=True)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    expected = {
        f"console/resources/{path.relative_to(resources_dir()).as_posix()}"
        for path in resources_dir().rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".qm"
    }
    assert expected <= names
    assert "console/py.typed" in names
    assert not any(name.startswith(("tests/", "packaging/")) for name in names)
