"""``runs``: list, show, follow, and the commands to a run that lives; see also ``recovery``."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.table import Table

from console.cli import foreground, recovery
from console.cli.output import EXIT_FAILED, Invocation, Output
from console.cli.progress import epoch_table
from console.cli.resource_words import resource_line
from console.core.checkpoints import list_checkpoints
from console.core.errors import ConfigError, Problem, RunError
from console.core.events import Event, EventReader, visible
from console.core.events import follow as follow_events
from console.core.members import member_words, read_result
from console.core.rundir import LIVE_STATES, RunDir, find_run, list_runs

ANSWER_TIMEOUT_S = 20.0
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
        place = f"{summary['epoch']} of {summary['epochs']}"
        if summary["members"]:
            place = f"{summary['member']} of {summary['members']}: {place}"
        table.add_row(
            summary["run"], summary["state"], place,
            "-" if best is None else f"{best:.3f}", str(summary["best_epoch"] or "-"),
            summary["dataset"],
        )  # fmt: skip
    invocation.output.show(table)
    if not summaries:
        invocation.output.say("No runs yet; start one with `training-console train`.")
    invocation.output.result({"runs": summaries})


@app.command()
def show(context: typer.Context, run: Reference) -> None:
    """Show state, epochs or trainings, use of the machine, checkpoints, warnings and exports."""
    invocation: Invocation = context.obj
    found = find_run(invocation.workspace, run)
    content = found.read_run()
    events = visible(EventReader(found.events).read())
    epochs = [dict(event.data) for event in events if event.kind == "epoch_metrics"]
    warnings = [dict(event.data) for event in events if event.kind == "warning"]
    readings = [dict(event.data) for event in events if event.kind == "heartbeat"]
    saved = [_checkpoint(info) for info in list_checkpoints(found.path)]
    processes = processes_of(content.get("config", {}))
    summary = {
        **_summary(found),
        "processes": processes,
        "created": content.get("created"),
        "run_dir": str(found.path),
    }
    output = invocation.output
    for name, value in summary.items():
        output.say(f"{name:14} {value}")
    if readings:
        output.say(f"{'resources':14} {resource_line(readings)}")
    told = told_members(events)
    result = read_result(found)
    if told:
        _show_members(output, told, result)
    elif epochs:
        output.show(epoch_table(epochs))
    for info in saved:
        mark = " (best)" if info["is_best"] else ""
        output.say(f"checkpoint {info['name']}: epoch {info['epoch']}{mark}")
    for warning in warnings:
        output.say(f"warning {warning.get('message', '')}")
    output.result(
        {**summary, "epochs_done": epochs, "checkpoints": saved, "warnings": warnings,
         "resources": readings[-1] if readings else {}, "config": content.get("config"),
         "exports": _exports(found), "members": told, "spread": result.get("spread"),
         "pooled": result.get("pooled"), "chosen": result.get("chosen")}
    )  # fmt: skip


def told_members(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Each training of a run of several as its events tell it; none for a run of one."""
    found: dict[int, dict[str, Any]] = {}
    for event in events:
        if event.kind in ("member_started", "member_finished"):
            entry = found.setdefault(int(event.data["index"]), {"state": "running"})
            entry.update(event.data)
    return [found[index] for index in sorted(found)]


def _show_members(
    output: Output, members: Sequence[Mapping[str, Any]], result: Mapping[str, Any]
) -> None:
    table = Table("training", "state", "best epoch", "validation F1", "test F1", "test MCC",
                  "test days", box=None, pad_edge=False)  # fmt: skip
    for member in members:
        best, test = member.get("metrics") or {}, member.get("test_metrics") or {}
        days = (member.get("days") or {}).get("test") or {}
        figures = (best.get("val_f1"), test.get("f1"), test.get("mcc"))
        table.add_row(
            member_words(member), str(member["state"]), str(member.get("best_epoch") or "-"),
            *("-" if figure is None else f"{figure:.3f}" for figure in figures),
            str(days.get("count", "-")),
        )  # fmt: skip
    output.show(table)
    for words in foreground.words_of_several(result):
        output.say(words)


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
def pause(
    context: typer.Context,
    run: Reference,
    release: Annotated[
        bool, typer.Option("--release", help="Save everything and free memory and GPU, too.")
    ] = False,
) -> None:
    """Pause a run after its current step; `unpause` goes on, after --release `resume`."""
    _send(context, run, "release" if release else "pause")


