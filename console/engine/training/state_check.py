"""Whether the state in a checkpoint can be one that a training wrote.

Its hash says that the bytes are those that were written; this says that they mean something: a
file made by hand, or by another program with the same layout, is turned away before it is loaded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from console.core.checkpoints import is_count
from console.core.metrics import EpochMetrics

_PARTS = (
    "clock", "sums", "schedule", "best", "early_stopping", "collapse", "desk", "scaler",
    "environment", "training",
)  # fmt: skip
_COUNTERS = ("epoch", "cursor", "step", "samples")


def state_problem(state: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """What is wrong with ``state`` of the checkpoint whose manifest is ``about``; empty if nothing.

    Checked are the parts, the clock against the manifest, and the finished epochs.
    """
    strange = [name for name in _PARTS if not isinstance(state.get(name), dict)]
    if strange:
        return f"state.json has no usable {strange[0]}"
    if not isinstance(state["environment"].get("model_digest"), str):
        return "state.json does not say of which model it is"
    if not is_count(state.get("last_seq")):
        return "state.json has no usable last_seq"
    return _clock_problem(state["clock"], about) or _history_problem(state)


def _clock_problem(clock: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    if not all(is_count(clock.get(name)) for name in _COUNTERS):
        return "state.json has no usable clock"
    seconds = clock.get("seconds")
    if not isinstance(seconds, int | float) or not 0 <= seconds < math.inf:
        return "state.json has no usable clock"
    place = (clock["step"], clock["epoch"] + (clock["cursor"] > 0))
    if place != (about["step"], about["epoch"]):
        return "state.json and manifest.json disagree about its step"
    return ""


def _history_problem(state: Mapping[str, Any]) -> str:
    history = state.get("history")
    try:
        assert isinstance(history, list)
        epochs = [EpochMetrics.from_dict(item).epoch for item in history]
    except (AssertionError, AttributeError, TypeError):
        return "state.json has no usable history"
    if len(epochs) != state["clock"]["epoch"] or not all(map(is_count, epochs)):
        return "state.json has the figures of another number of epochs"
    return ""
