from __future__ import annotations

from pathlib import Path

import pytest

from console.core.checkpoints import list_checkpoints
from tests.engine.training.small_training import Recorder, assert_same_weights, make_training


def acks(recorder: Recorder) -> list[tuple[str, bool]]:
    return [(data["command"], data["accepted"]) for data in recorder.of("command_ack")]


def test_that_stop_ends_after_the_epoch_with_the_best_weights(tmp_path: Path) -> None:
    recorder = Recorder({13: [{"command": "stop"}]})
    training = make_training(tmp_path / "checkpoints", recorder)
    assert len(training.run()) == 2
    assert training.trainer.stop_reason == "stopped"
    assert training.trainer.test_results
    assert acks(recorder) == [("stop", True)]
    assert recorder.of("command_ack")[0]["id"] == "13.0"


def test_that_stop_now_ends_after_the_step_and_saves_it(tmp_path: Path) -> None:
    recorder = Recorder({13: [{"command": "stop_now"}]})
    training = make_training(tmp_path / "checkpoints", recorder)
    assert len(training.run()) == 1
    newest = list_checkpoints(tmp_path)[0]
    assert (newest.step, newest.epoch, newest.complete_epoch) == (13, 2, False)
    assert recorder.of("checkpoint_saved")[-1]["reason"] == "stop"
    assert training.trainer.test_results == {}


def test_that_a_pause_saves_waits_and_goes_on(tmp_path: Path) -> None:
    recorder = Recorder({4: [{"command": "pause"}], 6: [{"command": "resume"}]})
    training = make_training(tmp_path / "checkpoints", recorder)
    assert len(training.run()) == 3
    order = recorder.kinds("paused", "unpaused", "epoch_metrics", "command_ack")
    assert order[:4] == ["command_ack", "paused", "command_ack", "unpaused"]
    paused = next(event for event in recorder.events if event[0] == "paused")
    assert paused[2] == 4
    assert "pause" in [data["reason"] for data in recorder.of("checkpoint_saved")]


def test_that_a_release_saves_ends_and_goes_on_exactly(tmp_path: Path) -> None:
    whole = make_training(tmp_path / "whole" / "checkpoints")
    whole.run()
    recorder = Recorder({4: [{"command": "pause"}], 7: [{"command": "release"}]})
    training = make_training(tmp_path / "checkpoints", recorder)
    assert training.run() == []
    assert training.trainer.stop_reason == "released"
    assert acks(recorder) == [("pause", True), ("release", True)]
    assert recorder.kinds("paused", "unpaused") == ["paused"]
    again = make_training(tmp_path / "checkpoints", resumed := Recorder())
    again.run(resume=True)
    assert resumed.of("resumed")[0]["exact"] and resumed.of("resumed")[0]["from_step"] == 4
    assert_same_weights(again.weights, whole.weights)


def test_that_nothing_is_released_without_a_checkpoint_to_go_on_from(tmp_path: Path) -> None:
    class Operator(Recorder):
        def emit(self, kind: str, epoch: int, step: int, data: object) -> None:
            super().emit(kind, epoch, step, data)
            if kind == "checkpoint_failed":
                blocked.unlink()
                moved.rename(blocked)
                self.plan[self.num_looks + 2] = [{"command": "resume"}]
            elif kind == "checkpoint_saved" and step == 0:
                blocked.rename(moved)
                blocked.write_text("in the way")

    blocked, moved = tmp_path / "checkpoints", tmp_path / "elsewhere"
    recorder = Operator({4: [{"command": "release"}]})
    training = make_training(blocked, recorder)
    assert len(training.run()) == 3
    assert [warning["code"] for warning in recorder.of("warning")] == ["release_failed"]
    assert recorder.kinds("paused", "unpaused") == ["paused", "unpaused"]
    folderless = Recorder({4: [{"command": "release"}]})
    assert len(make_training(None, folderless).run()) == 3
    assert acks(folderless) == [("release", False)]


@pytest.mark.parametrize(("command", "epochs"), [("stop", 1), ("stop_now", 0)])
def test_that_a_pause_may_end_in_a_stop(command: str, epochs: int, tmp_path: Path) -> None:
    recorder = Recorder({4: [{"command": "pause"}], 5: [{"command": command}]})
    training = make_training(tmp_path / "checkpoints", recorder)
    assert len(training.run()) == epochs
    assert training.trainer.stop_reason == "stopped"
    assert recorder.kinds("paused", "unpaused") == ["paused", "unpaused"]


def test_that_save_writes_a_checkpoint_once(tmp_path: Path) -> None:
    recorder = Recorder({4: [{"command": "save"}], 10: [{"command": "save"}]})
    make_training(tmp_path / "checkpoints", recorder, epochs=1).run()
    saved = [(data["reason"], data["step"]) for data in recorder.of("checkpoint_saved")]
    assert saved == [("start", 0), ("command", 4), ("epoch", 10)]


