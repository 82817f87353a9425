"""Carries a run of several trainings from one to the next; each is a run directory of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from console.core.configs import OrchestratorConfig
from console.core.configs.data import Storage
from console.core.errors import ConsoleError
from console.core.events import EventReader
from console.core.members import members_of, read_result
from console.core.paths import open_workspace
from console.core.rundir import RunDir
from console.engine.data.prepare import days_of
from console.engine.data.rows import MarketRows
from console.engine.data.splits import PARTS
from console.engine.data.window_choice import label_windows
from console.engine.member_recorder import STOPS, MemberRecorder, MemberRelay
from console.engine.member_results import (
    MemberResult,
    choose_member,
    pooled_judgement,
    whole_result,
)
from console.engine.run_data import RunData, SharedData
from console.engine.run_members import Member, make_member_run, members_planned
from console.engine.run_plan import RunPlan
from console.engine.run_preparation import check_same_data
from console.engine.run_recorder import RunRecorder
from console.engine.training.model_trainer_v2 import ModelTrainerV2

STAGES = ("load", "analyse")
OnTrainer = Callable[[ModelTrainerV2], None]


class TrainOne(Protocol):
    """``execute_run``, as far as it trains a member."""

    def __call__(
        self,
        run: RunDir,
        *,
        resume: bool,
        on_trainer: OnTrainer | None,
        recorder: RunRecorder,
        data: RunData,
    ) -> dict[str, Any]:
        """Train one prepared run to its end and return its result."""


class MemberTrainings:
    """Trains the members of a run in their order.

    A member that has finished is kept, the one in progress goes on exactly where it was, the
    others follow. A stop ends the whole run after the member's epoch or step.
    """

    def __init__(
        self,
        run: RunDir,
        config: OrchestratorConfig,
        plan: RunPlan,
        recorder: RunRecorder,
        *,
        train_one: TrainOne,
        on_trainer: OnTrainer | None,
    ) -> None:
        self.run, self.config, self.plan, self.recorder = run, config, plan, recorder
        self._train_one, self._on_trainer = train_one, on_trainer
        self._data = SharedData(keep_unscaled=config.run_type == "folds")
        self._waiting: list[dict[str, Any]] = []
        self._trainers: dict[int, ModelTrainerV2] = {}

    def execute(self) -> dict[str, Any]:
        """All trainings; the result of ``run_training`` without its times.

        Raises:
            ConsoleError: the data do not suit every fold, or a training failed.
        """
        planned = members_planned(self.config, self.plan)
        if self.config.run_type == "folds" and self.plan.data.fold:
            self.recorder.warn(
                "setting_ignored",
                f"The setting fold = {self.plan.data.fold} is ignored: every fold is trained.",
            )
        finished = [member for member in planned if self._is_finished(member)]
        results = [self._result_of(member) for member in finished]
        self._tell_of_finished(results)
        members, days = self._look_ahead([m for m in planned if m not in finished])
        stopped = False
        for member in members:
            stopped = bool(results) and self._stop_waits()
            if not stopped:
                result, stopped = self._train(member, days[member.index])
                if result.result["status"] == "released":  # paused, and its process may end
                    return {"status": "released"}
                results.append(result)
                self._keep_best_trainer(results)
            if stopped:
                break
        unfinished = len(results) < len(planned) or not results[-1].finished
        return self._end(results, stopped=stopped and unfinished)

    def _end(self, results: list[MemberResult], *, stopped: bool) -> dict[str, Any]:
        results.sort(key=lambda result: result.member.index)
        pooled = pooled_judgement(results)
        if pooled is not None:
            self.recorder.emit("evaluated", data={"split": "pooled", **pooled.to_dict()})
        output_dir = Path(self.config.output_dir)
        result = whole_result(self.run, output_dir, self.plan, results, pooled, stopped=stopped)
        chosen = self._trainers.get(result["chosen"]["index"])
        if chosen is not None and self._on_trainer is not None:
            self._on_trainer(chosen)
        return result

    # ---- before the first

    def _look_ahead(
        self, members: list[Member]
    ) -> tuple[list[Member], dict[int, Mapping[str, Any]]]:
        """The members with the storage of the rows settled, and the days of their parts.

        Every fold is drawn now, so that one without a class is refused before hours of training.
        """
        if not members:
            return [], {}
        self.recorder.stage(STAGES[0], 1, len(STAGES))
        workspace = open_workspace(self.config.workspace)
        first = next(iter(members_of(self.run)), None)
        earlier = first.read_run() if first is not None else {}
        data = dataclasses.replace(members[0].plan.data, storage=self._storage(earlier))
        rows = self._data.rows(self.config, data, workspace, self.recorder.warn)
        if "resolved" in earlier:
            check_same_data(self.run, rows, earlier["resolved"])
        self.recorder.stage(STAGES[1], 2, len(STAGES))
        storage: Storage = "disk" if rows.on_disk else "memory"
        settled = [_with_storage(member, storage) for member in members]
        if members[0].kind == "seed":
            return settled, dict.fromkeys([m.index for m in members], self._days(rows, members[0]))
        return settled, {member.index: self._days(rows, member) for member in members}

    def _storage(self, earlier: Mapping[str, Any]) -> Storage:
        """Where the first start put the rows: the order of training follows from it."""
        plan = RunPlan.from_plain(earlier["plan"]) if earlier else self.plan
        return plan.data.storage

    def _days(self, rows: MarketRows, member: Member) -> Mapping[str, Any]:
        plan = member.plan
        found = label_windows(rows, plan.data, plan.balancing, plan.model.sequence_length)
        days = [days_of(rows, ends) for ends in found.ends]
        return dict(zip(PARTS, days, strict=True))

    # ---- one after the other

    def _train(self, member: Member, days: Mapping[str, Any]) -> tuple[MemberResult, bool]:
        """Train or go on with one member; also whether the whole run is to stop.

        Raises:
            ConsoleError: the training failed.
        """
        resume = (member.run_in(self.run).path / "run.json").is_file()
        run = make_member_run(self.run, member)
        self.recorder.emit("member_started", data={**member.to_plain(), "days": days})
        recorder = MemberRecorder(
            run, MemberRelay(self.recorder, member, has_story=resume), self.recorder, self._waiting
        )
        self._waiting = []
        keep = self._keep_trainer(member) if self._on_trainer is not None else None
        outcome = self._train_one(
            run, resume=resume, on_trainer=keep, recorder=recorder, data=self._data
        )
        if outcome["status"] == "error":
            self._tell_end(member, "failed", {})
            details = outcome["error_details"]
            raise ConsoleError(details["message"], remedy=details["remedy"])
        if member.index in self._trainers:
            self._trainers[member.index].forget_data()
        result = MemberResult(member, run, outcome, outcome["status"] == "success")
        if outcome["status"] != "released":
            self._tell_end(member, "finished" if result.finished else "stopped", outcome)
        return result, recorder.stop_asked or not result.finished

    def _keep_trainer(self, member: Member) -> OnTrainer:
        def keep(trainer: ModelTrainerV2) -> None:
            assert self._on_trainer is not None
            self._trainers[member.index] = trainer
            self._on_trainer(trainer)

        return keep

    def _keep_best_trainer(self, results: list[MemberResult]) -> None:
        """Only the trainer whose model would be chosen now stays in memory."""
        best = choose_member(results, self.plan)[0].member.index
        self._trainers = {index: t for index, t in self._trainers.items() if index == best}

    def _stop_waits(self) -> bool:
        """Whether a stop came between two trainings; other commands wait for the next one."""
        self._waiting += self.recorder.take_commands()
        stops = [command for command in self._waiting if command.get("command") in STOPS]
        for command in stops:
            answer = {"accepted": True, "message": "stops before the next training"}
            told = {"id": command.get("id", ""), "command": command["command"], **answer}
            self.recorder.emit("command_ack", data=told)
        return bool(stops)

    def _tell_end(self, member: Member, state: str, result: Mapping[str, Any]) -> None:
        best = result.get("best_metrics") or {}
        told = {
            **member.to_plain(), "state": state, "best_epoch": best.get("epoch", 0),
            "metrics": best, "test_metrics": result.get("test_metrics") or {},
        }  # fmt: skip
        self.recorder.emit("member_finished", data=told)

    # ---- members of earlier attempts

    def _is_finished(self, member: Member) -> bool:
        run = member.run_in(self.run)
        return run.status().state == "finished" and bool(read_result(run))

    def _result_of(self, member: Member) -> MemberResult:
        run = member.run_in(self.run)
        return MemberResult(member, run, read_result(run), finished=True)

    def _tell_of_finished(self, results: list[MemberResult]) -> None:
        """Say of members that finished what a crash kept from being said."""
        told = {
            event.data.get("index")
            for event in EventReader(self.run.events).read()
            if event.kind == "member_finished" and event.data.get("state") == "finished"
        }
        for result in results:
            if result.member.index not in told:
                self._tell_end(result.member, "finished", result.result)


def _with_storage(member: Member, storage: Storage) -> Member:
    data = dataclasses.replace(member.plan.data, storage=storage)
    return dataclasses.replace(
        member,
        plan=dataclasses.replace(member.plan, data=data),
        config=dataclasses.replace(member.config, data=data),
    )
