"""What a run is and what happened to it, in the operator's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QDate, QDateTime, QLocale, Qt

from console.core.diagnosis import Diagnosis
from console.core.events import Event
from console.core.queue import EntryState
from console.core.rundir import RunState
from console.runtime.run_progress import RunProgress
from console.ui.forms.format import duration_text, grouped
from console.ui.i18n import current_language, tr, tr_message
from console.ui.plots.numbers import value_text
from console.ui.widgets.member_words import chosen_words, member_place

Level = Literal["info", "good", "warning", "bad"]
STATE_ROLES: Mapping[str, str] = {
    "new": "muted", "queued": "control", "starting": "accent", "running": "good",
    "paused": "warning", "released": "warning", "stalled": "warning", "crashed": "bad",
    "stopped": "muted", "finished": "accent", "failed": "bad",
}  # fmt: skip

STAMP_CHARS = len("20260102-030405")


@dataclass(frozen=True)
class LogLine:
    """One line of the log."""

    level: Level
    text: str


def state_words(state: RunState) -> str:
    """A run's state in one word or two."""
    return {
        "new": tr("No run"), "queued": tr("Queued"), "starting": tr("Starting"),
        "running": tr("Running"), "paused": tr("Paused"), "released": tr("Paused, memory freed"),
        "stalled": tr("Not answering"), "crashed": tr("Crashed"),
        "stopped": tr("Stopped"), "finished": tr("Finished"), "failed": tr("Failed"),
    }[state]  # fmt: skip


def entry_words(state: EntryState) -> str:
    """What became of a run in the queue."""
    return {
        "waiting": tr("Waiting"), "running": tr("Running"), "done": tr("Finished"),
        "failed": tr("Failed"), "stopped": tr("Stopped"), "removed": tr("Taken out"),
    }[state]  # fmt: skip


def run_name(run_id: str) -> str:
    """A run's name without the time and the number that keep it apart from others."""
    return run_id[STAMP_CHARS + 1 :].rpartition("-")[0] or run_id


def moment_words(moment: str) -> str:
    """A moment (ISO 8601, UTC) in the operator's time and language; a dash for none.

    The day is left out today, the year in this year.
    """
    if not moment:
        return "–"
    when = QDateTime.fromString(moment, Qt.DateFormat.ISODateWithMs).toLocalTime()
    locale, today = QLocale(current_language()), QDate.currentDate()
    if when.date() == today:
        return locale.toString(when.time(), QLocale.FormatType.ShortFormat)
    form = "d MMM hh:mm" if when.date().year() == today.year() else "d MMM yyyy"
    return locale.toString(when, form)


def stage_words(name: str) -> str:
    """A stage of the orchestrator."""
    words = {
        "load": tr("Loading data"), "analyse": tr("Analysing data"),
        "balance": tr("Balancing classes"), "create_model": tr("Creating the model"),
        "train": tr("Training"), "save": tr("Saving the model"),
    }  # fmt: skip
    return words.get(name, name)


def metric_words(name: str) -> str:
    """A figure's short name."""
    words = {
        "val_loss": tr("validation loss"), "val_f1": tr("macro F1"),
        "val_accuracy": tr("accuracy"), "val_mcc": tr("MCC"),
        "learning_rate": tr("learning rate"), "patience": tr("patience"),
        "epochs": tr("epochs"), "save_every": tr("save every"),
    }  # fmt: skip
    return words.get(name, name)


def reason_words(reason: str) -> str:
    """Why a run ended."""
    words = {
        "completed": tr("all epochs done"), "early_stopped": tr("no further improvement"),
        "all_members": tr("all trainings done"),
        "stopped": tr("stopped by you"), "collapsed": tr("predictions collapsed to one class"),
    }  # fmt: skip
    return words.get(reason, reason)


def pending_words(command: str, progress: RunProgress) -> str:
    """What a command will do, said at once."""
    if command == "stop":
        left = progress.epoch_left_s
        if left is None or left < 1.0:
            return tr("Stopping after epoch {epoch}", epoch=max(progress.epoch, 1))
        return tr(
            "Stopping after epoch {epoch}, about {time}",
            epoch=max(progress.epoch, 1),
            time=duration_text(round(left)),
        )
    words = {
        "stop_now": tr("Stopping now, keeping everything"), "pause": tr("Pausing"),
        "release": tr("Pausing, then freeing the memory"),
        "resume": tr("Going on"), "save": tr("Saving a checkpoint"),
        "set": tr("Takes effect at the next epoch"),
    }  # fmt: skip
    return words.get(command, "")


