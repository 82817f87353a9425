"""A stand-in for the training worker: holds the lock, writes events, answers commands.

usage: storyteller.py RUN EPOCHS [--hold]
With --hold it waits for commands after the last epoch until "stop" arrives or it is killed.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import psutil

from console.core.events import EventWriter
from console.core.rundir import RunDir

STEPS = 20


def epoch_figures(epoch: int) -> dict[str, object]:
    """Figures that differ from epoch to epoch and from attempt to attempt only by chance."""
    return {
        "epoch": epoch, "train_loss": 1.0 / epoch, "val_loss": 1.1 / epoch,
        "train_accuracy": 0.4 + 0.01 * epoch, "val_accuracy": 0.38 + 0.01 * epoch,
        "val_precision": 0.4, "val_recall": 0.4, "val_f1": 0.4 + 0.01 * epoch,
        "learning_rate": 1e-3, "epoch_time": 0.5, "step": epoch * STEPS,
        "val_class_precision": [0.4, 0.5, 0.6], "val_class_recall": [0.3, 0.6, 0.5],
        "val_class_f1": [0.35, 0.55, 0.5], "val_confusion": [[5, 3, 2], [1, 7, 2], [2, 2, 6]],
        "val_majority_floor": 0.36, "val_mcc": 0.2, "val_ece": 0.05, "val_brier": 0.6,
    }  # fmt: skip


def tell_epoch(writer: EventWriter, epoch: int) -> None:
    """One epoch: start, packed steps, figures, best."""
    begin = (epoch - 1) * STEPS
    writer.emit("epoch_started", epoch=epoch, step=begin, data={"epochs": 50, "steps": STEPS})
    for first in range(begin + 1, begin + STEPS + 1, 5):
        steps = list(range(first, first + 5))
        writer.emit(
            "step", epoch=epoch, step=steps[-1],
            data={
                "steps": steps, "loss": [1.0 / step for step in steps], "learning_rate": 1e-3,
                "samples_per_second": 900.0, "done": steps[-1] - begin, "steps_per_epoch": STEPS,
            },
        )  # fmt: skip
    writer.emit("epoch_metrics", epoch=epoch, step=epoch * STEPS, data=epoch_figures(epoch))
    writer.emit(
        "best_changed", epoch=epoch, step=epoch * STEPS,
        data={"epoch": epoch, "metric": "val_loss", "value": 1.1 / epoch},
    )  # fmt: skip


def tell(run: RunDir, epochs: int, hold: bool) -> None:
    """The whole story of one attempt."""
    with run.lock():
        writer = EventWriter(run.events, run.id)
        run.write_status(
            state="running", pid=os.getpid(), process_started=psutil.Process().create_time(),
            attempt=writer.attempt,
        )  # fmt: skip
        writer.emit(
            "run_started",
            data={
                "epochs": 50, "batch_size": 32, "steps_per_epoch": STEPS, "model": "small",
                "trainer": "quick", "dataset": "ashare", "label": "label_20",
            },
        )  # fmt: skip
        print("ready", flush=True)
        for epoch in range(1, epochs + 1):
            tell_epoch(writer, epoch)
        if hold:
            answer_commands(run, writer)
        writer.emit("finished", epoch=epochs, data={"reason": "completed"})
        run.write_status(state="stopped" if hold else "finished")


def answer_commands(run: RunDir, writer: EventWriter) -> None:
    """Acknowledge what is asked, until a stop."""
    while True:
        for command in run.take_commands():
            kind = command["command"]
            accepted = kind != "set"
            writer.emit(
                "command_ack",
                data={"id": command["id"], "command": kind, "accepted": accepted, "message": "no"},
            )
            if kind in ("pause", "resume"):
                run.write_status(state="paused" if kind == "pause" else "running")
                writer.emit("paused" if kind == "pause" else "unpaused")
            if kind.startswith("stop"):
                return
        time.sleep(0.01)


if __name__ == "__main__":
    tell(RunDir(Path(sys.argv[1])), int(sys.argv[2]), "--hold" in sys.argv)
