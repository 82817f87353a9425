"""Configure: the data, the forms, and what the training will be like before it starts."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.core.configs import BalancingConfig, DataConfig, OrchestratorConfig, TrainerConfigV2
from console.core.errors import ConfigError
from console.core.fields import from_plain, to_plain
from console.core.paths import Workspace
from console.runtime.settings import Settings
from console.ui.dialogs.prompts import prompts
from console.ui.forms.config_form import ConfigForm
from console.ui.forms.format import value_text
from console.ui.forms.problem_text import problem_text
from console.ui.i18n import tr, tr_message
from console.ui.pages.data_gate import DataChoice, DataGate
from console.ui.pages.data_strip import STRIP_FIELDS, DataStrip
from console.ui.pages.dataset_shelf import DatasetShelf
from console.ui.pages.forms_pane import LOSS_FIELDS, PROCESS_FIELDS, FormsPane
from console.ui.pages.health_line import HealthLine
from console.ui.pages.mending import FormMending
from console.ui.pages.price_gate import PriceGate, price_request
from console.ui.pages.run_type_choice import RunTypeChoice
from console.ui.pages.start_summary import Change, Plan, StartSummary

SETTINGS_NAME = "configure/state"
_SAVE_AFTER_MS = 400


class ConfigurePage(QWidget):
    """``start_requested`` and ``queue_requested`` carry a complete ``OrchestratorConfig``."""

    start_requested = Signal(object)
    queue_requested = Signal(object)
    import_asked = Signal()
    plan_changed = Signal()

    def __init__(self, workspace: Workspace, shelf: DatasetShelf, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("page")
        self._workspace, self._settings = workspace, settings
        self._blocked = ""
        self._pending: DataChoice | None = None  # what starts when its check is over
        self._for_queue = False  # whether it is only to wait for its turn then
        self.gate = DataGate(shelf, self)
        self.strip = DataStrip(shelf)
        self.health = HealthLine(self.gate)
        self.run_type = RunTypeChoice()
        self.forms = FormsPane()
        self.mending = FormMending(self.gate, shelf, self.strip, self.forms)
        self.prices = PriceGate(shelf, self)
        self.summary = StartSummary(self.prices)
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(_SAVE_AFTER_MS)
        self._build_ui()
        self._restore()
        self._connect()
        self._refresh()

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.strip.retranslate()
        self.health.retranslate()
        self.run_type.retranslate()
        self.forms.retranslate()
        self.summary.retranslate()
        self._refresh()

    def config(self) -> OrchestratorConfig:
        """What would be trained now.

        Raises:
            ConfigError: a field is not valid.
        """
        forms = self.forms
        trainer = forms.trainer.model.config()
        data = self._data_config()
        return OrchestratorConfig(
            model=forms.model.model.config(),
            trainer=trainer,
            data=data,
            balancing=self._balancing_config(trainer),
            model_preset=forms.model.presets.preset,
            trainer_preset=forms.trainer.presets.preset,
            balancing_preset=forms.balancing.presets.preset,
            symbols=data.symbols,
            experiment_name=f"{data.dataset} {forms.model.presets.preset}",
            output_dir=str(self._workspace.models),
            use_mlflow=False,
            device=trainer.device,
            seed=trainer.seed,
            execution="process",
            workspace=str(self._workspace.root),
            **self.run_type.values(),
            **{name: forms.processes.model.value(name) for name in PROCESS_FIELDS},
        )

    def plan(self) -> Plan:
        """What the summary shows."""
        problem, jump_to = self._first_problem()
        reason = self.strip.problem() or problem or self._too_short() or self.run_type.problem()
        reason = reason or self._too_many_processes()
        unfit = "" if reason else self._unfit()
        reason = reason or unfit or self._too_much()
        can_queue = not reason
        reason = reason or self._blocked
        return Plan(
            info=self.strip.info,
            data=_valid(self._data_config),
            model=_valid(self.forms.model.model.config),
            trainer=_valid(self.forms.trainer.model.config),
            changes=self._changes(),
            reason=reason,
            jump_to=jump_to if reason and reason == problem else "",
            unfit=bool(unfit),
            can_queue=can_queue,
            checking=self.gate.share if self._pending is not None else None,
            mixes=self.gate.class_mixes(),
            num_trainings=self.run_type.num_trainings,
        )

    def set_blocked(self, reason: str) -> None:
        """Why no training may start now, although the forms are fine; empty when one may."""
        if reason != self._blocked:
            self._blocked = reason
            self.gate.set_resting(bool(reason))
            self.prices.set_resting(bool(reason))
            self._refresh()

    @property
    def data_choice(self) -> DataChoice | None:
        """The data of the next training; None while a field is not valid."""
        return self._data_choice()

    @property
    def can_start(self) -> bool:
        """Whether nothing is in the way of a training."""
        return self.summary.start.isEnabled()

    @property
    def can_queue(self) -> bool:
        """Whether the training may wait for its turn, also when none may start now."""
        return self.summary.queue.isEnabled()

    @Slot()
    def start(self) -> None:
        """Ask for the training, when nothing is in its way; unchecked data are checked first."""
        self._refresh()
        if self.can_start:
            self._ask(for_queue=False)

    @Slot()
    def add_to_queue(self) -> None:
        """Let the training wait for its turn; unchecked data are checked first."""
        self._refresh()
        if self.can_queue:
            self._ask(for_queue=True)

    def _ask(self, *, for_queue: bool) -> None:
        self._for_queue = for_queue
        if self.gate.result is not None:
            self._launch()
            return
        self._pending = self.gate.choice
        self.gate.check()
        self._show_plan()

    @Slot()
    def cancel_start(self) -> None:
        """Give up a start that waits for its check."""
        self._pending = None
        self.gate.cancel()
        self._show_plan()

    def take_over(self, config: OrchestratorConfig, changes: Mapping[str, Any]) -> None:
        """Show the settings that a run was started with, ``changes`` of the trainer made."""
        presets = {
            "model": config.model_preset, "data": "", "balancing": config.balancing_preset,
            "trainer": config.trainer_preset,  # last: a balancing preset speaks of the loss, too
        }  # fmt: skip
        if config.data is not None:
            self.strip.restore({**self.strip.values(), **_strip_values(config.data)})
        for name, preset in presets.items():
            part = getattr(config, name)
            values = {} if part is None else to_plain(part)
            self.forms.forms[name].restore({"preset": preset, "changed": values})
        self.forms.trainer.model.set_values(changes)
        self._refresh()
        if changes:
            self.forms.reveal(f"trainer.{next(iter(changes))}")

    @Slot()
    def show_findings(self) -> None:
        """List what was found about the chosen data."""
        self.mending.show_findings(self.window())

    def showEvent(self, event: QShowEvent) -> None:
        """What is looked at is checked by itself."""
        super().showEvent(event)
        self.gate.set_watched(True)
        self.prices.set_watched(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """What nobody looks at is not."""
        super().hideEvent(event)
        self.gate.set_watched(False)
        self.prices.set_watched(False)

    @Slot(object)
    def apply_changes(self, changes: Mapping[str, Any]) -> None:
        """Set fields of the forms, by ``form.field``."""
        for path, value in changes.items():
            form, _dot, name = path.partition(".")
            self.forms.forms[form].model.set_value(name, value)

    @Slot()
    def focus_search(self) -> None:
        """Find in page."""
        self.forms.search.setFocus()
        self.forms.search.selectAll()

    @Slot()
    def save_state(self) -> None:
        """Keep what was chosen for the next time the window opens."""
        state = {name: form.state() for name, form in self.forms.forms.items()}
        state["run_type"] = self.run_type.values()
        self._settings.set_mapping(SETTINGS_NAME, {**state, "strip": self.strip.values()})

    def _build_ui(self) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.health, 1)
        row.addStretch()
        row.addWidget(self.run_type)
        self.strip.add_line(line)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.forms, 1)
        below.addWidget(self.summary)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.strip)
        layout.addLayout(below, 1)

    def _restore(self) -> None:
        state = self._settings.mapping(SETTINGS_NAME)
        for name, form in self.forms.forms.items():
            kept = state.get(name)
            if isinstance(kept, Mapping):
                form.restore(kept)
        strip = state.get("strip")
        if isinstance(strip, Mapping):
            self.strip.restore(strip)
        self.strip.show_balancing(self.forms.balancing.presets.preset)
        self.run_type.show_split(_valid(self._data_config))
        run_type = state.get("run_type")
        if isinstance(run_type, Mapping):
            self.run_type.restore(run_type)

    def _connect(self) -> None:
        self.strip.changed.connect(self._refresh)
        self.gate.changed.connect(self._on_gate)
        self.prices.changed.connect(self._show_plan)
        self.summary.price.changes_asked.connect(self.apply_changes)
        self.mending.applied.connect(self._refresh)
        self.run_type.changed.connect(self._refresh)
        self.run_type.folds_wanted.connect(self._walk_forward)
        self.health.findings_asked.connect(self.show_findings)
        self.summary.findings_asked.connect(self.show_findings)
        self.summary.cancel_asked.connect(self.cancel_start)
        self.strip.import_asked.connect(self.import_asked)
        self.strip.balancing_chosen.connect(self._choose_balancing)
        self.forms.changed.connect(self._refresh)
        self.forms.balancing.presets.preset_chosen.connect(self.strip.show_balancing)
        self.forms.balancing.presets.preset_chosen.connect(self._take_over_loss)
        self.forms.balancing.presets.presets_changed.connect(self.strip.reload_balancing)
        self.summary.start_clicked.connect(self.start)
        self.summary.queue_clicked.connect(self.add_to_queue)
        self.summary.jump_asked.connect(self.forms.reveal)
        self._save_timer.timeout.connect(self.save_state)

    @Slot()
    def _refresh(self) -> None:
        info = self.strip.info
        if info is not None:
            self.forms.model.model.set_value("input_features", len(info.features))
        self.run_type.show_split(_valid(self._data_config))
        config = _valid(self.config)
        sound = config is not None and info is not None
        self.prices.show_request(price_request(config, info) if sound else None)
        self.gate.show_choice(self._data_choice())
        self.summary.price.refresh()
        self._save_timer.start()

    @Slot()
    def _walk_forward(self) -> None:
        """All folds are wanted of a split that has none: take the method of most desks."""
        self.forms.data.model.set_value("split_method", "walk_forward")

    @Slot()
    def _show_plan(self) -> None:
        self.prices.set_ready(self.gate.result is not None)
        self.summary.show_plan(self.plan())
        self.plan_changed.emit()

    @Slot()
    def _on_gate(self) -> None:
        """What is known about the data has changed; a start may have waited for it."""
        waited = self._pending is not None and not self.gate.is_checking
        same = self._pending == self.gate.choice
        if waited:
            self._pending = None
        self._show_plan()
        if not waited or not same:
            return
        if self.gate.failure is not None:
            self._ask_about(self.gate.failure)
        elif self.gate.result is not None and self._may_go:
            self._launch()
        elif self.gate.result is not None:
            self.show_findings()

    def _ask_about(self, failure: Mapping[str, str]) -> None:
        """The check itself failed: only the operator can say whether to train without it."""
        title = tr("The data could not be checked")
        choices = [tr("Don't start"), tr("Start without a check")]
        if self._for_queue:
            choices = [tr("Don't add"), tr("Add without a check")]
        if prompts().choose(self, title, tr_message(failure["message"]), choices) == 1:
            self._launch()

    @property
    def _may_go(self) -> bool:
        return self.can_queue if self._for_queue else self.can_start

    def _launch(self) -> None:
        self.save_state()
        asked = self.queue_requested if self._for_queue else self.start_requested
        asked.emit(self.config())

    def _unfit(self) -> str:
        """The red finding that forbids a training; empty when there is none."""
        blocking = self.gate.result.blocking if self.gate.result else ()
        if not blocking:
            return ""
        return tr("The data are not fit: {reason}", reason=tr_message(blocking[0].message))

    def _too_much(self) -> str:
        """Why the training was measured not to fit; empty when it fits or was not measured."""
        problem = self.prices.problem
        return tr_message(problem["message"]) if problem is not None else ""

    @Slot(str)
    def _choose_balancing(self, name: str) -> None:
        self.forms.balancing.presets.choose(name)

    @Slot(str)
    def _take_over_loss(self, _preset: str) -> None:
        """A balancing preset also speaks of the loss: put that where the operator sees it."""
        chosen = self.forms.balancing.model.values()
        self.forms.trainer.model.set_values({name: chosen[name] for name in LOSS_FIELDS})

    def _balancing_config(self, trainer: TrainerConfigV2) -> BalancingConfig:
        """The balancing form, with the loss as the trainer form shows it."""
        loss = {name: getattr(trainer, name) for name in LOSS_FIELDS}
        return from_plain(BalancingConfig, {**self.forms.balancing.model.values(), **loss})

    def _data_config(self) -> DataConfig:
        return from_plain(DataConfig, {**self.forms.data.model.values(), **self.strip.values()})

    def _data_choice(self) -> DataChoice | None:
        """What a check would look at; None while a field is not valid."""
        info, data = self.strip.info, _valid(self._data_config)
        model = _valid(self.forms.model.model.config)
        trainer = _valid(self.forms.trainer.model.config)
        if info is None or data is None or model is None or trainer is None:
            return None
        balancing = _valid(functools.partial(self._balancing_config, trainer))
        return DataChoice(info, data, balancing, model.sequence_length) if balancing else None

    def _first_problem(self) -> tuple[str, str]:
        """What is wrong in the forms, and where."""
        for key, form in self.forms.forms.items():
            for name, problem in form.model.problems.items():
                record = form.model.record(name)
                words = tr("{field}: {problem}", field=tr(record.label),
                           problem=problem_text(record, problem))  # fmt: skip
                return words, f"{key}.{name}"
        return "", ""

    def _too_many_processes(self) -> str:
        """Several trainings and several processes do not go together."""
        processes = self.forms.processes.model
        several = any(processes.value(name) != 1 for name in ("num_processes", "num_hosts"))
        if not several or self.run_type.values()["run_type"] == "single":
            return ""
        return tr("A run of several trainings does each of them in one process.")

    def _too_short(self) -> str:
        info, model = self.strip.info, _valid(self.forms.model.model.config)
        if info is None or model is None:
            return ""
        chosen = set(self.strip.symbols.chosen)
        pairs = zip(info.symbols, info.rows_per_symbol, strict=True)
        longest = max((rows for symbol, rows in pairs if symbol in chosen), default=0)
        if model.sequence_length <= longest:
            return ""
        return tr(
            "Sequence length {length} is longer than the longest symbol, {rows} rows.",
            length=model.sequence_length, rows=longest,
        )  # fmt: skip

    def _changes(self) -> tuple[Change, ...]:
        return tuple(change for form in self.forms.forms.values() for change in _changes_of(form))


def _strip_values(data: DataConfig) -> dict[str, Any]:
    return {name: value for name, value in to_plain(data).items() if name in STRIP_FIELDS}


def _changes_of(form: ConfigForm) -> list[Change]:
    changes = []
    for name, (before, after) in form.model.changed().items():
        record = form.model.record(name)
        words = value_text(record, before), value_text(record, after)
        changes.append(Change(tr(record.label), *words))
    return changes


def _valid(make: Any) -> Any:
    """What ``make`` gives, None while its values are not valid."""
    try:
        return make()
    except ConfigError:
        return None
