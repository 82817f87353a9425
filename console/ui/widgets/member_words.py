"""The trainings of a run of several, in the operator's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.core.members import split_name
from console.runtime.run_members import MemberState, RunMembers
from console.ui.i18n import tr, trn
from console.ui.plots.numbers import value_text

MEMBER_ROLES: Mapping[MemberState, str] = {
    "waiting": "border", "running": "good", "paused": "warning", "finished": "accent",
    "stopped": "muted", "failed": "bad",
}  # fmt: skip


def member_name(kind: str, number: int) -> str:
    """A training by itself: "Fold 2", "Seed 43"."""
    return tr("Seed {n}", n=number) if kind == "seed" else tr("Fold {n}", n=number)


def member_place(data: Mapping[str, Any]) -> str:
    """Which training of how many an event is of; empty for one of the whole run."""
    kind, number = split_name(str(data.get("member_name") or data.get("name") or ""))
    index = data.get("member") or data.get("index")
    total = data.get("members") or data.get("total")
    if not kind:
        return ""
    if kind == "fold":
        return tr("Fold {n} of {total}", n=number, total=total)
    return tr("Seed {n}, {index} of {total}", n=number, index=index, total=total)


def member_state_words(state: MemberState) -> str:
    """What a training is doing."""
    return {
        "waiting": tr("waiting"), "running": tr("training"), "paused": tr("paused"),
        "finished": tr("finished"), "stopped": tr("stopped"), "failed": tr("failed"),
    }[state]  # fmt: skip


def summary_words(members: RunMembers) -> str:
    """What the trainings add up to: pooled folds, or mean and deviation over seeds."""
    if members.pooled:
        return tr(
            "Pooled test: macro F1 {f1}, MCC {mcc}",
            f1=value_text(members.pooled.get("f1")), mcc=value_text(members.pooled.get("mcc")),
        )  # fmt: skip
    test = members.spread.get("test") or {}
    if test.get("f1"):
        return tr(
            "Test: macro F1 {f1}, MCC {mcc}", f1=_spread(test["f1"]), mcc=_spread(test["mcc"])
        )
    return ""


def summary_details(members: RunMembers) -> str:
    """The longer story of the same, one fact a line."""
    lines = []
    pooled, test = members.pooled, members.spread.get("test") or {}
    if pooled:
        lines = [
            trn("{count} test window", "{count} test windows", int(pooled["num_samples"]),
                count=f"{pooled['num_samples']:,}"),
            tr("accuracy {value}", value=value_text(pooled.get("accuracy"))),
            tr("majority floor {value}", value=value_text(pooled.get("majority_floor"))),
            tr("persistence floor {value}", value=value_text(pooled.get("persistence_floor"))),
            tr("calibration error {value}", value=value_text(pooled.get("ece"))),
            tr("Brier score {value}", value=value_text(pooled.get("brier"))),
        ]  # fmt: skip
    if test.get("f1"):
        low, high = value_text(test["f1"]["min"]), value_text(test["f1"]["max"])
        mean = _spread(test["f1"])
        lines.append(
            tr("Macro F1 by training: {mean}, {low} to {high}", mean=mean, low=low, high=high)
        )
    if members.chosen:
        lines.append(chosen_words(members.chosen))
    return "\n".join(lines)


def chosen_words(chosen: Mapping[str, Any]) -> str:
    """Whose model is kept, and why."""
    name = member_name(*split_name(str(chosen.get("name", ""))))
    if chosen.get("why") == "best_validation":
        return tr("The model kept is that of {name}: the best on validation.", name=name)
    if chosen.get("why") == "newest_data":
        return tr("The model kept is that of {name}: it trains on the newest data.", name=name)
    return tr("The model kept is that of {name}.", name=name)


def _spread(values: Mapping[str, Any] | None) -> str:
    if not values:
        return "–"
    mean = value_text(values["mean"])
    return mean if values["std"] is None else f"{mean} ± {value_text(values['std'])}"
