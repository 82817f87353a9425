"""The meters of a run: its whole process tree, read cheaply, whatever vanishes meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from console.engine import resources
from console.engine.resources import ResourceMeter, process_tree, read_gpus

FIELDS = {
    "cpu_percent", "memory_bytes", "memory_total_bytes", "disk_free_bytes", "read_bytes_per_s",
    "write_bytes_per_s", "num_processes", "num_threads", "gpus",
}  # fmt: skip
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
print(child.stdout.readline().decode().strip(), flush=True)
sys.stdin.read()
child.kill()
child.wait()
"""
HOLDS_MEMORY = "held = bytearray(80_000_000); print('ready', flush=True); input()"
WORKS = """
import time
while time.process_time() < 0.4: pass
print('ready', flush=True)
time.sleep(600)
"""


@contextmanager
def family(child: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process with one child that runs ``child`` and has said that it is ready."""
    command = [sys.executable, "-c", PARENT, child]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        yield parent


def test_that_a_reading_has_every_figure(tmp_path: Path) -> None:
    reading = ResourceMeter(tmp_path).read()
    missing = FIELDS - reading.keys()
    assert missing <= {"read_bytes_per_s", "write_bytes_per_s"}, missing
    assert 1 <= reading["num_processes"] <= reading["num_threads"]
    assert 0 < reading["memory_bytes"] < reading["memory_total_bytes"]
    assert reading["disk_free_bytes"] > 0


def test_that_children_count_as_the_run(tmp_path: Path) -> None:
    with family(HOLDS_MEMORY) as parent:
        assert len(list(process_tree(parent.pid))) == 2
        reading = ResourceMeter(tmp_path, parent.pid).read()
        assert reading["num_processes"] == 2
        assert reading["memory_bytes"] > 80_000_000


def test_that_the_work_of_a_child_is_the_runs(tmp_path: Path) -> None:
    """The meter knew no child at first: all that it has used was used since."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as idle:
        meter = ResourceMeter(tmp_path, idle.pid)
        idle.kill()
    with family(WORKS) as parent:
        meter._root_pid = parent.pid
        before = meter._time
        reading = meter.read()
        used_s = reading["cpu_percent"] / 100 * (meter._time - before)
        assert used_s >= 0.35  # the system counts in ticks of 10 ms


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts written bytes at once")
def test_that_written_bytes_are_counted(tmp_path: Path) -> None:
    meter = ResourceMeter(tmp_path)
    before = meter._time
    with open(tmp_path / "data", "wb") as stream:
        stream.write(os.urandom(4 << 20))
        stream.flush()
        os.fsync(stream.fileno())
    reading = meter.read()
    if psutil.Process().io_counters().write_bytes == 0:
        pytest.skip("this file system does not count what is written")
    assert reading["write_bytes_per_s"] * (meter._time - before) >= 4 << 20


def test_that_a_process_that_vanishes_leaves_its_figures_out(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        meter = ResourceMeter(tmp_path, process.pid)
        process.kill()
    reading = meter.read()
    assert reading["num_processes"] == 0
    assert "cpu_percent" not in reading
    assert "memory_bytes" not in reading


def test_that_a_folder_that_is_gone_leaves_its_figure_out(tmp_path: Path) -> None:
    assert "disk_free_bytes" not in ResourceMeter(tmp_path / "gone").read()


def test_that_the_tree_is_the_same_however_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with family(HOLDS_MEMORY) as parent:
        found = sorted(process_tree(parent.pid))
        monkeypatch.setattr(resources, "_THREADS_TELL_CHILDREN", False)
        assert sorted(process_tree(parent.pid)) == found


def test_that_the_tree_of_a_run_of_several_processes_is_its_launchers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert resources.run_root() == os.getpid()
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "run")
    assert resources.run_root() == os.getppid()


def test_that_a_run_that_uses_no_gpu_has_none() -> None:
    assert read_gpus() == []
