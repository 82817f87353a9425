"""The stored profile of a dataset: read as it was written, and never half."""

from __future__ import annotations

import pytest

from console.core import profile as profiles
from console.core.paths import Workspace
from console.core.profile import (
    Band,
    ColumnPart,
    ColumnProfile,
    DataProfile,
    LabelRule,
    PartProfile,
    PricePath,
    drift_level,
    has_profile,
    read_profile,
    store_profile,
)

KEY = "k" * 64
PARTS = (
    ColumnPart("train", 1.0, 0.5, (3, 4), 0, 1),
    ColumnPart("validation", 1.1, 0.5, (2, 2), 0, 0, 0.02, 0.1),
    ColumnPart("test", 3.0, 0.5, (0, 2), 0, 2, 0.7, 0.5),
)
COLUMN = ColumnProfile(
    "bid", 0.0, 2.0, (5, 8), 0, 3, 0.0, 9.0, 1.2, 0.9, 1.0, 0.1, 0.2, None, PARTS
)  # fmt: skip
PATH = PricePath(
    "A", 9, (0.0, 1.0), (0.0, 1.0), (1.5, None), True,
    (Band("left_out", 0.0, 1.0, 0.0, 1.0, 9, 0),),
)  # fmt: skip
PROFILE = DataProfile(
    9, 60, LabelRule("given", "label_20", 20, "given"), "price", (COLUMN,),
    (PartProfile("train", 4, 9, (1, 2, 1)),), (PATH,),
)  # fmt: skip


def test_that_a_stored_profile_is_read_as_it_was_written(workspace: Workspace) -> None:
    assert read_profile(workspace, "d", KEY) is None and not has_profile(workspace, "d", KEY)
    store_profile(workspace, "d", KEY, PROFILE)
    assert read_profile(workspace, "d", KEY) == PROFILE and has_profile(workspace, "d", KEY)


@pytest.mark.parametrize("content", ["", "[]", '{"version": 1, "made": ""}', '{"version": 0}'])
def test_that_a_damaged_profile_counts_as_none(workspace: Workspace, content: str) -> None:
    store_profile(workspace, "d", KEY, PROFILE)
    [path] = (workspace.datasets / "d" / "profiles").iterdir()
    path.write_text(content)
    assert read_profile(workspace, "d", KEY) is None


def test_that_old_profiles_give_way(workspace: Workspace) -> None:
    for number in range(profiles.KEPT_PROFILES + 3):
        store_profile(workspace, "d", f"{number:064d}"[::-1], PROFILE)
    kept = list((workspace.datasets / "d" / "profiles").iterdir())
    assert len(kept) == profiles.KEPT_PROFILES


def test_that_drift_is_judged_by_the_part_that_moved_most() -> None:
    worst = COLUMN.worst
    assert worst is not None and worst.part == "test" and worst.psi is not None
    assert [drift_level(psi) for psi in (0.0, 0.1, 0.25, worst.psi)] == [
        "good", "warning", "bad", "bad",
    ]  # fmt: skip
