"""Runs of several processes under torchrun: kills, restarts, stops; nothing is ever left over."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psutil
import pytest

from console.core.configs import OrchestratorConfig
from console.core.errors import ConsoleError
from console.core.events import Event, EventReader, visible
from console.core.rundir import RunDir
from console.engine import supervisor
from console.engine.torchrun import MAX_RESTARTS
from console.engine.training.distributed import loopback
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2
from tests.engine.training.small_training import flat

MakeConfig = Callable[..., OrchestratorConfig]
TIMES = ("epoch_time", "samples_per_second")
TRAINER = {"epochs": 4, "gradient_shards": 2}
GONE_WITHIN_S = 60.0


@dataclass
class Watch:
    """Runs a training, keeps its events and states, and does ``act`` at an epoch of an attempt."""

    config: OrchestratorConfig
    act: Callable[[Watch], None] | None = None
    at_epoch: int = 2
    times: int = 1
    events: list[Event] = field(default_factory=list)
    states: set[str] = field(default_factory=set)
    processes: list[psutil.Process] = field(default_factory=list)

    def run_to_end(self) -> dict[str, Any]:
        self.orchestrator = TrainingOrchestratorV2(self.config, on_event=self._on_event)
        return asyncio.run(self.orchestrator.run_training())

    @property
    def run(self) -> RunDir:
        assert self.orchestrator.run is not None
        return self.orchestrator.run

    @property
    def agent(self) -> psutil.Process:
        return psutil.Process(json.loads((self.run.path / "status.json").read_text())["agent_pid"])

    @property
    def workers(self) -> list[psutil.Process]:
        """The workers by rank."""
        return sorted(self.agent.children(), key=rank_of)

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]

    def _on_event(self, event: Event) -> None:
        self.events.append(event)
        self.states.add(self.run.status().state)
        due = event.kind == "epoch_started" and event.epoch == self.at_epoch
        if due and self.act is not None and self.times > 0:
            self.times -= 1
            self.processes += [self.agent, *self.workers]
            self.act(self)


def rank_of(process: psutil.Process) -> int:
    return int(process.environ()["RANK"])


def kill_second(watch: Watch) -> None:
    watch.workers[1].kill()


def kill_agent(watch: Watch) -> None:
    watch.agent.kill()


def terminate_agent(watch: Watch) -> None:
    os.kill(watch.agent.pid, signal.SIGTERM)


def open_ports(processes: list[psutil.Process]) -> set[str]:
    """The addresses on which processes listen."""
    found = (c for process in processes for c in process.net_connections())
    return {c.laddr.ip for c in found if c.status == psutil.CONN_LISTEN}


def epochs(run: RunDir) -> list[dict[str, Any]]:
    """Every epoch that counts, without what depends on the clock."""
    found = visible(EventReader(run.events).read())
    kept = [dict(event.data) for event in found if event.kind == "epoch_metrics"]
    return [{k: v for k, v in data.items() if k not in TIMES} for data in kept]


def assert_all_gone(processes: list[psutil.Process]) -> None:
    _gone, alive = psutil.wait_procs(processes, timeout=GONE_WITHIN_S)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


@pytest.fixture
def together(small_config: MakeConfig) -> MakeConfig:
    """A config of two processes."""

    def make(**changes: Any) -> OrchestratorConfig:
        trainer = {**TRAINER, **changes.pop("trainer", {})}
        return small_config(
            **{"execution": "process", "num_processes": 2, **changes}, trainer=trainer
        )

    return make


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    for process in supervisor._launched:
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
        process.kill()
        process.wait()


@pytest.mark.slow
def test_that_a_killed_worker_costs_only_time(together: MakeConfig) -> None:
    alone = Watch(together(num_processes=1))
    assert alone.run_to_end()["status"] == "success"
    ports: set[str] = set()

    def look_and_kill(watch: Watch) -> None:
        ports.update(open_ports([watch.agent, *watch.workers]))
        kill_second(watch)

    watch = Watch(together(), look_and_kill)
    result = watch.run_to_end()
    assert result["status"] == "success", result
    assert ports <= {"127.0.0.1"}
    assert flat(epochs(watch.run)) == pytest.approx(flat(epochs(alone.run)), abs=1e-6)
    assert watch.states <= {"starting", "running", "finished"}
    assert [event.attempt for event in watch.of("run_started")] == [1, 2]
    assert watch.of("run_started")[0].data["processes"] == 2
    (warning,) = watch.of("warning")
    assert warning.data["code"] == "process_lost"
    (resumed,) = watch.of("resumed")
    assert resumed.data["exact"], resumed.data["reasons"]
    logs = {path.name for path in watch.run.logs.glob("worker-*")}
    assert logs == {f"worker-{attempt}-{rank}.log" for attempt in (1, 2) for rank in (0, 1)}
    assert_all_gone(watch.processes)


@pytest.mark.slow
def test_that_a_killed_agent_leaves_no_process_and_another_number_goes_on(
    together: MakeConfig,
) -> None:
    whole = Watch(together())
    assert whole.run_to_end()["status"] == "success"
    watch = Watch(together(), kill_agent)
    assert watch.run_to_end()["status"] == "error"
    assert_all_gone(watch.processes)
    assert watch.run.status().state == "crashed"
    events: list[Event] = []
    config = together(num_processes=3)
    result = asyncio.run(TrainingOrchestratorV2(config, on_event=events.append).resume(watch.run))
    assert result["status"] == "success", result
    assert flat(epochs(watch.run)) == pytest.approx(flat(epochs(whole.run)), abs=1e-6)
    (resumed,) = [event for event in events if event.kind == "resumed"]
    assert resumed.data["reasons"] == ["the number of processes was 2, is now 3"]


@pytest.mark.slow
def test_that_sigterm_to_the_agent_saves_and_stops(together: MakeConfig) -> None:
    watch = Watch(together(), terminate_agent)
    result = watch.run_to_end()
    assert result["status"] == "stopped" and watch.run.status().state == "stopped"
    assert watch.of("checkpoint_saved")[-1].data["reason"] == "stop"
    assert "crashed" not in watch.states
    assert_all_gone(watch.processes)


@pytest.mark.slow
def test_that_a_command_stops_all_processes(together: MakeConfig) -> None:
    watch = Watch(together(), lambda watch: watch.run.send("stop_now"))
    assert watch.run_to_end()["status"] == "stopped"
    assert not watch.of("warning")
    assert_all_gone(watch.processes)


@pytest.mark.slow
def test_that_a_worker_that_keeps_dying_ends_the_run_with_its_log(together: MakeConfig) -> None:
    def kill_again(watch: Watch) -> None:
        kill_second(watch)
        watch.at_epoch += 1

    epochs_needed = MAX_RESTARTS + 3
    watch = Watch(together(trainer={"epochs": epochs_needed}), kill_again, times=MAX_RESTARTS + 1)
    result = watch.run_to_end()
    assert result["status"] == "error" and watch.run.status().state == "crashed"
    assert "Signal 9 (SIGKILL)" in result["error_details"]["details"]
    assert "rank      : 1" in result["error_details"]["details"]
    assert_all_gone(watch.processes)


@pytest.mark.slow
def test_that_a_run_that_fails_for_a_reason_is_not_started_again(together: MakeConfig) -> None:
    config = together(trainer={"learning_rate": 0.1, "grad_clip_value": 0.0, "epochs": 4})
    config.data.dataset = "gone"  # type: ignore[union-attr]
    watch = Watch(config)
    result = watch.run_to_end()
    assert result["status"] == "error" and "gone" in result["error"]
    assert watch.run.status().state == "failed"
    assert {event.attempt for event in watch.events} == {1}


@pytest.mark.slow
def test_that_only_a_run_of_several_hosts_can_be_joined(together: MakeConfig) -> None:
    run = TrainingOrchestratorV2(together()).prepare()
    with pytest.raises(ConsoleError, match="nothing to join"):
        supervisor.join(run)


@pytest.mark.slow
def test_that_two_hosts_train_together(
    together: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two agents on this machine, which find each other as on two."""
    monkeypatch.setenv("GLOO_SOCKET_IFNAME", loopback())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{probe.getsockname()[1]}"
    config = together(num_processes=1, num_hosts=2, rendezvous=place)
    run = TrainingOrchestratorV2(config).prepare()
    agents = [supervisor.launch(run), supervisor.join(run)]
    assert [agent.wait(timeout=200) for agent in agents] == [0, 0], supervisor.crash_report(run)
    assert run.status().state == "finished"
    (started,) = [e for e in EventReader(run.events).read() if e.kind == "run_started"]
    assert started.data["processes"] == 2
