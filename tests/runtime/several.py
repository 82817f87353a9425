"""The story of a run of several trainings, written as its worker would."""

from __future__ import annotations

from typing import Any

from console.core.events import EventWriter
from console.core.rundir import RunDir
from tests.runtime.storyteller import STEPS, epoch_figures

KINDS = {"fold": 1, "seed": 42}


class Several:
    """Tells of ``total`` members, one after another; commands are nobody's business here."""

    def __init__(self, run: RunDir, total: int = 3, kind: str = "fold") -> None:
        self.run, self.total, self.kind = run, total, kind
        self.writer = EventWriter(run.events, run.id)
        self.own_seq: dict[int, int] = {}
        self._is_open = True

    def close(self) -> None:
        """Let go of the file."""
        if self._is_open:
            self.writer.close()
        self._is_open = False

    def name(self, index: int) -> str:
        return f"{self.kind}-{KINDS[self.kind] + index - 1}"

    def start(self, index: int) -> None:
        """A member begins."""
        self.writer.emit("member_started", data=self._about(index))
        data = {
            "epochs": 4, "batch_size": 32, "steps_per_epoch": STEPS, "model": "small",
            "trainer": "quick", "dataset": "ashare", "label": "label_20",
        }  # fmt: skip
        self.tell(index, "run_started", **data)

    def tell(self, index: int, kind: str, epoch: int = 0, step: int = 0, /, **data: Any) -> int:
        """One event of a member; returns its number in the story of the run."""
        self.own_seq[index] = self.own_seq.get(index, 0) + 1
        who = {
            "member": index, "members": self.total, "member_name": self.name(index),
            "member_seq": self.own_seq[index],
        }  # fmt: skip
        return self.writer.emit(kind, epoch=epoch, step=step, data={**data, **who}).seq

    def epoch(self, index: int, epoch: int) -> None:
        """A whole epoch of a member; its figures differ from those of other members."""
        begin = (epoch - 1) * STEPS
        self.tell(index, "epoch_started", epoch, begin, epochs=4, steps=STEPS)
        steps = list(range(begin + 1, begin + STEPS + 1))
        self.tell(
            index, "step", epoch, steps[-1], steps=steps, loss=[1.0 / index] * STEPS, done=STEPS,
            learning_rate=1e-3, steps_per_epoch=STEPS, samples_per_second=640.0,
        )  # fmt: skip
        figures = {**epoch_figures(epoch), "val_f1": 0.1 * index + 0.01 * epoch}
        self.tell(index, "epoch_metrics", epoch, epoch * STEPS, **figures)
        best = {"epoch": epoch, "metric": "val_loss", "value": 1.1 / epoch}
        self.tell(index, "best_changed", epoch, epoch * STEPS, **best)

    def end(self, index: int, state: str = "finished") -> None:
        """A member is over."""
        told = {"state": state, "best_epoch": 2, "metrics": {"val_f1": 0.1 * index + 0.02}}
        test = {"f1": 0.1 * index, "mcc": 0.05}
        self.writer.emit(
            "member_finished", data={**self._about(index), **told, "test_metrics": test}
        )

    def finish(self) -> None:
        """The run is over."""
        values = {"mean": 0.2, "std": 0.1, "min": 0.1, "max": 0.3, "count": 3}
        spread = {"test": {"f1": values, "mcc": values, "accuracy": values, "loss": values}}
        pooled = None
        if self.kind == "fold":
            pooled = {"f1": 0.4567, "mcc": 0.1234, "accuracy": 0.5, "num_samples": 12_345}
            self.writer.emit("evaluated", data={"split": "pooled", **pooled})
        chosen = {"index": 3, "name": self.name(3), "why": "newest_data"}
        data = {"reason": "all_members", "spread": spread, "pooled": pooled, "chosen": chosen}
        self.writer.emit("finished", data=data)
        self.close()
        self.run.write_status(state="finished")

    def whole(self) -> None:
        """All members of two epochs each."""
        for index in range(1, self.total + 1):
            self.start(index)
            self.epoch(index, 1)
            self.epoch(index, 2)
            self.end(index)
        self.finish()

    def _about(self, index: int) -> dict[str, Any]:
        number = KINDS[self.kind] + index - 1
        return {
            "index": index, "total": self.total, "name": self.name(index), self.kind: number,
            "run_dir": f"members/{index:02d}-{self.name(index)}",
            "days": {"train": {"count": 5}, "validation": {"count": 2}, "test": {"count": 1}},
        }  # fmt: skip
