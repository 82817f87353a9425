"""``runs``: list, show, follow, stop, pause, unpause; recover and adopt are in ``recovery``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.table import Table

from console.cli import foreground, recovery
from console.cli.output import Invocation
from console.cli.progress import epoch_table
from console.cli.resource_words import resource_line
from console.core.checkpoints import list_checkpoints
from console.core.errors import RunError
from console.core.events import EventReader, visible
from console.core.rundir import LIVE_STATES, RunDir, find_run, list_runs

Reference = Annotated[str, typer.Argument(help="A run's folder, id, part of it, or 'last'.")]
app = typer.Typer(help="Trainings of the workspace.", no_args_is_help=True)
app.command("recover")(recovery.recover)
app.command("adopt")(recovery.adopt)


@app.command("list")
def list_all(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="Only the newest.")] = 50,
) -> None:
    """List the runs, newest first."""
    invocation: Invocation = context.obj
    summaries = [_summary(run) for run in list_runs(invocation.workspace)[:limit]]
    table = Table("run", "state", "epoch", "best F1", "at", "dataset", box=None, pad_edge=False)
    for summary in summaries:
        best = summary["best_val_f1"]
        table.add_row(
            summary["run"], summary["state"], f"{summary['epoch']} of {summary['epochs']}",
            "-" if best is None else f"{best:.3f}", str(summary["best_epoch"] or "-"),
            summary["dataset"],
        )  # fmt: skip
    invocation.output.show(table)
    if not summaries:
        invocation.output.say("No runs yet; start one with `training-console train`.")
    invocation.output.result({"runs": summaries})


@app.command()
def show(context: typer.Context, run: Reference) -> None:
    """Show a run's state, epochs, use of the machine, checkpoints, warnings and exports."""
    invocation: Invocation = context.obj
    found = find_run(invocation.workspace, run)
    content = found.read_run()
    events = visible(EventReader(found.events).read())
    epochs = [dict(event.data) for event in events if event.kind == "epoch_metrics"]
    warnings = [dict(event.data) for event in events if event.kind == "warning"]
    readings = [dict(event.data) for event in events if event.kind == "heartbeat"]
    saved = [_checkpoint(info) for info in list_checkpoints(found.path)]
    summary = {**_summary(found), "created": content.get("created"), "run_dir": str(found.path)}
    output = invocation.output
    for name, value in summary.items():
        output.say(f"{name:14} {value}")
    if readings:
        output.say(f"{'resources':14} {resource_line(readings)}")
    if epochs:
        output.show(epoch_table(epochs))
    for info in saved:
        mark = " (best)" if info["is_best"] else ""
        output.say(f"checkpoint {info['name']}: epoch {info['epoch']}{mark}")
    for warning in warnings:
        output.say(f"warning {warning.get('message', '')}")
    output.result(
        {**summary, "epochs_done": epochs, "checkpoints": saved, "warnings": warnings,
         "resources": readings[-1] if readings else {}, "config": content.get("config"),
         "exports": _exports(found)}
    )  # fmt: skip


@app.command()
def follow(context: typer.Context, run: Reference) -> None:
    """Watch a run until it ends; Ctrl-C only stops watching."""
    invocation: Invocation = context.obj
    found = find_run(invocation.workspace, run)
    result = foreground.attach(invocation, found)
    if result["status"] == "detached":
        invocation.output.say("The run goes on.")
        invocation.output.result(result)
    else:
        foreground.finish(invocation, result)


@app.command()
def stop(
    context: typer.Context,
    run: Reference,
    now: Annotated[
        bool, typer.Option("--now", help="After the current step instead of the epoch.")
    ] = False,
) -> None:
    """Stop a run and keep everything."""
    _send(context, run, "stop_now" if now else "stop")


@app.command()
def pause(context: typer.Context, run: Reference) -> None:
    """Pause a run after its current step."""
    _send(context, run, "pause")


@app.command()
def unpause(context: typer.Context, run: Reference) -> None:
    """Let a paused run go on."""
    _send(context, run, "resume")


def _send(context: typer.Context, reference: str, command: str) -> None:
    invocation: Invocation = context.obj
    run = find_run(invocation.workspace, reference)
    state = run.status().state
    if state not in LIVE_STATES:
        raise RunError(
            "{run} is not running: it is {state}.",
            remedy="See `training-console runs list`.",
            run=run.id, state=state,
        )  # fmt: skip
    identity = run.send(command)
    invocation.output.say(f"Asked {run.id}: {command}")
    invocation.output.result({"status": "sent", "run": run.id, "command": command, "id": identity})


def _summary(run: RunDir) -> dict[str, Any]:
    status = run.status()
    best: dict[str, Any] = {}
    for epoch in _epochs(run):
        if (epoch.get("val_f1") or 0.0) > (best.get("val_f1") or -1.0):
            best = epoch
    try:
        config = run.read_run().get("config", {})
    except RunError as error:
        config, status_text = {}, error.message
    else:
        status_text = status.message
    return {
        "run": run.id, "state": status.state, "epoch": status.epoch, "epochs": status.epochs,
        "best_val_f1": best.get("val_f1"), "best_epoch": best.get("epoch"),
        "dataset": (config.get("data") or {}).get("dataset", ""),
        "model": config.get("model_preset", ""), "trainer": config.get("trainer_preset", ""),
        "message": status_text,
    }  # fmt: skip


def _epochs(run: RunDir) -> Iterator[dict[str, Any]]:
    """The epochs of a run without parsing its many step events."""
    try:
        with open(run.events, "rb") as stream:
            for line in stream:
                if b'"kind":"epoch_metrics"' in line and line.endswith(b"\n"):
                    yield json.loads(line)["data"]
    except (OSError, ValueError, KeyError):
        return


def _checkpoint(info: Any) -> dict[str, Any]:
    return {
        "name": info.name, "epoch": info.epoch, "step": info.step, "is_best": info.is_best,
        "size_bytes": info.size_bytes, "saved_at": info.saved_at, "reason": info.reason,
    }  # fmt: skip


def _exports(run: RunDir) -> list[dict[str, Any]]:
    try:
        lines = (run.export / "exports.jsonl").read_text("utf-8").splitlines()
    except OSError:
        return []
    return [json.loads(line) for line in lines if line.endswith("}")]
