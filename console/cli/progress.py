"""The live view of a training on a terminal, as plain lines elsewhere, or as JSON lines."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from console.cli.output import Output
from console.core.events import Event
from console.core.members import member_words

SHOWN_EPOCHS = 12
STEP_LINE_S = 1.0
STAGE_WORDS = {
    "load": "Loading data", "analyse": "Looking at the data", "balance": "Balancing classes",
    "create_model": "Building the model", "train": "Training", "save": "Saving the model",
}  # fmt: skip
_EPOCH_FIELDS = (
    "epoch", "train_loss", "val_loss", "train_accuracy", "val_accuracy", "val_f1", "val_mcc",
    "val_majority_floor", "learning_rate", "epoch_time", "samples_per_second", "is_best",
)  # fmt: skip
_MEMBER_FIELDS = ("member", "members", "member_name")
_TOLD_WHOLE = frozenset({
    "stage", "warning", "resumed", "run_started", "checkpoint_saved", "diagnosis",
    "member_started", "member_finished",
})  # fmt: skip
OnEvent = Callable[[Event], None]


@contextmanager
def watch(output: Output) -> Iterator[OnEvent]:
    """Show the events given to the yielded function in the way ``output`` asks for."""
    if output.as_json:
        yield JsonLines(output)
    elif output.is_live:
        view = LiveView(output)
        with view.live:
            yield view
    else:
        yield PlainLines(output)


class JsonLines:
    """Programs get every epoch, stage and warning, and steps once a second."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._last_step = 0.0

    def __call__(self, event: Event) -> None:
        """Print what matters of one event."""
        place = {"kind": event.kind, "epoch": event.epoch, "step": event.step}
        place |= {name: event.data[name] for name in _MEMBER_FIELDS if name in event.data}
        if event.kind == "epoch_metrics":
            chosen = {name: event.data[name] for name in _EPOCH_FIELDS if name in event.data}
            self._output.progress(**{**place, **chosen})
        elif event.kind == "step":
            if time.monotonic() - self._last_step >= STEP_LINE_S:
                self._last_step = time.monotonic()
                loss = (event.data.get("loss") or [None])[-1]
                done, total = event.data.get("done"), event.data.get("steps_per_epoch")
                self._output.progress(**place, loss=loss, done=done, steps_per_epoch=total)
        elif event.kind in _TOLD_WHOLE:
            self._output.progress(**{**event.data, **place})


class PlainLines:
    """A line for every stage, epoch and warning."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def __call__(self, event: Event) -> None:
        """Print one event's line, if it has one."""
        text = line_of(event)
        if text:
            self._output.say(text)


