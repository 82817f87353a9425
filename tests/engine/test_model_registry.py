"""Which model becomes the production version, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.core.errors import RunError
from console.engine.registry.model_registry import Candidate, ModelRegistry

GOOD = {"accuracy": 0.85, "majority_floor": 0.5, "dominant_share": 0.5, "f1": 0.8, "mcc": 0.7}


def candidate(version: str, judged_on: str = "data:1", **changes: Any) -> Candidate:
    return Candidate("hybrid", version, f"{version}.pt", {**GOOD, **changes}, judged_on)


def test_that_the_first_good_model_is_promoted(tmp_path: Path) -> None:
    registry = ModelRegistry(tmp_path)
    assert registry.register(candidate("v1"), promote=True, min_accuracy=0.8).promoted
    production = registry.production("hybrid")
    assert production is not None and production["version"] == "v1"


@pytest.mark.parametrize(
    "changes",
    [{"accuracy": 0.79}, {"majority_floor": 0.85}, {"dominant_share": 0.995}],
    ids=["below the floor", "no better than the largest class", "collapsed"],
)
def test_that_a_poor_model_is_registered_but_not_promoted(
    tmp_path: Path, changes: dict[str, float]
) -> None:
    registry = ModelRegistry(tmp_path)
    assert not registry.register(
        candidate("v1", **changes), promote=True, min_accuracy=0.8
    ).promoted
    assert [entry["version"] for entry in registry.versions("hybrid")] == ["v1"]


def test_that_accuracy_alone_does_not_replace_the_production_model(tmp_path: Path) -> None:
    registry = ModelRegistry(tmp_path)
    registry.register(candidate("v1"), promote=True, min_accuracy=0.8)
    higher = candidate("v2", accuracy=0.95, f1=0.7)
    assert not registry.register(higher, promote=True, min_accuracy=0.8).promoted


def test_that_models_judged_on_other_windows_are_not_compared(tmp_path: Path) -> None:
    registry = ModelRegistry(tmp_path)
    registry.register(candidate("v1"), promote=True, min_accuracy=0.8)
    better = candidate("v2", judged_on="data:2", f1=0.9, mcc=0.9)
    decision = registry.register(better, promote=True, min_accuracy=0.8)
    assert not decision.promoted and "other test windows" in decision.reason


def test_that_there_is_exactly_one_production_version(tmp_path: Path) -> None:
    registry = ModelRegistry(tmp_path)
    registry.register(candidate("v1"), promote=True, min_accuracy=0.8)
    better = candidate("v2", f1=0.9, mcc=0.9)
    assert registry.register(better, promote=True, min_accuracy=0.8).promoted
    stages = {entry["version"]: entry["stage"] for entry in registry.versions("hybrid")}
    assert stages == {"v1": "archived", "v2": "production"}


def test_that_a_damaged_registry_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "registry.json").write_text("{")
    with pytest.raises(RunError, match=r"registry\.json is damaged"):
        ModelRegistry(tmp_path).register(candidate("v1"), promote=True, min_accuracy=0.8)
