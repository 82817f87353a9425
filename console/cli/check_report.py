"""What a check found, in words for people; the gate before a training."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import typer

from console.cli.output import EXIT_FAILED, Invocation, Output
from console.cli.progress_bar import ProgressBar
from console.core.configs import OrchestratorConfig
from console.core.datasets import get_dataset
from console.core.errors import ConsoleError, DataError
from console.core.gate import Finding, gate_key, read_result


def show_findings(output: Output, findings: Sequence[Finding]) -> None:
    """Every finding with figures, cause, remedy, and the command or settings that mend it."""
    for finding in findings:
        output.say(f"{finding.severity:8} {finding.message} ({finding.evidence})")
        for text in filter(None, (finding.cause, finding.remedy)):
            output.say(f"{'':8}   {text}")
        if finding.mend is not None:
            output.say(f"{'':8}   {finding.mend.words}: {finding.mend.line}")


def plain_findings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings for programs; a mend also as the ``line`` to type."""
    plain = [dataclasses.asdict(finding) for finding in findings]
    for entry, finding in zip(plain, findings, strict=True):
        if finding.mend is not None:
            entry["mend"]["line"] = finding.mend.line
    return plain


def require_sound_data(invocation: Invocation, config: OrchestratorConfig) -> None:
    """Check the named dataset of ``config`` as it would be trained on, unless that was done.

    Raises:
        Exit: code 1, after the findings were told, when one of them is red.
        ConsoleError: the check cannot be run.
    """
    from console.engine.run_plan import make_plan

    plan = make_plan(config)
    if not plan.data.dataset:
        return
    output, workspace = invocation.output, invocation.workspace
    info = get_dataset(workspace, plan.data.dataset)
    key = gate_key(info, plan.data, plan.balancing, plan.model.sequence_length)
    kept = read_result(workspace, info.name, key)
    if kept is not None:
        findings: Sequence[Finding] = kept.findings
    else:
        from console.engine.data.checks import check_and_store

        try:
            with ProgressBar(output, "check") as bar:
                findings = check_and_store(
                    workspace,
                    info.name,
                    plan.data,
                    plan.balancing,
                    plan.model.sequence_length,
                    bar.move,
                )
        except ConsoleError as error:
            raise DataError(
                "The data could not be checked: {reason}",
                remedy="{what} To train without a check, add --no-check.",
                reason=error.message, what=error.remedy,
            ) from error  # fmt: skip
    _refuse_red(output, info.name, findings)


def _refuse_red(output: Output, name: str, findings: Sequence[Finding]) -> None:
    red = [finding for finding in findings if finding.severity == "red"]
    warnings = [finding for finding in findings if finding.severity == "warning"]
    show_findings(output, [*red, *warnings] if red else warnings)
    if not red:
        return
    error = DataError(
        "The data of '{name}' are not fit to train on: {reason}",
        remedy="Mend them as said, or train all the same with --no-check.",
        name=name, reason=" ".join(finding.message for finding in red),
    )  # fmt: skip
    if output.as_json:
        told = error.to_dict()
        output.result({"error": told, "findings": plain_findings([*red, *warnings])})
    else:
        output.error(error.to_dict())
    raise typer.Exit(EXIT_FAILED)
