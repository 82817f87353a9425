"""The import wizard, driven by clicks and keys, with real files, file dialogs and processes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import yaml
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from console.core.paths import Workspace
from console.runtime.jobs import JobRunner
from console.runtime.settings import Settings
from console.ui.dialogs import file_dialogs
from console.ui.i18n import set_language
from console.ui.pages.data_page import DataPage
from console.ui.pages.dataset_shelf import DatasetShelf
from console.ui.wizard import roles
from console.ui.wizard.import_wizard import ImportWizard
from tests.ui.conftest import AnsweringDialogs

JOB_MS = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(
    app: QApplication, workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> DataPage:
    made = DataPage(DatasetShelf(workspace, jobs), settings)
    qtbot.addWidget(made)
    made.resize(1180, 760)
    made.show()
    return made


@pytest.fixture
def real_dialogs() -> Iterator[None]:
    """Qt's own file dialogs, which a test can operate."""
    before = file_dialogs.file_dialogs()
    file_dialogs.use_file_dialogs(file_dialogs.FileDialogs(native=False))
    yield
    file_dialogs.use_file_dialogs(before)


class Typist:
    """Types a path into the file dialog that opens next, and presses Enter."""

    def __init__(self, qtbot: QtBot, path: Path) -> None:
        self._qtbot, self._path = qtbot, path
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(20)

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog) and dialog.isVisible():
            self._timer.stop()
            box = dialog.findChild(QLineEdit, "fileNameEdit")
            box.setText(str(self._path))
            self._qtbot.keyClick(box, Qt.Key.Key_Return)


def write_rows(path: Path, *, symbol: str = "A", broken: bool = False) -> Path:
    draw = random.Random(3)
    lines = ["symbol,time,bid,ask,mid,label_2"]
    for row in range(300):
        mid = "oops" if broken and row == 120 else f"{100 + draw.random():.4f}"
        lines.append(
            f"{symbol},{1_700_000_000 + row},{draw.random():.4f},{draw.random():.4f},{mid},"
            f"{draw.randrange(3)}"
        )
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def open_wizard(page: DataPage, qtbot: QtBot) -> ImportWizard:
    qtbot.mouseClick(page.import_button, LEFT)
    assert page.dialog is not None
    return page.dialog


def choose(wizard: ImportWizard, qtbot: QtBot) -> None:
    """Press Files…; the file dialog service answers. Wait until the files were looked at."""
    qtbot.mouseClick(wizard.files_page.files_button, LEFT)
    read(wizard, qtbot)


def read(wizard: ImportWizard, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not wizard.previewer.is_busy, timeout=JOB_MS)


def to_columns(wizard: ImportWizard, qtbot: QtBot) -> None:
    for step in (1, 2):
        qtbot.mouseClick(wizard.next_button, LEFT)
        assert wizard.step == step, wizard.problem()


def finish(page: DataPage, wizard: ImportWizard, name: str, qtbot: QtBot) -> None:
    """From the columns to the stored dataset, by keys."""
    qtbot.keyClick(wizard, Qt.Key.Key_Return)
    assert wizard.step == 3, wizard.problem()
    wizard.name_page.name.selectAll()
    qtbot.keyClicks(wizard.name_page.name, name)
    with qtbot.waitSignal(page._shelf.added, timeout=JOB_MS) as added:
        qtbot.keyClick(wizard.name_page.name, Qt.Key.Key_Return)
    assert added.args == [name]


def test_that_a_table_is_imported_with_a_mapping_that_nobody_wrote(
    page: DataPage, tmp_path: Path, qtbot: QtBot, real_dialogs: None
) -> None:
    wizard = open_wizard(page, qtbot)
    assert not wizard.next_button.isEnabled()
    typist = Typist(qtbot, write_rows(tmp_path / "rows.csv"))
    choose(wizard, qtbot)
    assert typist is not None and wizard.draft.paths == [tmp_path / "rows.csv"]
    to_columns(wizard, qtbot)
    columns = wizard.columns_page
    assert (columns.fields.symbol.value, columns.fields.time.value) == ("symbol", "time")
    assert columns.fields.mid.value == "mid"
    assert columns.stored_table.rows.rowCount() == 50
    assert not wizard.next_button.isEnabled()
    assert wizard.reason.text() == "Check what the label values mean, and say so."
    qtbot.mouseClick(wizard.show_button, LEFT)
    assert wizard.focusWidget() is columns.labels.checked
    qtbot.keyClick(columns.labels.checked, Qt.Key.Key_Space)
    finish(page, wizard, "mine", qtbot)
    info = page._shelf.get("mine")
    assert info is not None
    assert (info.num_rows, info.features) == (300, ("bid", "ask", "mid"))
    assert [(label.column, label.horizon_rows) for label in info.labels] == [("label_2", 2)]


