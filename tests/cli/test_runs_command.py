"""``runs show`` over runs told by hand."""

from __future__ import annotations

import pytest

from console.core.configs import OrchestratorConfig
from console.core.events import EventWriter
from console.core.fields import to_plain
from console.core.paths import Workspace
from console.core.rundir import RunDir, create_run
from tests.cli.conftest import Command

READING = {
    "cpu_percent": 96.4, "memory_bytes": 1_200_000_000, "memory_total_bytes": 25_300_000_000,
    "disk_free_bytes": 78_100_000_000, "read_bytes_per_s": 0.0, "write_bytes_per_s": 250_000.0,
    "num_processes": 2, "num_threads": 9,
    "gpus": [{"name": "H100", "memory_bytes": 3e9, "memory_total_bytes": 80e9,
              "utilisation_percent": 71}],
}  # fmt: skip


@pytest.fixture
def run(workspace: Workspace) -> RunDir:
    return create_run(workspace, "told", config=to_plain(OrchestratorConfig()), details={})


def test_that_show_tells_what_a_run_takes_of_the_machine(cli: Command, run: RunDir) -> None:
    writer = EventWriter(run.events, run.id)
    writer.emit("heartbeat", data={**READING, "memory_bytes": 1_400_000_000})
    writer.emit("heartbeat", data=READING)
    writer.close()
    shown = cli("runs", "show", "last").out
    assert "CPU 96 %, memory 1.2 GB of 25.3 GB (1.4 GB at most)" in shown
    assert "writes 0.2 MB/s, 78.1 GB of disk free, H100 71 %, 3.0 GB of 80.0 GB" in shown
    assert cli("runs", "show", "last", "--json").result["resources"] == READING


def test_that_show_leaves_out_what_is_not_known(cli: Command, run: RunDir) -> None:
    assert "resources" not in cli("runs", "show", "last").out
    writer = EventWriter(run.events, run.id)
    writer.emit("heartbeat", data={"num_processes": 1, "cpu_percent": 3.0, "gpus": [{}]})
    writer.close()
    assert "resources      CPU 3 %, GPU" in cli("runs", "show", "last").out
