"""Executes a prepared run in this process: load, analyse, balance, create model, train, save."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from console.core.clock import utc_now
from console.core.configs import OrchestratorConfig
from console.core.errors import ConsoleError, WorkspaceError
from console.core.events import Event
from console.core.fields import from_plain
from console.core.files import write_json_atomic
from console.core.rundir import RunDir
from console.engine.group_worker import SilentRecorder
from console.engine.member_trainings import MemberTrainings
from console.engine.run_data import RunData
from console.engine.run_doctor import RunDoctor
from console.engine.run_plan import RunPlan
from console.engine.run_recorder import RunRecorder
from console.engine.run_stages import RunStages
from console.engine.torchrun import MAX_RESTARTS
from console.engine.tracking.mlflow_sink import MlflowSink
from console.engine.training.distributed import ALONE, ProcessLostError, World
from console.engine.training.model_trainer_v2 import ModelTrainerV2

_OF_SEVERAL = ("chosen", "spread", "pooled")
_ENDING_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
_CUT_SHORT = ConsoleError(
    "The training was ended at once, in the middle of a step.",
    remedy="Resume it from its newest checkpoint.",
)


def execute_run(
    run: RunDir,
    *,
    resume: bool = False,
    on_event: Callable[[Event], None] | None = None,
    on_trainer: Callable[[ModelTrainerV2], None] | None = None,
    recorder: RunRecorder | None = None,
    data: RunData | None = None,
    world: World = ALONE,
    restart: int = 0,
) -> dict[str, Any]:
    """Train a prepared run to its end and return its result.

    Errors become the run's ``failed`` event and a result with status "error"; nothing is lost, the
    newest checkpoint stays. ``on_trainer`` receives the trainer before its first step. Ctrl-C,
    SIGTERM and a closed terminal stop after the current step with everything saved. A run of
    several trainings calls this for each of them, with the ``recorder`` that tells the run of it
    and the ``data`` they share. Of several processes (``world``) the first does all this, the
    others only train; ``restart`` counts how often they were lost.

    Raises:
        ProcessLostError: another process is gone; the run is as a crash would leave it.
    """
    if not world.is_first:
        return _take_part(run, resume, world)
    start, started = utc_now(), time.monotonic()
    content = run.read_run()
    config = from_plain(OrchestratorConfig, content["config"])
    plan = RunPlan.from_plain(content["plan"])
    is_part, is_single = recorder is not None, config.run_type == "single"
    with recorder or RunRecorder(run, on_event) as recorder, stop_on_signals(recorder, is_part):
        logged = config.use_mlflow and is_single
        tracker = MlflowSink(config, run.id, recorder.warn) if logged else None
        if tracker is not None:
            recorder.sinks.append(tracker)
        if is_single:  # of several, each has its own
            recorder.sinks.append(RunDoctor(recorder))
        try:
            if restart:
                recorder.warn(
                    "process_lost",
                    "A process of the training was lost; all were started again (restart "
                    f"{restart} of {MAX_RESTARTS}).",
                )
            if is_single:
                stages = RunStages(
                    run, config, plan, recorder, resume=resume, on_trainer=on_trainer, data=data,
                    world=world,
                )  # fmt: skip
                result = stages.execute()
            else:
                trainings = MemberTrainings(
                    run, config, plan, recorder, train_one=execute_run, on_trainer=on_trainer
                )
                result = trainings.execute()
        except ProcessLostError:
            raise
        except KeyboardInterrupt:
            _record_failure(recorder, _CUT_SHORT)
            raise
        except Exception as error:
            details = _record_failure(recorder, error)
            text = f"{details['message']} {details['remedy']}".strip()
            result = {"status": "error", "error": text, "error_details": details}
        result = {
            **result, "run": run.id, "run_dir": str(run.path), "start_time": start,
            "end_time": utc_now(), "total_time_seconds": time.monotonic() - started,
        }  # fmt: skip
        result.setdefault("mlflow_run_id", tracker.mlflow_run_id if tracker is not None else "")
        _tell_end(recorder, run, result)
        return result


def _tell_end(recorder: RunRecorder, run: RunDir, result: dict[str, Any]) -> None:
    """Keep the result and say how the run ended; a failure has been told already."""
    if result["status"] == "released":
        recorder.emit("paused", data={"released": True})
        recorder.end("released")
    elif result["status"] != "error" and _write_result(recorder, run, result):
        reason = str(result["training_results"]["stop_reason"])
        recorder.emit("finished", data=_finished(result))
        recorder.end("stopped" if reason == "stopped" else "finished")


def _take_part(run: RunDir, resume: bool, world: World) -> dict[str, Any]:
    content, recorder = run.read_run(), SilentRecorder()
    config = from_plain(OrchestratorConfig, content["config"])
    plan = RunPlan.from_plain(content["plan"])
    with stop_on_signals(recorder):
        return RunStages(run, config, plan, recorder, resume=resume, world=world).execute()


def _write_result(recorder: RunRecorder, run: RunDir, result: dict[str, Any]) -> bool:
    """Keep the result with the run; False when the disk refuses, which ``result`` then tells."""
    try:
        write_json_atomic(run.path / "result.json", result)
    except WorkspaceError as error:
        details = _record_failure(recorder, error)
        result |= {"status": "error", "error": error.text, "error_details": details}
        return False
    return True


def _record_failure(recorder: RunRecorder, error: Exception) -> dict[str, str]:
    if isinstance(error, ConsoleError):
        known = error
    else:
        report = recorder.run.logs / f"error-{recorder.attempt}.txt"
        with contextlib.suppress(OSError):  # the error may be about this very disk
            report.write_text("".join(traceback.format_exception(error)), "utf-8")
        known = ConsoleError(
            "The training stopped on an unexpected error: {kind}: {text}.",
            remedy="Resume it from its newest checkpoint; the details are in {report}.",
            kind=type(error).__name__, text=str(error).splitlines()[0] if str(error) else "no text",
            report=report.relative_to(recorder.run.path),
        )  # fmt: skip
    recorder.emit("failed", data={"error": known.to_dict()})
    recorder.end("failed", known.text)
    return known.to_dict()


def _finished(result: dict[str, Any]) -> dict[str, Any]:
    training = result["training_results"]
    return {
        "reason": training["stop_reason"],
        "epochs_trained": training["epochs_trained"],
        "best_epoch": training["best_epoch"],
        "best_val_f1": training["best_val_f1"],
        "model_path": result["model_path"],
        "total_time_seconds": result["total_time_seconds"],
        **{name: result[name] for name in _OF_SEVERAL if name in result},
    }


@contextmanager
def stop_on_signals(
    recorder: RunRecorder | SilentRecorder, is_part: bool = False
) -> Iterator[None]:
    """Ctrl-C, SIGTERM and SIGHUP ask for stop_now; the second of any kind ends the process.

    A signal that is ignored already (``nohup``) stays ignored. One training of several
    (``is_part``) leaves this to the run that it belongs to.
    """
    if is_part or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, frame: FrameType | None) -> None:
        recorder.request("stop_now")
        if number == getattr(signal, "SIGHUP", 0):
            _let_go_of_terminal()
        for other in previous:
            signal.signal(other, _last_word(previous[other]))

    previous = {number: signal.getsignal(number) for number in _ENDING_SIGNALS}
    previous = {n: handler for n, handler in previous.items() if handler != signal.SIG_IGN}
    for number in previous:
        signal.signal(number, ask)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _last_word(handler: Any) -> Any:
    """What a second signal does. An event loop's own handler would only cancel a task."""
    return handler if handler == signal.SIG_DFL else signal.default_int_handler


def _let_go_of_terminal() -> None:
    """The terminal is closed: writing to it would fail, and nobody reads it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in (1, 2):
        if stat.S_ISCHR(os.fstat(handle).st_mode):
            os.dup2(nowhere, handle)
    os.close(nowhere)