class LiveView:
    """Bars for all epochs and for the current one above a table of the last epochs.

    A run of several trainings has a bar for them, too; the others begin anew with each.
    """

    def __init__(self, output: Output) -> None:
        self._output = output
        self._bars = Progress(
            TextColumn("{task.description:10}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=output.console,
            expand=True,
            speed_estimate_period=600,
        )
        self._members: TaskID | None = None
        self._epochs: TaskID | None = None
        self._steps: TaskID | None = None
        self._rows: deque[dict[str, Any]] = deque(maxlen=SHOWN_EPOCHS)
        self.live = Live(console=output.console, get_renderable=self._render, refresh_per_second=4)

    def __call__(self, event: Event) -> None:
        """Take one event into the view."""
        data = event.data
        match event.kind:
            case "member_started":
                self._begin_member(int(data["index"]), int(data["total"]))
                self._say(event)
            case "run_started":
                self._begin(int(data["epochs"]), int(data["steps_per_epoch"]))
            case "epoch_started" if self._steps is not None:
                self._bars.reset(self._steps, total=data.get("steps") or None)
            case "step":
                self._move(event)
            case "epoch_metrics":
                self._rows.append(dict(data))
                if self._epochs is not None:
                    self._bars.update(self._epochs, completed=event.epoch)
            case "setting_changed" if data.get("name") == "epochs" and self._epochs is not None:
                self._bars.update(self._epochs, total=data.get("after"))
            case _:
                self._say(event)

    def _begin_member(self, index: int, total: int) -> None:
        if self._members is None:
            self._members = self._bars.add_task("Trainings", total=total, note="")
        self._bars.update(self._members, completed=index - 1)
        self._rows.clear()

    def _begin(self, epochs: int, steps: int) -> None:
        if self._epochs is None:
            self._epochs = self._bars.add_task("All epochs", total=epochs, note="")
            self._steps = self._bars.add_task("This epoch", total=steps, note="")
        else:
            again = self._bars.reset if self._members is not None else self._bars.update
            again(self._epochs, total=epochs)

    def _move(self, event: Event) -> None:
        if self._epochs is None or self._steps is None:
            return
        done, steps = event.data.get("done") or 0, event.data.get("steps_per_epoch") or 1
        pace = event.data.get("samples_per_second") or 0
        self._bars.update(self._steps, completed=done, note=f"{pace:,.0f} windows/s")
        self._bars.update(self._epochs, completed=event.epoch - 1 + done / steps)

    def _say(self, event: Event) -> None:
        text = line_of(event)
        if text:
            self._output.console.print(escape(text))

    def _render(self) -> Group:
        parts: list[Any] = [epoch_table(list(self._rows))] if self._rows else []
        return Group(*parts, self._bars)


def line_of(event: Event) -> str:
    """One event in one line of text; empty for events nobody needs to read.

    The line of one training of several begins with which one it is: "fold 2 of 5, epoch 3: ...".
    """
    line = _line_of(event)
    who = member_words(event.data) if line and "member" in event.data else ""
    return f"{who}, {line}" if who else line


def _line_of(event: Event) -> str:
    data = event.data
    match event.kind:
        case "member_started":
            days = {part: (entry or {}).get("count", 0) for part, entry in data["days"].items()}
            return (
                f"{member_words(data)} begins: {days['train']} days of training, "
                f"{days['validation']} of validation, {days['test']} of test"
            )
        case "member_finished":
            return (
                f"{member_words(data)} {data.get('state')}: best epoch {data.get('best_epoch')}, "
                f"validation F1 {_figure(data.get('metrics') or {}, 'val_f1', 3)}, "
                f"test F1 {_figure(data.get('test_metrics') or {}, 'f1', 3)}"
            )
        case "evaluated" if data.get("split") == "pooled":
            return pooled_words(data)
        case "stage":
            name = str(data.get("name"))
            return f"[{data.get('index')}/{data.get('total')}] {STAGE_WORDS.get(name, name)}"
        case "run_started":
            return (
                f"{data.get('num_parameters', 0):,} parameters, {data.get('epochs')} epochs of "
                f"{data.get('steps_per_epoch')} steps on {data.get('device')}"
            )
        case "epoch_metrics":
            mark = "  best" if data.get("is_best") else ""
            return (
                f"epoch {event.epoch}: loss {_figure(data, 'train_loss')} / "
                f"{_figure(data, 'val_loss')}, accuracy {_figure(data, 'val_accuracy', 3)}, "
                f"F1 {_figure(data, 'val_f1', 3)}, MCC {_figure(data, 'val_mcc', 3)}{mark}"
            )
        case "resumed":
            how = "exactly" if data.get("exact") else "not bit for bit: " + "; ".join(
                str(reason) for reason in data.get("reasons") or ()
            )  # fmt: skip
            return f"Goes on from step {data.get('from_step')}, {how}"
        case "warning":
            return f"Warning: {data.get('message', '')} {data.get('remedy', '')}".strip()
        case "diagnosis" if data.get("level") != "info":
            over = "" if data.get("active", True) else "No longer: "
            return f"Doctor: {over}{data.get('message', '')} {data.get('cause', '')}".strip()
        case "paused" | "unpaused":
            return {"paused": "Paused", "unpaused": "Goes on"}[event.kind]
        case _:
            return ""


def epoch_table(rows: list[dict[str, Any]]) -> Table:
    """The figures of some epochs, the best ones marked."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    names = ("epoch", "train loss", "val loss", "train acc", "val acc", "F1", "MCC", "rate", "s")
    for name in names:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(
            str(row.get("epoch", "")), _figure(row, "train_loss"), _figure(row, "val_loss"),
            _figure(row, "train_accuracy", 3), _figure(row, "val_accuracy", 3),
            _figure(row, "val_f1", 3), _figure(row, "val_mcc", 3),
            f"{row.get('learning_rate') or 0:.1e}", _figure(row, "epoch_time", 1),
            style="bold green" if row.get("is_best") else "",
        )  # fmt: skip
    return table


def pooled_words(pooled: Mapping[str, Any]) -> str:
    """The judgement over the test windows of all folds."""
    return (
        f"All {pooled['num_folds']} folds pooled, {pooled['num_samples']:,} test windows: "
        f"macro F1 {_figure(pooled, 'f1', 3)}, MCC {_figure(pooled, 'mcc', 3)}, "
        f"accuracy {_figure(pooled, 'accuracy', 3)} (majority "
        f"{_figure(pooled, 'majority_floor', 3)}, persistence "
        f"{_figure(pooled, 'persistence_floor', 3)}), ECE {_figure(pooled, 'ece', 3)}, "
        f"Brier {_figure(pooled, 'brier', 3)}, NLL {_figure(pooled, 'nll', 3)}"
    )


def spread_words(part: str, spread: Mapping[str, Any]) -> str:
    """Mean, deviation, lowest and highest of the figures of one part over several trainings."""
    names = {"f1": "macro F1", "mcc": "MCC", "accuracy": "accuracy", "loss": "loss"}
    told = [f"{words} {_spread(spread[name])}" for name, words in names.items() if spread[name]]
    return f"{part}: " + ", ".join(told)


def _spread(values: Mapping[str, Any]) -> str:
    deviation = f" ± {values['std']:.3f}" if values["std"] is not None else ""
    return f"{values['mean']:.3f}{deviation} ({values['min']:.3f} to {values['max']:.3f})"


def _figure(values: Any, name: str, digits: int = 4) -> str:
    value = values.get(name)
    return "-" if value is None else f"{value:.{digits}f}"
