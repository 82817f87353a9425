"""Which part may know which: the import contracts of pyproject.toml, and rules they cannot say."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import console

PACKAGE = Path(console.__file__).parent
WIDGET_MODULES = ("PySide6.QtWidgets", "PySide6.QtGui", "PySide6.QtSvg", "pyqtgraph")


def modules(folder: str = "") -> list[Path]:
    return sorted((PACKAGE / folder).rglob("*.py"))


def imports_of(path: Path) -> Iterator[str]:
    """Every module name a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls_of(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call as ``(dotted name, node)``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_that_the_import_contracts_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=PACKAGE.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_that_runtime_and_core_know_no_widgets() -> None:
    found = [
        f"{path.name}: {name}"
        for folder in ("runtime", "core")
        for path in modules(folder)
        for name in imports_of(path)
        if name.startswith(WIDGET_MODULES)
    ]
    assert found == []


def test_that_runtime_knows_the_engine_only_through_the_orchestrator() -> None:
    allowed = "console.engine.training_orchestrator_v2"
    found = [
        f"{path.name}: {name}"
        for path in modules("runtime")
        for name in imports_of(path)
        if name.startswith("console.engine") and not name.startswith(allowed)
        and name != "console.engine"
    ]  # fmt: skip
    assert found == []


def test_that_torch_files_are_only_read_as_plain_data() -> None:
    loads = [
        (path.name, call)
        for path in modules()
        for name, call in calls_of(path)
        if name == "torch.load"
    ]
    assert loads, "the exporter reads its own files back"
    for name, call in loads:
        given = {word.arg: ast.unparse(word.value) for word in call.keywords}
        assert given.get("weights_only") == "True", name


def test_that_yaml_is_only_read_safely() -> None:
    unsafe = {"yaml.load", "yaml.unsafe_load", "yaml.full_load"}
    assert [p.name for p in modules() for name, _ in calls_of(p) if name in unsafe] == []


@pytest.mark.parametrize("package", ["core", "engine", "runtime", "ui", "cli"])
def test_that_packages_import_nothing_heavy_by_themselves(package: str) -> None:
    code = (
        f"import console.{package}, sys\n"
        "heavy = {'torch', 'polars', 'PySide6', 'pyqtgraph', 'onnx', 'numpy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_that_the_orchestrators_config_costs_no_torch() -> None:
    code = (
        "from console.engine.training_orchestrator_v2 import OrchestratorConfig\n"
        "import sys\n"
        "assert not {'torch', 'polars'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_that_nobody_wrote_a_machine_path_into_the_product() -> None:
    suspicious = ("/home/", "/root/", "/work/", "/tmp/")
    found = [
        f"{path.name}: {node.value}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and any(part in node.value for part in suspicious)
    ]
    assert found == []
