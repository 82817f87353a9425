"""Curves and progress built from events, with resumes."""

from __future__ import annotations

from console.core.events import Event
from console.runtime.run_curves import RunCurves
from console.runtime.run_progress import RunProgress
from console.runtime.training_thread import metrics_of

STEPS = 10


class Story:
    """Numbers events and hands them to curves and progress, as the controller does."""

    def __init__(self) -> None:
        self.curves, self.progress = RunCurves(), RunProgress()
        self.seq, self.attempt = 0, 1
        self.tell("run_started", epochs=8, batch_size=32, steps_per_epoch=STEPS, dataset="d")

    def tell(self, kind: str, at: int = 0, step: int = 0, **data: object) -> int:
        self.seq += 1
        event = Event(kind, "r", self.attempt, self.seq, "", at, step, data)
        self.progress.apply(event)
        self.curves.apply(event)
        if kind == "epoch_metrics":
            self.curves.add_epoch(metrics_of(event), event.seq)
        return self.seq

    def epoch(self, epoch: int, loss: float, *, done: int = STEPS, seconds: float = 4.0) -> None:
        begin = (epoch - 1) * STEPS
        self.tell("epoch_started", epoch, begin, epochs=8, steps=STEPS)
        steps = list(range(begin + 1, begin + done + 1))
        self.tell(
            "step", epoch, begin + done, steps=steps, loss=[loss] * done, learning_rate=1e-3,
            samples_per_second=64.0, done=done,
        )  # fmt: skip
        if done == STEPS:
            self.tell(
                "epoch_metrics", epoch, begin + done, epoch=epoch, train_loss=loss, val_loss=loss,
                train_accuracy=0.5, val_accuracy=0.5, val_precision=0.5, val_recall=0.5, val_f1=0.5,
                learning_rate=1e-3, epoch_time=seconds, gradient_norm=1.0,
            )  # fmt: skip


def test_that_a_resume_hides_superseded_points_and_joins_without_a_gap():
    story = Story()
    story.epoch(1, 0.9)
    saved = story.tell("checkpoint_saved", 1, STEPS, name="a", epoch=1)
    story.tell("best_changed", 1, STEPS, epoch=1, metric="val_loss", value=0.9)
    after = story.seq
    story.epoch(2, 0.8)
    story.tell("best_changed", 2, 2 * STEPS, epoch=2, metric="val_loss", value=0.8)
    story.tell("checkpoint_saved", 2, 2 * STEPS, name="b", epoch=2)
    story.epoch(3, 0.7, done=4)
    story.attempt = 2
    story.tell("resumed", 1, STEPS, from_step=STEPS, after_seq=after, exact=True)
    assert sorted(story.curves.epochs) == [1]
    assert story.curves.best_epoch == 1
    assert [item.seq for item in story.progress.saved] == [saved]
    assert [mark.kind for mark in story.curves.marks] == ["checkpoint_saved", "resumed"]
    assert story.curves.marks[-1].x == 1.0
    story.epoch(2, 0.5)
    raw = story.curves.batch_loss.raw
    assert list(raw.x) == [step / STEPS for step in range(1, 2 * STEPS + 1)]
    assert list(raw.y) == [0.9] * STEPS + [0.5] * STEPS
    assert story.curves.epochs[2].val_loss == 0.5
    assert raw.superseded == STEPS + 4


def test_that_a_resume_in_mid_epoch_keeps_the_first_half():
    story = Story()
    story.epoch(1, 0.9, done=6)
    after = story.seq
    story.tell("step", 1, 8, steps=[7, 8], loss=[0.8, 0.8], done=8)
    story.tell("resumed", 1, 6, from_step=6, after_seq=after)
    assert list(story.curves.batch_loss.raw.x) == [step / STEPS for step in range(1, 7)]
    assert (story.progress.epoch, story.progress.done) == (1, 6)
    assert story.progress.epoch_fraction == 0.6


def test_that_a_nan_loss_is_a_gap():
    story = Story()
    story.tell("step", 1, 3, steps=[1, 2, 3], loss=[1.0, None, 0.5], done=3)
    assert list(story.curves.batch_loss.raw.y[[0, 2]]) == [1.0, 0.5]
    assert story.curves.batch_loss.raw.y[1] != story.curves.batch_loss.raw.y[1]


def test_that_time_left_comes_from_measured_epochs_and_never_is_negative():
    story = Story()
    assert story.progress.left_s is None
    story.epoch(1, 0.9, done=5)
    assert story.progress.left_s == (8 - 0.5) * STEPS * 32 / 64.0
    story.epoch(1, 0.9, seconds=4.0)
    assert story.progress.left_s == 7 * 4.0
    story.epoch(2, 0.9, done=5)
    assert story.progress.left_s == 6.5 * 4.0
    assert story.progress.epoch_left_s == 2.0
    for epoch in range(2, 9):
        story.epoch(epoch, 0.5, seconds=4.0)
    assert story.progress.left_s == 0.0
    assert story.progress.total_fraction == 1.0


def test_that_time_left_is_reset_by_a_resume():
    story = Story()
    story.epoch(1, 0.9, seconds=100.0)
    story.tell("run_started", epochs=8, batch_size=32, steps_per_epoch=STEPS, dataset="d")
    story.tell("resumed", 1, STEPS, from_step=STEPS, after_seq=story.seq)
    assert story.progress.left_s is None
    story.epoch(2, 0.8, seconds=2.0)
    assert story.progress.left_s == 6 * 2.0


def test_that_more_epochs_asked_for_during_the_run_count():
    story = Story()
    story.epoch(1, 0.9, seconds=1.0)
    story.tell("setting_changed", 1, STEPS, name="epochs", before=8, after=20)
    assert story.progress.left_s == 19.0
