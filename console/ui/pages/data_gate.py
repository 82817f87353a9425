"""Knows what was found about the chosen data, and has it checked once the choice has settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from console.core.configs import BalancingConfig, DataConfig
from console.core.datasets import DatasetInfo
from console.core.fields import fields_of, to_plain
from console.core.gate import LABEL_GROUP, GateResult, gate_key, read_result
from console.runtime.jobs import Job
from console.ui.pages.dataset_shelf import DatasetShelf

SETTLE_MS = 1_000
CHEAP_CELLS = 100_000_000  # rows x features that a check takes some ten seconds for
State = Literal["none", "unchecked", "checking", "failed", "red", "warning", "good"]
MIX_CODES = ("class_mix", "missing_class")


@dataclass(frozen=True)
class DataChoice:
    """The data of the next training, as far as the findings depend on it."""

    info: DatasetInfo
    data: DataConfig
    balancing: BalancingConfig
    sequence_length: int

    @property
    def key(self) -> str:
        """Under which the findings are kept."""
        return gate_key(self.info, self.data, self.balancing, self.sequence_length)

    @property
    def is_cheap(self) -> bool:
        """Whether a check is so quick that nobody needs to ask for it."""
        return self.info.num_rows * len(self.info.features) <= CHEAP_CELLS

    @property
    def arguments(self) -> list[str]:
        """The command that checks this choice."""
        return ["data", "check", self.info.name, *self.options]

    @property
    def profile_arguments(self) -> list[str]:
        """The command that profiles this choice."""
        return ["data", "profile", self.info.name, *self.options]

    @property
    def options(self) -> list[str]:
        """How the data are split and labelled, as the commands about data take it."""
        words = ["--sequence-length", str(self.sequence_length)]
        for field in fields_of(DataConfig):
            if field.name != "dataset":
                words += [
                    "--set",
                    f"data.{field.name}={setting_text(getattr(self.data, field.name))}",
                ]
        for field in fields_of(BalancingConfig):
            if field.group == LABEL_GROUP:
                value = setting_text(getattr(self.balancing, field.name))
                words += ["--set", f"balancing.{field.name}={value}"]
        return words


class DataGate(QObject):
    """One child process at a time; one whose choice is no longer in force is given up.

    ``changed`` follows every change of what is known, and of how far a check is; ``ended`` every
    check.
    """

    changed = Signal()
    ended = Signal()

    def __init__(self, shelf: DatasetShelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self.choice: DataChoice | None = None
        self.result: GateResult | None = None
        self.failure: Mapping[str, str] | None = None
        self.share, self.doing = 0.0, ""
        self._watched, self._resting, self._again = False, False, False
        self._job: Job | None = None
        self._checked: DataChoice | None = None
        self._declined: DataChoice | None = None  # whose check the operator has ended
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)

    @property
    def is_checking(self) -> bool:
        """Whether the choice in force is being checked, or will be as soon as its turn comes."""
        return self._again or self._is_own

    @property
    def _is_own(self) -> bool:
        """Whether the job in hand is that of the choice in force."""
        return self._job is not None and self._checked == self.choice

    @property
    def state(self) -> State:
        """What is known about the choice in force."""
        if self.choice is None:
            return "none"
        if self.is_checking:
            return "checking"
        if self.failure is not None:
            return "failed"
        if self.result is None:
            return "unchecked"
        return "good" if self.result.health == "info" else self.result.health

    def count(self, severity: str) -> int:
        """How many findings of ``severity`` the choice in force has."""
        return sum(f.severity == severity for f in self.result.findings) if self.result else 0

    def class_mixes(self) -> tuple[tuple[str, Sequence[int]], ...]:
        """``(part, class counts)`` of the parts as the last check found them."""
        found = self.result.findings if self.result else ()
        return tuple(
            (str(f.figures["part"]), f.figures["counts"])
            for f in found
            if f.code in MIX_CODES and {"part", "counts"} <= set(f.figures)
        )

    def show_choice(self, choice: DataChoice | None) -> None:
        """Another choice of data; None where it is not valid or there is none."""
        if choice != self.choice:
            self.failure, self._again = None, False
        self.choice = choice
        self.result = None
        if choice is not None:
            self.result = read_result(self._shelf.workspace, choice.info.name, choice.key)
        if self._job is not None and not self._is_own:
            self._job.cancel()
        self._wait()
        self.changed.emit()

    def set_watched(self, watched: bool) -> None:
        """Whether somebody looks: what nobody looks at is not checked by itself."""
        self._watched = watched
        self._wait()

    def set_resting(self, resting: bool) -> None:
        """Whether the machine is busy with a training: then only a request starts a check."""
        if resting != self._resting:
            self._resting = resting
            self._wait()

    @Slot()
    def check(self) -> None:
        """Check the choice in force now."""
        self._settle.stop()
        if self.choice is None or self.is_checking:
            return
        if self._job is not None:
            self._again = True
            self._job.cancel()
            self.changed.emit()
            return
        self.failure, self._declined = None, None
        self.share, self.doing = 0.0, ""
        self._checked = self.choice
        self._job = self._shelf.start_check(self.choice.arguments)
        self._job.progress.connect(self._on_progress)
        self._job.finished.connect(self._on_finished)
        self._job.failed.connect(self._on_failed)
        self._job.cancelled.connect(self._on_end)
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Give up the check in hand; the choice stays unchecked until somebody asks again."""
        if self._job is not None:
            self._declined, self._again = self.choice, False
            self._job.cancel()

    def _wait(self) -> None:
        """Check by itself when the choice has stayed the same for a moment."""
        self._settle.stop()
        if self._is_due():
            self._settle.start()

    def _is_due(self) -> bool:
        wanted = self._watched and not self._resting and self.state == "unchecked"
        cheap = self.choice is not None and self.choice.is_cheap
        return wanted and cheap and self.choice != self._declined

    @Slot()
    def _on_settled(self) -> None:
        if self._is_due():
            self.check()

    @Slot(object)
    def _on_progress(self, content: Mapping[str, object]) -> None:
        told = content.get("progress")
        if not isinstance(told, Mapping) or not self._is_own:
            return
        done = told.get("fraction")
        self.share = float(done) if isinstance(done, int | float) else 0.0
        self.doing = str(told.get("message", ""))
        self.changed.emit()

    @Slot(object)
    def _on_failed(self, error: Mapping[str, str]) -> None:
        found = self._job is not None and "findings" in self._job.result
        if not found and self._is_own:  # a red finding ends the command with 1, too
            self.failure = error
        self._on_end()

    @Slot(object)
    def _on_finished(self, _result: object) -> None:
        choice = self.choice
        if self._is_own and choice is not None:
            kept = read_result(self._shelf.workspace, choice.info.name, choice.key)
            if kept is None:  # the dataset was stored anew meanwhile
                self.failure = {"message": "The check left no result.", "remedy": ""}
        self._on_end()

    @Slot()
    def _on_end(self) -> None:
        self._job = None
        self.show_choice(self.choice)
        self.ended.emit()
        if self._again:
            self._again = False
            self.check()


def setting_text(value: object) -> str:
    """``value`` as ``--set`` reads it."""
    plain = to_plain(value)
    return ",".join(map(str, plain)) if isinstance(plain, list) else str(plain)