def size_words(size_bytes: int) -> str:
    """A file's size: 640 B, 12.4 MB."""
    if size_bytes < 1000:
        return tr("{n} B", n=size_bytes)
    if size_bytes < 999_500:
        return tr("{n} kB", n=f"{size_bytes / 1e3:.0f}")
    if size_bytes < 999_500_000:
        return tr("{n} MB", n=f"{size_bytes / 1e6:.1f}")
    return tr("{n} GB", n=f"{size_bytes / 1e9:.2f}")


def log_line(event: Event) -> LogLine | None:
    """An event as a line of the log; None for what only moves curves and bars.

    The line of one training of several begins with which one it is.
    """
    maker = _LINES.get(event.kind)
    line = maker(event, event.data) if maker else None
    if line is None or "member" not in event.data:
        return line
    return LogLine(line.level, f"{member_place(event.data)} · {line.text}")


def _member_started(_event: Event, data: Mapping[str, Any]) -> LogLine:
    days = {part: (told or {}).get("count", 0) for part, told in (data.get("days") or {}).items()}
    text = tr(
        "{name} begins. Days of training: {train}, validation: {validation}, test: {test}",
        name=member_place(data), train=days.get("train", "?"),
        validation=days.get("validation", "?"), test=days.get("test", "?"),
    )  # fmt: skip
    return LogLine("info", text)


def _member_finished(_event: Event, data: Mapping[str, Any]) -> LogLine:
    place, state = member_place(data), data.get("state")
    if state == "failed":
        return LogLine("bad", tr("{name} failed", name=place))
    best, test = data.get("metrics") or {}, data.get("test_metrics") or {}
    if state == "stopped" or not test:
        return LogLine("info", tr("{name} stopped", name=place))
    text = tr(
        "{name} finished: best epoch {epoch}, macro F1 {f1} on validation, {test} on test",
        name=place, epoch=data.get("best_epoch", "?"), f1=_figure(best, "val_f1"),
        test=_figure(test, "f1"),
    )  # fmt: skip
    return LogLine("good", text)


def _run_started(event: Event, data: Mapping[str, Any]) -> LogLine:
    text = tr(
        "Training {model} with {trainer} on {dataset}: {epochs} epochs of {steps} steps",
        model=data.get("model", "?"), trainer=data.get("trainer", "?"),
        dataset=data.get("dataset", "?"), epochs=data.get("epochs", "?"),
        steps=data.get("steps_per_epoch", "?"),
    )  # fmt: skip
    return LogLine("info", text)


def _stage(_event: Event, data: Mapping[str, Any]) -> LogLine:
    words = tr(
        "{stage} ({index} of {total})", stage=stage_words(str(data.get("name", ""))),
        index=data.get("index", "?"), total=data.get("total", "?"),
    )  # fmt: skip
    return LogLine("info", words)


def _data_summary(_event: Event, data: Mapping[str, Any]) -> LogLine:
    def count(name: str) -> str:
        value = data.get(name)
        return grouped(value) if isinstance(value, int) else "?"

    text = tr(
        "{train} training, {validation} validation and {test} test windows",
        train=count("train_windows"), validation=count("validation_windows"),
        test=count("test_windows"),
    )  # fmt: skip
    if data.get("simulated"):
        text += ". " + tr("The data is simulated.")
    return LogLine("info", text)


def _resumed(event: Event, data: Mapping[str, Any]) -> LogLine:
    text = tr(
        "Attempt {attempt} goes on from step {step}",
        attempt=event.attempt, step=grouped(int(data.get('from_step') or 0)),
    )  # fmt: skip
    reasons = ", ".join(tr_message(str(reason)) for reason in data.get("reasons") or ())
    if data.get("exact", True) or not reasons:
        return LogLine("info", text)
    return LogLine("warning", tr("{text}, not bit-exact because {why}", text=text, why=reasons))


def _epoch(event: Event, data: Mapping[str, Any]) -> LogLine:
    text = tr(
        "Epoch {epoch}: train {train}, validation {validation}, accuracy {accuracy}, macro F1 {f1}",
        epoch=event.epoch, train=_figure(data, "train_loss"),
        validation=_figure(data, "val_loss"), accuracy=_figure(data, "val_accuracy"),
        f1=_figure(data, "val_f1"),
    )  # fmt: skip
    return LogLine("info", text)


def _saved(event: Event, data: Mapping[str, Any]) -> LogLine:
    text = tr(
        "Checkpoint of epoch {epoch}, step {step} saved ({size})",
        epoch=data.get("epoch", event.epoch), step=grouped(int(data.get('step') or event.step)),
        size=size_words(int(data.get("size_bytes") or 0)),
    )  # fmt: skip
    return LogLine("good", text)


def _save_failed(_event: Event, data: Mapping[str, Any]) -> LogLine:
    told = _error_text(data)
    return LogLine("warning", tr("A checkpoint was not saved. {reason}", reason=told))


