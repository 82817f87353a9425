"""The training doctor on synthetic events: each rule fires, passes, and stays silent in health."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.core.configs import TrainerConfigV2
from console.core.diagnosis import Action, Diagnosis
from console.core.doctor import Doctor, diagnoses_of
from console.core.doctor_rules import RULES
from console.core.events import Event

STEPS = 30
START = datetime(2026, 1, 5, 10, tzinfo=UTC)


class Story:
    """Tells a doctor a run and keeps what it answers."""

    def __init__(self, **config: Any) -> None:
        self.doctor = Doctor(TrainerConfigV2(**config))
        self.told: list[Diagnosis] = []
        self.events: list[Event] = []
        self.epoch = self.step = 0
        self.time = START
        self.chance = random.Random(1)

    def tell(self, kind: str, /, **data: Any) -> None:
        event = Event(
            kind, "run", 1, len(self.events) + 1, self.time.isoformat(), self.epoch, self.step, data
        )
        self.events.append(event)
        self.told += self.doctor.apply(event)

    def steps(
        self, loss: float | None = 0.5, norm: float | None = 0.8, *, count: int = STEPS,
        speed: float = 1000.0, seconds: float = 1.0,
    ) -> None:  # fmt: skip
        for _ in range(count // 10):
            numbers = [self.step + place for place in range(1, 11)]
            self.step += 10
            self.time += timedelta(seconds=seconds)
            self.tell(
                "step", steps=numbers, loss=[self._near(loss) for _ in numbers],
                gradient_norm=[self._near(norm) for _ in numbers], learning_rate=5e-5,
                samples_per_second=speed,
            )  # fmt: skip

    def metrics(self, train: float = 0.5, val: float = 0.5, **changes: Any) -> None:
        self.epoch += 1
        right, wrong = 40, 30
        values = {
            "epoch": self.epoch, "train_loss": train, "val_loss": val, "train_accuracy": 0.45,
            "val_accuracy": 0.45, "val_precision": 0.4, "val_recall": 0.4, "val_f1": 0.4,
            "learning_rate": 5e-5, "epoch_time": 9.0, "val_mcc": 0.1, "step": self.step,
            "val_balanced_accuracy": 0.42, "val_majority_floor": 0.4, "val_dominant_share": 0.5,
            "val_confusion": [[right, wrong, wrong]] * 3, "gradient_norm": 0.8,
        }  # fmt: skip
        self.tell("epoch_metrics", **{**values, **changes})

    def codes(self) -> list[str]:
        return [d.code if d.active else f"-{d.code}" for d in self.told]

    def only(self) -> Diagnosis:
        (diagnosis,) = self.told
        return diagnosis

    def _near(self, value: float | None) -> float | None:
        return None if value is None else value * self.chance.uniform(0.8, 1.2)


def learning(epochs: int, final: float = 0.3) -> Iterator[tuple[float, float]]:
    """Losses of a training that goes well."""
    for epoch in range(epochs):
        loss = final + (0.8 - final) * math.exp(-epoch / 8)
        yield loss, loss * 1.05


def test_that_a_healthy_run_is_never_troubled() -> None:
    story = Story()
    for epoch, (train, val) in enumerate(learning(60)):
        story.steps(train, 0.5 + 0.01 * epoch, speed=1000 + 150 * (epoch % 3), seconds=3)
        story.metrics(train, val)
        story.tell("checkpoint_saved", seconds=0.2, size_bytes=24_000_000)
        story.tell("heartbeat", memory_bytes=2e9, memory_total_bytes=16e9, disk_free_bytes=50e9)
    assert story.codes() == []


def test_that_an_untrained_network_that_names_one_class_is_no_alarm() -> None:
    story = Story()
    for train, val in learning(12):
        story.steps(train)
        story.metrics(train, val, val_dominant_share=1.0 if story.epoch < 9 else 0.6)
    assert story.codes() == []


def test_that_skipped_steps_are_told_once_and_pass_after_five_hundred_good_ones() -> None:
    story = Story()
    story.steps(count=200)
    story.steps(None, None, count=10)
    story.steps(count=480)
    assert story.only().code == "skipped_steps" and story.only().action == Action("stop")
    assert "the newest is step 210" in story.only().message
    story.steps(count=30)
    assert story.codes() == ["skipped_steps", "-skipped_steps"]


def test_that_many_skipped_steps_grow_severe() -> None:
    story = Story()
    story.steps(count=200)
    for _ in range(4):
        story.steps(None, None, count=10)
        story.steps(count=10)
    assert [diagnosis.level for diagnosis in story.told] == ["warning", "severe"]


@pytest.mark.parametrize(
    ("norm", "action"),
    [(0.8, Action("configure", "non_finite_policy", "skip")),
     (20.0, Action("configure", "learning_rate", 5e-6))],
)  # fmt: skip
def test_that_the_end_on_a_number_that_is_none_is_explained(norm: float, action: Action) -> None:
    story = Story()
    story.steps(count=200)
    story.steps(norm=norm, count=10)
    story.tell("failed", error={"type": "NonFiniteError", "message": "", "remedy": ""})
    assert (story.only().code, story.only().action) == ("non_finite", action)
    assert Story().codes() == []


def test_that_an_exploding_gradient_is_told_passes_and_never_flickers() -> None:
    story = Story()
    story.steps(count=200)
    for norm in (12.0, 6.0, 12.0, 6.0):
        story.steps(norm=norm, count=100)
    assert story.codes() == ["gradient_exploding"]
    assert story.told[0].action == Action("set", "learning_rate", 1.5e-5)
    story.steps(count=300)
    assert story.codes() == ["gradient_exploding", "-gradient_exploding"]


def test_that_steps_without_gradient_norms_are_no_bad_steps() -> None:
    story = Story()
    for first in range(1, 400, 10):
        story.step = first + 9
        story.tell("step", steps=list(range(first, first + 10)), loss=[0.5] * 10)
    assert story.codes() == []


def test_that_constant_clipping_is_only_a_note() -> None:
    story = Story(grad_clip_value=0.5)
    for train, val in learning(6):
        story.steps(train, 1.0)
        story.metrics(train, val)
    assert (story.only().code, story.only().level) == ("gradient_clipped", "info")
    assert story.only().action.value == pytest.approx(2.0, rel=0.1)


def test_that_a_vanished_gradient_is_told_but_not_of_a_learnt_set() -> None:
    for accuracy, codes in ((0.4, ["gradient_vanishing"]), (0.99, [])):
        story = Story()
        for train, val in learning(6):
            story.steps(train, 1e-7)
            story.metrics(train, val, train_accuracy=accuracy)
        assert story.codes() == codes


def test_that_a_dead_learning_rate_is_told_unless_the_end_is_near() -> None:
    for epochs, codes in ((150, ["learning_rate_dead"]), (9, [])):
        story = Story(learning_rate=1e-7, epochs=epochs)
        for _ in range(8):
            story.steps(0.8)
            story.metrics(0.8 - 1e-4 * story.epoch, 0.8 - 1e-4 * story.epoch)
        assert story.codes() == codes
    story = Story(scheduler_type="exponential", learning_rate=1e-3)
    for _ in range(8):
        story.metrics(0.8, 0.8 - 0.001 * story.epoch, learning_rate=1e-7)
    assert story.only().action == Action("stop")


def test_that_an_exploding_learning_rate_is_told_and_gets_worse() -> None:
    story = Story(learning_rate=1e-2)
    story.steps(0.8, count=50)
    story.steps(1.6, count=100)
    story.steps(3.2, count=100)
    assert [(d.code, d.level) for d in story.told] == [
        ("learning_rate_exploding", "warning"), ("learning_rate_exploding", "severe"),
    ]  # fmt: skip
    assert story.told[0].action == Action("set", "learning_rate", 1e-3)
    story.steps(0.5, count=300)
    assert story.codes()[-1] == "-learning_rate_exploding"


def test_that_a_changed_learning_rate_is_the_one_a_proposal_starts_from() -> None:
    story = Story(learning_rate=1e-2)
    story.tell("setting_changed", name="learning_rate", before=1e-2, after=1e-3)
    story.steps(0.8, count=50)
    story.steps(3.2, count=100)
    assert story.told[0].action == Action("set", "learning_rate", 1e-4)


def test_that_an_oscillating_loss_is_told() -> None:
    story = Story()
    for epoch in range(8):
        loss = 0.5 + (0.1 if epoch % 2 else -0.1)
        story.metrics(loss, 0.6 - 0.01 * epoch)
    assert story.codes() == ["loss_oscillating"]


def test_that_learning_by_heart_is_told_and_a_new_best_ends_it() -> None:
    story = Story()
    for epoch in range(14):
        story.metrics(0.7 - 0.03 * epoch, 0.6 - 0.03 * epoch if epoch < 4 else 0.45 + 0.01 * epoch)
    assert "overfit" in story.codes()
    overfit = next(d for d in story.told if d.code == "overfit")
    assert overfit.action == Action("stop") and "Since epoch 5" in overfit.message
    for _ in range(3):
        story.metrics(0.3, 0.3)
    assert "-overfit" in story.codes()


def test_that_overfitting_of_the_loss_is_no_matter_while_the_judged_figure_improves() -> None:
    story = Story(early_stopping_metric="val_f1")
    for epoch in range(14):
        story.metrics(0.7 - 0.03 * epoch, 0.5 + 0.01 * epoch, val_f1=0.3 + 0.01 * epoch)
    assert story.codes() == []


def collapsed(share: float, floor: float = 0.4) -> dict[str, Any]:
    rest = (1000 - round(1000 * floor)) // 2
    rows = [rest, round(1000 * floor), rest]
    return {
        "val_dominant_share": share, "val_majority_floor": floor,
        "val_confusion": [[0, row, 0] for row in rows],
    }  # fmt: skip


def test_that_a_collapse_after_the_grace_is_told_with_one_button() -> None:
    story = Story(collapse_grace_epochs=3)
    for train, val in learning(6):
        story.steps(train, count=150)
        story.metrics(train, val, **collapsed(1.0))
    assert (story.only().code, story.only().level) == ("class_collapse", "severe")
    assert "100.0% of the predictions are HOLD" in story.only().message
    assert story.only().action == Action("configure", "use_class_weights", True)
    for train, val in learning(3):
        story.metrics(train, val, **collapsed(0.5))
    assert story.codes() == ["class_collapse", "-class_collapse"]


def test_that_a_few_long_epochs_of_a_few_steps_are_no_collapse() -> None:
    story = Story(collapse_grace_epochs=3)
    for train, val in learning(20):
        story.steps(train, count=20)
        story.metrics(train, val, **collapsed(1.0))
    assert story.codes() == []


def test_that_a_large_class_is_no_collapse() -> None:
    story = Story(collapse_grace_epochs=3)
    for train, val in learning(8):
        story.steps(train, count=150)
        story.metrics(train, val, **collapsed(0.93, floor=0.91))
    assert story.codes() == []


def test_that_labels_of_one_class_are_told() -> None:
    story = Story()
    story.metrics(**collapsed(1.0, floor=1.0))
    assert story.codes() == ["one_class_labels"]


def test_that_a_plateau_is_a_note_and_a_warning_where_nothing_else_would_stop_it() -> None:
    for patience, levels in ((20, ["info"]), (0, ["info", "warning"])):
        story = Story(early_stopping_patience=patience, scheduler_type="constant")
        for epoch in range(40):
            story.metrics(0.5 - 1e-3 * epoch, 0.5)
        plateau = [d for d in story.told if d.code == "plateau"]
        assert [d.level for d in plateau] == levels
        assert plateau[0].action == Action("set", "learning_rate", 2.5e-5)


def test_that_validation_far_above_training_is_told_unless_classes_are_only_mixed_otherwise() -> (
    None
):
    for balanced, codes in ((0.8, ["validation_better"]), (0.42, [])):
        story = Story()
        for train, val in learning(8):
            story.metrics(train, val, val_accuracy=0.8, val_balanced_accuracy=balanced)
        assert story.codes() == codes


def test_that_no_skill_below_the_majority_floor_is_told_late_only() -> None:
    story = Story()
    for number, (train, val) in enumerate(learning(14), start=1):
        story.metrics(train, val, val_accuracy=0.3, val_mcc=-0.01)
        assert story.codes() == (["below_floor"] if number >= 13 else [])


def test_that_half_the_speed_is_told_with_the_reason_the_machine_gives() -> None:
    for memory, level in ((2e9, "info"), (15.5e9, "warning")):
        story = Story()
        story.tell("run_started")
        for _ in range(60):
            story.steps(seconds=1)
        story.tell("heartbeat", memory_bytes=memory, memory_total_bytes=16e9)
        for _ in range(40):
            story.steps(speed=400, seconds=1)
        slow = [d for d in story.told if d.code == "slow_steps"]
        assert [d.level for d in slow] == [level]
        for _ in range(60):
            story.steps(seconds=1)
        assert "-slow_steps" in story.codes()


def test_that_slow_and_failing_checkpoints_are_told() -> None:
    story = Story()
    for train, val in learning(5):
        story.tell("checkpoint_saved", seconds=6.0, size_bytes=10)
        story.metrics(train, val, epoch_time=10.0)
    assert (story.only().code, story.only().level) == ("slow_checkpoints", "warning")
    story = Story()
    for _ in range(2):
        story.tell("checkpoint_failed")
    story.tell("checkpoint_saved", seconds=0.1)
    assert [(d.level, d.active) for d in story.told] == [
        ("warning", True), ("severe", True), ("severe", False),
    ]  # fmt: skip


def test_that_little_memory_and_little_disk_are_told() -> None:
    story = Story()
    for _ in range(3):
        story.tell("heartbeat", memory_bytes=15e9, memory_total_bytes=16e9, disk_free_bytes=1e8)
    assert sorted(story.codes()) == ["disk_low", "memory_short"]


def test_that_a_recorded_run_is_diagnosed_as_if_it_ran_again() -> None:
    story = Story()
    story.steps(count=200)
    story.steps(norm=12.0, count=100)
    found = list(diagnoses_of({"plan": {"trainer": {"no_longer_a_setting": 1}}}, story.events))
    assert [diagnosis for _event, diagnosis in found] == story.told
    assert found[0][0].step == 250


def test_that_each_training_of_a_run_of_several_begins_anew() -> None:
    story = Story(learning_rate=1e-2)
    story.steps(0.8, count=50)
    story.steps(3.2, count=100)
    story.tell("member_started", index=2, total=3)
    assert story.codes()[-1] == "-learning_rate_exploding"
    told = len(story.told)
    story.steps(3.2, count=200)  # the start of another training, and as usual for it
    assert len(story.told) == told and story.doctor.active == []


def test_that_event_data_survive_their_way_through_json() -> None:
    told = Diagnosis("a", "severe", "b", "c", Action("set", "learning_rate", 1e-4), False)
    assert Diagnosis.from_dict(told.to_dict()) == told
    assert Diagnosis.from_dict({}) == Diagnosis("", "info", "")


def test_that_every_rule_has_a_code_of_its_own() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.look.__doc__ for rule in RULES)


def test_that_a_figure_that_is_no_number_breaks_no_rule() -> None:
    story = Story()
    for _ in range(15):
        story.steps(None, None)
        story.metrics(math.nan, math.nan, val_accuracy=math.nan)
    assert "skipped_steps" in story.codes()
