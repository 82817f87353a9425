"""The Runs page: the queue above, every run of the workspace below."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QAction, QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.core.queue import QueueContent
from console.core.rundir import LIVE_STATES, RESUMABLE_STATES
from console.runtime.runs_desk import Done, RunsDesk
from console.ui.forms.format import grouped
from console.ui.i18n import tr, tr_message, trn
from console.ui.pages.queue_panel import QueuePanel
from console.ui.pages.runs_table import RunsModel, RunsTable
from console.ui.widgets.basics import button, label, line, text_block
from console.ui.widgets.notice import Notice
from console.ui.widgets.run_words import run_name

FILTER_AFTER_MS = 80


class RunsPage(QWidget):
    """Shows what ``desk`` reads.

    Signals:
        show_asked(str): show a run on the Train page.
        resume_asked(str): go on with a run.
        configure_asked(): set up a training.
    """

    show_asked = Signal(str)
    resume_asked = Signal(str)
    configure_asked = Signal()

    def __init__(self, desk: RunsDesk) -> None:
        super().__init__()
        self.setObjectName("page")
        self._desk = desk
        self._undo: Done | None = None
        self._told = ""
        self.notice, self.queue = Notice(), QueuePanel(desk)
        self.model = RunsModel()
        self.table = RunsTable(self.model)
        self.title, self.count = label(bold=True), label(tone="muted")
        self.search = QLineEdit()
        self.show_button, self.resume_button = button(), button()
        self.queue_button, self.folder_button, self.delete_button = button(), button(), button()
        self.empty_title, self.empty_text = label(size="title"), text_block(tone="muted")
        self.configure_button = button(kind="primary")
        self.none_text, self.clear_button = label(tone="muted"), button(kind="link")
        self._places = QStackedWidget()
        self._menu = QMenu(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FILTER_AFTER_MS)
        self._build_ui()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.title.setText(tr("All runs"))
        self.search.setPlaceholderText(tr("Find a run"))
        self.search.setAccessibleName(tr("Find a run"))
        self.search.setToolTip(tr("Words of the name, data, presets, state or note  (Ctrl+F)"))
        for action, text in zip(self._actions(), self._action_words(), strict=True):
            action.setText(text)
        for made, text in zip(self._buttons(), self._action_words(), strict=False):
            made.setText(text)
        self.empty_title.setText(tr("No run yet"))
        self.empty_text.setText(
            tr("Every training of this workspace is listed here, with its figures and your notes.")
        )
        self.configure_button.setText(tr("Set up a training"))
        self.none_text.setText(tr("No run contains all these words."))
        self.clear_button.setText(tr("Show all runs"))
        self.table.retranslate()
        self.queue.retranslate()
        self._show_state()

    @Slot()
    def focus_search(self) -> None:
        """Find in page."""
        self.search.setFocus()
        self.search.selectAll()

    def showEvent(self, event: QShowEvent) -> None:
        """What is looked at is kept up to date."""
        super().showEvent(event)
        self._desk.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """What nobody looks at is not."""
        super().hideEvent(event)
        self._desk.watch(False)

    def _buttons(self) -> tuple[QWidget, ...]:
        return (
            self.show_button, self.resume_button, self.queue_button, self.folder_button,
            self.delete_button,
        )  # fmt: skip

    def _actions(self) -> tuple[QAction, ...]:
        return tuple(self._menu.actions())

    def _action_words(self) -> tuple[str, ...]:
        return (
            tr("Show"), tr("Resume"), tr("Add to queue"), tr("Open folder"), tr("Delete"),
            tr("Write a note…"),
        )  # fmt: skip

    def _build_ui(self) -> None:
        for slot in (
            self._show, self._resume, self._add_to_queue, self._open_folder, self.delete,
            self._edit_note,
        ):  # fmt: skip
            self._menu.addAction("").triggered.connect(slot)
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(260)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        for page in (self._build_empty(), self.table, self._build_none()):
            self._places.addWidget(page)
        self._places.setCurrentIndex(1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(12)
        splitter.addWidget(self.queue)
        splitter.addWidget(self._build_runs())
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([190, 420])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self.notice)
        layout.addWidget(splitter, 1)
        self.notice.clear()

    def _build_runs(self) -> QWidget:
        head = QHBoxLayout()
        head.setSpacing(8)
        for part in (self.title, self.count):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.search)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for part in self._buttons():
            foot.addWidget(part)
        foot.addStretch(1)
        lower = QWidget()
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(line())
        column.addLayout(head)
        column.addWidget(self._places, 1)
        column.addLayout(foot)
        return lower

    def _build_empty(self) -> QWidget:
        page = QWidget()
        self.empty_text.setFixedWidth(420)
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(page)
        column.setSpacing(12)
        column.addStretch(1)
        for part in (self.empty_title, self.empty_text, self.configure_button):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def _build_none(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        for part in (self.none_text, self.clear_button):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def _connect(self) -> None:
        desk, table = self._desk, self.table
        desk.runs_changed.connect(self._on_runs)
        desk.queue_changed.connect(self._on_queue)
        desk.done.connect(self._on_done)
        desk.failed.connect(self.notice.show_error)
        self.queue.show_asked.connect(self.show_asked)
        self.queue.configure_asked.connect(self.configure_asked)
        self.configure_button.clicked.connect(self.configure_asked)
        self.clear_button.clicked.connect(self.search.clear)
        self.search.textChanged.connect(self._on_text)
        self._timer.timeout.connect(self._filter)
        self.model.note_written.connect(desk.write_note)
        table.opened.connect(self._show)
        table.delete_asked.connect(self.delete)
        table.customContextMenuRequested.connect(self._open_menu)
        table.selectionModel().selectionChanged.connect(self._on_selection)
        self.model.modelReset.connect(self._show_state)
        slots = (self._show, self._resume, self._add_to_queue, self._open_folder, self.delete)
        for made, slot in zip(self._buttons(), slots, strict=True):
            made.clicked.connect(slot)

    @Slot()
    def delete(self) -> None:
        """Move the chosen runs to the trash; runs at work stay."""
        chosen = [run.id for run in self.table.chosen if _can_go(run.state)]
        if chosen:
            self._desk.delete(chosen)

    @Slot()
    def _show(self) -> None:
        run = self.table.current
        if run is not None:
            self.show_asked.emit(run.id)

    @Slot()
    def _resume(self) -> None:
        run = self.table.current
        if run is not None and run.state in RESUMABLE_STATES:
            self.resume_asked.emit(run.id)

    @Slot()
    def _add_to_queue(self) -> None:
        for run in self.table.chosen:
            if run.state in RESUMABLE_STATES or run.state == "new":
                self._desk.add(run.id)

    @Slot()
    def _open_folder(self) -> None:
        run = self.table.current
        if run is not None:
            folder = self._desk.workspace.runs / run.id
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    @Slot()
    def _edit_note(self) -> None:
        self.table.edit_note()

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        if self.table.current is not None:
            self._menu.popup(self.table.viewport().mapToGlobal(place))

    @Slot(str)
    def _on_text(self, _text: str) -> None:
        self._timer.start()

    @Slot()
    def _filter(self) -> None:
        self.model.filter_by(self.search.text())
        self._show_state()

    @Slot(object)
    def _on_runs(self, runs: object) -> None:
        assert isinstance(runs, tuple)
        self.model.show_runs(runs)
        self._show_state()

    @Slot(object)
    def _on_queue(self, content: QueueContent) -> None:
        """A queue that had to be made again says so, once."""
        if content.notice and content.notice != self._told:
            self.notice.say(tr_message(content.notice))
        self._told = content.notice

    @Slot(object)
    def _on_done(self, done: Done) -> None:
        """Offer to take back what can be taken back."""
        name = run_name(done.runs[0]) if done.runs else ""
        if done.what == "removed":
            text = tr("{run} is out of the queue.", run=name)
        elif done.what == "deleted":
            text = trn("{run} is in the trash.", "{n} runs are in the trash.", len(done.runs),
                       run=name)  # fmt: skip
        else:
            return
        self._undo = done
        self.notice.say(text, action=tr("Undo"), run=self.undo)

    @Slot()
    def undo(self) -> None:
        """Take back the last removal or deletion."""
        done, self._undo = self._undo, None
        if done is None:
            return
        if done.what == "removed":
            self._desk.add(done.runs[0], done.index)
        else:
            self._desk.restore(done.runs)

    @Slot()
    def _on_selection(self) -> None:
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        shown, total = self.model.rowCount(), self.model.num_runs
        place = 1
        if self._desk.is_read and not total:
            place = 0
        elif total and not shown:
            place = 2
        self._places.setCurrentIndex(place)
        self.count.setText(_count_words(shown, total) if self._desk.is_read else tr("reading…"))
        run, chosen = self.table.current, self.table.chosen
        one = run is not None and bool(chosen)
        state = run.state if run is not None and chosen else ""
        can_wait = any(r.state in RESUMABLE_STATES or r.state == "new" for r in chosen)
        can = (
            one, state in RESUMABLE_STATES, can_wait, one, any(_can_go(r.state) for r in chosen),
        )  # fmt: skip
        for made, enabled in zip(self._buttons(), can, strict=True):
            made.setEnabled(enabled)
        for action, enabled in zip(self._actions(), (*can, one), strict=True):
            action.setEnabled(enabled)


def _can_go(state: str) -> bool:
    return state not in LIVE_STATES and state != "queued"


def _count_words(shown: int, total: int) -> str:
    if shown == total:
        return grouped(total)
    return tr("{shown} of {total}", shown=grouped(shown), total=grouped(total))