def test_that_the_mapping_is_remembered_for_the_next_file(
    page: DataPage, files: AnsweringDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    files.answers = [[write_rows(tmp_path / "one.csv")], [write_rows(tmp_path / "two.csv")]]
    wizard = open_wizard(page, qtbot)
    choose(wizard, qtbot)
    to_columns(wizard, qtbot)
    horizon = wizard.columns_page.labels.horizons["label_2"]
    horizon.setFocus()
    horizon.selectAll()
    qtbot.keyClicks(horizon, "7")
    wizard.columns_page.labels.checked.click()
    read(wizard, qtbot)
    finish(page, wizard, "one", qtbot)

    wizard = open_wizard(page, qtbot)
    assert wizard.step == 0 and wizard.draft.paths == [], "an import that worked is over"
    choose(wizard, qtbot)
    to_columns(wizard, qtbot)
    assert wizard.columns_page.labels.horizons["label_2"].value() == 7
    assert wizard.columns_page._source.text() == "Taken from your last import of the same columns."
    assert wizard.next_button.isEnabled(), "what the labels mean was declared before"
    finish(page, wizard, "two", qtbot)


def test_that_a_column_gets_its_role_by_a_click_on_its_head(
    page: DataPage, files: AnsweringDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    files.answers = [[write_rows(tmp_path / "rows.csv")]]
    wizard = open_wizard(page, qtbot)
    choose(wizard, qtbot)
    to_columns(wizard, qtbot)
    columns = wizard.columns_page
    header = columns.file_table.horizontalHeader()
    label = QPoint(header.sectionViewportPosition(5) + 20, 10)
    qtbot.mouseClick(header.viewport(), LEFT, pos=label)
    offered = {action.data(): action for action in columns.role_menu.actions()}
    assert [role for role, action in offered.items() if action.isChecked()] == ["label"]
    offered[""].trigger()
    columns.role_menu.hide()
    read(wizard, qtbot)
    assert columns.labels.horizons == {}
    assert "label_2" not in columns.fields.features.chosen
    assert wizard.next_button.isEnabled(), "without labels nothing has to be declared"
    assert header.model().headerData(5, Qt.Orientation.Horizontal) == "label_2\nnot used"


@pytest.mark.parametrize("role", roles.ROLES)
def test_that_a_column_has_the_one_role_that_it_was_given(role: str) -> None:
    kinds = {"s": "text", "t": "number", "d": "number", "x": "number", "y": "number"}
    columns = [{"name": name, "kind": kind} for name, kind in kinds.items()]
    before = {
        "symbol": "s", "timestamp": {"column": "t", "day": "d"}, "session": ["d"],
        "labels": [{"column": "y", "encoding": {-1: "SELL", 0: "HOLD", 1: "BUY"}}],
    }  # fmt: skip
    for column in kinds:
        made = roles.with_role(before, column, role, columns)
        assert roles.role_of(column, made, roles.features_of(made, columns)) == role


def test_that_candles_need_no_mapping(
    page: DataPage, files: AnsweringDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    lines = ["time,open,high,low,close,volume"]
    lines += [f"{1_700_000_000 + 60 * i},{i + 1},{i + 3},{i + 1},{i + 2},{i}" for i in range(40)]
    path = tmp_path / "AAA_1m.csv"
    path.write_text("\n".join(lines), "utf-8")
    files.answers = [[path]]
    wizard = open_wizard(page, qtbot)
    choose(wizard, qtbot)
    qtbot.mouseClick(wizard.next_button, LEFT)
    assert wizard.draft.format == "candles"
    assert set(wizard.format_page.options) >= {"symbol", "day", "levels"}
    symbol = wizard.format_page.options["symbol"]
    symbol.setFocus()
    qtbot.keyClicks(symbol, "BTCUSD")
    read(wizard, qtbot)
    qtbot.mouseClick(wizard.next_button, LEFT)
    model = wizard.columns_page.stored_table.model()
    assert model.index(0, 1).data() == "BTCUSD"
    finish(page, wizard, "candles", qtbot)
    info = page._shelf.get("candles")
    assert info is not None and info.symbols == ("BTCUSD",)


def test_that_a_damaged_file_is_explained_in_place(
    page: DataPage, files: AnsweringDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    whole = tmp_path / "whole.parquet"
    pl.DataFrame({"time": range(1000), "bid": range(1000)}).write_parquet(whole)
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(whole.read_bytes()[:-200])
    files.answers = [[damaged], [write_rows(tmp_path / "rows.csv")]]
    wizard = open_wizard(page, qtbot)
    choose(wizard, qtbot)
    assert wizard.isVisible() and wizard.step == 0
    assert "damaged.parquet cannot be read" in wizard.notice.text
    choose(wizard, qtbot)
    assert wizard.notice.text == ""
    to_columns(wizard, qtbot)


def test_that_a_bad_value_is_named_beside_its_field_and_mended_there(
    page: DataPage, files: AnsweringDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    files.answers = [[write_rows(tmp_path / "rows.csv", broken=True)]]
    wizard = open_wizard(page, qtbot)
    choose(wizard, qtbot)
    to_columns(wizard, qtbot)
    fields = wizard.columns_page.fields
    assert fields.mid.value == "", "a column with words is no price"
    labels = wizard.columns_page.labels
    labels.checked.click()
    buy = labels.meanings[0].values["BUY"]
    buy.selectAll()
    qtbot.keyClicks(buy, "9")
    read(wizard, qtbot)
    assert "outside its encoding" in labels.box.problem
    assert not wizard.next_button.isEnabled()
    buy.selectAll()
    qtbot.keyClicks(buy, "2")
    read(wizard, qtbot)
    assert labels.box.problem == ""
    assert wizard.next_button.isEnabled()


def test_that_only_the_latest_question_is_answered(
    page: DataPage, files: AnsweringDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    files.answers = [[write_rows(tmp_path / "one.csv")]]
    wizard = open_wizard(page, qtbot)
    qtbot.mouseClick(wizard.files_page.files_button, LEFT)
    assert wizard.busy.isVisible()
    wizard.take_files([write_rows(tmp_path / "two.csv")])
    answers: list[object] = []
    wizard.previewer.answered.connect(answers.append)
    read(wizard, qtbot)
    assert [answer["files"] for answer in answers] == [[str(tmp_path / "two.csv")]]
    assert not wizard.busy.isVisible()


def test_that_closing_loses_nothing(
    page: DataPage, files: AnsweringDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    files.answers = [[write_rows(tmp_path / "rows.csv")]]
    wizard = open_wizard(page, qtbot)
    choose(wizard, qtbot)
    to_columns(wizard, qtbot)
    wizard.columns_page.labels.checked.click()
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    assert not wizard.isVisible()
    wizard = open_wizard(page, qtbot)
    assert wizard.step == 2
    read(wizard, qtbot)
    assert wizard.columns_page.labels.checked.isChecked()
    assert wizard.next_button.isEnabled()
    qtbot.keyClick(wizard, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert wizard.step == 1


def test_that_files_can_be_dropped(page: DataPage, tmp_path: Path, qtbot: QtBot) -> None:
    wizard = open_wizard(page, qtbot)
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(write_rows(tmp_path / "rows.csv")))])
    wizard.dropEvent(
        QDropEvent(
            QPointF(10, 10), Qt.DropAction.CopyAction, content, LEFT,
            Qt.KeyboardModifier.NoModifier,
        )
    )  # fmt: skip
    read(wizard, qtbot)
    assert wizard.next_button.isEnabled()


def test_that_an_engineer_loads_and_saves_the_mapping(
    page: DataPage, files: AnsweringDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    mine = {"symbol": {"value": "B"}, "timestamp": {"column": "time"}, "max_gap_s": 5}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(mine), "utf-8")
    saved = tmp_path / "saved.yaml"
    files.answers = [[write_rows(tmp_path / "rows.csv")], tmp_path / "mine.yaml", saved]
    wizard = open_wizard(page, qtbot)
    choose(wizard, qtbot)
    to_columns(wizard, qtbot)
    qtbot.mouseClick(wizard.columns_page.load_button, LEFT)
    read(wizard, qtbot)
    assert wizard.columns_page.fields.fixed_symbol.text() == "B"
    assert wizard.columns_page.rules.max_gap.value() == 5.0
    qtbot.mouseClick(wizard.columns_page.save_button, LEFT)
    assert yaml.safe_load(saved.read_text("utf-8")) == mine


@pytest.mark.parametrize(
    "text", ["timestamp: time", "labels: {a: 1}", "- 1", "symbol: [", "max_gap_s: much", ""]
)
def test_that_what_is_no_mapping_is_not_taken(
    page: DataPage, files: AnsweringDialogs, tmp_path: Path, qtbot: QtBot, text: str
) -> None:
    (tmp_path / "bad.yaml").write_text(text, "utf-8")
    files.answers = [[write_rows(tmp_path / "rows.csv")], tmp_path / "bad.yaml"]
    wizard = open_wizard(page, qtbot)
    choose(wizard, qtbot)
    to_columns(wizard, qtbot)
    before = wizard.draft.mapping
    qtbot.mouseClick(wizard.columns_page.load_button, LEFT)
    read(wizard, qtbot)
    assert wizard.notice.text
    assert wizard.draft.mapping == before
    assert wizard.columns_page.fields.time.value == "time"


def test_that_the_wizard_speaks_russian(
    page: DataPage, files: AnsweringDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    set_language("ru")
    files.answers = [[write_rows(tmp_path / "rows.csv")]]
    wizard = open_wizard(page, qtbot)
    choose(wizard, qtbot)
    to_columns(wizard, qtbot)
    assert wizard.next_button.text() == "Далее"
    assert wizard.columns_page._source.text().startswith("Предположено по названиям")
    assert "лишь догадка" in wizard.columns_page.labels.box.problem


def test_that_every_field_of_the_wizard_has_a_name(
    page: DataPage, files: AnsweringDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    files.answers = [[write_rows(tmp_path / "rows.csv")]]
    wizard = open_wizard(page, qtbot)
    choose(wizard, qtbot)
    to_columns(wizard, qtbot)
    nameless = [
        widget
        for widget in wizard.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisibleTo(wizard)
        and not (widget.accessibleName() or getattr(widget, "text", str)())
        and type(widget).__module__.startswith("console")
    ]
    assert nameless == []


@pytest.mark.market_data
def test_that_real_book_rows_become_a_dataset_by_clicks(
    page: DataPage, files: AnsweringDialogs, tmp_path: Path, market_data: Path, qtbot: QtBot
) -> None:
    whole = market_data / "ashare_l2" / "snapshots_days_00_63.parquet"
    days = pl.scan_parquet(whole).filter((pl.col("date") < 2) & (pl.col("sym") < 2)).collect()
    days.write_parquet(tmp_path / "ashare.parquet")
    files.answers = [[tmp_path / "ashare.parquet"]]
    wizard = open_wizard(page, qtbot)
    choose(wizard, qtbot)
    to_columns(wizard, qtbot)
    columns = wizard.columns_page
    assert columns.fields.session.chosen == ("date", "session")
    assert columns.fields.day.value == "date"
    assert columns.fields.mid_kind.value == "relative"
    assert list(columns.labels.horizons) == [f"label_{n}" for n in (5, 10, 20, 40, 60)]
    assert "label_60" in columns.labels.meanings[0]._evidence.text()
    columns.labels.checked.click()
    finish(page, wizard, "ashare", qtbot)
    info = page._shelf.get("ashare")
    assert info is not None
    assert (len(info.features), len(info.labels)) == (23, 5)
    assert 0.9 * days.height < info.num_rows <= days.height