def test_that_settings_apply_at_the_next_epoch_and_are_told(tmp_path: Path) -> None:
    recorder = Recorder(
        {
            3: [
                {"command": "set", "learning_rate": 1e-3},
                {"command": "set", "name": "epochs", "value": 4},
                {"command": "set", "patience": 7, "save_every": 2},
            ]
        }
    )
    training = make_training(tmp_path / "checkpoints", recorder, scheduler_type="constant")
    history = training.run()
    assert [metrics.learning_rate for metrics in history] == [3e-3, 1e-3, 1e-3, 1e-3]
    assert training.trainer.config.early_stopping_patience == 7
    assert training.trainer.config.save_every_n_epochs == 2
    changes = {
        data["name"]: (data["before"], data["after"]) for data in recorder.of("setting_changed")
    }
    assert changes == {
        "learning_rate": (3e-3, 1e-3), "epochs": (3, 4), "patience": (20, 7), "save_every": (10, 2),
    }  # fmt: skip
    assert acks(recorder) == [("set", True)] * 3
    assert recorder.of("command_ack")[1]["waiting"] == {"learning_rate": 1e-3, "epochs": 4}
    in_force = [data["settings"]["learning_rate"] for data in recorder.of("epoch_started")]
    assert in_force == [3e-3, 1e-3, 1e-3, 1e-3]
    assert recorder.of("epoch_started")[1]["epochs"] == 4


def test_that_fewer_epochs_than_done_end_the_training() -> None:
    recorder = Recorder({12: [{"command": "set", "epochs": 1}]})
    assert len(make_training(None, recorder, epochs=9).run()) == 2


def test_that_more_epochs_in_the_last_one_continue() -> None:
    recorder = Recorder({30: [{"command": "set", "epochs": 4}]})
    assert len(make_training(None, recorder).run()) == 4


def test_that_changed_settings_survive_a_restart(tmp_path: Path) -> None:
    plan = {3: [{"command": "set", "learning_rate": 1e-3}], 12: [{"command": "stop_now"}]}
    first = Recorder({**plan, 11: [{"command": "set", "epochs": 4}]})
    make_training(tmp_path / "checkpoints", first, scheduler_type="constant").run()
    again = Recorder()
    training = make_training(tmp_path / "checkpoints", again, scheduler_type="constant")
    history = training.run(resume=True)
    assert [metrics.learning_rate for metrics in history] == [3e-3, 1e-3, 1e-3, 1e-3]
    assert [data["name"] for data in again.of("setting_changed")] == ["epochs"]
    assert again.of("resumed")[0]["exact"]


def test_that_a_value_given_anew_wins_over_an_earlier_change(tmp_path: Path) -> None:
    first = Recorder({3: [{"command": "set", "epochs": 5}], 12: [{"command": "stop_now"}]})
    make_training(tmp_path / "checkpoints", first).run()
    longer = make_training(tmp_path / "checkpoints", epochs=4)
    assert len(longer.run(resume=True)) == 4


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"command": "set", "learning_rate": 9.0}, "learning_rate"),
        ({"command": "set", "learning_rate": 1e-9}, "learning_rate"),
        ({"command": "set", "epochs": "many"}, "epochs"),
        ({"command": "set", "patiense": 3}, "did you mean 'patience'"),
        ({"command": "set"}, "nothing to set"),
        ({"command": "resume"}, "not paused"),
        ({"command": "unreadable"}, "unknown command"),
    ],
)
def test_that_what_cannot_be_done_is_refused_with_a_reason(
    command: dict[str, object], words: str
) -> None:
    recorder = Recorder({2: [command]})
    training = make_training(None, recorder, epochs=1)
    training.run()
    (ack,) = recorder.of("command_ack")
    assert not ack["accepted"]
    assert words in ack["message"]
    assert recorder.of("setting_changed") == []


def test_that_three_failed_checkpoints_pause_until_the_operator_decides(tmp_path: Path) -> None:
    class Operator(Recorder):
        def emit(self, kind: str, epoch: int, step: int, data: object) -> None:
            super().emit(kind, epoch, step, data)
            if kind == "checkpoint_saved" and step == 0:
                blocked.rename(moved)
                blocked.write_text("in the way")
            if kind == "paused":
                blocked.unlink()
                moved.rename(blocked)
                self.plan[self.num_looks + 2] = [{"command": "resume"}]

    blocked, moved = tmp_path / "checkpoints", tmp_path / "elsewhere"
    recorder = Operator()
    training = make_training(blocked, recorder, epochs=4)
    assert len(training.run()) == 4
    assert "checkpoints_failing" in [warning["code"] for warning in recorder.of("warning")]
    assert recorder.kinds("paused", "unpaused") == ["paused", "unpaused"]
    assert list_checkpoints(tmp_path)[0].epoch == 4


def test_that_failing_checkpoints_never_hang_a_training_nobody_can_command(tmp_path: Path) -> None:
    training = make_training(tmp_path / "checkpoints", epochs=5)
    opened = training.trainer._open

    def block(*args: object, **kwargs: object) -> None:
        opened(*args, **kwargs)
        (tmp_path / "checkpoints").rename(tmp_path / "elsewhere")
        (tmp_path / "checkpoints").write_text("in the way")

    training.trainer._open = block  # type: ignore[method-assign]
    assert len(training.run()) == 5
