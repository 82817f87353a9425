"""The trainings inside a run: their names, and how they are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.errors import RunError
from console.core.files import write_json_atomic
from console.core.members import is_member, member_name, members_of, model_run, split_name
from console.core.paths import Workspace
from console.core.rundir import RunDir, create_run, fill_run, find_run


@pytest.fixture
def run(workspace: Workspace) -> RunDir:
    """A run of three folds, of which two have begun."""
    made = create_run(workspace, "folds", config={}, details={})
    for index in (1, 2):
        name = member_name(index, 3, "fold", index)
        member = fill_run(RunDir(made.path / "members" / name), config={}, details={})
        member.write_status(state="finished" if index == 1 else "stopped")
    return made


@pytest.mark.parametrize("reference", ["{id}:2", "last:2", "last:fold-2", "{id}:02-fold-2",
                                       "{id}/members/02-fold-2", "{id}-02-fold-2"])  # fmt: skip
def test_that_a_member_is_found_by_number_name_or_id(
    workspace: Workspace, run: RunDir, reference: str
) -> None:
    found = find_run(workspace, reference.format(id=run.id))
    assert found == members_of(run)[1] and is_member(found) and not is_member(run)
    assert found.id == f"{run.id}-02-fold-2"
    assert find_run(workspace, str(found.path)) == found


@pytest.mark.parametrize("reference", ["last:3", "last:fold-9", "last:0"])
def test_that_a_member_that_is_not_there_is_answered_with_those_that_are(
    workspace: Workspace, run: RunDir, reference: str
) -> None:
    with pytest.raises(RunError, match="it has: 01-fold-1, 02-fold-2"):
        find_run(workspace, reference)


def test_that_members_are_no_runs_of_the_workspace(workspace: Workspace, run: RunDir) -> None:
    assert find_run(workspace, "last") == run
    assert [path.name for path in Path(workspace.runs).iterdir()] == [run.id]


def test_that_the_model_is_that_of_the_chosen_member(run: RunDir) -> None:
    assert model_run(run) == members_of(run)[0]  # the newest that has finished
    write_json_atomic(run.path / "result.json", {"chosen_member": "02-fold-2"})
    assert model_run(run) == members_of(run)[1]
    assert model_run(members_of(run)[1]) == members_of(run)[1]


def test_that_names_sort_by_number_however_many_there_are() -> None:
    names = [member_name(index, 120, "seed", 41 + index) for index in (2, 10, 110)]
    assert names == ["002-seed-43", "010-seed-51", "110-seed-151"] == sorted(names)
    assert split_name("seed-43") == ("seed", 43)
    assert split_name("fold-x") == split_name("whole") == ("", 0)