def _best(event: Event, data: Mapping[str, Any]) -> LogLine:
    text = tr(
        "Best so far: {metric} {value} at epoch {epoch}",
        metric=metric_words(str(data.get("metric", ""))), value=_figure(data, "value"),
        epoch=data.get("epoch", event.epoch),
    )  # fmt: skip
    return LogLine("good", text)


def _setting(_event: Event, data: Mapping[str, Any]) -> LogLine:
    text = tr(
        "{name} changed from {before} to {after}",
        name=metric_words(str(data.get("name", ""))), before=data.get("before"),
        after=data.get("after"),
    )  # fmt: skip
    return LogLine("info", text)


def _warning(_event: Event, data: Mapping[str, Any]) -> LogLine:
    words = (tr_message(str(data.get(name) or "")) for name in ("message", "remedy"))
    return LogLine("warning", " ".join(word for word in words if word))


def _ack(_event: Event, data: Mapping[str, Any]) -> LogLine | None:
    message = tr_message(str(data.get("message") or ""))
    message = message[:1].upper() + message[1:]
    if data.get("accepted", True):
        return LogLine("info", message) if message else None
    return LogLine("warning", message or tr("The training did not accept the command."))


def _paused(_event: Event, data: Mapping[str, Any]) -> LogLine:
    return LogLine("info", tr("Paused, memory freed") if data.get("released") else tr("Paused"))


def _diagnosis(_event: Event, data: Mapping[str, Any]) -> LogLine:
    found = Diagnosis.from_dict(data)
    text = " ".join(tr_message(words) for words in (found.message, found.cause) if words)
    if not found.active:
        return LogLine("good", tr("Doctor: it has passed. {what}", what=tr_message(found.message)))
    levels: dict[str, Level] = {"info": "info", "warning": "warning", "severe": "bad"}
    return LogLine(levels[found.level], tr("Doctor: {what}", what=text))


def _unpaused(_event: Event, _data: Mapping[str, Any]) -> LogLine:
    return LogLine("info", tr("Going on"))


def _evaluated(_event: Event, data: Mapping[str, Any]) -> LogLine:
    text = tr(
        "{split}: accuracy {accuracy}, macro F1 {f1}, MCC {mcc}",
        split=_split_words(str(data.get("split", ""))),
        accuracy=value_text(_first(data, "accuracy", "val_accuracy")),
        f1=value_text(_first(data, "f1", "macro_f1", "val_f1")),
        mcc=value_text(_first(data, "mcc", "val_mcc")),
    )  # fmt: skip
    return LogLine("info", text)


def _exported(_event: Event, data: Mapping[str, Any]) -> LogLine:
    return LogLine("good", tr("Exported to {path}", path=data.get("path", "?")))


def _finished(_event: Event, data: Mapping[str, Any]) -> LogLine:
    reason = reason_words(str(data.get("reason", "")))
    text = tr("Training ended: {reason}", reason=reason)
    chosen = data.get("chosen")
    return LogLine("good", f"{text}. {chosen_words(chosen)}" if chosen else text)


def _failed(_event: Event, data: Mapping[str, Any]) -> LogLine:
    return LogLine("bad", _error_text(data) or tr("The training failed."))


def _error_text(data: Mapping[str, Any]) -> str:
    error = data.get("error")
    if not isinstance(error, Mapping):
        return ""
    words = (tr_message(str(error.get(name) or "")) for name in ("message", "remedy"))
    return " ".join(word for word in words if word)


def _split_words(split: str) -> str:
    words = {
        "train": tr("Training part"), "validation": tr("Validation"), "test": tr("Test"),
        "pooled": tr("Test windows of all folds"),
    }  # fmt: skip
    return words.get(split, split)


def _figure(data: Mapping[str, Any], name: str) -> str:
    return value_text(_first(data, name))


def _first(data: Mapping[str, Any], *names: str) -> float | None:
    values = (data.get(name) for name in names)
    return next((float(value) for value in values if isinstance(value, int | float)), None)


_LINES: Mapping[str, Callable[[Event, Mapping[str, Any]], LogLine | None]] = {
    "run_started": _run_started, "stage": _stage, "data_summary": _data_summary,
    "resumed": _resumed, "epoch_metrics": _epoch, "checkpoint_saved": _saved,
    "checkpoint_failed": _save_failed, "best_changed": _best, "setting_changed": _setting,
    "warning": _warning, "diagnosis": _diagnosis, "command_ack": _ack,
    "paused": _paused, "unpaused": _unpaused,
    "evaluated": _evaluated, "exported": _exported, "finished": _finished, "failed": _failed,
    "member_started": _member_started, "member_finished": _member_finished,
}  # fmt: skip
