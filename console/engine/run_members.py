"""Which trainings a run of several consists of: one for every seed, or for every fold."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from console.core.configs import OrchestratorConfig
from console.core.fields import to_plain
from console.core.members import member_name
from console.core.rundir import MEMBERS_FOLDER, RunDir, fill_run
from console.engine.run_plan import RunPlan


@dataclass(frozen=True)
class Member:
    """One training of ``total``; ``index`` counts from 1, ``number`` is its seed or its fold."""

    index: int
    total: int
    kind: Literal["seed", "fold"]
    number: int
    config: OrchestratorConfig
    plan: RunPlan

    @property
    def name(self) -> str:
        """ "fold-2" or "seed-43"."""
        return f"{self.kind}-{self.number}"

    @property
    def folder(self) -> str:
        """Where its run directory lies, below that of the whole run."""
        return f"{MEMBERS_FOLDER}/{member_name(self.index, self.total, self.kind, self.number)}"

    def run_in(self, run: RunDir) -> RunDir:
        """Its run directory."""
        return RunDir(run.path / self.folder)

    def to_plain(self) -> dict[str, Any]:
        """What events and results say of it."""
        return {
            "index": self.index, "total": self.total, "name": self.name, self.kind: self.number,
            "run_dir": self.folder,
        }  # fmt: skip


def members_planned(config: OrchestratorConfig, plan: RunPlan) -> list[Member]:
    """The trainings of a run, in order; each has the config and the plan of a run of its own."""
    trainer, data = plan.trainer, plan.data
    changes: list[tuple[Literal["seed", "fold"], int, dict[str, Any]]]
    if config.run_type == "seeds":
        seeds = [trainer.seed + i for i in range(config.num_seeds)]
        changes = [
            ("seed", seed, {"trainer": dataclasses.replace(trainer, seed=seed)}) for seed in seeds
        ]
    else:
        folds = range(1, data.num_folds + 1)
        changes = [("fold", fold, {"data": dataclasses.replace(data, fold=fold)}) for fold in folds]
    return [
        _member(config, plan, index, len(changes), *change)
        for index, change in enumerate(changes, start=1)
    ]


def _member(
    config: OrchestratorConfig,
    plan: RunPlan,
    index: int,
    total: int,
    kind: Literal["seed", "fold"],
    number: int,
    changes: Mapping[str, Any],
) -> Member:
    own_plan = dataclasses.replace(plan, **changes)
    own_config = dataclasses.replace(
        config, run_type="single", seed=own_plan.trainer.seed, trainer=own_plan.trainer,
        data=own_plan.data,
    )  # fmt: skip
    return Member(index, total, kind, number, own_config, own_plan)


def make_member_run(run: RunDir, member: Member) -> RunDir:
    """The run directory of ``member``, made when it is not there yet.

    Its model stays in its own folder: only one of them is the model of the whole run.

    Raises:
        RunError, WorkspaceError: ``run`` cannot be read, or the folder not be written.
    """
    made = member.run_in(run)
    if (made.path / "run.json").is_file():
        return made
    parent = run.read_run()
    config = dataclasses.replace(member.config, output_dir=str(made.export))
    return fill_run(
        made,
        config=to_plain(config),
        details={
            "plan": member.plan.to_plain(),
            "member": member.to_plain(),
            "environment": parent.get("environment", {}),
            "command_line": parent.get("command_line", []),
        },
    )
