"""Logs a run to MLflow, when that extra is installed; never in the way of the training."""

from __future__ import annotations

import importlib.util
import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from console.core.configs import OrchestratorConfig
from console.core.events import Event
from console.engine.run_plan import make_plan

RUN_TAG = "training_console.run"
CLOSE_TIMEOUT_S = 30.0
PARAMETERS_PER_CALL = 100
_KINDS = frozenset({"run_started", "epoch_metrics", "evaluated", "finished", "failed"})
Warn = Callable[[str, str, str], None]


class MlflowSink:
    """Hears a run's events and writes them to MLflow from a thread of its own.

    Settings become parameters, epochs become metrics (step = epoch), the saved model becomes an
    artifact. A resumed run continues its MLflow run. A missing package or an unreachable server
    costs one warning, given through ``warn(code, message, remedy)`` in the thread of
    ``on_event``; the training goes on.
    """

    def __init__(self, config: OrchestratorConfig, run_id: str, warn: Warn | None = None) -> None:
        self.mlflow_run_id = ""
        self.problem = ""
        self._config, self._run_id, self._warn = config, run_id, warn or _unheard
        self._has_warned = False
        self._queue: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self.is_installed = importlib.util.find_spec("mlflow") is not None
        if self.is_installed:
            self._thread = threading.Thread(target=self._work, name="mlflow", daemon=True)
            self._thread.start()

    def on_event(self, event: Event) -> None:
        """Queue one event; returns at once."""
        self._tell_problem()
        if event.kind in _KINDS and self._thread is not None and not self.problem:
            self._queue.put(event)

    def close(self) -> None:
        """Send what is left, for at most ``CLOSE_TIMEOUT_S``, and end the MLflow run."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(CLOSE_TIMEOUT_S)

    def _tell_problem(self) -> None:
        if self._has_warned or (self.is_installed and not self.problem):
            return
        self._has_warned = True
        if not self.is_installed:
            self._warn(
                "mlflow_missing",
                "MLflow is not installed, so this run is not logged to it.",
                "Install it with: pip install 'training-console[tracking]', or set "
                "use_mlflow=false.",
            )
        else:
            self._warn(
                "mlflow_failed",
                f"MLflow at {self._config.mlflow_tracking_uri} does not answer: {self.problem}.",
                "The run itself is complete on disk; check mlflow_tracking_uri.",
            )

    def _work(self) -> None:
        try:
            log = _MlflowLog(self._config, self._run_id)
            self.mlflow_run_id = log.mlflow_run_id
            while (event := self._queue.get()) is not None:
                log.write(event)
            log.end()
        except Exception as error:  # a tracker must never end a training
            self.problem = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")


class _MlflowLog:
    """One MLflow run; every call may raise whatever the server makes of it."""

    def __init__(self, config: OrchestratorConfig, run_id: str) -> None:
        location = config.mlflow_tracking_uri
        if "://" not in location:  # a folder: MLflow asks for this consent since version 3
            os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
            location = Path(location).expanduser().resolve().as_uri()
        from mlflow import MlflowClient

        self._client: Any = MlflowClient(tracking_uri=location)
        self._status = "KILLED"
        self.mlflow_run_id = self._open(config.experiment_name, run_id)
        parameters = list(_flat(make_plan(config).to_plain()))
        for start in range(0, len(parameters), PARAMETERS_PER_CALL):
            self._log_parameters(parameters[start : start + PARAMETERS_PER_CALL])

    def write(self, event: Event) -> None:
        """Log one event."""
        if event.kind == "run_started":
            self._client.set_tag(self.mlflow_run_id, "device", str(event.data.get("device", "")))
            self._client.set_tag(self.mlflow_run_id, "dataset", str(event.data.get("dataset", "")))
        elif event.kind == "epoch_metrics":
            self._log_metrics(event.data, "", event.epoch)
        elif event.kind == "evaluated":
            self._log_metrics(event.data, f"{event.data.get('split', 'test')}_", event.epoch)
        elif event.kind == "finished":
            self._status = "KILLED" if event.data.get("reason") == "stopped" else "FINISHED"
            self._log_model(str(event.data.get("model_path") or ""))
        elif event.kind == "failed":
            self._status = "FAILED"

    def end(self) -> None:
        """Close the MLflow run in the state in which our run ended."""
        self._client.set_terminated(self.mlflow_run_id, self._status)

    def _open(self, experiment: str, run_id: str) -> str:
        found = self._client.get_experiment_by_name(experiment)
        identity = found.experiment_id if found else self._client.create_experiment(experiment)
        earlier = self._client.search_runs([identity], f"tags.`{RUN_TAG}` = '{run_id}'")
        if earlier:
            self._client.update_run(earlier[0].info.run_id, status="RUNNING")
            return str(earlier[0].info.run_id)
        made = self._client.create_run(identity, tags={RUN_TAG: run_id}, run_name=run_id)
        return str(made.info.run_id)

    def _log_parameters(self, parameters: list[tuple[str, str]]) -> None:
        from mlflow.entities import Param

        known = self._client.get_run(self.mlflow_run_id).data.params
        new = [Param(name, value) for name, value in parameters if name not in known]
        self._client.log_batch(self.mlflow_run_id, params=new)

    def _log_metrics(self, values: Mapping[str, Any], prefix: str, epoch: int) -> None:
        for name, value in values.items():
            if isinstance(value, int | float) and not isinstance(value, bool) and name != "epoch":
                self._client.log_metric(
                    self.mlflow_run_id, f"{prefix}{name}", float(value), step=epoch
                )

    def _log_model(self, path: str) -> None:
        if path and Path(path).is_file():
            self._client.log_artifact(self.mlflow_run_id, path, "model")


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(value)


def _unheard(code: str, message: str, remedy: str) -> None:
    """Nobody listens."""