@app.command()
def unpause(context: typer.Context, run: Reference) -> None:
    """Let a paused run go on."""
    _send(context, run, "resume")


@app.command()
def save(context: typer.Context, run: Reference) -> None:
    """Write a checkpoint after the current step."""
    _ask(context, run, "save")


@app.command("set")
def change(
    context: typer.Context,
    run: Reference,
    settings: Annotated[
        list[str],
        typer.Argument(metavar="NAME=VALUE...", help="learning_rate, patience, epochs, save_every"),
    ],
) -> None:
    """Change settings of a live run from its next epoch on."""
    _ask(context, run, "set", **_values(settings))


@app.command()
def join(context: typer.Context, run: Reference) -> None:
    """Let this host work for a run of several hosts that another one has begun."""
    invocation: Invocation = context.obj
    result = foreground.join(invocation, find_run(invocation.workspace, run))
    invocation.output.result(result)
    if result["exit_code"]:
        raise typer.Exit(EXIT_FAILED)


def _live(context: typer.Context, reference: str) -> RunDir:
    run = find_run(context.obj.workspace, reference)
    state = run.status().state
    if state not in LIVE_STATES:
        go_on = f"Go on with it: `training-console resume {run.id}`."
        raise RunError(
            "{run} is not running: it is {state}.",
            remedy=go_on if state == "released" else "See `training-console runs list`.",
            run=run.id, state=state,
        )  # fmt: skip
    return run


def _send(context: typer.Context, reference: str, command: str) -> None:
    invocation: Invocation = context.obj
    run = _live(context, reference)
    identity = run.send(command)
    invocation.output.say(f"Asked {run.id}: {command}")
    invocation.output.result({"status": "sent", "run": run.id, "command": command, "id": identity})


def _ask(context: typer.Context, reference: str, command: str, **arguments: Any) -> None:
    """Send a command and wait for the answer: a refusal is an error with its reason."""
    invocation: Invocation = context.obj
    run = _live(context, reference)
    offset = run.events.stat().st_size if run.events.exists() else 0
    identity = run.send(command, **arguments)
    answer = _answer(run, identity, offset)
    status = "accepted" if answer else "sent"
    told = {"status": status, "run": run.id, "command": command, "id": identity}
    if answer is None:
        invocation.output.say(f"Asked {run.id}: {command}; it has not answered yet.")
    elif not answer.get("accepted", True):
        raise RunError(
            "{run} refuses: {reason}.", remedy="See `training-console runs set --help`.",
            run=run.id, reason=str(answer.get("message", "")).rstrip("."),
        )  # fmt: skip
    else:
        invocation.output.say(f"{run.id}: {answer.get('message', '')}")
    invocation.output.result({**told, "message": (answer or {}).get("message", "")})


def _answer(run: RunDir, identity: str, offset: int) -> Mapping[str, Any] | None:
    """The acknowledgement of a command; None when the run does not answer in time."""
    found: list[Mapping[str, Any]] = []

    def look(event: Event) -> None:
        if event.kind == "command_ack" and event.data.get("id") == identity:
            found.append(event.data)

    deadline = time.monotonic() + ANSWER_TIMEOUT_S
    follow_events(
        run.events, look, until=lambda: bool(found) or time.monotonic() > deadline, offset=offset
    )
    return found[0] if found else None


def _values(settings: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals:
            problem = Problem("settings", text, f"'{text}' is not NAME=VALUE.")
            raise ConfigError("runs set", [problem])
        values[name.strip()] = _number(value.strip())
    return values


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text  # the run says what is wrong with it


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
        "member": status.member, "members": status.members,
        "best_val_f1": best.get("val_f1"), "best_epoch": best.get("epoch"),
        "dataset": (config.get("data") or {}).get("dataset", ""),
        "model": config.get("model_preset", ""), "trainer": config.get("trainer_preset", ""),
        "message": status_text,
    }  # fmt: skip


def processes_of(config: Mapping[str, Any]) -> int:
    """In how many processes a run with this config began."""
    return int(config.get("num_processes", 1)) * int(config.get("num_hosts", 1))


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
