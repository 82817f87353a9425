"""``doctor``: what is the matter with a run, or, without one, with the installation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from console.cli.installation import Check, check_installation
from console.cli.output import EXIT_FAILED, Invocation, Output
from console.core.diagnosis import Action, Diagnosis
from console.core.doctor import diagnoses_of
from console.core.events import Event, EventReader, visible
from console.core.rundir import RunDir, find_run

_MARKS = {"good": "ok", "warning": "!!", "problem": "XX"}


def doctor(
    context: typer.Context,
    run: Annotated[
        str, typer.Argument(help="A run's folder, id, part of it, or 'last'; none: this machine.")
    ] = "",
) -> None:
    """Say what is the matter with a run, with evidence; without a run, check the installation."""
    invocation: Invocation = context.obj
    if run:
        _examine(invocation.output, find_run(invocation.workspace, run))
    else:
        _check(invocation)


def _examine(output: Output, run: RunDir) -> None:
    told = told_of(run)
    passed = {d.code for _event, d in told if not d.active}
    for event, diagnosis in told:
        if diagnosis.active:
            output.say(_text(run, event, diagnosis))
    for code in sorted(passed):
        output.say(f"{code} has passed in the meantime.")
    if not told:
        output.say("Nothing to worry about so far.")
    plain = [{"epoch": e.epoch, "step": e.step, "t": e.t, **d.to_dict()} for e, d in told]
    output.result({"status": "success", "run": run.id, "diagnoses": plain})


def told_of(run: RunDir) -> list[tuple[Event, Diagnosis]]:
    """What the doctor told while the run was made, else what it says of the recorded events.

    Each code once, as it stands last: grown worse, or passed.
    """
    events = visible(EventReader(run.events).read())
    told = [(e, Diagnosis.from_dict(e.data)) for e in events if e.kind == "diagnosis"]
    last = {d.code: (event, d) for event, d in told or diagnoses_of(run.read_run(), events)}
    return sorted(last.values(), key=lambda entry: entry[0].seq)


def _text(run: RunDir, event: Event, diagnosis: Diagnosis) -> str:
    place = f"epoch {event.epoch}, step {event.step}"
    lines = [f"{diagnosis.level.upper()}  {diagnosis.message}  ({place})"]
    lines += [f"    Cause  {diagnosis.cause}"] if diagnosis.cause else []
    what = command_of(run.id, diagnosis.action)
    return "\n".join([*lines, f"    Do     {what}"] if what else lines)


def command_of(run: str, action: Action) -> str:
    """The command line of an action; empty where there is none."""
    if action.kind == "set":
        return f"training-console runs set {run} {action.name}={action.value}"
    if action.kind in ("stop", "stop_now"):
        return f"training-console runs stop {run}" + (" --now" * (action.kind == "stop_now"))
    if action.kind == "configure" and action.name:
        return f"training-console train ... --set trainer.{action.name}={action.value}"
    return ""


def _check(invocation: Invocation) -> None:
    checks = check_installation(invocation.workspace_option)
    _show(invocation.output, checks)
    bad = any(check.state == "problem" for check in checks)
    content: Mapping[str, Any] = {
        "status": "error" if bad else "success",
        "checks": [check.to_dict() for check in checks],
    }
    invocation.output.result(content)
    if bad:
        raise typer.Exit(EXIT_FAILED)


def _show(output: Output, checks: Sequence[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        output.say(f"{_MARKS[check.state]}  {check.name:{width}}  {check.value}")
        if check.remedy:
            output.say(f"    {'':{width}}  {check.remedy}")
