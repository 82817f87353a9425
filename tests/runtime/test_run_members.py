"""A run of several trainings as the window holds it: states, curves, progress of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from console.core.events import EventReader
from console.core.rundir import RunDir
from console.runtime.run_controller import RunController
from console.runtime.run_members import RunMembers
from console.runtime.run_progress import RunProgress
from tests.runtime.several import Several
from tests.runtime.storyteller import STEPS


@pytest.fixture
def several(run: RunDir) -> Iterator[Several]:
    with closing(Several(run)) as made:
        yield made


def told(run: RunDir) -> tuple[RunMembers, RunProgress]:
    """Members and progress after all that was told; curves as the controller keeps them."""
    members, progress = RunMembers(), RunProgress()
    for event in EventReader(run.events).read():
        progress.apply(event)
        members.apply(event)
        if (story := members.story_of(event)) is not None:
            story.curves.apply(event)
    return members, progress


def test_that_the_states_of_all_trainings_are_known_from_the_first(run, several) -> None:
    several.start(1)
    several.epoch(1, 1)
    several.end(1)
    several.start(2)
    members, _ = told(run)
    assert members.total == 3 and members.live == 2 and members.shown is members.stories[2]
    assert [story.state for story in members.stories.values()] == [
        "finished", "running", "waiting"
    ]  # fmt: skip
    assert [story.number for story in members.stories.values()] == [1, 2, 3]
    several.tell(2, "paused")
    assert told(run)[0].stories[2].state == "paused"


def test_that_progress_and_time_left_are_those_of_the_whole_run(run, several) -> None:
    several.start(1)
    several.epoch(1, 1)
    progress = told(run)[1]
    assert progress.total_fraction == pytest.approx(0.25 / 3)
    each = progress.epoch_time_s
    assert each == pytest.approx(0.5)
    assert progress.left_s == pytest.approx(3 * each + 2 * 4 * each)
    several.end(1)
    assert told(run)[1].total_fraction == pytest.approx(1 / 3)  # it stopped early, and is over
    several.start(2)
    progress = told(run)[1]
    assert (progress.member, progress.members, progress.epoch) == (2, 3, 0)
    assert progress.total_fraction == pytest.approx(1 / 3) and progress.best is None
    several.epoch(2, 1)
    assert told(run)[1].total_fraction == pytest.approx(1.25 / 3)


def test_that_a_resume_of_one_training_leaves_the_others_alone(run, several) -> None:
    several.start(1)
    several.epoch(1, 1)
    several.epoch(1, 2)
    several.end(1)
    several.start(2)
    several.epoch(2, 1)
    last = several.writer.seq
    several.epoch(2, 2)
    several.start(2)
    several.tell(2, "resumed", 1, STEPS, from_step=STEPS, after_seq=last, exact=True)
    members, progress = told(run)
    assert members.stories[1].curves.best_epoch == 2
    assert members.stories[2].curves.best_epoch == 1
    assert progress.finished_epochs == 1 and progress.best.epoch == 1


def test_that_curves_and_folder_are_those_of_the_training_that_is_shown(
    qtbot, controller: RunController, run: RunDir, several
) -> None:
    several.whole()
    controller.attach(run)
    qtbot.waitUntil(
        lambda: controller.state.state == "finished" and bool(controller.members.spread)
    )
    assert controller.curves is controller.members.stories[3].curves
    assert controller.shown_run == RunDir(run.path / "members" / "03-fold-3")
    with qtbot.waitSignal(controller.members_changed):
        controller.show_member(1)
    assert controller.curves.epochs[2].val_f1 == pytest.approx(0.12)
    assert controller.shown_run == RunDir(run.path / "members" / "01-fold-1")
    controller.show_member(0)
    assert controller.curves.epochs[2].val_f1 == pytest.approx(0.32)
    assert controller.members.pooled["f1"] == 0.4567
    assert controller.progress.reason == "all_members"


def test_that_a_run_of_one_training_has_no_members(qtbot, controller, run, storyteller) -> None:
    storyteller("2").wait(timeout=20)
    controller.attach(run)
    qtbot.waitUntil(lambda: controller.curves.last_epoch == 2)
    assert not controller.members and controller.shown_run == run
